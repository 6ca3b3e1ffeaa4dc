/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A contract as a flat document, in the layout of the HDF5 file.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_DOCUMENT_H
#define CONTRACT_DOCUMENT_H

#include "contract/contract.h"

/* Returns the document of a contract. */
struct flat *document_make(const struct contract *c, struct err *e);

#endif
