/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run came to, for who started it.
 */
#ifndef ENGINE_REPORT_H
#define ENGINE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/result/result.h"
#include "engine/transport/transport.h"

/* What a rank has sent others, and received, of results that none holds; the least that it could be; and
 * the most memory that it had. In bytes. */
struct engine_rank {
    uint64_t sent, received, least_sent, least_received, peak;
};

/* What became of a run. */
struct engine_report {
    struct result *result; /* the caller frees it */
    bool shown;            /* it was settled before; nothing was computed */
    bool resumed;          /* results of an earlier start were taken over */
    struct err stopped; /* nothing is settled, and why: somebody wants to look first; or ERR_NONE */
    bool blocks;        /* slaves have blocks of one file */
    double share_min;   /* of the items that the contract asks for in the answer */
    struct traffic traffic;    /* of this start */
    uint64_t emission;         /* hundredths of credits, divided in this settlement */
    uint64_t *credits;         /* of each slave; the caller frees it */
    struct engine_rank *ranks; /* of a run with shards; the caller frees it */
    size_t ranks_count;
};

#endif
