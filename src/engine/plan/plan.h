/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan: what is known of a run before anyone is asked.
 *
 * Convention: not collective. Run, supervisor and dry run begin with one.
 */
#ifndef ENGINE_PLAN_PLAN_H
#define ENGINE_PLAN_PLAN_H

#include "contract/contract.h"
#include "engine/plan/options.h"
#include "h5/reader.h"
#include "util/hash.h"

enum { PLAN_PATH = 4096 };

struct plan {
    const struct engine_options *options; /* the caller's, who keeps them as long */
    struct contract *contract;
    char *contract_bytes; /* its file, contract_len bytes */
    size_t contract_len;
    uint8_t contract_digest[SHA256_LEN]; /* of the bytes */
    char location[PLAN_PATH];            /* of the contract's data; "": of none that is here */
    char where[PLAN_PATH];               /* the ledger's directory, absolute */
    double end; /* steady clock: when the job must be over; INFINITY: no limit */
};

/* Effect: reads the contract, and checks everything that can be wrong before anyone is
 * asked. collects: results are collected that others have computed, and no data is here; else a
 * contract over sites is ERR_USAGE, unless it is a part of one. Whether it fails or not, *p is
 * then to be closed. */
int plan_open(struct plan *p, const struct engine_options *o, bool collects, struct reader *r,
              struct err *e);
void plan_close(struct plan *p);

/* Effect: writes the digest of where the data is, by which a run is found again. */
int plan_data(const struct plan *p, char text[static DIGEST_TEXT], struct err *e);

/* Fails when an order of ranks per slave cannot be met by a job of that size. */
int plan_check_ranks(const struct engine_options *o, int size, struct err *e);

/* Returns the number of ranks per slave that the job's ranks allow. */
int plan_ranks(const struct engine_options *o, const struct contract *c, int size);

#endif
