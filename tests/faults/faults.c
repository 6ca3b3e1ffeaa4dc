/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Faults, for a second program that tests alone have: the installed one, with the calls
 * below led through here by the linker (--wrap). So its sources know nothing of faults,
 * and what is tested is what is installed.
 *
 *   METANEURON_FAULTS="FAULT;…"   with FAULT = MOMENT-CALL[:PATH][~TEXT][@RANK][#N[+]]=ACTION
 *
 * MOMENT    before, after, or half (write and pwrite: with half of the bytes written)
 * CALL      open, write, pwrite, fsync, fdatasync, rename, link, unlink, unlinkat,
 *           ftruncate; or unit: a unit that was computed (after; PATH is K/U, partition and unit from 0)
 * PATH      a pattern as for file names, in which * goes over / too
 * TEXT      what the bytes written must hold
 * RANK      rank of the job that it is for (default: every one)
 * N         the how-manieth time in this process, N+: and all later ones (default: 1+)
 * ACTION    kill, stop, crash, int, term, usr1: sends itself SIGKILL, SIGSTOP, SIGSEGV, …;
 *           with "parent-" before it: sends it to its parent, that is mpirun;
 *           enospc, eio, eacces: the call fails with that;
 *           of a unit: fail; lie (its last double becomes 1.25 times itself plus 1); bit
 *           (the lowest bit of that is turned); flipI/B (bit B of double I, modulo their number, is)
 *
 *   METANEURON_TRACE=FILE   gets a line "RANK K U" for each unit that is computed
 *   METANEURON_UNIT_SECONDS=X   so long every unit sleeps
 *   METANEURON_NODES=a,b,c  what the nodes of ranks 0, 1, 2 are called, and so on from the start
 *   METANEURON_FILESYSTEM="TYPE OPTIONS"   what every directory's file system seems to be
 *   METANEURON_NO_LOCKS=1   no file can be locked, as its file system has no locks
 *   METANEURON_SAVE_EVERY=N   units are saved after every N units of a rank
 *
 *   METANEURON_LOCK_SECONDS=X   so long the holder of a lock is waited for
 *
 * A fault that cannot be read ends the program with 99.
 */

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <mpi.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "engine/slave/pace.h"
#include "engine/state/reduction.h"
#include "util/clock.h"
#include "util/filesystem.h"
#include "util/lock.h"

enum { FAULTS = 32, FILES = 1024 };

struct fault {
    char point[24];       /* MOMENT-CALL */
    char path[256];       /* empty: any */
    char text[128];       /* empty: any */
    long rank;            /* -1: any */
    unsigned long first;  /* from 1 */
    bool later;           /* all later ones too */
    char action[16];      /* what is done */
    unsigned long passed; /* how often it was met */
};

static struct fault faults[FAULTS];
static size_t faults_count;
static char *paths[FILES]; /* of open descriptors; of those that a child has too */
static uint32_t partition; /* that is being computed */
static size_t length;      /* of its states */
static bool computing;
static unsigned long unsaved; /* units since the start */
static long rank;

/* The same functions, as the linker calls them. */
int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __real_pwrite(int fd, const void *data, size_t len, off_t offset);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
int __real_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_unlinkat(int directory, const char *name, int flags);
int __real_ftruncate(int fd, off_t size);
int __real_gethostname(char *name, size_t size);
bool __real_pace_saves(const struct pace *p);
void __real_pace_begin(struct pace *p, uint32_t number);
void __real_pace_end(struct pace *p);
struct reduction *__real_reduction_create(struct bound *b, unsigned cap, struct err *e);
int __real_reduction_push_leaf(struct reduction *t, uint64_t index, double *state, struct err *e);
int __real_file_lock(int fd, const char *path, struct err *e);

int __real_MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *out);
int __wrap_MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *out);
int __wrap_file_lock(int fd, const char *path, struct err *e);
int __real_fcntl(int fd, int what, void *argument);
int __wrap_fcntl(int fd, int what, void *argument);
void __real_filesystem_see(const char *directory, struct filesystem *f);
void __wrap_filesystem_see(const char *directory, struct filesystem *f);
int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
ssize_t __wrap_write(int fd, const void *data, size_t len);
ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t offset);
int __wrap_fsync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_unlinkat(int directory, const char *name, int flags);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_gethostname(char *name, size_t size);
bool __wrap_pace_saves(const struct pace *p);
void __wrap_pace_begin(struct pace *p, uint32_t number);
void __wrap_pace_end(struct pace *p);
struct reduction *__wrap_reduction_create(struct bound *b, unsigned cap, struct err *e);
int __wrap_reduction_push_leaf(struct reduction *t, uint64_t index, double *state, struct err *e);

static _Noreturn void refuse(const char *word)
{
    fprintf(stderr, "METANEURON_FAULTS: '%s' is no fault\n", word);
    _exit(99);
}

/* Cuts word at the last of these characters, and returns what follows it, or NULL. */
static char *cut(char *word, char at)
{
    char *p = strrchr(word, at);

    if (!p)
        return NULL;
    *p = '\0';
    return p + 1;
}

static void copy(char *into, size_t size, const char *text, const char *word)
{
    if (text && (size_t)snprintf(into, size, "%s", text) >= size)
        refuse(word);
}

static void parse_fault(const char *word)
{
    static const char *const moments[] = {"before-", "after-", "half-"};
    struct fault f = {.rank = -1, .first = 1, .later = true};
    char text[512] = "", *part;
    bool known = false;

    copy(text, sizeof text, word, word);
    if (faults_count == FAULTS || !(part = cut(text, '=')))
        refuse(word);
    copy(f.action, sizeof f.action, part, word);
    if ((part = cut(text, '#'))) {
        char *end;
        f.first = strtoul(part, &end, 10);
        f.later = *end == '+';
        if (f.first == 0 || end[f.later] != '\0')
            refuse(word);
    }
    if ((part = cut(text, '@')))
        f.rank = strtol(part, NULL, 10);
    copy(f.text, sizeof f.text, cut(text, '~'), word);
    copy(f.path, sizeof f.path, cut(text, ':'), word);
    copy(f.point, sizeof f.point, text, word);
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++)
        known |= strncmp(f.point, moments[i], strlen(moments[i])) == 0;
    if (!known)
        refuse(word);
    faults[faults_count++] = f;
}

/* Before main: what the environment wants. */
__attribute__((constructor)) static void begin(void)
{
    const char *words = getenv("METANEURON_FAULTS"), *number = getenv("OMPI_COMM_WORLD_RANK");
    char *text = words ? strdup(words) : NULL, *rest = text;

    number = number ? number : getenv("PMI_RANK"); /* MPICH's */
    rank = number ? strtol(number, NULL, 10) : 0;
    for (char *word; rest && (word = strsep(&rest, ";"));)
        if (*word)
            parse_fault(word);
    free(text);
}

static bool holds(const void *data, size_t len, const char *text)
{
    return !*text || (data && memmem(data, len, text, strlen(text)));
}

/* Returns the fault that is due at this point, or NULL. */
static const struct fault *due(const char *point, const char *path, const void *data, size_t len)
{
    for (size_t i = 0; i < faults_count; i++) {
        struct fault *f = &faults[i];
        if (strcmp(f->point, point) != 0 || (f->rank >= 0 && f->rank != rank) ||
            (*f->path && (!path || fnmatch(f->path, path, 0) != 0)) || !holds(data, len, f->text))
            continue;
        f->passed++;
        if (f->passed == f->first || (f->later && f->passed > f->first))
            return f;
    }
    return NULL;
}

/* Returns the process of mpirun: the parent, or that of the proxy that MPICH's has between. */
static pid_t launcher(void)
{
    char path[40], name[40] = "";
    int parent = getppid(), above = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", parent);
    FILE *f = fopen(path, "r");
    bool proxy = f && fscanf(f, "%*d (%39[^)]) %*c %d", name, &above) == 2 &&
                 strncmp(name, "hydra_pmi_proxy", 15) == 0;
    if (f)
        fclose(f);
    return proxy ? above : parent;
}

/* Does it. Returns the error that a call is to fail with, or 0. */
static int act(const struct fault *f)
{
    static const struct {
        const char *name;
        int number, error;
    } actions[] = {
        {"kill", SIGKILL, 0},  {"stop", SIGSTOP, 0}, {"crash", SIGSEGV, 0},
        {"int", SIGINT, 0},    {"term", SIGTERM, 0}, {"usr1", SIGUSR1, 0},
        {"enospc", 0, ENOSPC}, {"eio", 0, EIO},      {"eacces", 0, EACCES},
    };
    static const char parent[] = "parent-";
    bool above = strncmp(f->action, parent, sizeof parent - 1) == 0;
    const char *action = f->action + (above ? sizeof parent - 1 : 0);

    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(action, actions[i].name) != 0)
            continue;
        if (actions[i].number)
            kill(above ? launcher() : getpid(), actions[i].number);
        return actions[i].error;
    }
    refuse(f->action);
}

/* Whether the call is to fail; errno says with what. */
static bool fails(const char *point, const char *path, const void *data, size_t len)
{
    const struct fault *f = due(point, path, data, len);
    int number = f ? act(f) : 0;

    if (number)
        errno = number;
    return number != 0;
}

static const char *path_of(int fd)
{
    return fd >= 0 && fd < FILES ? paths[fd] : NULL;
}

static void set_path(int fd, const char *path)
{
    if (fd < 0 || fd >= FILES)
        return;
    free(paths[fd]);
    paths[fd] = path ? strdup(path) : NULL;
}

int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list list;
        va_start(list, flags);
        mode = va_arg(list, mode_t);
        va_end(list);
    }
    if (fails("before-open", path, NULL, 0))
        return -1;
    int fd = __real_open(path, flags, mode);
    set_path(fd, path);
    if (fd >= 0 && fails("after-open", path, NULL, 0)) {
        __wrap_close(fd);
        return -1;
    }
    return fd;
}

int __wrap_close(int fd)
{
    set_path(fd, NULL);
    return __real_close(fd);
}

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
    const char *path = path_of(fd);
    const struct fault *f;

    if (!path) /* a pipe */
        return __real_write(fd, data, len);
    if (fails("before-write", path, data, len))
        return -1;
    if ((f = due("half-write", path, data, len))) {
        ssize_t n = __real_write(fd, data, len / 2);
        return (errno = act(f)) ? -1 : n;
    }
    ssize_t n = __real_write(fd, data, len);
    return fails("after-write", path, data, len) ? -1 : n;
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t offset)
{
    const char *path = path_of(fd);
    const struct fault *f;

    if (fails("before-pwrite", path, data, len))
        return -1;
    if ((f = due("half-pwrite", path, data, len))) {
        ssize_t n = __real_pwrite(fd, data, len / 2, offset);
        act(f);
        return n; /* what a full disk leaves */
    }
    ssize_t n = __real_pwrite(fd, data, len, offset);
    return fails("after-pwrite", path, data, len) ? -1 : n;
}

int __wrap_fsync(int fd)
{
    if (fails("before-fsync", path_of(fd), NULL, 0))
        return -1;
    int rc = __real_fsync(fd);
    return fails("after-fsync", path_of(fd), NULL, 0) ? -1 : rc;
}

int __wrap_fdatasync(int fd)
{
    if (fails("before-fdatasync", path_of(fd), NULL, 0))
        return -1;
    int rc = __real_fdatasync(fd);
    return fails("after-fdatasync", path_of(fd), NULL, 0) ? -1 : rc;
}

int __wrap_rename(const char *from, const char *to)
{
    if (fails("before-rename", to, NULL, 0))
        return -1;
    int rc = __real_rename(from, to);
    return fails("after-rename", to, NULL, 0) ? -1 : rc;
}

int __wrap_link(const char *from, const char *to)
{
    if (fails("before-link", to, NULL, 0))
        return -1;
    int rc = __real_link(from, to);
    return fails("after-link", to, NULL, 0) ? -1 : rc;
}

int __wrap_unlink(const char *path)
{
    if (fails("before-unlink", path, NULL, 0))
        return -1;
    int rc = __real_unlink(path);
    return fails("after-unlink", path, NULL, 0) ? -1 : rc;
}

int __wrap_unlinkat(int directory, const char *name, int flags)
{
    if (fails("before-unlinkat", name, NULL, 0))
        return -1;
    int rc = __real_unlinkat(directory, name, flags);
    return fails("after-unlinkat", name, NULL, 0) ? -1 : rc;
}

int __wrap_ftruncate(int fd, off_t size)
{
    if (fails("before-ftruncate", path_of(fd), NULL, 0))
        return -1;
    int rc = __real_ftruncate(fd, size);
    return fails("after-ftruncate", path_of(fd), NULL, 0) ? -1 : rc;
}

/* Several nodes, where there is one machine. */
int __wrap_gethostname(char *name, size_t size)
{
    const char *names = getenv("METANEURON_NODES"), *p = names;

    if (!names || !*names)
        return __real_gethostname(name, size);
    for (long i = 0; i < rank; i++)
        p = strchr(p, ',') ? strchr(p, ',') + 1 : names;
    snprintf(name, size, "%.*s", (int)strcspn(p, ","), p);
    return 0;
}

/* Nor do those share memory that are on several. */
int __wrap_MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *out)
{
    const char *names = getenv("METANEURON_NODES");
    char name[256];
    int color = 0;

    if (!names || !*names)
        return __real_MPI_Comm_split_type(comm, type, key, info, out);
    __wrap_gethostname(name, sizeof name);
    for (const char *p = name; *p; p++)
        color = (31 * color + *p) & 0xffff;
    return MPI_Comm_split(comm, color, key, out);
}

/* As Lustre answers that is mounted without flock. */
int __wrap_fcntl(int fd, int what, void *argument)
{
    bool is_lock = what == F_OFD_SETLK || what == F_OFD_GETLK;

    if (!is_lock || !getenv("METANEURON_NO_LOCKS"))
        return __real_fcntl(fd, what, argument);
    errno = ENOSYS;
    return -1;
}

/* Another file system, where there is none: its promises, not its ways. */
void __wrap_filesystem_see(const char *directory, struct filesystem *f)
{
    const char *words = getenv("METANEURON_FILESYSTEM");
    char type[FILESYSTEM_TYPE];

    if (!words || !*words) {
        __real_filesystem_see(directory, f);
        return;
    }
    size_t len = strcspn(words, " ");
    snprintf(type, sizeof type, "%.*s", (int)len, words);
    filesystem_judge(f, type, words[len] ? words + len + 1 : NULL);
}

int __wrap_file_lock(int fd, const char *path, struct err *e)
{
    const char *seconds = getenv("METANEURON_LOCK_SECONDS");

    return seconds ? file_lock_within(fd, path, strtod(seconds, NULL), e)
                   : __real_file_lock(fd, path, e);
}

/* Leaves that are pushed from here on are units, of that partition … */
void __wrap_pace_begin(struct pace *p, uint32_t number)
{
    partition = number;
    computing = true;
    __real_pace_begin(p, number);
}

/* … until here; those of the aggregate are not. */
void __wrap_pace_end(struct pace *p)
{
    computing = false;
    __real_pace_end(p);
}

struct reduction *__wrap_reduction_create(struct bound *b, unsigned cap, struct err *e)
{
    length = bound_length(b);
    return __real_reduction_create(b, cap, e);
}

/* Checkpoints by the number of units, so that a test knows what is saved. */
bool __wrap_pace_saves(const struct pace *p)
{
    const char *every = getenv("METANEURON_SAVE_EVERY");

    return every ? ++unsaved % strtoul(every, NULL, 10) == 0 : __real_pace_saves(p);
}

static void trace(uint64_t unit)
{
    const char *path = getenv("METANEURON_TRACE");
    char line[80];

    if (!path)
        return;
    int len = snprintf(line, sizeof line, "%ld %" PRIu32 " %" PRIu64 "\n", rank, partition, unit);
    int fd = __real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0 || __real_write(fd, line, (size_t)len) != len)
        refuse(path);
    __real_close(fd);
}

static void turn_bit(double *x, unsigned bit)
{
    uint64_t bits;

    memcpy(&bits, x, sizeof bits);
    bits ^= (uint64_t)1 << bit % 64;
    memcpy(x, &bits, sizeof bits);
}

/* A unit was computed, and its state is about to be merged. */
int __wrap_reduction_push_leaf(struct reduction *t, uint64_t index, double *state, struct err *e)
{
    double *last = state + length - 1;
    char name[64];
    size_t at;
    unsigned bit;

    if (!computing)
        return __real_reduction_push_leaf(t, index, state, e);
    snprintf(name, sizeof name, "%" PRIu32 "/%" PRIu64, partition, index);
    trace(index);
    const char *seconds = getenv("METANEURON_UNIT_SECONDS");
    if (seconds)
        clock_pause(strtod(seconds, NULL));
    const struct fault *f = due("after-unit", name, NULL, 0);
    if (f && strcmp(f->action, "lie") == 0) {
        *last = *last * 1.25 + 1;
    } else if (f && strcmp(f->action, "bit") == 0) {
        turn_bit(last, 0);
    } else if (f && sscanf(f->action, "flip%zu/%u", &at, &bit) == 2) {
        turn_bit(state + at % length, bit);
    } else if (f && strcmp(f->action, "fail") == 0) {
        free(state);
        return err_set(e, ERR_INPUT, "unit %s fails", name);
    } else if (f) {
        act(f);
    }
    return __real_reduction_push_leaf(t, index, state, e);
}
