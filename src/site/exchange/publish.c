/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the centre's own part of the exchange. */
#include "site/exchange/publish.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/beneath.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

enum {
    PART = 1 << 18,   /* bytes that are copied at once */
    MODE = 0644,      /* less umask: others are to read it */
    NOTE_LEN = 65536, /* bytes of a checkpoint, at most */
};

/* A directory that is published. */
struct place {
    int fd; /* of what is no link: whoever moves its name away does not lead us elsewhere */
    char path[PATH_MAX]; /* for errors */
    const char *house;
    const char *from; /* the directory in the house whose files it has */
};

/* The name under which a file is made, which rsync does not look at. One will do, as who
 * publishes holds the house. */
static const char temporary[] = ".tmp";

/* Effect: a directory of the exchange, of that name in parent, is open. A link in its place, or
 * what else is no directory, goes: nobody but this centre may write here. */
static int open_place(struct place *p, const char *exchange, int parent, const char *below,
                      struct err *e)
{
    char path[PATH_MAX];
    struct err why = {0};

    p->fd = -1;
    if (paths_join(p->path, sizeof p->path, exchange, below, e) < 0 ||
        beneath_path(parent, file_last(below), path, e) < 0)
        return -1;
    int rc = beneath_directory(exchange, below, &p->fd, &why);
    if (rc < 0 && why.code != ERR_INPUT)
        return err_set(e, why.code, "%s", why.text);
    if (rc < 0)
        file_remove(path);
    if (rc < 1 && (file_mkdir_public(path, e) < 0 ||
                   (rc = beneath_directory(exchange, below, &p->fd, e)) < 0))
        return err_context(e, "%s", p->path);
    if (rc < 1 || beneath_path(p->fd, temporary, path, e) < 0)
        return err_set(e, ERR_IO, "%s: vanished when it was made", p->path);
    file_remove(path);
    return 0;
}

/* Whether two open files are the same in so many bytes, which both have. */
static int compare(int a, int b, uint64_t size, bool *same, struct err *e)
{
    char *one = err_alloc(2, PART, "comparing files", e), *two = one ? one + PART : NULL;
    int rc = one ? 0 : -1;

    *same = true;
    for (uint64_t at = 0; rc == 0 && *same && at < size; at += PART) {
        size_t n = size - at < PART ? (size_t)(size - at) : PART;
        rc = file_pread(a, "a file that is published", one, n, at, e);
        *same = rc == 0 && file_pread(b, "what was published", two, n, at, NULL) == 0 &&
                memcmp(one, two, n) == 0;
    }
    free(one);
    return rc;
}

/* Whether what is published under that path has those bytes of the source; by_name: or so many. */
static int is_there(const char *path, int from, uint64_t size, bool by_name, bool *there,
                    struct err *e)
{
    uint64_t has = 0;
    int fd = file_open_left(path, NULL), rc = 0;

    *there = fd >= 0 && file_size(fd, path, &has, NULL) == 0 && has == size;
    if (*there && !by_name)
        rc = compare(from, fd, size, there, e);
    file_close(fd);
    return rc;
}

/* Effect: a new file of that path holds those bytes of the source. */
static int copy(int from, uint64_t size, const char *path, struct err *e)
{
    char *part = err_alloc(PART, 1, "a file that is published", e);
    int to = part ? file_open_new(path, MODE, e) : -1, rc = to < 0 ? -1 : 0;

    for (uint64_t at = 0; rc == 0 && at < size; at += PART) {
        size_t n = size - at < PART ? (size_t)(size - at) : PART;
        rc = file_pread(from, "a file that is published", part, n, at, e);
        if (rc == 0)
            rc = file_write_all(to, path, part, n, e);
    }
    file_close(to);
    free(part);
    return rc;
}

/* Effect: the file of that name in the place holds the first bytes of one in the house; all of
 * them, if most is UINT64_MAX. by_name: one that is there with as many bytes is right. */
static int put(const struct place *p, const char *from, uint64_t most, const char *name,
               bool by_name, struct err *e)
{
    char source[PATH_MAX], path[PATH_MAX], new[PATH_MAX];
    uint64_t size = 0;
    bool there = false;

    if (snprintf(source, sizeof source, "%s/%s", p->house, from) >= (int)sizeof source)
        return err_set(e, ERR_OPEN, "%s/%s: the path is too long", p->house, from);
    if (beneath_path(p->fd, name, path, e) < 0 || beneath_path(p->fd, temporary, new, e) < 0)
        return -1;
    int fd = file_open_left(source, e), rc = fd < 0 ? -1 : file_size(fd, source, &size, e);
    if (size > most)
        size = most;
    if (rc == 0)
        rc = is_there(path, fd, size, by_name, &there, e);
    if (rc == 0 && !there) {
        file_remove(new); /* whoever puts something there meanwhile makes us fail, no more */
        if ((rc = copy(fd, size, new, e)) == 0)
            rc = file_commit(new, path, true, e);
        if (rc < 0)
            err_context(e, "%s/%s", p->path, name);
    }
    file_close(fd);
    return rc;
}

static int put_identities(const struct place *p, struct err *e)
{
    char path[PATH_MAX], from[64], name[64];

    for (unsigned n = 1;; n++) {
        snprintf(from, sizeof from, "identity/%u", n);
        snprintf(name, sizeof name, "id-%u", n);
        if (paths_join(path, sizeof path, p->house, from, e) < 0)
            return -1;
        if (!file_exists(path))
            return 0;
        if (put(p, from, UINT64_MAX, name, false, e) < 0)
            return -1;
    }
}

/* Effect: a file of a directory of the house is published; names that are none of ours, as those of
 * files that are being written, are not. */
static int put_each(void *context, const char *name, struct err *e)
{
    static const char hex[] = "0123456789abcdef";
    const struct place *p = context;
    char from[PATH_MAX];
    bool payload = strcmp(p->from, "files") == 0;
    bool ours = payload ? strspn(name, hex) == SHA256_HEX && name[SHA256_HEX] == '\0'
                        : name[0] >= 'a' && name[0] <= 'z' && !strchr(name, '.');

    if (!ours)
        return 0;
    snprintf(from, sizeof from, "%s/%s", p->from, name);
    return put(p, from, UINT64_MAX, name, payload, e);
}

static int put_directory(const char *house, const char *exchange, const struct place *parent,
                         const char *site, const char *name, struct err *e)
{
    char from[PATH_MAX], below[PATH_MAX];
    struct place p = {.house = house, .from = name};

    snprintf(below, sizeof below, "%s/%s", site, name);
    int rc = paths_join(from, sizeof from, house, name, e);
    if (rc == 0)
        rc = open_place(&p, exchange, parent->fd, below, e);
    if (rc == 0)
        rc = file_each(from, "", put_each, &p, e);
    file_close(p.fd);
    return rc;
}

/* Sets *size to the bytes of the first so many lines of a file. */
static int measure(const char *path, uint64_t lines, uint64_t *size, struct err *e)
{
    uint64_t all = 0, at = 0;
    char *part = err_alloc(PART, 1, "a part of a log", e);
    int fd = part ? file_open_left(path, e) : -1, rc = fd < 0 ? -1 : file_size(fd, path, &all, e);

    *size = 0;
    while (rc == 0 && lines > 0 && at < all) {
        size_t n = all - at < PART ? (size_t)(all - at) : PART;
        rc = file_pread(fd, path, part, n, at, e);
        const char *p = part, *end = part + n;
        while (rc == 0 && lines > 0 && (p = memchr(p, '\n', (size_t)(end - p)))) {
            *size = at + (uint64_t)(++p - part);
            lines--;
        }
        at += n;
    }
    if (rc == 0 && lines > 0)
        rc = err_set(e, ERR_INPUT,
                     "%s: has %" PRIu64 " records fewer than its checkpoint covers: see metaneuron "
                     "ledger verify",
                     path, lines);
    file_close(fd);
    free(part);
    return rc;
}

/* Sets *size to the bytes of the log that the house's checkpoint covers. Returns 1, or 0 if there is
 * none yet. */
static int covered(const char *house, uint64_t *size, struct err *e)
{
    char path[PATH_MAX], log[PATH_MAX], *data, number[NUMBER_TEXT];
    size_t len, n = 0;
    uint64_t records = 0;

    if (paths_join(path, sizeof path, house, "ledger/checkpoint", e) < 0 ||
        paths_join(log, sizeof log, house, "ledger/log", e) < 0)
        return -1;
    if (!file_is_taken(path))
        return 0;
    if (file_read_left(path, NOTE_LEN, &data, &len, e) < 0)
        return -1;
    /* Its second line (c2sp.org/tlog-checkpoint). */
    const char *rest = data, *line = text_line(&rest, &n);
    line = line ? text_line(&rest, &n) : NULL;
    snprintf(number, sizeof number, "%.*s", line && n < sizeof number ? (int)n : 0,
             line ? line : "");
    int rc = parse_u64(number, &records) < 0 ? err_set(e, ERR_INPUT, "%s: is no checkpoint", path)
                                             : measure(log, records, size, e);
    free(data);
    return rc < 0 ? -1 : 1;
}

/* The files of the site itself, and those that name others after them. */
static int put_site(const char *house, const char *exchange, const char *name,
                    const struct place *p, struct err *e)
{
    uint64_t size = 0;
    int signed_already = covered(house, &size, e);

    if (signed_already < 0 || put_identities(p, e) < 0 ||
        put_directory(house, exchange, p, name, "files", e) < 0 ||
        (signed_already && put(p, "ledger/log", size, "log", false, e) < 0) ||
        put_directory(house, exchange, p, name, "cosig", e) < 0)
        return -1;
    return signed_already ? put(p, "ledger/checkpoint", UINT64_MAX, "checkpoint", false, e) : 0;
}

int publish_house(const char *house, const char *name, const char *exchange, struct err *e)
{
    struct place p = {.fd = -1, .house = house};
    int top, rc = beneath_directory(exchange, "", &top, e) == 1 ? 0 : -1;

    if (rc == 0)
        rc = open_place(&p, exchange, top, name, e);
    if (rc == 0)
        rc = put_site(house, exchange, name, &p, e);
    file_close(p.fd);
    file_close(top);
    return rc;
}
