/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs to read what others wrote, counted in comparisons of names: the linker leads
 * all calls of strcmp through here. */
#include "ledger_fixture.h"

#include "engine/judge/parties.h"
#include "ledger/fold/accounts.h"
#include "ledger/fold/runs.h"
#include "util/flat.h"

enum {
    SLAVES = 4000,
    EACH = 300, /* comparisons for a record, at most: of its type and keys. All pairs are 2000 */
};

static struct err e;
static uint64_t calls;

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);

int __wrap_strcmp(const char *a, const char *b)
{
    calls++;
    return __real_strcmp(a, b);
}

/* The slave that is the i-th to be named: no order helps who looks for it. */
static unsigned slave_at(unsigned i)
{
    return i * 1237 % SLAVES + 1;
}

static void fill_claim(struct record *r, const char *run, unsigned k)
{
    record_begin(r, "claim");
    record_set(r, "run", "%s", run);
    record_set(r, "slave", "jena/wdbc/%u", k);
    record_set(r, "node", "n");
    record_set(r, "slot", "0");
    record_set(r, "items", "10");
    record_set_digest(r, "commit", fixture_key);
    record_set_digest(r, "copy", fixture_key);
}

static void fill_settle(struct record *r, const char *run, unsigned k)
{
    record_begin(r, "settle");
    record_set(r, "run", "%s", run);
    record_set(r, "slave", "jena/wdbc/%u", k);
    record_set(r, "decision", "rejected");
    record_set(r, "items", "10");
    record_set(r, "credits", "0");
    record_set(r, "result", "-");
}

/* Effect: a ledger with a run that all have claimed, been found wrong in, and been settled
 * in, each time in another order. Returns it; key is the run's. */
static struct ledger *fill_ledger(const char *dir, char key[static RUN_HEX + 1])
{
    struct ledger *l = open_ledger(dir);
    struct record *r = calloc(SLAVES, sizeof *r);

    record_begin(r, "publish");
    record_set(r, "contract", "%064d", 0);
    record_set(r, "file", "-");
    record_set(r, "function", "builtin:moments@1");
    record_set(r, "slaves", "%d", SLAVES);
    record_set(r, "rounds", "1");
    record_set(r, "data", "-");
    ck_ok(ledger_append(l, r, 1, NULL, &e), &e);
    ck_ok(runs_choose(l, NULL, key, &e), &e);
    for (unsigned i = 0; i < SLAVES; i++)
        fill_claim(&r[i], key, slave_at(i));
    ck_ok(ledger_append(l, r, SLAVES, NULL, &e), &e);
    for (unsigned i = 0; i < SLAVES; i++) {
        record_begin(&r[i], "check");
        record_set(&r[i], "run", "%s", key);
        record_set(&r[i], "round", "1");
        record_set(&r[i], "slave", "jena/wdbc/%u", slave_at(i * 7));
        record_set(&r[i], "by", "-");
        record_set_digest(&r[i], "state", fixture_key);
        record_set(&r[i], "verdict", "wrong");
    }
    ck_ok(ledger_append(l, r, SLAVES, NULL, &e), &e);
    for (unsigned i = 0; i < SLAVES; i++)
        fill_settle(&r[i], key, slave_at(i * 3));
    ck_ok(ledger_append(l, r, SLAVES, NULL, &e), &e);
    free(r);
    return l;
}

START_TEST(folds_are_linear)
{
    struct place p = place_make();
    char key[RUN_HEX + 1];
    struct ledger *l = fill_ledger(p.dir, key);
    struct accounts a;
    struct run run;

    calls = 0;
    ck_ok(accounts_fold(l, UINT64_MAX, &a, &e), &e);
    ck_assert_uint_eq(a.count, SLAVES + 1);
    ck_assert_uint_eq(accounts_find(&a, "jena/wdbc/4000")->rejections, 1);
    ck_assert_ptr_null(accounts_find(&a, "jena/wdbc/4001"));
    ck_assert_uint_le(calls, EACH * 3 * SLAVES);
    ck_assert_uint_ge(calls, SLAVES); /* they are counted indeed */

    calls = 0;
    ck_ok(runs_find(l, key, &run, &e), &e);
    ck_assert_uint_eq(run.count, SLAVES);
    for (unsigned i = 0; i < SLAVES; i++) {
        char name[32];
        snprintf(name, sizeof name, "jena/wdbc/%u", slave_at(i * 11));
        ck_assert_str_eq(runs_slave(&run, name)->name, name);
    }
    ck_assert_uint_le(calls, EACH * 3 * SLAVES);
    accounts_free(&a);

    struct result *r = result_create(1, &e);
    struct party *list;
    size_t n;
    calls = 0;
    ck_ok(judge_parties(r, &run, &list, &n, &e), &e);
    ck_assert_uint_eq(n, SLAVES);
    ck_assert_uint_le(calls, EACH * SLAVES);
    free(list);
    result_free(r);
    runs_free(&run);
    ledger_close(l);
    place_remove(p.dir);
}
END_TEST

START_TEST(documents_are_linear)
{
    struct flat *f = flat_create(&e);
    struct buf b = {0};
    char path[64];

    calls = 0;
    for (unsigned i = 0; i < SLAVES; i++) {
        snprintf(path, sizeof path, "/group@%u", slave_at(i));
        flat_add_integer(f, path, i);
    }
    flat_add_integer(f, "/group@1", 0);
    ck_fails(flat_ok(f, &e), &e, ERR_INPUT, "/group@1 is given twice");
    flat_encode(f, &b);
    struct flat *g = flat_decode(b.data, b.len, &e);
    ck_assert_ptr_nonnull(g);
    ck_assert_uint_eq(flat_count(g), SLAVES);
    ck_assert_int_eq(flat_find(g, "/group@1238")->integers[0], 1);
    ck_assert_uint_le(calls, EACH * SLAVES);
    flat_destroy(f);
    flat_destroy(g);
    buf_free(&b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, folds_are_linear);
    tcase_add_test(t, documents_are_linear);
}

UNIT_MAIN("costs", add)
