/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a directory's file system is, found by trying whether it does its work. */
#include "util/probe.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/tail.h"

enum { APPENDS = 3, APPEND_BYTES = 512, PATIENCE = 10 /* seconds */ };

/* Cuts the last name off a path: "a/b" is "a", "a" is ".", "/a" is "/". Returns
 * false when nothing is left to cut. */
static bool go_up(char *path)
{
    size_t len = strlen(path);

    while (len > 1 && path[len - 1] == '/')
        path[--len] = '\0';
    if (strcmp(path, "/") == 0 || strcmp(path, ".") == 0)
        return false;
    char *slash = strrchr(path, '/');
    if (slash)
        slash[slash == path] = '\0';
    else
        memcpy(path, ".", 2);
    return true;
}

int probe_existing(const char *path, char *existing, size_t size, struct err *e)
{
    struct stat st;
    int n = snprintf(existing, size, "%s", path);

    if (n <= 0 || (size_t)n >= size)
        return err_set(e, ERR_OPEN, "%s: the path is empty or too long", path);
    while (stat(existing, &st) < 0)
        if (!go_up(existing))
            return err_errno(e, ERR_OPEN, "%s: nothing above it can be seen", path);
    if (S_ISDIR(st.st_mode))
        return 0;
    return err_set(e, ERR_OPEN, "%s: %s is no directory", path, existing);
}

/* Two descriptors exclude each other, or locks have no effect here. */
static int check_lock(const char *path, int fd, struct err *e)
{
    bool taken, again = false;
    int rc = file_try_lock(fd, path, &taken, e);

    if (rc < 0)
        return -1;
    int second = file_open_rw(path, 0600, e);
    if (second < 0 || file_try_lock(second, path, &again, e) < 0)
        rc = -1;
    else if (!taken || again)
        rc = err_set(e, ERR_IO, "%s: locks have no effect: %s", path,
                     taken ? "one file could be locked twice" : "a new file is locked already");
    file_close(second);
    return rc;
}

static int measure_append(const char *path, int fd, double *seconds, struct err *e)
{
    const char bytes[APPEND_BYTES] = "";
    double begin = clock_steady();

    for (uint64_t i = 0; i < APPENDS; i++)
        if (file_append(fd, path, bytes, sizeof bytes, i * sizeof bytes, e) < 0)
            return -1;
    *seconds = (clock_steady() - begin) / APPENDS;
    return 0;
}

/* Returns a descriptor of a new file in the directory, whose path is then in path. */
static int open_probe(const char *directory, char *path, size_t size, struct err *e)
{
    char name[PATH_MAX];

    if (paths_join(path, size, directory, ".metaneuron-probe", e) < 0 ||
        file_temporary(path, name, e) < 0)
        return -1;
    if (snprintf(path, size, "%s", name) >= (int)size)
        return err_set(e, ERR_OPEN, "%s: the path is too long", directory);
    return file_open_new(path, 0600, e);
}

int probe_directory(const char *directory, bool locks, struct probe *p, struct err *e)
{
    char path[PATH_MAX], renamed[PATH_MAX + 8];

    filesystem_see(directory, &p->fs);
    int fd = open_probe(directory, path, sizeof path, e);
    if (fd < 0)
        return -1;
    snprintf(renamed, sizeof renamed, "%s-moved", path);
    int rc = file_space(path, &p->space, e);
    if (rc == 0 && locks)
        rc = check_lock(path, fd, e);
    if (rc == 0)
        rc = measure_append(path, fd, &p->sync, e);
    if (rc == 0)
        rc = file_commit(path, renamed, true, e);
    if (rc == 0 && (file_exists(path) || !file_exists(renamed)))
        rc = err_set(e, ERR_IO, "%s: a rename had no effect", path);
    file_close(fd);
    file_remove(path);
    file_remove(renamed);
    return rc;
}

/* What is appended is no zeros, as a file system could make them of what it has not seen. */
static int append_one(int fd, const char *path, uint64_t before, struct err *e)
{
    char bytes[APPEND_BYTES];

    memset(bytes, 'a' + (int)before % 26, sizeof bytes);
    return file_append(fd, path, bytes, sizeof bytes, before * sizeof bytes, e);
}

/* Whether an open file holds what so many have appended. */
static enum probe_appended look(int fd, const char *path, uint64_t count)
{
    char bytes[APPEND_BYTES];
    uint64_t size;
    bool right = true;

    if (file_size(fd, path, &size, NULL) < 0)
        return PROBE_UNABLE;
    if (size != count * sizeof bytes)
        return PROBE_UNSEEN;
    for (uint64_t i = 0; right && i < count; i++) {
        right = file_pread(fd, path, bytes, sizeof bytes, i * sizeof bytes, NULL) == 0;
        for (size_t k = 0; right && k < sizeof bytes; k++)
            right = bytes[k] == 'a' + (int)i % 26;
    }
    return right ? PROBE_SEEN : PROBE_UNSEEN;
}

int probe_hold(const char *directory, char *path, size_t size, struct err *e)
{
    bool taken = false;

    int fd = open_probe(directory, path, size, e);
    if (fd < 0)
        return -1;
    if (file_try_lock(fd, path, &taken, e) == 0 && taken && append_one(fd, path, 0, e) == 0)
        return fd;
    probe_release(fd, path);
    return err_set(e, ERR_IO, "%s: a new file is locked already", path);
}

enum probe_appended probe_look(const char *path)
{
    int fd = file_open(path, NULL);
    enum probe_appended found = fd < 0 ? PROBE_UNABLE : look(fd, path, 1);

    file_close(fd);
    return found;
}

int probe_open(const char *path)
{
    return file_exists(path) ? file_open_rw(path, 0600, NULL) : -1;
}

enum probe_appended probe_append(int fd, const char *path, uint64_t before)
{
    enum probe_appended found;
    double begin = clock_steady();

    /* Not file_lock(), which writes into the file who holds it. */
    for (bool taken = false; !taken; clock_pause(taken ? 0 : 1e-2))
        if (file_try_lock(fd, path, &taken, NULL) < 0 || clock_steady() - begin > PATIENCE)
            return PROBE_UNABLE;
    found = look(fd, path, before);
    if (append_one(fd, path, before, NULL) < 0)
        found = PROBE_UNABLE;
    file_unlock(fd);
    return found;
}

void probe_release(int fd, const char *path)
{
    if (fd < 0)
        return;
    file_remove(path);
    file_close(fd);
}

enum probe_lock probe_try(const char *path)
{
    struct err why = {0};
    bool taken = false;

    if (!file_exists(path))
        return PROBE_ABSENT;
    int fd = file_open_rw(path, 0600, &why);
    if (fd < 0)
        return PROBE_FAILED;
    int rc = file_try_lock(fd, path, &taken, &why);
    file_close(fd);
    return rc < 0 ? PROBE_FAILED : taken ? PROBE_TAKEN : PROBE_HELD;
}
