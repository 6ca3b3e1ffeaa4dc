/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Supervises a run under an MPI launcher. */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "engine/launch/launch.h"
#include "engine/plan/slurm.h"
#include "engine/transport/transport.h"

/* What came of characters that the job prints, on standard output and on standard error. */
struct passing {
    struct page_part part[2];
};

static void on_text(void *context, const char *text, size_t len)
{
    struct passing *p = context;

    print_passed(PRINT_ERRORS, &p->part[PRINT_ERRORS], text, len);
}

/* Where standard output cannot be written the run may be settled all the same, and that is what
 * the exit code says. */
static void on_print(void *context, const char *text, size_t len)
{
    struct passing *p = context;

    print_passed(PRINT_OUTPUT, &p->part[PRINT_OUTPUT], text, len);
}

static void on_say(void *context, const char *text)
{
    (void)context;
    print_error("metaneuron launch: %s\n", text);
}

/* Whose words the program of the job begins with: the file that runs now. */
static int find_program(char path[static PATH_MAX], struct err *e)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

    if (n <= 0)
        return err_errno(e, ERR_SOFTWARE, "/proc/self/exe");
    path[n] = '\0';
    return 0;
}

/* A launcher does not hand on the environment to every rank. */
static int hand_on_ledger(struct run_words *w, struct err *e)
{
    const char *site = cli_ledger_of_site();
    struct buf b = {0};

    if (!site)
        return 0;
    buf_addf(&b, "--ledger=%s", site);
    if (buf_failed(&b))
        return err_memory(e, "a command line");
    w->handed[w->handed_count++] = b.data;
    return 0;
}

static int supervise(struct run_words *w)
{
    char ledger[PATH_MAX], program[PATH_MAX];
    struct passing passing = {0};
    struct err e = {0};
    int code = 0;

    if (cli_ledger(w->ledger, ledger, NULL, &e) < 0 || find_program(program, &e) < 0)
        return cli_fail(&e);
    w->o.ledger = ledger;
    run_words_resolve_again(w);
    if (!w->ledger && hand_on_ledger(w, &e) < 0)
        return cli_fail(&e);
    w->launch.context = &passing;
    w->launch.run = w->o;
    w->launch.program = program;
    w->launch.words = w->handed;
    w->launch.words_count = w->handed_count;
    slurm_learn();
    struct reader *reader = reader_start(&e);
    int rc = reader ? engine_launch(reader, &w->launch, &e) : -1;
    on_print(&passing, NULL, 0);
    on_text(&passing, NULL, 0);
    if (rc < 0)
        code = cli_fail(&e);
    reader_stop(reader);
    return code;
}

/* Returns the number of words before the first "--", or argc. */
static int find_launcher(int argc, char **argv)
{
    int i = 1;

    while (i < argc && strcmp(argv[i], "--") != 0)
        i++;
    return i;
}

/* Returns -1, or the exit code as options_read() does. */
static int parse(struct run_words *w, int argc, char **argv)
{
    int own = find_launcher(argc, argv);
    int code = options_read(&run_options_of_launch, own, argv, w);

    if (code >= 0)
        return code;
    if (optind + 1 != own)
        return cli_usage("launch", "expected one contract");
    if (own + 1 >= argc)
        return cli_usage("launch", "expected a launcher at the end, for example -- mpirun -n 9");
    if (transport_launched())
        return cli_usage("launch", "starts the MPI launcher itself: do not start it under one");
    w->o.contract = argv[optind];
    w->launch.launcher = argv + own + 1;
    w->launch.launcher_count = (size_t)(argc - own - 1);
    return -1;
}

int cmd_launch(int argc, char **argv)
{
    struct run_words w = {.o = {.out = "result.h5"},
                          .launch = {.lease = ENGINE_LEASE,
                                     .grace = 30,
                                     .backoff = 1,
                                     .time_left = NAN,
                                     .retries = -1,
                                     .print = on_print,
                                     .pass = on_text,
                                     .say = on_say}};

    print_at_once(); /* what reads it need not wait for the end */
    w.handed = calloc((size_t)argc + 2, sizeof *w.handed);
    int code = w.handed ? parse(&w, argc, argv) : ERR_SOFTWARE;
    if (code < 0)
        code = supervise(&w);
    run_words_free(&w);
    return code;
}
