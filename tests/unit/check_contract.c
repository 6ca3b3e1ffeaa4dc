/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts and their ids, the golden ones first, and what FORMAT and the example say of them. */
#include "contract_fixture.h"

#include "contract/schema.h"
#include "util/parse.h"
#include "util/store.h"

#define GOLDEN TEST_DATA "/contract-v%d/"
#define WORK_1 TEST_DATA "/contract-work-v1/"
#define FILTER TEST_DATA "/contract-filter-v2/"
#define FORMAT TEST_DATA "/../../src/contract/FORMAT"

/* Returns the path of a file of the golden contract of that version. */
static const char *golden(int version, const char *name, char path[static 1000])
{
    int n = snprintf(path, 1000, GOLDEN, version);

    snprintf(path + n, 1000 - (size_t)n, "%s", name);
    return path;
}

START_TEST(the_golden_contract_keeps_its_id)
{
    char *id, *text, path[1000];
    size_t id_len, text_len;
    uint8_t digest[SHA256_LEN];
    struct contract *c = contract_from_spec(golden(_i, "contract.yaml", path), &e);

    ck_assert_msg(c != NULL, "%s", e.text);
    struct contract *d = contract_open(reader, golden(_i, "contract.h5", path), digest, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    ck_ok(file_read(golden(_i, "id", path), 100, &id, &id_len, &e), &e);
    ck_ok(file_read(golden(_i, "canonical.json", path), 10000, &text, &text_len, &e), &e);
    id[SHA256_HEX] = '\0';
    ck_assert_str_eq(c->id, id);
    ck_assert_str_eq(d->id, id);
    char *one = canonical(c), *two = canonical(d);
    ck_assert_str_eq(one, text);
    ck_assert_str_eq(two, text);
    ck_assert_int_eq(d->ranks_per_slave, 2);
    ck_assert_str_eq(d->deal, "blocks");
    ck_assert(d->share_min == (_i == 1 ? 0 : 0.25));
    ck_assert_str_eq(d->plausible[1].feature, "texture");
    ck_assert_str_eq(d->params[0].name, "bins");
    ck_assert_str_eq(d->columns[2], "compactness, worst");
    free(one);
    free(two);
    free(id);
    free(text);
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

/* A spec says of which version it is, else it is of the newest; a file, else of the first. */
START_TEST(a_contract_is_of_a_version)
{
    struct contract *c = good(MINIMUM), *d = through_h5(c), *old = good(MINIMUM "format: 1\n");
    struct contract *half = good(MINIMUM "resources: {gpus: 0.5}\n");
    char *text = canonical(old);

    ck_assert(c->format == 2 && d->format == 2 && old->format == 1);
    ck_assert_str_eq(c->deal, "turn");
    ck_assert(d->share_min == 0.5 && old->share_min == 0);
    ck_assert_str_eq(old->deal, "blocks");
    ck_assert_ptr_null(strstr(text, "deal"));
    ck_assert_ptr_null(strstr(text, "share_min"));
    free(text);
    text = canonical(d);
    ck_assert_ptr_nonnull(strstr(text, "\"deal\":\"turn\""));
    ck_assert_ptr_nonnull(strstr(text, "\"share_min\":0.5"));
    free(text);
    contract_destroy(d);
    d = through_h5(old);
    ck_assert_str_eq(d->id, old->id);
    contract_destroy(d);
    d = through_h5(half);
    ck_assert(d->gpus == 0.5);
    ck_assert_str_eq(d->id, half->id);
    text = canonical(d);
    ck_assert_ptr_nonnull(strstr(text, "\"gpus\":0.5"));
    free(text);
    contract_destroy(half);
    contract_destroy(c);
    contract_destroy(d);
    contract_destroy(old);
}
END_TEST

/* Effect: c has the spec and the file of a golden directory, which have its text and id. */
static void take_golden(const char *from, struct contract *c[static 2])
{
    char *id, *text, path[1000];
    size_t len;

    snprintf(path, sizeof path, "%scontract.yaml", from);
    c[0] = contract_from_spec(path, &e);
    ck_assert_msg(c[0] != NULL, "%s", e.text);
    snprintf(path, sizeof path, "%scontract.h5", from);
    c[1] = contract_open(reader, path, NULL, &e);
    ck_assert_msg(c[1] != NULL, "%s", e.text);
    snprintf(path, sizeof path, "%sid", from);
    ck_ok(file_read(path, 100, &id, &len, &e), &e);
    snprintf(path, sizeof path, "%scanonical.json", from);
    ck_ok(file_read(path, 10000, &text, &len, &e), &e);
    id[SHA256_HEX] = '\0';
    for (int i = 0; i < 2; i++) {
        char *words = canonical(c[i]);
        ck_assert_str_eq(words, text);
        ck_assert_str_eq(c[i]->id, id);
        free(words);
    }
    free(id);
    free(text);
}

START_TEST(the_golden_contract_over_work_keeps_its_id)
{
    struct contract *c[2];

    take_golden(WORK_1, c);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(c[i]->slaves, 245);
        ck_assert(c[i]->work_check == 0.25 && c[i]->work_tolerance == 1e-9);
        contract_destroy(c[i]);
    }
}
END_TEST

START_TEST(the_golden_contract_of_the_filter_keeps_its_id)
{
    struct contract *c[2];

    take_golden(FILTER, c);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(c[i]->filter, "union");
        ck_assert_str_eq(c[i]->cut, "simulated");
        ck_assert_str_eq(c[i]->weight, "uniform");
        ck_assert_str_eq(c[i]->robust, "krum");
        ck_assert(c[i]->target_fpr == 0.01 && c[i]->robust_share == 0.25);
        contract_destroy(c[i]);
    }
}
END_TEST

/* What a spec says of the filter, and what it means by that. */
static const struct {
    const char *words, *cut;
} cuts[] = {
    {"", "simulated"},
    {"filter: {few: reject}\n", "simulated"},
    {"filter: {method: mad}\n", "simulated"},
    {"filter: {method: union}\n", "simulated"},
    {"filter: {threshold: , ratio: }\n", "simulated"},
    {"filter: {cut: simulated, target_fpr: 0.05}\n", "simulated"},
    {"filter: {cut: fixed}\n", "fixed"},
    {"filter: {method: lof}\n", "fixed"},
    {"filter: {method: none}\n", "fixed"},
    {"filter: {method: posdist}\n", "fixed"},
    {"filter: {threshold: 2.5}\n", "fixed"},
    {"filter: {method: union, ratio: 0.25}\n", "fixed"},
    {"format: 1\n", "fixed"},
};

/* What it means is in the file and in the text, but for the fixed cut, which all that was there
 * before has. */
START_TEST(a_spec_means_the_newest_cut)
{
    char text[300];

    snprintf(text, sizeof text, MINIMUM "%s", cuts[_i].words);
    struct contract *c = good(text), *d = through_h5(c);
    bool fixed = strcmp(cuts[_i].cut, "fixed") == 0;
    char *words = canonical(d);
    ck_assert_str_eq(c->cut, cuts[_i].cut);
    ck_assert_str_eq(d->cut, cuts[_i].cut);
    ck_assert_str_eq(c->id, d->id);
    ck_assert(!strstr(words, "\"cut\":\"simulated\"") == fixed);
    ck_assert(!strstr(words, "\"target_fpr\":0.05") == fixed);
    ck_assert_ptr_null(strstr(words, "robust"));
    ck_assert_ptr_null(strstr(words, "\"share\""));
    free(words);
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

/* As a file that was written before there were cuts has neither. */
START_TEST(a_file_without_a_cut_is_what_it_was)
{
    struct contract *c = good("title: Pi\nfunction: {name: montecarlo}\nwork: {units: 1000000}\n"
                              "filter: {method: pos-lof, cut: fixed}\n");
    struct contract *d = through_h5(c);

    ck_assert_str_eq(d->cut, "fixed");
    ck_assert_str_eq(d->id, "fa155953f17ae89bc4990495bd983c1b44d8367e5a1dbf5a7aebda54818907ca");
    ck_assert(schema_leaves_out(schema_find("/filter", "cut"), d));
    ck_assert(schema_leaves_out(schema_find("/filter", "target_fpr"), d));
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

/* A share is beside an estimate, whatever it is. */
START_TEST(an_estimate_has_its_share)
{
    struct contract *c = good(MINIMUM "aggregate: {robust: nnm}\n"), *d = through_h5(c);
    struct contract *other = good(MINIMUM "aggregate: {robust: nnm, share: 0}\n");
    char *text = canonical(d);

    ck_assert_ptr_nonnull(strstr(text, "{\"method\":\"merge\",\"robust\":\"nnm\",\"share\":0.4}"));
    ck_assert_str_ne(other->id, d->id);
    ck_assert(d->robust_share == 0.4);
    free(text);
    contract_destroy(c);
    contract_destroy(d);
    contract_destroy(other);
}
END_TEST

START_TEST(parameters_have_one_text)
{
    struct contract *c =
        good("title: T\ndata: {name: d, slaves: 4}\nfunction:\n  name: f\n  params: "
             "{z: 4.0, y: '4', x: -9007199254740993, w: true, v: no, u: 1e-7, "
             "t: 99999999999999999999, s: 9007199254740992.0}\n");
    char *text = canonical(c);
    struct contract *d = through_h5(c);
    struct contract_param p = {.name = (char[]){"only"}, .type = FLAT_NUMBER, .number = 0.5};

    ck_assert_ptr_nonnull(strstr(text, "{\"s\":9007199254740992,\"t\":\"99999999999999999999\","
                                       "\"u\":1e-7,\"v\":\"no\",\"w\":true,"
                                       "\"x\":\"-9007199254740993\",\"y\":\"4\",\"z\":4}"));
    ck_assert_str_eq(c->id, d->id);
    ck_assert_int_eq(d->params[7].type, FLAT_INTEGER); /* z: by name, whole */
    ck_assert_int_eq(d->params[5].integer, INT64_C(-9007199254740993));
    free(text);

    ck_ok(contract_set_params(c, &p, 1, &e), &e);
    text = canonical(c);
    ck_assert_ptr_nonnull(strstr(text, "\"params\":{\"only\":0.5}"));
    ck_assert_str_ne(c->id, d->id);
    struct contract_param twice[2] = {p, p};
    ck_fails(contract_set_params(c, twice, 2, &e), &e, ERR_INPUT, "only is given twice");
    ck_assert_uint_eq(c->params_count, 1);
    free(text);
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

/* Units, the range that is asked for; the range that comes of it, by trying all. */
static const struct {
    int64_t units, range, each, ranges;
} works[] = {
    {1, 0, 1, 1},
    {1024, 0, 1, 1024},
    {1025, 0, 2, 513},
    {2048, 0, 2, 1024},
    {1000000, 0, 1024, 977},
    {1000000, 65536, 65536, 16},
    {65536, 1, 1, 65536},
    {5, INT64_C(1) << 40, INT64_C(1) << 40, 1},
    {INT64_C(1) << 49, 0, INT64_C(1) << 39, 1024},
    {(INT64_C(1) << 49) - 1, INT64_C(1) << 33, INT64_C(1) << 33, 65536},
};

START_TEST(work_becomes_ranges)
{
    char text[200], member[200];
    int64_t units = works[_i].units, each = works[_i].each, n = works[_i].ranges;

    snprintf(text, sizeof text,
             "title: T\nfunction: {name: wait}\nwork: {units: %lld, range: %lld}\n",
             (long long)units, (long long)works[_i].range);
    snprintf(member, sizeof member,
             "\"work\":{\"check\":0.05,\"range\":%lld,\"tolerance\":0,\"units\":%lld}}",
             (long long)works[_i].range, (long long)units);
    struct contract *c = good(text), *d = through_h5(c);
    const struct contract *both[] = {c, d};
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(both[i]->work_units, units);
        ck_assert_int_eq(both[i]->work_range, works[_i].range);
        ck_assert_int_eq(both[i]->range_units, each);
        ck_assert_int_eq(both[i]->slaves, n);
        ck_assert_str_eq(both[i]->data, "work");
        ck_assert_uint_eq(both[i]->columns_count, 0);
        char *words = canonical(both[i]);
        ck_assert_msg(strstr(words, member) != NULL, "%s", words);
        ck_assert_ptr_null(strstr(words, "\"data\""));
        free(words);
    }
    ck_assert_str_eq(c->id, d->id);
    ck_assert((n - 1) * each < units && units <= n * each);
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

START_TEST(a_contract_over_data_has_no_work)
{
    struct contract *c = good(MINIMUM);
    char *text = canonical(c);

    ck_assert(c->work_units == 0 && c->work_range == 0 && c->range_units == 0);
    ck_assert_ptr_null(strstr(text, "\"work\""));
    free(text);
    contract_destroy(c);
}
END_TEST

/* The table in FORMAT: "PATH | type | default | meaning". */
START_TEST(the_format_is_documented)
{
    const struct schema_field *f = schema_field((size_t)_i);
    char row[300], low[NUMBER_TEXT], high[NUMBER_TEXT], *text;
    const char *words = f->fallback;
    size_t len;

    ck_ok(file_read(FORMAT, 1 << 20, &text, &len, &e), &e);
    if (!f->fallback || !f->fallback[0])
        words = !f->fallback ? "required" : f->type == SCHEMA_OPTIONAL ? "absent" : "empty";
    format_double(low, f->min);
    format_double(high, f->max);
    static const char *const types[] = {
        [SCHEMA_TEXT] = "text",         [SCHEMA_NAME] = "name",       [SCHEMA_INTEGER] = "integer",
        [SCHEMA_NUMBER] = "number",     [SCHEMA_OPTIONAL] = "number", [SCHEMA_SIZE] = "size",
        [SCHEMA_DURATION] = "duration", [SCHEMA_SHARE] = "share"};
    if (f->type == SCHEMA_CHOICE)
        snprintf(row, sizeof row, "\n    %s@%s | %s | %s | ", f->group, f->key, f->choices, words);
    else if (f->type == SCHEMA_NAME)
        snprintf(row, sizeof row, "\n    %s@%s | %s | %s | ", f->group, f->key, "name", words);
    else
        snprintf(row, sizeof row, "\n    %s@%s | %s %s to %s | %s | ", f->group, f->key,
                 types[f->type], low, high, words);
    ck_assert_msg(strstr(text, row) != NULL, "FORMAT has no line that begins:%s", row);
    free(text);
}
END_TEST

/* The example at the end of FORMAT, indented by four, and its id. */
START_TEST(the_example_is_right)
{
    char *text, *line, *rest;
    size_t len;
    struct buf spec = {0};

    ck_ok(file_read(FORMAT, 1 << 20, &text, &len, &e), &e);
    line = strstr(text, "\n4. An example");
    ck_assert_ptr_nonnull(line);
    line = strtok_r(strstr(line, "\n    "), "\n", &rest);
    for (; line && strncmp(line, "    ", 4) == 0; line = strtok_r(NULL, "\n", &rest))
        buf_addf(&spec, "%s\n", line + 4);
    struct contract *c = good(spec.data);
    ck_assert_int_eq(c->slaves, 8);
    ck_assert_ptr_nonnull(strstr(rest, c->id));
    contract_destroy(c);
    buf_free(&spec);

    line = strstr(rest, "\nA contract over work");
    ck_assert_ptr_nonnull(line);
    line = strtok_r(strstr(line, "\n    "), "\n", &rest);
    for (; line && strncmp(line, "    ", 4) == 0; line = strtok_r(NULL, "\n", &rest))
        buf_addf(&spec, "%s\n", line + 4);
    c = good(spec.data);
    ck_assert_int_eq(c->slaves, 977);
    ck_assert_msg(strstr(rest, c->id) != NULL, "%s", c->id);
    contract_destroy(c);
    buf_free(&spec);
    free(text);
}
END_TEST

static void add(TCase *t)
{
    int fields = 0;

    while (schema_field((size_t)fields))
        fields++;
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, the_golden_contract_keeps_its_id, 1, CONTRACT_FORMAT + 1);
    tcase_add_test(t, a_contract_is_of_a_version);
    tcase_add_test(t, the_golden_contract_over_work_keeps_its_id);
    tcase_add_test(t, the_golden_contract_of_the_filter_keeps_its_id);
    tcase_add_loop_test(t, a_spec_means_the_newest_cut, 0, sizeof cuts / sizeof cuts[0]);
    tcase_add_test(t, a_file_without_a_cut_is_what_it_was);
    tcase_add_test(t, an_estimate_has_its_share);
    tcase_add_test(t, parameters_have_one_text);
    tcase_add_loop_test(t, work_becomes_ranges, 0, sizeof works / sizeof works[0]);
    tcase_add_test(t, a_contract_over_data_has_no_work);
    tcase_add_test(t, the_example_is_right);
    tcase_add_loop_test(t, the_format_is_documented, 0, fields);
}

UNIT_MAIN("contract", add)
