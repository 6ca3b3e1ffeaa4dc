/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that vouch for themselves, under the key of a run. */
#include "util/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"

static const char magic[] = "metaneuron-sealed-v1 ";

enum {
    MAGIC = sizeof magic - 1,
    LINE = MAGIC + SHA256_HEX + 1, /* bytes of the first line */
};

int seal_begin(struct seal *s, const char *directory, const char *run, struct err *e)
{
    memset(s, 0, sizeof *s);
    if (snprintf(s->directory, sizeof s->directory, "%s", directory) >= (int)sizeof s->directory)
        return err_set(e, ERR_OPEN, "%.100s…: the path is too long", directory);
    if (snprintf(s->run, sizeof s->run, "%s", run) >= (int)sizeof s->run)
        return err_set(e, ERR_SOFTWARE, "'%.100s' is no run", run);
    return 0;
}

int seal_open(struct seal *s, struct err *e)
{
    char path[PATH_MAX], *data;
    size_t len;

    if (paths_join(path, sizeof path, s->directory, "key", e) < 0 ||
        file_read_own(path, SHA256_LEN, true, &data, &len, e) < 0)
        return -1;
    if (len == SHA256_LEN)
        memcpy(s->key, data, SHA256_LEN);
    explicit_bzero(data, len);
    free(data);
    return len == SHA256_LEN
               ? 0
               : err_set(e, ERR_INPUT, "%s: has %zu bytes, a key has %d", path, len, SHA256_LEN);
}

int seal_make(struct seal *s, struct err *e)
{
    char path[PATH_MAX];

    if (paths_join(path, sizeof path, s->directory, "key", e) < 0 ||
        random_bytes(s->key, SHA256_LEN, e) < 0)
        return -1;
    return file_write(path, s->key, SHA256_LEN, FILE_OWN, e);
}

void seal_forget(struct seal *s)
{
    explicit_bzero(s->key, sizeof s->key);
}

void seal_start(struct buf *b)
{
    static const char none[SHA256_HEX + 1] = "";

    buf_reset(b);
    buf_add(b, magic, MAGIC);
    buf_add(b, none, sizeof none);
}

/* The seal of a content: the content's digest stands for it, so that it is hashed once and
 * never copied. */
static int seal_of(const struct seal *s, const char *name, const void *data, size_t len,
                   uint8_t tag[static SHA256_LEN], struct err *e)
{
    static const char domain[] = "metaneuron-seal-v1";
    uint8_t digest[SHA256_LEN];
    struct buf b = {0};

    if (hash_bytes(data, len, digest, e) < 0)
        return -1;
    buf_add(&b, domain, sizeof domain);
    buf_add(&b, s->run, strlen(s->run) + 1);
    buf_add(&b, name, strlen(name) + 1);
    buf_add(&b, digest, sizeof digest);
    int rc = buf_failed(&b) ? err_memory(e, "a seal") : hash_keyed(s->key, b.data, b.len, tag, e);
    buf_free(&b);
    return rc;
}

int seal_write(const struct seal *s, const char *name, struct buf *b, struct err *e)
{
    uint8_t tag[SHA256_LEN];
    char path[PATH_MAX];

    if (buf_failed(b))
        return err_memory(e, name);
    if (paths_join(path, sizeof path, s->directory, name, e) < 0 ||
        seal_of(s, name, b->data + LINE, b->len - LINE, tag, e) < 0)
        return -1;
    hex_encode(b->data + MAGIC, tag, sizeof tag);
    b->data[LINE - 1] = '\n';
    return file_write(path, b->data, b->len, FILE_OWN, e);
}

/* Whether these bytes of the file at path are sealed under that name. */
static int check(const struct seal *s, const char *path, const char *name, char *data, size_t len,
                 struct err *e)
{
    uint8_t found[SHA256_LEN], right[SHA256_LEN];

    if (len < LINE || memcmp(data, magic, MAGIC) != 0 || data[LINE - 1] != '\n')
        return err_set(e, ERR_INPUT,
                       "%s: has no seal (an earlier version wrote it, or somebody else did)", path);
    data[LINE - 1] = '\0';
    if (seal_of(s, name, data + LINE, len - LINE, right, e) < 0)
        return -1;
    if (hex_decode(data + MAGIC, found, sizeof found) == 0 && hash_same(found, right))
        return 0;
    return err_set(e, ERR_VERIFY,
                   "%s: its seal is not that of the run's key (it is damaged, a copy of another "
                   "file, or forged)",
                   path);
}

int seal_read(const struct seal *s, const char *name, uint64_t most, char **data, size_t *len,
              struct err *e)
{
    char path[PATH_MAX], *bytes;
    size_t n;

    if (paths_join(path, sizeof path, s->directory, name, e) < 0 ||
        file_read_own(path, most < UINT64_MAX - LINE ? most + LINE : most, false, &bytes, &n, e) <
            0)
        return -1;
    if (check(s, path, name, bytes, n, e) < 0) {
        free(bytes);
        return -1;
    }
    *len = n - LINE;
    memmove(bytes, bytes + LINE, *len + 1); /* with the NUL */
    *data = bytes;
    return 0;
}
