/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits the child, for good. */
#include "h5/sandbox.h"

#include <errno.h>
#include <hdf5.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "h5/answer.h"
#include "h5/walk.h"

/* What reading an image in memory needs of the kernel. Whatever is not here and
 * has no rule below (socket, exec, fork, ptrace, …) ends the process. */
static const int allowed[] = {
    SCMP_SYS(close),          SCMP_SYS(brk),       SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(madvise),        SCMP_SYS(mprotect),  SCMP_SYS(futex),        SCMP_SYS(exit_group),
    SCMP_SYS(exit),           SCMP_SYS(getpid),    SCMP_SYS(gettid),       SCMP_SYS(clock_gettime),
    SCMP_SYS(rt_sigaction),   SCMP_SYS(time),      SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(getrusage), SCMP_SYS(sched_yield),  SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
};

/* Writing goes to the pipe (and, from an abort, to standard error); memory
 * comes from nowhere but the kernel; an abort signals this process alone. */
static int add_rules(scmp_filter_ctx filter, int fd)
{
    const struct scmp_arg_cmp to_pipe = SCMP_A0_32(SCMP_CMP_EQ, (scmp_datum_t)fd);
    const struct scmp_arg_cmp to_stderr = SCMP_A0_32(SCMP_CMP_EQ, STDERR_FILENO);
    const struct scmp_arg_cmp anonymous =
        SCMP_A3_32(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS);
    const struct scmp_arg_cmp self = SCMP_A0_32(SCMP_CMP_EQ, (scmp_datum_t)getpid());
    int rc = 0;

    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, to_pipe);
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, to_stderr);
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, to_stderr);
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, anonymous);
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self);
    /* The core driver looks whether the image's name is a file. No file is there. */
    rc |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOENT), SCMP_SYS(open), 0);
    rc |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOENT), SCMP_SYS(openat), 0);
    return rc;
}

static int forbid_syscalls(int fd, struct err *e)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int rc = filter ? add_rules(filter, fd) : -1;

    if (rc == 0)
        rc = seccomp_load(filter);
    if (filter)
        seccomp_release(filter);
    return rc == 0 ? 0
                   : err_set(e, ERR_SOFTWARE,
                             "the kernel takes no seccomp filter (a container without it?): "
                             "files from elsewhere cannot be read here");
}

/* Limits the address space to what this process has already, three copies of
 * the file (HDF5 makes them for the property lists and the driver), the
 * contents twice (as HDF5 gives them, and encoded), and HDF5's own needs. */
static void limit_memory(const struct reader_limits *limits, size_t len)
{
#ifndef __SANITIZE_ADDRESS__ /* whose shadow memory has terabytes of address space */
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");

    if (!statm || fscanf(statm, "%lu", &pages) != 1)
        pages = 0;
    if (statm)
        fclose(statm);
    rlim_t room = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + 3 * (rlim_t)len +
                  2 * (rlim_t)limits->memory + (64u << 20);
    struct rlimit memory = {room, room};
    setrlimit(RLIMIT_AS, &memory);
#else
    (void)limits;
    (void)len;
#endif
}

static void limit_resources(const struct reader_limits *limits, size_t len)
{
    struct rlimit none = {0, 0};
    struct rlimit cpu = {limits->seconds, (rlim_t)limits->seconds + 1};

    limit_memory(limits, len);
    setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* whose reports may go to a file */
    setrlimit(RLIMIT_FSIZE, &none);
#endif
    setrlimit(RLIMIT_CPU, &cpu);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
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

int sandbox_enter(const struct reader_limits *limits, size_t len, int fd, struct err *e)
{
    limit_resources(limits, len);
    return forbid_syscalls(fd, e);
}

_Noreturn void sandbox_child(const void *bytes, size_t len, const struct reader_limits *limits,
                             int fd)
{
    struct err e = {0};
    struct buf answer = {0};
    struct flat *f = NULL;
    char kind = ANSWER_FAULT;

    if (sandbox_enter(limits, len, fd, &e) == 0) {
        kind = ANSWER_ERROR;
        f = walk_image(bytes, len, limits, &e);
    }
    if (f) {
        buf_addc(&answer, ANSWER_DOCUMENT);
        flat_encode(f, &answer);
    }
    if (!f || buf_failed(&answer)) {
        buf_free(&answer);
        buf_addf(&answer, "%c%s", kind, f ? "its contents are larger than the limit" : e.text);
    }
    write_answer(fd, answer.data, answer.len);
    _exit(0);
}
