/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contract files, attribute by attribute: what is read from them, and what is refused. */
#include "contract_fixture.h"

#include <math.h>

#include "contract/document.h"
#include "contract/load.h"
#include "contract/schema.h"
#include "h5/writer.h"

/* The document of the minimal contract (over work, when that is where the path is)
 * without one path, or with one more. */
static struct flat *document_without(const char *path)
{
    struct contract *c = good(strncmp(path, "/work", 5) == 0 ? WORK : MINIMUM);
    struct flat *f = document_make(c, &e), *g = flat_create(&e);

    for (size_t i = 0; i < flat_count(f); i++) {
        const struct flat_value *v = flat_at(f, i);
        size_t n = strlen(path);
        if (strncmp(v->path, path, n) != 0 || !strchr("/@", v->path[n])) /* strchr finds the NUL */
            flat_add(g, v->path, v->type, v->rank, v->dims, v->data, 0);
    }
    flat_destroy(f);
    contract_destroy(c);
    return g;
}

/* Writes the document and opens it as a contract; frees the document. */
static struct contract *from_document(struct flat *f)
{
    struct err nothing = {0};

    ck_ok(writer_write(h5_path, f, WRITER_OWN, &nothing), &nothing);
    flat_destroy(f);
    err_clear(&e);
    return contract_open(reader, h5_path, NULL, &e);
}

static void refused(struct flat *f, const char *path, const char *words)
{
    struct contract *c = from_document(f);

    ck_assert_msg(!c, "%s: was taken", path);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, h5_path) && strstr(e.text, path) &&
                      strstr(e.text, words),
                  "expected '%s' and '%s', got %d: %s", path, words, (int)e.code, e.text);
}

START_TEST(an_attribute_has_its_type)
{
    const struct schema_field *s = schema_field((size_t)_i);
    char path[100];
    const size_t two = 2, one = 1;
    const double numbers[2] = {1, 1};
    const int64_t yes = 1, big[1] = {1};

    snprintf(path, sizeof path, "%s@%s", s->group, s->key);
    struct flat *f = document_without(path);
    flat_add(f, path, FLAT_NUMBER, 1, &two, numbers, 0);
    refused(f, path, "has 2 elements, expected one value");
    f = document_without(path);
    flat_add(f, path, FLAT_INTEGER, 1, &one, big, 0);
    refused(f, path, "has 1 elements, expected one value");
    f = document_without(path);
    flat_add(f, path, FLAT_BOOLEAN, 0, NULL, &yes, 0);
    refused(f, path, "found true, expected");
    f = document_without(path);
    if (s->type <= SCHEMA_CHOICE)
        flat_add_number(f, path, 1.5);
    else
        flat_add_string(f, path, "1");
    refused(f, path, s->type <= SCHEMA_CHOICE ? "found 1.5, expected" : "found '1', expected");
    f = document_without(path);
    if (s->fallback)
        flat_destroy(f);
    else
        refused(f, path, "is missing, and has no default");
}
END_TEST

/* What no file can hold, but a reader that was taken over may say. */
static void refuse_answer(struct flat *f, const char *path, const char *words)
{
    struct contract *c = calloc(1, sizeof *c);

    err_clear(&e);
    ck_assert_int_eq(load_document(&(struct load){f, "answer", c, &e, false}), -1);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, path) && strstr(e.text, words),
                  "expected '%s' and '%s', got %d: %s", path, words, (int)e.code, e.text);
    contract_destroy(c);
    flat_destroy(f);
}

START_TEST(a_group_is_no_value)
{
    struct flat *f = document_without("/none");

    flat_add_group(f, "/function/params@x");
    refuse_answer(f, "/function/params@x", "is a group, expected one value");
    f = document_without("/none");
    flat_add(f, "/function/params@x", FLAT_BYTES, 1, &(size_t){1}, "x", 0);
    refuse_answer(f, "/function/params@x", "has 1 elements, expected one value");
    for (size_t i = 0; schema_field(i); i++) {
        char path[100];
        snprintf(path, sizeof path, "%s@%s", schema_field(i)->group, schema_field(i)->key);
        f = document_without(path);
        flat_add_group(f, path);
        refuse_answer(f, path, "");
    }
}
END_TEST

START_TEST(a_file_that_is_no_contract_is_refused)
{
    static const char *const groups[] = {"/contract", "/function",  "/aggregate",
                                         "/filter",   "/resources", "/limits"};
    char path[64];

    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        snprintf(path, sizeof path, "group %s is missing", groups[i]);
        refused(document_without(groups[i]), path, "not a contract");
    }
    struct flat *f = document_without("/contract@format");
    flat_add_integer(f, "/contract@format", 7);
    flat_add_string(f, "/future@what", "else");
    refused(f, "/contract@format", "is format version 7, this program reads versions 1 to 2");
    static const char *const unknown[] = {
        "/contract@colour",         "/@colour",        "/colour@x",
        "/data/columns@x",          "/model@unit",     "/filter/threshold",
        "/limits/plausible/middle", "/contract/title", "/function/params/deep@x"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const size_t one = 1;
        f = document_without("/none");
        if (strstr(unknown[i], "columns"))
            flat_add(f, "/data/columns", FLAT_STRING, 1, &one, (const char *[]){"a"}, 0);
        if (strstr(unknown[i], "model"))
            flat_add(f, "/model", FLAT_NUMBER, 1, &one, (double[]){1}, 0);
        flat_add_number(f, unknown[i], 1);
        refused(f, "", "is unknown in a contract of format 2");
    }
    f = document_without("/contract@format"); /* so it is of format 1 */
    refused(f, "/filter@method", "which needs a contract of format 2");
    struct contract *fixed = good(MINIMUM "filter: {method: pos-lof, cut: fixed}\n");
    fixed->format = 1;
    f = document_make(fixed, &e);
    flat_add_string(f, "/data@deal", "turn");
    refused(f, "/data@deal", "is unknown in a contract of format 1");
    contract_destroy(fixed);
    f = document_without("/none");
    flat_add_number(f, "/function/params@a", NAN);
    refused(f, "/function/params@a", "expected a finite number");
    ck_assert(!contract_open(reader, "/nonexistent", NULL, &e));
}
END_TEST

START_TEST(a_contract_is_over_data_or_work)
{
    refused(document_without("/data"), "/contract", "has neither data nor work");
    refused(document_without("/work"), "/contract", "has neither data nor work");
    struct flat *f = document_without("/none");
    flat_add_group(f, "/work");
    flat_add_integer(f, "/work@units", 4);
    refused(f, "/work", "is there besides data");
    f = document_without("/work@units");
    flat_add_group(f, "/data");
    refused(f, "/work", "is there besides data");
    f = document_without("/work/none");
    flat_add(f, "/work/columns", FLAT_STRING, 1, &(size_t){1}, (const char *[]){"a"}, 0);
    refused(f, "/work/columns", "is unknown in a contract of format 2");
    f = document_without("/work@range");
    flat_add_integer(f, "/work@range", 3);
    refused(f, "/work@range", "found 3, expected a power of two");
}
END_TEST

/* The tables: names, and as many numbers or digests. */
static struct flat *with_table(const char *group, const char *a, const char *b, const char *names,
                               size_t count)
{
    const size_t one = 1;
    const double numbers[3] = {1, 2, 3};
    const char *digests[1] = {"sha256:" ABC};
    char path[64];
    struct flat *f = document_without("/none");

    snprintf(path, sizeof path, "%s/%s", group, a);
    flat_add(f, path, FLAT_STRING, 1, &one, &names, 0);
    snprintf(path, sizeof path, "%s/%s", group, b);
    if (count == 0)
        flat_add(f, path, FLAT_STRING, 1, &one, digests, 0);
    else
        flat_add(f, path, FLAT_NUMBER, 1, &count, numbers, 0);
    return f;
}

START_TEST(tables_fit_together)
{
    struct flat *f = with_table("/limits/plausible", "feature", "lower", "x", 2);
    refused(f, "/limits/plausible/lower", "has 2 entries, expected 1");
    f = with_table("/limits/plausible", "feature", "lower", "x", 1);
    refused(f, "/limits/plausible/upper", "is missing");
    f = with_table("/limits/plausible", "feature", "lower", "", 1);
    flat_add(f, "/limits/plausible/upper", FLAT_NUMBER, 1, &(size_t){1}, (double[]){2}, 0);
    refused(f, "/limits/plausible/feature", "entry 0 has 0 bytes");
    f = with_table("/inputs", "contract", "aggregate", "x", 0);
    refused(f, "/inputs/contract", "64 hexadecimal digits");
    f = with_table("/inputs", "contract", "aggregate", ABC, 1);
    refused(f, "/inputs/aggregate", "expected one dimension of strings");
    f = document_without("/none");
    flat_add(f, "/inputs/aggregate", FLAT_STRING, 1, &(size_t){1}, (const char *[]){"x"}, 0);
    refused(f, "/inputs/contract", "is missing");
    f = document_without("/none");
    flat_add(f, "/data/columns", FLAT_STRING, 1, &(size_t){0}, (const char *[]){""}, 0);
    refused(f, "/data/columns", "has 0 entries");
}
END_TEST

START_TEST(the_model_is_in_the_id)
{
    const size_t three = 3;
    double model[3] = {0, 1, -2.5};
    char hex[SHA256_HEX + 1];
    uint8_t digest[SHA256_LEN];
    struct flat *f = document_without("/none");

    flat_add(f, "/model", FLAT_NUMBER, 1, &three, model, 0);
    struct contract *c = from_document(f);
    ck_assert_msg(c != NULL, "%s", e.text);
    ck_assert_uint_eq(c->model_length, 3);
    ck_ok(hash_doubles(model, 3, digest, &e), &e);
    char *text = canonical(c);
    ck_assert_ptr_nonnull(strstr(text, hex_encode(hex, digest, sizeof digest)));
    struct contract *d = through_h5(c);
    ck_assert_str_eq(c->id, d->id);
    ck_assert_mem_eq(d->model, model, sizeof model);
    free(text);
    contract_destroy(c);
    contract_destroy(d);

    model[1] = INFINITY;
    f = document_without("/none");
    flat_add(f, "/model", FLAT_NUMBER, 1, &three, model, 0);
    refused(f, "/model", "entry 1 is not finite");
    f = document_without("/none");
    flat_add_number(f, "/model", 1);
    refused(f, "/model", "expected one dimension of numbers");
}
END_TEST

static void add(TCase *t)
{
    int fields = 0;

    while (schema_field((size_t)fields))
        fields++;
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, an_attribute_has_its_type, 0, fields);
    tcase_add_test(t, a_group_is_no_value);
    tcase_add_test(t, a_file_that_is_no_contract_is_refused);
    tcase_add_test(t, a_contract_is_over_data_or_work);
    tcase_add_test(t, tables_fit_together);
    tcase_add_test(t, the_model_is_in_the_id);
}

UNIT_MAIN("document", add)
