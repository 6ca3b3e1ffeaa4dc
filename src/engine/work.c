/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/work_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/file.h"

struct work *work_create(struct job *j, struct err *e)
{
    struct work *w = err_alloc(1, sizeof *w, "the work", e);

    if (!w)
        return NULL;
    *w = (struct work){.j = j,
                       .fd = -1,
                       .groups = transport_groups(j->transport),
                       .ranges = j->result->slaves,
                       .waiting = j->result->slaves};
    w->worker = err_alloc((size_t)w->groups, sizeof *w->worker, "the work", e);
    w->range = err_alloc(w->ranges, sizeof *w->range, "the work", e);
    for (size_t k = 0; w->range && k < w->ranges; k++) {
        w->range[k].second = -1;
        j->partitions[k].units = contract_range_items(j->plan->contract, k);
    }
    if (w->worker && w->range && work_draw_all(w, e) == 0 && work_states_open(w, e) == 0)
        return w;
    work_free(w);
    return NULL;
}

void work_free(struct work *w)
{
    if (!w)
        return;
    for (size_t k = 0; w->range && k < w->ranges; k++)
        free(w->range[k].contested);
    free(w->range);
    free(w->worker);
    buf_free(&w->pending);
    file_close(w->fd);
    free(w);
}

bool work_is_wanted(const struct work *w)
{
    return w->waiting > 0 || w->inspecting > 0;
}

bool work_is_done(const struct work *w)
{
    for (size_t k = 0; k < w->ranges && !work_is_wanted(w); k++)
        if (w->j->partitions[k].stage != JOB_ANSWERED)
            return false;
    return !work_is_wanted(w);
}

void work_go_on(struct schedule *s)
{
    const struct work *w = s->j->work;

    for (int g = 0; g < w->groups; g++) {
        const struct worker *x = &w->worker[g];
        if (x->batches == 0 && (!x->asked || x->node[0]))
            continue;
        s->busy++;
        s->group[g].serves = x->batches ? (int64_t)x->batch[0].first : 0;
        s->group[g].heard = clock_steady();
    }
}

void work_take_back(struct work *w, uint32_t k)
{
    struct job_partition *p = &w->j->partitions[k];

    work_uninspect(w, k, INSPECT_NONE);
    w->waiting += p->stage != JOB_WAITING;
    p->stage = JOB_WAITING;
    w->j->result->slave[k].answered = false;
    w->next = k < w->next ? k : w->next;
}

int work_accept(struct work *w, uint32_t k, int group, const char *name, const double *state,
                double seconds, struct err *e)
{
    struct result *x = w->j->result;
    struct result_slave *s = &x->slave[k];
    uint8_t digest[SHA256_LEN];
    char entry[200];

    memcpy(x->states + (size_t)k * x->length, state, x->length * sizeof *state);
    snprintf(entry, sizeof entry, "%s#%" PRIu32, name, k + 1);
    if (result_set(&s->name, entry, e) < 0 || hash_doubles(state, x->length, digest, e) < 0 ||
        (group >= 0 && result_set(&s->node, w->worker[group].node, e) < 0) ||
        work_states_add(w, k, state, e) < 0)
        return -1;
    s->answered = true;
    s->confirmed = false;
    s->seconds = seconds;
    s->items = contract_range_items(w->j->plan->contract, k);
    w->j->partitions[k].stage = JOB_ANSWERED;
    w->j->partitions[k].units_done = s->items;
    if (w->range[k].drawn && w->range[k].inspection == INSPECT_NONE)
        work_want(w, k);
    return submit_record(w->j, k, digest, e);
}

static int take_claim(struct schedule *s, int group, const struct message *m, struct err *e)
{
    struct worker *x = &s->j->work->worker[group];
    struct err why = {0};

    s->busy--;
    s->group[group].serves = -1;
    snprintf(x->node, sizeof x->node, "%s", m->node[0] ? m->node : "-");
    snprintf(x->name, sizeof x->name, "%s/%s/%" PRIu32, s->j->site, x->node, m->slot);
    if (m->type == MESSAGE_DECLINED)
        err_set(&why, m->code ? (enum err_code)m->code : ERR_INPUT, "%s", m->text);
    else if (memcmp(m->copy, s->j->plan->contract_digest, SHA256_LEN) != 0)
        err_set(&why, ERR_INPUT, "its copy of the contract differs from the published one");
    x->claimed = why.code == ERR_NONE;
    const struct run_slave *known = runs_slave(&s->j->run, x->name);
    x->wrong = known && known->wrong; /* in an earlier start of this run */
    if (!x->claimed && s->j->trouble.code == ERR_NONE)
        err_set(&s->j->trouble, why.code, "slave %s: %s", x->name, why.text);
    return claim_record(s->j, x->name, m, &why, e);
}

/* Ranges that a group will not answer any more. */
static void drop_batch(struct work *w, const struct batch *b)
{
    for (uint32_t k = b->first; k < b->first + b->count; k++) {
        w->range[k].copies--;
        if (w->range[k].copies == 0 && w->j->partitions[k].stage == JOB_COMPUTING)
            work_take_back(w, k);
    }
}

static int take_states(struct schedule *s, int group, const struct batch *b,
                       const struct message *m, struct err *e)
{
    struct work *w = s->j->work;
    size_t length = s->j->result->length;
    const double *states = (const double *)(const void *)m->payload;
    double seconds = m->seconds / b->count;

    if (m->length != b->count * length * sizeof(double))
        return err_set(e, ERR_SOFTWARE, "group %d sent %" PRIu64 " bytes of states, expected %zu",
                       group, m->length, b->count * length * sizeof(double));
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t k = b->first + i;
        const double *state = states + i * length;
        int rc;
        w->range[k].copies--;
        if (s->j->partitions[k].stage == JOB_ANSWERED)
            rc = work_compare(w, k, group, state, seconds, e);
        else
            rc = work_accept(w, k, group, w->worker[group].name, state, seconds, e);
        if (rc < 0)
            return -1;
    }
    return 0;
}

int work_take(struct schedule *s, int group, const struct message *m, struct err *e)
{
    struct work *w = s->j->work;
    struct worker *x = &w->worker[group];

    if (m->type == MESSAGE_CLAIMED || m->type == MESSAGE_DECLINED)
        return take_claim(s, group, m, e);
    if (x->batches == 0 || x->batch[0].first != m->partition || x->batch[0].count != m->ranges)
        return err_set(e, ERR_SOFTWARE, "group %d answered for ranges that it was not asked for",
                       group);
    struct batch b = x->batch[0];
    double now = clock_steady();
    if (m->type == MESSAGE_RESULT && !b.again) {
        x->per_range = fmax((now - x->free_at) / b.count, 1e-9);
        x->last = b.count;
    }
    memmove(x->batch, x->batch + 1, sizeof x->batch - sizeof *x->batch);
    x->batches--;
    x->free_at = now;
    s->busy -= x->batches == 0;
    s->group[group].serves = x->batches ? (int64_t)x->batch[0].first : -1;
    if (m->type == MESSAGE_RESULT && !x->wrong)
        return take_states(s, group, &b, m, e);
    drop_batch(w, &b);
    if (m->type == MESSAGE_HALTED)
        schedule_halt(s);
    if (m->type != MESSAGE_FAILED)
        return 0;
    /* A function that fails on these units fails on them anywhere: but that is for another
     * slave to show, and this one gets no more. */
    x->wrong = true;
    err_set(&s->j->trouble, m->code ? (enum err_code)m->code : ERR_SOFTWARE, "slave %s: %s",
            x->name, m->text);
    return submit_lost_record(s->j, x->name, x->node, m->text, e);
}

int work_commit(struct job *j, struct err *e)
{
    return work_states_commit(j->work, e) < 0 ? -1 : job_commit(j, e);
}

const char *work_slave(const struct job *j, int group)
{
    const char *name = j->work->worker[group].name;

    return name[0] ? name : "-";
}

const char *work_node(const struct job *j, int group)
{
    const char *node = j->work->worker[group].node;

    return node[0] ? node : "-";
}

int work_check_complete(const struct job *j, struct err *e)
{
    const struct work *w = j->work;
    size_t answered = 0;

    for (uint32_t k = 0; k < w->ranges; k++)
        if (w->range[k].inspection == INSPECT_THIRD)
            return err_set(e, ERR_INCOMPLETE,
                           "range %" PRIu32 ": slaves differ on it, and no third one is left that "
                           "could settle it: give more ranks",
                           k + 1);
    for (uint32_t k = 0; k < w->ranges; k++)
        answered += j->partitions[k].stage == JOB_ANSWERED;
    if (answered == w->ranges)
        return 0;
    return err_set(e, j->trouble.code ? j->trouble.code : ERR_INCOMPLETE,
                   "%zu of %zu ranges were computed%s%s", answered, w->ranges,
                   j->trouble.code ? "; " : "", j->trouble.text);
}
