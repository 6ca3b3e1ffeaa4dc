/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What file systems promise, and which one a path is in: by lines as kernels have written them. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "util/filesystem.h"
#include "util/mounts.h"

static const struct {
    const char *type, *options;
    enum filesystem_locks locks;
    const char *words;
} cases[] = {
    {"ext4", "rw,relatime,rw,errors=remount-ro", FILESYSTEM_LOCAL, "ext4: one node alone"},
    {"xfs", "rw,relatime,rw,attr2,inode64", FILESYSTEM_LOCAL, "xfs: "},
    {"btrfs", "rw,noatime,rw,ssd,subvolid=256,subvol=/home", FILESYSTEM_LOCAL, "btrfs: "},
    {"tmpfs", "rw,nosuid,nodev,rw,size=1024k", FILESYSTEM_LOCAL, "tmpfs: "},
    {"overlay", "rw,relatime,rw,lowerdir=/l1:/l2,upperdir=/u,workdir=/w", FILESYSTEM_LOCAL,
     "overlay: "},
    {"ext4", NULL, FILESYSTEM_LOCAL, "ext4: "},
    {"nfs4",
     "rw,relatime,rw,vers=4.2,rsize=65536,wsize=65536,namlen=255,hard,proto=tcp,timeo=600,"
     "retrans=2,sec=sys,clientaddr=10.0.0.2,local_lock=none,addr=10.0.0.1",
     FILESYSTEM_NODES, "nfs4: locks hold between nodes"},
    {"nfs",
     "rw,relatime,rw,vers=3,rsize=1048576,wsize=1048576,namlen=255,hard,proto=tcp,timeo=600,"
     "retrans=2,sec=sys,mountaddr=10.0.0.1,mountvers=3,mountport=892,mountproto=udp,"
     "local_lock=none,addr=10.0.0.1",
     FILESYSTEM_NODES, "nfs: locks hold between nodes"},
    {"nfs", "rw,rw,vers=3,hard,nolock,proto=tcp,local_lock=all,addr=10.0.0.1", FILESYSTEM_NODE,
     "nfs with nolock: locks hold on one node only"},
    {"nfs", "rw,rw,vers=3,hard,proto=tcp,local_lock=all,addr=10.0.0.1", FILESYSTEM_NODE,
     "nfs with local_lock=all: "},
    {"nfs", "rw,rw,vers=3,hard,proto=tcp,local_lock=posix,addr=10.0.0.1", FILESYSTEM_NODE,
     "nfs with local_lock=posix: "},
    /* Of flock(2) alone, which nothing here uses. */
    {"nfs", "rw,rw,vers=3,hard,proto=tcp,local_lock=flock,addr=10.0.0.1", FILESYSTEM_NODES,
     "nfs: "},
    {"nfs", NULL, FILESYSTEM_UNKNOWN, "nfs, whose mount options cannot be seen: whether"},
    {"lustre", "rw,relatime,rw,flock,user_xattr,lazystatfs,encrypt", FILESYSTEM_NODES,
     "lustre with flock: locks hold between nodes"},
    {"lustre", "rw,relatime,rw,localflock,lazystatfs", FILESYSTEM_NODE,
     "lustre with localflock: locks hold on one node only"},
    {"lustre", "rw,relatime,rw,lazystatfs", FILESYSTEM_NONE, "lustre without flock: there are no"},
    {"lustre", "rw,relatime,rw,noflock", FILESYSTEM_NONE, "lustre without flock: "},
    {"lustre", NULL, FILESYSTEM_UNKNOWN, "lustre, whose mount options"},
    {"gpfs", "rw,relatime,rw", FILESYSTEM_NODES, "gpfs: "},
    {"ceph", "rw,relatime,rw,name=user,secret=<hidden>,acl", FILESYSTEM_NODES, "ceph: "},
    {"beegfs", "rw,relatime,rw,cfgFile=/etc/beegfs/beegfs-client.conf,_netdev", FILESYSTEM_NODE,
     "tuneUseGlobalFileLocks"},
    {"gfs2", "rw,relatime,rw", FILESYSTEM_NODES, "gfs2: "},
    {"gfs2", "rw,relatime,rw,localflocks", FILESYSTEM_NODE, "gfs2 with localflocks: "},
    {"fuse.glusterfs", "rw,relatime,rw,user_id=0", FILESYSTEM_NODES, "fuse.glusterfs: "},
    {"fuse.sshfs", "rw,nosuid,rw,user_id=1000", FILESYSTEM_NODE, "fuse.sshfs: "},
    {"fuseblk", "rw,relatime,rw,user_id=0,blksize=4096", FILESYSTEM_LOCAL, "fuseblk: "},
    {"fuse", "rw,relatime,rw,user_id=0", FILESYSTEM_UNKNOWN, "fuse: whether"},
    {"fuse.bindfs", "rw,relatime,rw,user_id=0", FILESYSTEM_UNKNOWN, "fuse.bindfs: whether"},
    {"9p", "rw,relatime,rw,trans=virtio", FILESYSTEM_UNKNOWN, "9p: whether"},
    {"cifs", "rw,relatime,rw,vers=3.1.1", FILESYSTEM_UNKNOWN, "cifs: whether"},
    {"0x12345678", NULL, FILESYSTEM_UNKNOWN, "0x12345678: whether"},
    {"", "", FILESYSTEM_UNKNOWN, ": whether"},
    /* Words that only contain the one that decides. */
    {"lustre", "rw,rw,noflock,flocky,xflock", FILESYSTEM_NONE, "lustre without flock"},
    {"nfs", "rw,rw,addr=nolock.example,xnolock", FILESYSTEM_NODES, "nfs: "},
};

START_TEST(each_type_and_option_promises)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct filesystem f;
        filesystem_judge(&f, cases[i].type, cases[i].options);
        ck_assert_msg(f.locks == cases[i].locks, "%s %s: %d", cases[i].type, cases[i].options,
                      (int)f.locks);
        ck_assert_msg(strstr(f.words, cases[i].words) != NULL, "%s: %s", cases[i].words, f.words);
        ck_assert_str_eq(f.type, cases[i].type);
        ck_assert_int_eq(filesystem_excludes(&f),
                         f.locks == FILESYSTEM_LOCAL || f.locks == FILESYSTEM_NODES);
        ck_assert_int_eq(f.passing, strcmp(f.type, "tmpfs") == 0 || strcmp(f.type, "overlay") == 0);
    }
}
END_TEST

START_TEST(a_long_name_fits)
{
    struct filesystem f;
    char type[3 * FILESYSTEM_WORDS];

    memset(type, 'x', sizeof type - 1);
    type[sizeof type - 1] = '\0';
    filesystem_judge(&f, type, type);
    ck_assert_uint_eq(strlen(f.type), FILESYSTEM_TYPE - 1);
    ck_assert_ptr_nonnull(strstr(f.words, "not known"));
}
END_TEST

START_TEST(magic_numbers_have_names)
{
    char name[FILESYSTEM_TYPE];

    ck_assert_str_eq(filesystem_name(0xEF53, name), "ext4");
    ck_assert_str_eq(filesystem_name(0x58465342, name), "xfs");
    ck_assert_str_eq(filesystem_name(0x01021994, name), "tmpfs");
    ck_assert_str_eq(filesystem_name(0x794C7630, name), "overlay");
    ck_assert_str_eq(filesystem_name(0x6969, name), "nfs");
    ck_assert_str_eq(filesystem_name(0x0BD00BD0, name), "lustre");
    ck_assert_str_eq(filesystem_name(0x47504653, name), "gpfs");
    ck_assert_str_eq(filesystem_name(0x12345678, name), "0x12345678");
    ck_assert_str_eq(filesystem_name(0, name), "0x0");
}
END_TEST

/* A login node: a root, homes by the automounter on NFS, Lustre with a bind mount of one of its
 * directories, a second mount upon one point, and a mount that a later one above it hides. */
static const char node[] =
    "21 27 0:19 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw\n"
    "27 1 253:0 / / rw,relatime shared:1 - xfs /dev/mapper/rhel-root rw,attr2,inode64\n"
    "31 27 0:25 / /home rw,relatime shared:30 - autofs auto.home rw,fd=7,pgrp=900,timeout=300\n"
    "60 31 0:40 / /home/ann rw,relatime shared:31 - nfs4 nfs:/export/home/ann "
    "rw,vers=4.2,hard,local_lock=none,addr=10.0.0.1\n"
    "61 31 0:41 / /home/ann.old rw,relatime - nfs nfs:/old/ann "
    "rw,vers=3,nolock,local_lock=all,addr=10.0.0.1\n"
    "70 27 0:50 / /lustre rw,relatime shared:40 master:2 - lustre 10.0.0.9@o2ib:/work "
    "rw,flock,lazystatfs\n"
    "71 27 0:50 /proj/a /proj\\040a rw,relatime - lustre 10.0.0.9@o2ib:/work rw,flock,lazystatfs\n"
    "72 70 0:51 / /lustre/scratch rw,relatime - lustre 10.0.0.9@o2ib:/scratch rw,localflock\n"
    "80 27 0:60 / /mnt rw,relatime - tmpfs below rw\n"
    "81 80 0:61 / /mnt rw,relatime - ext4 /dev/sdb1 rw\n"
    "90 27 0:62 / /a/b rw,relatime - tmpfs hidden rw\n"
    "91 27 0:63 / /a rw,relatime - btrfs /dev/sdc1 rw,subvol=/\n"
    "99 27 0:64 / /bad rw,relatime -\n"
    "100 27 0:65 / /empty rw,relatime - tmpfs  rw\n"
    "not a line\n";

START_TEST(the_mount_of_a_path_is_found)
{
    static const struct {
        const char *path, *point, *type, *option;
    } found[] = {
        {"/", "/", "xfs", "inode64"},
        {"/usr/lib", "/", "xfs", "inode64"},
        {"/homeless", "/", "xfs", "inode64"},
        {"/home", "/home", "autofs", "pgrp=900"},
        {"/home/ann", "/home/ann", "nfs4", "local_lock=none"},
        {"/home/ann/ledger", "/home/ann", "nfs4", "vers=4.2"},
        {"/home/ann.old/x", "/home/ann.old", "nfs", "nolock"},
        {"/home/anna", "/home", "autofs", "pgrp=900"},
        {"/lustre/work/l", "/lustre", "lustre", "flock"},
        {"/lustre/scratch/l", "/lustre/scratch", "lustre", "localflock"},
        {"/lustre/scratchy", "/lustre", "lustre", "flock"},
        {"/proj a/ledger", "/proj a", "lustre", "flock"},
        {"/mnt/x", "/mnt", "ext4", "rw,relatime,rw"},
        {"/a/b/c", "/a", "btrfs", "subvol=/"},
        {"/bad", "/", "xfs", "attr2"},
        {"/empty/x", "/empty", "tmpfs", "rw"},
    };
    struct mount m;

    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        ck_assert_msg(mounts_find(node, found[i].path, &m), "%s", found[i].path);
        ck_assert_msg(strcmp(m.point, found[i].point) == 0 && strcmp(m.type, found[i].type) == 0 &&
                          strstr(m.options, found[i].option) && !m.cut,
                      "%s: %s %s %s", found[i].path, m.point, m.type, m.options);
    }
    ck_assert(!mounts_find("", "/x", &m));
    ck_assert(!mounts_find("80 27 0:60 / /mnt rw - tmpfs below rw\n", "/mnt", &m));
}
END_TEST

/* In a container: the root is an overlay whose layers are more than there is room for. */
START_TEST(options_that_are_cut_are_not_believed)
{
    enum { LAYERS = 3 * MOUNT_OPTIONS };
    static char lines[LAYERS + 200];
    struct mount m;
    int n = snprintf(lines, sizeof lines,
                     "500 400 0:70 / / rw,relatime - overlay overlay rw,lowerdir=");

    memset(lines + n, 'l', LAYERS);
    snprintf(lines + n + LAYERS, sizeof lines - (size_t)n - LAYERS,
             "\n501 500 0:71 / /data rw - nfs nas:/data rw,vers=3,nolock\n");
    ck_assert(mounts_find(lines, "/etc", &m));
    ck_assert_str_eq(m.type, "overlay");
    ck_assert(m.cut);
    ck_assert(mounts_find(lines, "/data/l", &m));
    ck_assert_str_eq(m.type, "nfs");
    ck_assert(!m.cut && strstr(m.options, "nolock"));
}
END_TEST

START_TEST(this_process_sees_its_own)
{
    struct filesystem f;
    char here[PATH_MAX];

    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    filesystem_see(here, &f);
    ck_assert_str_ne(f.type, "unknown");
    ck_assert_ptr_nonnull(strstr(f.words, f.type));
    filesystem_see("/proc", &f);
    ck_assert_str_eq(f.type, "proc");
    ck_assert_int_eq((int)f.locks, FILESYSTEM_UNKNOWN);
    filesystem_see("/nosuch", &f);
    ck_assert_int_eq((int)f.locks, FILESYSTEM_UNKNOWN);
    ck_assert_str_eq(f.type, "unknown");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, each_type_and_option_promises);
    tcase_add_test(t, a_long_name_fits);
    tcase_add_test(t, magic_numbers_have_names);
    tcase_add_test(t, the_mount_of_a_path_is_found);
    tcase_add_test(t, options_that_are_cut_are_not_believed);
    tcase_add_test(t, this_process_sees_its_own);
}

UNIT_MAIN("filesystem", add)
