/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Appending to a ledger: what is refused, what is repaired, and several processes at once. */
#include "ledger_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct err e;

START_TEST(append_names_its_head)
{
    struct place p = place_make();
    struct ledger *one = open_ledger(p.dir), *two = open_ledger(p.dir);
    struct record r;
    uint8_t head[SHA256_LEN];

    memcpy(head, ledger_state(one)->head, SHA256_LEN);
    fill_submit(&r, "jena/wdbc/0", 1);
    ck_ok(ledger_append(two, &r, 1, head, &e), &e);
    ck_assert_uint_eq(r.seq, 1);
    ck_assert_mem_eq(r.prev, head, SHA256_LEN);
    ck_assert_mem_eq(r.sum, ledger_state(two)->head, SHA256_LEN);
    struct bytes before = log_read(p.log);
    ck_fails(ledger_append(one, &r, 1, head, &e), &e, ERR_INCOMPLETE, "appended meanwhile");
    log_is(p.log, before.data, before.len);
    /* The refused one has seen the new head, and may go on from it. */
    memcpy(head, ledger_state(one)->head, SHA256_LEN);
    ck_ok(ledger_append(one, &r, 1, head, &e), &e);
    ck_ok(ledger_append(two, &r, 1, NULL, &e), &e);
    ck_assert_uint_eq(r.seq, 3);
    ck_assert_uint_eq(verified_count(p.dir), 4);
    ledger_close(one);
    ledger_close(two);
    free(before.data);
    place_remove(p.dir);
}
END_TEST

START_TEST(wrong_appends_change_nothing)
{
    struct place p = place_make();
    struct ledger *l = open_ledger(p.dir), *reader = ledger_open_read(p.dir, &e);
    struct record r[2];
    struct bytes before = log_read(p.log);

    fill_submit(&r[0], "jena/wdbc/0", 1);
    fill_decline(&r[1], 4000);
    ck_fails(ledger_append(l, r, 2, NULL, &e), &e, ERR_SOFTWARE, "at most 4096");
    ck_fails(ledger_append(l, r, 0, NULL, &e), &e, ERR_SOFTWARE, "at least one");
    ck_fails(ledger_append(reader, r, 1, NULL, &e), &e, ERR_SOFTWARE, "open for reading");
    record_begin(&r[0], "genesis");
    ck_fails(ledger_append(l, r, 1, NULL, &e), &e, ERR_SOFTWARE, "cannot be record 1");
    log_is(p.log, before.data, before.len);
    append_batch(l, 1); /* not poisoned */
    ck_assert_uint_eq(verified_count(p.dir), 2);
    ledger_close(l);
    ledger_close(reader);
    free(before.data);
    place_remove(p.dir);
}
END_TEST

/* Writes are cut short, at every length, by a limit on the size of files. */
START_TEST(short_writes_are_cut_back)
{
    struct place p = place_make();
    struct rlimit old, limit;
    struct record r[2];
    struct ledger *l = open_ledger(p.dir);

    append_batch(l, 2);
    ledger_close(l);
    struct bytes before = log_read(p.log);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    fill_submit(&r[0], "jena/wdbc/0", 1);
    fill_submit(&r[1], "jena/wdbc/1", 1);
    for (size_t room = 0; room < 600; room += room < 4 ? 1 : 37) {
        l = open_ledger(p.dir);
        limit = (struct rlimit){before.len + room, old.rlim_max};
        err_clear(&e);
        /* Nothing is asserted meanwhile, as Check writes its messages to a file, too. */
        int set = setrlimit(RLIMIT_FSIZE, &limit);
        int rc = ledger_append(l, r, 2, NULL, &e);
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old) | set, 0);
        ck_assert_int_eq(rc, -1);
        ck_assert_msg(e.code == ERR_IO && strstr(e.text, room ? "could be appended" : "appending"),
                      "%s", e.text);
        log_is(p.log, before.data, before.len);
        ck_fails(ledger_append(l, r, 2, NULL, &e), &e, ERR_IO, "open it again");
        ck_fails(ledger_refresh(l, &e), &e, ERR_IO, "open it again");
        ledger_close(l);
        ck_assert_uint_eq(verified_count(p.dir), 3);
    }
    l = open_ledger(p.dir);
    ck_assert_uint_eq(ledger_repaired(l), 0);
    append_batch(l, 2);
    ledger_close(l);
    ck_assert_uint_eq(verified_count(p.dir), 5);
    free(before.data);
    place_remove(p.dir);
}
END_TEST

/* Another writer died within its batch, after this one opened the ledger. */
START_TEST(append_repairs_what_another_left)
{
    struct place p = place_make();
    struct ledger *l = open_ledger(p.dir), *reader = ledger_open_read(p.dir, &e);

    append_batch(l, 2);
    ck_ok(ledger_refresh(reader, &e), &e);
    struct bytes before = log_read(p.log);
    char *torn = malloc(before.len + 100);
    memcpy(torn, before.data, before.len);
    memcpy(torn + before.len, "3 1700000000.000000 sub", 23);
    log_put(p.log, torn, before.len + 23);
    ck_ok(ledger_refresh(reader, &e), &e); /* a reader passes over it */
    ck_assert_uint_eq(ledger_state(reader)->count, 3);
    log_is(p.log, torn, before.len + 23);
    append_batch(l, 2);
    ck_assert_uint_eq(ledger_repaired(l), 23);
    ck_assert_uint_eq(verified_count(p.dir), 6); /* genesis, 2, repair, 2 */
    ck_ok(ledger_refresh(reader, &e), &e);
    ck_assert_uint_eq(ledger_state(reader)->count, 6);
    ledger_close(l);
    ledger_close(reader);
    free(torn);
    free(before.data);
    place_remove(p.dir);
}
END_TEST

/* Counts records, and checks that they come in order. */
static int count_record(const struct record *r, void *context, struct err *err)
{
    uint64_t *count = context;

    return r->seq == (*count)++ ? 0 : err_set(err, ERR_SOFTWARE, "out of order");
}

static int stop_at_two(const struct record *r, void *context, struct err *err)
{
    (void)context;
    (void)err;
    return r->seq == 2 ? 7 : 0;
}

START_TEST(scans_see_what_the_handle_knows)
{
    struct place p = place_make();
    struct ledger *l = open_ledger(p.dir), *reader = ledger_open_read(p.dir, &e);
    uint64_t count = 0;

    append_batch(l, 3);
    append_batch(l, 1);
    ck_ok(ledger_scan(reader, count_record, &count, &e), &e);
    ck_assert_uint_eq(count, 1);
    ck_ok(ledger_refresh(reader, &e), &e);
    count = 0;
    ck_ok(ledger_scan(reader, count_record, &count, &e), &e);
    ck_assert_uint_eq(count, 5);
    ck_assert_int_eq(ledger_scan(reader, stop_at_two, NULL, &e), 7);

    /* What was read before is altered, is cut, or is of another chain. */
    struct bytes log = log_read(p.log);
    log.data[log.len / 2] ^= 1;
    log_put(p.log, log.data, log.len);
    ck_fails(ledger_scan(reader, count_record, &(uint64_t){0}, &e), &e, ERR_INPUT, "record 2");
    log.data[log.len / 2] ^= 1;
    log_put(p.log, log.data, log.len / 2);
    ck_fails(ledger_scan(reader, count_record, &(uint64_t){0}, &e), &e, ERR_INPUT, "altered");
    ck_fails(ledger_refresh(reader, &e), &e, ERR_INPUT, "it was cut");
    ledger_close(l);
    l = open_ledger(p.dir); /* cuts, and goes on otherwise */
    append_batch(l, 4);
    ck_fails(ledger_scan(reader, count_record, &(uint64_t){0}, &e), &e, ERR_INPUT, "another head");
    ledger_close(l);
    ledger_close(reader);
    free(log.data);
    place_remove(p.dir);
}
END_TEST

/* Lines of all lengths, at all places of the window through which a log is read,
 * batches longer than it, and a tail of zeros that is. */
START_TEST(long_logs_are_read_whole)
{
    struct place p = place_make();
    struct ledger *l = open_ledger(p.dir);
    struct record *r = calloc(200, sizeof *r);
    uint64_t count = 0;
    struct chain_state state;

    for (size_t i = 0; i < 300; i++) {
        fill_decline(&r[0], 1 + i * 37 % 3700);
        ck_ok(ledger_append(l, r, 1, NULL, &e), &e);
    }
    for (size_t length = 3100; length <= 3700; length += 100) {
        for (size_t i = 0; i < 200; i++)
            fill_decline(&r[i], length);
        ck_ok(ledger_append(l, r, 200, NULL, &e), &e);
    }
    append_batch(l, 2);
    ck_ok(ledger_scan(l, count_record, &count, &e), &e);
    ck_assert_uint_eq(count, 1703);
    ck_assert_uint_eq(verified_count(p.dir), 1703);
    state = *ledger_state(l);
    ledger_close(l);

    ck_assert_int_eq(truncate(p.log, (off_t)state.bytes + 1000000), 0);
    ck_fails(ledger_verify(p.dir, &state, &e), &e, ERR_VERIFY, "record 1703");
    l = open_ledger(p.dir);
    ck_assert_uint_eq(ledger_repaired(l), 1000000);
    ledger_close(l);
    ck_assert_uint_eq(verified_count(p.dir), 1704);
    free(r);
    place_remove(p.dir);
}
END_TEST

/* Effect: a process that waits until the gate closes, runs work, and exits 0 if
 * no assertion failed. */
static pid_t start(const int gate[static 2], void (*work)(const char *dir, int who),
                   const char *dir, int who)
{
    pid_t pid = fork();
    char byte;

    if (pid != 0)
        return pid;
    close(gate[1]);
    if (read(gate[0], &byte, 1) != 0)
        _exit(9);
    work(dir, who);
    _exit(0);
}

/* Effect: runs work in so many processes at once, and reads meanwhile, if there
 * is a reader. */
static void run_together(int processes, void (*work)(const char *dir, int who), const char *dir,
                         struct ledger *reader)
{
    int gate[2], status, left = processes;
    uint64_t seen = 0, count;

    ck_assert_int_eq(pipe(gate), 0);
    for (int i = 0; i < processes; i++)
        ck_assert_int_gt(start(gate, work, dir, i), 0);
    close(gate[0]);
    close(gate[1]);
    while (left > 0) {
        if (waitpid(-1, &status, reader ? WNOHANG : 0) > 0) {
            ck_assert_int_eq(status, 0);
            left--;
        }
        if (!reader)
            continue;
        /* A reader sees whole batches, and never fewer than before. */
        ck_ok(ledger_refresh(reader, &e), &e);
        count = 0;
        ck_ok(ledger_scan(reader, count_record, &count, &e), &e);
        ck_assert_uint_ge(count, seen);
        seen = count;
    }
}

enum { ROUNDS = 300, WRITERS = 2 };

static void require(bool condition)
{
    if (!condition)
        _exit(1);
}

/* Every third batch insists on its head, as one who counts must. */
static void write_rounds(const char *dir, int who)
{
    struct ledger *l = ledger_open(dir, NULL, &e);
    struct record r[3];
    uint8_t head[SHA256_LEN];
    char slave[32];
    int rc;

    require(l);
    snprintf(slave, sizeof slave, "jena/wdbc/%d", who);
    for (unsigned i = 0; i < ROUNDS; i++) {
        size_t n = 1 + i % 3;
        for (size_t k = 0; k < n; k++)
            fill_submit(&r[k], slave, i);
        do {
            memcpy(head, ledger_state(l)->head, SHA256_LEN);
            err_clear(&e);
            rc = ledger_append(l, r, n, i % 3 == 0 ? head : NULL, &e);
        } while (rc < 0 && e.code == ERR_INCOMPLETE);
        require(rc == 0);
    }
    ledger_close(l);
}

/* The rounds of each writer are all there, in order. */
static int check_round(const struct record *r, void *context, struct err *err)
{
    unsigned *next = context;
    uint64_t items;

    if (strcmp(r->type, "submit") != 0)
        return 0;
    unsigned *mine = &next[record_get(r, "slave")[10] - '0'];
    if (record_get_u64(r, "items", &items, err) < 0 || items != *mine)
        return err_set(err, ERR_SOFTWARE, "round %u is lost", *mine);
    *mine += !!r->batch;
    return 0;
}

START_TEST(two_processes_share_a_ledger)
{
    struct place p = place_make();
    unsigned next[WRITERS] = {0};

    ledger_close(open_ledger(p.dir));
    struct ledger *reader = ledger_open_read(p.dir, &e);
    run_together(WRITERS, write_rounds, p.dir, reader);
    ck_ok(ledger_refresh(reader, &e), &e);
    ck_ok(ledger_scan(reader, check_round, next, &e), &e);
    for (int i = 0; i < WRITERS; i++)
        ck_assert_uint_eq(next[i], ROUNDS);
    ck_assert_uint_eq(verified_count(p.dir), 1 + WRITERS * 2 * ROUNDS);
    ledger_close(reader);
    place_remove(p.dir);
}
END_TEST

static void begin_and_append(const char *dir, int who)
{
    struct ledger *l = ledger_open(dir, &fixture_genesis, &e);
    struct record r;

    require(l);
    fill_submit(&r, "jena/wdbc/0", (unsigned)who);
    require(ledger_append(l, &r, 1, NULL, &e) == 0);
    ledger_close(l);
}

START_TEST(one_genesis_wins)
{
    struct place p = place_make();
    char dir[128];

    for (int i = 0; i < 40; i++) {
        snprintf(dir, sizeof dir, "%s/a/b/%d", p.dir, i);
        run_together(4, begin_and_append, dir, NULL);
        ck_assert_uint_eq(verified_count(dir), 5);
    }
    place_remove(p.dir);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, append_names_its_head);
    tcase_add_test(t, wrong_appends_change_nothing);
    tcase_add_test(t, short_writes_are_cut_back);
    tcase_add_test(t, append_repairs_what_another_left);
    tcase_add_test(t, scans_see_what_the_handle_knows);
    tcase_add_test(t, long_logs_are_read_whole);
    tcase_add_test(t, two_processes_share_a_ledger);
    tcase_add_test(t, one_genesis_wins);
}

UNIT_MAIN("append", add)
