/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merkle trees: roots and proofs that others have published, and a slow tree as RFC 6962 says. */
#include "ledger/proof/tree.h"
#include "unit.h"

enum { MOST = 70 };

static struct err e;
static struct hash *h;
static uint8_t leaves[MOST][SHA256_LEN];

/* Section 2.1, word by word. */
static void slow_root(size_t first, size_t n, uint8_t root[static SHA256_LEN])
{
    uint8_t left[SHA256_LEN], right[SHA256_LEN];
    size_t k = 1;

    if (n == 0) {
        ck_ok(hash_bytes("", 0, root, &e), &e);
        return;
    }
    if (n == 1) {
        memcpy(root, leaves[first], SHA256_LEN);
        return;
    }
    while (2 * k < n)
        k *= 2;
    slow_root(first, k, left);
    slow_root(first + k, n - k, right);
    ck_ok(tree_node(h, left, right, root, &e), &e);
}

static void add(struct tree_path *p, size_t first, size_t n)
{
    slow_root(first, n, p->hash[p->count++]);
}

/* PATH(m, D[n]) of section 2.1.1. */
static void slow_path(struct tree_path *p, size_t m, size_t first, size_t n)
{
    size_t k = 1;

    if (n == 1)
        return;
    while (2 * k < n)
        k *= 2;
    slow_path(p, m < k ? m : m - k, m < k ? first : first + k, m < k ? k : n - k);
    add(p, m < k ? first + k : first, m < k ? n - k : k);
}

/* SUBPROOF(m, D[n], b) of section 2.1.2. */
static void slow_proof(struct tree_path *p, size_t m, size_t first, size_t n, bool b)
{
    size_t k = 1;

    if (m == n) {
        if (!b)
            add(p, first, m);
        return;
    }
    while (2 * k < n)
        k *= 2;
    if (m <= k)
        slow_proof(p, m, first, k, b);
    else
        slow_proof(p, m - k, first + k, n - k, false);
    add(p, m <= k ? first + k : first, m <= k ? n - k : k);
}

static int subtree(void *asked, uint64_t first, unsigned level, uint8_t root[static SHA256_LEN],
                   struct err *unused)
{
    (void)unused;
    ck_assert_uint_eq(first % (UINT64_C(1) << level), 0);
    ++*(size_t *)asked;
    slow_root(first, (size_t)1 << level, root);
    return 0;
}

static void begin(void)
{
    h = hash_create(&e);
    ck_assert_ptr_nonnull(h);
    for (size_t i = 0; i < MOST; i++)
        ck_ok(tree_leaf(h, &i, sizeof i, leaves[i], &e), &e);
}

static void end(void)
{
    hash_destroy(h);
}

static void ck_path(const struct tree_path *a, const struct tree_path *b)
{
    ck_assert_uint_eq(a->count, b->count);
    ck_assert_int_eq(memcmp(a->hash, b->hash, a->count * SHA256_LEN), 0);
}

START_TEST(roots_are_those_of_every_size)
{
    struct tree t = {0};

    for (size_t n = 0;; n++) {
        uint8_t fast[SHA256_LEN], slow[SHA256_LEN];
        ck_ok(tree_root(&t, h, fast, &e), &e);
        slow_root(0, n, slow);
        ck_assert_mem_eq(fast, slow, SHA256_LEN);
        if (n == MOST)
            break;
        ck_ok(tree_push(&t, h, leaves[n], &e), &e);
        ck_assert_uint_eq(t.size, n + 1);
    }
}
END_TEST

/* The leaves and roots of Certificate Transparency's tests, as also in
 * https://github.com/transparency-dev/merkle testonly/constants.go. */
static const struct {
    const char *leaf, *root; /* hexadecimal: a line, and the root with it */
} known[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f",
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static void of_hex(const char *text, uint8_t *bytes)
{
    ck_assert_int_eq(hex_decode(text, bytes, strlen(text) / 2), 0);
}

static void take_known(void)
{
    for (size_t i = 0; i < 8; i++) {
        uint8_t line[16];
        of_hex(known[i].leaf, line);
        ck_ok(tree_leaf(h, line, strlen(known[i].leaf) / 2, leaves[i], &e), &e);
    }
}

START_TEST(roots_are_the_published_ones)
{
    struct tree t = {0};
    uint8_t root[SHA256_LEN], wanted[SHA256_LEN];

    ck_ok(tree_root(&t, h, root, &e), &e);
    of_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", wanted);
    ck_assert_mem_eq(root, wanted, SHA256_LEN);
    take_known();
    for (size_t i = 0; i < 8; i++) {
        ck_ok(tree_push(&t, h, leaves[i], &e), &e);
        ck_ok(tree_root(&t, h, root, &e), &e);
        of_hex(known[i].root, wanted);
        ck_assert_mem_eq(root, wanted, SHA256_LEN);
    }
}
END_TEST

START_TEST(every_proof_is_that_of_the_definition)
{
    for (size_t n = 1; n <= MOST; n++) {
        uint8_t root[SHA256_LEN], old[SHA256_LEN];
        slow_root(0, n, root);
        for (size_t m = 0; m <= n; m++) {
            struct tree_path fast = {.count = 9}, slow = {0};
            size_t asked = 0;
            ck_ok(tree_prove_consistent(m, n, subtree, &asked, &fast, &e), &e);
            if (m > 0)
                slow_proof(&slow, m, 0, n, true);
            ck_path(&fast, &slow);
            slow_root(0, m, old);
            ck_ok(tree_check_consistent(&fast, m, old, n, root, &e), &e);
            if (m == n)
                break;
            slow.count = 0;
            slow_path(&slow, m, 0, n);
            ck_ok(tree_prove(m, n, subtree, &asked, &fast, &e), &e);
            ck_path(&fast, &slow);
            ck_ok(tree_check(&fast, leaves[m], m, n, root, &e), &e);
            ck_assert_uint_le(asked, 30);
        }
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, roots_are_those_of_every_size);
    tcase_add_test(tests, roots_are_the_published_ones);
    tcase_add_test(tests, every_proof_is_that_of_the_definition);
}

UNIT_MAIN("tree", add_tests)
