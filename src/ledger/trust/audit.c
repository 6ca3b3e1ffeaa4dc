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

/* A checkpoint, of which no more is kept than it takes to read it again: there may be many. */
struct head {
    enum source source;
    const char *file; /* GIVEN */
    uint64_t size;
    size_t cosigned; /* lines of peers beside it */
};

/* All checkpoints that the log must continue, in the order of their sizes. */
struct heads {
    const char *directory, *origin;
    struct head *list;
    size_t count, capacity;
};

static int add_head(struct heads *h, struct head head, struct err *e)
{
    struct head *list = err_grow(h->list, h->count, &h->capacity, sizeof *list, "checkpoints", e);

    if (!list)
        return -1;
    h->list = list;
    list[h->count++] = head;
    return 0;
}

/* What cannot be read of what vouches for a ledger is no input: something is wrong with it. */
static int wrong(const struct err *why, struct err *e)
{
    return err_set(e, why->code == ERR_INPUT ? ERR_VERIFY : why->code, "%s", why->text);
}

/* Returns 1, 0 if there is no such checkpoint, or -1. */
static int read_head(const struct heads *h, const struct head *x, struct kept *k, struct err *e)
{
    struct err why = {0};

    if (x->source == SEEN)
        return kept_seen(k, h->origin, e);
    if (x->source == GIVEN)
        return kept_read_file(k, x->file, e) < 0 ? -1 : 1;
    int rc = kept_read(k, h->directory, x->source == OWN ? x->size : 0, &why) < 0 ? -1 : 1;
    if (rc < 0 && x->source == NEWEST && why.code == ERR_OPEN)
        return 0;
    return rc < 0 ? wrong(&why, e) : rc;
}

/* Effect: adds one whose size is not known before it is read, if it is there. */
static int add_read(struct heads *h, struct head head, struct err *e)
{
    struct kept k;
    int rc = read_head(h, &head, &k, e);

    if (rc != 1)
        return rc;
    head.size = k.c.size;
    kept_free(&k);
    return add_head(h, head, e);
}

static int collect(struct heads *h, const struct audit_known *known, struct err *e)
{
    struct kept_entry *list;
    size_t count;
    int rc = kept_list(h->directory, &list, &count, e);

    if (rc < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = add_head(h, (struct head){OWN, NULL, list[i].size, list[i].cosigned}, e);
    free(list);
    if (rc == 0)
        rc = add_read(h, (struct head){.source = NEWEST}, e);
    if (rc == 0)
        rc = add_read(h, (struct head){.source = SEEN}, e);
    for (size_t i = 0; rc == 0 && i < known->count; i++)
        rc = add_read(h, (struct head){.source = GIVEN, .file = known->files[i]}, e);
    return rc;
}

static int by_size(const void *a, const void *b)
{
    const struct head *x = a, *y = b;

    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return (x->source > y->source) - (x->source < y->source);
}

/* Effect: the audit knows of a checkpoint that is good. */
static void note_head(struct audit *a, const struct audit_known *known, const struct head *head,
                      const struct kept *c, const struct keys_entry *signer)
{
    uint64_t size = head->size;
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
        note_check(&c->note, &key, NULL, NULL) == 1)
        a->keyed = size;
}

static int check_head(struct audit *a, const struct audit_known *known, const struct heads *h,
                      const struct head *head, const struct ledger_root *root, uint64_t good,
                      struct err *e)
{
    const struct keys_entry *signer = NULL;
    struct kept c;
    int rc = read_head(h, head, &c, e);

    if (rc < 0)
        return -1;
    if (rc == 0 || c.c.size != head->size)
        err_set(e, ERR_VERIFY, "%s: a checkpoint changes while it is verified", h->directory);
    else if (believe_tree(&c, a->keys.origin, a->state.count, root->hash, good, e) == 0)
        signer = believe_signature(&a->keys, &c, e);
    if (signer)
        note_head(a, known, head, &c, signer);
    if (rc == 1)
        kept_free(&c);
    return signer ? 0 : -1;
}

/* Goes through all heads, in order. */
static int check_heads(struct audit *a, const struct audit_known *known, const struct heads *h,
                       const struct ledger_root *roots, struct err *e)
{
    uint64_t good = 0;

    for (size_t i = 0; i < h->count; i++) {
        if (check_head(a, known, h, &h->list[i], &roots[i], good, e) < 0)
            return -1;
        good = h->list[i].size;
    }
    return 0;
}

/* Asks the policy about one of the ledger's checkpoints, with the lines of the peers beside it. */
static int ask_policy(const char *directory, struct audit *a, const struct policy *policy,
                      const struct head *head, struct err *e)
{
    struct kept c;

    if (kept_read_cosigned(&c, directory, head->size, e) < 0)
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
    struct kept k;
    size_t i = h->count;

    while (i > 0 && h->list[i - 1].source != OWN && h->list[i - 1].source != NEWEST)
        i--;
    if (i == 0 || read_head(h, &h->list[i - 1], &k, NULL) != 1)
        return;
    kept_see(&k.bytes, &k.c, NULL);
    kept_free(&k);
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
            signed_to = h->list[i].size;
    if (signed_to > a->state.count)
        return err_set(e, ERR_VERIFY, "%s: altered, as %" PRIu64 " records were signed: %s",
                       directory, signed_to, why.text);
    return wrong(&why, e);
}

/* Effect: the key that was given counts from where the log adds it: who gives it vouches for it. A
 * copy of a log has only the newest checkpoint, which need not be of a key that has let it in. */
static void confirm(struct audit *a, const struct audit_known *known)
{
    for (size_t i = 0; known->has_key && i < a->keys.count; i++)
        a->keys.list[i].confirmed |=
            memcmp(a->keys.list[i].key.public, known->key, KEY_PUBLIC_LEN) == 0;
}

static int check(const char *directory, const struct audit_known *known, struct audit *a,
                 struct heads *h, struct err *e)
{
    if (collect(h, known, e) < 0)
        return -1;
    if (h->count > 1)
        qsort(h->list, h->count, sizeof *h->list, by_size);
    struct ledger_root *roots = err_alloc(h->count + 1, sizeof *roots, "roots", e);
    if (!roots)
        return -1;
    for (size_t i = 0; i < h->count; i++)
        roots[i].size = h->list[i].size;
    int rc = read_log(directory, a, h, roots, e);
    confirm(a, known);
    if (rc == 0)
        rc = check_heads(a, known, h, roots, e);
    free(roots);
    return rc < 0 ? -1 : check_policy(directory, a, known->policy, h, e);
}

int audit_ledger(const char *directory, const struct audit_known *known, struct audit *a,
                 struct err *e)
{
    static const struct audit_known nothing;
    char origin[RECORD_MOST];
    struct heads h = {.directory = directory, .origin = origin};
    struct err why = {0};

    *a = (struct audit){0};
    if (!known)
        known = &nothing;
    if (ledger_origin(directory, origin, &why) < 0) /* a verification says it best */
        return ledger_verify(directory, &a->state, e) < 0 ? -1 : wrong(&why, e);
    int rc = check(directory, known, a, &h, e);
    if (rc == 0 && known->has_key && a->keyed == 0)
        rc = err_set(e, ERR_VERIFY, "%s: no checkpoint of it is signed with the key that was given",
                     directory);
    if (rc == 0)
        remember(&h);
    free(h.list);
    return rc;
}

void audit_free(struct audit *a)
{
    keys_free(&a->keys);
}
