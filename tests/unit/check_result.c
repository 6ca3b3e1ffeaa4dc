/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Result files: what is written is read, and what somebody has changed is refused. */
#include "unit.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/result/preparation.h"
#include "h5/writer.h"
#include "util/store.h"

static char directory[] = "/tmp/metaneuron-result-XXXXXX";

static const char plain[] = "title: T\nfunction: {name: moments}\ndata: {name: d, slaves: 2}\n"
                            "limits: {state_length: 2}\n";

/* The bytes of the contract of a result: two slaves, states of two doubles. Returns the contract,
 * which the caller destroys. */
static struct contract *read_contract(struct result *r, const char *spec)
{
    struct err e = {0};
    char path[64], file[64], *bytes;

    snprintf(path, sizeof path, "%s/c.yaml", directory);
    snprintf(file, sizeof file, "%s/c.h5", directory);
    ck_ok(file_write(path, spec, strlen(spec), 0600, &e), &e);
    struct contract *c = contract_from_spec(path, &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    ck_ok(contract_write(c, file, &e), &e);
    ck_ok(file_read(file, 1 << 20, &bytes, &r->contract_len, &e), &e);
    free(r->contract);
    r->contract = (unsigned char *)bytes;
    file_remove(path);
    file_remove(file);
    return c;
}

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
    contract_destroy(read_contract(r, plain));
    r->columns = err_alloc(1, sizeof *r->columns, "a column", &e);
    ck_ok(result_set(&r->columns[0], "x", &e), &e);
    r->columns_count = 1;
    r->slave[1].answered = true;
    r->target_fpr = 0.25;
    r->robust.share = 0.125;
    r->robust.features = err_alloc(1, sizeof *r->robust.features, "features", &e);
    r->robust.features[0] = 7;
    ck_ok(result_set(&r->cut, "simulated", &e), &e);
    ck_ok(result_set(&r->robust.method, "krum", &e), &e);
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
    static const int64_t integers[8] = {-1};
    char *strings[] = {text, text};
    struct err e = {0};
    struct flat *f = flat_create(&e);

    const void *data = x->type == FLAT_STRING    ? (const void *)strings
                       : x->type == FLAT_INTEGER ? (const void *)integers
                                                 : numbers;
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
    ck_ok(writer_write(path, f, WRITER_OWN, &e), &e);
    flat_destroy(f);
}

START_TEST(results_are_not_trusted)
{
    static const struct forgery forgeries[] = {
        {"/@run", FLAT_STRING, 0, {1, 1}, "/@run is not 16 hexadecimal"},
        {"/@contract", FLAT_STRING, 0, {1, 1}, "/@contract is not 64 hexadecimal"},
        {"/slaves/why", FLAT_STRING, 1, {2, 1}, "/slaves/why[0] has more than 511 bytes"},
        {"/slaves/name", FLAT_STRING, 1, {2, 1}, "/slaves/name[0] has 599 bytes, at most 159"},
        {"/slaves/node", FLAT_STRING, 1, {2, 1}, "/slaves/node[0] has 599 bytes, at most 71"},
        {"/slaves/score", FLAT_NUMBER, 1, {3, 1}, "/slaves/score is of another type or shape"},
        {"/rounds/1/states", FLAT_NUMBER, 2, {0, (size_t)1 << 58}, "/rounds/1 is missing or"},
        {"/rounds/1/states", FLAT_INTEGER, 2, {2, 2}, "/rounds/1 is missing or"},
        {"/rounds/1/states", FLAT_NUMBER, 2, {2, 3}, "have 3 doubles, its contract allows 2"},
        {"/slaves/name", FLAT_STRING, 1, {1, 1}, "has 1 slaves, the contract 2"},
        {"/slaves/items", FLAT_INTEGER, 1, {2, 1}, "/slaves/items[0] is -1, expected 0 to 2^53"},
        {"/contract", FLAT_BYTES, 1, {8, 1}, "/contract: is not an HDF5 file"},
        {"/contract", FLAT_STRING, 1, {1, 1}, "/contract is no contract's bytes"},
        {"/aggregate_state", FLAT_NUMBER, 1, {3, 1}, "/aggregate_state is of another"},
        {"/aggregate/mean", FLAT_NUMBER, 2, {5, 0}, "/aggregate/mean is no array"},
        {"/aggregate/\xc2\x9b", FLAT_NUMBER, 1, {1, 1}, "is no array of a result"},
        {"/unfiltered/a b", FLAT_NUMBER, 1, {1, 1}, "is no array of a result"},
        {"/filter@cut", FLAT_NUMBER, 0, {1, 1}, "/filter@cut is of another type"},
        {"/filter@target_fpr", FLAT_STRING, 0, {1, 1}, "/filter@target_fpr is of another type"},
        {"/robust@method", FLAT_NUMBER, 0, {1, 1}, "/robust@method is of another type"},
        {"/robust@share", FLAT_NUMBER, 1, {2, 1}, "/robust@share is of another type or shape"},
        {"/robust/features", FLAT_NUMBER, 1, {2, 1}, "/robust/features is of another type or"},
    };
    struct reader_limits limits = {1 << 20, 1 << 24, 60, true};
    struct err e = {0};
    struct reader *reader = reader_start(&e);
    char path[64], *bytes;
    size_t len;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    struct result *r = make_result();
    snprintf(path, sizeof path, "%s/r.h5", directory);
    ck_ok(result_write(r, path, &e), &e);
    result_free(r);
    r = read_result(reader, path, &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    ck_assert_str_eq(r->run, "0123456789abcdef");
    ck_assert(r->slaves == 2 && r->slave[1].answered && !r->slave[0].answered);
    ck_assert_str_eq(result_find(&r->accepted, "mean")->row_labels[1], "b");
    ck_assert_uint_ge(r->slave[1].decision.worst[0], r->features);
    ck_assert_str_eq(r->cut, "simulated");
    ck_assert_str_eq(r->robust.method, "krum");
    ck_assert(r->target_fpr == 0.25 && r->robust.share == 0.125 && r->robust.features[0] == 7);
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

/* What a result leaves out is what was always so; an estimate that could not be made says why. */
START_TEST(a_result_says_what_it_has_not)
{
    struct err e = {0};
    char path[64];

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/r.h5", directory);
    struct reader *reader = reader_start(&e);
    struct result *r = make_result();
    free(r->robust.features);
    r->robust.features = NULL;
    ck_ok(result_set(&r->robust.why, "too few", &e), &e);
    ck_ok(result_set(&r->cut, "", &e), &e);
    ck_ok(result_write(r, path, &e), &e);
    result_free(r);
    r = read_result(reader, path, &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    ck_assert_str_eq(r->cut, "");
    ck_assert_str_eq(r->robust.why, "too few");
    ck_assert(!r->robust.features && r->robust.share == 0.125);
    ck_ok(result_set(&r->robust.method, "", &e), &e);
    struct flat *f = result_document(r, &e);
    ck_assert_ptr_null(flat_find(f, "/filter@cut"));
    ck_assert_ptr_null(flat_find(f, "/filter@target_fpr"));
    ck_assert_ptr_null(flat_find(f, "/robust"));
    flat_destroy(f);
    result_free(r);
    reader_stop(reader);
    file_remove(path);
    rmdir(directory);
}
END_TEST

/* What happened to rows is read as it was written, and what no rows can have is refused. */
START_TEST(counts_of_rows_are_not_trusted)
{
    static const char spec[] =
        "title: T\nfunction: {name: moments}\n"
        "data: {name: d, slaves: 2, columns: [x, s], where: x > 0, factors: {s: [F, M]}}\n"
        "limits: {state_length: 2}\n";
    /* rows, left out, unknown, incomplete; missing x, s.M; F, M */
    static const uint64_t counts[] = {10, 3, 1, 2, 1, 1, 4, 2};
    static const struct forgery forgeries[] = {
        {"/preparation/counts", FLAT_NUMBER, 2, {2, 4}, "/preparation/counts is of another"},
        {"/preparation/names", FLAT_STRING, 1, {2, 1}, "/preparation/names is of another"},
        {"/slaves/items", FLAT_INTEGER, 1, {2, 1}, "/slaves/items[0] is -1"},
        {"/preparation/counts", FLAT_INTEGER, 2, {2, 4}, "/preparation/counts is of another"},
    };
    struct reader_limits limits = {1 << 20, 1 << 24, 60, true};
    struct err e = {0};
    char path[64], *bytes;
    size_t len;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/r.h5", directory);
    struct reader *reader = reader_start(&e);
    struct result *r = make_result();
    struct contract *c = read_contract(r, spec);
    ck_assert_uint_eq(counts_of(c), 8);
    r->slave[1].items = 5;
    ck_ok(preparation_set(r, c, 1, counts, &e), &e);
    ck_ok(preparation_set(r, c, 0, NULL, &e), &e);
    ck_ok(result_write(r, path, &e), &e);
    struct result *read = read_result(reader, path, &e);
    ck_assert_msg(read != NULL, "%s", e.text);
    ck_assert_uint_eq(read->preparation.counts, 8);
    ck_assert_str_eq(read->preparation.names[5], "missing s.M");
    ck_assert_ptr_null(preparation_of(read, 0));
    ck_assert_mem_eq(preparation_of(read, 1), counts, sizeof counts);
    result_free(read);

    ck_ok(file_read(path, 1 << 20, &bytes, &len, &e), &e);
    struct flat *good = reader_read(reader, "r.h5", bytes, len, &limits, &e);
    ck_assert_ptr_nonnull(good);
    free(bytes);
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        forge(good, &forgeries[i], path);
        ck_assert_ptr_null(read_result(reader, path, &e));
        ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, forgeries[i].words), "%s: %s",
                      forgeries[i].path, e.text);
    }
    flat_destroy(good);

    uint64_t *said = r->preparation.said + 8; /* that come out to 5, but cannot be */
    said[6] = 7;
    ck_ok(result_write(r, path, &e), &e);
    ck_assert_ptr_null(read_result(reader, path, &e));
    ck_assert_msg(strstr(e.text, "/preparation/counts[1]: counts more"), "%s", e.text);
    said[6] = 4;
    ck_ok(result_set(&r->preparation.names[7], "s = X", &e), &e);
    ck_ok(result_write(r, path, &e), &e);
    ck_assert_ptr_null(read_result(reader, path, &e));
    ck_assert_msg(strstr(e.text, "/preparation/names[7] is not 's = M'"), "%s", e.text);
    ck_ok(result_set(&r->preparation.names[7], "s = M", &e), &e);
    contract_destroy(c);

    contract_destroy(read_contract(r, plain)); /* which makes no columns */
    ck_ok(result_write(r, path, &e), &e);
    ck_assert_ptr_null(read_result(reader, path, &e));
    ck_assert_msg(strstr(e.text, "/preparation, which results of this kind"), "%s", e.text);
    r->slave[1].items = 6; /* of other rows: nothing is known of these */
    ck_assert_ptr_null(preparation_of(r, 1));
    r->disclose = DISCLOSE_AGGREGATE; /* nor told of single slaves */
    struct flat *f = result_document(r, &e);
    ck_assert_ptr_null(flat_find(f, "/preparation/counts"));
    flat_destroy(f);
    result_free(r);
    reader_stop(reader);
    file_remove(path);
    rmdir(directory);
}
END_TEST

/* Effect: the dataset has that many columns, which the file does not hold: chunks that are
 * filled in, packed ones of zeros, or a place that was never taken. */
static void inflate(const char *path, const char *name, hsize_t columns, int how)
{
    const hsize_t dims[2] = {2, columns}, chunk[2] = {1, 1 << 20};
    const char zeros[8] = {0};
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, dims, NULL);

    ck_assert_int_ge(file, 0);
    if (how != 'c')
        ck_assert_int_ge(H5Pset_chunk(plist, 2, chunk), 0);
    if (how == 'z')
        ck_assert_int_ge(H5Pset_deflate(plist, 9), 0);
    ck_assert_int_ge(H5Ldelete(file, name, H5P_DEFAULT), 0);
    hid_t set = H5Dcreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    if (how == 'z')
        ck_assert_int_ge(
            H5Dwrite_chunk(set, H5P_DEFAULT, 0, (hsize_t[]){0, 0}, sizeof zeros, zeros), 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Pclose(plist);
    H5Fclose(file);
}

/* Small files that declare much: they cost what they have, and are refused before anything
 * of that size is asked for. */
START_TEST(small_results_cost_little)
{
    static const struct {
        int how;
        const char *words;
    } hows[] = {{'f', "/rounds/1/states: is stored in chunks"},
                {'z', "/rounds/1/states: is stored in chunks"},
                {'c', "/rounds/1/states: says that it has 1600000000 bytes, which the file does"}};
    struct err e = {0};
    char path[64];

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/r.h5", directory);
    struct result *r = make_result();
    struct reader *reader = reader_start(&e);
    ck_assert_msg(reader != NULL, "%s", e.text);
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        ck_ok(result_write(r, path, &e), &e);
        inflate(path, "/rounds/1/states", 100000000, hows[i].how);
        ck_assert_ptr_null(read_result(reader, path, &e));
        ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, hows[i].words), "%s", e.text);
    }
    result_free(r);
    reader_stop(reader);
    file_remove(path);
    rmdir(directory);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, small_results_cost_little);
    tcase_add_test(t, results_are_not_trusted);
    tcase_add_test(t, a_result_says_what_it_has_not);
    tcase_add_test(t, counts_of_rows_are_not_trusted);
}

UNIT_MAIN("result", add)
