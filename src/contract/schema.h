/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The schema: one table of the scalar fields of a contract.
 *
 * The YAML reader, the HDF5 reader and writer, the canonical text and the
 * documentation all walk it.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_SCHEMA_H
#define CONTRACT_SCHEMA_H

#include <stdbool.h>

#include "contract/contract.h"
#include "util/alike.h"

/* Whole numbers up to here are exact in a double: 2^53. */
#define SCHEMA_EXACT 9007199254740992.0

enum {
    SCHEMA_PATH = 128,     /* bytes of GROUP@NAME or GROUP/NAME, of a group that the schema knows */
    SCHEMA_EXPECTED = 300, /* of what was expected, for people */
    SCHEMA_LIST = 65536,   /* entries of a list or a table, at most */
    SCHEMA_SLAVES = 65536, /* partitions of data, or ranges of work, at most */
};

enum schema_type {
    SCHEMA_TEXT = 1,     /* UTF-8, at most max bytes */
    SCHEMA_NAME = 2,     /* as text_is_name() says */
    SCHEMA_CHOICE = 3,   /* one of the words in choices */
    SCHEMA_INTEGER = 4,  /* min to max */
    SCHEMA_NUMBER = 5,   /* min to max */
    SCHEMA_OPTIONAL = 6, /* a number, or absent: NaN */
    SCHEMA_DURATION = 7, /* seconds; in YAML with a unit */
    SCHEMA_SIZE = 8,     /* bytes; in YAML with a unit */
    SCHEMA_SHARE = 9,    /* a whole number to max; since version 2 also 1/n, n to 64 */
};

struct schema_field {
    const char *group; /* "/filter"; in YAML "filter", and "/contract" is the top level */
    const char *key;   /* name of the attribute, and key in YAML */
    enum schema_type type;
    size_t offset; /* in struct contract */
    double min, max;
    const char *fallback; /* the default, as in YAML; NULL: required */
    const char *choices;  /* of a choice, separated by spaces */
};

/* Returns field i, or NULL past the last. */
const struct schema_field *schema_field(size_t i);

/* Returns the field of that group and key, or NULL. */
const struct schema_field *schema_find(const char *group, const char *key);

/* versions.c. Returns the first version of the format that has the field. */
int64_t schema_since(const struct schema_field *f);

/* versions.c. Returns the first version in which the field may have the value, if it may in the
 * newest. */
int64_t schema_value_since(const struct schema_field *f, const struct contract_param *v);

/* versions.c. Whether the field is in neither the file nor the canonical text of that contract: as
 * those of keys that came to a version after it was there are, where they have their default, and
 * what is beside them. So contracts without such a key keep their text and id. */
bool schema_leaves_out(const struct schema_field *f, const struct contract *c);

/* versions.c. Returns the field that the field says more of, and means nothing without; or NULL. */
const struct schema_field *schema_beside(const struct schema_field *f);

/* versions.c. Whether a contract of that version over work (else over data) has the field:
 * /data and /work exclude each other, all other groups are in both. */
bool schema_applies(const struct schema_field *f, int64_t format, bool work);

/* versions.c. Returns what a contract of that version means that does not have the field, as in
 * YAML; NULL: it is required. */
const char *schema_default(const struct schema_field *f, int64_t format);

/* versions.c. The same of a spec, where those of its fields that stand before it are in c. */
const char *schema_meant(const struct schema_field *f, const struct contract *c);

/* versions.c. Whether the contract's filter finds its threshold itself, by a cut: it is not given, and a
 * cut is known for the scores of the method. */
bool schema_may_cut(const struct contract *c);

/* Whether the format has a place for that path: of a group, or of an attribute
 * or dataset. Parameters of the function are not looked at. */
bool schema_knows(const char *path, bool group);

/* Appends the names of what a group may hold to text, with ", " between. */
void schema_list(const char *group, char *text, size_t size);

/* Effect: the hint is the name of those that the key only looks different from, as of
 * alike_hint(); or "". Returns hint. */
const char *schema_hint(const char *group, const char *key, char hint[static ALIKE_HINT]);

/* Converts YAML text to the field's type; *v gets integer, number or string
 * (the text itself). -1 and what was expected, in expected. */
int schema_parse(const struct schema_field *f, const char *text, struct contract_param *v,
                 char *expected, size_t size);

/* Checks a typed value against the field and stores it into c, a string as a
 * copy. -1 and what was expected, in expected. */
int schema_store(const struct schema_field *f, struct contract *c, const struct contract_param *v,
                 char *expected, size_t size);

/* Returns the value of the field in c; a string is not copied. */
struct contract_param schema_load(const struct schema_field *f, const struct contract *c);

#endif
