/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathers from all ranks what a run would meet. */
#include "engine/doctor/facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/resources.h"
#include "engine/plan/slurm.h"
#include "engine/transport/launcher.h"
#include "h5/flavour.h"
#include "util/clock.h"
#include "util/parse.h"

enum { CLOCK_ROUNDS = 5 };

struct doctor_launch doctor_launch(void)
{
    const struct launcher l = launcher_find();
    uint64_t tasks;

    return (struct doctor_launch){
        .launcher = l.name,
        .ranks = l.ranks,
        .tasks = parse_variable("SLURM_NTASKS", &tasks) == 0 && tasks <= INT_MAX ? (long)tasks : 0,
        .components = (long)slurm_components(),
        .srun = l.srun,
    };
}

/* Collective. Rank 0 holds a lock in the ledger's directory until all have
 * told; the others see whether it keeps them out. Returns rank 0's lock. */
static int try_locks(struct transport *t, struct doctor_facts *f, struct doctor_rank *here,
                     struct buf *path, struct err *e)
{
    char existing[PATH_MAX], name[PATH_MAX] = "";
    int fd = -1;

    if (transport_rank(t) == 0) {
        if (transport_size(t) > 1 && !f->ledger.why.code &&
            probe_existing(f->ledger.path, existing, sizeof existing, NULL) == 0)
            fd = probe_hold(existing, name, sizeof name, &f->ledger.why);
        buf_add(path, fd >= 0 ? name : "", (fd >= 0 ? strlen(name) : 0) + 1);
    }
    if (transport_broadcast(t, path, e) == 0 && transport_rank(t) > 0 && path->data[0])
        here->lock = probe_try(path->data);
    return fd;
}

/* Collective. One round of asking all clocks at once, at the middle of which
 * they should have said what rank 0's did. The shortest round is kept. */
static int compare_clocks(struct transport *t, struct doctor_facts *f, struct doctor_rank *ranks,
                          struct err *e)
{
    struct buf ask = {0}, answers = {0};
    int rc = 0;

    f->skew_error = INFINITY;
    for (int i = 0; rc == 0 && i < CLOCK_ROUNDS; i++) {
        double begin = clock_steady();
        int64_t start = clock_utc_us(), now;
        buf_reset(&ask);
        buf_addc(&ask, '?');
        rc = transport_broadcast(t, &ask, e);
        now = clock_utc_us();
        if (rc == 0)
            rc = transport_gather(t, &now, sizeof now, &answers, e);
        double half = (clock_steady() - begin) / 2;
        if (rc < 0 || transport_rank(t) != 0 || half >= f->skew_error)
            continue;
        f->skew_error = half;
        for (int k = 1; k < f->ranks; k++) {
            memcpy(&now, answers.data + (size_t)k * sizeof now, sizeof now);
            ranks[k].skew = ((double)now - (double)start) * 1e-6 - half;
        }
    }
    buf_free(&ask);
    buf_free(&answers);
    return rc;
}

/* What a rank says of itself may be anything: its texts must end, and its flags be some. */
static int check_ranks(const struct doctor_facts *f, struct err *e)
{
#define AT(field)                                                  \
    {                                                              \
        offsetof(struct doctor_rank, field), sizeof f->rank->field \
    }
    static const struct {
        size_t offset, size;
    } texts[] = {AT(node),        AT(has_trouble),    AT(blas),         AT(blas_core),
                 AT(blas_better), AT(reader_trouble), AT(state_trouble)},
      flags[] = {AT(has.fabric), AT(has.bound), AT(blas_linked)};
#undef AT

    for (int k = 0; k < f->ranks; k++) {
        const char *told = (const char *)&f->rank[k];
        bool right = true;
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            right &= memchr(told + texts[i].offset, '\0', texts[i].size) != NULL;
        for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
            right &= told[flags[i].offset] == 0 || told[flags[i].offset] == 1;
        if (!right)
            return err_set(e, ERR_SOFTWARE, "rank %d tells of itself what no rank does", k);
    }
    return 0;
}

/* Master only. */
static void see_job(struct doctor_facts *f, struct transport *t, const struct doctor_options *o)
{
    f->launch = o->launch;
    f->mpi = o->mpi;
    f->time_left = resources_time_left();
    transport_library(t, f->library, sizeof f->library);
    flavour_check(f->hdf5, sizeof f->hdf5, &f->hdf5_why);
    doctor_see_places(f, o);
}

int engine_doctor(struct transport *t, struct reader *r, const struct doctor_options *o,
                  struct doctor_report *report, struct err *e)
{
    struct doctor_facts f = {.ranks = transport_size(t)};
    struct doctor_rank here;
    struct buf path = {0}, ranks = {0};

    doctor_see_rank(&here, r);
    if (transport_rank(t) == 0)
        see_job(&f, t, o);
    int lock = try_locks(t, &f, &here, &path, e);
    int rc = transport_gather(t, &here, sizeof here, &ranks, e);
    probe_release(lock, path.data);
    if (rc == 0)
        rc = compare_clocks(t, &f, (struct doctor_rank *)(void *)ranks.data, e);
    if (rc == 0 && transport_rank(t) == 0) {
        f.rank = (const struct doctor_rank *)(const void *)ranks.data;
        if ((rc = check_ranks(&f, e)) == 0)
            doctor_judge(&f, report);
    }
    buf_free(&path);
    buf_free(&ranks);
    return rc;
}
