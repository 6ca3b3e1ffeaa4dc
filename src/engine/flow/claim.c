/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks a claim, and records it. */
#include "engine/flow/claim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/columns.h"
#include "engine/flow/notes.h"
#include "engine/flow/openings.h"
#include "engine/flow/prepared.h"
#include "engine/plan/partition.h"
#include "engine/view/declines.h"
#include "ledger/fold/reason.h"
#include "util/text.h"

/* Rounds are over the same rows. An earlier start may have had others. */
static int check_unchanged(const struct job *j, const struct message *m, struct err *why)
{
    uint64_t before = j->result->slave[m->partition].items;

    if (!j->iterative || j->round == 1 || before == 0 || before == m->items)
        return 0;
    return err_set(why, ERR_INPUT,
                   "claims %" PRIu64 " items, in earlier rounds it had %" PRIu64
                   ": the partition has changed; %s",
                   m->items, before, job_anew(j));
}

/* Columns of one name mean the same with one unit only. Data without units, as CSV is, says
 * nothing; an earlier start is not known of. */
static int check_units(struct job *j, const struct message *m, struct err *why)
{
    if (partition_agrees(j->meaning, m->meaning))
        return 0;
    return err_set(
        why, ERR_INPUT,
        "the units of its columns are not those of the other slaves' (see the attributes "
        "'units' of the files); give all files the same");
}

/* Columns that the contract names are those that there are, in its order. */
static int check_columns(const struct contract *c, const char *const *names, size_t count,
                         struct err *why)
{
    size_t expected;
    const char *const *columns = contract_columns(c, &expected);

    if (count == 0)
        return err_set(why, ERR_INPUT, "the claim names no columns");
    if (!columns) /* all that there are */
        return 0;
    if (count != expected)
        return err_set(why, ERR_INPUT, "claims %zu columns, the contract has %zu", count, expected);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], columns[i]) != 0)
            return err_set(why, ERR_INPUT,
                           "claims '%.100s' as column %zu, the contract's is '%.100s'", names[i],
                           i + 1, columns[i]);
    return 0;
}

/* What the master itself has against a claim of data; -1 and why. */
static int check_claim(struct job *j, const struct message *m, struct err *why)
{
    static const uint8_t nothing[SHA256_LEN];
    size_t count;
    int64_t counts;
    uint64_t most = (uint64_t)j->plan->contract->items_per_slave;

    if (most > MESSAGE_COUNT_MOST)
        most = MESSAGE_COUNT_MOST;
    if (m->items == 0 || m->items > most)
        return err_set(why, ERR_INPUT, "claims %" PRIu64 " items, 1 to %" PRIu64 " are allowed",
                       m->items, most);
    if (memcmp(m->commit, nothing, sizeof nothing) == 0)
        return err_set(why, ERR_INPUT, "commits itself to nothing: its commitment is zero");
    if (check_unchanged(j, m, why) < 0 || (counts = prepared_check(j, m, why)) < 0)
        return -1;
    if (m->length == (uint64_t)counts && j->plan->contract->columns_count > 0)
        return columns_named(j, why) < 0 ? -1 : check_units(j, m, why);
    const char **names =
        message_names((const char *)m->payload + counts, m->length - (uint64_t)counts, &count, why);
    int rc = names ? check_columns(j->plan->contract, names, count, why) : -1;
    if (rc == 0)
        rc = columns_set(j, names, count, why);
    free(names);
    return rc < 0 ? -1 : check_units(j, m, why);
}

void claim_warn(const struct job *j, const char *slave, const struct message *m)
{
    char text[MESSAGE_WARNING];

    if (m->warning[0])
        job_warn(j, "slave %s: %s", slave, text_printable(text, sizeof text, m->warning));
}

int claim_record(struct job *j, const char *slave, const struct claimant *by,
                 const struct message *m, const struct err *why, struct err *e)
{
    struct record *view = job_record_at(j, "view", slave, by->node, e);

    if (!view)
        return -1;
    record_set_digest(view, "copy", m->copy);
    struct record *r =
        job_record_at(j, why->code == ERR_NONE ? "claim" : "decline", slave, by->node, e);
    if (!r)
        return -1;
    if (why->code != ERR_NONE) {
        enum reason reason = reason_of_decline(why->code, why->text);
        record_set(r, "reason", "%s", reason_word(reason));
        return declines_add(j->plan->where, j->run.key, slave, by->node, reason, why->text, e);
    }
    record_set(r, "slot", "%d", by->rank);
    record_set(r, "items", "%" PRIu64, m->items);
    record_set_digest(r, "commit", m->commit);
    record_set_digest(r, "copy", m->copy);
    return 0;
}

const struct claimant claim_exchange = {NODE_EXCHANGE, 0};

struct claimant claim_group(const struct job *j, int group)
{
    const char *node = j->nodes[group];

    return (struct claimant){node[0] ? node : "-", transport_leader(j->transport, group)};
}

/* A text that decides something is the master's to say: as a slave's it is quoted. */
void claim_trouble(const struct message *m, struct err *why)
{
    enum reason reason = reason_of(m->text);
    bool declines = reason == REASON_ROWS || reason == REASON_EMPTY;
    bool own = reason == REASON_OTHER || (declines && m->type == MESSAGE_DECLINED);

    err_set(why, err_code_of(m->code), own ? "%s" : "says: %s", m->text);
}

void claim_judge(const struct job *j, const struct claimant *by, const struct message *m,
                 struct err *why)
{
    const struct engine_options *o = j->plan->options;

    for (size_t i = 0; m->type == MESSAGE_CLAIMED && i < o->skip_nodes_count; i++)
        if (strcmp(o->skip_nodes[i], by->node) == 0)
            err_set(why, ERR_INCOMPLETE, "node %s is excluded", by->node);
    if (m->type == MESSAGE_DECLINED)
        claim_trouble(m, why);
    else if (memcmp(m->copy, j->plan->contract_digest, SHA256_LEN) != 0)
        err_set(why, ERR_INPUT, "its copy of the contract differs from the published one");
}

/* Whether this very claim, or decline, stands in the ledger: of an earlier start, or by who has
 * claimed in this ledger itself. One that was given back is made anew. */
static bool is_recorded(const struct job *j, const char *slave, const struct message *m,
                        const struct err *why)
{
    const struct run_slave *known = runs_slave(&j->run, slave);
    char commit[DIGEST_TEXT], copy[DIGEST_TEXT];

    if (known && why->code != ERR_NONE)
        return job_is_collected(j) && known->last == RUN_DECLINED &&
               known->declined == reason_of_decline(why->code, why->text);
    if (!known || !known->claimed || known->withdrawn || known->items != m->items)
        return false;
    return strcmp(known->commit, digest_text(commit, m->commit)) == 0 &&
           strcmp(known->copy, digest_text(copy, m->copy)) == 0;
}

int claim_accept(struct job *j, const struct claimant *by, const struct message *m, struct err *e)
{
    struct job_partition *p = &j->partitions[m->partition];
    struct result_slave *s = &j->result->slave[m->partition];
    struct err why = {0};

    if (result_set(&s->node, by->node, e) < 0)
        return -1;
    claim_judge(j, by, m, &why);
    if (why.code == ERR_NONE)
        check_claim(j, m, &why);
    if (why.code == ERR_NONE && openings_watch(j, m->partition, e) < 0)
        return -1;
    p->stage = why.code == ERR_NONE ? JOB_CLAIMED : JOB_FAILED;
    p->claimed = why.code == ERR_NONE;
    p->declined = why.code != ERR_NONE;
    p->code = why.code;
    memcpy(p->commit, m->commit, SHA256_LEN);
    s->items = why.code == ERR_NONE ? m->items : 0; /* what is refused is no claim */
    p->units = m->units;
    if (why.code == ERR_NONE && result_set(&s->trouble, "", e) < 0) /* of another node */
        return -1;
    claim_warn(j, s->name, m);
    if (why.code == ERR_NONE &&
        (notes_add(j, s->name, m->text, e) < 0 || prepared_keep(j, m, e) < 0))
        return -1;
    if (why.code != ERR_NONE && result_set(&s->trouble, why.text, e) < 0)
        return -1;
    return is_recorded(j, s->name, m, &why) ? 0 : claim_record(j, s->name, by, m, &why, e);
}
