/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two checkpoints that contradict each other. */
#include "ledger/proof/evidence.h"

#include <string.h>

#include "util/base64.h"

static const char first[] = "metaneuron-evidence@v1\n", between[] = "\n=====\n";

static void add_hash(struct buf *b, const uint8_t hash[static SHA256_LEN])
{
    base64_encode(b, hash, SHA256_LEN);
    buf_addc(b, '\n');
}

void evidence_write(struct buf *b, const struct evidence *x)
{
    buf_adds(b, first);
    add_hash(b, x->prefix);
    for (size_t i = 0; i < x->path.count; i++)
        add_hash(b, x->path.hash[i]);
    buf_addc(b, '\n');
    buf_add(b, x->smaller, x->smaller_len);
    buf_adds(b, between + 1);
    buf_add(b, x->larger, x->larger_len);
}

/* Reads a line that is a hash, and moves on behind it. */
static int take_hash(const char **p, const char *end, uint8_t hash[static SHA256_LEN],
                     struct err *e)
{
    const char *lf = memchr(*p, '\n', (size_t)(end - *p));
    size_t len;

    if (!lf || base64_decode(*p, (size_t)(lf - *p), hash, SHA256_LEN, &len) < 0 ||
        len != SHA256_LEN)
        return err_set(e, ERR_INPUT, "a line of the proof is no hash of %d bytes in base64",
                       SHA256_LEN);
    *p = lf + 1;
    return 0;
}

int evidence_read(struct evidence *x, const char *data, size_t len, struct err *e)
{
    const char *p = data + strlen(first), *end = data + len;

    *x = (struct evidence){0};
    if (len < strlen(first) || memcmp(data, first, strlen(first)) != 0)
        return err_set(e, ERR_INPUT, "does not begin with %.*s", (int)strlen(first) - 1, first);
    if (take_hash(&p, end, x->prefix, e) < 0)
        return -1;
    while (p < end && *p != '\n') {
        if (x->path.count > TREE_LEVELS)
            return err_set(e, ERR_INPUT, "its proof has more hashes than any has");
        if (take_hash(&p, end, x->path.hash[x->path.count++], e) < 0)
            return -1;
    }
    if (p == end)
        return err_set(e, ERR_INPUT, "ends behind its proof");
    x->smaller = ++p;
    /* Lines before the signatures are what who has lied has chosen. */
    const char *empty = memmem(p, (size_t)(end - p), "\n\n", 2);
    const char *middle =
        empty ? memmem(empty, (size_t)(end - empty), between, strlen(between)) : NULL;
    if (!middle)
        return err_set(e, ERR_INPUT, "has no second checkpoint");
    x->smaller_len = (size_t)(middle + 1 - p);
    x->larger = middle + strlen(between);
    x->larger_len = (size_t)(end - x->larger);
    return 0;
}

int evidence_signed(const struct policy *p, const struct note *n, struct checkpoint *c,
                    struct err *e)
{
    if (checkpoint_read(c, n, e) < 0)
        return -1;
    for (size_t i = 0; i < policy_logs(p); i++) {
        const struct note_key *key = policy_log(p, i);
        int rc = strcmp(key->name, c->origin) == 0 ? note_check(n, key, NULL, e) : 0;
        if (rc != 0)
            return rc < 0 ? -1 : 0;
    }
    return err_set(e, ERR_VERIFY, "the checkpoint of %s is signed with no key of the trust policy",
                   c->origin);
}

static int read_signed(const struct policy *p, const char *data, size_t len, struct checkpoint *c,
                       struct err *e)
{
    struct note n;

    return note_read(&n, data, len, e) < 0 ? -1 : evidence_signed(p, &n, c, e);
}

int evidence_check(const struct evidence *x, const struct policy *p, struct checkpoint *smaller,
                   struct checkpoint *larger, struct err *e)
{
    if (read_signed(p, x->smaller, x->smaller_len, smaller, e) < 0 ||
        read_signed(p, x->larger, x->larger_len, larger, e) < 0)
        return -1;
    if (strcmp(smaller->origin, larger->origin) != 0)
        return err_set(e, ERR_VERIFY, "its checkpoints are of two ledgers");
    if (smaller->size > larger->size)
        return err_set(e, ERR_INPUT, "its first checkpoint is not the smaller one");
    if (memcmp(x->prefix, smaller->root, SHA256_LEN) == 0)
        return err_set(e, ERR_VERIFY, "its checkpoints do not contradict each other");
    return tree_check_consistent(&x->path, smaller->size, x->prefix, larger->size, larger->root, e);
}
