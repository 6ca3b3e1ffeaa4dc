/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directories and files as somebody sees them. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/unit.h"
#include "disk.h"

bool image_has(const struct disk_image *i, int node)
{
    if (node == 0)
        return true;
    for (size_t k = 0; k < i->count; k++)
        if (i->entries[k].node == node && image_has(i, i->entries[k].directory))
            return true;
    return false;
}

static void put_file(const struct disk_file *f, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(f->len ? write(fd, f->data, f->len) : 0, (ssize_t)f->len);
    close(fd);
}

static void put_directory(const struct disk *d, const struct disk_image *i, int node,
                          const char *path)
{
    char below[400];

    mkdir(path, 0700);
    for (size_t k = 0; k < i->count; k++) {
        const struct disk_entry *f = &i->entries[k];
        if (f->directory != node)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, f->name);
        if (d->is_directory[f->node])
            put_directory(d, i, f->node, below);
        else
            put_file(&i->files[f->node], below);
    }
}

void image_put(const struct disk *d, const struct disk_image *i, const char *directory)
{
    put_directory(d, i, 0, directory);
}

static bool file_stands(const struct disk_file *f, const char *path)
{
    FILE *in = fopen(path, "rb");
    char *data = malloc(f->len + 1);
    bool same = in && data && fread(data, 1, f->len + 1, in) == f->len &&
                (f->len == 0 || memcmp(data, f->data, f->len) == 0);

    if (in)
        fclose(in);
    free(data);
    return same;
}

static size_t count_files(const char *path)
{
    DIR *list = opendir(path);
    size_t count = 0;

    for (struct dirent *f; list && (f = readdir(list));)
        count += strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0;
    if (list)
        closedir(list);
    return count;
}

static bool directory_stands(const struct disk *d, const struct disk_image *i, int node,
                             const char *path)
{
    char below[400];
    size_t count = 0;

    for (size_t k = 0; k < i->count; k++) {
        const struct disk_entry *f = &i->entries[k];
        if (f->directory != node)
            continue;
        count++;
        snprintf(below, sizeof below, "%s/%s", path, f->name);
        if (d->is_directory[f->node] ? !directory_stands(d, i, f->node, below)
                                     : !file_stands(&i->files[f->node], below))
            return false;
    }
    return count == count_files(path);
}

bool image_stands(const struct disk *d, const struct disk_image *i, const char *directory)
{
    return directory_stands(d, i, 0, directory);
}

static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
    const unsigned char *p = data;

    for (size_t k = 0; k < len; k++)
        hash = (hash ^ p[k]) * UINT64_C(1099511628211);
    return hash ^ (hash >> 29);
}

/* Entries may stand in any order: what each says is added up. */
uint64_t image_hash(const struct disk_image *i)
{
    uint64_t sum = 0;

    for (size_t k = 0; k < i->count; k++) {
        const struct disk_entry *f = &i->entries[k];
        if (!image_has(i, f->node))
            continue;
        uint64_t hash = mix(UINT64_C(14695981039346656037), &f->directory, sizeof f->directory);
        hash = mix(hash, f->name, strlen(f->name));
        hash = mix(hash, i->files[f->node].data, i->files[f->node].len);
        sum += mix(hash, &i->files[f->node].len, sizeof i->files[f->node].len);
    }
    return sum;
}
