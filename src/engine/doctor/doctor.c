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
    f->exclusive = o->exclusive;
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
    struct doctor_trial trial = {.fd = -1};
    struct err odd = {0};
    struct buf ranks = {0};

    doctor_see_rank(&here, r);
    if (transport_rank(t) == 0)
        see_job(&f, t, o);
    int rc = doctor_try_hold(t, &f, &here, &trial, e);
    if (rc == 0)
        rc = transport_gather(t, &here, sizeof here, &ranks, e);
    if (rc == 0 && transport_rank(t) == 0) {
        f.rank = (const struct doctor_rank *)(const void *)ranks.data;
        if (check_ranks(&f, &odd) < 0) /* the others go on, and this one with them */
            f.rank = NULL;
    }
    if (rc == 0)
        rc = doctor_try_append(t, &f, &trial, e);
    doctor_end_trial(&trial);
    if (rc == 0)
        rc = compare_clocks(t, &f, (struct doctor_rank *)(void *)ranks.data, e);
    if (rc == 0 && odd.code)
        rc = err_set(e, odd.code, "%s", odd.text);
    else if (rc == 0 && transport_rank(t) == 0)
        doctor_judge(&f, report);
    buf_free(&ranks);
    return rc;
}
