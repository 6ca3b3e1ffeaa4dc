/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cosigns the ledger of somebody else. */
#include "ledger/trust/cosign.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/proof/evidence.h"
#include "ledger/trust/copy.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/paths.h"

/* Effect: directory is peers/ORIGIN: all that no name of a file may have is a dash in it. */
static int name_copy(char directory[static PATH_MAX], const char *own, const char *origin,
                     struct err *e)
{
    char name[sizeof "peers/" + NOTE_NAME] = "peers/";
    size_t n = strlen(name);

    for (const char *p = origin; *p && n + 1 < sizeof name; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || *p == '_' || (*p == '.' && p > origin);
        name[n++] = plain ? *p : '-';
    }
    name[n] = '\0';
    if (paths_join(directory, PATH_MAX, own, "peers", e) < 0 ||
        file_mkdirs_within(directory, e) < 0)
        return -1;
    return paths_join(directory, PATH_MAX, own, name, e);
}

/* Effect: the copy is of the ledger whose checkpoint was read, if the policy knows its key. */
static int begin(struct copy *c, const struct kept *now, const struct cosign_request *q,
                 struct cosign_report *r, struct err *e)
{
    char directory[PATH_MAX];

    if (evidence_signed(q->policy, &now->note, &r->c, e) < 0)
        return err_context(e, "%s", now->path);
    if (name_copy(directory, ledger_directory(q->own), r->c.origin, e) < 0 ||
        copy_open(c, directory, r->c.origin, e) < 0)
        return -1;
    r->before = c->had ? c->before.c.size : 0;
    return 0;
}

static int tell_lie(const struct copy_report *found, struct cosign_report *r, struct err *e)
{
    snprintf(r->evidence, sizeof r->evidence, "%s", found->evidence);
    return err_set(e, ERR_VERIFY,
                   "%s: has signed two histories: %s proves it (metaneuron ledger check-evidence); "
                   "nothing was cosigned",
                   r->c.origin, r->evidence);
}

/* Fails, in words, unless what was found may be cosigned. */
static int judge(const struct kept *now, const struct copy_report *found, struct cosign_report *r,
                 struct err *e)
{
    switch (found->found) {
    case COPY_SAME:
    case COPY_NEWER:
        return 0;
    case COPY_OLDER:
        return err_set(e, ERR_REFUSED,
                       "%s: shows its checkpoint of %" PRIu64 " records, and one of %" PRIu64
                       " was cosigned already",
                       r->c.origin, r->c.size, r->before);
    case COPY_SHORT:
        if (found->why.code != ERR_NONE)
            return err_set(e, found->why.code, "%s", found->why.text);
        return err_set(e, ERR_VERIFY,
                       "%s: covers %" PRIu64 " records, and the log beside it has %" PRIu64,
                       now->path, now->c.size, found->records);
    case COPY_WRONG:
        return err_set(e, found->why.code, "%s", found->why.text);
    default:
        return tell_lie(found, r, e);
    }
}

/* Effect: appends the checkpoint, cosigned. */
static int add_cosigned(const struct kept *now, const struct cosign_request *q, struct buf *note,
                        struct err *e)
{
    char origin[RECORD_MOST];
    uint8_t public[KEY_PUBLIC_LEN];
    struct note_key name;

    key_public(q->key, public);
    if (ledger_origin(ledger_directory(q->own), origin, e) < 0 ||
        note_key_make(&name, origin, NOTE_COSIGNATURE, public, e) < 0)
        return -1;
    buf_add(note, now->bytes.data, now->bytes.len);
    return note_sign(note, &name, q->key, q->now, e);
}

int cosign(const struct cosign_request *q, struct buf *note, struct cosign_report *r, struct err *e)
{
    struct kept now = {0};
    struct copy c = {.lock = -1};
    struct copy_report found;
    char log[PATH_MAX];
    int fd = -1, rc = -1;

    *r = (struct cosign_report){0};
    if (kept_read(&now, q->other, 0, e) == 0 && begin(&c, &now, q, r, e) == 0 &&
        paths_join(log, sizeof log, q->other, "log", e) == 0 &&
        (fd = file_open_left(log, e)) >= 0 && copy_take(&c, &now, fd, log, &found, e) == 0 &&
        judge(&now, &found, r, e) == 0)
        rc = add_cosigned(&now, q, note, e);
    file_close(fd);
    copy_close(&c);
    kept_free(&now);
    return rc;
}

int cosign_compare(const struct cosign_request *q, const char *file, struct cosign_report *r,
                   struct err *e)
{
    struct kept now = {0};
    struct copy c = {.lock = -1};
    struct copy_report found;
    int rc = -1;

    *r = (struct cosign_report){0};
    if (kept_read_file(&now, file, e) == 0 && begin(&c, &now, q, r, e) == 0 &&
        copy_compare(&c, &now, &found, e) == 0)
        rc = found.found == COPY_LIES ? tell_lie(&found, r, e)
             : found.found == COPY_SHORT
                 ? err_set(e, ERR_INCOMPLETE,
                           "%s: has %" PRIu64 " records there, and %" PRIu64
                           " were cosigned here: cosign it first, or let the other side compare",
                           r->c.origin, r->c.size, r->before)
                 : 0;
    copy_close(&c);
    kept_free(&now);
    return rc;
}
