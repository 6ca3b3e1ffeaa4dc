/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares computations of one range by different slaves. */
#include "engine/pool/ranges_inspect.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/filter.h"
#include "engine/judge/weights.h"
#include "engine/pool/ranges_states.h"
#include "engine/result/name.h"

enum { SEED = 32 };

/* Which ranges are drawn is the master's secret until they are in, or a slave would be
 * careful with those only; and the same after a restart, or it could wait for better ones. */
static int read_seed(struct job *j, uint8_t seed[static SEED], struct err *e)
{
    struct buf b = {0};
    char *data;
    size_t len;
    int found = job_read(j, "seed", SEED, &data, &len, e);

    if (found < 0)
        return -1;
    if (found > 0) {
        memcpy(seed, data, len < SEED ? len : SEED);
        free(data);
        return 0;
    }
    if (random_bytes(seed, SEED, e) < 0)
        return -1;
    seal_start(&b);
    buf_add(&b, seed, SEED);
    int rc = seal_write(&j->seal, "seed", &b, e);
    buf_free(&b);
    return rc;
}

int ranges_draw(struct ranges *w, struct err *e)
{
    struct {
        uint8_t seed[SEED];
        uint64_t range;
    } text = {{0}, 0};
    uint8_t digest[SHA256_LEN];
    uint64_t drawn;

    if (w->g.j->plan->contract->work_check <= 0)
        return 0;
    if (read_seed(w->g.j, text.seed, e) < 0)
        return -1;
    for (size_t k = 0; k < w->ranges; k++) {
        text.range = htole64(k);
        if (hash_bytes(&text, sizeof text, digest, e) < 0)
            return -1;
        memcpy(&drawn, digest, sizeof drawn);
        w->range[k].drawn = ldexp((double)le64toh(drawn), -64) < w->g.j->plan->contract->work_check;
    }
    return 0;
}

/* Whether two computations of a range agree, as far as the contract wants it. */
static bool agree(const struct ranges *w, const double *a, const double *b)
{
    size_t length = w->g.j->result->length;
    double tolerance = w->g.j->plan->contract->work_tolerance;

    if (memcmp(a, b, length * sizeof *a) == 0)
        return true;
    for (size_t i = 0; i < length; i++)
        if (!(fabs(a[i] - b[i]) <= tolerance * fmax(fabs(a[i]), fabs(b[i]))))
            return false;
    return tolerance > 0;
}

static int record_check(struct ranges *w, const char *slave, const char *by, const double *state,
                        const char *verdict, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    struct record *r = job_record(w->g.j, "check", e);

    if (!r || hash_doubles(state, w->g.j->result->length, digest, e) < 0)
        return -1;
    record_set(r, "round", "1");
    record_set(r, "slave", "%s", slave);
    record_set(r, "by", "%s", by);
    record_set_digest(r, "state", digest);
    record_set(r, "verdict", "%s", verdict);
    return 0;
}

/* Two agree on the state that stands. */
static int confirm(struct ranges *w, uint32_t k, const char *by, const double *state, struct err *e)
{
    w->g.j->result->slave[k].confirmed = true;
    ranges_uninspect(w, k, INSPECT_DONE);
    return record_check(w, w->g.j->result->slave[k].name, by, state, "same", e);
}

/* A slave was found out: it gets no more work, and what nobody else has confirmed of its
 * own is computed again by others. */
static int blame(struct ranges *w, const char *name, const char *by, const double *state,
                 struct err *e)
{
    for (int g = 0; g < w->g.count; g++)
        w->worker[g].wrong |= strcmp(w->worker[g].name, name) == 0;
    for (uint32_t k = 0; k < w->ranges; k++) {
        char who[SLAVE_NAME];
        if (w->g.j->partitions[k].stage == JOB_ANSWERED && w->range[k].inspection != INSPECT_DONE &&
            strcmp(result_slave_name(w->g.j->result->slave[k].name, who), name) == 0)
            ranges_take_back(w, k);
    }
    return record_check(w, name, by, state, "wrong", e);
}

/* The first and the second differ, and a third has computed the range too. */
static int settle_difference(struct ranges *w, uint32_t k, const struct worker *third,
                             const double *state, struct err *e)
{
    struct range *r = &w->range[k];
    const double *standing = w->g.j->result->states + (size_t)k * w->g.j->result->length;
    const struct worker *second = &w->worker[r->second];
    char first[SLAVE_NAME];

    result_slave_name(w->g.j->result->slave[k].name, first);
    if (agree(w, state, standing)) {
        double *theirs = r->contested;
        r->contested = NULL; /* it outlives the inspection by a line */
        int rc = confirm(w, k, third->name, state, e);
        rc = rc < 0 ? rc : blame(w, second->name, third->name, theirs, e);
        free(theirs);
        return rc;
    }
    if (record_check(w, w->g.j->result->slave[k].name, third->name, state, "differs", e) < 0)
        return -1;
    if (!agree(w, state, r->contested))
        return 0; /* all three differ; perhaps a fourth knows */
    double *theirs = r->contested;
    r->contested = NULL;
    double *mine = err_alloc(w->g.j->result->length, sizeof *mine, "a state", e);
    int rc = mine ? 0 : -1;
    if (mine)
        memcpy(mine, standing, w->g.j->result->length * sizeof *mine);
    if (rc == 0)
        rc = ranges_accept(w, k, r->second, second->name, theirs, r->seconds, e);
    if (rc == 0)
        rc = confirm(w, k, third->name, state, e);
    if (rc == 0)
        rc = blame(w, first, third->name, mine, e);
    free(theirs);
    free(mine);
    return rc;
}

int ranges_compare(struct ranges *w, uint32_t k, int group, const double *state, double seconds,
                   struct err *e)
{
    const struct worker *x = &w->worker[group];
    struct range *r = &w->range[k];
    size_t length = w->g.j->result->length;

    if (r->inspection == INSPECT_DONE || r->second == group || ranges_is_of(w, k, x))
        return 0; /* a straggler's answer that proves nothing new */
    if (r->inspection == INSPECT_THIRD)
        return settle_difference(w, k, x, state, e);
    if (agree(w, state, w->g.j->result->states + (size_t)k * length))
        return confirm(w, k, x->name, state, e);
    ranges_want(w, k);
    r->inspection = INSPECT_THIRD;
    r->second = group;
    r->seconds = seconds;
    r->contested = err_alloc(length, sizeof *r->contested, "a state", e);
    if (!r->contested)
        return -1;
    memcpy(r->contested, state, length * sizeof *r->contested);
    return record_check(w, w->g.j->result->slave[k].name, x->name, state, "differs", e);
}

int ranges_inspect(struct pool *pool, size_t *more, struct err *e)
{
    struct ranges *w = (struct ranges *)pool;
    struct job *j = w->g.j;

    *more = 0;
    /* Only now it is known who has computed what. */
    if (!j->judged && judge_weights(j->plan->contract, j->ledger, &j->run, j->result, e) < 0)
        return -1;
    if (filter_judge(j, e) < 0)
        return -1;
    for (uint32_t k = 0; k < w->ranges; k++) {
        if (!j->result->slave[k].answered || !j->result->slave[k].decision.rejected ||
            w->range[k].inspection != INSPECT_NONE)
            continue;
        ranges_want(w, k);
        ++*more;
    }
    j->judged = *more == 0;
    return 0;
}
