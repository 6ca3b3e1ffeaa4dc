/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writers of a ledger that are killed or stopped, one and many at once.
 *
 * KILLED_TIMES, KILLED_RECORDS and KILLED_SEED in the environment say how often, how much and by
 * which numbers. Nothing waits for time to pass: a writer acts on itself at one of its calls, or
 * tells by a pipe how far it is.
 */
#include "ledger_fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "util/io.h"
#include "util/lock.h"

enum { MOST_BATCH = 5, WRITERS = 32, LIVES = 400, PIPE_TOLD = 1 };

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

/* What this process does to itself, at the call of that number that may change a disk or lock. */
static struct {
    enum { NOTHING, DIE, DIE_WITHIN_WRITE, STOP_BEFORE_SYNC, STOP_WITHIN_WRITE } what;
    uint64_t at, seen; /* of DIE: calls; else batches written */
    int tell;          /* a pipe that is told of a lock that another holds, or -1 */
} plan = {.tell = -1};

static void reach(void)
{
    if (plan.what == DIE && plan.seen++ == plan.at)
        kill(getpid(), SIGKILL);
}

static int do_open(const char *path, int flags, mode_t mode)
{
    reach();
    return io_system.open(path, flags, mode);
}

static bool is_log(int fd)
{
    char link[40], path[200];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path);
    return n > 4 && memcmp(path + n - 4, "/log", 4) == 0;
}

static ssize_t do_pwrite(int fd, const void *data, size_t len, off_t offset)
{
    reach();
    if ((plan.what != DIE_WITHIN_WRITE && plan.what != STOP_WITHIN_WRITE) || !is_log(fd) ||
        plan.seen++ != plan.at)
        return io_system.pwrite(fd, data, len, offset);
    ssize_t n = io_system.pwrite(fd, data, len / 2, offset);
    kill(getpid(), plan.what == DIE_WITHIN_WRITE ? SIGKILL : SIGSTOP);
    return n + io_system.pwrite(fd, (const char *)data + n, len - (size_t)n, offset + n);
}

static int do_fdatasync(int fd)
{
    reach();
    if (plan.what == STOP_BEFORE_SYNC && plan.seen++ == plan.at)
        kill(getpid(), SIGSTOP);
    return io_system.fdatasync(fd);
}

static int do_fsync(int fd)
{
    reach();
    return io_system.fsync(fd);
}

static int do_ftruncate(int fd, off_t size)
{
    reach();
    return io_system.ftruncate(fd, size);
}

static int do_rename(const char *from, const char *to)
{
    reach();
    return io_system.rename(from, to);
}

static int do_lock(int fd, int command, struct flock *lock)
{
    reach();
    int rc = io_system.lock(fd, command, lock);
    if (rc < 0 && errno == EAGAIN && plan.tell >= 0) {
        (void)!write(plan.tell, "w", PIPE_TOLD);
        errno = EAGAIN;
    }
    return rc;
}

static void use_plan(void)
{
    static struct io calls;

    calls = io_system;
    calls.open = do_open;
    calls.pwrite = do_pwrite;
    calls.fdatasync = do_fdatasync;
    calls.fsync = do_fsync;
    calls.ftruncate = do_ftruncate;
    calls.rename = do_rename;
    calls.lock = do_lock;
    io_use(&calls);
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

/* What a writer has told of itself, in memory that outlives it. */
struct writer {
    uint64_t life;            /* the number of its life: of the process */
    uint64_t batches[LIVES];  /* that were acknowledged, in each */
    uint64_t records;         /* in all of them */
    uint64_t count;           /* of the ledger's records, as of the last one */
    uint64_t reached;         /* what that may become by the next */
    uint8_t head[SHA256_LEN]; /* its sum */
};

static struct writer *share_memory(size_t count)
{
    void *p = mmap(NULL, count * sizeof(struct writer), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert(p != MAP_FAILED);
    return p;
}

/* Effect: appends the next batch of a writer, as its number and its life say, and tells of it. */
static bool write_next(struct ledger *l, struct writer *w, size_t who, size_t size, int told)
{
    struct record r[MOST_BATCH];

    for (size_t i = 0; i < size; i++) {
        record_begin(&r[i], "submit");
        record_set(&r[i], "run", "0123456789abcdef");
        record_set(&r[i], "round", "%" PRIu64, w->batches[w->life]);
        record_set(&r[i], "slave", "jena/%zu/%" PRIu64, who, w->life);
        record_set_digest(&r[i], "state", fixture_key);
        record_set(&r[i], "items", "%zu", i);
        record_set_number(&r[i], "seconds", 1);
    }
    w->reached = w->count + size;
    if (ledger_append(l, r, size, NULL, &e) < 0)
        return false;
    memcpy(w->head, ledger_state(l)->head, SHA256_LEN);
    w->count = ledger_state(l)->count;
    w->records += size;
    w->batches[w->life]++;
    return told < 0 || write(told, "b", PIPE_TOLD) == PIPE_TOLD;
}

/* What a look at the whole ledger sees of each writer. */
struct seen {
    struct writer *writers;
    uint64_t next[WRITERS][LIVES], items, acknowledged, repairs;
    bool met; /* the last record that was acknowledged */
};

/* Each batch is there once, in order, and as a whole. */
static int check_record(const struct record *r, void *context, struct err *err)
{
    struct seen *s = context;
    uint64_t batch, item;
    size_t who, life;

    if (r->seq + 1 == s->writers->count)
        s->met = memcmp(r->sum, s->writers->head, SHA256_LEN) == 0;
    s->repairs += strcmp(r->type, "repair") == 0;
    if (strcmp(r->type, "submit") != 0)
        return 0;
    if (sscanf(record_get(r, "slave"), "jena/%zu/%zu", &who, &life) != 2 || who >= WRITERS ||
        life >= LIVES || record_get_u64(r, "round", &batch, err) < 0 ||
        record_get_u64(r, "items", &item, err) < 0)
        return err_set(err, ERR_SOFTWARE, "record %" PRIu64 " was invented", r->seq);
    if (batch != s->next[who][life] || item != s->items)
        return err_set(err, ERR_SOFTWARE,
                       "record %" PRIu64 ": writer %zu/%zu has batch %" PRIu64 " record %" PRIu64,
                       r->seq, who, life, batch, item);
    s->items = r->batch ? 0 : s->items + 1;
    s->next[who][life] += r->batch != 0;
    return 0;
}

/* Effect: all that the writers were told is there, and at most one batch more of each life. */
static struct seen *look(const char *dir, struct writer *writers, size_t count)
{
    struct seen *s = calloc(1, sizeof *s);
    struct ledger *l = open_ledger(dir);

    ck_assert_ptr_nonnull(s);
    s->writers = writers;
    ck_ok(ledger_scan(l, check_record, s, &e), &e);
    ledger_close(l);
    for (size_t i = 0; i < count; i++)
        for (size_t life = 0; life < LIVES; life++) {
            ck_assert_uint_ge(s->next[i][life], writers[i].batches[life]);
            ck_assert_uint_le(s->next[i][life], writers[i].batches[life] + 1);
            s->acknowledged += writers[i].batches[life];
        }
    return s;
}

/* One life of a writer, which ends by a signal only. */
static void write_until_killed(const char *dir, struct writer *w, uint64_t seed, int told)
{
    use_plan();
    struct ledger *l = ledger_open(dir, &fixture_genesis, &e);
    require(l);
    w->count = ledger_state(l)->count;
    memcpy(w->head, ledger_state(l)->head, SHA256_LEN);
    for (;;)
        require(write_next(l, w, 0, 1 + draw(&seed) % MOST_BATCH, told));
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
        plan.what = way == 0 ? DIE : way == 1 ? DIE_WITHIN_WRITE : NOTHING;
        plan.at = way == 0 ? when % 120 : when % 10;
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
    struct writer *w = share_memory(1);
    uint64_t seed = number_from("KILLED_SEED", 1), times = number_from("KILLED_TIMES", 50);
    uint64_t repairs = 0, records = 0;

    for (uint64_t i = 0; i < times; i++) {
        if (i % (LIVES - 1) == 0) { /* each so many lives another ledger */
            place_remove(p.dir);
            memset(w, 0, sizeof *w);
        }
        w->life = i % (LIVES - 1);
        live_once(p.dir, w, &seed);
        struct seen *s = look(p.dir, w, 1);
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
    munmap(w, sizeof *w);
    place_remove(p.dir);
}
END_TEST

/* A life of one of many, which ends when its share is written. Some kill themselves within a
 * write. */
static void write_share(const char *dir, struct writer *w, size_t who, uint64_t share, int told)
{
    uint64_t seed = who * LIVES + w->life + number_from("KILLED_SEED", 1);

    if (w->life % 2 == 0 && who % 4 == 0) {
        plan.what = DIE_WITHIN_WRITE;
        plan.at = draw(&seed) % 8;
    }
    use_plan();
    struct ledger *l = ledger_open(dir, NULL, &e);
    require(l);
    while (w->records < share)
        require(write_next(l, w, who, 1 + draw(&seed) % MOST_BATCH, told));
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
            if (WIFSIGNALED(status) && ++c->writers[i].life < LIVES - 1)
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
    c.writers = share_memory(WRITERS);
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
    struct seen *s = look(p.dir, c.writers, WRITERS);
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
    munmap(c.writers, WRITERS * sizeof *c.writers);
    place_remove(p.dir);
}
END_TEST

/* A process that opens the ledger, appends three batches, acts as planned, and ends. */
static pid_t start_writer(const char *dir, struct writer *w, size_t who, int tell)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0)
        return pid;
    plan.tell = tell;
    use_plan();
    struct ledger *l = ledger_open(dir, NULL, &e);
    require(l);
    plan.seen = 0;
    for (int i = 0; i < 3; i++)
        require(write_next(l, w, who, 3, -1));
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
static void stop_and(int what, bool killed)
{
    struct place p = place_make();
    struct writer *w = share_memory(2);
    struct record r;
    struct chain_state state;
    int told[2], status;
    char byte, words[40];

    ledger_close(open_ledger(p.dir));
    struct ledger *l = open_ledger(p.dir);
    plan.what = what;
    plan.at = 1;
    pid_t first = start_writer(p.dir, &w[0], 0, -1);
    plan.what = NOTHING;
    ck_assert_int_eq(waitpid(first, &status, WUNTRACED), first);
    ck_assert(WIFSTOPPED(status));
    ck_assert_uint_eq(w[0].batches[0], 1);

    lock_seconds = 0;
    fill_submit(&r, "jena/1/1", 0);
    snprintf(words, sizeof words, "process %ld", (long)first);
    ck_fails(ledger_append(l, &r, 1, NULL, &e), &e, ERR_INCOMPLETE, words);
    struct ledger *reader = ledger_open_read(p.dir, &e);
    ck_assert_msg(reader, "%s", e.text);
    ck_assert_uint_eq(ledger_state(reader)->count, what == STOP_WITHIN_WRITE ? 4 : 7);
    ledger_close(reader);
    if (what == STOP_WITHIN_WRITE)
        ck_fails(ledger_verify(p.dir, &state, &e), &e, ERR_INCOMPLETE, words);
    lock_seconds = -1;

    ck_assert_int_eq(pipe(told), 0);
    pid_t second = start_writer(p.dir, &w[1], 1, told[1]);
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
    struct seen *s = look(p.dir, w, 2);
    ck_assert_uint_eq(s->acknowledged, killed ? 4 : 6);
    ck_assert_uint_eq(s->repairs, killed && what == STOP_WITHIN_WRITE);
    fill_submit(&r, "jena/1/1", 0);
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    ck_ok(ledger_verify(p.dir, &state, &e), &e);
    free(s);
    ledger_close(l);
    munmap(w, 2 * sizeof *w);
    place_remove(p.dir);
}

START_TEST(a_writer_is_stopped)
{
    stop_and(STOP_BEFORE_SYNC, false);
    stop_and(STOP_WITHIN_WRITE, false);
    stop_and(STOP_BEFORE_SYNC, true);
    stop_and(STOP_WITHIN_WRITE, true);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, a_writer_is_stopped);
    tcase_add_test(t, a_writer_is_killed);
    tcase_add_test(t, many_write_at_once_and_some_are_killed);
}

UNIT_MAIN("killed", add)
