/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the files of saved units, and tells which are to be used. */
#include "engine/state/saved_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/directory.h"
#include "util/paths.h"
#include "util/store.h"

/* What the names of the partition's files begin with: in the first round, and in all. */
static void all_of(const struct saved_key *c, char prefix[static SAVED_NAME])
{
    snprintf(prefix, SAVED_NAME, "units-%" PRIu32 "-", c->partition + 1);
}

/* In this round. */
static void prefix_of(const struct saved_key *c, char prefix[static SAVED_NAME])
{
    all_of(c, prefix);
    size_t len = strlen(prefix);
    if (c->round > 1)
        snprintf(prefix + len, SAVED_NAME - len, "%" PRIu64 "-", c->round);
}

void saved_name(const struct saved_key *c, uint64_t first, char name[static SAVED_NAME])
{
    prefix_of(c, name);
    size_t len = strlen(name);
    snprintf(name + len, SAVED_NAME - len, "%" PRIu64, first);
}

/* Appends what the line has for all ranks. */
static void add_subject(const struct saved_key *c, struct buf *b)
{
    char hex[SHA256_HEX + 1];

    buf_addf(b, "metaneuron-units-v2 %s %" PRIu32 " %" PRIu64 " %" PRIu64 " %zu %s ", c->contract,
             c->partition + 1, c->round, c->unit, c->length,
             hex_encode(hex, c->digest, SHA256_LEN));
}

void saved_add_head(const struct saved_key *c, uint64_t first, uint64_t last, struct buf *b)
{
    add_subject(c, b);
    buf_addf(b, "%" PRIu64 " %" PRIu64 "\n", first, last);
}

/* Whether a sealed content is of c; then where its nodes are, and of which units. */
static enum saved_kind look(const struct saved_key *c, const char *data, size_t len,
                            struct saved_file *f, struct err *e)
{
    struct buf head = {0};
    int end = 0;

    add_subject(c, &head);
    if (buf_failed(&head)) {
        err_memory(e, "saved units");
        return SAVED_GONE;
    }
    bool same =
        len > head.len && memcmp(data, head.data, head.len) == 0 &&
        sscanf(data + head.len, "%20" SCNu64 " %20" SCNu64 "%n", &f->first, &f->last, &end) == 2 &&
        data[head.len + (size_t)end] == '\n';
    if (same) {
        f->nodes = data + head.len + end + 1;
        f->len = len - head.len - (size_t)end - 1;
    }
    buf_free(&head);
    return same ? SAVED_USED : SAVED_OTHER;
}

static enum saved_kind kind_of(enum err_code code)
{
    return code == ERR_REFUSED  ? SAVED_FOREIGN
           : code == ERR_INPUT  ? SAVED_OLD
           : code == ERR_VERIFY ? SAVED_FORGED
                                : SAVED_GONE;
}

struct walk {
    const struct saved_key *c;
    saved_visit *visit;
    void *context;
    size_t prefix;
};

static int visit_file(void *context, const char *name, struct err *e)
{
    const struct walk *w = context;
    struct saved_file f = {.name = name};
    struct err why = {0}, memory = {0};
    char *data = NULL;
    size_t len;

    /* A temporary file that a kill has left is no file yet. */
    if (name[strspn(name + w->prefix, "0123456789") + w->prefix] || !name[w->prefix])
        return 0;
    if (seal_read(w->c->seal, name, UINT64_MAX, &data, &len, &why) < 0)
        f.kind = kind_of(why.code);
    else
        f.kind = look(w->c, data, len, &f, &memory);
    int rc = memory.code ? err_set(e, memory.code, "%s", memory.text) : 0;
    if (rc == 0 && f.kind == SAVED_USED)
        rc = hash_bytes(data, len, f.digest, e);
    if (rc == 0)
        rc = w->visit(w->context, &f, e);
    free(data);
    return rc;
}

int saved_each(const struct saved_key *c, saved_visit *visit, void *context, struct err *e)
{
    char prefix[SAVED_NAME];

    prefix_of(c, prefix);
    struct walk w = {.c = c, .visit = visit, .context = context, .prefix = strlen(prefix)};
    return file_each(c->seal->directory, prefix, visit_file, &w, e);
}

/* What stands between the partition and the unit in a name is the round. */
static int drop_file(void *context, const char *name, struct err *e)
{
    const struct walk *w = context;
    char path[PATH_MAX];
    const char *dash = strchr(name + w->prefix, '-');
    uint64_t round = dash ? strtoull(name + w->prefix, NULL, 10) : 1;

    (void)e;
    if (round < w->c->round &&
        paths_join(path, sizeof path, w->c->seal->directory, name, NULL) == 0)
        file_remove(path);
    return 0;
}

void saved_drop_earlier(const struct saved_key *c)
{
    char prefix[SAVED_NAME];

    if (c->round <= 1)
        return;
    all_of(c, prefix);
    struct walk w = {.c = c, .prefix = strlen(prefix)};
    file_each(c->seal->directory, prefix, drop_file, &w, NULL);
}
