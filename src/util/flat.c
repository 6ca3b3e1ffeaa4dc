/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document of named, typed values, as it passes through the reader's pipe. */
#include "util/flat.h"

#include <stdlib.h>
#include <string.h>

#include "util/lookup.h"
#include "util/text.h"

enum { DECODE_MOST = 16384 }; /* values */

struct flat {
    struct flat_value *values;
    size_t count, capacity;
    struct lookup paths; /* where each stands among the values */
    bool failed;
    char *duplicate; /* the first path that was added twice */
};

struct flat *flat_create(struct err *e)
{
    return err_alloc(1, sizeof(struct flat), "a document", e);
}

static void free_value(struct flat_value *v)
{
    if (v->type == FLAT_STRING && v->strings)
        for (size_t i = 0; i < v->count; i++)
            free(v->strings[i]);
    free(v->data);
    free(v->path);
}

void flat_destroy(struct flat *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        free_value(&f->values[i]);
    free(f->values);
    lookup_free(&f->paths);
    free(f->duplicate);
    free(f);
}

/* Bytes of one element; strings are pointers. */
static const size_t element_size[] = {
    [FLAT_GROUP] = 0,
    [FLAT_INTEGER] = sizeof(int64_t),
    [FLAT_NUMBER] = sizeof(double),
    [FLAT_STRING] = sizeof(char *),
    [FLAT_BOOLEAN] = sizeof(int64_t),
    [FLAT_BYTES] = 1,
};

/* Effect: sets v's data to a copy; false when memory ran out. */
static bool copy_data(struct flat_value *v, const void *data)
{
    size_t size = element_size[v->type];

    if (size == 0)
        return true;
    v->data = calloc(v->count ? v->count : 1, size);
    if (!v->data)
        return false;
    if (v->type != FLAT_STRING) {
        if (v->count)
            memcpy(v->data, data, v->count * size);
        return true;
    }
    const char *const *strings = data;
    for (size_t i = 0; i < v->count; i++)
        if (!(v->strings[i] = strdup(strings[i])))
            return false;
    return true;
}

/* Effect: takes the value over, if there is memory for that. */
static bool keep_value(struct flat *f, const struct flat_value *v)
{
    struct flat_value *values =
        err_grow(f->values, f->count, &f->capacity, sizeof *values, "a document", NULL);

    if (values)
        f->values = values;
    if (!values || lookup_add(&f->paths, v->path, f->count, NULL) < 0)
        return false;
    values[f->count++] = *v;
    return true;
}

void flat_add(struct flat *f, const char *path, enum flat_type type, unsigned rank,
              const size_t *dims, const void *data, unsigned line)
{
    struct flat_value v = {.type = type, .rank = rank, .dims = {1, 1}, .count = 1, .line = line};

    if (f->failed)
        return;
    if (flat_find(f, path)) {
        if (!f->duplicate)
            f->duplicate = strdup(path);
        return;
    }
    for (unsigned i = 0; i < rank; i++) {
        v.dims[i] = dims[i];
        v.count *= dims[i];
    }
    v.path = strdup(path);
    if (!v.path || !copy_data(&v, data) || !keep_value(f, &v)) {
        free_value(&v);
        f->failed = true;
    }
}

void flat_add_group(struct flat *f, const char *path)
{
    flat_add(f, path, FLAT_GROUP, 0, NULL, NULL, 0);
}

void flat_add_integer(struct flat *f, const char *path, int64_t value)
{
    flat_add(f, path, FLAT_INTEGER, 0, NULL, &value, 0);
}

void flat_add_number(struct flat *f, const char *path, double value)
{
    flat_add(f, path, FLAT_NUMBER, 0, NULL, &value, 0);
}

void flat_add_string(struct flat *f, const char *path, const char *value)
{
    flat_add(f, path, FLAT_STRING, 0, NULL, &value, 0);
}

int flat_ok(const struct flat *f, struct err *e)
{
    if (f->failed)
        return err_memory(e, "a document");
    if (f->duplicate)
        return err_set(e, ERR_INPUT, "%s is given twice", f->duplicate);
    return 0;
}

size_t flat_count(const struct flat *f)
{
    return f->count;
}

const struct flat_value *flat_at(const struct flat *f, size_t i)
{
    return &f->values[i];
}

const struct flat_value *flat_find(const struct flat *f, const char *path)
{
    size_t i = lookup_find(&f->paths, path);

    return i == LOOKUP_NONE ? NULL : &f->values[i];
}

static void put_string(struct buf *b, const char *s)
{
    uint64_t len = strlen(s);

    buf_add(b, &len, sizeof len);
    buf_add(b, s, len);
}

/* The form in the pipe: per value the path, five 64-bit numbers (type, rank,
 * two dims, line), then the elements; both ends are one machine's. */
void flat_encode(const struct flat *f, struct buf *b)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct flat_value *v = &f->values[i];
        const uint64_t head[5] = {v->type, v->rank, v->dims[0], v->dims[1], v->line};
        put_string(b, v->path);
        buf_add(b, head, sizeof head);
        if (v->type == FLAT_STRING)
            for (size_t k = 0; k < v->count; k++)
                put_string(b, v->strings[k]);
        else
            buf_add(b, v->data, v->count * element_size[v->type]);
    }
}

/* What is left to decode. */
struct input {
    const char *p;
    size_t left;
};

static bool take(struct input *in, void *out, size_t len)
{
    if (len > in->left)
        return false;
    memcpy(out, in->p, len);
    in->p += len;
    in->left -= len;
    return true;
}

/* Returns a copy of a string, NUL-terminated, or NULL when it is not text. */
static char *take_string(struct input *in)
{
    uint64_t len;

    if (!take(in, &len, sizeof len) || len > in->left)
        return NULL;
    char *s = malloc(len + 1);
    if (!s)
        return NULL;
    take(in, s, len);
    s[len] = '\0';
    if (strlen(s) != len || !text_is_utf8(s)) {
        free(s);
        return NULL;
    }
    return s;
}

/* Paths are shown to people: no control characters. */
static bool is_path(const char *path)
{
    for (const char *p = path; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return false;
    return path[0] == '/';
}

static bool take_elements(struct input *in, struct flat_value *v)
{
    size_t size = element_size[v->type];
    /* A string takes at least its length's eight bytes. */
    size_t least = v->type == FLAT_STRING ? sizeof(uint64_t) : size;

    if (size == 0)
        return v->rank == 0;
    if (v->count > in->left / least)
        return false;
    v->data = calloc(v->count ? v->count : 1, size);
    if (!v->data)
        return false;
    if (v->type != FLAT_STRING)
        return take(in, v->data, v->count * size);
    for (size_t i = 0; i < v->count; i++)
        if (!(v->strings[i] = take_string(in)))
            return false;
    return true;
}

static bool take_value(struct input *in, struct flat_value *v)
{
    uint64_t head[5];

    v->path = take_string(in);
    if (!v->path || !is_path(v->path) || !take(in, head, sizeof head))
        return false;
    if (head[0] < FLAT_GROUP || head[0] > FLAT_BYTES || head[1] > 2 || head[4] > 1000000000)
        return false;
    v->type = (enum flat_type)head[0];
    v->rank = (unsigned)head[1];
    v->line = (unsigned)head[4];
    v->count = 1;
    for (unsigned i = 0; i < 2; i++) {
        v->dims[i] = head[2 + i];
        if (i >= v->rank && v->dims[i] != 1)
            return false;
        if (v->dims[i] != 0 && v->count > SIZE_MAX / 16 / v->dims[i])
            return false;
        v->count *= v->dims[i];
    }
    if (v->type == FLAT_BYTES && v->rank != 1)
        return false;
    if (!take_elements(in, v))
        return false;
    for (size_t i = 0; v->type == FLAT_BOOLEAN && i < v->count; i++)
        if (v->integers[i] != 0 && v->integers[i] != 1)
            return false;
    return true;
}

struct flat *flat_decode(const void *data, size_t len, struct err *e)
{
    struct input in = {.p = data, .left = len};
    struct flat *f = flat_create(e);

    if (!f)
        return NULL;
    while (in.left > 0) {
        struct flat_value v = {0};
        bool good = f->count < DECODE_MOST && take_value(&in, &v) && !flat_find(f, v.path);
        if (good && keep_value(f, &v))
            continue;
        free_value(&v);
        err_set(e, ERR_INPUT, "the reader's answer is malformed after %zu values", f->count);
        flat_destroy(f);
        return NULL;
    }
    return f;
}
