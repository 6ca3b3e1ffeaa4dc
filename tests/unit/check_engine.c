/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "odd.h"
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/job.h"
#include "engine/tree.h"
#include "function/registry.h"
#include "h5/writer.h"
#include "util/store.h"

static double slow_tree(uint64_t n)
{
    double parts[64];
    size_t count = 0;

    for (uint64_t at = 0; at < n;) {
        uint64_t level = 0;
        while (at % (UINT64_C(2) << level) == 0 && at + (UINT64_C(2) << level) <= n)
            level++;
        parts[count++] = slow_node(level, at >> level);
        at += UINT64_C(1) << level;
    }
    for (; count > 1; count--)
        parts[count - 2] = parts[count - 2] * 0.7 + parts[count - 1] * 1.3;
    return parts[0];
}

/* Ranks that hold any contiguous shares give the bits of one rank. */
START_TEST(tree_does_not_know_the_ranks)
{
    struct err e = {0};
    struct bound *b = bind_odd();

    for (uint64_t n = 1; n <= 70; n++) {
        double wanted = slow_tree(n);
        for (uint64_t ranks = 1; ranks <= 9; ranks++) {
            struct tree *whole = tree_create(b, TREE_UNCAPPED, &e);
            double root[2];
            for (uint64_t r = 0; r < ranks; r++) {
                struct tree *part = tree_create(b, TREE_UNCAPPED, &e);
                struct buf bytes = {0};
                push_range(part, n * r / ranks, n * (r + 1) / ranks);
                tree_encode(part, &bytes);
                ck_ok(tree_push_encoded(whole, bytes.data, bytes.len, &e), &e);
                buf_free(&bytes);
                tree_destroy(part);
            }
            ck_ok(tree_finish(whole, root, &e), &e);
            ck_assert(root[0] == (double)n && memcmp(&root[1], &wanted, sizeof wanted) == 0);
            tree_destroy(whole);
        }
    }
    bound_destroy(b);
}
END_TEST

START_TEST(tree_of_nothing_is_empty)
{
    struct err e = {0};
    struct bound *b = bind_odd();
    struct tree *t = tree_create(b, TREE_UNCAPPED, &e);
    double root[2] = {7, 7};

    ck_ok(tree_finish(t, root, &e), &e);
    ck_assert(root[0] == 0 && root[1] == 0);
    ck_fails(tree_push_encoded(t, "x", 1, &e), &e, ERR_INPUT, "no multiple");
    tree_destroy(t);
    bound_destroy(b);
}
END_TEST

START_TEST(messages_are_checked)
{
    struct err e = {0};
    struct message *m = message_create(MESSAGE_RESULT, 3, 16, &e);
    size_t size = message_size(m);

    ck_assert(message_check(m, size));
    ck_assert(!message_check(m, size - 1));
    ck_assert(!message_check(m, 10));
    m->length = UINT64_MAX;
    ck_assert(!message_check(m, size));
    m->length = 16;
    m->type = 99;
    ck_assert(!message_check(m, size));
    m->type = MESSAGE_RESULT;
    memset(m->text, 'x', sizeof m->text);
    ck_assert(!message_check(m, size));
    free(m);
}
END_TEST

/* A commitment is bound to each of its parts. */
START_TEST(commitments_bind)
{
    struct err e = {0};
    uint8_t salt[SHA256_LEN] = {1}, digest[SHA256_LEN] = {2}, a[SHA256_LEN], b[SHA256_LEN];

    ck_ok(claim_commitment(salt, 5, digest, a, &e), &e);
    ck_ok(claim_commitment(salt, 6, digest, b, &e), &e);
    ck_assert_mem_ne(a, b, sizeof a);
    salt[31] = 1;
    ck_ok(claim_commitment(salt, 5, digest, b, &e), &e);
    ck_assert_mem_ne(a, b, sizeof a);
    salt[31] = 0;
    digest[31] = 1;
    ck_ok(claim_commitment(salt, 5, digest, b, &e), &e);
    ck_assert_mem_ne(a, b, sizeof a);
    digest[31] = 0;
    ck_ok(claim_commitment(salt, 5, digest, b, &e), &e);
    ck_assert_mem_eq(a, b, sizeof a);
}
END_TEST

static char directory[] = "/tmp/metaneuron-engine-XXXXXX";
static char csv[64];

static void make_csv(void)
{
    struct buf b = {0};
    struct err e = {0};

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(csv, sizeof csv, "%s/x.csv", directory);
    buf_adds(&b, "a,b\n");
    for (int i = 0; i < 5003; i++)
        buf_addf(&b, "%d,%d\n", i, i * i % 97);
    ck_ok(file_write(csv, b.data, b.len, 0600, &e), &e);
    buf_free(&b);
}

static void remove_csv(void)
{
    file_remove(csv);
    rmdir(directory);
}

static struct contract rows_contract(int64_t slaves)
{
    static char split[] = "rows", missing[] = "error", commit[] = "sample", name[] = "x";

    return (struct contract){.data = name,
                             .split = split,
                             .missing = missing,
                             .commit = commit,
                             .slaves = slaves,
                             .unit_rows = 64};
}

static int sum_rows(void *context, const struct block *block, struct err *e)
{
    double *sum = context;

    (void)e;
    ck_assert_uint_eq(block->columns, 2);
    for (size_t i = 0; i < block->rows; i++) {
        ck_assert(block->data[2 * i] == sum[1]); /* every row once, in order */
        sum[0] += block->data[2 * i + 1];
        sum[1]++;
    }
    return 0;
}

START_TEST(partitions_cover_the_rows_once)
{
    struct err e = {0};

    make_csv();
    for (int64_t slaves = 1; slaves <= 13; slaves += 3) {
        struct contract c = rows_contract(slaves);
        double sum[2] = {0, 0}, wanted = 0;
        uint64_t least = UINT64_MAX, most = 0;
        for (uint32_t k = 0; k < slaves; k++) {
            struct partition *p = partition_open(&c, csv, k % 2 ? 0 : k, &e);
            ck_assert_msg(p != NULL, "%s", e.text);
            ck_assert(partition_move(p, k)); /* from another one, or itself */
            uint64_t items;
            ck_ok(partition_items(p, &items, &e), &e);
            ck_assert_uint_eq(items, partition_rows(p));
            least = items < least ? items : least;
            most = items > most ? items : most;
            for (uint64_t u = 0; u < partition_units(p); u++)
                ck_ok(partition_read_unit(p, u, sum_rows, sum, &e), &e);
            partition_close(p);
        }
        for (int i = 0; i < 5003; i++)
            wanted += i * i % 97;
        ck_assert(sum[0] == wanted && sum[1] == 5003 && most - least <= 1);
    }
    remove_csv();
}
END_TEST

/* The digest depends on the run's key and on rows, and nothing else. */
START_TEST(partition_digests_are_of_content)
{
    struct err e = {0};
    struct contract c = rows_contract(1), full = c;
    static char all[] = "full";
    uint8_t a[SHA256_LEN], b[SHA256_LEN];

    make_csv();
    full.commit = all;
    struct partition *p = partition_open(&c, csv, 0, &e), *q = partition_open(&full, csv, 0, &e);
    ck_assert(p && q);
    ck_ok(partition_digest(p, "0123456789abcdef", a, &e), &e);
    ck_ok(partition_digest(p, "0123456789abcdef", b, &e), &e);
    ck_assert_mem_eq(a, b, sizeof a);
    ck_ok(partition_digest(q, "0123456789abcdef", b, &e), &e);
    ck_assert_mem_ne(a, b, sizeof a);
    ck_ok(partition_digest(q, "fedcba9876543210", a, &e), &e);
    ck_assert_mem_eq(a, b, sizeof a);
    partition_close(p);
    partition_close(q);
    remove_csv();
}
END_TEST

/* The handler of the in-process transport's test: answers with the partition's
 * number doubled. */
static int answer(void *context, struct team *team, const struct message *in, struct message **out,
                  struct err *e)
{
    ck_assert_int_eq(team_size(team), 1);
    (*(int *)context)++;
    *out = message_create(MESSAGE_RESULT, 2 * in->partition, 0, e);
    return *out ? 0 : -1;
}

START_TEST(local_transport_is_a_call)
{
    struct err e = {0};
    struct transport *t = transport_local(&e);
    struct message *m = message_create(MESSAGE_COMPUTE, 21, 0, &e), *got;
    int calls = 0, group = -1;

    ck_assert(t && m);
    ck_ok(transport_split(t, 3, &e), &e);
    ck_assert_int_eq(transport_groups(t), 1);
    ck_ok(transport_serve(t, answer, &calls, &e), &e);
    ck_ok(transport_receive(t, 0, &group, &got, &e), &e);
    ck_assert_ptr_null(got);
    ck_ok(transport_send(t, 0, m, &e), &e);
    ck_ok(transport_receive(t, 0, &group, &got, &e), &e);
    ck_assert(got && got->partition == 42 && group == 0 && calls == 1);
    free(got);
    free(m);
    transport_close(t);
}
END_TEST

/* A small result, as a run leaves it. */
static struct result *make_result(void)
{
    static const char *const rows[] = {"a", "b"};
    static const double values[] = {1, 2};
    static const struct function_array array = {
        .name = "mean", .help = "h", .rows = 2, .columns = 1, .row_labels = rows, .values = values};
    struct err e = {0};
    struct result *r = result_create(2, &e);

    ck_ok(result_size(r, 3, 1, &e), &e);
    ck_ok(result_size(r, 2, 1, &e), &e); /* a second time is no leak */
    ck_ok(result_set(&r->feature_names[0], "f", &e), &e);
    ck_ok(result_add(&r->accepted, &array, &e), &e);
    ck_ok(result_set(&r->title, "t", &e), &e);
    snprintf(r->run, sizeof r->run, "0123456789abcdef");
    memset(r->id, 'a', SHA256_HEX);
    r->contract = err_alloc(1, 1, "a contract", &e);
    r->contract_len = 1;
    r->columns = err_alloc(1, sizeof *r->columns, "a column", &e);
    ck_ok(result_set(&r->columns[0], "x", &e), &e);
    r->columns_count = 1;
    r->slave[1].answered = true;
    snprintf(r->slave[1].why, sizeof r->slave[1].why, "accepted");
    return r;
}

/* Reads a file's bytes as a result. */
static struct result *read_result(struct reader *reader, const char *path, struct err *e)
{
    char *bytes;
    size_t len;

    err_clear(e);
    if (file_read(path, 1 << 20, &bytes, &len, e) < 0)
        return NULL;
    struct result *r = result_read(reader, "r.h5", bytes, len, e);
    free(bytes);
    return r;
}

/* What someone may have put in a result in place of what belongs there. */
struct forgery {
    const char *path;
    enum flat_type type;
    unsigned rank;
    size_t dims[2];
    const char *words; /* of the error */
};

/* Writes the document again with one value replaced, or one more. */
static void forge(const struct flat *good, const struct forgery *x, const char *path)
{
    static char text[600];
    static const double numbers[8];
    char *strings[] = {text, text};
    struct err e = {0};
    struct flat *f = flat_create(&e);

    const void *data = x->type == FLAT_STRING ? (const void *)strings : numbers;
    memset(text, 'x', sizeof text - 1);
    for (size_t i = 0; i < flat_count(good); i++) {
        const struct flat_value *v = flat_at(good, i);
        if (strcmp(v->path, x->path) == 0)
            flat_add(f, x->path, x->type, x->rank, x->dims, data, 0);
        else if (!strstr(v->path, "@help")) /* it stands before its array */
            flat_add(f, v->path, v->type, v->rank, v->dims, v->data, 0);
    }
    if (!flat_find(f, x->path))
        flat_add(f, x->path, x->type, x->rank, x->dims, data, 0);
    ck_ok(writer_write(path, f, &e), &e);
    flat_destroy(f);
}

START_TEST(results_are_not_trusted)
{
    static const struct forgery forgeries[] = {
        {"/@run", FLAT_STRING, 0, {1, 1}, "/@run is not 16 hexadecimal"},
        {"/@contract", FLAT_STRING, 0, {1, 1}, "/@contract is not 64 hexadecimal"},
        {"/slaves/why", FLAT_STRING, 1, {2, 1}, "/slaves/why[0] has more than 511 bytes"},
        {"/slaves/score", FLAT_NUMBER, 1, {3, 1}, "/slaves/score is of another type or shape"},
        {"/rounds/1/states", FLAT_NUMBER, 2, {0, (size_t)1 << 58}, "/rounds/1 is missing or"},
        {"/rounds/1/states", FLAT_INTEGER, 2, {2, 2}, "/rounds/1 is missing or"},
        {"/aggregate_state", FLAT_NUMBER, 1, {3, 1}, "/aggregate_state is of another"},
        {"/aggregate/mean", FLAT_NUMBER, 2, {5, 0}, "/aggregate/mean is no array"},
        {"/aggregate/\xc2\x9b", FLAT_NUMBER, 1, {1, 1}, "is no array of a result"},
        {"/unfiltered/a b", FLAT_NUMBER, 1, {1, 1}, "is no array of a result"},
    };
    struct reader_limits limits = {1 << 20, 1 << 24, 60};
    struct err e = {0};
    struct reader *reader = reader_start(&e);
    struct result *r = make_result();
    char path[64], *bytes;
    size_t len;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/r.h5", directory);
    ck_ok(result_write(r, path, &e), &e);
    result_free(r);
    r = read_result(reader, path, &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    ck_assert_str_eq(r->run, "0123456789abcdef");
    ck_assert(r->slaves == 2 && r->slave[1].answered && !r->slave[0].answered);
    ck_assert_str_eq(result_find(&r->accepted, "mean")->row_labels[1], "b");
    ck_assert_uint_ge(r->slave[1].decision.worst[0], r->features);
    result_free(r);
    ck_ok(file_read(path, 1 << 20, &bytes, &len, &e), &e);
    struct flat *good = reader_read(reader, "r.h5", bytes, len, &limits, &e);
    ck_assert_ptr_nonnull(good);
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        forge(good, &forgeries[i], path);
        ck_assert_ptr_null(read_result(reader, path, &e));
        ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, forgeries[i].words), "%s: %s",
                      forgeries[i].path, e.text);
    }
    flat_destroy(good);
    free(bytes);
    file_remove(path);
    rmdir(directory);
    reader_stop(reader);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, tree_does_not_know_the_ranks);
    tcase_add_test(t, tree_of_nothing_is_empty);
    tcase_add_test(t, messages_are_checked);
    tcase_add_test(t, commitments_bind);
    tcase_add_test(t, partitions_cover_the_rows_once);
    tcase_add_test(t, partition_digests_are_of_content);
    tcase_add_test(t, local_transport_is_a_call);
    tcase_add_test(t, results_are_not_trusted);
}

UNIT_MAIN("engine", add)
