/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parties of a result: who is settled with.
 *
 * Convention: of the contract, the result and the run, and nothing of a job: who judges
 * again afterwards calls the same.
 */
#ifndef ENGINE_JUDGE_PARTIES_H
#define ENGINE_JUDGE_PARTIES_H

#include "engine/result/result.h"
#include "ledger/names.h"
#include "ledger/fold/runs.h"

/* Who is settled with: a slave with its part of a result. */
struct party {
    char name[SLAVE_NAME];
    uint64_t items; /* that earn history and credits */
    bool rejected;
    size_t entry; /* its first entry in the result; SIZE_MAX: none is left */
};

/* Effect: *list becomes the parties of a result, in the order of their entries:
 * its slaves that answered; without data each once, with what others confirmed, and those
 * that were found out, whom the ledger knows. The caller frees it. */
int judge_parties(const struct result *r, const struct run *run, struct party **list, size_t *count,
                  struct err *e);

#endif
