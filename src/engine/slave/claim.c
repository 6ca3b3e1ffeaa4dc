/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets a slave commit to its partition. */
#include "engine/slave/claim.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/counts.h"
#include "engine/plan/bind.h"
#include "engine/plan/resources.h"
#include "engine/slave/agree.h"
#include "engine/slave/compute.h"
#include "engine/state/commitment.h"
#include "ledger/fold/reason.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

/* Effect: the slave has a durable copy of the contract's bytes of its own, named
 * by their digest; copy is the digest of what then stands in that file. */
static int keep_copy(const struct slave *s, uint8_t copy[static SHA256_LEN], struct err *e)
{
    char name[32 + SHA256_HEX], hex[SHA256_HEX + 1], path[PATH_MAX], directory[PATH_MAX];
    char *bytes = NULL;
    size_t len;

    if (hash_bytes(s->contract_bytes, s->contract_len, copy, e) < 0)
        return -1;
    snprintf(name, sizeof name, "contracts/%s.h5", hex_encode(hex, copy, SHA256_LEN));
    if (paths_find(PATHS_STATE, name, path, sizeof path, e) < 0 ||
        paths_find(PATHS_STATE, "contracts", directory, sizeof directory, e) < 0)
        return -1;
    if (!file_exists(path) &&
        (file_mkdirs(directory, e) < 0 ||
         file_write(path, s->contract_bytes, s->contract_len, FILE_OWN, e) < 0))
        return -1;
    if (file_read(path, CONTRACT_FILE_MOST, &bytes, &len, e) < 0)
        return -1;
    int rc = hash_bytes(bytes, len, copy, e);
    if (rc == 0 && (len != s->contract_len || memcmp(bytes, s->contract_bytes, len) != 0))
        rc = err_set(e, ERR_INPUT, "%s: is not the contract that it is named for; remove it", path);
    free(bytes);
    return rc;
}

/* Nodes that the user has excluded serve nothing. */
static int check_node(const struct slave *s, struct err *e)
{
    size_t len = strlen(s->node);

    for (const char *p = s->skip_nodes; *p; p += strcspn(p, "\n"), p += *p == '\n')
        if (strncmp(p, s->node, len) == 0 && (p[len] == '\n' || p[len] == '\0'))
            return err_set(e, ERR_INCOMPLETE, "node %s is excluded", s->node);
    return 0;
}

/* What is here may not be what the contract names: then another node may have that. */
static int check_node_has_function(const struct slave *s, struct err *e)
{
    struct search_file file;
    struct err why = {0};

    if (engine_function(s->contract, &file, &why))
        return 0;
    return err_set(e, ERR_PERMANENT, "%s", why.text);
}

/* Prepares the bound function for this node, or finds that it cannot be: then another may
 * be able to. */
static int make_ready(struct slave *s, struct err *e)
{
    char who[32];

    if (!s->bound)
        return -1;
    snprintf(who, sizeof who, "slave-%" PRIu32, s->claim.number + 1);
    if (bind_host(s->bound, &s->host, s->ledger, s->run, who, e) < 0)
        return -1;
    if (s->partition && partition_whole_units(s->partition, bound_whole_units(s->bound), e) < 0)
        return -1;
    return bound_ready(s->bound, e);
}

/* Opens the partition on every rank of the team and binds the function. */
static int take_up(struct slave *s, uint32_t number, struct err *e)
{
    bound_destroy(s->bound);
    s->bound = NULL;
    s->claim.number = number;
    if (!s->contract)
        return err_set(e, s->why.code, "%s", s->why.text);
    if (s->no_gpus[0])
        return err_set(e, ERR_PERMANENT, "%s", s->no_gpus);
    if (check_node(s, e) < 0 || check_node_has_function(s, e) < 0)
        return -1;
    if (s->contract->work_units > 0) {
        s->bound = bind_function(s->contract, NULL, 0, e);
        return make_ready(s, e);
    }
    if (!s->partition || !partition_move(s->partition, number)) {
        partition_close(s->partition);
        s->partition = partition_open(s->contract, s->location, number, e);
    }
    if (!s->partition)
        return -1;
    partition_on_block(s->partition, pace_part, &s->pace);
    if (partition_rows(s->partition) == 0)
        return err_set(e, ERR_INPUT, "%s", reason_text(REASON_EMPTY));
    s->bound = bind_function(s->contract, partition_column_names(s->partition),
                             partition_columns(s->partition), e);
    return make_ready(s, e);
}

/* What an earlier start saved is used only if it has the run's seal, and is what the ledger
 * says, where it says anything. What is not used is told to the master. */
static int check_saved(struct slave *s, const uint8_t expected[static SHA256_LEN],
                       struct message *m, struct err *e)
{
    struct saved_key c = compute_saved_key(s);
    struct buf said = {0};
    int rc = saved_check(&c, expected, &said, e);

    snprintf(m->warning, sizeof m->warning, "%s", said.len ? said.data : "");
    text_show(m->warning, sizeof m->warning);
    buf_free(&said);
    return rc;
}

/* Effect: what is saved in the run's directory has its seal. */
static int take_seal(struct slave *s, const struct message *in, struct err *e)
{
    char path[PATH_MAX];

    if (snprintf(s->run, sizeof s->run, "%s", in->run) != RUN_HEX)
        return err_set(e, ERR_SOFTWARE, "the master's run '%s' is none", in->run);
    if (snprintf(path, sizeof path, "%s/runs/%s", s->ledger, s->run) >= (int)sizeof path)
        return err_set(e, ERR_OPEN, "%s: the path is too long", s->ledger);
    if (seal_begin(&s->seal, path, s->run, e) < 0)
        return -1;
    memcpy(s->seal.key, in->key, sizeof s->seal.key);
    return 0;
}

/* The leader's answer without data, where there is nothing to commit to. The digest is
 * that of the slave: what another saved is not its own. */
static struct message *make_work_claim(struct slave *s, struct err *e)
{
    char name[SLAVE_NAME];

    int n = snprintf(name, sizeof name, "%s/%" PRIu32, s->node, s->slot);
    if (hash_bytes(name, (size_t)n, s->claim.digest, e) < 0)
        return NULL;
    return message_create(MESSAGE_CLAIMED, s->claim.number, 0, e);
}

/* What a result over few rows says is nearly what they are, and so does what a condition leaves out,
 * to who knows the rest. The text is one of those that are known by a code, and so has no numbers. */
static int check_least(const struct slave *s, struct err *e)
{
    const struct recipe_tally *t = partition_tally(s->partition);
    const bool hidden = !t || t->left_out == 0 || t->left_out >= s->least_rows;

    if (s->claim.items >= s->least_rows && hidden)
        return 0;
    return err_set(e, ERR_REFUSED, "%s", reason_text(REASON_ROWS));
}

/* Effect: b has the counts of rows, unless one of them is of too few. */
static int add_counts(const struct slave *s, struct buf *b, uint64_t *count, struct err *e)
{
    const struct contract *c = s->contract;
    size_t n = counts_of(c);

    *count = 0;
    if (n == 0)
        return 0;
    uint64_t *counts = err_alloc(n, sizeof *counts, "counts", e);
    if (!counts)
        return -1;
    counts_write(c, partition_tally(s->partition), counts);
    if (!counts_tell(c, counts, s->least_rows)) {
        buf_add(b, counts, n * sizeof *counts);
        *count = n;
    }
    free(counts);
    return 0;
}

/* Returns the claim with its payload: counts of rows, column names. */
static struct message *make_payload(struct slave *s, struct err *e)
{
    const char *const *names = partition_column_names(s->partition);
    struct message *m = NULL;
    struct buf b = {0};
    uint64_t counts;

    int rc = add_counts(s, &b, &counts, e);
    for (size_t i = 0; rc == 0 && i < partition_columns(s->partition); i++)
        buf_add(&b, names[i], strlen(names[i]) + 1);
    if (rc == 0 && buf_failed(&b))
        rc = err_memory(e, "a claim");
    if (rc == 0 && (m = message_create(MESSAGE_CLAIMED, s->claim.number, b.len, e))) {
        memcpy(m->payload, b.data, b.len);
        m->counts = counts;
    }
    buf_free(&b);
    return m;
}

/* The leader's answer: number of items, commitment, what became of rows, column names. */
static struct message *make_claim(struct slave *s, struct err *e)
{
    struct message *m;

    if (s->contract->work_units > 0)
        return make_work_claim(s, e);
    if (partition_items(s->partition, &s->claim.items, e) < 0 || check_least(s, e) < 0 ||
        !(m = make_payload(s, e)))
        return NULL;
    /* Cut after a whole line, if need be. */
    snprintf(m->text, sizeof m->text, "%s", partition_notes(s->partition));
    char *end = strrchr(m->text, '\n');
    if (end)
        end[1] = '\0';
    m->items = s->claim.items;
    m->units = partition_units(s->partition);
    if (partition_digest(s->partition, s->run, s->claim.digest, e) == 0 &&
        random_bytes(s->claim.salt, sizeof s->claim.salt, e) == 0 &&
        partition_meaning(s->partition, m->meaning, e) == 0 &&
        commitment_make(s->claim.salt, s->claim.items, s->claim.digest, m->commit, e) == 0)
        return m;
    free(m);
    return NULL;
}

/* Effect: what is claimed now can be taken up again in a later round. */
static int remember(struct slave *s, struct err *e)
{
    for (size_t i = 0; i < s->claims_count; i++) {
        if (s->claims[i].number == s->claim.number) {
            s->claims[i] = s->claim;
            return 0;
        }
    }
    struct slave_claim *claims = realloc(s->claims, (s->claims_count + 1) * sizeof *claims);
    if (!claims)
        return err_memory(e, "claims");
    s->claims = claims;
    claims[s->claims_count++] = s->claim;
    return 0;
}

int claim_again(struct slave *s, struct team *team, uint32_t number, struct err *why, struct err *e)
{
    size_t i = 0;

    while (i < s->claims_count && s->claims[i].number != number)
        i++;
    if (i == s->claims_count || (s->bound && s->claim.number == number))
        return 0;
    if (take_up(s, number, why) == 0)
        s->claim = s->claims[i];
    int rc = agree(team, NULL, why, e);
    if (why->code == ERR_INCOMPLETE) /* that would tell of a halt; no other group can serve it */
        why->code = ERR_OPEN;
    if (why->code != ERR_NONE) { /* all ranks try again, or none */
        bound_destroy(s->bound);
        s->bound = NULL;
    }
    return rc;
}

int claim(struct slave *s, struct team *team, const struct message *in, struct message **out,
          struct err *e)
{
    struct err why = {0};
    uint8_t copy[SHA256_LEN] = {0};
    struct message *m = NULL;

    memset(s->claim.digest, 0, sizeof s->claim.digest);
    s->round = in->round;
    pace_begin(&s->pace, in->partition);
    if (take_seal(s, in, e) < 0)
        return -1;
    if (take_up(s, in->partition, &why) < 0 && team_rank(team) != 0)
        err_context(&why, "on node %s", s->node);
    if (agree_failures(team, &why, e) < 0)
        return -1;
    if (team_rank(team) != 0)
        return remember(s, e);
    if (why.code == ERR_NONE && keep_copy(s, copy, &why) == 0 &&
        resources_check(s->contract, s->pace.end - clock_steady(), &why) == 0)
        m = make_claim(s, &why);
    if (m && check_saved(s, in->digest, m, &why) < 0) {
        free(m);
        m = NULL;
    }
    if (m && remember(s, e) < 0) {
        free(m);
        return -1;
    }
    if (!m) {
        m = message_create(MESSAGE_DECLINED, in->partition, 0, e);
        if (!m)
            return -1;
        m->code = (uint32_t)why.code;
        snprintf(m->text, sizeof m->text, "%.600s", why.text);
        text_show(m->text, sizeof m->text);
        snprintf(m->warning, sizeof m->warning, "%s", why.here);
    }
    memcpy(m->copy, copy, sizeof copy);
    *out = m;
    return 0;
}
