/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives the facts about ranks their verdicts. */
#include "engine/doctor/facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/parse.h"

enum { NODES_SHOWN = 16, FEW_FILES = 256 };

static const double skew_most = 1;     /* seconds: records' times must not go back */
static const double skew_notable = .1; /* seconds */

/* Finds the ranks whose trouble of one kind is not empty: the first of them,
 * and how many. offset: of the trouble within a rank. */
static int find_trouble(const struct doctor_facts *f, size_t offset, int *count)
{
    int first = -1;

    *count = 0;
    for (int k = 0; k < f->ranks; k++) {
        const char *trouble = (const char *)&f->rank[k] + offset;
        if (trouble[0] == '\0')
            continue;
        first = first < 0 ? k : first;
        ++*count;
    }
    return first;
}

static void judge_reader(const struct doctor_facts *f, struct doctor_report *r)
{
    int count, k = find_trouble(f, offsetof(struct doctor_rank, reader_trouble), &count);

    if (k < 0)
        doctor_ok(r, "reader", "contracts can be read in the sandbox");
    else
        doctor_problem(r, "reader", ERR_SOFTWARE,
                       "allow seccomp filters and processes where this runs (containers often "
                       "forbid them)",
                       "%d of %d ranks cannot read contracts; node %s: %s", count, f->ranks,
                       f->rank[k].node, f->rank[k].reader_trouble);
}

static void judge_state(const struct doctor_facts *f, struct doctor_report *r)
{
    int count, k = find_trouble(f, offsetof(struct doctor_rank, state_trouble), &count);

    if (k < 0)
        doctor_ok(r, "state", "every rank has a place for its copy of the contract");
    else
        doctor_problem(r, "state", ERR_OPEN,
                       "set HOME or XDG_STATE_HOME to where you may write on every node",
                       "%d of %d ranks have no place for their copy of the contract; node %s: %s",
                       count, f->ranks, f->rank[k].node, f->rank[k].state_trouble);
}

/* The ranks on one node. */
struct node {
    const struct doctor_rank *rank; /* one of them */
    int ranks, bound;
    uint32_t cores; /* that any of them may use */
};

static struct node count_node(const struct doctor_facts *f, int first)
{
    struct node n = {.rank = &f->rank[first]};
    uint64_t used[RESOURCES_CORES / 64] = {0};

    for (int k = first; k < f->ranks; k++) {
        if (strcmp(f->rank[k].node, n.rank->node) != 0)
            continue;
        n.ranks++;
        n.bound += f->rank[k].has.bound;
        for (size_t i = 0; i < RESOURCES_CORES / 64; i++)
            used[i] |= f->rank[k].has.usable[i];
    }
    for (size_t i = 0; i < RESOURCES_CORES / 64; i++)
        n.cores += (uint32_t)__builtin_popcountll(used[i]);
    return n;
}

/* Whether a rank before this one is on the same node. */
static bool is_known(const struct doctor_facts *f, int k)
{
    for (int i = k - 1; i >= 0; i--)
        if (strcmp(f->rank[i].node, f->rank[k].node) == 0)
            return true;
    return false;
}

static void judge_node(const struct node *n, struct doctor_report *r)
{
    const struct resources *has = &n->rank->has;
    const char *bound = n->bound == 0          ? "not bound"
                        : n->bound == n->ranks ? "bound"
                                               : "some of them bound";
    char memory[NUMBER_TEXT], text[300];

    if (n->rank->has_trouble[0]) {
        doctor_note(r, "node", "memory, cores and GPUs that a contract asks for cannot be checked",
                    "%s: %s", n->rank->node, n->rank->has_trouble);
        return;
    }
    snprintf(text, sizeof text,
             "%s: %d rank%s on %" PRIu32 " of %" PRIu32 " cores, %s; memory %s; GPUs %" PRId64,
             n->rank->node, n->ranks, n->ranks == 1 ? "" : "s", n->cores, has->cores, bound,
             format_size(memory, (double)has->memory), has->gpus);
    if ((uint32_t)n->ranks <= n->cores)
        doctor_ok(r, "node", "%s", text);
    else if (n->cores < has->cores)
        doctor_note(r, "node",
                    "ranks share cores while others idle: mpirun --bind-to core --map-by core, or "
                    "srun --cpu-bind=cores",
                    "%s", text);
    else
        doctor_note(
            r, "node",
            "more ranks than cores: it works, as waiting ranks sleep, but is no faster than "
            "one rank a core",
            "%s", text);
}

static int judge_nodes(const struct doctor_facts *f, struct doctor_report *r)
{
    int nodes = 0;

    for (int k = 0; k < f->ranks; k++) {
        if (is_known(f, k) || ++nodes > NODES_SHOWN)
            continue;
        struct node n = count_node(f, k);
        judge_node(&n, r);
    }
    if (nodes > NODES_SHOWN)
        doctor_ok(r, "node", "and %d more", nodes - NODES_SHOWN);
    return nodes;
}

/* OpenBLAS does not know the newest processors, and then takes a kernel that all have. */
static void judge_kernel(const struct doctor_rank *d, struct doctor_report *r)
{
    doctor_note(r, "blas",
                strcmp(d->blas_better, "SkylakeX") == 0
                    ? "set OPENBLAS_CORETYPE=SkylakeX where the run is started, or take a newer "
                      "OpenBLAS; scores may differ in the last digits then"
                    : "set OPENBLAS_CORETYPE=Haswell where the run is started, or take a newer "
                      "OpenBLAS; scores may differ in the last digits then",
                "%s for %s: a kernel for old processors, many times slower than that for %s, which "
                "node %s could use",
                d->blas, d->blas_core, d->blas_better, d->node);
}

static void judge_blas(const struct doctor_facts *f, struct doctor_report *r)
{
    const struct doctor_rank *first = &f->rank[0];
    int other = 0, crowded = 0, old = -1;

    if (first->blas[0] == '\0' && !first->blas_linked) {
        doctor_ok(r, "blas", "none is linked, as nothing in this program calls one");
        return;
    }
    if (first->blas[0] == '\0') {
        doctor_note(r, "blas",
                    "the reference BLAS is 25 times slower: build with BLAS_LIBS=-lopenblas",
                    "the BLAS that is linked is not OpenBLAS");
        return;
    }
    for (int k = 0; k < f->ranks; k++) {
        const struct doctor_rank *d = &f->rank[k];
        uint32_t cores = 0;
        for (size_t i = 0; i < RESOURCES_CORES / 64; i++)
            cores += (uint32_t)__builtin_popcountll(d->has.usable[i]);
        crowded += d->blas_threads > 1 && (uint32_t)d->blas_threads > cores;
        other += strcmp(d->blas_core, first->blas_core) != 0;
        old = old < 0 && d->blas_better[0] ? k : old;
    }
    if (old >= 0)
        judge_kernel(&f->rank[old], r);
    else if (crowded)
        doctor_note(r, "blas", "set OPENBLAS_NUM_THREADS to the cores that a rank owns",
                    "%s, %" PRId32 " threads a rank: more than its cores on %d of %d ranks",
                    first->blas, first->blas_threads, crowded, f->ranks);
    else if (other)
        doctor_note(r, "blas",
                    "scores may differ in the last digits between nodes; decisions are stored, and "
                    "aggregates do not depend on it",
                    "%s for %s, but %d of %d ranks have another processor", first->blas,
                    first->blas_core, other, f->ranks);
    else
        doctor_ok(r, "blas", "%s for %s, %" PRId32 " thread%s a rank", first->blas,
                  first->blas_core, first->blas_threads, first->blas_threads == 1 ? "" : "s");
}

static void judge_clocks(const struct doctor_facts *f, struct doctor_report *r)
{
    int worst = 0;

    for (int k = 1; k < f->ranks; k++)
        if (fabs(f->rank[k].skew) > fabs(f->rank[worst].skew))
            worst = k;
    double skew = f->rank[worst].skew, sure = fabs(skew) - f->skew_error;
    if (f->ranks == 1)
        return;
    if (sure > skew_most)
        doctor_problem(r, "clock", ERR_INCOMPLETE,
                       "synchronise the nodes' clocks (NTP): the times of records must not go back",
                       "node %s is %+.3f s from rank 0's clock", f->rank[worst].node, skew);
    else if (sure > skew_notable)
        doctor_note(r, "clock", "synchronise the nodes' clocks (NTP)",
                    "node %s is %+.3f s from rank 0's clock", f->rank[worst].node, skew);
    else
        doctor_ok(r, "clock", "all within %.1f ms of rank 0's, as far as can be told",
                  (fabs(skew) + f->skew_error) * 1e3);
}

static void judge_limits(const struct doctor_facts *f, struct doctor_report *r)
{
    const struct doctor_rank *fewest = f->rank, *least = f->rank;
    char size[NUMBER_TEXT];

    for (int k = 1; k < f->ranks; k++) {
        fewest = f->rank[k].files < fewest->files ? &f->rank[k] : fewest;
        least = f->rank[k].locked_memory < least->locked_memory ? &f->rank[k] : least;
    }
    format_size(size, (double)least->locked_memory);
    if (fewest->files < FEW_FILES)
        doctor_note(r, "limits", "raise it: ulimit -n 1024",
                    "node %s: only %" PRIu64 " open files (RLIMIT_NOFILE)", fewest->node,
                    fewest->files);
    else if (least->has.fabric && least->locked_memory != UINT64_MAX)
        doctor_note(r, "limits",
                    "its network needs locked memory: ask for ulimit -l unlimited in the batch "
                    "system's daemon",
                    "node %s: only %s of locked memory (RLIMIT_MEMLOCK)", least->node, size);
    else
        doctor_ok(r, "limits", "%" PRIu64 " open files; locked memory %s", fewest->files,
                  least->locked_memory == UINT64_MAX ? "unlimited" : size);
}

void doctor_judge_ranks(const struct doctor_facts *f, struct doctor_report *r)
{
    judge_reader(f, r);
    judge_state(f, r);
    judge_blas(f, r);
    judge_clocks(f, r);
    judge_limits(f, r);
    doctor_judge_shared(f, judge_nodes(f, r), r);
}
