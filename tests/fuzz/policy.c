/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trust policy, and what it says of a note: the same each time, and never more than it can show.
 *
 * The input is the policy, a line "%", and the note.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/proof/policy.h"

/* Returns whether the text has the key in it as it would be written. */
static bool has_key(const char *text, const struct note_key *k)
{
    struct buf b = {0};

    note_key_write(&b, k);
    bool found = strstr(text, b.data) != NULL;
    buf_free(&b);
    return found;
}

/* Each key stands in the policy, and is there once. */
static void check_keys(const struct policy *p, const char *text)
{
    size_t logs = policy_logs(p), witnesses = policy_witnesses(p);
    const char *name;

    for (size_t i = 0; i < logs; i++) {
        must(policy_log(p, i)->kind == NOTE_ED25519 && has_key(text, policy_log(p, i)));
        for (size_t k = 0; k < i; k++)
            must(memcmp(policy_log(p, i)->public, policy_log(p, k)->public, KEY_PUBLIC_LEN) != 0);
    }
    for (size_t i = 0; i < witnesses; i++) {
        const struct note_key *key = policy_witness(p, i, &name);
        must(key->kind == NOTE_COSIGNATURE && has_key(text, key) && name[0]);
        for (size_t k = 0; k < i; k++)
            must(memcmp(key->public, policy_witness(p, k, &name)->public, KEY_PUBLIC_LEN) != 0);
    }
}

/* What is believed is signed by a log, and cosigned by as many as are counted. */
static void believe(const struct policy *p, const struct note *n, const struct policy_verdict *v)
{
    struct checkpoint c;
    size_t cosigned = 0;
    uint64_t last = 0, time = 0;
    const char *name;

    must(checkpoint_read(&c, n, NULL) == 0 && checkpoint_same(&c, &v->checkpoint));
    must(note_check(n, &v->log, NULL, NULL) == 1 && strcmp(v->log.name, c.origin) == 0);
    for (size_t i = 0; i < policy_witnesses(p); i++)
        if (note_check(n, policy_witness(p, i, &name), &time, NULL) == 1) {
            cosigned++;
            last = time > last ? time : last;
        }
    must(v->cosigned == cosigned && v->last == last && v->needed <= cosigned);
}

static void judge(const struct policy *p, const char *text, size_t len)
{
    struct policy_verdict one = {0}, two = {0};
    static struct note n;
    struct err e = {0};

    if (note_read(&n, text, len, NULL) < 0)
        return;
    int rc = policy_check(p, &n, &one, &e);
    must(rc == policy_check(p, &n, &two, NULL));
    if (rc == 0) {
        must(one.cosigned == two.cosigned && one.needed == two.needed && one.last == two.last);
        believe(p, &n, &one);
        return;
    }
    must_refuse(&e, e.code == ERR_INPUT ? ERR_INPUT : ERR_VERIFY, "");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = fuzz_text(data, len), *note = strstr(text, "\n%\n");
    size_t policy_len = note ? (size_t)(note - text) + 1 : len;
    struct err e = {0};

    if (note)
        note[1] = '\0';
    fuzz_memory_begin();
    struct policy *p = policy_read("policy", text, policy_len, &e);
    fuzz_memory_end((1 << 20) + 16 * policy_len);
    if (p) {
        check_keys(p, text);
        if (note)
            judge(p, note + 3, len - policy_len - 2);
    } else {
        must_refuse(&e, ERR_INPUT, "policy: ");
    }
    policy_free(p);
    free(text);
    return 0;
}
