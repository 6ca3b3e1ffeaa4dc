/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sandbox of the HDF5 reader: what a process in it cannot do. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "h5/sandbox.h"

static const struct reader_limits usual = {.elements = 1 << 20, .memory = 64 << 20, .seconds = 20};

/* What code that runs inside the sandbox may try; a return says that it could. */
static void try_nothing(int fd)
{
    if (write(fd, "x", 1) != 1 || !malloc(1 << 20))
        _exit(2);
}

static void try_socket(int fd)
{
    (void)fd;
    socket(AF_INET, SOCK_STREAM, 0);
}

static void try_exec(int fd)
{
    (void)fd;
    execl("/bin/true", "true", (char *)NULL);
}

static void try_fork(int fd)
{
    (void)fd;
    if (fork() == 0)
        _exit(0);
}

static void try_kill(int fd)
{
    (void)fd;
    kill(getppid(), 0);
}

static void try_unlink(int fd)
{
    (void)fd;
    unlink("/nonexistent");
}

static void try_read(int fd)
{
    char c;

    (void)fd;
    if (read(STDIN_FILENO, &c, 1) < 0)
        _exit(0);
}

static void try_other_descriptor(int fd)
{
    if (write(fd + 1, "x", 1) < 0)
        _exit(0);
}

static void try_mapping(int fd)
{
    mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd + 1, 0);
}

static void try_ptrace(int fd)
{
    (void)fd;
    syscall(SYS_ptrace, 0, 0, 0, 0);
}

static void try_other_process(int fd)
{
    (void)fd;
    syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static const struct attempt {
    const char *what;
    void (*act)(int fd);
    int signal; /* that ends it; 0: it may */
} attempts[] = {
    {"nothing", try_nothing, 0},
    {"socket", try_socket, SIGSYS},
    {"exec", try_exec, SIGSYS},
    {"fork", try_fork, SIGSYS},
    {"kill", try_kill, SIGSYS},
    {"unlink", try_unlink, SIGSYS},
    {"read", try_read, SIGSYS},
    {"write elsewhere", try_other_descriptor, SIGSYS},
    {"map a file", try_mapping, SIGSYS},
    {"ptrace", try_ptrace, SIGSYS},
    {"signal another", try_other_process, SIGSYS},
    {"abort", (void (*)(int))(void (*)(void))abort, SIGABRT},
};

static int run_in_sandbox(void (*act)(int fd))
{
    int pipes[2], status;

    ck_assert_int_eq(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        if (sandbox_enter(&usual, 0, pipes[1], NULL) < 0)
            _exit(1);
        act(pipes[1]);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    close(pipes[0]);
    close(pipes[1]);
    return status;
}

START_TEST(the_sandbox_holds)
{
    const struct attempt *a = &attempts[_i];
    int status = run_in_sandbox(a->act);

    if (a->signal)
        ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == a->signal, "%s: status %x",
                      a->what, (unsigned)status);
    else
        ck_assert_msg(status == 0, "%s: status %x", a->what, (unsigned)status);
}
END_TEST

static void try_open(int fd)
{
    char text[] = "/dev/null";

    (void)fd;
    if (open(text, O_RDONLY) >= 0 || errno != ENOENT)
        _exit(2);
    if (syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT, 0600) >= 0 || errno != ENOENT)
        _exit(2);
}

START_TEST(no_file_is_there)
{
    ck_assert_int_eq(run_in_sandbox(try_open), 0);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, the_sandbox_holds, 0, sizeof attempts / sizeof attempts[0]);
    tcase_add_test(t, no_file_is_there);
}

UNIT_MAIN("sandbox", add)
