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

static uint8_t roots[9][SHA256_LEN]; /* of the known leaves, by size */

static void take_roots(void)
{
    take_known();
    for (size_t n = 0; n < 9; n++)
        slow_root(0, n, roots[n]);
}

/* Proofs over the same leaves: https://github.com/transparency-dev/merkle cmd/proofgen/main.go and
 * testdata/ (there leaves are counted from 1). */
static const struct {
    uint64_t index, size;
    size_t count;
    const char *hash[3];
} included[] =
    {
        {0, 1, 0, {0}},
        {0,
         8,
         3,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {5,
         8,
         3,
         {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
        {1,
         5,
         3,
         {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
},
  consistent[] = {
      {1, 1, 0, {0}},
      {1,
       8,
       3,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {6,
       8,
       3,
       {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2,
       5,
       2,
       {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
      {6,
       7,
       3,
       {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
};

START_TEST(published_proofs_are_made_and_accepted)
{
    struct tree_path wanted, made;
    size_t asked;

    take_roots();
    for (size_t i = 0; i < sizeof included / sizeof included[0]; i++) {
        uint64_t n = included[i].size;
        wanted.count = included[i].count;
        for (size_t k = 0; k < wanted.count; k++)
            of_hex(included[i].hash[k], wanted.hash[k]);
        ck_ok(tree_prove(included[i].index, n, subtree, &asked, &made, &e), &e);
        ck_path(&made, &wanted);
        ck_ok(tree_check(&wanted, leaves[included[i].index], included[i].index, n, roots[n], &e),
              &e);
    }
    for (size_t i = 0; i < sizeof consistent / sizeof consistent[0]; i++) {
        uint64_t m = consistent[i].index, n = consistent[i].size;
        wanted.count = consistent[i].count;
        for (size_t k = 0; k < wanted.count; k++)
            of_hex(consistent[i].hash[k], wanted.hash[k]);
        ck_ok(tree_prove_consistent(m, n, subtree, &asked, &made, &e), &e);
        ck_path(&made, &wanted);
        ck_ok(tree_check_consistent(&wanted, m, roots[m], n, roots[n], &e), &e);
    }
}
END_TEST

/* Which way a leaf's path goes up, in words: 'l' for a hash that stands to the left. */
static char *slow_way(char *way, uint64_t m, uint64_t n)
{
    uint64_t k = 1;

    if (n == 1) {
        *way = '\0';
        return way;
    }
    while (2 * k < n)
        k *= 2;
    slow_way(way, m < k ? m : m - k, m < k ? k : n - k);
    return strcat(way, m < k ? "r" : "l");
}

/* A path says from where to where it leads, but not how many leaves there are on the way. So it is
 * refused for every other leaf and size, unless its way is the same. */
START_TEST(a_path_leads_from_one_leaf_only)
{
    struct tree_path path;
    size_t asked;

    take_roots();
    for (uint64_t n = 1; n < 9; n++)
        for (uint64_t m = 0; m < n; m++) {
            ck_ok(tree_prove(m, n, subtree, &asked, &path, &e), &e);
            for (uint64_t size = 0; size < 20; size++)
                for (uint64_t index = 0; index < 20; index++) {
                    char way[40], other[40];
                    bool same = index < size &&
                                strcmp(slow_way(way, m, n), slow_way(other, index, size)) == 0;
                    ck_assert(size != n || same == (index == m));
                    ck_assert_int_eq(tree_check(&path, leaves[m], index, size, roots[n], NULL),
                                     same ? 0 : -1);
                }
        }
    ck_fails(tree_check(&path, leaves[0], UINT64_MAX, 8, roots[8], &e), &e, ERR_VERIFY,
             "is not in a tree of 8");
    ck_fails(tree_check(&path, leaves[7], 7, UINT64_MAX, roots[8], &e), &e, ERR_VERIFY,
             "is not in a tree");
}
END_TEST

/* How a proof's hashes make the old root (o) and the new one (n), in words: R is the old root that
 * the reader knows, a … are the proof's hashes from the last on. Returns how many are taken. */
static size_t slow_roots(char *o, char *n, uint64_t m, uint64_t size, bool whole, size_t taken)
{
    char inner[400], hash[2] = {(char)('a' + taken)};
    uint64_t k = 1;

    if (m == size) {
        strcpy(o, whole ? "R" : hash);
        strcpy(n, o);
        return taken + !whole;
    }
    while (2 * k < size)
        k *= 2;
    bool left = m > k;
    taken = slow_roots(o, n, left ? m - k : m, left ? size - k : k, whole && !left, taken + 1);
    snprintf(inner, sizeof inner, left ? "(%s%s)" : "(%2$s%1$s)", hash, n);
    strcpy(n, inner);
    if (left) {
        snprintf(inner, sizeof inner, "(%s%s)", hash, o);
        strcpy(o, inner);
    }
    return taken;
}

START_TEST(a_tree_is_the_beginning_of_one_only)
{
    struct tree_path path;
    size_t asked;
    char o[400], n[400], other_o[400], other_n[400];

    take_roots();
    for (uint64_t size = 1; size < 9; size++)
        for (uint64_t m = 1; m <= size; m++) {
            ck_ok(tree_prove_consistent(m, size, subtree, &asked, &path, &e), &e);
            ck_assert_uint_eq(slow_roots(o, n, m, size, true, 0), path.count);
            for (uint64_t s = 0; s < 20; s++)
                for (uint64_t old = 0; old < 20; old++) {
                    bool same = 0 < old && old <= s &&
                                slow_roots(other_o, other_n, old, s, true, 0) == path.count &&
                                strcmp(o, other_o) == 0 && strcmp(n, other_n) == 0;
                    ck_assert_int_eq(
                        tree_check_consistent(&path, old, roots[m], s, roots[size], NULL),
                        same ? 0 : -1);
                }
        }
    path.count = 0;
    ck_ok(tree_check_consistent(&path, 0, roots[0], 5, roots[5], &e), &e);
    ck_ok(tree_check_consistent(&path, 0, roots[0], 0, roots[0], &e), &e);
    ck_fails(tree_check_consistent(&path, 0, roots[1], 5, roots[5], &e), &e, ERR_VERIFY,
             "is not proved to be the beginning");
    ck_fails(tree_check_consistent(&path, 4, roots[4], 4, roots[5], &e), &e, ERR_VERIFY, "proved");
    ck_fails(tree_check_consistent(&path, 5, roots[5], UINT64_MAX, roots[5], &e), &e, ERR_VERIFY,
             "proved");
    path.count = 1;
    ck_fails(tree_check_consistent(&path, 0, roots[0], 5, roots[5], &e), &e, ERR_VERIFY, "proved");
}
END_TEST

typedef int check(struct tree_path *path, uint64_t m, uint64_t n, uint8_t *a, uint8_t *b);

static int check_path(struct tree_path *path, uint64_t m, uint64_t n, uint8_t *a, uint8_t *b)
{
    return tree_check(path, a, m, n, b, NULL);
}

static int check_growth(struct tree_path *path, uint64_t m, uint64_t n, uint8_t *a, uint8_t *b)
{
    return tree_check_consistent(path, m, a, n, b, NULL);
}

/* Every bit of every hash, every hash removed, doubled and exchanged for its neighbour. */
static void refuse_all(check *holds, struct tree_path *path, uint64_t m, uint64_t n, uint8_t *a,
                       uint8_t *b)
{
    size_t count = path->count;
    struct tree_path other;

    ck_assert_int_eq(holds(path, m, n, a, b), 0);
    for (size_t bit = 0; bit < 8 * SHA256_LEN; bit++)
        for (size_t i = 0; i < count + 2; i++) {
            uint8_t *hash = i < count ? path->hash[i] : i == count ? a : b;
            hash[bit / 8] ^= (uint8_t)(1u << bit % 8);
            ck_assert_int_eq(holds(path, m, n, a, b), -1);
            hash[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    for (size_t i = 0; i <= count; i++) {
        other = *path;
        memmove(other.hash[i + 1], other.hash[i], (count - i) * SHA256_LEN);
        memcpy(other.hash[i], i < count ? path->hash[i] : b, SHA256_LEN);
        other.count++;
        ck_assert_int_eq(holds(&other, m, n, a, b), -1);
        if (i == count)
            break;
        other = *path;
        memmove(other.hash[i], path->hash[i + 1], (count - i) * SHA256_LEN);
        other.count--;
        ck_assert_int_eq(holds(&other, m, n, a, b), -1);
        if (i + 1 == count)
            continue;
        other = *path;
        memcpy(other.hash[i], path->hash[i + 1], SHA256_LEN);
        memcpy(other.hash[i + 1], path->hash[i], SHA256_LEN);
        ck_assert_int_eq(holds(&other, m, n, a, b), -1);
    }
    path->count = TREE_LEVELS + 2;
    ck_assert_int_eq(holds(path, m, n, a, b), -1);
    path->count = count;
}

START_TEST(no_altered_proof_holds)
{
    struct tree_path path;
    size_t asked;

    take_roots();
    for (uint64_t n = 1; n < 9; n++)
        for (uint64_t m = 0; m < n; m++) {
            ck_ok(tree_prove(m, n, subtree, &asked, &path, &e), &e);
            refuse_all(check_path, &path, m, n, leaves[m], roots[n]);
            if (m == 0)
                continue;
            ck_ok(tree_prove_consistent(m, n, subtree, &asked, &path, &e), &e);
            refuse_all(check_growth, &path, m, n, roots[m], roots[n]);
        }
}
END_TEST

/* The subtrees of a tree whose leaves are all the same, of any size. */
static int all_the_same(void *asked, uint64_t first, unsigned level,
                        uint8_t root[static SHA256_LEN], struct err *err)
{
    (void)first;
    ++*(size_t *)asked;
    memset(root, 7, SHA256_LEN);
    for (unsigned i = 0; i < level; i++)
        if (tree_node(h, root, root, root, err) < 0)
            return -1;
    return 0;
}

START_TEST(the_largest_tree_has_paths_that_fit)
{
    const uint64_t most = INT64_MAX;
    struct tree t = {0};
    struct tree_path path;
    uint8_t root[SHA256_LEN], old[SHA256_LEN], leaf[SHA256_LEN];
    size_t asked = 0;

    memset(leaf, 7, sizeof leaf);
    for (unsigned level = TREE_LEVELS; level-- > 0;) {
        ck_ok(all_the_same(&asked, 0, level, root, &e), &e);
        ck_ok(tree_push_subtree(&t, h, level, root, &e), &e);
    }
    ck_assert_uint_eq(t.size, most);
    ck_ok(tree_root(&t, h, root, &e), &e);
    ck_fails(tree_push(&t, h, leaf, &e), &e, ERR_SOFTWARE, "takes no subtree of level 0");
    ck_ok(tree_prove(0, most, all_the_same, &asked, &path, &e), &e);
    ck_assert_uint_eq(path.count, TREE_LEVELS);
    ck_ok(tree_check(&path, leaf, 0, most, root, &e), &e);
    ck_ok(tree_prove(most - 1, most, all_the_same, &asked, &path, &e), &e);
    ck_ok(tree_check(&path, leaf, most - 1, most, root, &e), &e);
    t.size--;
    ck_ok(tree_root(&t, h, old, &e), &e);
    ck_ok(tree_prove_consistent(most - 1, most, all_the_same, &asked, &path, &e), &e);
    ck_ok(tree_check_consistent(&path, most - 1, old, most, root, &e), &e);
    ck_ok(tree_prove_consistent(3, most, all_the_same, &asked, &path, &e), &e);
    ck_assert_uint_eq(path.count, TREE_LEVELS + 1);
    t.size = 3;
    ck_ok(all_the_same(&asked, 0, 1, t.full[1], &e), &e);
    memcpy(t.full[0], leaf, SHA256_LEN);
    ck_ok(tree_root(&t, h, old, &e), &e);
    ck_ok(tree_check_consistent(&path, 3, old, most, root, &e), &e);
}
END_TEST

START_TEST(what_cannot_be_is_said)
{
    struct tree t = {.size = 3};
    struct tree_path path;
    size_t asked;

    ck_fails(tree_push_subtree(&t, h, 1, leaves[0], &e), &e, ERR_SOFTWARE, "3 leaves");
    ck_assert_uint_eq(t.size, 3);
    ck_fails(tree_push_subtree(&t, h, 63, leaves[0], &e), &e, ERR_SOFTWARE, "level 63");
    ck_fails(tree_prove(3, 3, subtree, &asked, &path, &e), &e, ERR_SOFTWARE, "3 leaves");
    ck_fails(tree_prove_consistent(4, 3, subtree, &asked, &path, &e), &e, ERR_SOFTWARE, "3 leaves");
    ck_fails(tree_prove(3, UINT64_MAX, subtree, &asked, &path, &e), &e, ERR_SOFTWARE, "leaves");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, roots_are_those_of_every_size);
    tcase_add_test(tests, roots_are_the_published_ones);
    tcase_add_test(tests, every_proof_is_that_of_the_definition);
    tcase_add_test(tests, published_proofs_are_made_and_accepted);
    tcase_add_test(tests, a_path_leads_from_one_leaf_only);
    tcase_add_test(tests, a_tree_is_the_beginning_of_one_only);
    tcase_add_test(tests, no_altered_proof_holds);
    tcase_add_test(tests, the_largest_tree_has_paths_that_fit);
    tcase_add_test(tests, what_cannot_be_is_said);
}

UNIT_MAIN("tree", add_tests)
