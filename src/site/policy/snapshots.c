/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes snapshots of data, and compares them with those that were kept. */
#include "site/policy/snapshots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/policy/rows.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

enum { HEAD = 6, PIECE = 8192 }; /* words before the rows; that are read at once */

static const char magic[24] = "metaneuron-snapshot-v1\n";

/* What a file begins with: FORMAT has it. */
struct head {
    char magic[sizeof magic];
    uint64_t number; /* of those of one data set, from 1 */
    uint64_t rows;
    uint8_t key[8]; /* by which key: the first bytes of its SHA-256 */
};

/* Effect: key is the house's, which is made the first time. */
static int read_key(const struct house *h, uint8_t key[static SHA256_LEN], struct err *e)
{
    char path[PATH_MAX], *data;
    size_t len;
    int rc = house_path(h, "snapshots/key", path, e);

    if (rc == 0 && !file_exists(path) && (rc = random_bytes(key, SHA256_LEN, e)) == 0)
        rc = file_write_new(path, key, SHA256_LEN, FILE_OWN, e);
    if (rc < 0 || file_read_own(path, SHA256_LEN, true, &data, &len, e) < 0)
        return -1;
    if (len == SHA256_LEN)
        memcpy(key, data, SHA256_LEN);
    else
        rc = err_set(e, ERR_INPUT,
                     "%s: has %zu bytes, expected %d; remove the directory it is in, and "
                     "all earlier snapshots are forgotten",
                     path, len, SHA256_LEN);
    free(data);
    return rc;
}

/* Effect: path is that of a snapshot (NULL: of their directory). */
static int path_of(const struct house *h, const char *data, const char *name, char path[PATH_MAX],
                   struct err *e)
{
    char below[sizeof "snapshots//" + TEXT_NAME + SHA256_HEX];

    if (!text_is_name(data))
        return err_set(e, ERR_INPUT, "'%.80s': is no name of data", data);
    snprintf(below, sizeof below, "snapshots/%s%s%.64s", data, name ? "/" : "", name ? name : "");
    return house_path(h, below, path, e);
}

/* Opens a kept one. Returns its descriptor, or -1. */
static int open_kept(const char *path, struct head *head, struct err *e)
{
    uint64_t size;
    int fd = file_open(path, e);

    if (fd < 0)
        return -1;
    if (file_size(fd, path, &size, e) == 0 && size >= sizeof *head &&
        file_pread(fd, path, head, sizeof *head, 0, e) == 0 &&
        memcmp(head->magic, magic, sizeof magic) == 0 &&
        (size - sizeof *head) / sizeof(uint64_t) == head->rows && size % sizeof(uint64_t) == 0)
        return fd;
    file_close(fd);
    return err_set(e, ERR_INPUT,
                   "%s: is no snapshot, or damaged; without it the data cannot be "
                   "compared with what it was: put it back, or remove it",
                   path);
}

/* A comparison with those that were kept. */
struct comparing {
    const struct house *h;
    const char *data;
    struct snapshot *s;
    const struct head *head; /* of the new one */
};

/* Effect: *differs is how many rows two sorted lists do not share, one of them in a file. */
static int count_rows(int fd, const char *path, uint64_t rows, const struct snapshot *s,
                      uint64_t *differs, struct err *e)
{
    const uint64_t *mine = s->words + HEAD, *end = mine + s->rows;
    uint64_t piece[PIECE];

    *differs = 0;
    for (uint64_t at = 0; at < rows;) {
        size_t n = rows - at < PIECE ? (size_t)(rows - at) : PIECE;
        if (file_pread(fd, path, piece, n * sizeof *piece, sizeof(struct head) + at * sizeof *piece,
                       e) < 0)
            return -1;
        for (size_t i = 0; i < n; i++) {
            while (mine < end && *mine < piece[i])
                ++mine, ++*differs;
            if (mine < end && *mine == piece[i])
                mine++;
            else
                ++*differs;
        }
        at += n;
    }
    *differs += (uint64_t)(end - mine);
    return 0;
}

static int compare_one(void *context, const char *name, struct err *e)
{
    struct comparing *x = context;
    uint8_t digest[SHA256_LEN];
    char path[PATH_MAX];
    struct head head;
    uint64_t differs;

    if (hex_decode(name, digest, SHA256_LEN) < 0)
        return 0;
    if (memcmp(digest, x->s->digest, SHA256_LEN) == 0) {
        x->s->known = true;
        return 0;
    }
    int fd = path_of(x->h, x->data, name, path, e) < 0 ? -1 : open_kept(path, &head, e);
    if (fd < 0)
        return -1;
    int rc = memcmp(head.key, x->head->key, sizeof head.key) == 0
                 ? count_rows(fd, path, head.rows, x->s, &differs, e)
                 : err_set(e, ERR_INPUT,
                           "%s: was made with another key than snapshots/key; put that "
                           "back, or remove the snapshot",
                           path);
    file_close(fd);
    /* The same rows in another order are nothing new. */
    if (rc == 0 && differs > 0 && differs < x->s->differs)
        x->s->differs = differs;
    return rc;
}

static int make_head(struct head *head, const uint8_t key[static SHA256_LEN], uint64_t rows,
                     struct err *e)
{
    uint8_t digest[SHA256_LEN];

    if (hash_bytes(key, SHA256_LEN, digest, e) < 0)
        return -1;
    *head = (struct head){.rows = rows};
    memcpy(head->magic, magic, sizeof magic);
    memcpy(head->key, digest, sizeof head->key);
    return 0;
}

/* Effect: s has the rows at a location, sorted, behind the head of a file. */
static int take_rows(struct snapshot *s, struct head *head, const char *location,
                     const uint8_t key[static SHA256_LEN], struct err *e)
{
    struct rows rows = {.head = HEAD};
    int rc = rows_read(&rows, location, key, e);

    if (rc == 0)
        rc = make_head(head, key, rows.count, e);
    if (rc == 0 && !rows.words && !(rows.words = err_alloc(HEAD, sizeof *rows.words, "rows", e)))
        rc = -1;
    if (rc < 0) {
        free(rows.words);
        return -1;
    }
    rows_sort(rows.words + HEAD, (size_t)rows.count);
    memcpy(rows.words, head, sizeof *head);
    memcpy(s->digest, rows.digest, SHA256_LEN);
    s->words = rows.words;
    s->rows = rows.count;
    s->by_lines = rows.by_lines;
    return 0;
}

int snapshot_take(struct house *h, const char *data, const char *location, struct snapshot *s,
                  struct err *e)
{
    uint8_t key[SHA256_LEN];
    char directory[PATH_MAX];
    struct head head;
    struct comparing x = {.h = h, .data = data, .s = s, .head = &head};

    _Static_assert(sizeof(struct head) == HEAD * sizeof(uint64_t), "a head is HEAD words");
    *s = (struct snapshot){.differs = UINT64_MAX};
    if (strstr(location, "{slave}"))
        return err_set(e, ERR_INPUT, "%s: a centre's data is whole, and has no {slave} in its path",
                       location);
    if (path_of(h, data, NULL, directory, e) < 0 || read_key(h, key, e) < 0)
        return -1;
    if (take_rows(s, &head, location, key, e) == 0 &&
        file_each(directory, "", compare_one, &x, e) == 0)
        return 0;
    snapshot_free(s);
    return -1;
}

/* What is kept of a data set: how many, the highest number, and the oldest. */
struct keeping {
    const struct house *h;
    const char *data;
    size_t count;
    uint64_t newest, oldest;
    char name[SHA256_HEX + 1];
};

static int look_at_one(void *context, const char *name, struct err *e)
{
    struct keeping *x = context;
    uint8_t digest[SHA256_LEN];
    char path[PATH_MAX];
    struct head head;

    if (hex_decode(name, digest, SHA256_LEN) < 0)
        return 0;
    int fd = path_of(x->h, x->data, name, path, e) < 0 ? -1 : open_kept(path, &head, e);
    if (fd < 0)
        return -1;
    file_close(fd);
    if (head.number > x->newest)
        x->newest = head.number;
    if (x->count++ == 0 || head.number < x->oldest) {
        x->oldest = head.number;
        snprintf(x->name, sizeof x->name, "%s", name);
    }
    return 0;
}

static int look_at_all(struct keeping *x, const char *directory, struct err *e)
{
    x->count = 0;
    return file_each(directory, "", look_at_one, x, e);
}

int snapshot_keep(struct house *h, const char *data, const struct snapshot *s, struct err *e)
{
    struct keeping x = {.h = h, .data = data};
    char directory[PATH_MAX], path[PATH_MAX], name[SHA256_HEX + 1];

    hex_encode(name, s->digest, SHA256_LEN);
    if (path_of(h, data, NULL, directory, e) < 0 || path_of(h, data, name, path, e) < 0 ||
        file_mkdirs(directory, e) < 0)
        return -1;
    if (file_exists(path))
        return 0;
    if (look_at_all(&x, directory, e) < 0)
        return -1;
    struct head *head = (struct head *)(void *)s->words;
    head->number = x.newest + 1;
    if (file_write(path, s->words, (HEAD + s->rows) * sizeof *s->words, FILE_OWN, e) < 0)
        return -1;
    for (size_t before = x.count + 1; before > SNAPSHOTS_MOST; before--) {
        if (look_at_all(&x, directory, e) < 0 || path_of(h, data, x.name, path, e) < 0)
            return -1;
        file_remove(path);
    }
    return 0;
}

void snapshot_free(struct snapshot *s)
{
    if (!s)
        return;
    free(s->words);
    s->words = NULL;
}
