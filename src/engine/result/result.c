/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds a result in memory. */
#include "engine/result/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int result_set(char **text, const char *value, struct err *e)
{
    char *copy = strdup(value);

    if (!copy)
        return err_memory(e, "a result");
    free(*text);
    *text = copy;
    return 0;
}

/* Returns where a text of the file is. */
static char **text_at(struct result *r, size_t i)
{
    return (char **)(void *)((char *)r + result_texts[i].offset);
}

struct result *result_create(size_t slaves, struct err *e)
{
    struct result *r = err_alloc(1, sizeof *r, "a result", e);

    if (!r)
        return NULL;
    r->slave = err_alloc(slaves, sizeof *r->slave, "a result", e);
    r->slaves = r->slave ? slaves : 0;
    r->threshold = NAN;
    r->disclose = DISCLOSE_STATES;
    r->round = 1;
    int rc = r->slave ? 0 : -1;
    if (rc == 0 && (result_set(&r->cut, "", e) < 0 || result_set(&r->robust.method, "", e) < 0 ||
                    result_set(&r->robust.why, "", e) < 0))
        rc = -1;
    for (size_t i = 0; rc == 0 && i < RESULT_TEXTS; i++)
        rc = result_set(text_at(r, i), "", e);
    for (size_t k = 0; rc == 0 && k < slaves; k++) {
        struct result_slave *s = &r->slave[k];
        if (result_set(&s->name, "", e) < 0 || result_set(&s->node, "", e) < 0 ||
            result_set(&s->trouble, "", e) < 0 || result_set(&s->objection, "", e) < 0)
            rc = -1;
        for (size_t i = 0; i < FILTER_WORST; i++)
            s->decision.worst[i] = SIZE_MAX;
    }
    if (rc == 0)
        return r;
    result_free(r);
    return NULL;
}

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; strings && i < count; i++)
        free(strings[i]);
    free(strings);
}

static void free_array(struct result_array *x)
{
    free(x->name);
    free(x->help);
    free(x->values);
    free_strings(x->row_labels, x->rows);
    free_strings(x->column_labels, x->columns);
}

void result_free_arrays(struct result_arrays *a)
{
    for (size_t i = 0; i < a->count; i++)
        free_array(&a->list[i]);
    free(a->list);
    *a = (struct result_arrays){0};
}

void result_keep_scalars(struct result_arrays *a)
{
    size_t n = 0;

    for (size_t i = 0; i < a->count; i++) {
        if (a->list[i].rows * a->list[i].columns == 1)
            a->list[n++] = a->list[i];
        else
            free_array(&a->list[i]);
    }
    a->count = n;
}

static void free_sized(struct result *r)
{
    free(r->states);
    free(r->values);
    free(r->errors);
    free_strings(r->feature_names, r->features);
    free(r->centre);
    free(r->aggregate);
    r->states = r->values = r->errors = r->centre = r->aggregate = NULL;
    r->feature_names = NULL;
    r->length = r->features = 0;
}

void result_free(struct result *r)
{
    if (!r)
        return;
    for (size_t k = 0; k < r->slaves; k++) {
        free(r->slave[k].name);
        free(r->slave[k].node);
        free(r->slave[k].trouble);
        free(r->slave[k].objection);
    }
    free(r->slave);
    for (size_t i = 0; i < RESULT_TEXTS; i++)
        free(*text_at(r, i));
    free(r->cut);
    free(r->robust.method);
    free(r->robust.features);
    free(r->robust.why);
    free(r->contract);
    free(r->notes);
    free_strings(r->columns, r->columns_count);
    free_sized(r);
    result_free_arrays(&r->accepted);
    result_free_arrays(&r->all);
    for (size_t i = 0; i < r->past_count; i++)
        result_free(r->past[i]);
    free(r->past);
    free(r->start);
    free(r->model);
    free(r->salts);
    free_strings(r->preparation.names, r->preparation.counts);
    free(r->preparation.said);
    free(r);
}

static int make_features(struct result *r, size_t values, size_t features, struct err *e)
{
    r->values = err_alloc(values, sizeof(double), "the features", e);
    r->errors = err_alloc(values, sizeof(double), "the features", e);
    r->feature_names = err_alloc(features, sizeof *r->feature_names, "the features", e);
    r->centre = err_alloc(features, sizeof(double), "the features", e);
    return r->values && r->errors && r->feature_names && r->centre ? 0 : -1;
}

int result_size(struct result *r, size_t length, size_t features, struct err *e)
{
    size_t S = r->slaves ? r->slaves : 1, most = SIZE_MAX / 64 / S;
    bool stateless = result_is_stateless(r); /* then there is room for none */
    size_t states = stateless || r->dealt.states ? 0 : r->slaves * length;
    size_t values = r->disclose < DISCLOSE_FEATURES ? 0 : r->slaves * features;

    free_sized(r);
    if (length > most || features > most)
        return err_set(e, ERR_INPUT, "states of %zu doubles are too large", length);
    if (!r->dealt.states && !(r->states = err_alloc(states, sizeof(double), "the states", e)))
        return -1;
    if (!r->dealt.features && make_features(r, values, features, e) < 0)
        return -1;
    if (!r->dealt.aggregate &&
        !(r->aggregate = err_alloc(length, sizeof(double), "the aggregate", e)))
        return -1;
    r->length = length;
    r->features = features;
    return 0;
}

int result_salt(struct result *r, struct err *e)
{
    if (!r->salts)
        r->salts = err_alloc(r->slaves, SHA256_LEN, "salts", e);
    return r->salts ? 0 : -1;
}

bool result_has_states(const struct result *r)
{
    return !result_is_stateless(r) && (r->dealt.states ? !r->forgotten : r->states != NULL);
}

bool result_is_stateless(const struct result *r)
{
    return r->disclose < DISCLOSE_STATES;
}

void result_count(const struct result *r, size_t *answered, size_t *rejected)
{
    *answered = *rejected = 0;
    for (size_t k = 0; k < r->slaves; k++) {
        *answered += r->slave[k].answered;
        *rejected += r->slave[k].answered && r->slave[k].decision.rejected;
    }
}

void result_share(const struct result *r, struct share *s)
{
    *s = (struct share){0};
    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *x = &r->slave[k];
        share_add(s, x->items, x->answered && !x->decision.rejected, x->trouble);
        if (x->answered && x->decision.rejected)
            share_reject(s, x->items);
    }
}

const struct result_array *result_find(const struct result_arrays *a, const char *name)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->list[i].name, name) == 0)
            return &a->list[i];
    return NULL;
}

static int copy_labels(char ***copy, const char *const *labels, size_t count, struct err *e)
{
    if (!labels)
        return 0;
    *copy = err_alloc(count, sizeof **copy, "labels", e);
    for (size_t i = 0; *copy && i < count; i++)
        if (result_set(&(*copy)[i], labels[i], e) < 0)
            return -1;
    return *copy ? 0 : -1;
}

int result_add(struct result_arrays *a, const struct function_array *array, struct err *e)
{
    size_t count = array->rows * array->columns;
    struct result_array *list = realloc(a->list, (a->count + 1) * sizeof *list);

    if (!list)
        return err_memory(e, "an array");
    a->list = list;
    struct result_array *x = &list[a->count++];
    *x = (struct result_array){.rows = array->rows, .columns = array->columns};
    x->values = err_alloc(count, sizeof *x->values, "an array", e);
    if (!x->values || result_set(&x->name, array->name, e) < 0 ||
        result_set(&x->help, array->help ? array->help : "", e) < 0)
        return -1;
    memcpy(x->values, array->values, count * sizeof *x->values);
    if (copy_labels(&x->row_labels, array->row_labels, x->rows, e) < 0)
        return -1;
    return copy_labels(&x->column_labels, array->column_labels, x->columns, e);
}
