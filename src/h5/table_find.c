/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the table of a file for which nobody has named one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/attribute.h"
#include "h5/h5err.h"
#include "h5/table_private.h"
#include "util/paths.h"

enum { LISTED = 600 }; /* bytes of objects that a text lists */

/* What a walk over a file finds. */
struct search {
    char *name;              /* of the first table */
    size_t count;            /* tables: 2-D datasets, and groups that are one */
    size_t columns;          /* 1-D datasets in the root group */
    struct buf tables;       /* their names and shapes */
    struct buf columns_text; /* the names of the columns */
    char *group;             /* the last group that has 1-D datasets */
    char *skipped;           /* a group whose members are its own matter, with a slash; or NULL */
    bool failed;             /* no memory */
};

static int add_table(struct search *s, const char *name, const char *words)
{
    if (s->tables.len < LISTED)
        buf_addf(&s->tables, "%s/%.100s%s", s->tables.len ? ", " : "", name, words);
    if (s->count++ > 0)
        return 0;
    s->failed = asprintf(&s->name, "/%s", name) < 0;
    if (s->failed)
        s->name = NULL;
    return s->failed;
}

/* Effect: what is in this group is not looked at. */
static int skip(struct search *s, const char *name)
{
    free(s->skipped);
    s->failed = asprintf(&s->skipped, "%s/", name) < 0;
    if (s->failed)
        s->skipped = NULL;
    return s->failed;
}

/* Groups that are a table, or whose datasets are none although they look so. */
static int visit_group(struct search *s, hid_t place, const char *name)
{
    const char *last = file_last(name);
    hid_t group = H5Gopen2(place, name, H5P_DEFAULT);
    char word[64];
    int rc = 0;

    if (group < 0) {
        H5Eclear2(H5E_DEFAULT);
        return 0;
    }
    if (last[0] == '#' || strncmp(last, "_i_", 3) == 0) /* MATLAB's and PyTables's own */
        rc = skip(s, name);
    else if (table_is_frame(group))
        rc = add_table(s, name, " (pandas)") ? -1 : skip(s, name);
    else if (attribute_exists(group, "MATLAB_sparse") ||
             attribute_exists(group, "h5sparse_format") ||
             (attribute_text(group, "encoding-type", word, sizeof word) &&
              (strcmp(word, "csr_matrix") == 0 || strcmp(word, "csc_matrix") == 0)))
        rc = add_table(s, name, " (sparse)") ? -1 : skip(s, name);
    H5Gclose(group);
    return rc;
}

/* A 1-D dataset: in the root group a column, elsewhere a sign that its group is a table. */
static int visit_column(struct search *s, const char *name)
{
    const char *slash = strrchr(name, '/');

    if (!slash) {
        s->columns++;
        if (s->columns_text.len < LISTED)
            buf_addf(&s->columns_text, "%s'%.60s'", s->columns > 1 ? ", " : "", name);
        return 0;
    }
    if (s->group && strncmp(s->group, name, (size_t)(slash - name)) == 0 &&
        s->group[slash - name] == '\0')
        return 0;
    free(s->group);
    s->group = strndup(name, (size_t)(slash - name));
    s->failed = !s->group;
    if (s->group && s->tables.len < LISTED)
        buf_addf(&s->tables, "%s/%.100s (columns)", s->tables.len ? ", " : "", s->group);
    return s->failed;
}

static int visit_dataset(struct search *s, hid_t place, const char *name)
{
    char words[80];
    struct shape shape;
    hid_t dataset = H5Dopen2(place, name, H5P_DEFAULT);

    if (dataset < 0) {
        H5Eclear2(H5E_DEFAULT);
        return 0;
    }
    table_shape(dataset, &shape);
    H5Dclose(dataset);
    if (shape.numeric && shape.rank == 1)
        return visit_column(s, name);
    if (!shape.numeric || shape.rank != 2)
        return 0;
    snprintf(words, sizeof words, " (%" PRIu64 " x %" PRIu64 ")", (uint64_t)shape.of[0],
             (uint64_t)shape.of[1]);
    return add_table(s, name, words);
}

static herr_t visit(hid_t place, const char *name, const H5O_info_t *info, void *data)
{
    struct search *s = data;

    if (strcmp(name, ".") == 0 ||
        (s->skipped && strncmp(name, s->skipped, strlen(s->skipped)) == 0))
        return 0;
    if (info->type == H5O_TYPE_GROUP)
        return visit_group(s, place, name);
    return info->type == H5O_TYPE_DATASET ? visit_dataset(s, place, name) : 0;
}

/* AnnData is its matrix X, whatever else is there: what describes rows and columns. */
static bool is_anndata(hid_t file)
{
    bool is = attribute_is(file, "encoding-type", "anndata") ||
              (H5Lexists(file, "X", H5P_DEFAULT) > 0 && H5Lexists(file, "obs", H5P_DEFAULT) > 0 &&
               H5Lexists(file, "var", H5P_DEFAULT) > 0);

    H5Eclear2(H5E_DEFAULT);
    return is;
}

/* Returns what the search has come to; NULL if it is not one. */
static char *decide(struct table *t, struct search *s, struct err *e)
{
    if (s->count == 1) {
        if (s->columns > 0)
            buf_addf(&t->notes, "%s is read, and not what else is in the file: %s%s\n", s->name,
                     s->columns_text.data, s->columns_text.len < LISTED ? "" : ", …");
        return strdup(s->name);
    }
    if (s->columns == 0 && s->tables.len > 0) {
        err_set(e, ERR_INPUT, "%s: which table? it has %s%s; name one as PATH:/OBJECT", t->path,
                s->tables.data, s->tables.len < LISTED ? "" : ", …");
        return NULL;
    }
    return strdup("/"); /* what else is in it is told when its columns are listed */
}

char *table_find(struct table *t, struct err *e)
{
    struct search s = {0};
    char *found = NULL;

    if (is_anndata(t->file)) {
        buf_adds(&t->notes, "/X of AnnData is read, and not obs, var, layers and others\n");
        found = strdup("/X");
    } else if (H5Ovisit2(t->file, H5_INDEX_NAME, H5_ITER_INC, visit, &s, H5O_INFO_BASIC) < 0) {
        h5err_read(e, "%s: its objects cannot be listed", t->path);
    } else if (!s.failed) {
        found = decide(t, &s, e);
    }
    if (!found)
        err_memory(e, t->path); /* unless there was another reason */
    buf_free(&s.tables);
    buf_free(&s.columns_text);
    free(s.skipped);
    free(s.group);
    free(s.name);
    return found;
}
