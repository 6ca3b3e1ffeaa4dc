/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages between the master and the slaves.
 *
 * The master asks, a slave answers once; besides, a rank that is at work says so
 * now and then. A message is a fixed part and a payload of bytes; it travels within one job, between like machines, as it
 * lies in memory, and is checked on arrival all the same.
 */
#ifndef ENGINE_MESSAGE_H
#define ENGINE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/hash.h"

/* Bytes of the texts in a message, with their NUL. */
enum {
    MESSAGE_RUN = 24,   /* there is room for a run's key */
    MESSAGE_TEXT = 640, /* a longer reason is cut */
    MESSAGE_WARNING = 512,
};

/* Items or units of one slave, of at most 2^16 slaves: so their sums can be counted. */
#define MESSAGE_COUNT_MOST (UINT64_C(1) << 48)

enum message_type {
    MESSAGE_CLAIM = 1,    /* master: claim this partition */
    MESSAGE_COMPUTE = 2,  /* master: your claim is recorded, compute */
    MESSAGE_STOP = 3,     /* master: nothing more to do */
    MESSAGE_CLAIMED = 4,  /* slave: claimed; payload: counts of rows (recipe/recipe.h), then column
                           * names, each ended by NUL */
    MESSAGE_DECLINED = 5, /* slave: declined, text says why, code is the error's */
    MESSAGE_RESULT = 6,   /* slave: computed; payload: the state's doubles, or of a run that deals
                           * them a struct shards_said */
    MESSAGE_FAILED = 7,   /* slave: could not compute, text says why */
    MESSAGE_HALTED = 8,   /* slave: stopped between two units, as it was asked to */
    MESSAGE_PULSE = 9,    /* any rank of a slave, unasked: it is at work */
    MESSAGE_SHARD = 10,   /* master: all ranks, take part in the next step of judging results that
                           * none of them holds; payload: slave/shards.h. It is not answered */
};

/* Who sends it is what the transport says; no message says it of itself. Which type has which of
 * the fields from round on is in message_fields; in all others they are zero. */
struct message {
    uint32_t type;               /* enum message_type */
    uint32_t partition;          /* from 0 */
    uint32_t ranges;             /* COMPUTE, RESULT: how many, from partition on; else 1 */
    uint32_t round;              /* from 1 */
    uint32_t again;              /* COMPUTE: 1: from the first unit on, whatever is saved */
    uint32_t code;               /* enum err_code, of DECLINED and FAILED */
    uint64_t items;              /* of CLAIMED */
    uint64_t units;              /* of CLAIMED: in all; of PULSE, HALTED: since the last pulse */
    uint64_t restored;           /* of PULSE: of these, those that an earlier start had saved */
    uint64_t counts;             /* of CLAIMED: how many counts, of 8 bytes, there are; 0: none */
    double seconds;              /* of RESULT: wall time of the computation */
    uint8_t copy[SHA256_LEN];    /* CLAIMED, DECLINED: digest of the slave's copy of the contract */
    uint8_t commit[SHA256_LEN];  /* CLAIMED: commitment to the partition */
    uint8_t meaning[SHA256_LEN]; /* CLAIMED: digest of the columns' units; zeros: it has none */
    uint8_t salt[SHA256_LEN];    /* RESULT: opens the commitment */
    uint8_t digest[SHA256_LEN];  /* RESULT: the partition's digest, taken again; CLAIM, HALTED: of
                                 * what is saved of the partition's units, or zeros */
    uint8_t key[SHA256_LEN];     /* CLAIM: that seals what is saved of the run */
    char run[MESSAGE_RUN];       /* CLAIM, COMPUTE, DEAL: the run's name */
    char text[MESSAGE_TEXT]; /* DECLINED, FAILED, HALTED: reason, in one line; CLAIMED: notes on the
                              * data, a line each */
    char warning
        [MESSAGE_WARNING]; /* what the job's user is told, and no record has: CLAIMED: what is
                                    * wrong with what was saved, DECLINED, FAILED: what of the data is
                                    * at fault; or "" */
    uint64_t length;       /* bytes of payload */
    unsigned char payload[];
};

/* What may stand in a field of a message. */
enum message_content {
    MESSAGE_NUMBER = 1,  /* uint32_t, any */
    MESSAGE_CODE = 2,    /* uint32_t, of a failure that a slave can have; of HALTED
                          * ERR_INCOMPLETE */
    MESSAGE_COUNT = 3,   /* uint64_t, up to MESSAGE_COUNT_MOST */
    MESSAGE_SECONDS = 4, /* double, finite and not negative */
    MESSAGE_DIGEST = 5,  /* SHA256_LEN bytes, any */
    MESSAGE_LINE = 6,    /* text that ends, as text_show() leaves it */
    MESSAGE_WORDS = 7,   /* text that ends; where something failed as above, and not empty */
};

struct message_field {
    const char *name;
    size_t offset, size; /* in struct message, bytes */
    enum message_content content;
    uint32_t types; /* bit 1 << type of each type that has it */
};

enum { MESSAGE_FIELDS = 17 };
extern const struct message_field message_fields[MESSAGE_FIELDS];

/* Whether messages of that type have that field. */
bool message_has(uint32_t type, const struct message_field *f);

/* Returns a zeroed message with room for a payload, or NULL. The caller frees. */
struct message *message_create(enum message_type type, uint32_t partition, size_t payload,
                               struct err *e);

/* Returns the bytes that a message takes. */
size_t message_size(const struct message *m);

/* Fails unless the len bytes, received from the master or a slave, are a whole message of a kind
 * that those send, with all that follows from its kind alone: each field that it has as above, all
 * others zero, a payload of the right form. */
int message_check(const void *data, size_t len, bool from_master, struct err *e);

/* Whether a message of that type is an answer to one of the other. */
bool message_answers(uint32_t type, uint32_t asked);

/* Returns the names of columns in a text, each of which ends with a NUL; the caller frees the array
 * only. Sets *count to 0 if there are none, or the last has no end. ERR_INPUT: one is not a line of
 * UTF-8. */
const char **message_names(const char *text, size_t len, size_t *count, struct err *e);

#endif
