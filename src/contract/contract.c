/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The object: made from either form, written, named. */
#include "contract/contract.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/canonical.h"
#include "contract/document.h"
#include "contract/load.h"
#include "contract/schema.h"
#include "contract/spec.h"
#include "h5/writer.h"
#include "util/json.h"
#include "util/store.h"

/* What reading a contract's file may cost. */
static const struct reader_limits limits = {
    .elements = 8 << 20,
    .memory = 256 << 20,
    .seconds = 10,
};

static void free_params(struct contract_param *params, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(params[i].name);
        free(params[i].string);
    }
    free(params);
}

void contract_destroy(struct contract *c)
{
    if (!c)
        return;
    for (size_t i = 0; schema_field(i); i++) {
        const struct schema_field *f = schema_field(i);
        if (f->type <= SCHEMA_CHOICE)
            free(schema_load(f, c).string);
    }
    free_params(c->params, c->params_count);
    for (size_t i = 0; i < c->columns_count; i++)
        free(c->columns[i]);
    for (size_t i = 0; i < c->plausible_count; i++)
        free(c->plausible[i].feature);
    for (size_t i = 0; i < c->inputs_count; i++) {
        free(c->inputs[i].contract);
        free(c->inputs[i].aggregate);
    }
    recipe_plan_free(c->plan);
    recipe_free(&c->recipe);
    free(c->columns);
    free(c->plausible);
    free(c->inputs);
    free(c->model);
    free(c);
}

const char *const *contract_columns(const struct contract *c, size_t *count)
{
    *count = c->plan ? recipe_plan_columns(c->plan) : c->columns_count;
    return c->plan ? recipe_plan_column_names(c->plan) : (const char *const *)c->columns;
}

size_t contract_reads(const struct contract *c)
{
    return c->plan ? recipe_plan_reads(c->plan) : c->columns_count;
}

const char *contract_read(const struct contract *c, size_t i)
{
    return c->plan ? recipe_plan_read(c->plan, i) : c->columns[i];
}

static int compute_id(struct contract *c, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    struct buf text = {0};
    int rc = contract_canonical(c, &text, e);

    if (rc == 0)
        rc = hash_bytes(text.data, text.len, digest, e);
    if (rc == 0)
        hex_encode(c->id, digest, SHA256_LEN);
    buf_free(&text);
    return rc;
}

/* Returns the contract in the document of a file, or of a spec, which is destroyed. */
static struct contract *load(struct flat *f, const char *name, bool spec, struct err *e)
{
    struct contract *c = f ? err_alloc(1, sizeof *c, "a contract", e) : NULL;

    if (c && (load_document(&(struct load){f, name, c, e, spec}) < 0 || compute_id(c, e) < 0)) {
        contract_destroy(c);
        c = NULL;
    }
    flat_destroy(f);
    return c;
}

struct contract *document_contract(struct flat *f, const char *name, struct err *e)
{
    return load(f, name, false, e);
}

struct contract *contract_from_spec(const char *path, struct err *e)
{
    struct flat *f = spec_read(path, e);
    bool open = f && !flat_find(f, "/function@version") && !flat_find(f, "/function@digest");
    struct contract *c = load(f, path, true, e);

    if (c)
        c->any_version = open;
    return c;
}

struct contract *contract_from_bytes(struct reader *r, const char *name, const void *bytes,
                                     size_t len, struct err *e)
{
    return document_contract(reader_read(r, name, bytes, len, &limits, e), name, e);
}

struct contract *contract_open(struct reader *r, const char *path, uint8_t *digest, struct err *e)
{
    char *bytes;
    size_t len;
    struct contract *c = NULL;

    if (file_read(path, CONTRACT_FILE_MOST, &bytes, &len, e) < 0)
        return NULL;
    if (!digest || hash_bytes(bytes, len, digest, e) == 0)
        c = contract_from_bytes(r, path, bytes, len, e);
    free(bytes);
    return c;
}

int contract_write(const struct contract *c, const char *path, struct err *e)
{
    struct flat *f = document_make(c, e);
    int rc = f ? writer_write(path, f, WRITER_PUBLIC, e) : -1;

    flat_destroy(f);
    return rc;
}

int contract_canonical(const struct contract *c, struct buf *b, struct err *e)
{
    json_t *json = canonical_json(c, e);

    if (!json)
        return -1;
    json_canonical(json, b);
    json_decref(json);
    return buf_failed(b) ? err_memory(e, "the canonical text") : 0;
}

int contract_set_version(struct contract *c, int64_t version, struct err *e)
{
    char builtin[CONTRACT_BUILTIN];
    char *digest;

    snprintf(builtin, sizeof builtin, "builtin:%s@%" PRId64, c->function, version);
    if (!(digest = strdup(builtin)))
        return err_memory(e, "a digest");
    free(c->digest);
    c->digest = digest;
    c->version = version;
    return compute_id(c, e);
}

/* Returns copies, or NULL. */
static struct contract_param *copy_params(const struct contract_param *params, size_t count,
                                          struct err *e)
{
    struct contract_param *copy = err_alloc(count, sizeof *copy, "parameters", e);

    for (size_t i = 0; copy && i < count; i++) {
        copy[i] = params[i];
        copy[i].name = strdup(params[i].name);
        copy[i].string = params[i].string ? strdup(params[i].string) : NULL;
        if (!copy[i].name || (params[i].string && !copy[i].string)) {
            free_params(copy, i + 1);
            copy = NULL;
            err_memory(e, "parameters");
        }
    }
    return copy;
}

int contract_set_params(struct contract *c, const struct contract_param *params, size_t count,
                        struct err *e)
{
    struct contract_param *old = c->params, *copy = copy_params(params, count, e);
    size_t old_count = c->params_count;

    if (!copy)
        return -1;
    c->params = copy;
    c->params_count = count;
    if (load_sort_params(copy, count, e) == 0 && compute_id(c, e) == 0) {
        free_params(old, old_count);
        return 0;
    }
    c->params = old;
    c->params_count = old_count;
    free_params(copy, count);
    return -1;
}

int contract_set_nonce(struct contract *c, const char *nonce, struct err *e)
{
    char *old = c->nonce, *copy = strdup(nonce);

    if (!copy)
        return err_memory(e, "a contract");
    c->nonce = copy;
    if (compute_id(c, e) == 0) {
        free(old);
        return 0;
    }
    c->nonce = old;
    free(copy);
    return -1;
}
