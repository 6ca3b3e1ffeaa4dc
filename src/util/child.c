/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "util/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/file.h"

enum { PIECES = 256 }; /* of output that are read after the end: others may hold the pipe */

int child_signals_open(struct child_signals *s, struct err *e)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGUSR1, SIGCHLD};
    sigset_t mask;

    sigemptyset(&mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaddset(&mask, signals[i]);
    s->fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (s->fd < 0)
        return err_errno(e, ERR_SOFTWARE, "signals cannot be waited for");
    sigprocmask(SIG_BLOCK, &mask, &s->before);
    return 0;
}

void child_signals_close(struct child_signals *s)
{
    file_close(s->fd);
    sigprocmask(SIG_SETMASK, &s->before, NULL);
}

/* The child's side: becomes the program, or tells errno through the socket. */
static _Noreturn void become(char *const *argv, const struct child_signals *s, const int fds[3],
                             int tell, pid_t parent)
{
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, &s->before, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent) {
        for (int i = 0; i < 3; i++)
            if (fds[i] >= 0)
                dup2(fds[i], i);
        execvp(argv[0], argv);
        int why = errno;
        send(tell, &why, sizeof why, MSG_NOSIGNAL);
    }
    _exit(127);
}

/* Starts it with these descriptors as 0, 1 and 2, where they are not -1. */
static int start(struct child *c, const struct child_signals *s, char *const *argv,
                 const int fds[3], struct err *e)
{
    int pair[2], why = 0;
    pid_t parent = getpid();

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(e, ERR_SOFTWARE, "%s: no socket to start it", argv[0]);
    pid_t pid = fork();
    if (pid == 0)
        become(argv, s, fds, pair[1], parent);
    if (pid < 0)
        err_errno(e, ERR_SOFTWARE, "%s: no process for it", argv[0]);
    else
        setpgid(pid, pid); /* whoever of the two comes first */
    file_close(pair[1]);
    /* An end without a word is the socket's closing, as the program begins. */
    bool failed = pid < 0 || recv(pair[0], &why, sizeof why, 0) > 0;
    file_close(pair[0]);
    if (!failed)
        c->pid = pid;
    else if (pid > 0) {
        waitpid(pid, NULL, 0);
        errno = why;
        err_errno(e, ERR_OPEN, "%s: cannot be started", argv[0]);
    }
    return failed ? -1 : 0;
}

int child_start(struct child *c, const struct child_signals *s, char *const *argv,
                enum child_output output, struct err *e)
{
    int pipes[2] = {-1, -1}, rc = -1;
    int null = file_open("/dev/null", e), sink = file_open_rw("/dev/null", 0, e);

    *c = (struct child){.pipe = -1};
    if (null < 0 || sink < 0)
        goto done;
    if (output != CHILD_NOTHING && pipe2(pipes, O_CLOEXEC) < 0) {
        err_errno(e, ERR_SOFTWARE, "%s: no pipe for its output", argv[0]);
        goto done;
    }
    const int fds[3] = {
        null,
        output == CHILD_ERRORS    ? -1
        : output == CHILD_ANSWERS ? pipes[1]
                                  : sink,
        output == CHILD_ERRORS ? pipes[1] : sink,
    };
    rc = start(c, s, argv, fds, e);
done:
    file_close(null);
    file_close(sink);
    file_close(pipes[1]);
    if (rc == 0)
        c->pipe = pipes[0];
    else
        file_close(pipes[0]);
    return rc;
}

/* Whether it has ended; it is not reaped, so that its number stays its own. */
static bool has_ended(const struct child *c)
{
    siginfo_t info = {0};

    return c && c->pid > 0 &&
           waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == c->pid;
}

static void reap(struct child *c)
{
    int status = 0;

    killpg(c->pid, SIGKILL); /* what it has left behind */
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    c->code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    c->pid = 0;
    file_close(c->pipe);
    c->pipe = -1;
}

static void read_pipe(struct child *c, struct child_news *news)
{
    ssize_t n = read(c->pipe, news->text, sizeof news->text);

    if (n > 0)
        news->len = (size_t)n;
    else if (n == 0 || errno != EINTR) {
        file_close(c->pipe);
        c->pipe = -1;
    }
}

void child_wait(struct child *c, const struct child_signals *s, double seconds,
                struct child_news *news)
{
    bool ended = has_ended(c);
    struct pollfd p[2] = {{.fd = s->fd, .events = POLLIN},
                          {.fd = c && c->pid > 0 ? c->pipe : -1, .events = POLLIN}};
    struct signalfd_siginfo info;

    news->ended = false;
    news->signal = 0;
    news->len = 0;
    if (poll(p, 2,
             ended || seconds <= 0 ? 0
             : seconds < 3600      ? (int)(seconds * 1000) + 1
                                   : 3600000) < 0)
        return;
    if (p[0].revents && read(s->fd, &info, sizeof info) == (ssize_t)sizeof info &&
        info.ssi_signo != SIGCHLD)
        news->signal = (int)info.ssi_signo;
    if (p[1].revents)
        read_pipe(c, news);
    if (!ended || (news->len > 0 && ++c->pieces < PIECES))
        return;
    reap(c);
    news->ended = true;
}

bool child_is_gone(struct child *c)
{
    if (has_ended(c))
        reap(c);
    return c->pid <= 0;
}

void child_signal(const struct child *c, int signal)
{
    if (c->pid > 0)
        kill(c->pid, signal);
}

void child_signal_group(const struct child *c, int signal)
{
    if (c->pid > 0)
        killpg(c->pid, signal);
}

void child_stop(struct child *c)
{
    if (c->pid <= 0)
        return;
    killpg(c->pid, SIGKILL);
    reap(c);
}
