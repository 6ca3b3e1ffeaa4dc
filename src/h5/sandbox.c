/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "h5/sandbox.h"

#include <hdf5.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "h5/h5err.h"
#include "h5/walk.h"

/* What reading an image in memory needs of the kernel. Whatever is not here
 * (open, socket, exec, fork, ptrace, …) ends the process. */
static const int allowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),     SCMP_SYS(close),      SCMP_SYS(brk),
    SCMP_SYS(mmap),         SCMP_SYS(munmap),    SCMP_SYS(mremap),     SCMP_SYS(madvise),
    SCMP_SYS(mprotect),     SCMP_SYS(futex),     SCMP_SYS(exit_group), SCMP_SYS(exit),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(getpid),    SCMP_SYS(gettid),     SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(time),      SCMP_SYS(getrandom),  SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_yield),  SCMP_SYS(getrusage),
};

static int forbid_syscalls(struct err *e)
{
    int rc = -1;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

    if (!filter)
        return err_set(e, ERR_SOFTWARE, "no seccomp filter could be made");
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) < 0)
            goto done;
    if (seccomp_load(filter) < 0)
        goto done;
    rc = 0;
done:
    if (rc < 0)
        err_set(e, ERR_SOFTWARE, "the kernel takes no seccomp filter (a container without it?)");
    seccomp_release(filter);
    return rc;
}

static void limit_resources(const struct reader_limits *limits, size_t len)
{
    struct rlimit none = {0, 0};
    struct rlimit cpu = {limits->seconds, limits->seconds + 1};

    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &none);
    setrlimit(RLIMIT_CPU, &cpu);
#ifndef __SANITIZE_ADDRESS__ /* whose shadow memory has terabytes of address space */
    rlim_t room = (rlim_t)limits->memory + 2 * (rlim_t)len + (256u << 20);
    struct rlimit memory = {room, room};
    setrlimit(RLIMIT_AS, &memory);
#else
    (void)len;
#endif
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_PDEATHSIG, 9);
}

static void write_answer(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n <= 0)
            _exit(1);
        data += n;
        len -= (size_t)n;
    }
}

_Noreturn void sandbox_child(const void *bytes, size_t len, const struct reader_limits *limits,
                             int fd)
{
    struct err e = {0};
    struct buf answer = {0};
    struct flat *f = NULL;

    H5open(); /* before the doors close: it asks for the time and for memory */
    h5err_quiet();
    limit_resources(limits, len);
    if (forbid_syscalls(&e) == 0)
        f = walk_image(bytes, len, limits, &e);
    if (f) {
        buf_addc(&answer, SANDBOX_DOCUMENT);
        flat_encode(f, &answer);
    }
    if (!f || buf_failed(&answer)) {
        buf_free(&answer);
        buf_addf(&answer, "%c%s", SANDBOX_ERROR, f ? "out of memory" : e.text);
    }
    write_answer(fd, answer.data, answer.len);
    _exit(0);
}
