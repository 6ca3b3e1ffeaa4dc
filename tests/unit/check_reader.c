/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HDF5 reader and writer: what is written is read, and hostile or damaged files are refused. */
#include "unit.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "h5/flavour.h"
#include "h5/reader.h"
#include "h5/writer.h"
#include "hostile.h"
#include "util/clock.h"
#include "util/place.h"
#include "util/store.h"

static const struct reader_limits usual = {.elements = 1 << 20, .memory = 64 << 20, .seconds = 20};

/* What a test works with: a reader, a directory, the bytes of one file. */
static struct reader *reader;
static char directory[] = "/tmp/metaneuron-unit-XXXXXX", path[64];
static char *bytes;
static size_t len;
static struct err e;

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/f.h5", directory);
    reader = reader_start(&e);
    ck_assert_msg(reader != NULL, "%s", e.text);
    bytes = NULL;
}

static void tear_down(void)
{
    reader_stop(reader);
    free(bytes);
    unlink(path);
    rmdir(directory);
}

static void load(void)
{
    free(bytes);
    ck_ok(file_read(path, 64 << 20, &bytes, &len, &e), &e);
}

/* Returns 0 when the bytes were read, else -1, as ck_ok() and ck_fails() want it. */
static int try_reading(size_t count, const struct reader_limits *limits)
{
    struct flat *f = reader_read(reader, "f.h5", bytes, count, limits, &e);

    flat_destroy(f);
    return f ? 0 : -1;
}

static void make_hostile(void (*make)(hid_t file))
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    make(file);
    H5Fclose(file);
    load();
}

START_TEST(everything_written_is_read)
{
    const size_t three = 3, pair[2] = {2, 3}, none = 0;
    const double numbers[] = {1.5, -2, 3e300, 4, 5, 6};
    const int64_t integers[] = {INT64_MIN, 0, INT64_MAX}, yes = 1, no = 0;
    const char *const strings[] = {"", "\xc3\xa9", "longer"};
    struct flat *f = flat_create(&e);

    flat_add_group(f, "/a");
    flat_add_integer(f, "/a@integer", -42);
    flat_add_number(f, "/a@number", 0.1);
    flat_add_string(f, "/a@string", "text \xe2\x82\xac");
    flat_add_string(f, "/a@nothing", "");
    flat_add(f, "/a@yes", FLAT_BOOLEAN, 0, NULL, &yes, 0);
    flat_add(f, "/a@no", FLAT_BOOLEAN, 0, NULL, &no, 0);
    flat_add(f, "/a@list", FLAT_STRING, 1, &three, strings, 0);
    flat_add_group(f, "/a/b");
    flat_add(f, "/a/b/bytes", FLAT_BYTES, 1, &three, "\0\1\2", 0);
    flat_add(f, "/a/b/integers", FLAT_INTEGER, 1, &three, integers, 0);
    flat_add(f, "/a/b/numbers", FLAT_NUMBER, 2, pair, numbers, 0);
    flat_add_string(f, "/a/b/numbers@unit", "mm");
    flat_add(f, "/a/b/none", FLAT_NUMBER, 1, &none, numbers, 0);
    flat_add_string(f, "/a/b/text", "a dataset");
    flat_add(f, "/a/b/strings", FLAT_STRING, 1, &three, strings, 0);
    ck_ok(writer_write(path, f, WRITER_OWN, &e), &e);
    load();
    struct flat *g = reader_read(reader, "f.h5", bytes, len, &usual, &e);
    ck_assert_msg(g != NULL, "%s", e.text);
    ck_assert_uint_eq(flat_count(g), flat_count(f));
    for (size_t i = 0; i < flat_count(f); i++) { /* by path, as HDF5 orders by name */
        const struct flat_value *v = flat_at(f, i), *w = flat_find(g, v->path);
        ck_assert_msg(w && w->type == v->type && w->rank == v->rank && w->count == v->count, "%s",
                      v->path);
        size_t size = v->type == FLAT_BYTES ? 1 : 8;
        if (v->type == FLAT_STRING)
            for (size_t k = 0; k < v->count; k++)
                ck_assert_str_eq(w->strings[k], v->strings[k]);
        else if (v->type != FLAT_GROUP)
            ck_assert_msg(memcmp(v->data, w->data, v->count * size) == 0, "%s", v->path);
    }
    flat_destroy(g);

    /* The same document again gives the same bytes. */
    char *before = bytes;
    size_t before_len = len;
    bytes = NULL;
    ck_ok(writer_write(path, f, WRITER_OWN, &e), &e);
    load();
    ck_assert(len == before_len && memcmp(bytes, before, len) == 0);
    free(before);
    flat_destroy(f);
}
END_TEST

START_TEST(a_failed_write_leaves_nothing)
{
    struct flat *f = flat_create(&e);

    flat_add_integer(f, "/a@x", 1);
    ck_fails(writer_write("/nonexistent/f.h5", f, WRITER_OWN, &e), &e, ERR_OPEN,
             "/nonexistent/f.h5");
    flat_add_integer(f, "/a@x/y", 1);
    flat_add_integer(f, "/a/x", 1);
    flat_add_integer(f, "/a/x/y", 1); /* below a dataset */
    ck_fails(writer_write(path, f, WRITER_OWN, &e), &e, ERR_IO, "/a/x/y");
    ck_assert(!file_exists(path));
    ck_assert_int_eq(rmdir(directory), 0); /* no temporary file, either */
    ck_assert_int_eq(mkdir(directory, 0700), 0);
    flat_destroy(f);
}
END_TEST

START_TEST(a_hostile_file_is_refused)
{
    const struct hostile *h = &hostile_files[_i];

    make_hostile(h->make);
    double start = clock_steady();
    err_clear(&e);
    int rc = try_reading(len, &usual);
    ck_assert_msg(rc < 0 || !h->words[0], "%s: was read", h->what);
    ck_assert_msg(rc == 0 || (e.code == ERR_INPUT && strstr(e.text, h->words)),
                  "%s: expected '%s', got %d: %s", h->what, h->words, (int)e.code, e.text);
    ck_assert_msg(clock_steady() - start < 30, "%s: took too long", h->what);
}
END_TEST

/* A cycle whose header lies about the number of links: the depth ends it. */
static haddr_t where;

static void cycle(hid_t file)
{
    H5O_info_t info;

    H5Gclose(H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Lcreate_hard(file, "g", file, "g/back", H5P_DEFAULT, H5P_DEFAULT);
    H5Oget_info_by_name2(file, "g", &info, H5O_INFO_BASIC, H5P_DEFAULT);
    where = info.addr;
}

START_TEST(a_lying_link_count_is_no_way_round)
{
    make_hostile(cycle);
    ck_assert_int_eq(bytes[where + 4], 2); /* version 1 header: the count is at byte 4 */
    bytes[where + 4] = 1;
    ck_fails(try_reading(len, &usual), &e, ERR_INPUT, "nested deeper");
}
END_TEST

static void plain(hid_t file)
{
    H5Gclose(H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

START_TEST(damaged_files_are_refused)
{
    make_hostile(plain);
    ck_ok(try_reading(len, &usual), &e);
    ck_fails(try_reading(0, &usual), &e, ERR_INPUT, "not an HDF5 file");
    for (size_t n = 8; n < len; n += n < 512 ? 8 : 512)
        ck_fails(try_reading(n, &usual), &e, ERR_INPUT, "f.h5: ");
    bytes[0] = 'x';
    ck_fails(try_reading(len, &usual), &e, ERR_INPUT, "not an HDF5 file");
}
END_TEST

START_TEST(limits_bind)
{
    const size_t many = 1 << 18;
    double *numbers = calloc(many, sizeof *numbers);
    struct flat *f = flat_create(&e);

    flat_add(f, "/d", FLAT_NUMBER, 1, &many, numbers, 0);
    ck_ok(writer_write(path, f, WRITER_OWN, &e), &e);
    load();
    ck_ok(try_reading(len, &usual), &e);
    struct reader_limits l = usual;
    l.seconds = 0;
    ck_fails(try_reading(len, &l), &e, ERR_INPUT, "takes too long");
    l = usual;
    l.elements = many - 1;
    ck_fails(try_reading(len, &l), &e, ERR_INPUT, "at most 262143 are read");
    l = usual;
    l.memory = 1 << 20;
    ck_fails(try_reading(len, &l), &e, ERR_INPUT, "larger than the limit");
    ck_ok(try_reading(len, &usual), &e); /* a refusal leaves the reader as it was */
    flat_destroy(f);
    free(numbers);
}
END_TEST

static int count_entries(const char *name)
{
    int n = 0;
    DIR *d = opendir(name);

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

/* The helper is this process's only child. */
static pid_t helper_of_ours(void)
{
    long pid = 0;
    char name[64];

    snprintf(name, sizeof name, "/proc/%ld/task/%ld/children", (long)getpid(), (long)getpid());
    FILE *f = fopen(name, "r");
    if (f && fscanf(f, "%ld", &pid) != 1)
        pid = 0;
    if (f)
        fclose(f);
    return (pid_t)pid;
}

START_TEST(nothing_is_left_open)
{
    char name[64];
    pid_t helper = helper_of_ours();

    if (helper == 0)
        return; /* a kernel without /proc/…/children */
    snprintf(name, sizeof name, "/proc/%ld/fd", (long)helper);
    make_hostile(plain);
    ck_ok(try_reading(len, &usual), &e);
    int ours = count_entries("/proc/self/fd"), theirs = count_entries(name);
    for (int i = 0; i < 100; i++)
        try_reading(i % 2 ? len : len / 2, &usual);
    ck_assert_int_eq(count_entries("/proc/self/fd"), ours);
    ck_assert_int_eq(count_entries(name), theirs);

    kill(helper, SIGTERM); /* which it ignores: it goes when we go */
    ck_ok(try_reading(len, &usual), &e);
    kill(helper, SIGKILL);
    ck_fails(try_reading(len, &usual), &e, ERR_SOFTWARE, "helper process is gone");
    ck_fails(try_reading(len, &usual), &e, ERR_SOFTWARE, "helper process is gone");
}
END_TEST

START_TEST(a_later_process_does_not_keep_it)
{
    struct reader *other = reader_start(&e);
    pid_t child = fork();

    if (child == 0) {
        for (;;)
            pause();
    }
    reader_stop(other); /* would hang, were it to wait for the last copy of the socket */
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}
END_TEST

START_TEST(this_hdf5_is_tried)
{
    char text[80];

    ck_ok(flavour_check(text, sizeof text, &e), &e);
    ck_assert_msg(strncmp(text, "HDF5 1.", 7) == 0 && strstr(text, " build"), "%s", text);
    ck_ok(flavour_try_reader(reader, &e), &e);
}
END_TEST

static void add(TCase *t)
{
    int hostiles = 0;

    while (hostile_files[hostiles].what)
        hostiles++;
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, this_hdf5_is_tried);
    tcase_add_test(t, everything_written_is_read);
    tcase_add_test(t, a_failed_write_leaves_nothing);
    tcase_add_loop_test(t, a_hostile_file_is_refused, 0, hostiles);
    tcase_add_test(t, a_lying_link_count_is_no_way_round);
    tcase_add_test(t, damaged_files_are_refused);
    tcase_add_test(t, limits_bind);
    tcase_add_test(t, nothing_is_left_open);
    tcase_add_test(t, a_later_process_does_not_keep_it);
}

UNIT_MAIN("reader", add)
