/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting PETSc, its errors, its options. */
#include "function/pde/petsc_calls.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/loader.h"

#define TEXT(x)  #x
#define VALUE(x) TEXT(x)
#define SONAME   "lib" MN_PETSC_NAME ".so." VALUE(PETSC_VERSION_MAJOR) "." VALUE(PETSC_VERSION_MINOR)

/* The library by its name, as the system's loader finds it, else where configure did. */
static void *load_library(struct err *e)
{
    struct err first = {0};
    void *library = loader_library(SONAME, &first);

    if (!library && MN_PETSC_DIR[0])
        library = loader_library(MN_PETSC_DIR "/" SONAME, NULL);
    if (!library)
        err_set(
            e, ERR_OPEN,
            "PETSc " VALUE(PETSC_VERSION_MAJOR) "." VALUE(PETSC_VERSION_MINOR) " is not there: %s",
            first.text);
    return library;
}

/* POSIX: what dlsym() gives may be a function's address. */
static int find_symbol(void *library, const char *name, void *pointer, struct err *e)
{
    void *symbol = loader_symbol(library, name, e);

    memcpy(pointer, &symbol, sizeof symbol);
    return symbol ? 0 : -1;
}

static int find_symbols(struct petsc *p, void *library, struct err *e)
{
    const char *const **reasons;

#define FIND(name)                                    \
    if (find_symbol(library, #name, &p->name, e) < 0) \
        return -1;
    PETSC_CALLS(FIND)
    if (find_symbol(library, "KSPConvergedReasons", &reasons, e) < 0)
        return -1;
    p->reasons = *reasons;
    return 0;
}

/* MPI_Finalize() begins with the attributes of MPI_COMM_SELF: PETSc ends before MPI does,
 * whoever ends that. */
static int finalize(MPI_Comm self, int key, void *value, void *extra)
{
    __typeof__(PetscFinalize) *end;

    (void)self, (void)key, (void)extra;
    memcpy(&end, &value, sizeof end);
    end();
    return MPI_SUCCESS;
}

static void end_mpi(void)
{
    int ended = 0;

    MPI_Finalized(&ended);
    if (!ended)
        MPI_Finalize();
}

/* What PETSc's libraries do when they are loaded needs an MPI that has not ended. */
static int check_mpi(struct err *e)
{
    int ended = 0;

    MPI_Finalized(&ended);
    return ended ? err_set(e, ERR_SOFTWARE, "MPI has come to its end here, and PETSc needs it") : 0;
}

/* Alone, without mpirun: PETSc wants MPI all the same. Isolated, Open MPI starts no daemon
 * for the one process. */
static int start_mpi(struct err *e)
{
    int begun = 0;

    MPI_Initialized(&begun);
    if (begun)
        return 0;
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    if (MPI_Init(NULL, NULL) != MPI_SUCCESS || atexit(end_mpi) != 0)
        return err_set(e, ERR_SOFTWARE, "MPI, which PETSc needs, could not be started");
    return 0;
}

/* PETSc prints nothing, whatever it is asked for. */
static PetscErrorCode keep_silent(FILE *file, const char *format, va_list list)
{
    (void)file, (void)format, (void)list;
    return 0;
}

/* A contract means the same everywhere: so nothing is read from files or from the
 * environment. The world of PETSc is this rank: starting and ending it waits for nobody. */
static int start_petsc(struct petsc *p, void *library, struct err *e)
{
    char *words[] = {"metaneuron", "-skip_petscrc", "-no_signal_handler", NULL}, **argv = words;
    int argc = 3, key;
    MPI_Comm *world;
    __typeof__(PetscVFPrintf) *print;
    void *value;

    if (find_symbol(library, "PETSC_COMM_WORLD", &world, e) < 0 ||
        find_symbol(library, "PetscVFPrintf", &print, e) < 0 || start_mpi(e) < 0)
        return -1;
    unsetenv("PETSC_OPTIONS");
    unsetenv("PETSC_OPTIONS_YAML");
    *world = MPI_COMM_SELF;
    *print = keep_silent;
    if (p->PetscInitialize(&argc, &argv, NULL, NULL) != 0)
        return err_set(e, ERR_SOFTWARE, "PETSc could not be started");
    memcpy(&value, &p->PetscFinalize, sizeof value);
    if (MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, finalize, &key, NULL) != MPI_SUCCESS ||
        MPI_Comm_set_attr(MPI_COMM_SELF, key, value) != MPI_SUCCESS)
        return err_set(e, ERR_SOFTWARE, "PETSc could not be tied to the end of MPI");
    MPI_Comm_free_keyval(&key);
    return 0;
}

/* Keeps the first words; what is told of it further up the stack adds nothing. */
static PetscErrorCode keep_words(MPI_Comm comm, int line, const char *function, const char *file,
                                 PetscErrorCode code, PetscErrorType type, const char *words,
                                 void *context)
{
    struct petsc *p = context;

    (void)comm, (void)line, (void)file, (void)type;
    if (!p->words[0])
        snprintf(p->words, sizeof p->words, "%s: %s", function ? function : "PETSc",
                 words && words[0] ? words : "failed without saying why");
    p->words[strcspn(p->words, "\n")] = '\0';
    return code;
}

static int load_and_start(struct petsc *p, struct err *e)
{
    PetscBool running = PETSC_FALSE;
    void *library = check_mpi(e) == 0 ? load_library(e) : NULL;

    if (!library || find_symbols(p, library, e) < 0)
        return -1;
    p->PetscInitialized(&running);
    return running || start_petsc(p, library, e) == 0 ? 0 : -1;
}

/* All ranks fail, with the words of the first that did; or none does. */
static int agree(MPI_Comm communicator, struct err *mine)
{
    int rank, first;

    MPI_Comm_rank(communicator, &rank);
    first = mine->code == ERR_NONE ? INT_MAX : rank;
    if (MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, communicator) != MPI_SUCCESS)
        return err_set(mine, ERR_SOFTWARE, "MPI could not ask the ranks of the slave");
    if (first == INT_MAX)
        return 0;
    MPI_Bcast(mine, sizeof *mine, MPI_BYTE, first, communicator);
    return -1;
}

int petsc_begin(struct petsc *p, const void *communicator, int ready, struct err *e)
{
    struct err mine = {0};

    *p = (struct petsc){.communicator = MPI_COMM_SELF};
    if (!ready)
        err_memory(&mine, "the problem");
    else
        load_and_start(p, &mine);
    if (communicator) {
        memcpy(&p->communicator, communicator, sizeof p->communicator);
        agree(p->communicator, &mine);
    }
    if (mine.code != ERR_NONE)
        return err_set(e, mine.code, "%s", mine.text);
    if (p->PetscOptionsCreate(&p->options) || p->PetscOptionsPush(p->options) ||
        p->PetscPushErrorHandler(keep_words, p))
        return err_set(e, ERR_SOFTWARE, "PETSc gives no options of one's own");
    return 0;
}

int petsc_check_options(struct petsc *p, struct err *e)
{
    PetscInt left = 0;
    char **names, **values;
    int rc = 0;

    if (p->PetscOptionsLeftGet(p->options, &left, &names, &values))
        return petsc_failed(p, e);
    if (left > 0)
        rc = err_set(e, ERR_INPUT,
                     "PETSc has no use for the option -%s here: it is misspelt, or of another "
                     "type of solver",
                     names[0]);
    p->PetscOptionsLeftRestore(p->options, &left, &names, &values);
    return rc;
}

void petsc_end(struct petsc *p)
{
    p->PetscPopErrorHandler();
    p->PetscOptionsPop();
    p->PetscOptionsDestroy(&p->options);
}

int petsc_failed(const struct petsc *p, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s", p->words[0] ? p->words : "PETSc failed");
}
