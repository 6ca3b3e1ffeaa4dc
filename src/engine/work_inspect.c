/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/work_private.h"

#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/place.h"
#include "util/store.h"

enum { SEED = 32 };

/* Which ranges are drawn is the master's secret until they are in, or a slave would be
 * careful with those only; and the same after a restart, or it could wait for better ones. */
static int read_seed(const struct job *j, uint8_t seed[static SEED], struct err *e)
{
    char path[JOB_PATH], *data = NULL;
    size_t len = 0;

    if (job_path(j, "seed", path, sizeof path, e) < 0)
        return -1;
    if (file_exists(path) && file_read(path, SEED, &data, &len, e) < 0)
        return -1;
    if (len == SEED)
        memcpy(seed, data, SEED);
    free(data);
    if (len == SEED)
        return 0;
    return random_bytes(seed, SEED, e) < 0 ? -1 : file_write(path, seed, SEED, 0600, e);
}

int work_draw_all(struct work *w, struct err *e)
{
    struct {
        uint8_t seed[SEED];
        uint64_t range;
    } text = {{0}, 0};
    uint8_t digest[SHA256_LEN];
    uint64_t drawn;

    if (w->j->contract->work_check <= 0)
        return 0;
    if (read_seed(w->j, text.seed, e) < 0)
        return -1;
    for (size_t k = 0; k < w->ranges; k++) {
        text.range = htole64(k);
        if (hash_bytes(&text, sizeof text, digest, e) < 0)
            return -1;
        memcpy(&drawn, digest, sizeof drawn);
        w->range[k].drawn = ldexp((double)le64toh(drawn), -64) < w->j->contract->work_check;
    }
    return 0;
}

void work_want(struct work *w, uint32_t k)
{
    if (w->j->run.aggregated)
        return; /* the decisions stand */
    w->inspecting += w->range[k].inspection == INSPECT_NONE;
    w->range[k].inspection = INSPECT_SECOND;
}

void work_uninspect(struct work *w, uint32_t k, enum inspection how)
{
    struct range *r = &w->range[k];

    w->inspecting -= r->inspection == INSPECT_SECOND || r->inspection == INSPECT_THIRD;
    r->inspection = how;
    r->second = -1;
    free(r->contested);
    r->contested = NULL;
}

int work_able(const struct work *w)
{
    int n = 0;

    for (int g = 0; g < w->groups; g++)
        n += !w->worker[g].wrong && (w->worker[g].claimed || !w->worker[g].asked);
    return n > 1 ? n : 1;
}

/* Whether the result of range k is that worker's. */
static bool is_of(const struct work *w, uint32_t k, const struct worker *x)
{
    char name[160];

    return strcmp(result_slave_name(w->j->result->slave[k].name, name), x->name) == 0;
}

bool work_may_inspect(const struct work *w, uint32_t k, int group)
{
    const struct range *r = &w->range[k];

    return (r->inspection == INSPECT_SECOND || r->inspection == INSPECT_THIRD) &&
           r->second != group && !is_of(w, k, &w->worker[group]);
}

/* Whether two computations of a range agree, as far as the contract wants it. */
static bool agree(const struct work *w, const double *a, const double *b)
{
    size_t length = w->j->result->length;
    double tolerance = w->j->contract->work_tolerance;

    if (memcmp(a, b, length * sizeof *a) == 0)
        return true;
    for (size_t i = 0; i < length; i++)
        if (!(fabs(a[i] - b[i]) <= tolerance * fmax(fabs(a[i]), fabs(b[i]))))
            return false;
    return tolerance > 0;
}

static int record_check(struct work *w, const char *slave, const char *by, const double *state,
                        const char *verdict, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    struct record *r = job_record(w->j, "check", e);

    if (!r || hash_doubles(state, w->j->result->length, digest, e) < 0)
        return -1;
    record_set(r, "run", "%s", w->j->run.key);
    record_set(r, "round", "1");
    record_set(r, "slave", "%s", slave);
    record_set(r, "by", "%s", by);
    record_set_digest(r, "state", digest);
    record_set(r, "verdict", "%s", verdict);
    return 0;
}

/* Two agree on the state that stands. */
static int confirm(struct work *w, uint32_t k, const char *by, const double *state, struct err *e)
{
    w->j->result->slave[k].confirmed = true;
    work_uninspect(w, k, INSPECT_DONE);
    return record_check(w, w->j->result->slave[k].name, by, state, "same", e);
}

/* A slave was found out: it gets no more work, and what nobody else has confirmed of its
 * own is computed again by others. */
static int blame(struct work *w, const char *name, const char *by, const double *state,
                 struct err *e)
{
    for (int g = 0; g < w->groups; g++)
        w->worker[g].wrong |= strcmp(w->worker[g].name, name) == 0;
    for (uint32_t k = 0; k < w->ranges; k++) {
        char who[160];
        if (w->j->partitions[k].stage == JOB_ANSWERED && w->range[k].inspection != INSPECT_DONE &&
            strcmp(result_slave_name(w->j->result->slave[k].name, who), name) == 0)
            work_take_back(w, k);
    }
    return record_check(w, name, by, state, "wrong", e);
}

/* The first and the second differ, and a third has computed the range too. */
static int settle_difference(struct work *w, uint32_t k, const struct worker *third,
                             const double *state, struct err *e)
{
    struct range *r = &w->range[k];
    const double *standing = w->j->result->states + (size_t)k * w->j->result->length;
    const struct worker *second = &w->worker[r->second];
    char first[160];

    result_slave_name(w->j->result->slave[k].name, first);
    if (agree(w, state, standing)) {
        double *theirs = r->contested;
        r->contested = NULL; /* it outlives the inspection by a line */
        int rc = confirm(w, k, third->name, state, e);
        rc = rc < 0 ? rc : blame(w, second->name, third->name, theirs, e);
        free(theirs);
        return rc;
    }
    if (record_check(w, w->j->result->slave[k].name, third->name, state, "differs", e) < 0)
        return -1;
    if (!agree(w, state, r->contested))
        return 0; /* all three differ; perhaps a fourth knows */
    double *theirs = r->contested;
    r->contested = NULL;
    double *mine = err_alloc(w->j->result->length, sizeof *mine, "a state", e);
    int rc = mine ? 0 : -1;
    if (mine)
        memcpy(mine, standing, w->j->result->length * sizeof *mine);
    if (rc == 0)
        rc = work_accept(w, k, r->second, second->name, theirs, r->seconds, e);
    if (rc == 0)
        rc = confirm(w, k, third->name, state, e);
    if (rc == 0)
        rc = blame(w, first, third->name, mine, e);
    free(theirs);
    free(mine);
    return rc;
}

int work_compare(struct work *w, uint32_t k, int group, const double *state, double seconds,
                 struct err *e)
{
    const struct worker *x = &w->worker[group];
    struct range *r = &w->range[k];
    size_t length = w->j->result->length;

    if (r->inspection == INSPECT_DONE || r->second == group || is_of(w, k, x))
        return 0; /* a straggler's answer that proves nothing new */
    if (r->inspection == INSPECT_THIRD)
        return settle_difference(w, k, x, state, e);
    if (agree(w, state, w->j->result->states + (size_t)k * length))
        return confirm(w, k, x->name, state, e);
    work_want(w, k);
    r->inspection = INSPECT_THIRD;
    r->second = group;
    r->seconds = seconds;
    r->contested = err_alloc(length, sizeof *r->contested, "a state", e);
    if (!r->contested)
        return -1;
    memcpy(r->contested, state, length * sizeof *r->contested);
    return record_check(w, w->j->result->slave[k].name, x->name, state, "differs", e);
}

int work_inspect(struct job *j, size_t *more, struct err *e)
{
    struct work *w = j->work;

    *more = 0;
    if (filter_judge(j, e) < 0)
        return -1;
    for (uint32_t k = 0; k < w->ranges; k++) {
        if (!j->result->slave[k].answered || !j->result->slave[k].decision.rejected ||
            w->range[k].inspection != INSPECT_NONE)
            continue;
        work_want(w, k);
        ++*more;
    }
    j->judged = *more == 0;
    return 0;
}
