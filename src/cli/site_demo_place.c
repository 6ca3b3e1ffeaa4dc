/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the directories, data and policies of the demonstration. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "cli/site_demo.h"
#include "engine/plan/bind.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

enum { DATA_MOST = 1 << 20, TEXT_MOST = 1 << 16, WRONG_UNIT = 5 }; /* bytes; a hospital */

static const char marker[] = "metaneuron-site-demo@v1";

const char *demo_name(size_t i)
{
    static const char *const names[DEMO_CENTRES] = {"alpha",   "beta", "gamma", "delta",
                                                    "epsilon", "zeta", "eta",   "theta"};

    return names[i];
}

void demo_tell(struct demo *d, const char *topic, const char *format, ...)
{
    va_list ap;

    page_addf(d->to, "%-10s", topic);
    va_start(ap, format);
    page_addv(d->to, format, ap);
    va_end(ap);
    page_addf(d->to, "\n");
    if (!d->c->w->json) {
        print_rest(d->to);
        print_end();
    }
}

void demo_took(struct demo *d, enum demo_part part)
{
    double now = clock_steady();

    d->seconds[part] += now - d->since;
    d->since = now;
}

static int see_name(void *context, const char *name, struct err *e)
{
    bool *any = context;

    (void)e;
    *any |= name[0] != '.'; /* of a marker that was cut off, a temporary file is left */
    return 0;
}

/* Fails where something else is, or a demo with another number of centres. */
static int check_place(struct demo *d, const char *path, struct err *e)
{
    char line[64], expected[64];
    bool any = false;

    snprintf(expected, sizeof expected, "%s %zu", marker, d->count);
    if (file_first_line(path, line, sizeof line)) {
        d->again = true;
        return strcmp(line, expected) == 0
                   ? 0
                   : err_set(e, ERR_USAGE,
                             "%s: has a demo of another number of centres: give another "
                             "directory, by --dir",
                             d->directory);
    }
    if (file_is_taken(d->directory) && !file_is_directory(d->directory))
        any = true;
    else if (file_each(d->directory, "", see_name, &any, e) < 0)
        return -1;
    return any ? err_set(e, ERR_USAGE,
                         "%s: is there already, and no demo has made it: give another directory, "
                         "by --dir",
                         d->directory)
               : 0;
}

static int write_marker(const struct demo *d, const char *path, struct err *e)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%s %zu\n", marker, d->count);

    return file_write_new(path, text, (size_t)n, FILE_OWN, e);
}

static int build_contract(struct demo *d, struct err *e)
{
    char spec[PATH_MAX];
    struct contract *c = NULL;
    int rc = -1;

    if (file_exists(d->contract))
        return 0;
    if (paths_join(spec, sizeof spec, d->jobs, "federation/contract.yaml", e) == 0 &&
        (c = contract_from_spec(spec, e)) && engine_complete(c, e) == 0)
        rc = contract_write(c, d->contract, e);
    contract_destroy(c);
    return rc;
}

int demo_begin(struct demo *d, struct err *e)
{
    char path[PATH_MAX];

    if (cli_find_jobs(d->c->w->jobs, "federation/contract.yaml", d->jobs, e) < 0 ||
        paths_join(path, sizeof path, d->directory, ".demo", e) < 0 ||
        check_place(d, path, e) < 0 || file_mkdirs(d->directory, e) < 0 ||
        write_marker(d, path, e) < 0 ||
        paths_join(d->exchange, PATH_MAX, d->directory, "exchange", e) < 0 ||
        paths_join(d->contract, PATH_MAX, d->directory, "contract.h5", e) < 0)
        return -1;
    return build_contract(d, e);
}

int demo_enter(struct demo *d, size_t i, struct err *e)
{
    static const char *const homes[] = {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"};
    static const char *const places[] = {"config", "state", "data"};
    char own[PATH_MAX], home[PATH_MAX];

    if (paths_join(own, sizeof own, d->directory, demo_name(i), e) < 0 ||
        paths_join(d->c->directory, PATH_MAX, own, "house", e) < 0)
        return -1;
    for (size_t k = 0; k < sizeof homes / sizeof homes[0]; k++)
        if (paths_join(home, sizeof home, own, places[k], e) < 0 || setenv(homes[k], home, 1) < 0)
            return err_set(e, ERR_SOFTWARE, "%s cannot be set", homes[k]);
    return 0;
}

int demo_open(struct demo *d, size_t i, struct site *s, enum verb_use use, struct err *e)
{
    *s = (struct site){.house.lock = -1};
    return demo_enter(d, i, e) < 0 ? -1 : verb_open(d->c, s, use, e);
}

/* Effect: b has the rows of a hospital's file, behind the names of the columns if it is empty. */
static int add_hospital(struct demo *d, unsigned hospital, struct buf *b, struct err *e)
{
    char name[64], path[PATH_MAX], *data;
    size_t len;

    snprintf(name, sizeof name, "breast-cancer/hospital-%u.csv", hospital);
    if (paths_join(path, sizeof path, d->jobs, name, e) < 0 ||
        file_read(path, DATA_MOST, &data, &len, e) < 0)
        return -1;
    size_t from = b->len > 0 ? strcspn(data, "\n") + 1 : 0;
    buf_add(b, data + from, len - from);
    free(data);
    return 0;
}

int demo_data(struct demo *d, size_t i, char path[static PATH_MAX], size_t *rows, struct err *e)
{
    char own[PATH_MAX];
    struct buf b = {0};
    size_t next = 0;
    int rc = 0;

    for (unsigned hospital = 1; rc == 0 && hospital <= DEMO_CENTRES; hospital++) {
        if (hospital == WRONG_UNIT && d->count < DEMO_CENTRES)
            continue;
        if (next++ % d->count == i)
            rc = add_hospital(d, hospital, &b, e);
    }
    if (rc == 0 && buf_failed(&b))
        rc = err_memory(e, "data");
    if (rc == 0)
        rc = paths_join(own, sizeof own, d->directory, demo_name(i), e);
    if (rc == 0)
        rc = paths_join(path, PATH_MAX, own, "nuclei.csv", e);
    if (rc == 0)
        rc = file_write_new(path, b.data, b.len, FILE_OWN, e);
    *rows = 0;
    for (size_t k = 0; rc == 0 && k < b.len; k++)
        *rows += b.data[k] == '\n';
    *rows -= *rows > 0;
    buf_free(&b);
    return rc;
}

int demo_policy(struct demo *d, size_t i, bool forgets, struct err *e)
{
    static const char author[] = "authors: [alpha]";
    const char *file = i == DEMO_ASKS ? "federation/policy-ask.yaml" : "federation/policy.yaml";
    char from[PATH_MAX], path[PATH_MAX], *text;
    struct buf b = {0};
    size_t len;

    if (paths_join(from, sizeof from, d->jobs, file, e) < 0 ||
        paths_join(path, sizeof path, d->c->directory, "policy.yaml", e) < 0 ||
        file_read(from, TEXT_MOST, &text, &len, e) < 0)
        return -1;
    char *rest = text;
    for (char *p; forgets && (p = strstr(rest, author)); rest = p + strlen(author)) {
        buf_add(&b, rest, (size_t)(p - rest));
        buf_adds(&b, "authors: []");
    }
    buf_adds(&b, rest);
    int rc =
        buf_failed(&b) ? err_memory(e, "a policy") : file_write(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    free(text);
    return rc;
}
