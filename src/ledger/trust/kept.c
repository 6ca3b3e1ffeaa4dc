/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checkpoints that are kept. */
#include "ledger/trust/kept.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/directory.h"
#include "util/owner.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

enum { SIZE_TEXT = 24, NAME_TEXT = 128 };

static const char cosignature[] = ".cosig.";

void kept_free(struct kept *k)
{
    buf_free(&k->bytes);
    k->note = (struct note){0};
}

/* Effect: the note is read anew from its bytes, which may have moved. */
static int read_note(struct kept *k, struct err *e)
{
    struct err why = {0};

    if (buf_failed(&k->bytes))
        return err_memory(e, "a checkpoint");
    if (note_read(&k->note, k->bytes.data ? k->bytes.data : "", k->bytes.len, &why) == 0 &&
        checkpoint_read(&k->c, &k->note, &why) == 0)
        return 0;
    return err_set(e, why.code, "%s: %s", k->path, why.text);
}

/* Effect: adds a file's bytes to a buffer. */
static int add_file(struct buf *b, const char *path, struct err *e)
{
    char *data;
    size_t len;

    if (!file_is_taken(path))
        return err_set(e, ERR_OPEN, "%s: is not there", path);
    if (file_read_left(path, NOTE_MOST, &data, &len, e) < 0)
        return -1;
    buf_add(b, data, len);
    free(data);
    return 0;
}

int kept_read_file(struct kept *k, const char *path, struct err *e)
{
    *k = (struct kept){0};
    snprintf(k->path, sizeof k->path, "%s", path);
    if (add_file(&k->bytes, path, e) == 0 && read_note(k, e) == 0)
        return 0;
    kept_free(k);
    return -1;
}

int kept_take(struct kept *k, const char *path, const void *data, size_t len, struct err *e)
{
    *k = (struct kept){0};
    snprintf(k->path, sizeof k->path, "%s", path);
    buf_add(&k->bytes, data, len);
    if (read_note(k, e) == 0)
        return 0;
    kept_free(k);
    return -1;
}

static int path_of(char *path, const char *directory, uint64_t size, struct err *e)
{
    char name[SIZE_TEXT + 16];

    snprintf(name, sizeof name, size ? "checkpoints/%" PRIu64 : "checkpoint", size);
    return paths_join(path, PATH_MAX, directory, name, e);
}

int kept_read(struct kept *k, const char *directory, uint64_t size, struct err *e)
{
    char path[PATH_MAX];

    *k = (struct kept){0};
    if (path_of(path, directory, size, e) < 0 || kept_read_file(k, path, e) < 0)
        return -1;
    if (size == 0 || k->c.size == size)
        return 0;
    kept_free(k);
    return err_set(e, ERR_INPUT, "%s: is of size %" PRIu64, path, k->c.size);
}

/* What is being collected of a directory. */
struct collect {
    const char *directory;
    struct kept *kept; /* what lines of peers are added to */
    struct kept_entry *list;
    size_t count, capacity;
};

/* Whether it is still a note tells what the file is, and that there are not too many of them. */
static int add_cosignature(void *context, const char *name, struct err *e)
{
    struct collect *c = context;
    char path[PATH_MAX];
    struct err why = {0};

    if (paths_join(path, sizeof path, c->directory, name, e) < 0 ||
        add_file(&c->kept->bytes, path, e) < 0)
        return -1;
    if (read_note(c->kept, &why) == 0)
        return 0;
    return err_set(e, why.code, "%s: is no line for %s", path, why.text);
}

int kept_read_cosigned(struct kept *k, const char *directory, uint64_t size, struct err *e)
{
    char path[PATH_MAX], prefix[SIZE_TEXT + sizeof cosignature];
    struct collect c = {.directory = path, .kept = k};

    if (kept_read(k, directory, size, e) < 0)
        return -1;
    snprintf(prefix, sizeof prefix, "%" PRIu64 "%s", size, cosignature);
    if (paths_join(path, sizeof path, directory, "checkpoints", e) == 0 &&
        file_each(path, prefix, add_cosignature, &c, e) == 0)
        return 0;
    kept_free(k);
    return -1;
}

/* A name is SIZE, or SIZE.cosig.PEER; others are not ours. */
static int add_name(void *context, const char *name, struct err *e)
{
    struct collect *c = context;
    char digits[SIZE_TEXT];
    size_t n = strspn(name, "0123456789");
    struct kept_entry entry = {.files = name[n] == '\0'};

    entry.cosigned = strncmp(name + n, cosignature, strlen(cosignature)) == 0;
    snprintf(digits, sizeof digits, "%.*s", n < sizeof digits ? (int)n : 0, name);
    if (entry.files + entry.cosigned == 0 || parse_u64(digits, &entry.size) < 0 || entry.size == 0)
        return 0;
    struct kept_entry *list =
        err_grow(c->list, c->count, &c->capacity, sizeof *list, "checkpoints", e);
    if (!list)
        return -1;
    c->list = list;
    list[c->count++] = entry;
    return 0;
}

static int by_size(const void *a, const void *b)
{
    const struct kept_entry *x = a, *y = b;

    return (x->size > y->size) - (x->size < y->size);
}

/* Effect: one entry for each size that has a checkpoint. */
static size_t merge_sizes(struct kept_entry *list, size_t count)
{
    size_t n = 0;

    for (size_t i = 0, j; i < count; i = j) {
        struct kept_entry entry = {.size = list[i].size};
        for (j = i; j < count && list[j].size == entry.size; j++) {
            entry.files += list[j].files;
            entry.cosigned += list[j].cosigned;
        }
        if (entry.files > 0)
            list[n++] = entry;
    }
    return n;
}

int kept_list(const char *directory, struct kept_entry **list, size_t *count, struct err *e)
{
    char path[PATH_MAX];
    struct collect c = {0};

    if (paths_join(path, sizeof path, directory, "checkpoints", e) < 0 ||
        file_each(path, "", add_name, &c, e) < 0) {
        free(c.list);
        return -1;
    }
    if (c.count > 1)
        qsort(c.list, c.count, sizeof *c.list, by_size);
    *list = c.list;
    *count = merge_sizes(c.list, c.count);
    return 0;
}

int kept_read_newest(struct kept *k, const char *directory, bool *whole, struct err *e)
{
    struct kept_entry *list;
    struct kept each;
    size_t count;
    struct err why = {0};

    if (kept_list(directory, &list, &count, e) < 0)
        return -1;
    uint64_t size = count > 0 ? list[count - 1].size : 0;
    free(list);
    int rc = kept_read(k, directory, 0, &why);
    *whole = false;
    if (rc < 0 && why.code != ERR_OPEN)
        return err_set(e, why.code, "%s", why.text);
    if (rc == 0 ? k->c.size > size : size == 0)
        return rc == 0;
    if (kept_read(&each, directory, size, e) < 0) {
        kept_free(k);
        return -1;
    }
    *whole = rc == 0 && each.bytes.len == k->bytes.len &&
             memcmp(each.bytes.data, k->bytes.data, each.bytes.len) == 0;
    bool two = rc == 0 && k->c.size == size && !checkpoint_same(&each.c, &k->c);
    kept_free(k);
    *k = each;
    if (!two)
        return 1;
    kept_free(k);
    return err_set(e, ERR_VERIFY, "%s: is another than the checkpoint beside it", each.path);
}

int kept_write(const char *directory, uint64_t size, const struct buf *note, struct err *e)
{
    char each[PATH_MAX], path[PATH_MAX], newest[PATH_MAX];

    if (paths_join(each, sizeof each, directory, "checkpoints", e) < 0 ||
        file_mkdirs_within(each, e) < 0 || path_of(path, directory, size, e) < 0 ||
        path_of(newest, directory, 0, e) < 0)
        return -1;
    if (buf_failed(note))
        return err_memory(e, "a checkpoint");
    return file_write(path, note->data, note->len, FILE_OWN, e) < 0
               ? -1
               : file_write(newest, note->data, note->len, FILE_OWN, e);
}

int kept_write_cosignature(const char *directory, uint64_t size, const char *peer, const char *line,
                           size_t len, struct err *e)
{
    char path[PATH_MAX], name[NAME_TEXT + SIZE_TEXT + sizeof cosignature];

    snprintf(name, sizeof name, "checkpoints/%" PRIu64 "%s%s", size, cosignature, peer);
    return paths_join(path, sizeof path, directory, name, e) < 0
               ? -1
               : file_write(path, line, len, FILE_OWN, e);
}

/* The file of an origin: names in it are hashes, as an origin may be any text. */
static int seen_path(char *path, const char *origin, struct err *e)
{
    enum { SHORT = 16 };
    uint8_t digest[SHA256_LEN];
    char name[sizeof "seen/" + 2 * SHORT] = "seen/";

    if (hash_bytes(origin, strlen(origin), digest, e) < 0)
        return -1;
    hex_encode(name + strlen(name), digest, SHORT);
    return paths_find(PATHS_STATE, name, path, PATH_MAX, e);
}

int kept_seen(struct kept *k, const char *origin, struct err *e)
{
    char path[PATH_MAX];

    *k = (struct kept){0};
    if (seen_path(path, origin, NULL) < 0 || !file_is_taken(path))
        return 0;
    if (kept_read_file(k, path, e) < 0)
        return -1;
    if (strcmp(k->c.origin, origin) == 0)
        return 1;
    kept_free(k);
    return err_set(e, ERR_INPUT, "%s: is of another ledger", path);
}

int kept_see(const struct buf *note, const struct checkpoint *c, struct err *e)
{
    char path[PATH_MAX], parent[PATH_MAX];
    struct kept before;

    if (seen_path(path, c->origin, NULL) < 0)
        return 0;
    int rc = kept_seen(&before, c->origin, e);
    bool newer = rc == 0 || (rc == 1 && before.c.size < c->size);
    if (rc == 1)
        kept_free(&before);
    if (rc < 0 || !newer)
        return rc < 0 ? -1 : 0;
    return file_mkdirs(file_parent(path, parent), e) < 0
               ? -1
               : file_write(path, note->data, note->len, 0600, e);
}
