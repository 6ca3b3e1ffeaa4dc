/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that a program gets, and leaves. */
#include "function/exec/exec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "h5/writer.h"
#include "util/buf.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

enum {
    FILE_EXTRA = 4 << 20, /* bytes that a file may have besides its numbers */
    TEXT_NUMBER = 64,     /* bytes that a number may have as text */
    READ_SECONDS = 60,
};

static bool is_text(const struct function_env *env)
{
    return strcmp(env->params[EXEC_FORM].string, "text") == 0;
}

const char *exec_file_in(const struct function_env *env, bool update)
{
    if (is_text(env))
        return update ? "merged.csv" : "block.csv";
    return update ? "merged.h5" : "block.h5";
}

const char *exec_file_out(const struct function_env *env, bool update)
{
    if (is_text(env))
        return update ? "next.csv" : "state.csv";
    return update ? "next.h5" : "state.h5";
}

static size_t model_of(const struct function_env *env)
{
    return env->model ? (size_t)env->params[EXEC_MODEL].integer : 0;
}

const char *exec_file_model(const struct function_env *env)
{
    return is_text(env) && model_of(env) > 0 ? "model.csv" : NULL;
}

/* A column's name as CSV has it. */
static void add_name(struct buf *b, const char *name)
{
    if (!name[strcspn(name, ",\"\r\n")]) {
        buf_adds(b, name);
        return;
    }
    buf_addc(b, '"');
    for (; *name; name++) {
        if (*name == '"')
            buf_addc(b, '"');
        buf_addc(b, *name);
    }
    buf_addc(b, '"');
}

static void add_block(struct buf *b, const struct function_env *env, const struct block *block)
{
    char text[NUMBER_TEXT];

    for (size_t j = 0; j < env->columns; j++) {
        add_name(b, env->column_names[j]);
        buf_addc(b, j + 1 < env->columns ? ',' : '\n');
    }
    for (size_t i = 0; i < block->rows * block->columns; i++) {
        buf_adds(b, format_double(text, block->data[i]));
        buf_addc(b, (i + 1) % block->columns == 0 ? '\n' : ',');
    }
}

static void add_numbers(struct buf *b, const double *numbers, size_t count)
{
    char text[NUMBER_TEXT];

    for (size_t i = 0; i < count; i++) {
        buf_adds(b, format_double(text, numbers[i]));
        buf_addc(b, '\n');
    }
}

/* Nothing of this lasts longer than the call: it is not synced. */
static int put(const struct function_env *env, const char *directory, const char *name,
               const void *bytes, size_t len, struct err *e)
{
    const struct host *host = env->host;
    char path[HOST_PATH], space[NUMBER_TEXT];
    struct err why = {0};

    if (paths_join(path, sizeof path, directory, name, e) < 0)
        return -1;
    if (file_show(path, bytes, len, 0644, &why) == 0)
        return exec_place_give(host, path, e);
    if (!host->sandbox.on)
        return err_set(e, why.code, "%s", why.text);
    format_size(space, (double)exec_sandbox_space(host));
    return err_set(e, why.code,
                   "%s: %zu bytes do not fit into a sandbox of %s (--sandbox-space): %s", name, len,
                   space, why.text);
}

static int write_text(const struct function_env *env, const char *directory,
                      const struct exec_task *task, size_t state, struct err *e)
{
    struct buf b = {0}, m = {0};

    if (task->block)
        add_block(&b, env, task->block);
    else
        add_numbers(&b, task->merged, state);
    add_numbers(&m, env->model, model_of(env));
    int rc = buf_failed(&b) || buf_failed(&m) ? err_memory(e, "a block as text") : 0;
    if (rc == 0)
        rc = put(env, directory, exec_file_in(env, !task->block), b.data, b.len, e);
    if (rc == 0 && m.len > 0)
        rc = put(env, directory, exec_file_model(env), m.data, m.len, e);
    buf_free(&b);
    buf_free(&m);
    return rc;
}

static int write_hdf5(const struct function_env *env, const char *directory,
                      const struct exec_task *task, size_t state, struct err *e)
{
    const struct block *b = task->block;
    size_t model = model_of(env);
    struct flat *f = flat_create(e);
    char *bytes = NULL;
    size_t len;

    if (!f)
        return -1;
    if (b)
        flat_add(f, "/block", FLAT_NUMBER, 2, (const size_t[]){b->rows, b->columns}, b->data, 0);
    else
        flat_add(f, "/state", FLAT_NUMBER, 1, &state, task->merged, 0);
    if (b)
        flat_add_integer(f, "/block@first", (int64_t)b->first);
    flat_add_integer(f, b ? "/block@round" : "/state@round", (int64_t)env->round);
    flat_add(f, "/columns", FLAT_STRING, 1, &env->columns, env->column_names, 0);
    if (model > 0)
        flat_add(f, "/model", FLAT_NUMBER, 1, &model, env->model, 0);
    int rc = flat_ok(f, e) == 0 ? writer_image(f, &bytes, &len, e) : -1;
    flat_destroy(f);
    if (rc == 0)
        rc = put(env, directory, exec_file_in(env, !b), bytes, len, e);
    free(bytes);
    return rc;
}

/* The doubles of a merged state: as many as length() says. */
static size_t state_length(const struct function_env *env)
{
    struct function_env copy = *env;
    size_t n = (size_t)env->params[EXEC_LENGTH].integer;

    if (exec_is_sum(env))
        return n;
    struct bound *inner = exec_merge_bind(&copy);
    n = inner ? bound_length(inner) : 0;
    bound_destroy(inner);
    return n;
}

int exec_file_write(const struct function_env *env, const char *directory,
                    const struct exec_task *task, struct err *e)
{
    size_t state = task->block ? 0 : state_length(env);

    return is_text(env) ? write_text(env, directory, task, state, e)
                        : write_hdf5(env, directory, task, state, e);
}

/* What is read must be what was asked for: so many finite numbers. */
static int check_numbers(const struct exec_task *task, const double *numbers, size_t count,
                         struct err *e)
{
    const char *what = task->block ? "state" : "model";

    if (count != task->length)
        return err_set(e, ERR_INPUT, "gave a %s of %zu numbers, expected %zu,", what, count,
                       task->length);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(numbers[i]))
            return err_set(e, ERR_INPUT, "gave %s as number %zu of its %s",
                           isnan(numbers[i]) ? "a NaN" : "an infinity", i + 1, what);
    memcpy(task->out, numbers, count * sizeof *numbers);
    return 0;
}

/* Numbers as C writes them, NaN and infinities among them. */
static bool read_number(const char *word, double *value)
{
    char *end;

    if (parse_double(word, value) == 0)
        return true;
    if (word[strspn(word, "+-infatyINFATY")])
        return false;
    *value = strtod(word, &end);
    return *end == '\0' && end > word;
}

/* Numbers with white space, commas or semicolons between them; of an update, one more may
 * say whether it has converged. */
static int read_text(const struct exec_task *task, char *text, size_t len, struct err *e)
{
    static const char between[] = " \t\r\n,;";
    size_t most = task->length + 1, count = 0;
    double *numbers = err_alloc(most + 1, sizeof *numbers, "a state", e);
    int rc = numbers ? 0 : -1;

    if (rc == 0 && strlen(text) != len)
        rc = err_set(e, ERR_INPUT, "wrote a file that is no text");
    for (char *word; rc == 0 && (word = strsep(&text, between));) {
        if (!*word)
            continue;
        if (count > most)
            rc = err_set(e, ERR_INPUT, "gave more than %zu numbers", task->length);
        else if (!read_number(word, &numbers[count++]))
            rc = err_set(e, ERR_INPUT, "wrote '%.20s', which is no number,", word);
    }
    if (rc == 0 && !task->block)
        *task->converged = count == most && numbers[--count] != 0;
    if (rc == 0)
        rc = check_numbers(task, numbers, count, e);
    free(numbers);
    return rc;
}

static bool flag_of(const struct flat_value *v)
{
    if (!v || v->count != 1)
        return false;
    if (v->type == FLAT_INTEGER || v->type == FLAT_BOOLEAN)
        return v->integers[0] != 0;
    return v->type == FLAT_NUMBER && v->numbers[0] != 0;
}

static int read_flat(const struct exec_task *task, const struct flat *f, struct err *e)
{
    const char *path = task->block ? "/state" : "/model";
    const struct flat_value *v = flat_find(f, path);
    double *numbers;

    if (!v || (v->type != FLAT_NUMBER && v->type != FLAT_INTEGER))
        return err_set(e, ERR_INPUT, "wrote no dataset %s of numbers", path);
    if (task->converged)
        *task->converged = flag_of(flat_find(f, "/converged"));
    if (v->type == FLAT_NUMBER)
        return check_numbers(task, v->numbers, v->count, e);
    if (!(numbers = err_alloc(v->count, sizeof *numbers, "a state", e)))
        return -1;
    for (size_t i = 0; i < v->count; i++)
        numbers[i] = (double)v->integers[i];
    int rc = check_numbers(task, numbers, v->count, e);
    free(numbers);
    return rc;
}

static int read_hdf5(const struct function_env *env, const struct exec_task *task,
                     const char *bytes, size_t len, struct err *e)
{
    const struct host *host = env->host;
    const struct reader_limits limits = {.elements = task->length + FILE_EXTRA / sizeof(double),
                                         .memory = task->length * sizeof(double) + FILE_EXTRA,
                                         .seconds = READ_SECONDS};
    struct flat *f =
        reader_read(host->reader, exec_file_out(env, !task->block), bytes, len, &limits, e);

    if (!f)
        return err_context(e, "wrote a file that cannot be read");
    int rc = read_flat(task, f, e);
    flat_destroy(f);
    return rc;
}

int exec_file_read(const struct function_env *env, const char *directory,
                   const struct exec_task *task, struct err *e)
{
    bool text = is_text(env);
    const char *name = exec_file_out(env, !task->block);
    uint64_t most = (uint64_t)task->length * (text ? TEXT_NUMBER : 2 * sizeof(double)) + FILE_EXTRA;
    char path[HOST_PATH], *bytes;
    struct err why = {0};
    size_t len;

    if (paths_join(path, sizeof path, directory, name, e) < 0)
        return -1;
    if (file_read_left(path, most, &bytes, &len, &why) < 0) {
        const char *reason = why.text;
        if (strncmp(reason, directory, strlen(directory)) == 0)
            reason += strlen(directory) + 1;
        return file_exists(path) ? err_set(e, ERR_INPUT, "left %s", reason)
                                 : err_set(e, ERR_INPUT, "wrote no %s", name);
    }
    int rc = text ? read_text(task, bytes, len, e) : read_hdf5(env, task, bytes, len, e);
    free(bytes);
    return rc;
}
