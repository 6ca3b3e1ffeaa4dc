/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A receipt: what was read is all that is there, and only the record that is in the log is believed. */
#include "fuzz.h"

#include <string.h>

#include "ledger/proof/receipt.h"

/* Of the log that the seeds are receipts of, and of two who cosign. */
static const char text[] =
    "log metaneuron/jena/6a09e667f3bcc908+c07c9f42+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n"
    "witness one witness.example/one+5aa9b808+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU\n"
    "witness two witness.example/two+e64861e0+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR\n"
    "group both all one two\n"
    "quorum both\n";

/* Digest of the log's lines that the seeds have: no other record is in it. */
static void believe(const struct receipt *r, const struct policy_verdict *v)
{
    static const char *const known[] = {
        "sha256:5caef1bc97bef80d341eafac90178f35ff8434f3c9d8e32dbffdcae485f718cb",
        "sha256:fabd4a32d71455f71b8f6b7556071dc4700a2b47248198537cd53d005ef7861a",
        "sha256:953000793ab299b50529d7aa9fcfc533d2a0aa91c58732b8ce47f224b4ea82bf",
    };
    char hex[DIGEST_TEXT];
    bool found = false;

    must(hash_text(r->line, r->len, hex, NULL) == 0);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found |= strcmp(hex, known[i]) == 0;
    must(found && r->index < v->checkpoint.size && v->cosigned == 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct policy *policy;
    struct policy_verdict v = {0};
    struct receipt r;
    struct buf b = {0};
    struct err e = {0};

    if (!policy)
        must((policy = policy_read("policy", text, strlen(text), NULL)));
    fuzz_memory_begin();
    int rc = receipt_read(&r, (const char *)data, len, &e);
    fuzz_memory_end(65536 + 4 * len);
    if (rc < 0) {
        must_refuse(&e, ERR_INPUT, "receipt");
        return 0;
    }
    must(r.line[r.len] == '\0' && r.path.count <= TREE_LEVELS);
    receipt_write(&b, &r);
    must_equal(b.data, b.len, data, len);
    rc = receipt_check(&r, policy, &v, &e);
    must(rc == receipt_check(&r, policy, &v, NULL));
    if (rc == 0)
        believe(&r, &v);
    else
        must_refuse(&e, e.code == ERR_INPUT ? ERR_INPUT : ERR_VERIFY, "");
    receipt_free(&r);
    buf_free(&b);
    return 0;
}
