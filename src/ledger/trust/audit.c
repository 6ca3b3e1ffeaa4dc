/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifies a ledger against all that is known of it. */
#include "ledger/trust/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/leaves.h"
#include "ledger/trust/believe.h"

/* Where a checkpoint comes from. */
enum source { OWN, NEWEST, SEEN, GIVEN };

struct head {
    enum source source;
    size_t cosigned; /* lines of peers beside it */
    struct kept kept;
};

/* All checkpoints that the log must continue, in the order of their sizes. */
struct heads {
    struct head *list;
    size_t count, capacity;
};

static struct head *add_head(struct heads *h, enum source source, struct err *e)
{
    struct head *list = err_grow(h->list, h->count, &h->capacity, sizeof *list, "checkpoints", e);

    if (!list)
        return NULL;
    h->list = list;
    list[h->count] = (struct head){.source = source};
    return &list[h->count++];
}

static void free_heads(struct heads *h)
{
    for (size_t i = 0; i < h->count; i++)
        kept_free(&h->list[i].kept);
    free(h->list);
}

/* What cannot be read of what vouches for a ledger is no input: something is wrong with it. */
static int wrong(const struct err *why, struct err *e)
{
    return err_set(e, why->code == ERR_INPUT ? ERR_VERIFY : why->code, "%s", why->text);
}

/* Effect: adds those that the ledger keeps. */
static int collect_own(struct heads *h, const char *directory, struct err *e)
{
    struct kept_entry *list;
    size_t count;
    struct err why = {0};
    int rc = kept_list(directory, &list, &count, e);

    if (rc < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct head *head = add_head(h, OWN, e);
        rc = head ? kept_read(&head->kept, directory, list[i].size, &why) : -1;
        if (rc == 0)
            head->cosigned = list[i].cosigned;
    }
    free(list);
    struct head *newest = rc == 0 ? add_head(h, NEWEST, e) : NULL;
    if (newest && (rc = kept_read(&newest->kept, directory, 0, &why)) < 0 && why.code == ERR_OPEN) {
        h->count--;
        return 0;
    }
    return rc == 0 && newest ? 0 : why.code ? wrong(&why, e) : -1;
}

/* Effect: adds those that are known from elsewhere. */
static int collect_known(struct heads *h, const char *origin, const struct audit_known *known,
                         struct err *e)
{
    struct head *head = add_head(h, SEEN, e);
    struct err why = {0};
    int rc = head ? kept_seen(&head->kept, origin, e) : -1;

    h->count -= rc == 0;
    for (size_t i = 0; rc >= 0 && i < known->count; i++) {
        head = add_head(h, GIVEN, e);
        rc = head ? kept_read_file(&head->kept, known->files[i], &why) : -1;
    }
    return rc >= 0 ? 0 : why.code ? err_set(e, why.code, "%s", why.text) : -1;
}

static int by_size(const void *a, const void *b)
{
    const struct head *x = a, *y = b;

    if (x->kept.c.size != y->kept.c.size)
        return x->kept.c.size < y->kept.c.size ? -1 : 1;
    return (x->source > y->source) - (x->source < y->source);
}

/* Effect: the audit knows of a checkpoint that is good. */
static void note_head(struct audit *a, const struct audit_known *known, const struct head *head,
                      const struct keys_entry *signer)
{
    uint64_t size = head->kept.c.size;
    struct note_key key;

    if (head->source == SEEN)
        a->seen = size;
    if (head->source == GIVEN)
        a->given = size;
    if (head->source == OWN)
        a->checkpoints++;
    if (head->source == OWN || head->source == NEWEST) {
        a->covered = size;
        a->cosigned = head->source == OWN ? head->cosigned : a->cosigned;
        snprintf(a->who, sizeof a->who, "%s", signer->who);
    }
    if (known->has_key &&
        note_key_make(&key, a->keys.origin, NOTE_ED25519, known->key, NULL) == 0 &&
        note_check(&head->kept.note, &key, NULL, NULL) == 1)
        a->keyed = size;
}

/* Goes through all heads, in order. */
static int check_heads(struct audit *a, const struct audit_known *known, const struct heads *h,
                       const struct ledger_root *roots, struct err *e)
{
    uint64_t good = 0;

    for (size_t i = 0; i < h->count; i++) {
        const struct kept *c = &h->list[i].kept;
        if (believe_tree(c, a->keys.origin, a->state.count, roots[i].hash, good, e) < 0)
            return -1;
        const struct keys_entry *signer = believe_signature(&a->keys, c, e);
        if (!signer)
            return -1;
        note_head(a, known, &h->list[i], signer);
        good = c->c.size;
    }
    return 0;
}

/* Asks the policy about one of the ledger's checkpoints, with the lines of the peers beside it. */
static int ask_policy(const char *directory, struct audit *a, const struct policy *policy,
                      const struct head *head, struct err *e)
{
    struct kept c;

    if (kept_read_cosigned(&c, directory, head->kept.c.size, e) < 0)
        return -1;
    int rc = policy_check(policy, &c.note, &a->verdict, e);
    if (rc == 0)
        a->believed = c.c.size;
    kept_free(&c);
    return rc;
}

/* Effect: believed is how much of the log the policy believes: by the largest of the ledger's
 * checkpoints that it does believe. */
static int check_policy(const char *directory, struct audit *a, const struct policy *policy,
                        const struct heads *h, struct err *e)
{
    struct err why = {0};
    bool asked = false;

    for (size_t i = h->count; policy && i > 0; i--) {
        const struct head *head = &h->list[i - 1];
        /* Of those without a line of a peer one tells all, if peers are wanted. */
        if (head->source != OWN || (asked && a->verdict.needed > 0 && head->cosigned == 0))
            continue;
        struct err no = {0};
        if (ask_policy(directory, a, policy, head, &no) == 0)
            return 0;
        err_set(&why, no.code, "%s", no.text);
        asked = true;
    }
    if (!policy)
        return 0;
    return err_set(e, ERR_VERIFY, "%s: the trust policy believes nothing of it: %s", directory,
                   why.code ? why.text : "it has no checkpoint");
}

/* Effect: what was seen now is remembered, where that can be written: what was found here does not
 * depend on it. */
static void remember(const struct heads *h)
{
    for (size_t i = h->count; i > 0; i--) {
        const struct head *head = &h->list[i - 1];
        if (head->source == OWN || head->source == NEWEST) {
            kept_see(&head->kept.bytes, &head->kept.c, NULL);
            return;
        }
    }
}

/* One pass over the log gives the roots and the keys. What is wrong with it is told with the
 * checkpoint that knows better, if one does: no crash takes what was signed. */
static int read_log(const char *directory, struct audit *a, const struct heads *h,
                    struct ledger_root *roots, struct err *e)
{
    const struct ledger_also also = {roots, h->count, keys_visit, &a->keys};
    struct err why = {0};
    uint64_t signed_to = 0;

    if (ledger_verify_also(directory, &also, &a->state, &why) == 0)
        return 0;
    for (size_t i = 0; i < h->count; i++)
        if (h->list[i].source != GIVEN)
            signed_to = h->list[i].kept.c.size;
    if (signed_to > a->state.count)
        return err_set(e, ERR_VERIFY, "%s: altered, as %" PRIu64 " records were signed: %s",
                       directory, signed_to, why.text);
    return wrong(&why, e);
}

static int check(const char *directory, const struct audit_known *known, struct audit *a,
                 struct heads *h, struct err *e)
{
    char origin[RECORD_MOST];
    struct err why = {0};

    if (ledger_origin(directory, origin, &why) < 0) /* a verification says it best */
        return ledger_verify(directory, &a->state, e) < 0 ? -1 : wrong(&why, e);
    if (collect_own(h, directory, e) < 0 || collect_known(h, origin, known, e) < 0)
        return -1;
    if (h->count > 1)
        qsort(h->list, h->count, sizeof *h->list, by_size);
    struct ledger_root *roots = err_alloc(h->count + 1, sizeof *roots, "roots", e);
    if (!roots)
        return -1;
    for (size_t i = 0; i < h->count; i++)
        roots[i].size = h->list[i].kept.c.size;
    int rc = read_log(directory, a, h, roots, e);
    if (rc == 0)
        rc = check_heads(a, known, h, roots, e);
    free(roots);
    return rc < 0 ? -1 : check_policy(directory, a, known->policy, h, e);
}

int audit_ledger(const char *directory, const struct audit_known *known, struct audit *a,
                 struct err *e)
{
    static const struct audit_known nothing;
    struct heads h = {0};

    *a = (struct audit){0};
    if (!known)
        known = &nothing;
    int rc = check(directory, known, a, &h, e);
    if (rc == 0 && known->has_key && a->keyed == 0)
        rc = err_set(e, ERR_VERIFY, "%s: no checkpoint of it is signed with the key that was given",
                     directory);
    if (rc == 0)
        remember(&h);
    free_heads(&h);
    return rc;
}

void audit_free(struct audit *a)
{
    keys_free(&a->keys);
}
