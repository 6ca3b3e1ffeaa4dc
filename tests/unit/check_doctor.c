/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doctor: what it finds in given facts, and with which exit code. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/doctor/facts.h"
#include "util/text.h"

enum { RANKS = 4 };

static struct doctor_rank ranks[RANKS];
static struct doctor_facts facts;
static struct doctor_report report;

static const char *called; /* this host, as long as a test runs */

/* In place of the C library's. */
int gethostname(char *name, size_t len)
{
    snprintf(name, len, "%s", called ? called : "n0.example");
    return 0;
}

static struct doctor_place place(const char *path)
{
    struct doctor_place p = {.is = {.space = (uint64_t)1 << 40, .sync = 1e-3}};

    snprintf(p.path, sizeof p.path, "%s", path);
    filesystem_judge(&p.is.fs, "ext4", "rw");
    return p;
}

/* Two nodes of two ranks each, all as it should be. */
static void setup(void)
{
    memset(ranks, 0, sizeof ranks);
    for (int k = 0; k < RANKS; k++) {
        struct doctor_rank *d = &ranks[k];
        snprintf(d->node, sizeof d->node, "n%d", k / 2);
        d->has = (struct resources){
            .memory = (uint64_t)8 << 30, .cores = 4, .bound = true, .usable = {1u << k % 2}};
        d->blas_linked = true;
        snprintf(d->blas, sizeof d->blas, "OpenBLAS 0.3.21");
        snprintf(d->blas_core, sizeof d->blas_core, "Haswell");
        d->blas_threads = 1;
        d->files = 1024;
        d->locked_memory = UINT64_MAX;
        d->lock = k ? PROBE_HELD : 0;
    }
    facts = (struct doctor_facts){.ranks = RANKS,
                                  .rank = ranks,
                                  .launch = {"mpirun", RANKS, 0},
                                  .library = "Open MPI v4",
                                  .hdf5 = "HDF5 1.10.8",
                                  .ledger = place("/ledger"),
                                  .out = place("/result.h5"),
                                  .key = "/key",
                                  .skew_error = 1e-4,
                                  .time_left = INFINITY};
}

static const struct doctor_finding *find(const char *topic)
{
    for (size_t i = 0; i < report.count; i++)
        if (strcmp(report.finding[i].topic, topic) == 0)
            return &report.finding[i];
    return NULL;
}

static const struct doctor_finding *find_last(const char *topic)
{
    for (size_t i = report.count; i-- > 0;)
        if (strcmp(report.finding[i].topic, topic) == 0)
            return &report.finding[i];
    return NULL;
}

/* The facts as they are give this finding, and the job this code. */
static void expect(const char *topic, enum doctor_verdict verdict, enum err_code code,
                   const char *words)
{
    doctor_judge(&facts, &report);
    const struct doctor_finding *x = find(topic);

    ck_assert_msg(x != NULL, "no finding %s", topic);
    ck_assert_msg(x->verdict == verdict && strstr(x->text, words), "%s: %d %s", topic,
                  (int)x->verdict, x->text);
    ck_assert_msg((x->advice != NULL) == (verdict != DOCTOR_OK), "%s: advice", topic);
    ck_assert_int_eq(doctor_code(&report), code);
    setup();
}

START_TEST(all_is_well)
{
    doctor_judge(&facts, &report);
    ck_assert_uint_ge(report.count, 12);
    for (size_t i = 0; i < report.count; i++)
        ck_assert_msg(report.finding[i].verdict == DOCTOR_OK, "%s: %s", report.finding[i].topic,
                      report.finding[i].text);
    ck_assert_int_eq(doctor_code(&report), ERR_NONE);
    ck_assert_ptr_nonnull(strstr(find("node")->text, "2 ranks on 2 of 4 cores, bound"));
}
END_TEST

START_TEST(launches_are_compared)
{
    err_set(&facts.mpi, ERR_SOFTWARE, "do not share PMIx");
    expect("launch", DOCTOR_PROBLEM, ERR_SOFTWARE, "PMIx");
    facts.launch.ranks = 9;
    expect("launch", DOCTOR_PROBLEM, ERR_SOFTWARE, "mpirun started 9 ranks, but MPI");
    facts.launch = (struct doctor_launch){.tasks = 4};
    facts.ranks = 1;
    expect("launch", DOCTOR_NOTE, ERR_NONE, "Slurm gives 4 tasks");
    facts.launch = (struct doctor_launch){.tasks = 1};
    facts.ranks = 1;
    expect("launch", DOCTOR_OK, ERR_NONE, "one process");
}
END_TEST

START_TEST(places_are_judged)
{
    err_set(&facts.ledger.why, ERR_OPEN, "cannot be opened");
    expect("ledger", DOCTOR_PROBLEM, ERR_OPEN, "cannot be opened");
    err_set(&facts.ledger.why, ERR_IO, "locks have no effect");
    expect("ledger", DOCTOR_PROBLEM, ERR_IO, "no effect");
    facts.out.is.space = 1000;
    expect("result", DOCTOR_PROBLEM, ERR_IO, "are free");
    facts.out.is.space = 100 << 20;
    expect("result", DOCTOR_NOTE, ERR_NONE, "100 MiB");
    facts.ledger.is.sync = 2;
    expect("ledger", DOCTOR_NOTE, ERR_NONE, "2000.0 ms");
    filesystem_judge(&facts.ledger.is.fs, "tmpfs", "rw");
    expect("ledger", DOCTOR_NOTE, ERR_NONE, "on tmpfs");
    err_set(&facts.key_why, ERR_OPEN, "/key: cannot be made");
    expect("key", DOCTOR_PROBLEM, ERR_OPEN, "cannot be made");
}
END_TEST

START_TEST(the_first_problem_gives_the_code)
{
    err_set(&facts.hdf5_why, ERR_SOFTWARE, "1.10.9 is loaded");
    err_set(&facts.ledger.why, ERR_OPEN, "x");
    facts.time_left = -1;
    expect("hdf5", DOCTOR_PROBLEM, ERR_SOFTWARE, "is loaded");
    err_set(&facts.out.why, ERR_OPEN, "x");
    facts.time_left = -1;
    expect("time", DOCTOR_PROBLEM, ERR_OPEN, "is over");
}
END_TEST

START_TEST(time_and_clocks_are_judged)
{
    facts.time_left = 0;
    expect("time", DOCTOR_PROBLEM, ERR_INCOMPLETE, "over");
    facts.time_left = 60;
    expect("time", DOCTOR_NOTE, ERR_NONE, "60 s left");
    facts.time_left = 7200;
    expect("time", DOCTOR_OK, ERR_NONE, "7200 s left");
    ranks[2].skew = -1.5;
    expect("clock", DOCTOR_PROBLEM, ERR_INCOMPLETE, "n1 is -1.500 s");
    ranks[2].skew = .5;
    expect("clock", DOCTOR_NOTE, ERR_NONE, "n1 is +0.500 s");
    ranks[2].skew = 1.5; /* but the answer took three seconds */
    facts.skew_error = 1.5;
    expect("clock", DOCTOR_OK, ERR_NONE, "within 3000.0 ms");
}
END_TEST

START_TEST(ranks_are_judged)
{
    ranks[1].has.usable[0] = 1;
    expect("node", DOCTOR_NOTE, ERR_NONE, "n0: 2 ranks on 1 of 4 cores, bound");
    ranks[0].has.cores = 1;
    ranks[1].has.usable[0] = 1;
    expect("node", DOCTOR_NOTE, ERR_NONE, "2 ranks on 1 of 1 cores");
    strcpy(ranks[3].reader_trouble, "no seccomp");
    expect("reader", DOCTOR_PROBLEM, ERR_SOFTWARE, "1 of 4 ranks cannot read contracts; node n1");
    strcpy(ranks[2].state_trouble, "no home");
    expect("state", DOCTOR_PROBLEM, ERR_OPEN, "node n1: no home");
    ranks[2].files = 64;
    expect("limits", DOCTOR_NOTE, ERR_NONE, "n1: only 64 open files");
    ranks[2].locked_memory = 65536;
    expect("limits", DOCTOR_OK, ERR_NONE, "locked memory 64.0 KiB");
    ranks[2].locked_memory = 65536;
    ranks[2].has.fabric = true;
    expect("limits", DOCTOR_NOTE, ERR_NONE, "n1: only 64.0 KiB");
}
END_TEST

START_TEST(locks_are_judged)
{
    ranks[3].lock = PROBE_TAKEN;
    ranks[1].lock = PROBE_ABSENT;
    expect("locks", DOCTOR_PROBLEM, ERR_IO, "n1 can lock");
    ranks[2].lock = PROBE_ABSENT;
    expect("locks", DOCTOR_NOTE, ERR_NONE, "n1 does not see");
    ranks[2].lock = PROBE_FAILED;
    expect("locks", DOCTOR_NOTE, ERR_NONE, "n1 cannot lock");
    expect("locks", DOCTOR_OK, ERR_NONE, "3 other ranks on 2 nodes");
}
END_TEST

START_TEST(appends_are_judged)
{
    facts.partner = 2;
    facts.there = facts.back = PROBE_SEEN;
    expect("locks", DOCTOR_OK, ERR_NONE, "on 2 nodes, and each sees what another has appended");
    facts.partner = 2;
    facts.there = PROBE_UNSEEN;
    facts.back = PROBE_UNABLE;
    expect("locks", DOCTOR_PROBLEM, ERR_IO, "node n1 and rank 0 append in turn");
    facts.partner = 2;
    facts.there = PROBE_SEEN;
    facts.back = PROBE_UNSEEN;
    expect("locks", DOCTOR_PROBLEM, ERR_IO, "do not see all");
    ranks[3].appended = PROBE_UNSEEN;
    expect("locks", DOCTOR_PROBLEM, ERR_IO, "node n1 does not see what rank 0 has appended");
}
END_TEST

START_TEST(promises_are_judged)
{
    static const char nolock[] = "rw,vers=3,nolock,local_lock=all";

    expect("shared", DOCTOR_OK, ERR_NONE, "ext4: one node alone");
    filesystem_judge(&facts.ledger.is.fs, "nfs4", "rw,local_lock=none");
    expect("shared", DOCTOR_OK, ERR_NONE, "hold between nodes; between the nodes of this job they");
    filesystem_judge(&facts.ledger.is.fs, "nfs4", "rw,local_lock=none");
    facts.launch.ranks = facts.ranks = 1;
    expect("shared", DOCTOR_OK, ERR_NONE, "ranks on two nodes can try it, one process cannot");
    filesystem_judge(&facts.ledger.is.fs, "nfs", nolock);
    expect("shared", DOCTOR_PROBLEM, ERR_REFUSED, "nfs with nolock: locks hold on one node only");
    filesystem_judge(&facts.ledger.is.fs, "nfs", nolock);
    facts.exclusive = true;
    expect("shared", DOCTOR_NOTE, ERR_NONE, "nfs with nolock");
    ranks[2].lock = PROBE_TAKEN;
    facts.exclusive = true;
    expect("locks", DOCTOR_NOTE, ERR_NONE, "n1 can lock");
    filesystem_judge(&facts.ledger.is.fs, "lustre", "rw");
    expect("shared", DOCTOR_PROBLEM, ERR_REFUSED, "lustre without flock: there are no locks");
    filesystem_judge(&facts.ledger.is.fs, "fuse.x", "rw");
    expect("shared", DOCTOR_PROBLEM, ERR_REFUSED, "not known; between the nodes of this job they");
    err_set(&facts.ledger.why, ERR_OPEN, "x");
    doctor_judge(&facts, &report);
    ck_assert_ptr_null(find("shared"));
    setup();
    facts.half_groups = true;
    doctor_judge(&facts, &report);
    ck_assert_int_eq(doctor_code(&report), ERR_NONE);
    bool told = false;
    for (size_t i = 0; i < report.count; i++)
        told |= report.finding[i].verdict == DOCTOR_NOTE &&
                strstr(report.finding[i].text, "set-group-ID") != NULL;
    ck_assert(told);
}
END_TEST

START_TEST(components_are_told_of)
{
    facts.launch.components = 2;
    doctor_judge(&facts, &report);
    ck_assert_str_eq(report.finding[1].topic, "launch");
    ck_assert_int_eq((int)report.finding[1].verdict, DOCTOR_NOTE);
    ck_assert_ptr_nonnull(strstr(report.finding[1].text, "has 2 components"));
    ck_assert_int_eq((int)doctor_code(&report), ERR_NONE);
}
END_TEST

START_TEST(blas_is_judged)
{
    strcpy(ranks[3].blas_core, "Zen");
    expect("blas", DOCTOR_NOTE, ERR_NONE, "1 of 4 ranks");
    ranks[1].blas_threads = 4;
    expect("blas", DOCTOR_NOTE, ERR_NONE, "more than its cores on 1 of 4 ranks");
    strcpy(ranks[3].blas_core, "Prescott");
    strcpy(ranks[3].blas_better, "SkylakeX");
    expect("blas", DOCTOR_NOTE, ERR_NONE, "for Prescott: a kernel for old processors");
    ranks[0].blas[0] = '\0';
    expect("blas", DOCTOR_NOTE, ERR_NONE, "not OpenBLAS");
    ranks[0].blas[0] = '\0';
    ranks[0].blas_linked = false;
    expect("blas", DOCTOR_OK, ERR_NONE, "none is linked");
}
END_TEST

/* More nodes than lines: a report has an end. */
START_TEST(many_nodes_are_counted)
{
    static struct doctor_rank many[200];

    for (int k = 0; k < 200; k++) {
        many[k] = ranks[0];
        snprintf(many[k].node, sizeof many[k].node, "n%d", k);
    }
    facts.rank = many;
    facts.ranks = 200;
    facts.launch.ranks = 200;
    doctor_judge(&facts, &report);
    ck_assert_uint_lt(report.count, DOCTOR_FINDINGS);
    ck_assert_str_eq(find_last("node")->text, "and 184 more");
}
END_TEST

START_TEST(nodes_have_the_first_part_of_their_hosts_names)
{
    char node[NODE_NAME], host[TEXT_NAME + 2];
    struct err e = {0};

    ck_ok(resources_node(node, &e), &e);
    ck_assert_str_eq(node, "n0");
    called = memset(host, 'n', sizeof host);
    host[TEXT_NAME] = '\0';
    ck_ok(resources_node(node, &e), &e);
    ck_assert_str_eq(node, host);
    host[TEXT_NAME] = 'n';
    host[TEXT_NAME + 1] = '\0';
    ck_fails(resources_node(node, &e), &e, ERR_INPUT, "has 65 bytes, at most 64 are allowed");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, all_is_well);
    tcase_add_test(t, launches_are_compared);
    tcase_add_test(t, places_are_judged);
    tcase_add_test(t, the_first_problem_gives_the_code);
    tcase_add_test(t, time_and_clocks_are_judged);
    tcase_add_test(t, ranks_are_judged);
    tcase_add_test(t, locks_are_judged);
    tcase_add_test(t, appends_are_judged);
    tcase_add_test(t, promises_are_judged);
    tcase_add_test(t, blas_is_judged);
    tcase_add_test(t, components_are_told_of);
    tcase_add_test(t, many_nodes_are_counted);
    tcase_add_test(t, nodes_have_the_first_part_of_their_hosts_names);
}

UNIT_MAIN("doctor", add)
