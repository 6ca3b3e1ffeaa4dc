/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts over centres, and what one centre computes of them: the golden ones, what a part has
 * of its whole, and what is refused. */
#include "contract_fixture.h"

#include "contract/schema.h"

#define SITES                                                                                 \
    "title: T\nfunction: {name: moments}\ndata: {name: d, split: sites, slaves: 4, columns: " \
    "[a, b]}\n"

static const double model[] = {0.5, -1, 1e-300}; /* of the golden part, of round 3 */

static void take_file(const char *directory_, const char *name, char text[static 10000])
{
    char path[1000], *data;
    size_t len;

    snprintf(path, sizeof path, TEST_DATA "/%s/%s", directory_, name);
    ck_ok(file_read(path, 9999, &data, &len, &e), &e);
    memcpy(text, data, len);
    text[len] = '\0';
    text[strcspn(text, "\n")] = '\0';
    free(data);
}

static void check_golden(const struct contract *c, const char *name)
{
    char wanted[10000], *text = canonical(c);

    take_file(name, "id", wanted);
    ck_assert_str_eq(c->id, wanted);
    take_file(name, "canonical.json", wanted);
    ck_assert_str_eq(text, wanted);
    free(text);
}

static struct contract *golden(const char *name)
{
    char path[1000];

    snprintf(path, sizeof path, TEST_DATA "/%s", name);
    err_clear(&e);
    struct contract *c = strstr(name, ".yaml") ? contract_from_spec(path, &e)
                                               : contract_open(reader, path, NULL, &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    return c;
}

START_TEST(golden_contracts_keep_their_ids)
{
    struct contract *spec = golden("contract-sites-v2/contract.yaml"), *part = NULL;
    struct contract *file = golden("contract-sites-v2/contract.h5");
    struct contract *found = golden("contract-part-v2/contract.h5");

    check_golden(spec, "contract-sites-v2");
    check_golden(file, "contract-sites-v2");
    check_golden(found, "contract-part-v2");
    ck_ok(contract_part(file, 3, model, 3, &part, &e), &e);
    check_golden(part, "contract-part-v2");
    ck_assert(found->model_length == 3 && memcmp(found->model, model, sizeof model) == 0);
    contract_destroy(part);
    contract_destroy(found);
    contract_destroy(file);
    contract_destroy(spec);
}
END_TEST

START_TEST(a_part_has_of_its_whole_what_is_computed)
{
    struct contract *c = golden("contract-sites-v2/contract.h5"), *p = NULL;
    char text[200];

    ck_assert(contract_over_sites(c) && contract_round(c, 2) == 2);
    ck_ok(contract_part(c, 2, NULL, 0, &p, &e), &e);
    ck_assert(!contract_over_sites(p) && contract_round(p, 1) == 2);
    ck_assert(p->part == 2 && p->rounds == 1 && p->slaves == 1 && !p->model);
    ck_assert_str_eq(p->filter, "none");
    ck_assert_str_eq(p->title, c->title);
    snprintf(text, sizeof text, "round 2 of contract %s", c->id);
    ck_assert_ptr_nonnull(strstr(p->description, text));
    ck_assert_str_eq(p->function, c->function);
    ck_assert_str_eq(p->digest, c->digest);
    ck_assert_int_eq(p->version, c->version);
    ck_assert_uint_eq(p->params_count, c->params_count);
    for (size_t i = 0; i < c->params_count; i++) {
        const struct contract_param *a = &p->params[i], *b = &c->params[i];
        ck_assert_str_eq(a->name, b->name);
        ck_assert(a->type == b->type && a->integer == b->integer);
        ck_assert(!(a->number < b->number) && !(a->number > b->number));
        ck_assert_str_eq(a->string ? a->string : "", b->string ? b->string : "");
    }
    ck_assert_uint_eq(p->columns_count, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(p->columns[i], c->columns[i]);
    ck_assert_str_eq(p->missing, c->missing);
    ck_assert_str_eq(p->commit, c->commit);
    ck_assert_str_eq(p->order, c->order);
    ck_assert(p->unit_rows == c->unit_rows && p->memory == c->memory && p->gpus == c->gpus);
    ck_assert(p->state_length == c->state_length && p->items_per_slave == c->items_per_slave);
    ck_assert(p->ranks_per_slave == c->ranks_per_slave);
    /* what is of the collector's judgement only */
    ck_assert(p->plausible_count == 0 && p->inputs_count == 0 && p->slaves_min == 0);
    ck_assert(p->author[0] == '\0' && p->nonce[0] == '\0' && p->budget == 0);
    contract_destroy(p);
    contract_destroy(c);
}
END_TEST

/* So each of two models, rounds and wholes has parts of its own. */
START_TEST(parts_differ_where_something_does)
{
    static const double other[] = {0.5, -1, 2e-300};
    struct contract *c = golden("contract-sites-v2/contract.h5"), *d = good(SITES "rounds: 3\n");
    struct contract *p[5];

    ck_ok(contract_part(c, 1, NULL, 0, &p[0], &e), &e);
    ck_ok(contract_part(c, 2, NULL, 0, &p[1], &e), &e);
    ck_ok(contract_part(c, 2, model, 3, &p[2], &e), &e);
    ck_ok(contract_part(c, 2, other, 3, &p[3], &e), &e);
    ck_ok(contract_part(d, 1, NULL, 0, &p[4], &e), &e);
    for (int i = 0; i < 5; i++) {
        struct contract *again = through_h5(p[i]);
        ck_assert_str_eq(again->id, p[i]->id);
        contract_destroy(again);
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(p[i]->id, p[k]->id);
    }
    for (int i = 0; i < 5; i++)
        contract_destroy(p[i]);
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

START_TEST(the_model_of_the_contract_is_the_first)
{
    struct contract *p = NULL, *q = NULL, *c = good(SITES);

    c->model = (double *)(uintptr_t)model;
    c->model_length = 3;
    ck_ok(contract_part(c, 1, NULL, 0, &p, &e), &e);
    ck_ok(contract_part(c, 1, model, 3, &q, &e), &e);
    c->model = NULL;
    ck_assert(p->model_length == 3 && memcmp(p->model, model, sizeof model) == 0);
    ck_assert_str_eq(p->id, q->id);
    contract_destroy(p);
    contract_destroy(q);
    contract_destroy(c);
}
END_TEST

/* A site names its run in it. */
START_TEST(a_nonce_makes_it_another)
{
    struct contract *c = good(SITES), *p = NULL, *q = NULL;
    char before[SHA256_HEX + 1];

    ck_ok(contract_part(c, 1, NULL, 0, &p, &e), &e);
    memcpy(before, p->id, sizeof before);
    ck_ok(contract_set_nonce(p, "0123456789abcdef", &e), &e);
    ck_assert_str_ne(p->id, before);
    q = through_h5(p);
    ck_assert_str_eq(q->id, p->id);
    ck_assert_str_eq(q->nonce, "0123456789abcdef");
    ck_ok(contract_set_nonce(p, "", &e), &e);
    ck_assert_str_eq(p->id, before);
    contract_destroy(q);
    contract_destroy(p);
    contract_destroy(c);
}
END_TEST

/* A key that came late is not said where it has its default, so that ids stay. */
START_TEST(a_whole_contract_says_nothing_of_parts)
{
    struct contract *c = good(MINIMUM), *d = good(MINIMUM "part: 0\n"), *s = good(SITES);
    struct contract *p = NULL;
    char *text = canonical(c);
    const struct schema_field *part = schema_find("/contract", "part");

    ck_assert_str_eq(c->id, d->id);
    ck_assert_ptr_null(strstr(text, "part"));
    ck_assert(schema_leaves_out(part, c) && !schema_leaves_out(schema_find("/data", "deal"), c));
    free(text);
    text = canonical(s);
    ck_assert_ptr_nonnull(strstr(text, "\"split\":\"sites\""));
    ck_assert_ptr_null(strstr(text, "part"));
    free(text);
    ck_ok(contract_part(s, 1, NULL, 0, &p, &e), &e);
    text = canonical(p);
    ck_assert_ptr_nonnull(strstr(text, "\"part\":1"));
    ck_assert(!schema_leaves_out(part, p));
    free(text);
    contract_destroy(p);
    contract_destroy(s);
    contract_destroy(d);
    contract_destroy(c);
}
END_TEST

static const struct {
    const char *text, *words;
} wrongs[] = {
    {"data: {name: d, split: sites, slaves: 4}\n",
     ":3: data.columns: found all columns, expected their names"},
    {"data: {name: d, split: sites, slaves: 4, columns: all}\n",
     ":3: data.columns: found all columns, expected their names"},
    {"data: {name: d, split: sites, slaves: 4, columns: [a], deal: blocks}\n",
     ":3: data.deal: found 'blocks', expected nothing"},
    {"data: {name: d, split: sites, slaves: 4, columns: [a]}\nformat: 1\n",
     ":3: data.split: found 'sites', which needs a contract of format 2"},
    {"data: {name: d, slaves: 4}\nformat: 1\npart: 0\n",
     ":5: part: is unknown in a contract of format 1"},
    {"data: {name: d, slaves: 1, columns: [a]}\nfilter: {method: none}\npart: 1\n",
     ":5: part: found 1, expected 0: only contracts over centres"},
    {"work: {units: 4}\npart: 1\n", ":4: part: found 1, expected 0: only contracts over centres"},
    {"data: {name: d, split: sites, slaves: 4, columns: [a]}\nfilter: {method: none}\npart: 1\n",
     ":3: data.slaves: found 4, expected 1: a part is that of one centre"},
    {"data: {name: d, split: sites, slaves: 1, columns: [a]}\npart: 1\n",
     "filter.method: found 'union', expected none"},
    {"data: {name: d, split: sites, slaves: 1, columns: [a]}\nfilter: {method: none}\npart: 1\n"
     "aggregate: {robust: mean}\n",
     ":6: aggregate.robust: found 'mean', expected none"},
    {"data: {name: d, split: sites, slaves: 1, columns: [a]}\nfilter: {method: none}\npart: 1\n"
     "rounds: 2\n",
     ":6: rounds: found 2, expected 1: a part is of one round"},
    {"data: {name: d, split: sites, slaves: 1, columns: [a]}\nfilter: {method: none}\n"
     "part: 1000001\n",
     ":5: part: found 1000001, expected a whole number from 0 to 1000000"},
};

START_TEST(what_cannot_be_is_refused)
{
    struct buf b = {0};

    buf_addf(&b, "title: T\nfunction: {name: moments}\n%s", wrongs[_i].text);
    ck_assert_ptr_null(from_text(b.data, b.len));
    ck_assert_int_eq(e.code, ERR_INPUT);
    ck_assert_msg(strstr(e.text, wrongs[_i].words) != NULL, "%s", e.text);
    buf_free(&b);
}
END_TEST

START_TEST(what_has_no_parts_says_so)
{
    struct contract *c = good(SITES "rounds: 2\n"), *p = NULL, *none = NULL;
    struct contract *d = good(MINIMUM), *w = good(WORK);
    double wild = 1.0 / 0.0;

    ck_fails(contract_part(d, 1, NULL, 0, &none, &e), &e, ERR_INPUT, "is not over centres");
    ck_fails(contract_part(w, 1, NULL, 0, &none, &e), &e, ERR_INPUT, "is not over centres");
    ck_fails(contract_part(c, 0, NULL, 0, &none, &e), &e, ERR_INPUT, "has rounds 1 to 2");
    ck_fails(contract_part(c, 3, NULL, 0, &none, &e), &e, ERR_INPUT, "has rounds 1 to 2");
    ck_fails(contract_part(c, 2, &wild, 1, &none, &e), &e, ERR_INPUT, "entry 0 is not finite");
    err_clear(&e);
    ck_ok(contract_part(c, 2, NULL, 0, &p, &e), &e);
    ck_fails(contract_part(p, 1, NULL, 0, &none, &e), &e, ERR_INPUT, "is a part itself");
    ck_assert_ptr_null(none);
    contract_destroy(p);
    contract_destroy(c);
    contract_destroy(d);
    contract_destroy(w);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, golden_contracts_keep_their_ids);
    tcase_add_test(t, a_part_has_of_its_whole_what_is_computed);
    tcase_add_test(t, parts_differ_where_something_does);
    tcase_add_test(t, the_model_of_the_contract_is_the_first);
    tcase_add_test(t, a_nonce_makes_it_another);
    tcase_add_test(t, a_whole_contract_says_nothing_of_parts);
    tcase_add_loop_test(t, what_cannot_be_is_refused, 0, sizeof wrongs / sizeof wrongs[0]);
    tcase_add_test(t, what_has_no_parts_says_so);
}

UNIT_MAIN("part", add)
