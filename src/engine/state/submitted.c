/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes submitted states to files, and reads them a part at a time. */
#include "engine/state/submitted.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"

struct submitted {
    char path[PATH_MAX];
    int fd;
    uint64_t at;       /* where in the file the next double is */
    size_t left;       /* doubles */
    struct hash *hash; /* of those that were read */
    uint8_t digest[SHA256_LEN];
};

char *submitted_name(char name[static SUBMITTED_NAME], uint32_t k, uint64_t round)
{
    if (round > 0)
        snprintf(name, SUBMITTED_NAME, "state-%" PRIu32 "-%" PRIu64, k + 1, round);
    else
        snprintf(name, SUBMITTED_NAME, "state-%" PRIu32, k + 1);
    return name;
}

int submitted_write(const struct seal *s, const char *name, const double *state, size_t length,
                    struct err *e)
{
    struct buf b = {0};

    seal_start(&b);
    buf_addc(&b, '\n'); /* an objection is the master's */
    buf_add(&b, state, length * sizeof *state);
    int rc = seal_write(s, name, &b, e);
    buf_free(&b);
    return rc;
}

void submitted_close(struct submitted *x)
{
    if (!x)
        return;
    if (x->fd >= 0)
        file_close(x->fd);
    hash_destroy(x->hash);
    free(x);
}

/* Effect: x is where the state begins, behind a line. */
static int find_state(struct submitted *x, size_t length, struct err *e)
{
    uint64_t size, bytes = (uint64_t)length * sizeof(double);
    char end = '\0';

    /* A model has no line before it. */
    if (file_size(x->fd, x->path, &size, e) < 0)
        return -1;
    if (size == bytes)
        end = '\n';
    if (size > bytes && file_pread(x->fd, x->path, &end, 1, size - bytes - 1, e) < 0)
        return -1;
    if (end != '\n')
        return err_set(e, ERR_INPUT, "%s: is no state of %zu doubles", x->path, length);
    x->at = size - bytes;
    x->left = length;
    return 0;
}

struct submitted *submitted_open(const char *directory, const char *name, size_t length,
                                 const uint8_t digest[static SHA256_LEN], double *items,
                                 struct err *e)
{
    struct submitted *x = err_alloc(1, sizeof *x, "a state", e);

    if (!x)
        return NULL;
    x->fd = -1;
    memcpy(x->digest, digest, sizeof x->digest);
    if (snprintf(x->path, sizeof x->path, "%s/%s", directory, name) >= (int)sizeof x->path)
        err_set(e, ERR_OPEN, "%.100s…: the path is too long", directory);
    else if ((x->hash = hash_create(e)) && (x->fd = file_open(x->path, e)) >= 0 &&
             find_state(x, length, e) == 0 && submitted_read(x, 1, items, e) == 0)
        return x;
    submitted_close(x);
    return NULL;
}

int submitted_read(struct submitted *x, size_t count, double *values, struct err *e)
{
    size_t bytes = count * sizeof *values;
    uint8_t digest[SHA256_LEN];

    if (count > x->left)
        return err_set(e, ERR_SOFTWARE, "%s: has no more than %zu doubles", x->path, x->left);
    if (file_pread(x->fd, x->path, values, bytes, x->at, e) < 0)
        return -1;
    hash_add_doubles(x->hash, values, count);
    x->at += bytes;
    x->left -= count;
    if (x->left > 0)
        return 0;
    if (hash_final(x->hash, digest, e) < 0)
        return -1;
    if (memcmp(digest, x->digest, sizeof digest) == 0)
        return 0;
    return err_set(e, ERR_INPUT, "%s: is not the state that was submitted", x->path);
}

int submitted_take(const char *directory, const char *name, size_t length,
                   const uint8_t digest[static SHA256_LEN], double *state, struct err *e)
{
    struct submitted *x = submitted_open(directory, name, length, digest, state, e);
    int rc = x && length > 1 ? submitted_read(x, length - 1, state + 1, e) : x ? 0 : -1;

    submitted_close(x);
    return rc;
}
