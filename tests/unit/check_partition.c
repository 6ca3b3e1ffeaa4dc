/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Partitions: how rows are divided, their digests, and commitments to states. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/plan/bind.h"
#include "engine/plan/deal.h"
#include "engine/plan/partition.h"
#include "engine/state/commitment.h"
#include "function/registry.h"
#include "util/store.h"

/* A commitment is bound to each of its parts. */
START_TEST(commitments_bind)
{
    struct err e = {0};
    uint8_t salt[SHA256_LEN] = {1}, digest[SHA256_LEN] = {2}, a[SHA256_LEN], b[SHA256_LEN];

    ck_ok(commitment_make(salt, 5, digest, a, &e), &e);
    ck_ok(commitment_make(salt, 6, digest, b, &e), &e);
    ck_assert_mem_ne(a, b, sizeof a);
    salt[31] = 1;
    ck_ok(commitment_make(salt, 5, digest, b, &e), &e);
    ck_assert_mem_ne(a, b, sizeof a);
    salt[31] = 0;
    digest[31] = 1;
    ck_ok(commitment_make(salt, 5, digest, b, &e), &e);
    ck_assert_mem_ne(a, b, sizeof a);
    digest[31] = 0;
    ck_ok(commitment_make(salt, 5, digest, b, &e), &e);
    ck_assert_mem_eq(a, b, sizeof a);
}
END_TEST

static char directory[] = "/tmp/metaneuron-partition-XXXXXX";
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
    static char blocks[] = "blocks";

    return (struct contract){.data = name,
                             .split = split,
                             .deal = blocks,
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

/* Reads of the column a, one after the other. */
struct walk {
    double rows[5003];
    size_t count;
};

static int note_rows(void *context, const struct block *block, struct err *e)
{
    struct walk *w = context;

    (void)e;
    ck_assert_uint_eq(block->first, w->count); /* in the partition, not in the file */
    for (size_t i = 0; i < block->rows; i++)
        w->rows[w->count++] = block->data[2 * i];
    return 0;
}

/* The rows of slave k by the definition, one row after the other. */
static size_t slow_deal(uint64_t total, uint64_t slaves, uint64_t k, double *rows)
{
    size_t count = 0;
    uint64_t d = 1;

    while (d < 4096 && 64 * (2 * d) * (2 * d) * slaves <= total)
        d *= 2;
    for (uint64_t row = 0; row < total; row++) {
        uint64_t x = row / d / slaves; /* the round */
        x ^= x >> 30;
        x *= UINT64_C(13787848793156543929);
        x ^= x >> 27;
        x *= UINT64_C(10723151780598845931);
        x ^= x >> 31;
        if ((row / d + x % slaves) % slaves == k)
            rows[count++] = (double)row;
    }
    return count;
}

START_TEST(rows_are_dealt_in_turn)
{
    static const int64_t many[] = {1, 2, 3, 8, 13, 4096, 5003};
    static char turn[] = "turn";
    struct err e = {0};

    make_csv();
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        struct contract c = rows_contract(many[i]);
        c.deal = turn;
        struct partition *p = partition_open(&c, csv, 0, &e);
        ck_assert_msg(p != NULL, "%s", e.text);
        for (uint32_t k = 0; k < many[i]; k += 1 + (uint32_t)many[i] / 13) {
            static struct walk w;
            double wanted[5003];
            size_t n = slow_deal(5003, (uint64_t)many[i], k, wanted);
            w.count = 0;
            ck_assert(partition_move(p, k));
            for (uint64_t u = 0; u < partition_units(p); u++)
                ck_ok(partition_read_unit(p, u, note_rows, &w, &e), &e);
            ck_assert_uint_eq(partition_rows(p), n);
            ck_assert_uint_eq(w.count, n);
            ck_assert_mem_eq(w.rows, wanted, n * sizeof *wanted);
        }
        partition_close(p);
    }
    remove_csv();
}
END_TEST

/* Whatever the size, each row is one slave's, and no slave has much more than others. */
START_TEST(hands_share_a_file)
{
    static char turn[] = "turn";
    struct contract c = rows_contract(1);

    c.deal = turn;
    for (uint64_t total = 1; total < UINT64_C(1) << 50; total = total * 3 + 1)
        for (c.slaves = 1; c.slaves <= 65536; c.slaves = c.slaves * 5 + 1) {
            uint64_t sum = 0, least = UINT64_MAX, most = 0, stripe = 0;
            for (uint32_t k = 0; k < c.slaves; k++) {
                struct hand h = deal(&c, total, k);
                sum += h.rows;
                least = h.rows < least ? h.rows : least;
                most = h.rows > most ? h.rows : most;
                stripe = h.stripe;
                if (h.rows > 0)
                    ck_assert_uint_lt(deal_row(&h, h.rows - 1), total);
            }
            ck_assert_uint_eq(sum, total);
            ck_assert(c.slaves == 1 || most - least <= stripe);
            ck_assert(least > 0 || total < (uint64_t)c.slaves);
        }
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

/* A column's name is part of a feature's, as in mean(x). */
START_TEST(feature_names_are_not_cut)
{
    enum { ROOM = BOUND_FEATURE - sizeof "mean()" };
    char column[ROOM + 2] = "";
    const char *const columns[] = {column};
    struct err e = {0};

    for (size_t len = ROOM; len <= ROOM + 1; len++) {
        memset(column, 'x', len);
        struct bound *b = registry_bind(registry_find("moments", &e), NULL, 0, columns, 1, &e);
        ck_assert_msg(b != NULL, "%s", e.text);
        if (len == ROOM)
            ck_ok(bind_check_features(b, &e), &e);
        else
            ck_fails(bind_check_features(b, &e), &e, ERR_INPUT, "the name of feature 1");
        bound_destroy(b);
    }
}
END_TEST

/* A model may have twice what a state may, or what it may by default. */
START_TEST(models_have_a_limit)
{
    static const char digest[] =
        "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    struct contract_param params[] = {
        {.name = "program", .type = FLAT_STRING, .string = "p"},
        {.name = "sha256", .type = FLAT_STRING, .string = (char *)digest},
        {.name = "length", .type = FLAT_INTEGER, .integer = 2},
        {.name = "update", .type = FLAT_STRING, .string = "program"},
        {.name = "model", .type = FLAT_INTEGER},
    };
    struct contract c = {.function = "exec",
                         .version = 1,
                         .digest = "builtin:exec@1",
                         .rounds = 1,
                         .params = params,
                         .params_count = sizeof params / sizeof params[0]};
    const char *const columns[] = {"a"};
    struct err e = {0};

    c.state_length = 2;
    params[4].integer = (1 << 28) + 1;
    ck_fails(bind_function(&c, columns, 1, &e) ? 0 : -1, &e, ERR_INPUT,
             "function exec: a model has 268435457 doubles; where the contract's limit of a state "
             "is 2, expected at most 268435456");
    c.state_length = 1 << 30;
    params[4].integer = 0x1p40;
    ck_fails(bind_function(&c, columns, 1, &e) ? 0 : -1, &e, ERR_INPUT,
             "exec: model_length gives 1099511627776; expected 1 to 2147483648");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, commitments_bind);
    tcase_add_test(t, partitions_cover_the_rows_once);
    tcase_add_test(t, rows_are_dealt_in_turn);
    tcase_add_test(t, hands_share_a_file);
    tcase_add_test(t, partition_digests_are_of_content);
    tcase_add_test(t, feature_names_are_not_cut);
    tcase_add_test(t, models_have_a_limit);
}

UNIT_MAIN("partition", add)
