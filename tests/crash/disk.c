/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk, as a list of what was done to it. */
#include "disk.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../unit/unit.h"

struct disk *disk_create(void)
{
    struct disk *d = calloc(1, sizeof *d);

    ck_assert_ptr_nonnull(d);
    d->nodes = 1;
    d->is_directory[0] = true;
    return d;
}

void disk_destroy(struct disk *d)
{
    for (size_t i = 0; i < d->count; i++)
        free(d->ops[i].data);
    for (int i = 0; i < d->nodes; i++)
        free(d->now.files[i].data);
    free(d->ops);
    free(d);
}

int disk_node(struct disk *d, bool is_directory)
{
    ck_assert_int_lt(d->nodes, DISK_NODES);
    d->is_directory[d->nodes] = is_directory;
    return d->nodes++;
}

static int find_entry(const struct disk_image *i, int directory, const char *name, size_t len)
{
    for (size_t k = 0; k < i->count; k++)
        if (i->entries[k].directory == directory && strlen(i->entries[k].name) == len &&
            memcmp(i->entries[k].name, name, len) == 0)
            return (int)k;
    return -1;
}

int disk_find(const struct disk *d, const char *path, int *parent, const char **name)
{
    int node = 0, above = -1;

    while (*path) {
        size_t len = strcspn(path, "/");
        if (len > 0) {
            above = node;
            int k = above < 0 ? -1 : find_entry(&d->now, above, path, len);
            node = k < 0 ? -1 : d->now.entries[k].node;
            if (name)
                *name = path;
        }
        path += len + (path[len] == '/');
    }
    if (parent)
        *parent = above;
    return node;
}

void disk_note(struct disk *d, const struct disk_op *op)
{
    if (d->count == d->room) {
        d->room = 2 * d->room + 64;
        d->ops = realloc(d->ops, d->room * sizeof *d->ops);
        ck_assert_ptr_nonnull(d->ops);
    }
    struct disk_op *mine = &d->ops[d->count++];
    *mine = *op;
    if (op->data) {
        mine->data = malloc(op->len + 1);
        ck_assert_ptr_nonnull(mine->data);
        memcpy(mine->data, op->data, op->len);
    }
    if (op->kind == DISK_WRITE || op->kind == DISK_CUT)
        file_do(&d->now.files[op->node], op, op->len);
    else
        image_name(&d->now, op);
}

/* Effect: the directory of that node holds what stands at path. */
static void load_directory(struct disk *d, int node, const char *path)
{
    DIR *list = opendir(path);
    struct dirent *f;

    ck_assert_ptr_nonnull(list);
    while ((f = readdir(list))) {
        char below[400];
        struct stat st;
        if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, f->d_name);
        ck_assert_int_eq(lstat(below, &st), 0);
        struct disk_op op = {.kind = DISK_ENTER, .directory = node};
        op.node = disk_node(d, S_ISDIR(st.st_mode));
        snprintf(op.name, sizeof op.name, "%.79s", f->d_name);
        disk_note(d, &op);
        if (S_ISDIR(st.st_mode)) {
            load_directory(d, op.node, below);
            continue;
        }
        FILE *in = fopen(below, "rb");
        char *data = malloc((size_t)st.st_size + 1);
        ck_assert(in && data);
        ck_assert_uint_eq(fread(data, 1, (size_t)st.st_size, in), (size_t)st.st_size);
        fclose(in);
        disk_note(
            d, &(struct disk_op){
                   .kind = DISK_WRITE, .node = op.node, .data = data, .len = (size_t)st.st_size});
        disk_note(d, &(struct disk_op){.kind = DISK_SYNC, .node = op.node});
        free(data);
    }
    closedir(list);
    disk_note(d, &(struct disk_op){.kind = DISK_SYNC, .node = node});
}

void disk_load(struct disk *d, const char *directory)
{
    load_directory(d, 0, directory);
}

void file_do(struct disk_file *f, const struct disk_op *op, size_t part)
{
    size_t len = op->kind == DISK_CUT ? (size_t)op->at : (size_t)op->at + part;

    if (len > f->len || op->kind == DISK_CUT) {
        f->data = realloc(f->data, len + 1);
        ck_assert_ptr_nonnull(f->data);
        if (len > f->len)
            memset(f->data + f->len, 0, len - f->len);
        f->len = len;
    }
    if (op->kind == DISK_WRITE && part > 0)
        memcpy(f->data + op->at, op->data, part);
}

static void leave(struct disk_image *i, int directory, const char *name)
{
    int k = find_entry(i, directory, name, strlen(name));

    if (k >= 0)
        i->entries[k] = i->entries[--i->count];
}

static void enter(struct disk_image *i, int directory, const char *name, int node)
{
    leave(i, directory, name);
    ck_assert_uint_lt(i->count, DISK_ENTRIES);
    struct disk_entry *new = &i->entries[i->count++];
    new->directory = directory;
    new->node = node;
    snprintf(new->name, sizeof new->name, "%s", name);
}

void image_name(struct disk_image *i, const struct disk_op *op)
{
    if (op->kind == DISK_LEAVE || op->kind == DISK_RENAME)
        leave(i, op->directory, op->name);
    if (op->kind == DISK_ENTER)
        enter(i, op->directory, op->name, op->node);
    if (op->kind == DISK_RENAME)
        enter(i, op->directory, op->to, op->node);
}
