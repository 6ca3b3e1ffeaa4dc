/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a shared object of a stranger answers from its sandbox: a table that fits, or none.
 *
 * The input is the answers, each a byte with the number of its 8-byte words, and these.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "function/bound.h"
#include "function/common/tell.h"
#include "function/exec/exec_object.h"

enum {
    LENGTH_MOST = 512, /* doubles of a state or a model with which it is called here */
    MEMORY = 1 << 20,  /* bytes that are had at once: a longer model is refused for want of them */
};

static const uint8_t *rest;
static size_t rest_len;

/* In place of a call in the sandbox. */
int __wrap_exec_object_ask(struct exec_object *o, struct function_env *env, enum object_ask what,
                           struct buf *b, struct exec_answer *answer, struct err *e);

int __wrap_exec_object_ask(struct exec_object *o, struct function_env *env, enum object_ask what,
                           struct buf *b, struct exec_answer *answer, struct err *e)
{
    size_t most = answer->most > EXEC_ANSWER_LEAST ? answer->most : EXEC_ANSWER_LEAST;
    size_t len = rest_len > 0 ? (size_t)rest[0] * 8 : 0;

    (void)o;
    (void)what;
    buf_free(b);
    if (rest_len == 0 || len > most)
        return env ? tell_error(env, "it fails") : err_set(e, ERR_INPUT, "it fails");
    rest++;
    rest_len--;
    len = len < rest_len ? len : rest_len;
    must((answer->bytes = malloc(len + 1))); /* as file_read_left() has it, aligned */
    memcpy(answer->bytes, rest, len);
    answer->bytes[len] = '\0';
    rest += len;
    rest_len -= len;
    answer->w = (struct wire){.data = answer->bytes, .len = len};
    return 0;
}

/* In place of the memory of a machine. */
void *__wrap_err_alloc(size_t count, size_t size, const char *what, struct err *e);
void *__real_err_alloc(size_t count, size_t size, const char *what, struct err *e);

void *__wrap_err_alloc(size_t count, size_t size, const char *what, struct err *e)
{
    if (size == 0 || count <= MEMORY / size)
        return __real_err_alloc(count, size, what, e);
    err_memory(e, what);
    return NULL;
}

static volatile double sum;

/* Looks at each value and label of an array, which must be there. */
static int put(struct function_output *out, const struct function_array *a)
{
    (void)out;
    must(params_is_name(a->name) && a->help);
    for (size_t i = 0; i < a->rows * a->columns; i++)
        sum += a->values[i];
    for (size_t i = 0; a->row_labels && i < a->rows; i++)
        must(a->row_labels[i]);
    for (size_t i = 0; a->column_labels && i < a->columns; i++)
        must(a->column_labels[i]);
    return 0;
}

static void call(struct bound *b)
{
    static double state[LENGTH_MOST], from[LENGTH_MOST], data[6];
    static double value[LENGTH_MOST], error[LENGTH_MOST];
    static unsigned char is_count[LENGTH_MOST];
    struct function_output out = {.put = put};
    const struct block block = {.rows = 3, .columns = 2, .data = data};
    const struct block unit = {.rows = 1};
    char name[BOUND_FEATURE];
    bool converged;
    struct err e[6] = {0};
    int failed[6] = {0};
    const struct function *f = bound_function(b);
    bool for_good = f->without_data || f->ready; /* no data is at fault */

    memset(state, 0, sizeof state);
    from[0] = 1; /* or there is nothing to merge */
    must(bound_length(b) <= BOUND_STATE && bound_features_length(b) <= BOUND_STATE &&
         bound_model_length(b) <= BOUND_MODEL);
    if (bound_length(b) > LENGTH_MOST || bound_features_length(b) > LENGTH_MOST ||
        bound_model_length(b) > LENGTH_MOST)
        return;
    failed[0] = bound_accumulate(b, state, f->without_data ? &unit : &block, &e[0]);
    failed[1] = bound_merge(b, state, from, &e[1]);
    failed[2] = bound_features(b, state, value, error, &e[2]);
    bound_feature_name(b, 0, name, sizeof name);
    must(name[0] && memchr(name, '\0', sizeof name));
    failed[3] = bound_finish(b, state, &out, &e[3]);
    bound_counts(b, is_count);
    for (size_t i = 0; i < bound_length(b); i++)
        must(is_count[i] <= 1);
    if (bound_model_length(b) > 0) {
        failed[4] = bound_start(b, value, &e[4]);
        bound_set_round(b, 2, value);
        failed[5] = bound_update(b, value, state, &converged, &e[5]);
    }
    for (int i = 0; i < 6; i++)
        if (failed[i])
            must_refuse(&e[i], i == 0 && for_good ? ERR_PERMANENT : ERR_INPUT, f->name);
}

/* As long as the process lives an object stays; but not in a test. */
static void forget(const struct function *f)
{
    struct exec_object *o = (struct exec_object *)(uintptr_t)f;

    free(o->bytes);
    free(o->table);
    free(o->params);
    buf_free(&o->told);
    free(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const columns[] = {"a", "b"};
    static const struct host host;
    static const struct search_file file;
    struct err e = {0}, why = {0};

    rest = data;
    rest_len = len;
    fuzz_memory_begin();
    const struct function *f = exec_object_open(&host, &file, "", 0, &e);
    fuzz_memory_end((1 << 20) + 64 * len);
    if (!f) {
        must_refuse(&e, e.code == ERR_REFUSED ? ERR_REFUSED : ERR_INPUT, "");
        return 0;
    }
    must(params_is_name(f->name) && f->version[0] && f->summary[0]);
    struct bound *b = bound_create(f, NULL, 0, columns, f->without_data ? 0 : 2, &why);
    if (b)
        call(b);
    else
        must_refuse(&why, why.code == ERR_SOFTWARE ? ERR_SOFTWARE : ERR_INPUT,
                    why.code == ERR_SOFTWARE ? "memory" : f->name);
    bound_destroy(b);
    forget(f);
    return 0;
}
