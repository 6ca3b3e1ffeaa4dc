/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A contract as a flat document, in the layout of the HDF5 file.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_DOCUMENT_H
#define CONTRACT_DOCUMENT_H

#include "contract/contract.h"

struct schema_field;

/* Whether a document has that field; the others are left out, and so have their defaults. */
typedef bool document_has(const struct schema_field *f);

/* Returns the document of a contract; the second with no more than some of its fields. */
struct flat *document_make(const struct contract *c, struct err *e);
struct flat *document_make_some(const struct contract *c, document_has *has, struct err *e);

/* recipe_write.c. Effect: the document has the contract's recipe. */
int document_recipe(struct flat *f, const struct recipe *r, struct err *e);

/* contract.c. Returns the contract in the document, which is destroyed; name is for errors. What is
 * not said has the default of a file. */
struct contract *document_contract(struct flat *f, const char *name, struct err *e);

#endif
