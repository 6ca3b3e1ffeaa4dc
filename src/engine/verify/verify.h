/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verification of a result: afterwards, offline, from nothing but the files.
 *
 * What a result must be is computed anew from contract, states and ledger, put together by the
 * code that writes results, and compared with the file object by object. So whatever is in a
 * file is recomputed, or it is one of the few things that are believed, which are listed; all
 * else is wrong.
 *
 * Convention: not collective.
 */
#ifndef ENGINE_VERIFY_VERIFY_H
#define ENGINE_VERIFY_VERIFY_H

#include "engine/result/result.h"
#include "h5/reader.h"
#include "ledger/proof/policy.h"
#include "ledger/record.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/key.h"
#include "util/text.h"

/* Called with each thing that is wrong, in words. */
typedef void engine_complaint(void *context, const char *text);

/* What is known of the ledger from elsewhere; all zeros: nothing. */
struct engine_known {
    const char *origin; /* that it has; or NULL */
    bool has_head, has_key;
    uint8_t head[SHA256_LEN];    /* the sum of a record that ends a batch … */
    uint64_t size;               /* … and how many records there were then; 0: not known */
    uint8_t key[KEY_PUBLIC_LEN]; /* that it is signed with */
    const struct policy *policy; /* that must believe it; or NULL */
};

/* The ledger that a result was compared with. */
struct engine_subject {
    char *origin;     /* NULL: it could not be read */
    uint64_t records; /* in it */
    uint8_t head[SHA256_LEN];
    uint64_t remembered;     /* records up to the head that was given; 0: it has none such, or none
                            was given */
    bool covers;             /* the run was settled within these */
    uint64_t signed_to;      /* records that its newest checkpoint covers; 0: it is not signed */
    char who[TEXT_NAME + 1]; /* who signed that */
    bool is_signed;          /* the run was settled within these */
    uint64_t believed;       /* records that the policy believes */
    uint64_t seen;           /* records of it that this user had seen before; 0: none */
};

/* What a verification came to. */
struct engine_verdict {
    size_t problems;       /* things that are wrong */
    uint64_t unkept;       /* rounds whose states were not kept: not computed again */
    size_t apart;          /* objects that are so small that they may be other ones */
    struct result *result; /* as it must be, if it could be read */
    struct engine_subject subject;
    struct buf believed; /* what nothing here can tell again, a line each: "WHAT: WHY" */
};

/* Computes anew what a result must be, and compares everything with the file and the ledger;
 * known may be NULL. -1 only when it could not look. The caller frees the verdict. */
int engine_verify(struct reader *r, const char *path, const char *ledger,
                  const struct engine_known *known, engine_complaint *complain, void *context,
                  struct engine_verdict *verdict, struct err *e);
void engine_verdict_free(struct engine_verdict *v);

#endif
