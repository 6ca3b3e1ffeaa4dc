/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps a run from replacing files that are not its own. */
#include "engine/plan/output.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/result.h"
#include "ledger/ledger.h"
#include "util/buf.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

/* A result is read to know whose it is; none of this size is. */
#define LARGEST (UINT64_C(256) << 20)

/* The file of the run that has the digests of what it may replace, a line each: what was there
 * when it began, and what it is about to put there itself. It is sealed, as who could write it
 * could have the run replace any file of its user's. */
static const char replaced[] = "result";

int output_announce(const struct seal *s, const char *digest, struct err *e)
{
    struct buf b = {0};
    char *before = NULL;
    size_t len;

    seal_start(&b);
    if (seal_read(s, replaced, LARGEST, &before, &len, NULL) == 0)
        buf_add(&b, before, len);
    buf_addf(&b, "%s\n", digest);
    int rc = seal_write(s, replaced, &b, e);
    free(before);
    buf_free(&b);
    return rc;
}

/* Whether the run may replace what is there, as it was when it began, or is by itself. */
static bool is_announced(const struct plan *p, const char *run)
{
    char name[RUN_HEX + 16], path[PATH_MAX], digest[DIGEST_TEXT], *lines = NULL;
    struct seal s;
    size_t len;

    snprintf(name, sizeof name, "runs/%s", run);
    bool found = run[0] && paths_join(path, sizeof path, p->where, name, NULL) == 0 &&
                 seal_begin(&s, path, run, NULL) == 0 && seal_open(&s, NULL) == 0 &&
                 seal_read(&s, replaced, LARGEST, &lines, &len, NULL) == 0 &&
                 file_digest(p->options->out, digest, NULL) == 0 && strstr(lines, digest);

    seal_forget(&s);
    free(lines);
    return found;
}

int output_remember(const struct plan *p, const struct seal *s, struct err *e)
{
    char digest[DIGEST_TEXT];

    return file_digest(p->options->out, digest, e) < 0 ? -1 : output_announce(s, digest, e);
}

/* Returns the result at the path, if it is one of this contract, or NULL. */
static struct result *read_own(const struct plan *p, struct reader *r)
{
    const char *path = p->options->out;
    char *bytes = NULL;
    size_t len;

    if (file_read_left(path, LARGEST, &bytes, &len, NULL) < 0)
        return NULL;
    struct result *x = result_read(r, path, bytes, len, NULL);
    free(bytes);
    if (x && strcmp(x->id, p->contract->id) == 0)
        return x;
    result_free(x);
    return NULL;
}

/* What has the name of one of the ledger's files is none of ours, even before it is made. */
static int check_outside(const struct engine_options *o, const char *option, const char *path,
                         struct err *e)
{
    char parent[PATH_MAX];

    if (!o->ledger || !ledger_has_name(file_last(path)) ||
        !file_is_same(file_parent(path, parent), o->ledger))
        return 0;
    return err_set(e, ERR_USAGE, "%s %s: is a file of the ledger: give another name", option, path);
}

int output_check(const struct plan *p, struct reader *r, const char *run, enum output_there *there,
                 struct err *e)
{
    const struct engine_options *o = p->options;

    *there = OUTPUT_NOTHING;
    if (check_outside(o, "--out", o->out, e) < 0)
        return -1;
    if (!file_is_taken(o->out))
        return 0;
    *there = OUTPUT_KNOWN;
    if (o->force || is_announced(p, run))
        return 0;
    *there = OUTPUT_OURS;
    struct result *x = read_own(p, r);
    bool ours = x && (o->again || strcmp(x->run, run) == 0);
    if (!ours)
        err_set(e, ERR_USAGE,
                x ? "--out %s: holds the result of run %s of this contract: give another name, "
                    "--again for a new run in its place, or --force to replace it"
                  : "--out %s: is there already, and is no result of this contract: give another "
                    "name, or --force to replace it",
                o->out, x ? x->run : "");
    result_free(x);
    return ours ? 0 : -1;
}

/* One line COUNT RUN STAGE, as status.c writes it. */
static bool is_heartbeat(const char *text, size_t len)
{
    uint64_t count;
    char run[RUN_HEX + 1], stage[16];
    int end = 0;

    if (len == 0)
        return true; /* as mktemp makes it */
    return sscanf(text, "%20" SCNu64 " %16[0-9a-f-] %15[a-z]%n", &count, run, stage, &end) == 3 &&
           (size_t)end + 1 == len && text[end] == '\n';
}

int output_check_heartbeat(const struct engine_options *o, struct err *e)
{
    enum { LINE = 80 };
    char *text = NULL;
    size_t len;

    if (!o->heartbeat)
        return 0;
    if (check_outside(o, "--heartbeat", o->heartbeat, e) < 0)
        return -1;
    if (o->out && (strcmp(o->heartbeat, o->out) == 0 || file_is_same(o->heartbeat, o->out)))
        return err_set(e, ERR_USAGE, "--heartbeat %s: is --out, too: give another name",
                       o->heartbeat);
    if (o->force || !file_is_taken(o->heartbeat))
        return 0;
    bool ours =
        file_read_left(o->heartbeat, LINE, &text, &len, NULL) == 0 && is_heartbeat(text, len);
    free(text);
    return ours ? 0
                : err_set(e, ERR_USAGE,
                          "--heartbeat %s: is there already, and is no heartbeat: give another "
                          "name, or --force to replace it",
                          o->heartbeat);
}
