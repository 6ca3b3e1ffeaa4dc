/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The centre's own part of the exchange, made or completed from its house: its identities, a copy
 * of its log, its newest checkpoint, its payloads, and its cosignatures of others.
 *
 * Files come before what names them, and the checkpoint last. Each is a temporary file, synced, and
 * renamed; nothing is removed.
 */
#ifndef SITE_EXCHANGE_PUBLISH_H
#define SITE_EXCHANGE_PUBLISH_H

#include "util/err.h"

/* Effect: EXCHANGE/NAME is what the house in that directory has to publish. */
int publish_house(const char *house, const char *name, const char *exchange, struct err *e);

#endif
