/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another program, as a child process. */
#include "util/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/file.h"
#include "util/interpreter.h"
#include "util/store.h"

extern char **environ;

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

/* A program that is to be started: with these descriptors as 0, 1 and 2, where they are
 * not -1; terms may be NULL. */
struct start {
    char *const *argv;
    const struct child_signals *signals;
    const struct child_terms *terms;
    int fds[3];
    pid_t parent;
};

/* For good: the real user is another one, too. It forgets PR_SET_PDEATHSIG. */
static int become_user(const struct child_terms *t)
{
    if (t->user == 0)
        return 0;
    return setgroups(0, NULL) < 0 || setresgid(t->group, t->group, t->group) < 0 ||
                   setresuid(t->user, t->user, t->user) < 0
               ? -1
               : 0;
}

/* Takes on the terms, or fails with errno. */
static int accept_terms(const struct child_terms *t)
{
    const struct rlimit none = {0};
    struct rlimit memory;

    if (getrlimit(RLIMIT_AS, &memory) < 0)
        return -1;
    /* Where less is allowed than is asked for, that holds. */
    memory.rlim_cur = memory.rlim_max = t->memory < memory.rlim_max ? t->memory : memory.rlim_max;
    for (int n = 1; n < SIGRTMIN; n++)
        signal(n, SIG_DFL);
    environ = t->variables; /* where execvp() finds PATH, too */
    if (become_user(t) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ||
        setrlimit(RLIMIT_CORE, &none) < 0 || (t->memory > 0 && setrlimit(RLIMIT_AS, &memory) < 0))
        return -1;
    return t->directory ? chdir(t->directory) : 0;
}

/* What has the number 3, 4 or 5 is put aside first. Returns where tell is then. */
static int take_descriptors(const struct start *s, int tell)
{
    enum { ASIDE = 100 }; /* nothing of a runner has a number from here on */
    const struct child_terms *t = s->terms;
    const int these[3] = {t && t->calls ? t->calls[0] : -1, t && t->calls ? t->calls[1] : -1,
                          t && t->given > 0 ? t->given : -1};

    for (int i = 0; i < 3; i++)
        if (s->fds[i] >= 0)
            dup2(s->fds[i], i);
    for (int i = 0; i < 3; i++)
        if (these[i] >= 0)
            dup3(these[i], ASIDE + i, O_CLOEXEC);
    tell = dup3(tell, ASIDE + 3, O_CLOEXEC);
    for (int i = 0; i < 3; i++)
        if (these[i] >= 0)
            dup2(ASIDE + i, 3 + i);
    return tell;
}

/* The child's side: becomes the program, or tells errno through the socket. */
static _Noreturn void become(const struct start *s, int tell)
{
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, &s->signals->before, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == s->parent) {
        tell = take_descriptors(s, tell);
        if (!s->terms || accept_terms(s->terms) == 0)
            execvp(s->argv[0], s->argv);
        int why = errno;
        send(tell, &why, sizeof why, MSG_NOSIGNAL);
    }
    _exit(127);
}

/* One that cannot be started leaves its errno in errno. */
static int start(struct child *c, const struct start *s, struct err *e)
{
    int pair[2], why = 0;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(e, ERR_SOFTWARE, "%s: no socket to start it", s->argv[0]);
    pid_t pid = fork();
    if (pid == 0)
        become(s, pair[1]);
    if (pid < 0)
        err_errno(e, ERR_SOFTWARE, "%s: no process for it", s->argv[0]);
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
        if (e && why == ENOENT) /* the first error wins */
            interpreter_check_command(s->argv[0], e);
        errno = why;
        err_errno(e, ERR_OPEN, "%s: cannot be started", s->argv[0]);
    }
    return failed ? -1 : 0;
}

int child_start(struct child *c, const struct child_signals *s, char *const *argv,
                enum child_output output, struct err *e)
{
    return child_start_under(c, s, argv, output, NULL, e);
}

int child_start_under(struct child *c, const struct child_signals *s, char *const *argv,
                      enum child_output output, const struct child_terms *terms, struct err *e)
{
    int pipes[2] = {-1, -1}, apart[2] = {-1, -1}, rc = -1;
    int null = file_open_null(e), sink = file_open_null(e);

    *c = (struct child){.pipe = -1, .apart = -1, .also = -1};
    if (null < 0 || sink < 0)
        goto done;
    if ((output != CHILD_NOTHING && pipe2(pipes, O_CLOEXEC) < 0) ||
        (output == CHILD_APART && pipe2(apart, O_CLOEXEC) < 0)) {
        err_errno(e, ERR_SOFTWARE, "%s: no pipe for its output", argv[0]);
        goto done;
    }
    const struct start order = {
        .argv = argv,
        .signals = s,
        .terms = terms,
        .fds = {terms && terms->input > 0 ? terms->input : null,
                output == CHILD_APART                            ? apart[1]
                : output == CHILD_ANSWERS || output == CHILD_ALL ? pipes[1]
                                                                 : sink,
                output == CHILD_APART || output == CHILD_ALL ? pipes[1] : sink},
        .parent = getpid(),
    };
    rc = start(c, &order, e);
done:
    file_close(null);
    file_close(sink);
    file_close(pipes[1]);
    file_close(apart[1]);
    if (rc == 0) {
        c->pipe = pipes[0];
        c->apart = apart[0];
    } else {
        file_close(pipes[0]);
        file_close(apart[0]);
    }
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
    c->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    c->code = c->signal ? 128 + c->signal : WEXITSTATUS(status);
    c->pid = 0;
    file_close(c->pipe);
    file_close(c->apart);
    c->pipe = c->apart = -1;
}

static void read_pipe(int *pipe, struct child_news *news)
{
    ssize_t n = read(*pipe, news->text, sizeof news->text);

    if (n > 0)
        news->len = (size_t)n;
    else if (n == 0 || errno != EINTR) {
        file_close(*pipe);
        *pipe = -1;
    }
}

void child_wait(struct child *c, const struct child_signals *s, double seconds,
                struct child_news *news)
{
    bool ended = has_ended(c);
    struct pollfd p[4] = {{.fd = s->fd, .events = POLLIN},
                          {.fd = c && c->pid > 0 ? c->pipe : -1, .events = POLLIN},
                          {.fd = c && c->pid > 0 ? c->apart : -1, .events = POLLIN},
                          {.fd = c && c->pid > 0 ? c->also : -1, .events = POLLIN}};
    struct signalfd_siginfo info;

    news->ended = false;
    news->signal = 0;
    news->len = 0;
    news->answers = false;
    if (poll(p, 4,
             ended || seconds <= 0 ? 0
             : seconds < 3600      ? (int)(seconds * 1000) + 1
                                   : 3600000) < 0)
        return;
    if (p[0].revents && read(s->fd, &info, sizeof info) == (ssize_t)sizeof info &&
        info.ssi_signo != SIGCHLD)
        news->signal = (int)info.ssi_signo;
    if (p[1].revents)
        read_pipe(&c->pipe, news);
    if (p[2].revents && news->len == 0) {
        read_pipe(&c->apart, news);
        news->answers = true;
    }
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
    kill(c->pid, SIGKILL); /* it may have joined another group */
    reap(c);
}

void child_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Kills every child that the kernel lists; returns whether there was one. */
static bool kill_listed(void)
{
    char path[64], list[4096], *p = list, *end;
    bool any = false;

    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    if (!file_first_line(path, list, sizeof list))
        return false;
    for (long pid; (pid = strtol(p, &end, 10)) > 0 && *end == ' '; p = end) {
        kill((pid_t)pid, SIGKILL);
        any = true;
    }
    return any;
}

void child_reap_all(void)
{
    enum { TIMES = 100000 }; /* whoever forks faster than that is not to be stopped */

    for (int i = 0; i < TIMES; i++) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if ((pid < 0 && errno != EINTR) || (pid == 0 && !kill_listed()))
            return;
        if (pid == 0)
            waitpid(-1, NULL, 0);
    }
}
