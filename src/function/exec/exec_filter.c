/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls that a program in a sandbox does without. */
#include "function/exec/exec.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "util/file.h"
#include "util/store.h"

enum { CALLS = 1024 }; /* no library knows a call of a greater number */

/* What may reach out of a sandbox, has often let somebody out, or is an administrator's. */
static const int forbidden[] = {
    /* keys, which belong to the user and not to the sandbox */
    SCMP_SYS(add_key), SCMP_SYS(keyctl), SCMP_SYS(request_key),
    /* other processes, and what they have open (their memory is left to MPI) */
    SCMP_SYS(ptrace), SCMP_SYS(kcmp), SCMP_SYS(pidfd_getfd),
    /* namespaces and mounts */
    SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
    SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(fspick), SCMP_SYS(mount_setattr),
    SCMP_SYS(quotactl),
    /* what looks into the kernel, or programs it */
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(fanotify_init),
    SCMP_SYS(syslog), SCMP_SYS(lookup_dcookie), SCMP_SYS(vmsplice),
    /* files by their numbers, whatever directory they are in */
    SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at),
    /* the machine as a whole */
    SCMP_SYS(acct), SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(init_module), SCMP_SYS(finit_module),
    SCMP_SYS(delete_module), SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
    SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex), SCMP_SYS(vhangup), SCMP_SYS(modify_ldt)};

/* What programs try, and do without where the kernel is too old for it. clone3() says by a
 * structure, which no filter sees, whether it makes namespaces: clone() does as well. */
static const int absent[] = {SCMP_SYS(clone3), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
                             SCMP_SYS(io_uring_register)};

/* Of what a socket may not be: all but AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK. No other is
 * bound to the network of the sandbox (AF_VSOCK reaches the host of a virtual machine), or is
 * needed to compute. */
static const int families[] = {AF_UNSPEC,  AF_AX25,     AF_IPX, AF_APPLETALK, AF_NETROM,
                               AF_BRIDGE,  AF_ATMPVC,   AF_X25, AF_ROSE,      AF_DECnet,
                               AF_NETBEUI, AF_SECURITY, AF_KEY};

static int forbid_namespaces(scmp_filter_ctx f)
{
    static const uint64_t flags[] = {CLONE_NEWNS,  CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                     CLONE_NEWPID, CLONE_NEWNET,    CLONE_NEWUSER};
    int rc = 0;

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
#ifdef __s390__ /* whose clone() has its first two arguments the other way round */
        const struct scmp_arg_cmp has = SCMP_A1(SCMP_CMP_MASKED_EQ, flags[i], flags[i]);
#else
        const struct scmp_arg_cmp has = SCMP_A0(SCMP_CMP_MASKED_EQ, flags[i], flags[i]);
#endif
        rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, has);
    }
    return rc;
}

static int forbid_sockets(scmp_filter_ctx f)
{
    const struct scmp_arg_cmp later = SCMP_A0_32(SCMP_CMP_GT, AF_NETLINK);
    int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, later);

    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        const struct scmp_arg_cmp is = SCMP_A0_32(SCMP_CMP_EQ, (scmp_datum_t)families[i]);
        rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, is);
    }
    return rc;
}

/* As if it was typed into a terminal. */
static int forbid_typing(scmp_filter_ctx f)
{
    static const scmp_datum_t calls[] = {TIOCSTI, TIOCLINUX};
    int rc = 0;

    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const struct scmp_arg_cmp is = SCMP_A1_32(SCMP_CMP_EQ, calls[i]);
        rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1, is);
    }
    return rc;
}

static int add_rules(scmp_filter_ctx f)
{
    int rc = 0;

    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        if (forbidden[i] >= 0) /* this processor has such a call */
            rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), forbidden[i], 0);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), absent[i], 0);
    /* A tree of comparisons, where that is known: each call passes it. */
    (void)seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    return rc | forbid_namespaces(f) | forbid_sockets(f) | forbid_typing(f);
}

/* The greatest number of a call that the library knows. */
static uint32_t greatest_known(void)
{
    char *name;
    int n = CALLS;

    while (n > 0 && !(name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, n)))
        n--;
    if (n > 0)
        free(name);
    return (uint32_t)n;
}

/* Whatever a later kernel adds may be another way out, as a later way to mount is. A rule of the
 * library is for one call; so this stands before its program, which begins behind it. */
static int export_to(scmp_filter_ctx f, int fd, char **bytes, size_t *len, struct err *e)
{
    const struct sock_filter unknown[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, greatest_known(), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    };
    static const char name[] = "a filter of system calls";
    uint64_t size;

    if (seccomp_export_bpf(f, fd) != 0)
        return err_set(e, ERR_SOFTWARE, "%s cannot be made", name);
    if (file_size(fd, name, &size, e) < 0 ||
        !(*bytes = err_alloc(sizeof unknown + size, 1, name, e)))
        return -1;
    memcpy(*bytes, unknown, sizeof unknown);
    *len = sizeof unknown + size;
    if (file_pread(fd, name, *bytes + sizeof unknown, size, 0, e) == 0)
        return 0;
    free(*bytes);
    return -1;
}

int exec_filter_make(char **bytes, size_t *len, struct err *e)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    int fd = file_open_memory(e), rc = -1;

    if (!f || add_rules(f) != 0)
        err_set(e, ERR_SOFTWARE, "libseccomp makes no filter of system calls here");
    else if (fd >= 0)
        rc = export_to(f, fd, bytes, len, e);
    if (f)
        seccomp_release(f);
    file_close(fd);
    return rc;
}
