/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence of two histories: what was read is all that is there, and only who has lied did. */
#include "fuzz.h"

#include <string.h>

#include "ledger/proof/evidence.h"

/* Of the log that the seeds are evidence of. */
static const char text[] =
    "log example.com/log+9be5d3c6+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n"
    "quorum none\n";

/* The log has signed a true tree of 8 and of 3 leaves, and lies, whose roots are of one byte. */
static bool is_lie(const struct checkpoint *c)
{
    uint8_t lie[SHA256_LEN];

    memset(lie, 0xaa, sizeof lie);
    return memcmp(c->root, lie, sizeof lie) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct policy *policy;
    struct checkpoint one = {0}, two = {0};
    struct evidence x;
    struct buf b = {0};
    struct err e = {0};

    if (!policy)
        must((policy = policy_read("policy", text, strlen(text), NULL)));
    fuzz_memory_begin();
    int rc = evidence_read(&x, (const char *)data, len, &e);
    fuzz_memory_end(65536);
    if (rc < 0) {
        must_refuse(&e, ERR_INPUT, "");
        return 0;
    }
    must(x.path.count <= TREE_LEVELS + 1);
    evidence_write(&b, &x);
    must_equal(b.data, b.len, data, len);
    buf_free(&b);
    rc = evidence_check(&x, policy, &one, &two, &e);
    must(rc == evidence_check(&x, policy, &one, &two, NULL));
    if (rc == 0)
        must(one.size <= two.size && (is_lie(&one) || is_lie(&two)) &&
             memcmp(one.root, two.root, SHA256_LEN) != 0);
    else
        must_refuse(&e, e.code == ERR_INPUT ? ERR_INPUT : ERR_VERIFY, "");
    return 0;
}
