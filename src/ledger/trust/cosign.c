/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cosigns the ledger of somebody else. */
#include "ledger/trust/cosign.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/leaves.h"
#include "ledger/proof/evidence.h"
#include "ledger/trust/kept.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* A ledger as it is mirrored here. */
struct mirror {
    char directory[PATH_MAX]; /* peers/ORIGIN */
    char next[PATH_MAX];      /* peers/ORIGIN/next, where a new copy is looked at */
    struct kept now, before;  /* the other's newest checkpoint, and the one cosigned last */
    bool had;                 /* there is one before */
};

/* peers/ORIGIN: all that no name of a file may have is a dash in it. */
static int set_directory(struct mirror *m, const char *own, const char *origin, struct err *e)
{
    char name[sizeof "peers/" + NOTE_NAME] = "peers/";
    size_t n = strlen(name);

    for (const char *p = origin; *p && n + 1 < sizeof name; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || *p == '_' || (*p == '.' && p > origin);
        name[n++] = plain ? *p : '-';
    }
    name[n] = '\0';
    if (paths_join(m->directory, sizeof m->directory, own, "peers", e) < 0 ||
        file_mkdirs_within(m->directory, e) < 0 ||
        paths_join(m->directory, sizeof m->directory, own, name, e) < 0 ||
        file_mkdirs_within(m->directory, e) < 0)
        return -1;
    return paths_join(m->next, sizeof m->next, m->directory, "next", e) < 0
               ? -1
               : file_mkdirs_within(m->next, e);
}

/* Returns how many bytes of a part, which is not empty, are of the next so many lines. */
static size_t take_lines(const char *part, size_t len, uint64_t *lines)
{
    size_t used = 0;

    while (*lines > 0 && used < len) {
        const char *lf = memchr(part + used, '\n', len - used);
        if (!lf)
            return len;
        used = (size_t)(lf - part) + 1;
        --*lines;
    }
    return used;
}

/* Effect: path is a new file with so many lines of the other's log: what its checkpoint covers. */
static int copy_log(const char *other, uint64_t lines, const char *path, struct err *e)
{
    enum { PART = 1 << 20 };
    char from[PATH_MAX], temporary[PATH_MAX];
    uint64_t size = 0;
    int rc = -1, in = -1, out = -1;
    char *part = err_alloc(PART, 1, "a part of a log", e);

    if (!part || paths_join(from, sizeof from, other, "log", e) < 0 ||
        file_temporary(path, temporary, e) < 0 || (in = file_open_left(from, e)) < 0 ||
        file_size(in, from, &size, e) < 0 || (out = file_open_new(temporary, FILE_OWN, e)) < 0)
        goto done;
    rc = 0;
    for (uint64_t at = 0; rc == 0 && at < size && lines > 0; at += PART) {
        size_t n = size - at < PART ? (size_t)(size - at) : PART;
        rc = file_pread(in, from, part, n, at, e);
        if (rc == 0 && !memchr(part, '\n', n))
            rc = err_set(e, ERR_VERIFY, "%s: has a line that is longer than a record", from);
        if (rc == 0)
            rc = file_write_all(out, temporary, part, take_lines(part, n, &lines), e);
    }
    if (rc == 0)
        rc = file_commit(temporary, path, true, e);
    else
        file_remove(temporary);
done:
    free(part);
    file_close(in);
    file_close(out);
    return rc;
}

/* Effect: what contradicts itself is a file for everybody. l is a copy of the other's log that
 * has the larger size; of equal sizes NULL. */
static int keep_evidence(const struct mirror *m, struct ledger *l, struct cosign_report *r,
                         struct err *e)
{
    const struct kept *a = &m->before, *b = &m->now;
    char name[64];
    struct buf file = {0};

    if (a->c.size > b->c.size) {
        a = &m->now;
        b = &m->before;
    }
    struct evidence x = {.smaller = a->bytes.data, .smaller_len = a->bytes.len};
    x.larger = b->bytes.data;
    x.larger_len = b->bytes.len;
    memcpy(x.prefix, b->c.root, SHA256_LEN);
    if (l && (ledger_root(l, a->c.size, x.prefix, e) < 0 ||
              ledger_prove_consistent(l, a->c.size, b->c.size, &x.path, e) < 0))
        return -1;
    evidence_write(&file, &x);
    snprintf(name, sizeof name, "evidence-%" PRIu64 "-%" PRIu64, a->c.size, b->c.size);
    if (buf_failed(&file))
        return err_memory(e, "evidence");
    int rc = paths_join(r->evidence, sizeof r->evidence, m->directory, name, e);
    if (rc == 0)
        rc = file_write(r->evidence, file.data, file.len, FILE_OWN, e);
    buf_free(&file);
    if (rc < 0)
        return -1;
    return err_set(e, ERR_VERIFY,
                   "%s: has signed two histories: %s proves it (metaneuron ledger check-evidence); "
                   "nothing was cosigned",
                   b->c.origin, r->evidence);
}

/* The log in that directory, which is a copy here, as a ledger. */
static struct ledger *open_copy(const char *directory, const struct kept *k, uint8_t *root,
                                struct err *e)
{
    struct ledger *l = ledger_open_read(directory, e);

    if (!l)
        return NULL;
    if (ledger_state(l)->count < k->c.size)
        err_set(e, ERR_VERIFY, "%s: covers %" PRIu64 " records, and the log beside it has %" PRIu64,
                k->path, k->c.size, ledger_state(l)->count);
    else if (ledger_root(l, k->c.size, root, e) == 0) {
        if (memcmp(root, k->c.root, SHA256_LEN) == 0)
            return l;
        err_set(e, ERR_VERIFY, "%s: the log is not what its checkpoint covers", k->c.origin);
    }
    ledger_close(l);
    return NULL;
}

/* Whether a checkpoint that is no larger than the one that was cosigned is its beginning. */
static int compare_older(const struct mirror *m, struct cosign_report *r, struct err *e)
{
    uint8_t root[SHA256_LEN];

    if (m->now.c.size == m->before.c.size)
        return checkpoint_same(&m->now.c, &m->before.c) ? 0 : keep_evidence(m, NULL, r, e);
    struct ledger *l = open_copy(m->directory, &m->before, root, e);
    int rc = l ? ledger_root(l, m->now.c.size, root, e) : -1;
    if (rc == 0 && memcmp(root, m->now.c.root, SHA256_LEN) != 0)
        rc = keep_evidence(m, l, r, e);
    ledger_close(l);
    return rc;
}

/* Effect: the copy in next is looked at, and is the mirror's then. */
static int compare_newer(const struct mirror *m, struct cosign_report *r, struct err *e)
{
    char next[PATH_MAX], log[PATH_MAX], origin[RECORD_MOST];
    uint8_t root[SHA256_LEN];
    struct ledger *l = open_copy(m->next, &m->now, root, e);
    int rc = l ? ledger_origin(m->next, origin, e) : -1;

    if (rc == 0 && strcmp(origin, m->now.c.origin) != 0)
        rc = err_set(e, ERR_VERIFY, "%s: its checkpoint is of the ledger %s", origin,
                     m->now.c.origin);
    if (rc == 0 && m->had) {
        rc = ledger_root(l, m->before.c.size, root, e);
        if (rc == 0 && memcmp(root, m->before.c.root, SHA256_LEN) != 0)
            rc = keep_evidence(m, l, r, e);
    }
    ledger_close(l);
    if (rc < 0 || paths_join(next, sizeof next, m->next, "log", e) < 0 ||
        paths_join(log, sizeof log, m->directory, "log", e) < 0)
        return -1;
    return file_commit(next, log, true, e);
}

/* Effect: what was seen is kept, and then cosigned. */
static int write_cosigned(const struct mirror *m, const struct cosign_request *q, struct buf *note,
                          struct err *e)
{
    char path[PATH_MAX], origin[RECORD_MOST];
    uint8_t public[KEY_PUBLIC_LEN];
    struct note_key name;

    key_public(q->key, public);
    if (ledger_origin(ledger_directory(q->own), origin, e) < 0 ||
        note_key_make(&name, origin, NOTE_COSIGNATURE, public, e) < 0 ||
        paths_join(path, sizeof path, m->directory, "checkpoint", e) < 0)
        return -1;
    const struct buf *seen = &m->now.bytes;
    if (file_write(path, seen->data, seen->len, FILE_OWN, e) < 0)
        return -1;
    buf_add(note, seen->data, seen->len);
    return note_sign(note, &name, q->key, q->now, e);
}

/* Effect: the mirror's checkpoint is read, if one was cosigned before. */
static int read_before(struct mirror *m, struct cosign_report *r, struct err *e)
{
    char path[PATH_MAX];

    if (paths_join(path, sizeof path, m->directory, "checkpoint", e) < 0)
        return -1;
    m->had = file_is_taken(path);
    if (m->had && kept_read_file(&m->before, path, e) < 0)
        return -1;
    if (m->had && strcmp(m->before.c.origin, m->now.c.origin) != 0)
        return err_set(e, ERR_INPUT, "%s: is of the ledger %s", path, m->before.c.origin);
    r->before = m->had ? m->before.c.size : 0;
    return 0;
}

static int cosign_mirror(struct mirror *m, const struct cosign_request *q, struct buf *note,
                         struct cosign_report *r, struct err *e)
{
    char log[PATH_MAX];
    bool newer = !m->had || m->now.c.size > m->before.c.size;

    if (!newer && compare_older(m, r, e) < 0)
        return -1;
    if (!newer && m->now.c.size < m->before.c.size)
        return err_set(e, ERR_REFUSED,
                       "%s: shows its checkpoint of %" PRIu64 " records, and one of %" PRIu64
                       " was cosigned already",
                       m->now.c.origin, m->now.c.size, m->before.c.size);
    if (newer && (paths_join(log, sizeof log, m->next, "log", e) < 0 ||
                  copy_log(q->other, m->now.c.size, log, e) < 0 || compare_newer(m, r, e) < 0))
        return -1;
    return write_cosigned(m, q, note, e);
}

static int compare_mirror(const struct mirror *m, struct cosign_report *r, struct err *e)
{
    if (!m->had || m->now.c.size > m->before.c.size)
        return err_set(e, ERR_INCOMPLETE,
                       "%s: has %" PRIu64 " records there, and %" PRIu64
                       " were cosigned here: cosign it first, or let the other side compare",
                       m->now.c.origin, m->now.c.size, m->had ? m->before.c.size : 0);
    return compare_older(m, r, e);
}

/* Of two that cosign one ledger at once the second sees what the first has cosigned. */
static int lock_mirror(const struct mirror *m, struct err *e)
{
    char path[PATH_MAX];
    int lock = -1;

    if (paths_join(path, sizeof path, m->directory, "lock", e) == 0 &&
        (lock = file_open_rw(path, FILE_OWN, e)) >= 0 && file_lock(lock, path, e) == 0)
        return lock;
    file_close(lock);
    return -1;
}

/* Effect: the mirror is of the ledger whose checkpoint was read, if the policy knows its key, and
 * nobody else uses it until the lock is closed. Returns that, or -1. */
static int begin(struct mirror *m, const struct cosign_request *q, struct cosign_report *r,
                 struct err *e)
{
    if (evidence_signed(q->policy, &m->now.note, &r->c, e) < 0)
        return err_context(e, "%s", m->now.path);
    if (set_directory(m, ledger_directory(q->own), r->c.origin, e) < 0)
        return -1;
    int lock = lock_mirror(m, e);
    if (lock >= 0 && read_before(m, r, e) == 0)
        return lock;
    file_close(lock);
    return -1;
}

int cosign(const struct cosign_request *q, struct buf *note, struct cosign_report *r, struct err *e)
{
    struct mirror m = {0};

    *r = (struct cosign_report){0};
    int lock = kept_read(&m.now, q->other, 0, e) == 0 ? begin(&m, q, r, e) : -1;
    int rc = lock < 0 ? -1 : cosign_mirror(&m, q, note, r, e);
    file_close(lock);
    kept_free(&m.now);
    kept_free(&m.before);
    return rc;
}

int cosign_compare(const struct cosign_request *q, const char *file, struct cosign_report *r,
                   struct err *e)
{
    struct mirror m = {0};

    *r = (struct cosign_report){0};
    int lock = kept_read_file(&m.now, file, e) == 0 ? begin(&m, q, r, e) : -1;
    int rc = lock < 0 ? -1 : compare_mirror(&m, r, e);
    file_close(lock);
    kept_free(&m.now);
    kept_free(&m.before);
    return rc;
}
