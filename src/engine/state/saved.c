/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps a rank's nodes of the reduction on disk. */
#include "engine/state/saved.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/directory.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"

enum { HEAD = 256, NAME = 64 };

struct node {
    uint64_t first, level;
    double *state;
};

struct saved {
    uint64_t from, to;
    struct node *nodes;
    size_t count, capacity;
};

/* The line that a file begins with: what its nodes are states of. */
static int head_of(const struct saved_key *c, char head[static HEAD])
{
    char hex[SHA256_HEX + 1];

    return snprintf(head, HEAD, "metaneuron-units-v1 %s %" PRIu32 " %zu %s\n", c->run,
                    c->partition + 1, c->length, hex_encode(hex, c->digest, SHA256_LEN));
}

/* What the names of the partition's files begin with. */
static const char *prefix_of(const struct saved_key *c, char prefix[static NAME])
{
    snprintf(prefix, NAME, "units-%" PRIu32 "-", c->partition + 1);
    return prefix;
}

int saved_write(const struct saved_key *c, uint64_t first, const struct reduction *t, struct err *e)
{
    char head[HEAD], prefix[NAME], name[NAME + 24], path[PATH_MAX];
    uint8_t digest[SHA256_LEN];
    struct buf b = {0};
    int rc = -1;

    buf_add(&b, head, (size_t)head_of(c, head));
    reduction_encode(t, &b);
    snprintf(name, sizeof name, "%s%" PRIu64, prefix_of(c, prefix), first);
    if (buf_failed(&b))
        err_memory(e, "saved units");
    else if (hash_bytes(b.data, b.len, digest, e) == 0 &&
             paths_join(path, sizeof path, c->directory, name, e) == 0) {
        buf_add(&b, digest, sizeof digest);
        rc = buf_failed(&b) ? err_memory(e, "saved units")
                            : file_write(path, b.data, b.len, FILE_OWN, e);
    }
    buf_free(&b);
    return rc;
}

/* Keeps a node that lies within what is wanted. */
static int keep(void *context, uint64_t level, uint64_t index, double *state, struct err *e)
{
    struct saved *s = context;
    uint64_t first = index << level, size = UINT64_C(1) << level;

    if (first < s->from || first >= s->to || s->to - first < size) {
        free(state);
        return 0;
    }
    struct node *nodes =
        err_grow(s->nodes, s->count, &s->capacity, sizeof *nodes, "saved units", e);
    if (!nodes) {
        free(state);
        return -1;
    }
    s->nodes = nodes;
    s->nodes[s->count++] = (struct node){first, level, state};
    return 0;
}

/* Whether these bytes are whole saved units of c. */
static bool fits(const struct saved_key *c, const char *data, size_t len)
{
    char head[HEAD];
    size_t n = (size_t)head_of(c, head);
    uint8_t digest[SHA256_LEN];

    return len >= n + SHA256_LEN && memcmp(data, head, n) == 0 &&
           hash_bytes(data, len - SHA256_LEN, digest, NULL) == 0 &&
           memcmp(digest, data + len - SHA256_LEN, SHA256_LEN) == 0;
}

/* What the files of a partition are visited with. */
struct visit {
    const struct saved_key *c;
    struct saved *saved;
    uint8_t *digest;
};

/* Returns the bytes of a file of the run, or NULL: it cannot be read, so it is absent. */
static char *read_saved(const struct saved_key *c, const char *name, size_t *len)
{
    char path[PATH_MAX], *data;

    if (paths_join(path, sizeof path, c->directory, name, NULL) < 0 ||
        file_read(path, UINT64_MAX, &data, len, NULL) < 0)
        return NULL;
    return data;
}

static void drop_from(struct saved *s, size_t count)
{
    while (s->count > count)
        free(s->nodes[--s->count].state);
}

static int load_file(void *context, const char *name, struct err *e)
{
    const struct visit *v = context;
    char head[HEAD];
    size_t len, n = (size_t)head_of(v->c, head), count = v->saved->count;
    char *data = read_saved(v->c, name, &len);
    struct err why = {0};
    int rc = 0;

    if (data && fits(v->c, data, len))
        rc = reduction_decode(data + n, len - n - SHA256_LEN, v->c->length, keep, v->saved, &why);
    free(data);
    if (rc == 0)
        return 0;
    drop_from(v->saved, count);
    /* Bytes that are no nodes make the file one that is not there. */
    return why.code == ERR_INPUT ? 0 : err_set(e, why.code, "%s", why.text);
}

struct saved *saved_load(const struct saved_key *c, uint64_t from, uint64_t to, struct err *e)
{
    char prefix[NAME];
    struct saved *s = err_alloc(1, sizeof *s, "saved units", e);
    struct visit v = {.c = c, .saved = s};

    if (!s)
        return NULL;
    s->from = from;
    s->to = to;
    if (file_each(c->directory, prefix_of(c, prefix), load_file, &v, e) == 0)
        return s;
    saved_free(s);
    return NULL;
}

void saved_free(struct saved *s)
{
    if (!s)
        return;
    drop_from(s, 0);
    free(s->nodes);
    free(s);
}

double *saved_take(struct saved *s, uint64_t u, uint64_t to, uint64_t *level)
{
    struct node *best = NULL;

    for (size_t i = 0; i < s->count; i++) {
        struct node *n = &s->nodes[i];
        if (n->state && n->first == u && to - u >= UINT64_C(1) << n->level &&
            (!best || n->level > best->level))
            best = n;
    }
    if (!best)
        return NULL;
    double *state = best->state;
    best->state = NULL;
    *level = best->level;
    return state;
}

static int digest_file(void *context, const char *name, struct err *e)
{
    const struct visit *v = context;
    uint8_t digest[SHA256_LEN];
    size_t len;
    char *data = read_saved(v->c, name, &len);
    int rc = data ? hash_bytes(data, len, digest, e) : 0;

    /* Files come in any order. They differ, so none undoes another. */
    for (size_t i = 0; data && rc == 0 && i < SHA256_LEN; i++)
        v->digest[i] ^= digest[i];
    free(data);
    return rc;
}

int saved_digest(const struct saved_key *c, uint8_t digest[static SHA256_LEN], struct err *e)
{
    char prefix[NAME];
    struct visit v = {.c = c, .digest = digest};

    memset(digest, 0, SHA256_LEN);
    return file_each(c->directory, prefix_of(c, prefix), digest_file, &v, e);
}

static int discard_file(void *context, const char *name, struct err *e)
{
    const struct visit *v = context;
    char path[PATH_MAX];

    (void)e;
    if (paths_join(path, sizeof path, v->c->directory, name, NULL) == 0)
        file_remove(path);
    return 0;
}

void saved_discard(const struct saved_key *c)
{
    char prefix[NAME];
    struct visit v = {.c = c};

    file_each(c->directory, prefix_of(c, prefix), discard_file, &v, NULL);
}
