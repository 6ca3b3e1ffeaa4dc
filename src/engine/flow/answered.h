/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of a result that is in.
 *
 * Convention: master only.
 */
#ifndef ENGINE_FLOW_ANSWERED_H
#define ENGINE_FLOW_ANSWERED_H

#include "engine/flow/job.h"
#include "engine/transport/message.h"

/* Effect: the result is in, and recorded, of which m says the rest; its state is durable. */
int answered_accept(struct job *j, const struct message *m, const uint8_t digest[static SHA256_LEN],
                    struct err *e);

/* Effect: records the state of result k, which is durable. */
int answered_record(struct job *j, uint32_t k, const uint8_t digest[static SHA256_LEN],
                    struct err *e);

#endif
