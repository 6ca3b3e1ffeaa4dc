/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status file, and the view that is made of it and of the ledger's records. */
#include "ledger_fixture.h"

#include <math.h>

#include "engine/launch/parts.h"
#include "engine/view/document.h"
#include "engine/view/view.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/store.h"

/* 160 bytes, one more than a slave's may have. */
#define TEN       "0123456789"
#define FORTY     TEN TEN TEN TEN
#define LONG_NAME FORTY FORTY FORTY FORTY

static struct status_slave slaves[3];
static struct status_document document;
static char run[RUN_HEX + 1];

/* A slave that computes, one that failed, one that nobody has asked. */
static void setup(void)
{
    slaves[0] = (struct status_slave){
        "jena/x/1", 1, STATUS_COMPUTING, "n1", 0, 1, 2, 100, 3, 7, 2.5, 0.125, ""};
    slaves[1] = (struct status_slave){"jena/x/2", 2, STATUS_FAILED, "n\"2",           1, 3, 2, 0, 0,
                                      0,          0, NAN,           "no column 'a'\n"};
    slaves[2] = (struct status_slave){
        "jena/x/3", 3, STATUS_WAITING, "", -1, -1, 0, UINT64_MAX, 0, 0, 0, NAN, ""};
    document = (struct status_document){.run = run,
                                        .contract = "c0",
                                        .title = "A title, \xc3\xa4 and \xff",
                                        .stage = "gather",
                                        .host = "n0",
                                        .job = "",
                                        .pid = 4711,
                                        .ranks = 5,
                                        .ranks_per_slave = 2,
                                        .results = "elsewhere",
                                        .started = 1700000000.25,
                                        .written = 1700000001.5,
                                        .units_done = 3,
                                        .units = 7,
                                        .time_left = 1.75,
                                        .count = 3,
                                        .slaves = slaves};
    if (!run[0])
        snprintf(run, sizeof run, "0123456789abcdef");
}

static struct buf encoded(void)
{
    struct buf b = {0};

    status_encode(&document, &b);
    ck_assert(!buf_failed(&b));
    return b;
}

START_TEST(what_is_written_is_read)
{
    struct err e = {0};
    struct status_document d;

    setup();
    struct buf b = encoded();
    ck_ok(status_decode(b.data, b.len, &d, &e), &e);
    ck_assert_str_eq(d.run, run);
    ck_assert_str_eq(d.title, "A title, \xc3\xa4 and <0xFF>");
    ck_assert_str_eq(d.stage, "gather");
    ck_assert_uint_eq(d.pid, 4711);
    ck_assert_uint_eq(d.ranks, 5);
    ck_assert_double_eq(d.started, 1700000000.25);
    ck_assert_double_eq(d.time_left, 1.75);
    ck_assert_uint_eq(d.count, 3);
    ck_assert_int_eq((int)d.code, ERR_NONE);
    ck_assert_str_eq(d.why, "");
    for (size_t k = 0; k < 3; k++) {
        const struct status_slave *a = &slaves[k], *s = &d.slaves[k];
        ck_assert_str_eq(a->name, s->name);
        ck_assert_str_eq(a->node, s->node);
        ck_assert_int_eq((int)a->stage, (int)s->stage);
        ck_assert_int_eq(a->group, s->group);
        ck_assert_int_eq(a->first_rank, s->first_rank);
        ck_assert_uint_eq(a->ranks, s->ranks);
        ck_assert_uint_eq(a->units_done, s->units_done);
        ck_assert_uint_eq(a->units, s->units);
        ck_assert_double_eq(a->seconds, s->seconds);
        ck_assert(isnan(a->silent) ? isnan(s->silent) : a->silent == s->silent);
    }
    ck_assert_str_eq(d.slaves[1].trouble, "no column 'a'\n");
    ck_assert_uint_eq(d.slaves[0].items, 100);
    ck_assert_uint_eq(d.slaves[2].items, UINT64_C(1) << 53);
    status_document_free(&d);
    document.code = ERR_PERMANENT;
    document.why = "nothing was accepted";
    document.time_left = INFINITY;
    document.count = 0;
    buf_free(&b);
    b = encoded();
    ck_ok(status_decode(b.data, b.len, &d, &e), &e);
    ck_assert(isnan(d.time_left));
    ck_assert_uint_eq(d.count, 0);
    ck_assert_int_eq((int)d.code, ERR_PERMANENT);
    ck_assert_str_eq(d.why, "nothing was accepted");
    status_document_free(&d);
    buf_free(&b);
}
END_TEST

/* The document with one piece of its text replaced is refused, with these words. */
static void refused(const char *from, const char *to, const char *words)
{
    struct err e = {0};
    struct status_document d;
    struct buf good = encoded(), bad = {0};
    const char *at = strstr(good.data, from);

    ck_assert_msg(at != NULL, "%s is not in %s", from, good.data);
    buf_add(&bad, good.data, (size_t)(at - good.data));
    buf_adds(&bad, to);
    buf_adds(&bad, at + strlen(from));
    ck_fails(status_decode(bad.data, bad.len, &d, &e), &e, ERR_INPUT, words);
    buf_free(&good);
    buf_free(&bad);
}

START_TEST(malformed_documents_are_refused)
{
    struct err e = {0};
    struct status_document d;

    setup();
    refused("{\"format\":1", "{\"format\":2", "format");
    refused("{\"format\":1", "{\"format\":true", "format");
    refused("\"run\":\"", "\"ran\":\"", "run");
    refused("\"pid\":4711", "\"pid\":-1", "pid");
    refused("\"pid\":4711", "\"pid\":1.5", "pid");
    refused("\"pid\":4711", "\"pid\":9007199254740993", "pid");
    refused("\"pid\":4711", "\"pid\":99999999999999999999", "JSON");
    refused("\"pid\":4711", "\"pid\":4711,\"pid\":4711", "JSON");
    refused("\"host\":\"n0\"", "\"host\":7", "host");
    refused("\"started\":1700000000.25", "\"started\":null", "started");
    refused("\"started\":1700000000.25", "\"started\":1e300", "started");
    refused("\"time_left\":1.75", "\"time_left\":-1", "time_left");
    refused("\"slaves\":[", "\"slaves\":[7,", "slave 1");
    refused("\"slaves\":[", "\"slaves\":0,\"x\":[", "slaves");
    refused("\"stage\":\"computing\"", "\"stage\":\"dancing\"", "slave 1: stage");
    refused("\"partition\":2", "\"partition\":1", "slave 2: partition");
    refused("\"group\":0", "\"group\":\"0\"", "group");
    refused("\"silent\":0.125", "\"silent\":\"long\"", "silent");
    refused("n\\\"2", "\\ud800", "JSON");
    refused("\"jena/x/3\"", "null", "slave 3: name");
    refused("jena/x/3", LONG_NAME, "slave 3: name");
    refused("n1", LONG_NAME, "slave 1: node");

    /* No prefix of a document is one, and whatever byte is changed, reading ends. */
    struct buf b = encoded();
    for (size_t n = 0; n + 2 < b.len; n++)
        ck_fails(status_decode(b.data, n, &d, &e), &e, ERR_INPUT, "");
    for (size_t n = 0; n < b.len; n++) {
        char kept = b.data[n];
        b.data[n] ^= (char)(1 << n % 8);
        if (status_decode(b.data, b.len, &d, NULL) == 0)
            status_document_free(&d);
        b.data[n] = kept;
    }
    char *long_text = malloc(5000);
    memset(long_text, 'x', 4999);
    long_text[0] = long_text[4998] = '"';
    long_text[4999] = '\0';
    refused("\"n0\"", long_text, "host");
    free(long_text);
    buf_free(&b);
}
END_TEST

/* A ledger with one run of three slaves, whose key is then known. */
static struct ledger *publish(const char *dir)
{
    struct err e = {0};
    struct ledger *l = open_ledger(dir);
    struct record r;
    char hex[SHA256_HEX + 1];

    record_begin(&r, "publish");
    record_set(&r, "contract", "%064d", 7);
    record_set_digest(&r, "file", fixture_key);
    record_set(&r, "function", "builtin:moments@1");
    record_set(&r, "slaves", "3");
    record_set(&r, "rounds", "1");
    record_set(&r, "data", "-");
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    snprintf(run, sizeof run, "%s", hex_encode(hex, r.sum, RUN_HEX / 2));
    return l;
}

static void append_claim(struct ledger *l, const char *slave)
{
    struct err e = {0};
    struct record r;

    record_begin(&r, "claim");
    record_set(&r, "run", "%s", run);
    record_set(&r, "slave", "%s", slave);
    record_set(&r, "node", "n9");
    record_set(&r, "slot", "1");
    record_set(&r, "items", "50");
    record_set_digest(&r, "commit", fixture_key);
    record_set_digest(&r, "copy", fixture_key);
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
}

/* A name that does not fit is refused where it is read, as another's would come of it. */
START_TEST(long_names_in_records_are_refused)
{
    struct err e = {0};
    struct place p = place_make();
    struct ledger *l = publish(p.dir);
    struct contract contract = {.ranks_per_slave = 1};
    const struct launch_options o = {.run = {.ledger = p.dir}};
    struct launch launch = {.o = &o, .plan = {.contract = &contract}};
    struct launch_blame b = {.rank = 1};
    struct run found;

    memcpy(launch.key, run, sizeof launch.key);
    append_claim(l, LONG_NAME + 1);
    ck_ok(runs_find(l, run, &found, &e), &e);
    ck_assert_str_eq(found.slaves[0].name, LONG_NAME + 1);
    runs_free(&found);
    append_claim(l, "jena/x/3");
    ck_ok(launch_ask_ledger(&launch, &b, &e), &e);
    ck_assert_str_eq(b.name, "jena/x/3");
    append_claim(l, LONG_NAME);
    ck_fails(runs_find(l, run, &found, &e), &e, ERR_INPUT,
             "record 4 (claim): the name of its slave has 160 bytes, at most 159");
    ck_fails(launch_ask_ledger(&launch, &b, &e), &e, ERR_INPUT, "record 4 (claim): the name");
    ledger_close(l);
    place_remove(p.dir);
}
END_TEST

static void put_status(const char *path)
{
    struct err e = {0};
    struct buf b = encoded();

    ck_ok(file_show(path, b.data, b.len, 0644, &e), &e);
    buf_free(&b);
}

START_TEST(records_and_status_file_make_one_view)
{
    struct err e = {0};
    struct place p = place_make();
    struct ledger *l = publish(p.dir);
    struct view v;
    char key[RUN_HEX + 1], path[200];
    bool taken;

    ck_ok(runs_choose(l, NULL, key, &e), &e);
    ck_assert_str_eq(key, run);
    snprintf(path, sizeof path, "%.4s", run);
    ck_ok(runs_choose(l, path, key, &e), &e);
    ck_assert_str_eq(key, run);
    ck_fails(runs_choose(l, "abc", key, &e), &e, ERR_USAGE, "4 to 16");
    ck_fails(runs_choose(l, "nosuchrun", key, &e), &e, ERR_USAGE, "hex");
    snprintf(path, sizeof path, "%.4s", run);
    path[3] = path[3] == '0' ? '1' : '0';
    ck_fails(runs_choose(l, path, key, &e), &e, ERR_INPUT, "no run");

    /* Published, and no more: nobody works on it, and slaves have no names. */
    ck_ok(view_read(l, run, &v, &e), &e);
    ck_assert_int_eq((int)v.state, VIEW_INTERRUPTED);
    ck_assert_uint_eq(v.count, 3);
    ck_assert_uint_eq(v.parts[VIEW_WAITING], 3);
    ck_assert_ptr_eq(view_find(&v, "2"), &v.slaves[1]);
    ck_assert_ptr_null(view_find(&v, "4"));
    ck_assert_ptr_null(view_find(&v, "0"));
    ck_assert_ptr_null(view_find(&v, ""));
    view_free(&v);

    /* Running: the newer of the two counts. */
    setup();
    append_claim(l, "jena/x/3");
    document.code = ERR_INPUT; /* of a start that has failed: not while another goes on */
    document.why = "no rows";
    document.written = (double)clock_utc_us() * 1e-6 + 10;
    snprintf(path, sizeof path, "%s/runs/%s", p.dir, run);
    ck_ok(file_mkdirs(path, &e), &e);
    snprintf(path, sizeof path, "%s/runs/%s/lock", p.dir, run);
    int lock = file_open_rw(path, 0600, &e);
    ck_ok(file_try_lock(lock, path, &taken, &e), &e);
    snprintf(path, sizeof path, "%s/runs/%s/status", p.dir, run);
    put_status(path);
    ck_ok(view_read(l, run, &v, &e), &e);
    ck_assert_int_eq((int)v.state, VIEW_RUNNING);
    ck_assert_int_eq((int)v.damage.code, ERR_NONE);
    ck_assert_str_eq(view_stage(&v), "gather");
    ck_assert_int_eq((int)v.slaves[0].part, VIEW_COMPUTING);
    ck_assert_int_eq((int)v.slaves[1].part, VIEW_LOST);
    ck_assert_int_eq((int)v.slaves[2].part, VIEW_WAITING);
    ck_assert_double_eq(v.time_left, 1.75);
    ck_assert_double_eq(view_rate(&v.slaves[0]), 3 / 2.5);
    view_free(&v);
    document.written = 1000;
    put_status(path);
    ck_ok(view_read(l, run, &v, &e), &e);
    ck_assert_int_eq((int)v.slaves[2].part, VIEW_CLAIMED);
    ck_assert_str_eq(v.slaves[2].node, "n9");
    view_free(&v);

    /* A status file of something else is not used, and that is said. */
    slaves[0].name = "jena/x/1";
    document.count = 2;
    put_status(path);
    ck_ok(view_read(l, run, &v, &e), &e);
    ck_assert_int_eq((int)v.damage.code, ERR_INPUT);
    ck_assert_uint_eq(v.document.count, 0);
    ck_assert_int_eq((int)v.slaves[0].part, VIEW_WAITING);
    view_free(&v);
    document.count = 3;
    document.run = "0000000000000000";
    put_status(path);
    ck_ok(view_read(l, run, &v, &e), &e);
    ck_assert_ptr_nonnull(strstr(v.damage.text, "is of run 0000"));
    view_free(&v);

    /* The lock is free again: what was going on is over. */
    file_close(lock);
    document.run = run;
    document.written = (double)clock_utc_us() * 1e-6;
    put_status(path);
    ck_ok(view_read(l, run, &v, &e), &e);
    ck_assert_int_eq((int)v.state, VIEW_FAILED);
    ck_assert_str_eq(v.document.why, "no rows");
    view_free(&v);
    document.code = ERR_INCOMPLETE;
    put_status(path);
    ck_ok(view_read(l, run, &v, &e), &e);
    ck_assert_int_eq((int)v.state, VIEW_INTERRUPTED);
    ck_assert_int_eq((int)v.slaves[0].part, VIEW_WAITING);
    ck_assert_str_eq(v.slaves[0].name, "jena/x/1");
    ck_assert_int_eq((int)v.slaves[2].part, VIEW_CLAIMED);
    view_free(&v);
    ledger_close(l);
    place_remove(p.dir);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, what_is_written_is_read);
    tcase_add_test(t, malformed_documents_are_refused);
    tcase_add_test(t, long_names_in_records_are_refused);
    tcase_add_test(t, records_and_status_file_make_one_view);
}

UNIT_MAIN("status", add)
