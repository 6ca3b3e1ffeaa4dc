/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps submitted states durably, and records them. */
#include "engine/flow/submit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/answered.h"
#include "engine/flow/claim.h"
#include "engine/flow/openings.h"
#include "engine/flow/prepared.h"
#include "engine/flow/shards.h"
#include "engine/state/commitment.h"
#include "engine/state/digest.h"
#include "engine/state/submitted.h"
#include "engine/view/declines.h"
#include "ledger/fold/reason.h"

enum {
    WORD_MOST = 16, /* letters */
};

/* The file that keeps a submitted state until the run is settled. */
static const char *state_name(const struct job *j, uint32_t k, char name[static SUBMITTED_NAME])
{
    return submitted_name(name, k, j->iterative ? j->round : 0);
}

/* Whether the commitment of the claim opens to what was computed over. */
static bool opens(const struct job *j, const struct message *m)
{
    uint8_t commit[SHA256_LEN];

    return commitment_make(m->salt, j->result->slave[m->partition].items, m->digest, commit,
                           NULL) == 0 &&
           memcmp(commit, j->partitions[m->partition].commit, SHA256_LEN) == 0;
}

/* Effect: digest is that of the state of result k, which is there, with its salt if it has one. */
static int digest_of_state(const struct job *j, uint32_t k, uint8_t digest[static SHA256_LEN],
                           struct err *e)
{
    const struct result *r = j->result;
    const struct digest_of of = {j->run.key, j->round, r->slave[k].name};
    const uint8_t *salt = r->salts ? r->salts + (size_t)k * SHA256_LEN : NULL;

    return state_digest(salt, &of, r->states + (size_t)k * r->length, r->length, digest, e);
}

int submit_lost_record(struct job *j, const char *slave, const char *node, const char *reason,
                       struct err *e)
{
    struct record *r = job_record_at(j, "lost", slave, node, e);

    if (!r)
        return -1;
    record_set(r, "reason", "%.300s", reason);
    return 0;
}

/* Returns the word for a loss: the reason itself, if it is one. */
static const char *lost_word(enum err_code code, const char *reason)
{
    size_t n = strspn(reason, "abcdefghijklmnopqrstuvwxyz-");

    return n > 0 && n <= WORD_MOST && !reason[n] ? reason
                                                 : reason_word(reason_of_decline(code, reason));
}

int submit_lost(struct job *j, uint32_t k, enum err_code code, const char *reason, struct err *e)
{
    struct result_slave *s = &j->result->slave[k];
    const struct run_slave *known = runs_slave(&j->run, s->name);
    bool collected = job_is_collected(j);

    if (collected)
        reason = lost_word(code, reason);
    j->partitions[k].stage = JOB_FAILED;
    j->partitions[k].code = code;
    if (result_set(&s->trouble, reason, e) < 0)
        return -1;
    if (collected && known && known->last == RUN_LOST && strcmp(known->trouble, reason) == 0)
        return 0;
    return submit_lost_record(j, s->name, s->node, reason, e);
}

int submit_withdrawn(struct job *j, const struct message *m, struct err *e)
{
    const struct result_slave *s = &j->result->slave[m->partition];
    struct record *r = job_record_at(j, "withdraw", s->name, s->node, e);

    j->partitions[m->partition].stage = JOB_WAITING;
    job_count(&j->partitions[m->partition], m->units, 0);
    if (!r)
        return -1;
    record_set(r, "units", "%" PRIu64, j->partitions[m->partition].units_done);
    record_set_digest(r, "state", m->digest);
    return 0;
}

/* Effect: the state of result k, its salt if it has one, and what is objected to it are a file, which
 * no record vouches for as to the objection: it cannot be found again later. */
static int save_state(struct job *j, uint32_t k, const char *objection, struct err *e)
{
    const struct result *r = j->result;
    char name[SUBMITTED_NAME];
    struct buf b = {0};

    seal_start(&b);
    buf_addf(&b, "%s\n", objection);
    if (r->salts)
        buf_add(&b, r->salts + (size_t)k * SHA256_LEN, SHA256_LEN);
    buf_add(&b, r->states + (size_t)k * r->length, r->length * sizeof *r->states);
    int rc = seal_write(&j->seal, state_name(j, k, name), &b, e);
    buf_free(&b);
    return rc;
}

int submit_accept(struct job *j, const struct message *m, const uint8_t *salt, struct err *e)
{
    struct result *r = j->result;
    struct result_slave *s = &r->slave[m->partition];
    size_t bytes = r->length * sizeof(double);
    uint8_t digest[SHA256_LEN];
    bool opened = opens(j, m);
    const char *objection = reason_text(opened ? REASON_NONE : REASON_COMMITMENT);
    struct err why = {0};

    if (m->type == MESSAGE_FAILED) {
        claim_trouble(m, &why);
        claim_warn(j, s->name, m);
        return submit_lost(j, m->partition, why.code, why.text, e);
    }
    if (r->dealt.states)
        return shards_accept(j, m, opened, e);
    if (m->length != bytes)
        return err_set(e, ERR_SOFTWARE, "slave %s sent %" PRIu64 " bytes of state, expected %zu",
                       s->name, m->length, bytes);
    if ((salt != NULL) != (r->salts != NULL))
        return err_set(e, ERR_SOFTWARE, "the state of slave %s has %s salt", s->name,
                       salt ? "a" : "no");
    /* There is a place for states once the function is bound: a failure comes before, too. */
    double *state = r->states + (size_t)m->partition * r->length;
    memcpy(state, m->payload, bytes);
    if (salt)
        memcpy(r->salts + (size_t)m->partition * SHA256_LEN, salt, SHA256_LEN);
    /* Durable before the record that acknowledges it. */
    if (save_state(j, m->partition, objection, e) < 0 ||
        digest_of_state(j, m->partition, digest, e) < 0 ||
        result_set(&s->objection, objection, e) < 0 || (opened && openings_keep(j, m, e) < 0))
        return -1;
    return answered_accept(j, m, digest, e);
}

/* Takes one state from the run's directory, if it is the one that the ledger
 * acknowledged; a state that is missing or damaged is computed again. */
static int resume_partition(struct job *j, uint32_t k, const struct run_slave *known, struct err *e)
{
    struct result *r = j->result;
    struct result_slave *s = &r->slave[k];
    size_t bytes = r->length * sizeof(double), salt = r->salts ? SHA256_LEN : 0, len;
    uint8_t digest[SHA256_LEN];
    char name[SUBMITTED_NAME], *data, *kept = NULL;

    if (job_read(j, state_name(j, k, name), bytes + 4096, &data, &len, NULL) <= 0)
        return 0;
    char *state = memchr(data, '\n', len);
    double *place = r->states + (size_t)k * r->length;
    int rc = 0;
    bool whole = state && (size_t)(data + len - state) == 1 + salt + bytes;
    if (whole) {
        if (r->salts)
            memcpy(r->salts + (size_t)k * salt, state + 1, salt);
        memcpy(place, state + 1 + salt, bytes);
        *state = '\0';
        rc = digest_of_state(j, k, digest, e);
        whole = rc == 0 && memcmp(digest, known->state, SHA256_LEN) == 0;
    }
    if (!whole) {
        memset(place, 0, bytes);
    } else {
        s->answered = true;
        s->items = known->items;
        s->seconds = known->seconds;
        j->partitions[k].stage = JOB_ANSWERED;
        /* An earlier start may have left the state with the slave, which knows of no objection. */
        rc = shards_objection(j, k, &kept, e);
        if (rc == 0)
            rc = result_set(&s->objection, data[0] ? data : kept, e);
        free(kept);
        if (rc == 0 && known->node)
            rc = result_set(&s->node, known->node, e);
    }
    free(data);
    return rc;
}

/* The filter's decisions stand: who was absent then is not asked again. */
static int resume_absent(struct job *j, uint32_t k, const struct run_slave *known,
                         const struct declines *said, struct err *e)
{
    const char *why = known ? declines_last(said, known) : NULL;

    j->partitions[k].stage = JOB_FAILED;
    return result_set(&j->result->slave[k].trouble, why ? why : "-", e);
}

int submit_resume(struct job *j, struct err *e)
{
    struct declines *said = j->run.aggregated ? declines_read(j->plan->where, j->run.key) : NULL;
    int rc = 0;

    for (uint32_t k = 0; rc == 0 && k < j->result->slaves; k++) {
        const struct run_slave *known = runs_slave(&j->run, j->result->slave[k].name);
        if (j->run.aggregated && !(known && known->filtered))
            rc = resume_absent(j, k, known, said, e);
        else if (j->bound && known && known->submitted)
            rc = j->result->dealt.states ? shards_resume(j, k, known, e)
                                         : resume_partition(j, k, known, e);
        if (rc == 0 && j->partitions[k].stage == JOB_ANSWERED)
            rc = prepared_resume(j, k, e);
    }
    declines_free(said);
    return rc;
}
