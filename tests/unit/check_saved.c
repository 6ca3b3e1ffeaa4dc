/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checkpoints: what is read back, against a slow version that keeps every unit by itself,
 * and from bytes that someone has changed; the pace at which they are made.
 */
#include "odd.h"
#include "scratch.h"
#include "unit.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state/saved_file.h"
#include "engine/slave/pace.h"
#include "util/halt.h"
#include "util/hash.h"
#include "util/store.h"

enum { UNITS = 70 };

static const uint8_t digest[SHA256_LEN] = {1, 2, 3}, none[SHA256_LEN];
static const struct seal seal = {.directory = ".", .run = "0123456789abcdef", .key = {4, 5, 6}};

static struct saved_key of_partition(uint32_t k)
{
    return (struct saved_key){.seal = &seal,
                              .contract = "c0ffee",
                              .partition = k,
                              .round = 1,
                              .unit = 3,
                              .length = 2,
                              .digest = digest};
}

/* Effect: removes all that is saved. */
static void discard(void)
{
    ck_assert_int_eq(system("rm -rf units-*"), 0);
}

/* What a leader says of the partition's files, when the ledger expects that digest. */
static const char *said(const struct saved_key *c, const uint8_t expected[SHA256_LEN])
{
    static char text[1000];
    struct err e = {0};
    struct buf b = {0};

    ck_ok(saved_check(c, expected, &b, &e), &e);
    snprintf(text, sizeof text, "%s", b.len ? b.data : "");
    buf_free(&b);
    return text;
}

/* Saves units [from, to) as a rank would that began at from; marks their nodes: cover[u]
 * is the size of the node that begins there. */
static void save_units(const struct saved_key *c, struct bound *b, uint64_t from, uint64_t to,
                       uint64_t cover[static UNITS])
{
    struct err e = {0};
    struct reduction *t = reduction_create(b, REDUCTION_UNCAPPED, &e);

    push_range(t, from, to);
    ck_ok(saved_write(c, from, to, t, &e), &e);
    reduction_destroy(t);
    for (uint64_t u = from; u < to;) {
        uint64_t size = 1;
        while (u % (2 * size) == 0 && u + 2 * size <= to)
            size *= 2;
        cover[u] = size;
        u += size;
    }
}

/* What a rank does with units [from, to): takes what was saved, and computes the rest.
 * Returns how many it has computed. */
static uint64_t go_on(const struct saved_key *c, struct reduction *t, uint64_t from, uint64_t to)
{
    struct err e = {0};
    struct saved *s = saved_load(c, from, to, &e);
    uint64_t computed = 0;

    ck_assert_msg(s != NULL, "%s", e.text);
    for (uint64_t u = from; u < to;) {
        uint64_t level = 0;
        double *state = saved_take(s, u, to, &level);
        if (state) {
            ck_ok(reduction_push_node(t, level, u >> level, state, &e), &e);
        } else {
            push_range(t, u, u + 1);
            computed++;
        }
        u += UINT64_C(1) << level;
    }
    saved_free(s);
    return computed;
}

/* Whatever ranks saved, and whatever ranks go on: the bits are those of one rank that was
 * never halted, and only units of nodes that do not lie within a share are computed. */
START_TEST(any_ranks_go_on_with_what_any_saved)
{
    struct err e = {0};
    struct bound *b = bind_odd();

    for (int round = 0; round < 300; round++) {
        uint64_t n = 1 + draw() % UNITS, ranks = 1 + draw() % 5, others = 1 + draw() % 5;
        uint64_t cover[UNITS] = {0};
        const struct saved_key c = of_partition(0);
        struct reduction *t = reduction_create(b, REDUCTION_UNCAPPED, &e),
                         *whole = reduction_create(b, REDUCTION_UNCAPPED, &e);
        double root[2], wanted[2];
        for (uint64_t r = 0; r < ranks; r++) {
            uint64_t from = n * r / ranks, to = n * (r + 1) / ranks;
            if (to > from)
                save_units(&c, b, from, from + draw() % (to - from + 1), cover);
        }
        for (uint64_t r = 0; r < others; r++) {
            uint64_t from = n * r / others, to = n * (r + 1) / others, left = 0;
            for (uint64_t u = from; u < to;) {
                bool fits = cover[u] > 0 && u + cover[u] <= to;
                left += !fits;
                u += fits ? cover[u] : 1;
            }
            ck_assert_uint_eq(go_on(&c, t, from, to), left);
        }
        push_range(whole, 0, n);
        ck_ok(reduction_finish(t, root, &e), &e);
        ck_ok(reduction_finish(whole, wanted, &e), &e);
        ck_assert_mem_eq(root, wanted, sizeof root);
        reduction_destroy(t);
        reduction_destroy(whole);
        discard();
    }
    bound_destroy(b);
}
END_TEST

static void read_back(const char *name, char **data, size_t *len)
{
    struct err e = {0};

    ck_ok(file_read(name, 1 << 20, data, len, &e), &e);
}

static void write_over(const char *name, const void *data, size_t len)
{
    struct err e = {0};

    ck_ok(file_write(name, data, len, 0600, &e), &e);
}

/* How many of the units 0 to 12 must be computed. */
static uint64_t computed_again(const struct saved_key *c)
{
    struct err e = {0};
    struct bound *b = bind_odd();
    struct reduction *t = reduction_create(b, REDUCTION_UNCAPPED, &e);
    uint64_t n = go_on(c, t, 0, 13);

    reduction_destroy(t);
    bound_destroy(b);
    return n;
}

START_TEST(damaged_files_are_absent)
{
    struct bound *b = bind_odd();
    const struct saved_key c = of_partition(0);
    uint64_t cover[UNITS] = {0};
    char *data;
    size_t len;

    save_units(&c, b, 0, 13, cover);
    read_back("units-1-0", &data, &len);
    ck_assert_uint_eq(computed_again(&c), 0);
    for (size_t i = 0; i < len; i++) {
        data[i] ^= (char)(1 << i % 8);
        write_over("units-1-0", data, len);
        ck_assert_uint_eq(computed_again(&c), 13);
        data[i] ^= (char)(1 << i % 8);
        write_over("units-1-0", data, i);
        ck_assert_uint_eq(computed_again(&c), 13);
    }
    write_over("units-1-0", data, len);
    ck_assert_uint_eq(computed_again(&c), 0);
    free(data);
    bound_destroy(b);
    discard();
}
END_TEST

/* Files of another run, contract, partition, round, unit, length of state, or content of the
 * partition. */
START_TEST(files_of_something_else_are_absent)
{
    static const uint8_t other_digest[SHA256_LEN] = {9};
    struct bound *b = bind_odd();
    const struct saved_key c = of_partition(0), second = of_partition(1);
    struct saved_key others[4] = {c, c, c, c};
    struct seal run = seal, key = seal;
    uint64_t cover[UNITS] = {0};
    char *data;
    size_t len;

    others[0].contract = "c0ffed";
    others[1].unit = 4;
    others[2].length = 3;
    others[3].digest = other_digest;
    strcpy(run.run, "fedcba9876543210");
    key.key[31] = 1;
    save_units(&c, b, 0, 13, cover);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_uint_eq(computed_again(&others[i]), 13);
        ck_assert_str_eq(said(&others[i], none), "saved units are not used, but computed again: "
                                                 "units-1-0 is of other data");
        others[i].shared = true; /* other slaves' files are nothing to tell of */
        ck_assert_str_eq(said(&others[i], none), "");
    }
    others[0] = others[1] = c;
    others[0].seal = &run;
    others[1].seal = &key;
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(computed_again(&others[i]), 13);
        ck_assert(strstr(said(&others[i], none), "units-1-0 has not the run's seal"));
    }
    read_back("units-1-0", &data, &len);
    write_over("units-2-0", data, len); /* replayed for another slave */
    write_over("units-1-7", data, len); /* and for another share */
    ck_assert_uint_eq(computed_again(&second), 13);
    ck_assert(strstr(said(&second, none), "units-2-0 has not the run's seal"));
    ck_assert_uint_eq(computed_again(&c), 0);
    ck_assert(strstr(said(&c, none), "units-1-7 has not the run's seal"));
    write_over("units-1-0.tmp-1", data, len); /* a kill left it */
    write_over("units-1-", data, len);
    write_over("units-1-x", data, len);
    ck_assert_int_eq(remove("units-1-7"), 0);
    ck_assert_str_eq(said(&c, none), "");
    free(data);
    bound_destroy(b);
    discard();
}
END_TEST

/* A round's files have names of their own, and a file is sealed with its name. */
START_TEST(rounds_are_kept_apart)
{
    struct bound *b = bind_odd();
    const struct saved_key first = of_partition(0);
    struct saved_key second = first, tenth = first;
    uint64_t cover[UNITS] = {0};
    char *data;
    size_t len;

    second.round = 2;
    tenth.round = 10;
    save_units(&first, b, 0, 13, cover);
    ck_assert_uint_eq(computed_again(&second), 13);
    ck_assert_str_eq(said(&second, none), "");
    read_back("units-1-0", &data, &len);
    write_over("units-1-2-0", data, len); /* replayed in the second */
    ck_assert_uint_eq(computed_again(&second), 13);
    ck_assert(strstr(said(&second, none), "units-1-2-0 has not the run's seal"));
    save_units(&second, b, 0, 13, cover);
    save_units(&tenth, b, 0, 13, cover);
    saved_drop_earlier(&first);
    ck_assert_uint_eq(computed_again(&first), 0);
    saved_drop_earlier(&second);
    ck_assert_uint_eq(computed_again(&first), 13);
    ck_assert_uint_eq(computed_again(&second), 0);
    saved_drop_earlier(&tenth);
    ck_assert_uint_eq(computed_again(&second), 13);
    ck_assert_uint_eq(computed_again(&tenth), 0);
    free(data);
    bound_destroy(b);
    discard();
}
END_TEST

/* What version 1 wrote has a right digest, which anybody can compute. */
START_TEST(files_without_a_seal_are_absent)
{
    static const double node[4] = {0, 0, 1e9, 1e9}; /* level and index are zeros, too */
    const struct saved_key c = of_partition(0);
    char hex[SHA256_HEX + 1];
    uint8_t sum[SHA256_LEN];
    struct err e = {0};
    struct buf b = {0};

    buf_addf(&b, "metaneuron-units-v1 %s 1 2 %s\n", seal.run, hex_encode(hex, digest, SHA256_LEN));
    buf_add(&b, node, sizeof node);
    ck_ok(hash_bytes(b.data, b.len, sum, &e), &e);
    buf_add(&b, sum, sizeof sum);
    write_over("units-1-0", b.data, b.len);
    write_over("units-1-1", b.data, b.len); /* an equal pair */
    ck_assert_uint_eq(computed_again(&c), 13);
    ck_assert(strstr(said(&c, none), " and others has no seal (of an earlier version"));
    ck_ok(saved_digest(&c, sum, &e), &e);
    ck_assert_mem_eq(sum, none, sizeof sum); /* they are not what is saved */
    buf_free(&b);
    discard();
}
END_TEST

/* Only root can give a file away. */
START_TEST(files_of_other_users_are_absent)
{
    struct bound *b = bind_odd();
    const struct saved_key c = of_partition(0);
    uint64_t cover[UNITS] = {0};

    save_units(&c, b, 0, 13, cover);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown("units-1-0", 65534, 65534), 0);
        ck_assert_uint_eq(computed_again(&c), 13);
        ck_assert(strstr(said(&c, none), "units-1-0 is another user's"));
    }
    bound_destroy(b);
    discard();
}
END_TEST

struct forged_node {
    uint64_t level, index;
    double state[2];
};

/* Nodes that no rank would save, under a right seal: some are no nodes and the file is
 * absent; others overlap, and the units are covered once all the same. */
START_TEST(forged_nodes_do_no_harm)
{
    static const struct {
        struct forged_node nodes[3];
        size_t bytes;
        uint64_t again;
    } cases[] = {
        {{{64, 0, {1, 1}}}, sizeof(struct forged_node), 13},
        {{{0, 0, {1, 1}}, {63, 2, {1, 1}}}, 2 * sizeof(struct forged_node), 13},
        {{{UINT64_MAX, UINT64_MAX, {1, 1}}}, sizeof(struct forged_node), 13},
        {{{0, 0, {1, 1}}}, sizeof(struct forged_node) + 8, 13},
        {{{0, 0, {1, 1}}}, 8, 13},
        {{{63, 0, {1, 1}}}, sizeof(struct forged_node), 13},                    /* beyond the end */
        {{{0, UINT64_MAX, {1, 1}}}, sizeof(struct forged_node), 13},            /* likewise */
        {{{0, 3, {1, 1}}, {0, 3, {2, 2}}}, 2 * sizeof(struct forged_node), 12}, /* twice */
        {{{2, 0, {4, 1}}, {0, 2, {1, 1}}, {1, 1, {2, 1}}}, 3 * sizeof(struct forged_node), 9},
    };
    const struct saved_key c = of_partition(0);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf forged = {0};
        struct err e = {0};
        seal_start(&forged);
        saved_add_head(&c, 0, 13, &forged);
        buf_add(&forged, cases[i].nodes, cases[i].bytes);
        ck_ok(seal_write(&seal, "units-1-0", &forged, &e), &e);
        ck_assert_msg(computed_again(&c) == cases[i].again, "case %zu", i);
        buf_free(&forged);
    }
    discard();
}
END_TEST

/* The digest is of all files of a partition and of no other's, in whatever order. */
START_TEST(digests_are_of_all_that_is_saved)
{
    struct err e = {0};
    struct bound *b = bind_odd();
    const struct saved_key c = of_partition(0), eleventh = of_partition(10);
    uint64_t cover[UNITS] = {0};
    uint8_t one[SHA256_LEN], both[SHA256_LEN], again[SHA256_LEN];

    ck_ok(saved_digest(&c, one, &e), &e);
    ck_assert_mem_eq(one, none, sizeof none);
    save_units(&c, b, 0, 5, cover);
    ck_ok(saved_digest(&c, one, &e), &e);
    ck_assert_mem_ne(one, none, sizeof none);
    save_units(&eleventh, b, 0, 7, cover);
    ck_ok(saved_digest(&c, again, &e), &e);
    ck_assert_mem_eq(again, one, sizeof one);
    save_units(&c, b, 6, 9, cover);
    ck_ok(saved_digest(&c, both, &e), &e);
    ck_assert_mem_ne(both, one, sizeof one);
    ck_assert_int_eq(system("rm units-1-*"), 0);
    ck_ok(saved_digest(&c, again, &e), &e);
    ck_assert_mem_eq(again, none, sizeof none);
    save_units(&c, b, 6, 9, cover);
    save_units(&c, b, 0, 5, cover);
    ck_ok(saved_digest(&c, again, &e), &e);
    ck_assert_mem_eq(again, both, sizeof both);
    ck_ok(saved_digest(&eleventh, again, &e), &e);
    ck_assert_mem_ne(again, none, sizeof none);
    ck_assert_str_eq(said(&c, both), "");
    ck_assert_uint_eq(computed_again(&c), 13 - 5 - 3);
    /* What the ledger does not know of is gone; that of others is not. */
    ck_assert_str_eq(said(&c, one), "saved units are not used, but computed again: what is there "
                                    "is not what the ledger says was saved");
    ck_assert_uint_eq(computed_again(&c), 13);
    ck_ok(saved_digest(&eleventh, again, &e), &e);
    ck_assert_mem_ne(again, none, sizeof none);
    discard();
    bound_destroy(b);
}
END_TEST

/* The states of ranges by definition: the nodes up to the cap that cover units [from, to),
 * merged from right to left. */
static double slow_range(uint64_t from, uint64_t to, unsigned cap)
{
    double parts[UNITS];
    size_t count = 0;

    for (uint64_t u = from; u < to;) {
        uint64_t level = 0;
        while (level < cap && u % (UINT64_C(2) << level) == 0 && u + (UINT64_C(2) << level) <= to)
            level++;
        parts[count++] = slow_node(level, u >> level);
        u += UINT64_C(1) << level;
    }
    for (; count > 1; count--)
        parts[count - 2] = parts[count - 2] * 0.7 + parts[count - 1] * 1.3;
    return parts[0];
}

START_TEST(capped_trees_give_the_states_of_ranges)
{
    struct err e = {0};
    struct bound *b = bind_odd();

    for (unsigned cap = 0; cap <= 5; cap++) {
        uint64_t range = UINT64_C(1) << cap;
        for (uint64_t first = 0; first < 3; first++)
            for (uint64_t last = first * range + 1; last <= UNITS; last += 1 + cap) {
                struct reduction *t = reduction_create(b, cap, &e);
                double root[2];
                push_range(t, first * range, last);
                for (uint64_t u = first * range; u < last; u += range) {
                    uint64_t end = u + range < last ? u + range : last;
                    double wanted = slow_range(u, end, cap);
                    ck_ok(reduction_take(t, end, root, &e), &e);
                    ck_assert(root[0] == (double)(end - u));
                    ck_assert_mem_eq(&root[1], &wanted, sizeof wanted);
                }
                ck_ok(reduction_take(t, UINT64_MAX, root, &e), &e);
                ck_assert(root[0] == 0 && root[1] == 0); /* nothing is left */
                reduction_destroy(t);
            }
    }
    bound_destroy(b);
}
END_TEST

static void add_units(void *context, uint64_t units, uint64_t restored)
{
    uint64_t *told = context;

    told[0] += units;
    told[1] += restored;
}

START_TEST(pace_counts_every_unit)
{
    struct err e = {0};
    uint64_t told[2] = {0};
    struct pace p = {.transport = transport_local(&e),
                     .beat = 1,
                     .end = INFINITY,
                     .tick = add_units,
                     .context = told};

    pace_begin(&p, 3);
    for (uint64_t i = 0; i < 1000; i++) {
        ck_assert(!pace_stops(&p));
        pace_units(&p, i);
        pace_part(&p);
    }
    pace_restored(&p, 64);
    pace_end(&p);
    ck_assert_uint_eq(told[0], 999 * 1000 / 2 + 64);
    ck_assert_uint_eq(told[1], 64);
    ck_assert_uint_eq(p.units, 0); /* of which the master has heard all */
    p.tick = NULL;
    pace_begin(&p, 4);
    pace_units(&p, 7);
    pace_end(&p);
    ck_assert_uint_eq(p.units, 7);
    transport_close(p.transport);
}
END_TEST

START_TEST(pace_ends_in_time)
{
    struct err e = {0};
    struct pace p = {.transport = transport_local(&e), .beat = 1, .end = INFINITY};

    pace_begin(&p, 0);
    p.longest = 100;
    ck_assert(!pace_stops(&p));
    p.end = p.now + 1000;
    ck_assert(!pace_stops(&p));
    p.cost = 900; /* a save as long as that must still fit in */
    ck_assert(pace_stops(&p));
    p.cost = 0;
    ck_assert(pace_stops(&p)); /* for good */
    pace_begin(&p, 1);
    ck_assert(!pace_stops(&p));
    p.end = p.now + 1.25 * p.longest + 0.4;
    ck_assert(pace_stops(&p));
    transport_halt(p.transport);
    p.end = INFINITY;
    pace_begin(&p, 2);
    ck_assert(pace_stops(&p));
    transport_close(p.transport);
}
END_TEST

START_TEST(pace_stops_on_signals)
{
    static const int signals[] = {SIGUSR1, SIGTERM, SIGINT};
    struct err e = {0};
    struct pace p = {.transport = transport_local(&e), .beat = 1, .end = INFINITY};

    halt_on_signals();
    pace_begin(&p, 0);
    ck_assert(!pace_stops(&p));
    raise(signals[_i]);
    pace_begin(&p, 1);
    ck_assert(pace_stops(&p));
    transport_close(p.transport);
}
END_TEST

START_TEST(saving_costs_a_twentieth)
{
    struct pace p = {.save = 30};

    p.now = 29.9;
    ck_assert(!pace_saves(&p));
    p.now = 30;
    ck_assert(pace_saves(&p));
    p.cost = 2; /* seconds of the last one */
    ck_assert(!pace_saves(&p));
    p.now = 40;
    ck_assert(pace_saves(&p));
    p.save = 0;
    ck_assert(!pace_saves(&p));
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, any_ranks_go_on_with_what_any_saved);
    tcase_add_test(t, damaged_files_are_absent);
    tcase_add_test(t, files_of_something_else_are_absent);
    tcase_add_test(t, rounds_are_kept_apart);
    tcase_add_test(t, files_without_a_seal_are_absent);
    tcase_add_test(t, files_of_other_users_are_absent);
    tcase_add_test(t, forged_nodes_do_no_harm);
    tcase_add_test(t, digests_are_of_all_that_is_saved);
    tcase_add_test(t, capped_trees_give_the_states_of_ranges);
    tcase_add_test(t, pace_counts_every_unit);
    tcase_add_test(t, pace_ends_in_time);
    tcase_add_loop_test(t, pace_stops_on_signals, 0, 3);
    tcase_add_test(t, saving_costs_a_twentieth);
}

UNIT_MAIN("saved", add)
