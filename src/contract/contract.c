/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "contract/contract.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/canonical.h"
#include "contract/document.h"
#include "contract/schema.h"
#include "contract/spec.h"
#include "h5/writer.h"
#include "util/file.h"
#include "util/json.h"

/* What reading a contract's file may cost. */
static const struct reader_limits limits = {
    .elements = 8 << 20,
    .memory = 256 << 20,
    .seconds = 30,
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
    free(c->columns);
    free(c->plausible);
    free(c->inputs);
    free(c->model);
    free(c);
}

/* The digest says which code may be run: "builtin:NAME@VERSION", filled in when
 * it is empty, or a list of file digests. */
static int check_digest(struct contract *c, const char *name, struct err *e)
{
    char builtin[128];
    uint8_t digest[SHA256_LEN];

    snprintf(builtin, sizeof builtin, "builtin:%s@%" PRId64, c->function, c->version);
    if (c->digest[0] == '\0') {
        free(c->digest);
        c->digest = strdup(builtin);
        return c->digest ? 0 : err_memory(e, "a digest");
    }
    if (strcmp(c->digest, builtin) == 0)
        return 0;
    for (const char *p = c->digest; *p;) {
        char hex[SHA256_HEX + 1];
        size_t n = strcspn(p, " ");
        snprintf(hex, sizeof hex, "%.*s", n >= 7 ? (int)(n - 7) : 0, p + (n >= 7 ? 7 : 0));
        if (n != 7 + SHA256_HEX || strncmp(p, "sha256:", 7) != 0 ||
            hex_decode(hex, digest, SHA256_LEN) < 0)
            return err_set(e, ERR_INPUT,
                           "%s: /function@digest: found '%.100s', expected %s or sha256:… digests",
                           name, c->digest, builtin);
        p += n + (p[n] == ' ');
    }
    return 0;
}

/* What no single field can say. */
static int check_whole(struct contract *c, const char *name, struct err *e)
{
    if (c->t_max <= c->t_min)
        return err_set(e, ERR_INPUT,
                       "%s: /filter/weight: t_max (%g s) is not more than t_min (%g s)", name,
                       c->t_max, c->t_min);
    if (c->slaves_min > c->slaves)
        return err_set(e, ERR_INPUT,
                       "%s: /limits@slaves_min is %" PRId64 ", more than the %" PRId64
                       " slaves of /data",
                       name, c->slaves_min, c->slaves);
    if (!isnan(c->threshold) && !isnan(c->ratio))
        return err_set(e, ERR_INPUT, "%s: /filter: has both threshold and ratio, expected one",
                       name);
    return check_digest(c, name, e);
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

static struct contract *from_document(struct flat *f, const char *name, struct err *e)
{
    struct contract *c = f ? err_alloc(1, sizeof *c, "a contract", e) : NULL;

    if (c &&
        (document_load(f, name, c, e) < 0 || check_whole(c, name, e) < 0 || compute_id(c, e) < 0)) {
        contract_destroy(c);
        c = NULL;
    }
    flat_destroy(f);
    return c;
}

struct contract *contract_from_spec(const char *path, struct err *e)
{
    return from_document(spec_read(path, e), path, e);
}

struct contract *contract_from_bytes(struct reader *r, const char *name, const void *bytes,
                                     size_t len, struct err *e)
{
    return from_document(reader_read(r, name, bytes, len, &limits, e), name, e);
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
    int rc = f ? writer_write(path, f, e) : -1;

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

int contract_set_params(struct contract *c, const struct contract_param *params, size_t count,
                        struct err *e)
{
    struct contract_param *copy = err_alloc(count, sizeof *copy, "parameters", e);

    if (!copy)
        return -1;
    for (size_t i = 0; i < count; i++) {
        copy[i] = params[i];
        copy[i].name = strdup(params[i].name);
        copy[i].string = params[i].string ? strdup(params[i].string) : NULL;
        if (!copy[i].name || (params[i].string && !copy[i].string)) {
            free_params(copy, i + 1);
            return err_memory(e, "parameters");
        }
    }
    free_params(c->params, c->params_count);
    c->params = copy;
    c->params_count = count;
    return compute_id(c, e);
}
