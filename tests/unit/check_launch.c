/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The launcher: what it understands of mpirun and srun, whom it blames, when it tries again. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/launch/parts.h"
#include "engine/plan/slurm.h"
#include "util/text.h"

enum { SLAVES = 8 };

static bool skip[SLAVES];
static struct launch_policy policy;

static void setup(void)
{
    memset(skip, 0, sizeof skip);
    policy = (struct launch_policy){
        .retries = 3, .pause = 1, .slaves = SLAVES, .least = SLAVES, .skip = skip};
}

/* The blame after these lines. */
static struct launch_blame read_all(const char *text)
{
    struct launch_scan s = {.blame = {.rank = -1}};

    for (const char *p = text; *p; p++) /* in the smallest pieces */
        launch_read_text(&s, p, 1);
    return s.blame;
}

static void blames(const char *text, int rank, int signal, const char *node)
{
    struct launch_blame b = read_all(text);

    ck_assert_msg(b.rank == rank && b.signal == signal && strcmp(b.node, node) == 0,
                  "%s: rank %d, signal %d, node '%s'", text, b.rank, b.signal, b.node);
}

START_TEST(mpirun_is_understood)
{
    blames("-----\nmpirun noticed that process rank 3 with PID 4711 on node n2 exited on signal 9 "
           "(Killed).\n-----\n",
           3, 9, "n2");
    blames("mpirun noticed that process rank 12 with PID 0 on node n2.cluster.example exited on "
           "signal 11 (Segmentation fault).\n",
           12, 11, "n2");
    blames("mpirun noticed that process rank 0 with PID 0 on node 10.77.0.2 exited on signal 9.\n",
           0, 9, "10.77.0.2");
    blames("  Process name: [[11317,1],5]\n  Exit code:    70\n", 5, 0, "");
    blames("MPI_ABORT was invoked on rank 2 in communicator MPI_COMM_WORLD\nwith errorcode 70.\n",
           2, 0, "");
    blames("ORTE has lost communication with a remote daemon.\n\n"
           "  HNP daemon   : [[62,0],0] on node n1\n  Remote daemon: [[62,0],1] on node n2\n",
           -1, 0, "n2");
}
END_TEST

/* What they say where the program is not on a node. */
static void lacks_program(const char *text, const char *node)
{
    struct launch_blame b = read_all(text);
    struct launch_attempt a = {.outcome = LAUNCH_FAILED, .code = 2, .blame = b};

    ck_assert(b.absent);
    ck_assert_str_eq(b.node, node);
    ck_assert_int_eq(launch_decide(&policy, &a, 0), LAUNCH_AGAIN); /* 2 is not our code */
    a.blame.early = true;
    ck_assert(!launch_learn(&policy, &a.blame, true));
    ck_assert_int_eq(launch_learn(&policy, &a.blame, true), LAUNCH_WHOLE_NODE);
    ck_assert(launch_is_excluded(&policy, node));
    setup();
}

START_TEST(a_node_without_the_program)
{
    lacks_program("mpirun was unable to launch the specified application as it could not access\n"
                  "or execute an executable:\n\nExecutable: /opt/metaneuron\nNode: n2\n\n"
                  "while attempting to start process rank 3.\n",
                  "n2");
    lacks_program("mpirun was unable to find the specified executable file, and therefore\n"
                  "did not launch the job.\n\nNode:       n2.site\nExecutable: metaneuron\n",
                  "n2");
    lacks_program("slurmstepd: error: execve(): /opt/metaneuron: No such file or directory\n"
                  "srun: error: n1: tasks 0-2: Killed\n"
                  "srun: error: n2: tasks 3-4: Exited with exit code 2\n",
                  "n2");
    lacks_program("slurmstepd: error: execve(): /opt/metaneuron: No such file or directory\n"
                  "srun: error: n2: task 3: Exited with exit code 2\n",
                  "n2");
    ck_assert(!read_all("Node: n2\nExecutable: x\n").absent);
}
END_TEST

/* A rank that ends before anything has begun, as one that lacks a library does. */
START_TEST(a_rank_that_cannot_begin_is_its_nodes)
{
    struct launch_blame b = read_all("srun: error: n2: task 3: Exited with exit code 127\n");

    ck_assert(!launch_learn(&policy, &b, true) && !launch_learn(&policy, &b, true));
    b.early = true;
    ck_assert(!launch_learn(&policy, &b, true)); /* the one before was no word on a node */
    ck_assert_int_eq(launch_learn(&policy, &b, true), LAUNCH_WHOLE_NODE);
}
END_TEST

START_TEST(hydra_is_understood)
{
    static const char died[] = "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n";
    char text[1000];

    snprintf(text, sizeof text,
             "%s=   PID 4711 RUNNING AT n2.cluster\n=   EXIT CODE: 139\n=   CLEANING UP REMAINING "
             "PROCESSES\nYOUR APPLICATION TERMINATED WITH THE EXIT STRING: Segmentation fault "
             "(signal 11)\n",
             died);
    blames(text, -1, 11, ""); /* which process that was is chance */
    snprintf(text, sizeof text,
             "%s=   RANK 0 PID 4710 RUNNING AT n1\n=   KILLED BY SIGNAL: 9 (Killed)\n"
             "%s=   RANK 2 PID 4711 RUNNING AT n2\n=   KILLED BY SIGNAL: 8 (Floating point)\n",
             died, died);
    blames(text, 2, 8, "n2");
    snprintf(text, sizeof text,
             "%s=   RANK 2 PID 4711 RUNNING AT n2\n=   KILLED BY SIGNAL: 11 (Segmentation fault)\n"
             "%s=   RANK 3 PID 4712 RUNNING AT n3\n=   KILLED BY SIGNAL: 9 (Killed)\n",
             died, died);
    blames(text, 2, 11, "n2");
    blames("Abort(70) on node 5 (rank 5 in comm 0): application called MPI_Abort(MPI_COMM_WORLD, "
           "70) - process 5\n",
           5, 0, "");
    blames("=   PID x RUNNING AT n2\n=   RANK 1 RUNNING AT n2\nAbort(70) on n2\n", -1, 0, "");

    /* A signal is no exit code of ours. */
    struct launch_blame b = {.rank = -1, .signal = 2};
    ck_assert_int_eq(launch_code(&b, 2), 130);
    ck_assert_int_eq(launch_code(&b, 75), 75);
    b.signal = 0;
    ck_assert_int_eq(launch_code(&b, 2), 2);
}
END_TEST

/* Theirs have options of their own. */
START_TEST(mpiruns_are_told_apart)
{
    ck_assert_int_eq(launch_whose("mpirun (Open MPI) 4.1.4\n\nReport bugs to"), LAUNCH_OPEN_MPI);
    ck_assert_int_eq(launch_whose("mpirun (OpenRTE) 3.0"), LAUNCH_OPEN_MPI);
    ck_assert_int_eq(launch_whose("HYDRA build details:\n    Version: 4.0.2"), LAUNCH_MPICH);
    ck_assert_int_eq(launch_whose("Intel(R) MPI Library for Linux* OS, Version 2021.9"),
                     LAUNCH_INTEL_MPI);
    ck_assert_int_eq(launch_whose(""), LAUNCH_OTHER_MPI);
}
END_TEST

START_TEST(srun_is_understood)
{
    blames("srun: error: n2: task 3: Killed\n", 3, 9, "n2");
    blames("srun: error: n2: task 3: Segmentation fault (core dumped)\n", 3, 11, "n2");
    blames("srun: error: n1: task 0: Exited with exit code 75\n", 0, 0, "n1");
    blames("srun: error: n1: tasks 0-2: Killed\nsrun: error: n2: task 4: Killed\n", 4, 9, "n2");
    blames("srun: error: n1: task 1: Terminated\nsrun: error: n2: task 4: Aborted\n", 4, 6, "n2");
    blames("srun: error: Node failure on n2\nsrun: error: n1: tasks 0-3: Killed\n", -1, 0, "n2");
    blames("srun: error: Unable to allocate resources\n", -1, 0, "");
}
END_TEST

/* No further attempt will do better; a rank that dies may. */
START_TEST(launchers_that_do_not_fit_are_known)
{
    ck_assert_int_eq(
        launch_unfit_of("metaneuron: Slurm started 4 tasks, but MPI sees 1 rank: srun and MPI "
                        "(Open MPI) do not share PMIx; use srun --mpi=pmix, or mpirun"),
        LAUNCH_NO_PMI);
    ck_assert_int_eq(
        launch_unfit_of("metaneuron: mpirun of Open MPI started 4 ranks, but MPI (MPICH "
                        "Version: 4.0.2) sees 1: they do not belong together; use the "
                        "mpirun of MPICH"),
        LAUNCH_NO_PMI);
    ck_assert_int_eq(launch_unfit_of("[0] MPI startup(): PMI server not found. Please set "
                                     "I_MPI_PMI_LIBRARY variable if it is not a singleton case."),
                     LAUNCH_NO_PMI);
    ck_assert_int_eq(
        launch_unfit_of("srun: error: Couldn't find the specified plugin name for mpi/pmix "
                        "looking at all files"),
        LAUNCH_NO_PMI);
    ck_assert_int_eq(launch_unfit_of("srun: error: cannot find mpi plugin for mpi/pmix"),
                     LAUNCH_NO_PMI);
    ck_assert_int_eq(
        launch_unfit_of("srun: error: Invalid MPI type 'pmix', --mpi=list for acceptable"),
        LAUNCH_NO_PMI);
    ck_assert_int_eq(
        launch_unfit_of("OMPI was not built with SLURM's PMI support and therefore cannot"),
        LAUNCH_NO_PMI);
    ck_assert_int_eq(launch_unfit_of("There are not enough slots available in the system to "
                                     "satisfy the 40"),
                     LAUNCH_NO_SLOTS);
    ck_assert_int_eq(launch_unfit_of("srun: error: Unable to create step for job 7: More "
                                     "processors requested than permitted"),
                     LAUNCH_NO_SLOTS);
    ck_assert_int_eq(launch_unfit_of("srun: error: n1: task 1: Killed"), LAUNCH_FITS);
    ck_assert_int_eq(
        launch_unfit_of("slurmstepd: error:  mpi/pmix_v4: _errhandler: n1 [0]: job killed"),
        LAUNCH_FITS);
    ck_assert_int_eq(launch_unfit_of(""), LAUNCH_FITS);

    struct launch_attempt a = {.outcome = LAUNCH_FAILED, .code = 1, .unfit = LAUNCH_NO_PMI};
    ck_assert_int_eq(launch_decide(&policy, &a, 0), LAUNCH_STOP);
    a.unfit = false;
    ck_assert_int_eq(launch_decide(&policy, &a, 0), LAUNCH_AGAIN);
}
END_TEST

/* What was cut would be the name of another node. */
START_TEST(long_names_are_nobodys)
{
    char host[101], text[1000];

    snprintf(host, sizeof host, "%0100d", 0);
    host[0] = 'n';
    snprintf(text, sizeof text, "srun: error: %s: task 3: Killed\n", host);
    blames(text, 3, 9, "");
    host[TEXT_NAME] = '.';
    snprintf(text, sizeof text,
             "mpirun noticed that process rank 3 with PID 1 on node %s exited on signal 9 (Killed)"
             ".\n",
             host);
    host[TEXT_NAME] = '\0';
    blames(text, 3, 9, host);
    snprintf(text, sizeof text, "%*s %s\n", LAUNCH_LINE - 5, "srun: error: Node failure on", host);
    blames(text, -1, 0, "");
}
END_TEST

START_TEST(other_words_blame_nobody)
{
    char text[2000];

    blames("", -1, 0, "");
    blames("metaneuron: rank 3: no\nprocess rank x with PID 1 on node\nrank 3 exited on signal 9\n",
           -1, 0, "");
    blames("Process name: [[a,1],5]\nsrun: error: n1: task x: Killed\n", -1, 0, "");
    blames("mpirun noticed that process rank 3 with PID 1 on node n1 exited on signal 9", -1, 0,
           "");                         /* the line has no end */
    memset(text, 'x', sizeof text - 2); /* one too long is cut */
    strcpy(text + sizeof text - 2, "\n");
    blames(text, -1, 0, "");
    /* The first who died, not those who died of that. */
    blames("srun: error: n2: task 3: Killed\nsrun: error: n1: task 1: Killed\n", 3, 9, "n2");
}
END_TEST

START_TEST(slaves_have_numbers)
{
    struct launch_blame b = {.rank = 2, .node = "from-mpirun"};

    ck_assert_uint_eq(runs_partition("here/nuclei/17"), 17);
    ck_assert_uint_eq(runs_partition("here/nuclei/0"), 0);
    ck_assert_uint_eq(runs_partition("here/nuclei/-1"), 0);
    ck_assert_uint_eq(runs_partition("here/nuclei/x"), 0);
    ck_assert_uint_eq(runs_partition("17"), 0);
    ck_assert_uint_eq(runs_partition(NULL), 0);
    launch_set_slave(&b, "here/nuclei/3", "not a name");
    ck_assert_int_eq(b.slave, 3);
    ck_assert_str_eq(b.node, "from-mpirun");
    launch_set_slave(&b, "here/nuclei/4", "n2");
    ck_assert_str_eq(b.name, "here/nuclei/4");
    ck_assert_str_eq(b.node, "n2");
}
END_TEST

START_TEST(pauses_double_up_to_a_minute)
{
    static const double expected[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert(launch_pause(&policy) == expected[i]);
    policy.pause = 0;
    ck_assert(launch_pause(&policy) == 0 && launch_pause(&policy) == 0);
    policy.pause = 3600;
    ck_assert(launch_pause(&policy) == 60);
}
END_TEST

static enum launch_step decide(enum launch_outcome outcome, int code, int64_t answered)
{
    const struct launch_attempt a = {.outcome = outcome, .code = code};

    return launch_decide(&policy, &a, answered);
}

START_TEST(what_cannot_get_better_is_not_repeated)
{
    static const int final[] = {2, 3, 65, 66, 76, 77},
                     other[] = {0, 1, 70, 74, 75, 132, 137, 143, 255};

    for (size_t i = 0; i < sizeof final / sizeof final[0]; i++)
        ck_assert_int_eq(decide(LAUNCH_FAILED, final[i], 0), LAUNCH_STOP);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        ck_assert_int_eq(decide(LAUNCH_FAILED, other[i], 0), LAUNCH_AGAIN);
    ck_assert_int_eq(decide(LAUNCH_HUNG, 65, 0), LAUNCH_AGAIN);
    ck_assert_int_eq(decide(LAUNCH_SETTLED, 0, 8), LAUNCH_STOP);
    ck_assert_int_eq(decide(LAUNCH_DRAINED, 75, 0), LAUNCH_STOP);
    ck_assert_int_eq(decide(LAUNCH_KILLED, 143, 0), LAUNCH_STOP);
}
END_TEST

START_TEST(retries_end)
{
    policy.used = 3;
    ck_assert_int_eq(decide(LAUNCH_FAILED, 137, 8), LAUNCH_STOP);
    ck_assert_int_eq(decide(LAUNCH_HUNG, 143, 8), LAUNCH_STOP);
    policy.least = 6;
    ck_assert_int_eq(decide(LAUNCH_FAILED, 137, 5), LAUNCH_STOP);
    ck_assert_int_eq(decide(LAUNCH_FAILED, 137, 6), LAUNCH_COMPLETE);
    ck_assert_int_eq(decide(LAUNCH_FAILED, 65, 6), LAUNCH_STOP);
    policy.completing = true;
    ck_assert_int_eq(decide(LAUNCH_FAILED, 137, 6), LAUNCH_STOP);
}
END_TEST

static enum launch_excluded learn(int64_t slave, const char *node, bool others)
{
    struct launch_blame b = {.rank = slave > 0, .slave = slave};

    snprintf(b.node, sizeof b.node, "%s", node);
    return launch_learn(&policy, &b, others);
}

START_TEST(two_in_a_row_exclude_a_slave)
{
    ck_assert(!learn(3, "n1", true));
    ck_assert(!learn(0, "", true)); /* nobody's: not in a row */
    ck_assert(!learn(3, "n2", true));
    ck_assert(!learn(4, "n3", true));
    ck_assert(!learn(3, "n1", true));
    ck_assert_int_eq(learn(3, "n1", true), LAUNCH_SLAVE);
    ck_assert(skip[2] && policy.skipped == 1 && policy.nodes_count == 0);
    ck_assert(!learn(3, "n1", true));
    ck_assert(!learn(9, "n1", true) && !learn(9, "n1", true)); /* there is no such slave */
    ck_assert_int_eq(policy.skipped, 1);
    /* It is needed: what the others could do has been done. */
    ck_assert_int_eq(decide(LAUNCH_FAILED, 75, 7), LAUNCH_STOP);
    ck_assert_int_eq(decide(LAUNCH_FAILED, 137, 7), LAUNCH_AGAIN);
    policy.least = 7;
    ck_assert_int_eq(decide(LAUNCH_FAILED, 75, 7), LAUNCH_AGAIN);
}
END_TEST

START_TEST(two_slaves_in_a_row_exclude_a_node)
{
    ck_assert(!learn(3, "n1", true));
    ck_assert(!learn(4, "n2", true));
    ck_assert_int_eq(learn(5, "n2", true), LAUNCH_WHOLE_NODE);
    ck_assert_uint_eq(policy.nodes_count, 1);
    ck_assert_str_eq(policy.nodes[0], "n2");
    ck_assert(!learn(6, "n2", true));                            /* it is already */
    ck_assert(!learn(3, "n1", false) && !learn(4, "n1", false)); /* there is no other */
    ck_assert_int_eq(policy.skipped, 0);
    ck_assert(!learn(0, "n3", true) && !learn(0, "n3", true)); /* the master's rank */
}
END_TEST

START_TEST(a_lost_node_is_excluded)
{
    const struct launch_blame node = {.rank = -1, .node = "n2"};

    ck_assert(!launch_learn(&policy, &node, true));
    ck_assert_int_eq(launch_learn(&policy, &node, true), LAUNCH_WHOLE_NODE);
    ck_assert(!launch_learn(&policy, &node, true));
}
END_TEST

START_TEST(of_work_nodes_alone_are_excluded)
{
    policy.ranges = true;
    ck_assert(!learn(99, "n1", true)); /* a slot, and no partition */
    ck_assert_int_eq(learn(99, "n1", true), LAUNCH_WHOLE_NODE);
    ck_assert(!learn(3, "n2", false) && !learn(3, "n2", false));
    ck_assert_int_eq(policy.skipped, 0);
}
END_TEST

START_TEST(slurm_jobs_have_numbers)
{
    char id[SLURM_ID];

    setenv("SLURM_JOB_ID", "4294967295", 1);
    ck_assert(slurm_job(id));
    ck_assert_str_eq(id, "4294967295");
    setenv("SLURM_JOB_ID", "4294967296", 1); /* more than Slurm has */
    ck_assert(!slurm_job(id));
    setenv("SLURM_JOB_ID", "7x", 1);
    ck_assert(!slurm_job(id));
    ck_assert_str_eq(id, "");

    /* The last task of an array has the array's number for its own. */
    setenv("SLURM_JOB_ID", "17", 1);
    setenv("SLURM_ARRAY_JOB_ID", "17", 1);
    setenv("SLURM_ARRAY_TASK_ID", "3", 1);
    ck_assert(slurm_job(id));
    ck_assert_str_eq(id, "17_3");
    setenv("SLURM_ARRAY_JOB_ID", "4294967295", 1);
    setenv("SLURM_ARRAY_TASK_ID", "4294967295", 1);
    ck_assert(slurm_job(id));
    ck_assert_str_eq(id, "4294967295_4294967295");
    unsetenv("SLURM_ARRAY_JOB_ID");
    unsetenv("SLURM_ARRAY_TASK_ID");
    ck_assert(slurm_job(id));
    ck_assert_str_eq(id, "17");

    ck_assert_uint_eq(slurm_components(), 1);
    setenv("SLURM_HET_SIZE", "3", 1);
    ck_assert_uint_eq(slurm_components(), 3);
    unsetenv("SLURM_HET_SIZE");
    ck_assert_uint_eq(slurm_restarts(), 0);
    setenv("SLURM_RESTART_COUNT", "2", 1);
    ck_assert_uint_eq(slurm_restarts(), 2);
    unsetenv("SLURM_JOB_ID");
    ck_assert_uint_eq(slurm_restarts(), 0);
    unsetenv("SLURM_RESTART_COUNT");
}
END_TEST

START_TEST(accounting_has_names_and_numbers_only)
{
    struct slurm_account a;

    ck_assert(!slurm_accounting(&a));
    setenv("SLURM_JOB_ID", "17", 1);
    setenv("SLURM_CLUSTER_NAME", "alpha", 1);
    setenv("SLURM_JOB_USER", "../etc", 1);
    setenv("SLURM_JOB_ACCOUNT", "physics\nx", 1);
    setenv("METANEURON_SUBMITTED", "16 1700000000", 1);
    ck_assert(slurm_accounting(&a));
    ck_assert_str_eq(a.cluster, "alpha");
    ck_assert_str_eq(a.job, "17");
    ck_assert_str_eq(a.task, "-");
    ck_assert_str_eq(a.user, "-");
    ck_assert_str_eq(a.account, "-");
    ck_assert_str_eq(a.submit, "-"); /* another job's */
    setenv("METANEURON_SUBMITTED", "17 1700000000", 1);
    setenv("SLURM_ARRAY_TASK_ID", "0", 1);
    setenv("SLURM_JOB_USER", "alice", 1);
    ck_assert(slurm_accounting(&a));
    ck_assert_str_eq(a.submit, "1700000000");
    ck_assert_str_eq(a.task, "0");
    ck_assert_str_eq(a.user, "alice");
    setenv("METANEURON_SUBMITTED", "17 99999999999", 1);
    ck_assert(slurm_accounting(&a));
    ck_assert_str_eq(a.submit, "-");
    unsetenv("METANEURON_SUBMITTED");
    unsetenv("SLURM_ARRAY_TASK_ID");
    unsetenv("SLURM_JOB_USER");
    unsetenv("SLURM_JOB_ACCOUNT");
    unsetenv("SLURM_CLUSTER_NAME");
    unsetenv("SLURM_JOB_ID");
}
END_TEST

START_TEST(slurm_times_are_read)
{
    ck_assert(slurm_seconds("1-02:03:04") == 93784);
    ck_assert(slurm_seconds("2:03:04") == 7384);
    ck_assert(slurm_seconds("59:59") == 3599);
    ck_assert(slurm_seconds("0:00") == 0);
    ck_assert(isnan(slurm_seconds("UNLIMITED")));
    ck_assert(isnan(slurm_seconds("NOT_SET")));
    ck_assert(isnan(slurm_seconds("")));
    ck_assert(isnan(slurm_seconds("-1:00")));
}
END_TEST

START_TEST(slurm_tasks_are_counted)
{
    static const uint64_t expected[] = {3, 2, 2, 2, 1, 1, 1};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_uint_eq(launch_slurm_tasks("3,2(x3),1", i), expected[i]);
    ck_assert_uint_eq(launch_slurm_tasks("4", 0), 4);
    ck_assert_uint_eq(launch_slurm_tasks(NULL, 0), 1);
    ck_assert_uint_eq(launch_slurm_tasks("x", 0), 1);
}
END_TEST

START_TEST(a_job_that_does_not_begin_is_the_lost_nodes)
{
    struct launch_attempt a = {.outcome = LAUNCH_FAILED, .code = 1, .blame = {.rank = -1}};

    launch_inherit(&policy, &a);
    ck_assert_str_eq(a.blame.node, "");
    ck_assert(!learn(3, "n2", true));
    a.began = true;
    launch_inherit(&policy, &a);
    ck_assert_str_eq(a.blame.node, "");
    a.began = false;
    launch_inherit(&policy, &a);
    ck_assert_str_eq(a.blame.node, "n2");
    ck_assert_int_eq(launch_learn(&policy, &a.blame, true), LAUNCH_WHOLE_NODE);
    a.blame = (struct launch_blame){.rank = -1};
    launch_inherit(&policy, &a);
    ck_assert_str_eq(a.blame.node, "");
}
END_TEST

/* Feeds the text in pieces of that size, and says what is passed on. */
static char *quiet(const char *text, size_t size, bool told)
{
    struct launch_quiet q = {0};
    struct buf out = {0};
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i += size)
        launch_quiet_text(&q, text + i, len - i < size ? len - i : size, &out);
    launch_quiet_end(&q, told, &out);
    buf_adds(&out, "");
    return out.data;
}

#define RULER "--------------------------------------------------------------------------\n"

/* What a launcher says of a job that has said what is wrong is kept back, and nothing else. */
START_TEST(noise_is_kept_back)
{
    static const char noise[] =
        RULER "Primary job  terminated normally, but 1 process returned\n"
              "a non-zero exit code. Per user-direction, the job has been aborted.\n" RULER RULER
              "mpirun detected that one or more processes exited with "
              "non-zero status, thus causing\nthe job to be terminated. The first "
              "process to do so was:\n\n  Process name: [[1,1],0]\n" RULER
              "[n1:12] 3 more processes have sent help message help-mpi-api.txt / mpi-abort\n";
    static const struct {
        const char *before, *after;
    } kept[] = {
        {"metaneuron: it is so\n", ""},
        {"metaneuron: it is so\n",
         "[n1:12] PMIX ERROR\n-x\n--\n" RULER "A node is lost\n" RULER "last"},
        {RULER "There are not enough slots\n" RULER, "---- not a rule\n[half"},
        {"1 slave\r2 slaves\r", "--"},
    };
    char text[4096];

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        for (size_t size = 1; size < 100; size += 7) {
            const char *line = kept[i].before[strlen(kept[i].before) - 1] == '\n' ? "" : "\n";
            snprintf(text, sizeof text, "%s%s%s%s", kept[i].before, line, noise, kept[i].after);
            char *out = quiet(text, size, true);
            snprintf(text, sizeof text, "%s%s%s", kept[i].before, line, kept[i].after);
            ck_assert_str_eq(out, text);
            free(out);
        }
    char *all = quiet(noise, 5, false);
    ck_assert_str_eq(all, noise); /* it is all that there is */
    free(all);
    snprintf(text, sizeof text,
             RULER "MPI_ABORT was invoked on rank 1\nmetaneuron: it is so\n" RULER);
    all = quiet(text, 9, true);
    ck_assert_str_eq(all, text); /* what was written in between is not lost */
    free(all);
}
END_TEST

START_TEST(the_jobs_own_error_is_known)
{
    static const struct {
        const char *line;
        bool told;
    } cases[] = {
        {"metaneuron: d.csv: is not there\n", true},
        {"[1,0]<stderr>:metaneuron: rank 3: no memory\n", true},
        {"metaneuron: warning: slow\n", false},
        {"metaneuron: note: a\n", false},
        {"mpirun detected that it ended\n", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct launch_scan s = {.blame = {.rank = -1}};
        launch_read_text(&s, cases[i].line, strlen(cases[i].line));
        ck_assert_int_eq(s.told, cases[i].told);
    }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, mpirun_is_understood);
    tcase_add_test(t, hydra_is_understood);
    tcase_add_test(t, mpiruns_are_told_apart);
    tcase_add_test(t, srun_is_understood);
    tcase_add_test(t, a_node_without_the_program);
    tcase_add_test(t, a_rank_that_cannot_begin_is_its_nodes);
    tcase_add_test(t, launchers_that_do_not_fit_are_known);
    tcase_add_test(t, long_names_are_nobodys);
    tcase_add_test(t, other_words_blame_nobody);
    tcase_add_test(t, slaves_have_numbers);
    tcase_add_test(t, pauses_double_up_to_a_minute);
    tcase_add_test(t, what_cannot_get_better_is_not_repeated);
    tcase_add_test(t, retries_end);
    tcase_add_test(t, two_in_a_row_exclude_a_slave);
    tcase_add_test(t, two_slaves_in_a_row_exclude_a_node);
    tcase_add_test(t, a_lost_node_is_excluded);
    tcase_add_test(t, of_work_nodes_alone_are_excluded);
    tcase_add_test(t, slurm_tasks_are_counted);
    tcase_add_test(t, a_job_that_does_not_begin_is_the_lost_nodes);
    tcase_add_test(t, slurm_jobs_have_numbers);
    tcase_add_test(t, slurm_times_are_read);
    tcase_add_test(t, accounting_has_names_and_numbers_only);
    tcase_add_test(t, noise_is_kept_back);
    tcase_add_test(t, the_jobs_own_error_is_known);
}

UNIT_MAIN("launch", add)
