/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads result.h5, which is not trusted. */
#include "engine/result/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/preparation.h"

/* What reading a result of len bytes may cost. Its writer packs nothing: of what it holds
 * only short texts and flags take more in memory than in the file. */
static struct reader_limits limits_of(size_t len)
{
    uint64_t memory = 16 * (uint64_t)len + (1 << 20);

    return (struct reader_limits){
        .elements = len < RESULT_DOUBLES ? len : (uint64_t)RESULT_DOUBLES,
        .memory = memory < RESULT_FILE_MOST ? memory : RESULT_FILE_MOST,
        .seconds = 600,
        .plain = true,
    };
}

/* Reads an attribute of exactly that many hexadecimal digits, and its NUL. */
static int load_hex(const struct load *l, const char *path, char *text, size_t digits)
{
    const struct flat_value *v = load_expect(l, path, FLAT_STRING, 0, 1, 1);
    uint8_t bytes[SHA256_LEN];

    if (!v)
        return -1;
    if (hex_decode(v->strings[0], bytes, digits / 2) < 0)
        return err_set(l->e, ERR_INPUT, "%s: %s is not %zu hexadecimal digits", l->name, path,
                       digits);
    memcpy(text, v->strings[0], digits + 1);
    return 0;
}

/* Results without a cut do not say so. */
static int load_cut(const struct load *l, struct result *r)
{
    const struct flat_value *cut, *fpr;

    if (!flat_find(l->f, "/filter@cut"))
        return 0;
    if (!(cut = load_expect(l, "/filter@cut", FLAT_STRING, 0, 1, 1)) ||
        !(fpr = load_expect(l, "/filter@target_fpr", FLAT_NUMBER, 0, 1, 1)))
        return -1;
    r->target_fpr = fpr->numbers[0];
    return result_set(&r->cut, cut->strings[0], l->e);
}

static int load_head(const struct load *l, struct result *r)
{
    const struct flat_value *v;

    if (load_hex(l, "/@run", r->run, sizeof r->run - 1) < 0 ||
        load_hex(l, "/@contract", r->id, sizeof r->id - 1) < 0)
        return -1;
    for (size_t i = 0; i < RESULT_TEXTS; i++) {
        if (!(v = load_expect(l, result_texts[i].path, FLAT_STRING, 0, 1, 1)) ||
            result_set((char **)(void *)((char *)r + result_texts[i].offset), v->strings[0], l->e) <
                0)
            return -1;
    }
    if (!(v = load_expect(l, "/provenance@ranks", FLAT_INTEGER, 0, 1, 1)))
        return -1;
    r->ranks = v->integers[0];
    if (!(v = load_expect(l, "/provenance@ranks_per_slave", FLAT_INTEGER, 0, 1, 1)))
        return -1;
    r->ranks_per_slave = v->integers[0];
    if (!(v = load_expect(l, "/filter@threshold", FLAT_NUMBER, 0, 1, 1)))
        return -1;
    r->threshold = v->numbers[0];
    return load_cut(l, r);
}

/* Returns the contract in the file, which says how large all else may be. */
static struct contract *read_contract(const struct load *l, struct reader *reader)
{
    const struct flat_value *v = flat_find(l->f, "/contract");
    struct contract *c = NULL;

    if (!v || v->type != FLAT_BYTES || v->count > CONTRACT_FILE_MOST)
        err_set(l->e, ERR_INPUT, "%s: /contract is no contract's bytes", l->name);
    else if (!(c = contract_from_bytes(reader, "/contract", v->bytes, v->count, l->e)))
        err_context(l->e, "%s", l->name);
    return c;
}

static int load_contract(const struct load *l, struct result *r)
{
    const struct flat_value *v = flat_find(l->f, "/contract");

    r->contract = err_alloc(v->count, 1, "a contract", l->e);
    if (!r->contract)
        return -1;
    memcpy(r->contract, v->bytes, v->count);
    r->contract_len = v->count;
    return 0;
}

static int load_columns(const struct load *l, struct result *r)
{
    const struct flat_value *v = flat_find(l->f, "/columns");

    if (!v || v->type != FLAT_STRING || v->rank != 1)
        return err_set(l->e, ERR_INPUT, "%s: /columns is missing: not a whole result", l->name);
    r->columns = err_alloc(v->count, sizeof *r->columns, v->path, l->e);
    if (!r->columns)
        return -1;
    for (r->columns_count = 0; r->columns_count < v->count; r->columns_count++)
        if (result_set(&r->columns[r->columns_count], v->strings[r->columns_count], l->e) < 0)
            return -1;
    return 0;
}

static int load_slaves(const struct load *l, struct result *r)
{
    for (size_t i = 0; i < RESULT_OF_SLAVES; i++) {
        const struct result_column *c = &result_of_slaves[i];
        if (c->of_work && !flat_find(l->f, "/slaves/confirmed"))
            continue;
        const struct flat_value *v = load_column(l, c, 0, r->slaves);
        for (size_t k = 0; v && k < r->slaves; k++)
            if (load_entry(l, c, v, k, &r->slave[k]) < 0)
                return -1;
        if (!v)
            return -1;
    }
    return 0;
}

static int load_matrix(const struct load *l, const char *path, unsigned rank, size_t rows,
                       size_t columns, double *into)
{
    const struct flat_value *v = load_expect(l, path, FLAT_NUMBER, rank, rows, columns);

    if (v)
        memcpy(into, v->numbers, v->count * sizeof *into);
    return v ? 0 : -1;
}

/* Whatever is of single slaves; without states there is none of it. */
static int load_singles(const struct load *l, struct result *r)
{
    if (result_is_stateless(r)) {
        free(r->states);
        r->states = NULL;
    } else if (load_matrix(l, "/rounds/1/states", 2, r->slaves, r->length, r->states) < 0 ||
               load_salts(l, flat_find(l->f, "/rounds/1/salts"), 1, 0, r) < 0) {
        return -1;
    }
    if (r->disclose < DISCLOSE_FEATURES)
        return 0;
    return load_matrix(l, "/rounds/1/features", 2, r->slaves, r->features, r->values) < 0 ||
                   load_matrix(l, "/rounds/1/errors", 2, r->slaves, r->features, r->errors) < 0 ||
                   load_matrix(l, "/rounds/1/centre", 1, r->features, 1, r->centre) < 0
               ? -1
               : 0;
}

static int load_round(const struct load *l, struct result *r)
{
    const struct flat_value *states = flat_find(l->f, "/rounds/1/states");
    const struct flat_value *aggregate = flat_find(l->f, "/aggregate_state");
    const struct flat_value *names = flat_find(l->f, "/rounds/1/feature_names");
    bool features = flat_find(l->f, "/rounds/1/features") != NULL;

    if (!aggregate || aggregate->type != FLAT_NUMBER || aggregate->rank != 1 || !names ||
        names->rank != 1 || names->type != FLAT_STRING ||
        (states ? states->type != FLAT_NUMBER || states->rank != 2 || states->dims[0] != r->slaves
                : features && !contract_over_sites(l->contract)))
        return err_set(l->e, ERR_INPUT,
                       "%s: /rounds/1 is missing or of another shape: not a whole result", l->name);
    r->disclose = states ? DISCLOSE_STATES : features ? DISCLOSE_FEATURES : DISCLOSE_AGGREGATE;
    if ((states && load_check_length(l, states) < 0) ||
        result_size(r, states ? states->dims[1] : aggregate->dims[0], names->count, l->e) < 0)
        return -1;
    for (size_t i = 0; i < r->features; i++)
        if (result_set(&r->feature_names[i], names->strings[i], l->e) < 0)
            return -1;
    if (load_singles(l, r) < 0)
        return -1;
    return load_matrix(l, "/aggregate_state", 1, r->length, 1, r->aggregate);
}

/* What there is beside the merge: an estimate, or why there is none. */
static int load_robust(const struct load *l, struct result *r)
{
    const struct flat_value *method, *share, *why = NULL;

    if (!flat_find(l->f, "/robust@method"))
        return 0;
    if (!(method = load_expect(l, "/robust@method", FLAT_STRING, 0, 1, 1)) ||
        !(share = load_expect(l, "/robust@share", FLAT_NUMBER, 0, 1, 1)))
        return -1;
    r->robust.share = share->numbers[0];
    if (result_set(&r->robust.method, method->strings[0], l->e) < 0)
        return -1;
    if (!flat_find(l->f, "/robust/features"))
        return (why = load_expect(l, "/robust@why", FLAT_STRING, 0, 1, 1))
                   ? result_set(&r->robust.why, why->strings[0], l->e)
                   : -1;
    r->robust.features = err_alloc(r->features, sizeof *r->robust.features, "the features", l->e);
    return r->robust.features
               ? load_matrix(l, "/robust/features", 1, r->features, 1, r->robust.features)
               : -1;
}

/* What slaves have counted has the contract's names, and is of the rows that they claimed. */
static int load_preparation(const struct load *l, struct result *r)
{
    size_t n = counts_of(l->contract);
    const struct flat_value *names, *counts;
    char name[RECIPE_COUNT_NAME];

    if (!flat_find(l->f, "/preparation/counts"))
        return 0;
    if (n == 0 || result_is_stateless(r))
        return err_set(l->e, ERR_INPUT,
                       "%s: has /preparation, which results of this kind or contract have not",
                       l->name);
    if (!(names = load_expect(l, "/preparation/names", FLAT_STRING, 1, n, 1)) ||
        !(counts = load_expect(l, "/preparation/counts", FLAT_INTEGER, 2, r->slaves, n)))
        return -1;
    for (size_t i = 0; i < n; i++) {
        counts_name(l->contract, i, name, sizeof name);
        if (strcmp(names->strings[i], name) != 0)
            return err_set(l->e, ERR_INPUT, "%s: %s[%zu] is not '%.200s'", l->name, names->path, i,
                           name);
    }
    for (size_t k = 0; k < r->slaves; k++) {
        const uint64_t *said = (const uint64_t *)counts->integers + k * n;
        uint64_t any = 0;
        for (size_t i = 0; i < n; i++)
            any |= said[i];
        if (any == 0)
            continue;
        if (counts_check(l->contract, said, r->slave[k].items, l->e) < 0)
            return err_context(l->e, "%s: %s[%zu]", l->name, counts->path, k);
        if (preparation_set(r, l->contract, k, said, l->e) < 0)
            return -1;
    }
    return 0;
}

static int load_all(const struct load *l, struct result **result)
{
    bool iterative = flat_find(l->f, "/rounds@count") != NULL;

    if (load_slaves(l, *result) < 0 ||
        (iterative ? load_rounds(l, result) : load_round(l, *result)) < 0)
        return -1;
    struct result *r = *result;
    if (load_columns(l, r) < 0 || load_head(l, r) < 0 || load_contract(l, r) < 0 ||
        load_robust(l, r) < 0 || load_preparation(l, r) < 0)
        return -1;
    return load_arrays(l, "/aggregate", &r->accepted) < 0 ? -1
                                                          : load_arrays(l, "/unfiltered", &r->all);
}

/* Returns the result in the document. */
static struct result *load_result(struct load *l, struct reader *reader)
{
    const struct flat_value *v = flat_find(l->f, "/@format");
    const struct flat_value *names = flat_find(l->f, "/slaves/name");
    struct result *r = NULL;

    if (!v || v->type != FLAT_INTEGER || v->rank != 0)
        return err_null(
            err_set(l->e, ERR_INPUT, "%s: is not a result (no attribute format)", l->name));
    if (v->integers[0] != RESULT_FORMAT)
        return err_null(err_set(
            l->e, ERR_INPUT, "%s: is of format version %" PRId64 ", this program reads version %d",
            l->name, v->integers[0], RESULT_FORMAT));
    if (!names || names->rank != 1)
        return err_null(
            err_set(l->e, ERR_INPUT, "%s: /slaves/name is missing: not a whole result", l->name));
    struct contract *c = read_contract(l, reader);
    l->contract = c;
    if (c && names->count != (size_t)c->slaves &&
        (!contract_over_sites(c) || names->count > (size_t)c->slaves || names->count == 0))
        err_set(l->e, ERR_INPUT, "%s: has %zu slaves, the contract %" PRId64, l->name, names->count,
                c->slaves);
    else if (c)
        r = result_create(names->count, l->e);
    if (r && load_all(l, &r) < 0) {
        result_free(r);
        r = NULL;
    }
    if (r)
        r->part = (uint64_t)c->part;
    contract_destroy(c);
    return r;
}

struct flat *result_read_document(struct reader *reader, const char *name, const void *bytes,
                                  size_t len, struct err *e)
{
    const struct reader_limits limits = limits_of(len);

    return reader_read(reader, name, bytes, len, &limits, e);
}

struct result *result_of_document(struct reader *reader, const char *name, const struct flat *f,
                                  struct err *e)
{
    struct load l = {.f = f, .name = name, .e = e};

    return load_result(&l, reader);
}

struct result *result_read(struct reader *reader, const char *name, const void *bytes, size_t len,
                           struct err *e)
{
    struct flat *f = result_read_document(reader, name, bytes, len, e);
    struct result *r = f ? result_of_document(reader, name, f, e) : NULL;

    flat_destroy(f);
    return r;
}
