/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares what is saved of a partition with what the ledger says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state/saved_file.h"
#include "util/paths.h"
#include "util/store.h"

struct entry {
    char name[SAVED_NAME];
    uint8_t digest[SHA256_LEN];
};

/* What there is, of each kind. */
struct inventory {
    struct entry *used;
    size_t count, capacity;
    size_t of_kind[SAVED_KINDS];
    char example[SAVED_KINDS][SAVED_NAME]; /* the name of the first */
};

static int take_stock(void *context, const struct saved_file *f, struct err *e)
{
    struct inventory *v = context;

    if (v->of_kind[f->kind]++ == 0)
        snprintf(v->example[f->kind], SAVED_NAME, "%s", f->name);
    if (f->kind != SAVED_USED)
        return 0;
    struct entry *used = err_grow(v->used, v->count, &v->capacity, sizeof *used, "saved units", e);
    if (!used)
        return -1;
    v->used = used;
    snprintf(used[v->count].name, SAVED_NAME, "%s", f->name);
    memcpy(used[v->count++].digest, f->digest, SHA256_LEN);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* The digest of names and digests in the order of names, as files are listed in any. */
static int digest_of(struct inventory *v, uint8_t digest[static SHA256_LEN], struct err *e)
{
    static const char domain[] = "metaneuron-saved-v2";
    struct buf b = {0};

    memset(digest, 0, SHA256_LEN);
    if (v->count == 0)
        return 0;
    qsort(v->used, v->count, sizeof *v->used, by_name);
    buf_add(&b, domain, sizeof domain);
    for (size_t i = 0; i < v->count; i++) {
        buf_add(&b, v->used[i].name, strlen(v->used[i].name) + 1);
        buf_add(&b, v->used[i].digest, SHA256_LEN);
    }
    int rc = buf_failed(&b) ? err_memory(e, "saved units") : hash_bytes(b.data, b.len, digest, e);
    buf_free(&b);
    return rc;
}

int saved_digest(const struct saved_key *c, uint8_t digest[static SHA256_LEN], struct err *e)
{
    struct inventory v = {0};
    int rc = saved_each(c, take_stock, &v, e);

    rc = rc == 0 ? digest_of(&v, digest, e) : rc;
    free(v.used);
    return rc;
}

static void tell(const struct inventory *v, enum saved_kind kind, const char *what,
                 struct buf *said)
{
    size_t n = v->of_kind[kind];

    if (n > 0)
        buf_addf(said, "%s%s%s %s",
                 said->len ? "; " : "saved units are not used, but computed again: ",
                 v->example[kind], n > 1 ? " and others" : "", what);
}

/* Effect: what is used now is gone. */
static void discard(const struct saved_key *c, const struct inventory *v)
{
    char path[PATH_MAX];

    for (size_t i = 0; i < v->count; i++)
        if (paths_join(path, sizeof path, c->seal->directory, v->used[i].name, NULL) == 0)
            file_remove(path);
}

int saved_check(const struct saved_key *c, const uint8_t expected[static SHA256_LEN],
                struct buf *said, struct err *e)
{
    static const uint8_t none[SHA256_LEN];
    struct inventory v = {0};
    uint8_t found[SHA256_LEN];
    int rc = saved_each(c, take_stock, &v, e);

    if (rc == 0)
        rc = digest_of(&v, found, e);
    if (rc == 0) {
        tell(&v, SAVED_FOREIGN, "is another user's", said);
        tell(&v, SAVED_OLD, "has no seal (of an earlier version, or of somebody else)", said);
        tell(&v, SAVED_FORGED, "has not the run's seal (damaged, copied or forged)", said);
        if (!c->shared)
            tell(&v, SAVED_OTHER, "is of other data", said);
        if (memcmp(expected, none, sizeof none) != 0 &&
            memcmp(found, expected, sizeof found) != 0) {
            discard(c, &v);
            buf_addf(said, "%swhat is there is not what the ledger says was saved",
                     said->len ? "; " : "saved units are not used, but computed again: ");
        }
    }
    free(v.used);
    return rc;
}
