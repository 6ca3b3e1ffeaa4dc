/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file system is, and what it promises of locks between nodes. */
#include "util/filesystem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>

#include "util/err.h"
#include "util/mounts.h"

/* The numbers are those of statfs(2), linux/magic.h and the file systems' own sources. Where the
 * mounts cannot be read they are all that is known. */
static const struct {
    uint64_t magic;
    const char *type;
} numbers[] = {
    {0xEF53, "ext4"}, /* and ext2, ext3 */
    {0x58465342, "xfs"},    {0x9123683E, "btrfs"}, {0x2FC12FC1, "zfs"},      {0xF2F52010, "f2fs"},
    {0x01021994, "tmpfs"},  {0x858458F6, "ramfs"}, {0x794C7630, "overlay"},  {0x6969, "nfs"},
    {0x0BD00BD0, "lustre"}, {0x47504653, "gpfs"},  {0x19830326, "beegfs"},   {0x00C36400, "ceph"},
    {0x01161970, "gfs2"},   {0xAAD7AAEA, "panfs"}, {0x20030528, "orangefs"}, {0x5346414F, "afs"},
    {0xFF534D42, "cifs"},   {0xFE534D42, "smb2"},  {0x01021997, "9p"},       {0x65735546, "fuse"},
};

enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

/* The first line of a type whose option is set, or that has none, decides; src/ledger/DESIGN
 * says what each stands on. What is not here is not known: of most file systems in user space
 * (fuse) nobody can tell from outside whether a lock leaves the node. */
static const struct rule {
    const char *type, *option;
    enum filesystem_locks locks;
    const char *more; /* behind the type, or the promise */
} rules[] = {
    {"ext2", NULL, FILESYSTEM_LOCAL, NULL},
    {"ext3", NULL, FILESYSTEM_LOCAL, NULL},
    {"ext4", NULL, FILESYSTEM_LOCAL, NULL},
    {"xfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"btrfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"zfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"f2fs", NULL, FILESYSTEM_LOCAL, NULL},
    {"jfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"nilfs2", NULL, FILESYSTEM_LOCAL, NULL},
    {"bcachefs", NULL, FILESYSTEM_LOCAL, NULL},
    {"reiserfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"vfat", NULL, FILESYSTEM_LOCAL, NULL},
    {"exfat", NULL, FILESYSTEM_LOCAL, NULL},
    {"ntfs3", NULL, FILESYSTEM_LOCAL, NULL},
    {"fuseblk", NULL, FILESYSTEM_LOCAL, NULL},
    {"tmpfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"ramfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"rootfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"overlay", NULL, FILESYSTEM_LOCAL, NULL},
    {"fuse.fuse-overlayfs", NULL, FILESYSTEM_LOCAL, NULL},
    {"nfs4", NULL, FILESYSTEM_NODES, NULL},
    {"nfs", "nolock", FILESYSTEM_NODE, NULL},
    {"nfs", "local_lock=all", FILESYSTEM_NODE, NULL},
    {"nfs", "local_lock=posix", FILESYSTEM_NODE, NULL},
    {"nfs", NULL, FILESYSTEM_NODES, NULL},
    {"lustre", "localflock", FILESYSTEM_NODE, NULL},
    {"lustre", "flock", FILESYSTEM_NODES, NULL},
    {"lustre", NULL, FILESYSTEM_NONE, " without flock"},
    {"gpfs", NULL, FILESYSTEM_NODES, NULL},
    {"ceph", NULL, FILESYSTEM_NODES, NULL},
    {"fuse.ceph-fuse", NULL, FILESYSTEM_NODES, NULL},
    {"fuse.glusterfs", NULL, FILESYSTEM_NODES, NULL},
    {"gfs2", "localflocks", FILESYSTEM_NODE, NULL},
    {"gfs2", NULL, FILESYSTEM_NODES, NULL},
    {"beegfs", NULL, FILESYSTEM_NODE, " (as it is set up, without tuneUseGlobalFileLocks)"},
    {"fuse.sshfs", NULL, FILESYSTEM_NODE, NULL},
};

enum { RULES = sizeof rules / sizeof rules[0] };

static const char *const passing[] = {"tmpfs", "ramfs", "rootfs", "overlay", "fuse.fuse-overlayfs"};

static const char *const promises[] = {
    [FILESYSTEM_UNKNOWN] = "whether locks hold between nodes is not known",
    [FILESYSTEM_LOCAL] = "one node alone writes there, and its locks hold",
    [FILESYSTEM_NODES] = "locks hold between nodes",
    [FILESYSTEM_NODE] = "locks hold on one node only",
    [FILESYSTEM_NONE] = "there are no locks",
};

char *filesystem_name(uint64_t magic, char name[static FILESYSTEM_TYPE])
{
    snprintf(name, FILESYSTEM_TYPE, "0x%" PRIx64, magic);
    for (size_t i = 0; i < NUMBERS; i++)
        if (numbers[i].magic == magic)
            snprintf(name, FILESYSTEM_TYPE, "%s", numbers[i].type);
    return name;
}

/* Whether a word is among those between the commas. */
static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);

    for (const char *p = words; (p = strstr(p, word)); p += len)
        if ((p == words || p[-1] == ',') && (p[len] == ',' || p[len] == '\0'))
            return true;
    return false;
}

static const struct rule *find_rule(const char *type, const char *options)
{
    for (size_t i = 0; i < RULES; i++)
        if (strcmp(rules[i].type, type) == 0 &&
            (!rules[i].option || (options && has_word(options, rules[i].option))))
            return &rules[i];
    return NULL;
}

void filesystem_judge(struct filesystem *f, const char *type, const char *options)
{
    const struct rule *r = find_rule(type, options);
    bool blind = r && !options && r->locks != FILESYSTEM_LOCAL;

    *f = (struct filesystem){.locks = r && !blind ? r->locks : FILESYSTEM_UNKNOWN};
    snprintf(f->type, sizeof f->type, "%s", type);
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
        f->passing |= strcmp(type, passing[i]) == 0;
    const char *more = blind ? ", whose mount options cannot be seen" : r ? r->more : NULL;
    const char *option = r && !blind ? r->option : NULL;
    snprintf(f->words, sizeof f->words, "%s%s%s%s: %s", f->type, more ? more : "",
             option ? " with " : "", option ? option : "", promises[f->locks]);
}

void filesystem_see(const char *directory, struct filesystem *f)
{
    struct mount *m = err_alloc(1, sizeof *m, "a mount", NULL);
    char name[FILESYSTEM_TYPE];
    struct statfs fs; /* this is also what mounts it, where that is done at first use */
    bool known = statfs(directory, &fs) == 0;

    if (m && known && mounts_see(directory, m))
        filesystem_judge(f, m->type, m->cut ? NULL : m->options);
    else
        filesystem_judge(
            f, known ? filesystem_name((uint64_t)fs.f_type & 0xFFFFFFFF, name) : "unknown", NULL);
    free(m);
}

bool filesystem_excludes(const struct filesystem *f)
{
    return f->locks == FILESYSTEM_LOCAL || f->locks == FILESYSTEM_NODES;
}
