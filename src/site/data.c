/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Knows where a centre's data is, and takes it back. */
#include "site/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/cells.h"
#include "data/source.h"
#include "site/house/say.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

/* Effect: path is that of the file that says where data of that name is. */
static int data_path(const struct site *s, const char *name, char path[static PATH_MAX],
                     struct err *e)
{
    char below[TEXT_NAME + 8];

    if (!text_is_name(name))
        return err_set(e, ERR_USAGE,
                       "'%s': a name of data has letters, digits, '_', '.' and '-', %d at most",
                       name, TEXT_NAME);
    snprintf(below, sizeof below, "data/%s", name);
    return house_path(&s->house, below, path, e);
}

/* Fails unless there is a table at the location. */
static int check_table(const char *location, struct err *e)
{
    struct source_stamp stamp;
    struct err why = {0};

    if (strchr(location, '\n') || strstr(location, "{slave}"))
        return err_set(e, ERR_USAGE,
                       "%s: a centre's data is one table, whose path has no line feed and no "
                       "{slave}",
                       location);
    if (source_stamp(location, &stamp, e) < 0)
        return -1;
    struct cells *table = cells_open(location, &why);
    uint64_t rows = table ? cells_rows(table) : 0;
    cells_close(table);
    if (!table)
        return err_pass(e, &why);
    return rows > 0 ? 0 : err_set(e, ERR_INPUT, "%s: has no rows", location);
}

int site_data_add(struct site *s, const char *name, const char *location, struct err *e)
{
    char path[PATH_MAX], absolute[PATH_MAX], line[PATH_MAX + 1];

    if (data_path(s, name, path, e) < 0 || paths_absolute(location, absolute, e) < 0 ||
        check_table(absolute, e) < 0)
        return -1;
    if (federation_recalled(&s->fed, s->house.name, name))
        return err_set(e, ERR_REFUSED, "%s: was recalled, which is for good: give it another name",
                       name);
    int n = snprintf(line, sizeof line, "%s\n", absolute);
    return file_write(path, line, (size_t)n, FILE_OWN, e);
}

char *site_data(const struct site *s, const char *name, struct err *e)
{
    char path[PATH_MAX], *location;
    size_t len;

    if (data_path(s, name, path, e) < 0)
        return NULL;
    if (!file_exists(path))
        return err_null(err_set(e, ERR_OPEN,
                                "this centre has no data named %s (metaneuron site data add %s "
                                "LOCATION)",
                                name, name));
    if (file_read_own(path, PATH_MAX, false, &location, &len, e) < 0)
        return NULL;
    location[strcspn(location, "\n")] = '\0';
    return location;
}

/* Effect: nothing goes on being computed over that data. */
static void cancel_jobs(struct site *s, const char *name)
{
    for (size_t i = 0; i < s->fed.count; i++) {
        const struct fed_run *run = &s->fed.runs[i];
        const struct fed_party *p = fed_party(run, s->house.name);
        uint64_t round = fed_present(run);
        if (p && p->claimed && strcmp(p->data, name) == 0 && round > 0 && !fed_over(run) &&
            !fed_submit_of(p, round))
            site_job_cancel(s, run->key, round);
    }
}

int site_data_recall(struct site *s, const char *name, struct err *e)
{
    char path[PATH_MAX];
    struct record r;
    int rc;

    if (data_path(s, name, path, e) < 0)
        return -1;
    if (federation_recalled(&s->fed, s->house.name, name)) {
        rc = say_again(&s->house, e);
    } else if (!file_exists(path)) {
        rc = err_set(e, ERR_OPEN, "this centre has no data named %s", name);
    } else {
        record_begin(&r, "recall");
        record_set(&r, "data", "%s", name);
        rc = say(&s->house, &r, 1, NULL, e) < 0 ? -1 : site_look_again(s, e);
    }
    if (rc == 0) /* the word first: nobody starts another meanwhile */
        cancel_jobs(s, name);
    return rc;
}
