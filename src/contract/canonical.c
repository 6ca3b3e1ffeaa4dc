/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract as the JSON value of its canonical text. */
#include "contract/canonical.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "contract/schema.h"

/* The JSON value of one typed value. */
static json_t *value_json(const struct contract_param *p)
{
    char text[32];

    switch (p->type) {
    case FLAT_STRING:
        return json_string(p->string);
    case FLAT_BOOLEAN:
        return json_boolean(p->integer != 0);
    case FLAT_NUMBER:
        return isnan(p->number) ? json_null() : json_real(p->number);
    default:
        break;
    }
    if (p->integer <= INT64_C(9007199254740992) && p->integer >= -INT64_C(9007199254740992))
        return json_integer(p->integer);
    snprintf(text, sizeof text, "%" PRId64, p->integer);
    return json_string(text);
}

/* Returns the object of a group path such as "/filter/weight", made on the way. */
static json_t *object_of(json_t *root, const char *group)
{
    char name[64];

    for (const char *p = group; root && *p == '/';) {
        size_t n = strcspn(p + 1, "/");
        snprintf(name, sizeof name, "%.*s", (int)n, p + 1);
        json_t *below = json_object_get(root, name);
        if (!below) {
            below = json_object();
            json_object_set_new(root, name, below);
        }
        root = below;
        p += 1 + n;
    }
    return root;
}

static int add_fields(json_t *root, const struct contract *c)
{
    int rc = 0;

    for (size_t i = 0; schema_field(i); i++) {
        const struct schema_field *f = schema_field(i);
        const struct contract_param p = schema_load(f, c);
        if (schema_applies(f, c->format, c->work_units > 0) && !schema_leaves_out(f, c) &&
            strcmp(f->key, "ranks_per_slave") != 0)
            rc |= json_object_set_new(object_of(root, f->group), f->key, value_json(&p));
    }
    json_t *params = object_of(root, "/function/params");
    for (size_t i = 0; i < c->params_count; i++)
        rc |= json_object_set_new(params, c->params[i].name, value_json(&c->params[i]));
    return rc;
}

static int add_columns(json_t *root, const struct contract *c)
{
    int rc = 0;
    json_t *columns = c->columns_count ? json_array() : json_null();

    for (size_t i = 0; i < c->columns_count; i++)
        rc |= json_array_append_new(columns, json_string(c->columns[i]));
    rc |= json_object_set_new(object_of(root, "/data"), "columns", columns);
    return rc | canonical_recipe(object_of(root, "/data"), &c->recipe);
}

static int add_lists(json_t *root, const struct contract *c)
{
    int rc = 0;
    json_t *plausible = json_object(), *inputs = json_array();

    for (size_t i = 0; i < c->plausible_count; i++)
        rc |= json_object_set_new(plausible, c->plausible[i].feature,
                                  json_pack("[f,f]", c->plausible[i].lower, c->plausible[i].upper));
    for (size_t i = 0; i < c->inputs_count; i++)
        rc |=
            json_array_append_new(inputs, json_pack("{s:s,s:s}", "contract", c->inputs[i].contract,
                                                    "aggregate", c->inputs[i].aggregate));
    rc |= json_object_set_new(object_of(root, "/limits"), "plausible", plausible);
    rc |= json_object_set_new(root, "inputs", inputs);
    return rc;
}

static int add_model(json_t *root, const struct contract *c, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    char text[DIGEST_TEXT];

    if (!c->model)
        return json_object_set_new(root, "model", json_null());
    if (hash_doubles(c->model, c->model_length, digest, e) < 0)
        return -1;
    digest_text(text, digest);
    return json_object_set_new(root, "model", json_string(text));
}

json_t *canonical_json(const struct contract *c, struct err *e)
{
    json_t *root = json_object();

    if (root && add_fields(root, c) == 0 && (c->work_units > 0 || add_columns(root, c) == 0) &&
        add_lists(root, c) == 0 && add_model(root, c, e) == 0)
        return root;
    json_decref(root);
    err_memory(e, "the canonical text");
    return NULL;
}
