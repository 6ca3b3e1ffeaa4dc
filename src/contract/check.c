/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no single field can say. */
#include "contract/load.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/schema.h"

/* The digest says which code may be run: "builtin:NAME@VERSION", filled in when
 * it is empty, or file digests with one space between two. */
static int check_digest(const struct load *l)
{
    struct contract *c = l->c;
    char builtin[CONTRACT_BUILTIN];
    uint8_t digest[SHA256_LEN];

    snprintf(builtin, sizeof builtin, "builtin:%s@%" PRId64, c->function, c->version);
    if (c->digest[0] == '\0') {
        free(c->digest);
        c->digest = strdup(builtin);
        return c->digest ? 0 : err_memory(l->e, "a digest");
    }
    if (strcmp(c->digest, builtin) == 0)
        return 0;
    for (const char *p = c->digest;;) {
        char hex[SHA256_HEX + 1] = "";
        size_t n = strcspn(p, " ");
        if (n == 7 + SHA256_HEX && strncmp(p, "sha256:", 7) == 0)
            snprintf(hex, sizeof hex, "%s", p + 7);
        if (hex_decode(hex, digest, SHA256_LEN) < 0)
            return load_complain(l, "/function@digest",
                                 "found '%.100s', expected %s, or sha256: and 64 hexadecimal "
                                 "digits, or several of these",
                                 c->digest, builtin);
        if (p[n] == '\0')
            return 0;
        p += n + 1;
    }
}

/* What centres compute, each over data of its own. Names of columns do not travel but in the
 * contract, and how rows of one file are dealt means nothing. */
static int check_sites(const struct load *l)
{
    const struct contract *c = l->c;

    if (strcmp(c->split, "sites") != 0)
        return c->part == 0 ? 0
                            : load_complain(l, "/contract@part",
                                            "found %" PRId64 ", expected 0: only contracts over "
                                            "centres (data.split: sites) have parts",
                                            c->part);
    if (c->columns_count == 0)
        return load_complain(l, "/data@columns",
                             "found all columns, expected their names: the data is that of "
                             "centres (split: sites), which do not tell what they have");
    if (strcmp(c->deal, "turn") != 0)
        return load_complain(l, "/data@deal",
                             "found '%s', expected nothing: each centre has files of its own "
                             "(split: sites), whose rows are not dealt",
                             c->deal);
    return 0;
}

/* A centre's part is one slave's state, which whoever collects it judges. */
static int check_part(const struct load *l)
{
    const struct contract *c = l->c;

    if (c->part == 0)
        return 0;
    if (c->slaves != 1)
        return load_complain(l, "/data@slaves",
                             "found %" PRId64 ", expected 1: a part is that of one centre",
                             c->slaves);
    if (c->rounds != 1)
        return load_complain(l, "/contract@rounds",
                             "found %" PRId64 ", expected 1: a part is of one round", c->rounds);
    if (strcmp(c->filter, "none") != 0)
        return load_complain(l, "/filter@method",
                             "found '%s', expected none: what one centre finds is judged where "
                             "the parts are collected",
                             c->filter);
    if (strcmp(c->robust, "none") != 0)
        return load_complain(l, "/aggregate@robust",
                             "found '%s', expected none: one centre's result is not one of many",
                             c->robust);
    return 0;
}

/* What means nothing in this contract is not said. */
static int check_filter(const struct load *l)
{
    const struct contract *c = l->c;

    if (!isnan(c->threshold) && !isnan(c->ratio))
        return load_complain(l, "/filter@ratio", "found both threshold and ratio, expected one");
    if (strcmp(c->cut, "fixed") == 0 || schema_may_cut(c))
        return 0;
    return load_complain(
        l, "/filter@cut",
        "found '%s', expected nothing: a cut finds the threshold of pos-lof, mad or "
        "union where neither threshold nor ratio is given",
        c->cut);
}

/* What says more of something that is not there means nothing. */
static int check_beside(const struct load *l)
{
    char path[SCHEMA_PATH];

    for (size_t i = 0; schema_field(i); i++) {
        const struct schema_field *f = schema_field(i), *other = schema_beside(f);
        snprintf(path, sizeof path, "%s@%s", f->group, f->key);
        if (other && flat_find(l->f, path) && schema_leaves_out(f, l->c))
            return load_complain(l, path, "found a value, expected nothing: %s is %s", other->key,
                                 schema_load(other, l->c).string);
    }
    return 0;
}

int load_check(const struct load *l)
{
    const struct contract *c = l->c;

    if (c->t_max <= c->t_min)
        return load_complain(l, "/filter/weight@t_max",
                             "found %g s, expected more than t_min, %g s", c->t_max, c->t_min);
    if (c->work_units > 0 && c->slaves_min > 0)
        return load_complain(l, "/limits@slaves_min",
                             "found %" PRId64 ", expected 0: it applies to data, and this "
                             "contract is over work",
                             c->slaves_min);
    if (c->slaves_min > c->slaves)
        return load_complain(l, "/limits@slaves_min",
                             "found %" PRId64 ", expected at most the %" PRId64
                             " slaves of the data",
                             c->slaves_min, c->slaves);
    if (check_filter(l) < 0 || check_beside(l) < 0 || check_sites(l) < 0 || check_part(l) < 0)
        return -1;
    return check_digest(l);
}
