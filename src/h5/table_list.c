/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists the columns of a group, and what it has besides. */
#include <string.h>

#include "h5/attribute.h"
#include "h5/h5err.h"
#include "h5/table_private.h"

/* What a walk over a group fills. */
struct listing {
    struct table *table;
    size_t capacity;
    char index[256]; /* the name of the dataset that numbers the rows; or "" */
    struct buf left; /* what is no column, and why */
    struct err *err;
};

static int add_name(struct listing *l, const char *name)
{
    struct table *t = l->table;

    if (t->columns == TABLE_COLUMNS_MAX)
        return err_set(l->err, ERR_INPUT, "%s: has more than %d columns", t->location,
                       TABLE_COLUMNS_MAX);
    char **names = err_grow(t->names, t->columns, &l->capacity, sizeof *names, t->location, l->err);
    if (!names)
        return -1;
    t->names = names;
    t->names[t->columns] = strdup(name);
    if (!t->names[t->columns])
        return err_memory(l->err, t->location);
    t->columns++;
    return 0;
}

void table_leave_out(struct buf *left, const char *name, const char *kind)
{
    if (left->len < TABLE_LEFT_MOST)
        buf_addf(left, "%s'%.60s' (%s)", left->len ? ", " : "", name, kind);
}

const char *table_left_more(const struct buf *left)
{
    return left->len >= TABLE_LEFT_MOST ? ", …" : "";
}

static int leave_out(struct listing *l, const char *name, const char *kind)
{
    table_leave_out(&l->left, name, kind);
    return 0;
}

/* A dataset that is a member of the group. */
static int take_dataset(struct listing *l, hid_t group, const char *name)
{
    struct shape shape;
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);

    if (dataset < 0) {
        H5Eclear2(H5E_DEFAULT);
        return leave_out(l, name, "cannot be opened");
    }
    table_shape(dataset, &shape);
    H5Dclose(dataset);
    if (strcmp(name, l->index) == 0)
        return leave_out(l, name, "an index");
    if (l->table->texts && shape.text)
        return add_name(l, name);
    if (!shape.numeric || shape.rank == 0)
        return leave_out(l, name, shape.kind);
    return shape.rank == 1 ? add_name(l, name) : leave_out(l, name, "2-D");
}

static herr_t list(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
    struct listing *l = data;
    H5O_info_t object;

    if (info->type != H5L_TYPE_HARD)
        return leave_out(l, name, info->type == H5L_TYPE_SOFT ? "a soft link" : "an external link");
    if (H5Oget_info_by_name2(group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return -1;
    if (object.type == H5O_TYPE_DATASET)
        return take_dataset(l, group, name);
    return name[0] == '#' ? 0 : leave_out(l, name, "a group"); /* # is MATLAB's own */
}

/* Groups whose members are no columns, although they may be numbers. */
static int check_group(const struct table *t, hid_t group, struct err *e)
{
    char word[64];

    if (attribute_exists(group, "MATLAB_sparse"))
        return err_set(e, ERR_INPUT, "%s: is a sparse matrix of MATLAB; save it by full()",
                       t->location);
    if (attribute_exists(group, "h5sparse_format"))
        return err_set(e, ERR_INPUT, "%s: is a sparse matrix; write it as a dense one",
                       t->location);
    if (!attribute_text(group, "encoding-type", word, sizeof word) ||
        strcmp(word, "dataframe") == 0 || strcmp(word, "dict") == 0 ||
        strcmp(word, "anndata") == 0 || strcmp(word, "raw") == 0)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: is a %s of AnnData, which is not read; write it as a dense array of "
                   "numbers (adata.X.toarray())",
                   t->location, word);
}

int table_list(struct table *t, hid_t group, struct err *e)
{
    struct err mine = {0};
    struct listing l = {.table = t, .err = &mine};
    int rc = 0;

    if (check_group(t, group, e) < 0)
        return -1;
    attribute_text(group, "_index", l.index, sizeof l.index);
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, list, &l) < 0) {
        rc = mine.code != ERR_NONE ? err_set(e, mine.code, "%s", mine.text)
                                   : h5err_read(e, "%s: its objects cannot be listed", t->location);
    } else if (t->columns == 0) {
        rc = err_set(e, ERR_INPUT,
                     "%s: has no 1-D datasets of numbers%s%s%s; name a 2-D dataset, or a group of "
                     "1-D ones, as PATH:/OBJECT",
                     t->location, t->texts ? " or texts" : "", l.left.len ? ", but " : "",
                     l.left.len ? l.left.data : "");
    } else if (l.left.len > 0) {
        buf_addf(&t->notes, "left out of %s, as no columns of numbers%s: %s%s\n",
                 strchr(t->location, ':') ? strrchr(t->location, ':') + 1 : t->location,
                 t->texts ? " or texts" : "", l.left.data, table_left_more(&l.left));
    }
    buf_free(&l.left);
    return rc;
}

/* Returns what a member of the table's group holds, if that is texts. */
const char *table_left(const struct table *t, const char *name)
{
    H5L_info_t link;
    struct shape shape = {0};
    hid_t dataset = -1, group = H5Gopen2(t->file, t->location + strlen(t->path) + 1, H5P_DEFAULT);

    if (group >= 0 && name[0] && !strchr(name, '/') &&
        H5Lget_info(group, name, &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD)
        dataset = H5Dopen2(group, name, H5P_DEFAULT);
    if (dataset >= 0)
        table_shape(dataset, &shape);
    h5_close(dataset);
    h5_close(group);
    H5Eclear2(H5E_DEFAULT);
    return shape.text ? shape.kind : NULL;
}
