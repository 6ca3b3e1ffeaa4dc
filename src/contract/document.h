/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A contract as a flat document, both ways.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_DOCUMENT_H
#define CONTRACT_DOCUMENT_H

#include "contract/contract.h"

/* Effect: fills the empty contract c from the document; name is for errors.
 * Missing groups, unknown members, wrong types and ranges are ERR_INPUT. */
int document_load(const struct flat *f, const char *name, struct contract *c, struct err *e);

/* Returns the contract as a document that document_load() reads back. */
struct flat *document_make(const struct contract *c, struct err *e);

#endif
