/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who holds a lock on a file. */
#include "util/holder.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/io.h"
#include "util/text.h"

enum { LINE = 128, LONGEST_SINCE = 32 };

/* What a holder says of itself: PID UID NODE SECONDS. */
struct holder {
    long pid;
    unsigned long uid;
    char node[TEXT_NAME + 1];
    long long since;
};

static void name_node(char node[static TEXT_NAME + 1])
{
    char host[TEXT_NAME + 1] = "";

    gethostname(host, sizeof host - 1);
    text_to_name(node, TEXT_NAME + 1, host);
}

void holder_sign(int fd)
{
    char node[TEXT_NAME + 1], line[LINE + 1], before[LINE];

    name_node(node);
    /* Of one length, so that nothing of the holder before stays. */
    int n = snprintf(line, sizeof line, "%ld %lu %s %lld", (long)getpid(), (unsigned long)geteuid(),
                     node, (long long)(clock_utc_us() / 1000000));
    snprintf(line + n, sizeof line - (size_t)n, "%*s\n", LINE - 1 - n, "");
    /* Who takes it many times in a second leaves the disk alone. */
    if (io_pread(fd, before, LINE, 0) != LINE || memcmp(before, line, LINE) != 0)
        (void)!io_pwrite(fd, line, LINE, 0);
}

static bool read_sign(int fd, struct holder *h)
{
    char line[LINE + 1];
    ssize_t n = io_pread(fd, line, LINE, 0);

    line[n > 0 ? n : 0] = '\0';
    return sscanf(line, "%9ld %9lu %64[A-Za-z0-9_.-] %11lld", &h->pid, &h->uid, h->node,
                  &h->since) == 4;
}

/* Whether what a process knows of one of its descriptors is a lock on that file. */
static bool is_lock(int process, const char *fd, const struct stat *file)
{
    char path[64], text[1024];
    struct stat st;

    snprintf(path, sizeof path, "fdinfo/%.20s", fd);
    int info = openat(process, path, O_RDONLY | O_CLOEXEC);
    ssize_t n = info < 0 ? -1 : io_pread(info, text, sizeof text - 1, 0);
    file_close(info);
    text[n > 0 ? n : 0] = '\0';
    snprintf(path, sizeof path, "fd/%.20s", fd);
    return strstr(text, "lock:") && fstatat(process, path, &st, 0) == 0 &&
           st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

static bool holds(int process, const struct stat *file)
{
    int fd = openat(process, "fdinfo", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    bool found = false;

    while (list && !found && (entry = readdir(list)))
        found = entry->d_name[0] != '.' && is_lock(process, entry->d_name, file);
    if (list)
        closedir(list);
    return found;
}

/* Returns a process of this node that holds a lock on the file, and sets *uid to its user; or 0.
 * Processes of others can be looked into by root only. */
static long find_process(int file, unsigned long *uid)
{
    DIR *all = opendir("/proc");
    struct dirent *entry;
    struct stat st, owner;
    long pid = 0;

    while (all && fstat(file, &st) == 0 && pid == 0 && (entry = readdir(all))) {
        char *end;
        long number = strtol(entry->d_name, &end, 10);
        int process = *end || number <= 0
                          ? -1
                          : openat(dirfd(all), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (process >= 0 && fstat(process, &owner) == 0 && holds(process, &st)) {
            pid = number;
            *uid = owner.st_uid;
        }
        file_close(process);
    }
    if (all)
        closedir(all);
    return pid;
}

static void add_since(char *text, size_t size, long long seconds)
{
    time_t when = (time_t)seconds;
    struct tm utc;

    if (!gmtime_r(&when, &utc) || strftime(text, size, ", since %Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        text[0] = '\0';
}

const char *holder_text(int fd, char text[static HOLDER_TEXT])
{
    struct holder h = {0};
    bool is_signed = read_sign(fd, &h);
    char here[TEXT_NAME + 1], since[LONGEST_SINCE + 16] = "";
    unsigned long uid;
    long pid = find_process(fd, &uid);

    name_node(here);
    if (pid == 0 && !is_signed) {
        snprintf(text, HOLDER_TEXT,
                 "a process that cannot be seen from here, of another user or on another node");
        return text;
    }
    bool same = is_signed && (pid == 0 || (pid == h.pid && strcmp(here, h.node) == 0));
    if (same)
        add_since(since, sizeof since, h.since);
    if (pid == 0)
        uid = h.uid;
    const struct passwd *user = getpwuid((uid_t)uid);
    snprintf(text, HOLDER_TEXT, "process %ld of user %s (%lu) on %s%s%s", pid ? pid : h.pid,
             user ? user->pw_name : "?", uid, pid ? here : h.node, since,
             pid ? "" : ", as it has said itself");
    return text;
}
