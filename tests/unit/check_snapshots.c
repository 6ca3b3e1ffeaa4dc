/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots of data, compared with a slow multiset, and what becomes of many of them. */
#include "data_fixture.h"

#include <hdf5.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "site/policy/rows.h"
#include "site/policy/snapshots.h"

static struct err e;
static struct house h;

static void set_up_house(void)
{
    set_up();
    h = (struct house){.lock = -1};
    ck_assert_ptr_nonnull(getcwd(h.directory, sizeof h.directory));
    ck_assert_int_eq(mkdir("snapshots", 0700), 0);
}

/* A table of one column, whose rows are small numbers. */
enum { ROWS = 200 };
struct set {
    int rows[ROWS];
    size_t count;
};

static void put_set(const char *path, const struct set *s)
{
    struct buf b = {0};

    buf_adds(&b, "x,y\n");
    for (size_t i = 0; i < s->count; i++)
        buf_addf(&b, "%d,%d.5\n", s->rows[i], s->rows[i] / 3);
    put_bytes(path, b.data, b.len);
    buf_free(&b);
}

/* Slow and obvious: for each row of one a row of the other is struck out. */
static uint64_t differs(const struct set *a, const struct set *b)
{
    bool struck[ROWS] = {false};
    uint64_t alone = 0, left = b->count;

    for (size_t i = 0; i < a->count; i++) {
        size_t k = 0;
        while (k < b->count && (struck[k] || b->rows[k] != a->rows[i]))
            k++;
        if (k == b->count) {
            alone++;
            continue;
        }
        struck[k] = true;
        left--;
    }
    return alone + left;
}

static struct snapshot take(const char *path)
{
    struct snapshot s;

    ck_ok(snapshot_take(&h, "wdbc", path, &s, &e), &e);
    return s;
}

static void keep(const char *path)
{
    struct snapshot s = take(path);

    ck_ok(snapshot_keep(&h, "wdbc", &s, &e), &e);
    snapshot_free(&s);
}

START_TEST(the_nearest_of_all_that_were_kept)
{
    struct set kept[12];
    size_t same = 0;

    for (size_t n = 0; n < 12; n++) {
        struct set now = {.count = draw() % ROWS};
        for (size_t i = 0; i < now.count; i++)
            now.rows[i] = (int)(draw() % 50);
        if (n % 3 == 1) { /* one that was, with some rows less */
            now = kept[n - 1];
            now.count -= now.count > 3 ? draw() % 3 : 0;
        }
        uint64_t nearest = UINT64_MAX;
        for (size_t k = 0; k < n; k++) {
            uint64_t d = differs(&kept[k], &now);
            if (d > 0 && d < nearest)
                nearest = d;
            same += d == 0;
        }
        put_set("data.csv", &now);
        struct snapshot s = take("data.csv");
        ck_assert_uint_eq(s.rows, now.count);
        ck_assert_msg(s.differs == nearest, "%zu: %" PRIu64 ", expected %" PRIu64, n, s.differs,
                      nearest);
        snapshot_free(&s);
        keep("data.csv");
        s = take("data.csv");
        ck_assert(s.known && s.differs == nearest && !s.by_lines);
        snapshot_free(&s);
        kept[n] = now;
    }
    ck_assert_uint_lt(same, 12);
}
END_TEST

/* A row that is there twice, and once. */
START_TEST(equal_rows_count_each)
{
    put("a.csv", "x\n1\n1\n1\n2\n");
    keep("a.csv");
    put("a.csv", "x\n1\n2\n2\n");
    struct snapshot s = take("a.csv");
    ck_assert_uint_eq(s.differs, 3);
    snapshot_free(&s);
}
END_TEST

/* Another order is another digest, and no other rows; another name of a column is another digest. */
START_TEST(order_and_names)
{
    uint8_t digest[SHA256_LEN];

    put("a.csv", "x,y\n1,2\n3,4\n");
    keep("a.csv");
    struct snapshot s = take("a.csv");
    memcpy(digest, s.digest, SHA256_LEN);
    snapshot_free(&s);
    put("a.csv", "x,y\n3,4\n1,2\n");
    s = take("a.csv");
    ck_assert(!s.known && s.differs == UINT64_MAX && memcmp(digest, s.digest, SHA256_LEN) != 0);
    snapshot_free(&s);
    put("a.csv", "x,z\n1,2\n3,4\n");
    s = take("a.csv");
    ck_assert(!s.known && s.differs == UINT64_MAX);
    snapshot_free(&s);
    /* One number has one form, and what is missing is as good as what is missing. */
    put("a.csv", "x,y\n1.0,2e0\n3,+4\n");
    s = take("a.csv");
    ck_assert(s.known);
    snapshot_free(&s);
    put("a.csv", "x,y\n-0,NA\n");
    keep("a.csv");
    put("a.csv", "x,y\n0,\n");
    s = take("a.csv");
    ck_assert(s.known);
    snapshot_free(&s);
}
END_TEST

/* Text in a column: then the lines are the rows, as long as quotes last. */
START_TEST(lines_where_there_is_text)
{
    put("a.csv", "x,who\r\n1,Ada\r\n2,\"Bo\nb\"\r\n3,Cy\r\n");
    struct snapshot s = take("a.csv");
    ck_assert(s.by_lines);
    ck_assert_uint_eq(s.rows, 3);
    snapshot_free(&s);
    keep("a.csv");
    put("a.csv", "x,who\n3,Cy\n1,Ada\n\n4,Di");
    s = take("a.csv");
    ck_assert_uint_eq(s.rows, 3);
    ck_assert_uint_eq(s.differs, 2);
    snapshot_free(&s);
}
END_TEST

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* As FORMAT says it, made once more. */
START_TEST(the_format)
{
    static const char magic[24] = "metaneuron-snapshot-v1\n";
    const double rows[3][2] = {{3, 4}, {1, 0}, {1, NAN}};
    uint8_t key[SHA256_LEN], row[SHA256_LEN + sizeof rows[0]], digest[SHA256_LEN], all[SHA256_LEN];
    char path[200], hex[SHA256_HEX + 1], *file;
    uint64_t words[3], number = 3;
    struct buf b = {0};
    size_t len;

    for (size_t i = 0; i < sizeof key; i++)
        row[i] = key[i] = (uint8_t)i;
    put_bytes("snapshots/key", key, sizeof key);
    put("a.csv", "x,y\n3,4\n1,-0\n1,NA\n");
    keep("a.csv");

    buf_add(&b, "metaneuron-snapshot-v1", sizeof "metaneuron-snapshot-v1");
    buf_add(&b, key, sizeof key);
    buf_add(&b, "numbers\0x\0y", sizeof "numbers\0x\0y");
    for (size_t i = 0; i < 3; i++) {
        memcpy(row + SHA256_LEN, rows[i], sizeof rows[i]);
        ck_ok(hash_bytes(row, sizeof row, digest, &e), &e);
        buf_add(&b, digest, sizeof digest);
        memcpy(&words[i], digest, sizeof words[i]);
    }
    buf_add(&b, &number, sizeof number);
    ck_ok(hash_bytes(b.data, b.len, all, &e), &e);
    snprintf(path, sizeof path, "snapshots/wdbc/%s", hex_encode(hex, all, sizeof all));
    ck_ok(file_read(path, 1000, &file, &len, &e), &e);
    ck_assert_uint_eq(len, 48 + sizeof words);
    ck_ok(hash_bytes(key, sizeof key, digest, &e), &e);
    qsort(words, 3, sizeof words[0], by_value);
    buf_reset(&b);
    buf_add(&b, magic, sizeof magic);
    number = 1;
    buf_add(&b, &number, sizeof number);
    number = 3;
    buf_add(&b, &number, sizeof number);
    buf_add(&b, digest, 8);
    buf_add(&b, words, sizeof words);
    ck_assert_mem_eq(file, b.data, len);
    free(file);
    buf_free(&b);
}
END_TEST

/* Effect: an HDF5 file with that table of numbers, and of letters beside them (NULL: none). */
static void put_hdf5(const char *path, const double *x, hsize_t rows, const char *who)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &rows, NULL), text = H5Tcopy(H5T_C_S1);
    hid_t numbers =
        H5Dcreate2(file, "x", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    H5Tset_strpad(text, H5T_STR_NULLPAD);
    ck_assert(H5Dwrite(numbers, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, x) >= 0);
    H5Dclose(numbers);
    if (who) {
        hid_t words = H5Dcreate2(file, "who", text, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        ck_assert(H5Dwrite(words, text, H5S_ALL, H5S_ALL, H5P_DEFAULT, who) >= 0);
        H5Dclose(words);
    }
    H5Tclose(text);
    H5Sclose(space);
    H5Fclose(file);
}

/* The same rows from CSV and HDF5 are the same. */
START_TEST(hdf5_is_as_csv)
{
    static const double rows[] = {3, 1, 2}, fewer[] = {1, 2}, infinite[] = {1, INFINITY, 2};
    struct snapshot s;

    put("a.csv", "x\n3\n1\n2\n");
    keep("a.csv");
    put_hdf5("a.h5", rows, 3, NULL);
    s = take("a.h5");
    ck_assert(s.known && s.rows == 3 && !s.by_lines);
    snapshot_free(&s);
    put_hdf5("b.h5", fewer, 2, "ab");
    s = take("b.h5:/x");
    ck_assert(!s.known && s.differs == 1);
    snapshot_free(&s);
    put_hdf5("c.h5", infinite, 3, NULL);
    ck_fails(snapshot_take(&h, "wdbc", "c.h5", &s, &e), &e, ERR_INPUT, "infinit");
}
END_TEST

/* A text can be asked about, and so a row with another text is another row. */
START_TEST(texts_of_hdf5_count)
{
    static const double rows[] = {3, 1, 2};
    const struct {
        const char *who;
        uint64_t differs;
    } cases[] = {{"abc", 0}, {"abd", 2}, {"cab", 6}, {"ab", 2} /* one is missing */, {NULL, 6}};
    struct snapshot s;

    put_hdf5("a.h5", rows, 3, "abc");
    keep("a.h5");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char who[4] = "";
        snprintf(who, sizeof who, "%s", cases[i].who ? cases[i].who : "");
        put_hdf5("b.h5", rows, 3, cases[i].who ? who : NULL);
        s = take("b.h5");
        ck_assert(s.rows == 3 && !s.by_lines && s.known == (cases[i].differs == 0));
        ck_assert_msg(s.known || s.differs == cases[i].differs, "%s: %llu rows", who,
                      (unsigned long long)s.differs);
        snapshot_free(&s);
    }
}
END_TEST

/* Who does not have the key cannot tell which table it was. */
START_TEST(digests_are_by_the_key)
{
    uint8_t digest[SHA256_LEN];
    struct stat st;

    put("a.csv", "x\n1\n");
    struct snapshot s = take("a.csv");
    memcpy(digest, s.digest, SHA256_LEN);
    snapshot_free(&s);
    ck_assert(stat("snapshots/key", &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size == 32);
    ck_assert_int_eq(chmod("snapshots/key", 0644), 0);
    ck_fails(snapshot_take(&h, "wdbc", "a.csv", &s, &e), &e, ERR_REFUSED, "snapshots/key");
    ck_assert_int_eq(unlink("snapshots/key"), 0);
    s = take("a.csv");
    ck_assert(memcmp(digest, s.digest, SHA256_LEN) != 0);
    snapshot_free(&s);
}
END_TEST

/* Another key, and a file that is none: neither is taken for one that differs in everything. */
START_TEST(what_cannot_be_compared_is_an_error)
{
    struct snapshot s;
    char path[200], hex[SHA256_HEX + 1];

    put("a.csv", "x\n1\n");
    keep("a.csv");
    s = take("a.csv");
    hex_encode(hex, s.digest, SHA256_LEN);
    snapshot_free(&s);
    ck_assert_int_eq(unlink("snapshots/key"), 0);
    put("a.csv", "x\n2\n");
    ck_fails(snapshot_take(&h, "wdbc", "a.csv", &s, &e), &e, ERR_INPUT, "with another key");
    ck_assert_ptr_null(s.words);
    snprintf(path, sizeof path, "snapshots/wdbc/%s", hex);
    put(path, "nothing");
    ck_fails(snapshot_take(&h, "wdbc", "a.csv", &s, &e), &e, ERR_INPUT,
             "is no snapshot, or damaged");
    ck_fails(snapshot_take(&h, "../x", "a.csv", &s, &e), &e, ERR_INPUT, "is no name of data");
    ck_fails(snapshot_take(&h, "wdbc", "a-{slave}.csv", &s, &e), &e, ERR_INPUT, "{slave}");
    ck_fails(snapshot_take(&h, "wdbc", "none.csv", &s, &e), &e, ERR_OPEN, "none.csv");
    put("key", "short");
    ck_assert_int_eq(rename("key", "snapshots/key"), 0);
    ck_fails(snapshot_take(&h, "wdbc", "a.csv", &s, &e), &e, ERR_INPUT,
             "snapshots/key: has 5 bytes");
}
END_TEST

/* The oldest are forgotten; what is there is this user's alone. */
START_TEST(so_many_are_kept)
{
    struct snapshot s;
    struct stat st;
    char text[64], path[200], hex[SHA256_HEX + 1];
    uint8_t first[SHA256_LEN];

    for (int i = 0; i < SNAPSHOTS_MOST + 3; i++) {
        snprintf(text, sizeof text, "x\n%d\n%d\n", i, 100 + i);
        put("a.csv", text);
        s = take("a.csv");
        if (i == 3)
            memcpy(first, s.digest, SHA256_LEN);
        ck_ok(snapshot_keep(&h, "wdbc", &s, &e), &e);
        ck_ok(snapshot_keep(&h, "wdbc", &s, &e), &e);
        snapshot_free(&s);
    }
    put("a.csv", "x\n2\n102\n"); /* the third is gone */
    s = take("a.csv");
    ck_assert(!s.known && s.differs == 4);
    snapshot_free(&s);
    put("a.csv", "x\n3\n103\n"); /* the fourth is there */
    s = take("a.csv");
    ck_assert(s.known && memcmp(first, s.digest, SHA256_LEN) == 0);
    hex_encode(hex, s.digest, SHA256_LEN);
    snprintf(path, sizeof path, "snapshots/wdbc/%s", hex);
    ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    ck_assert_int_eq(st.st_size, 48 + 2 * 8);
    ck_assert_int_eq(system("test $(ls snapshots/wdbc | wc -l) = 32"), 0);
    snapshot_free(&s);
}
END_TEST

/* As qsort(), also of what no digest would be. */
START_TEST(sorting)
{
    static uint64_t mine[100000], theirs[100000];
    static const size_t counts[] = {0, 1, 2, 48, 49, 1000, 100000};

    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++)
        for (int kind = 0; kind < 5; kind++) {
            for (size_t i = 0; i < counts[n]; i++)
                theirs[i] = mine[i] = kind == 0   ? draw()
                                      : kind == 1 ? draw() % 7
                                      : kind == 2 ? i
                                      : kind == 3 ? counts[n] - i
                                                  : draw() << 56;
            rows_sort(mine, counts[n]);
            qsort(theirs, counts[n], sizeof theirs[0], by_value);
            ck_assert_mem_eq(mine, theirs, counts[n] * sizeof mine[0]);
        }
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up_house, tear_down);
    tcase_add_test(tests, the_nearest_of_all_that_were_kept);
    tcase_add_test(tests, equal_rows_count_each);
    tcase_add_test(tests, order_and_names);
    tcase_add_test(tests, lines_where_there_is_text);
    tcase_add_test(tests, the_format);
    tcase_add_test(tests, hdf5_is_as_csv);
    tcase_add_test(tests, texts_of_hdf5_count);
    tcase_add_test(tests, digests_are_by_the_key);
    tcase_add_test(tests, what_cannot_be_compared_is_an_error);
    tcase_add_test(tests, so_many_are_kept);
    tcase_add_test(tests, sorting);
}

UNIT_MAIN("snapshots", add)
