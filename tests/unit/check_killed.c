/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writers of a ledger that are killed or stopped, one and many at once.
 *
 * KILLED_TIMES, KILLED_RECORDS and KILLED_SEED in the environment say how often, how much and by
 * which numbers. Nothing waits for time to pass: a writer acts on itself at one of its calls, or
 * tells by a pipe how far it is.
 */
#include "../crash/self.h"
#include "../crash/writer.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "util/lock.h"

static struct err e;

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 10) : otherwise;
}

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* How long a lock is waited for in this process, by the linker (--wrap); negative: as ever. */
static double lock_seconds = -1;
int __real_file_lock(int fd, const char *path, struct err *err);
int __wrap_file_lock(int fd, const char *path, struct err *err);

int __wrap_file_lock(int fd, const char *path, struct err *err)
{
    return lock_seconds < 0 ? __real_file_lock(fd, path, err)
                            : file_lock_within(fd, path, lock_seconds, err);
}

static void require(bool condition)
{
    if (!condition) {
        fprintf(stderr, "%s\n", e.text);
        _exit(1);
    }
}

/* One life of a writer, which ends by a signal only. */
static void write_until_killed(const char *dir, struct writer *w, uint64_t seed, int told)
{
    struct ledger *l = ledger_open(dir, &fixture_genesis, &e);
    require(l);
    w->count = ledger_state(l)->count;
    memcpy(w->head, ledger_state(l)->head, SHA256_LEN);
    for (;;)
        require(writer_append(w, 0, l, 1 + draw(&seed) % WRITER_BATCH, told, &e));
}

/* Effect: starts a writer, and kills it, or lets it kill itself. */
static void live_once(const char *dir, struct writer *w, uint64_t *seed)
{
    int told[2], status;
    uint64_t way = draw(seed) % 3, when = draw(seed), its = draw(seed);
    char byte;

    ck_assert_int_eq(pipe(told), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        close(told[0]);
        self_use(&(struct self_plan){.act = way == 0   ? SELF_DIE
                                            : way == 1 ? SELF_DIE_WITHIN_WRITE
                                                       : SELF_NOTHING,
                                     .at = way == 0 ? when % 120 : when % 10,
                                     .told = -1});
        write_until_killed(dir, w, its, told[1]);
    }
    close(told[1]);
    for (uint64_t left = way == 2 ? when % 10 + 1 : UINT64_MAX; left > 0; left--)
        if (read(told[0], &byte, 1) != 1)
            break;
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    close(told[0]);
}

START_TEST(a_writer_is_killed)
{
    struct place p = place_make();
    struct writer *w = writer_create(1);
    uint64_t seed = number_from("KILLED_SEED", 1), times = number_from("KILLED_TIMES", 50);
    uint64_t repairs = 0, records = 0;

    for (uint64_t i = 0; i < times; i++) {
        if (i % (WRITER_LIVES - 1) == 0) { /* each so many lives another ledger */
            place_remove(p.dir);
            memset(w, 0, sizeof *w);
        }
        w->life = i % (WRITER_LIVES - 1);
        live_once(p.dir, w, &seed);
        struct writer_look *s = writer_look(p.dir, w, 1);
        ck_assert_msg(w->count == 0 || s->met, "the last record acknowledged is gone");
        uint64_t count = verified_count(p.dir);
        ck_assert_uint_ge(count, w->count);
        ck_assert_uint_le(count, (w->reached > w->count ? w->reached : w->count) + 1);
        repairs = s->repairs;
        records = count;
        free(s);
    }
    printf("# killed %" PRIu64 " times: at last %" PRIu64 " records, %" PRIu64 " of repairs\n",
           times, records, repairs);
    fflush(stdout);
    writer_destroy(w, 1);
    place_remove(p.dir);
}
END_TEST

/* A life of one of many, which ends when its share is written. Some kill themselves within a
 * write. */
static void write_share(const char *dir, struct writer *w, size_t who, uint64_t share, int told)
{
    uint64_t seed = who * WRITER_LIVES + w->life + number_from("KILLED_SEED", 1);

    if (w->life % 2 == 0 && who % 4 == 0)
        self_use(&(struct self_plan){SELF_DIE_WITHIN_WRITE, draw(&seed) % 8, -1});
    struct ledger *l = ledger_open(dir, NULL, &e);
    require(l);
    while (w->records < share)
        require(writer_append(w, who, l, 1 + draw(&seed) % WRITER_BATCH, told, &e));
    _exit(0);
}

/* The processes of all. */
struct crowd {
    const char *dir;
    struct writer *writers;
    uint64_t share; /* records of each */
    pid_t pids[WRITERS];
    size_t left; /* that are not done */
    int told[2];
    uint64_t deaths;
};

static void start(struct crowd *c, size_t who)
{
    c->pids[who] = fork();
    ck_assert_int_ge(c->pids[who], 0);
    if (c->pids[who] > 0)
        return;
    close(c->told[0]);
    write_share(c->dir, &c->writers[who], who, c->share, c->told[1]);
}

/* Effect: those that have ended are started again, unless they are done. */
static void collect(struct crowd *c)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (size_t i = 0; i < WRITERS; i++) {
            if (c->pids[i] != pid)
                continue;
            c->pids[i] = -1;
            ck_assert_msg(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL
                                              : WEXITSTATUS(status) == 0,
                          "a writer ended with %x", (unsigned)status);
            c->deaths += WIFSIGNALED(status) != 0;
            if (WIFSIGNALED(status) && ++c->writers[i].life < WRITER_LIVES - 1)
                start(c, i);
            else
                c->left--;
        }
}

START_TEST(many_write_at_once_and_some_are_killed)
{
    struct place p = place_make();
    uint64_t seed = number_from("KILLED_SEED", 1), total = number_from("KILLED_RECORDS", 3000);
    struct crowd c = {.dir = p.dir, .share = total / WRITERS + 1, .left = WRITERS};
    char byte;

    ledger_close(open_ledger(p.dir));
    c.writers = writer_create(WRITERS);
    ck_assert_int_eq(pipe(c.told), 0);
    for (size_t i = 0; i < WRITERS; i++)
        start(&c, i);
    /* Every so many batches one of them is killed, whatever it does just then. */
    for (uint64_t until = draw(&seed) % 60; c.left > 0; collect(&c)) {
        struct pollfd told = {.fd = c.told[0], .events = POLLIN};
        /* The last of them may end without a word. */
        if (poll(&told, 1, 20) != 1 || read(c.told[0], &byte, 1) != 1 || until-- > 0)
            continue;
        pid_t victim = c.pids[draw(&seed) % WRITERS];
        if (victim > 0)
            kill(victim, SIGKILL);
        until = draw(&seed) % 60;
    }
    close(c.told[0]);
    close(c.told[1]);
    struct writer_look *s = writer_look(p.dir, c.writers, WRITERS);
    uint64_t count = verified_count(p.dir);
    for (size_t i = 0; i < WRITERS; i++)
        ck_assert_uint_ge(c.writers[i].records, c.share);
    printf("# %d writers, killed %" PRIu64 " times: %" PRIu64 " records in %" PRIu64
           " batches, %" PRIu64 " of repairs\n",
           WRITERS, c.deaths, count, s->acknowledged, s->repairs);
    fflush(stdout);
    ck_assert_uint_ge(count, total);
    ck_assert_uint_gt(c.deaths, 0);
    ck_assert_uint_gt(s->repairs, 0);
    free(s);
    writer_destroy(c.writers, WRITERS);
    place_remove(p.dir);
}
END_TEST

/* A process that opens the ledger, appends three batches, acts as planned, and ends. */
static pid_t start_writer(const char *dir, struct writer *w, size_t who,
                          const struct self_plan *plan)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0)
        return pid;
    self_use(plan);
    struct ledger *l = ledger_open(dir, NULL, &e);
    require(l);
    self_use(plan); /* numbers count from here */
    for (int i = 0; i < 3; i++)
        require(writer_append(w, who, l, 3, -1, &e));
    _exit(0);
}

static void wait_for_end(pid_t pid)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}

/* Effect: a writer is stopped within its second batch, by that plan: others wait, or say 75. Then
 * it goes on, or is killed. */
static void stop_and(enum self_act act, bool killed)
{
    struct place p = place_make();
    struct writer *w = writer_create(2);
    struct record r;
    struct chain_state state;
    int told[2], status;
    char byte, words[40];

    ledger_close(open_ledger(p.dir));
    struct ledger *l = open_ledger(p.dir);
    pid_t first = start_writer(p.dir, &w[0], 0, &(struct self_plan){act, 1, -1});
    ck_assert_int_eq(waitpid(first, &status, WUNTRACED), first);
    ck_assert(WIFSTOPPED(status));
    ck_assert_uint_eq(w[0].batches[0], 1);

    lock_seconds = 0;
    fill_submit(&r, "jena/1/1", 0);
    snprintf(words, sizeof words, "process %ld", (long)first);
    ck_fails(ledger_append(l, &r, 1, NULL, &e), &e, ERR_INCOMPLETE, words);
    struct ledger *reader = ledger_open_read(p.dir, &e);
    ck_assert_msg(reader, "%s", e.text);
    ck_assert_uint_eq(ledger_state(reader)->count, act == SELF_STOP_WITHIN_WRITE ? 4 : 7);
    ledger_close(reader);
    if (act == SELF_STOP_WITHIN_WRITE)
        ck_fails(ledger_verify(p.dir, &state, &e), &e, ERR_INCOMPLETE, words);
    lock_seconds = -1;

    ck_assert_int_eq(pipe(told), 0);
    pid_t second = start_writer(p.dir, &w[1], 1, &(struct self_plan){.told = told[1]});
    ck_assert_int_eq(read(told[0], &byte, 1), 1); /* it waits for the lock */
    ck_assert_uint_eq(w[1].batches[0], 0);
    kill(first, killed ? SIGKILL : SIGCONT);
    if (killed)
        ck_assert_int_eq(waitpid(first, &status, 0), first);
    else
        wait_for_end(first);
    wait_for_end(second);
    close(told[0]);
    close(told[1]);
    struct writer_look *s = writer_look(p.dir, w, 2);
    ck_assert_uint_eq(s->acknowledged, killed ? 4 : 6);
    ck_assert_uint_eq(s->repairs, killed && act == SELF_STOP_WITHIN_WRITE);
    fill_submit(&r, "jena/1/1", 0);
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    ck_ok(ledger_verify(p.dir, &state, &e), &e);
    free(s);
    ledger_close(l);
    writer_destroy(w, 2);
    place_remove(p.dir);
}

START_TEST(a_writer_is_stopped)
{
    stop_and(SELF_STOP_BEFORE_SYNC, false);
    stop_and(SELF_STOP_WITHIN_WRITE, false);
    stop_and(SELF_STOP_BEFORE_SYNC, true);
    stop_and(SELF_STOP_WITHIN_WRITE, true);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, a_writer_is_stopped);
    tcase_add_test(t, a_writer_is_killed);
    tcase_add_test(t, many_write_at_once_and_some_are_killed);
}

UNIT_MAIN("killed", add)
