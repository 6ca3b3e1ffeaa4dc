/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts as YAML: every field is read, has its range, and changes the id. */
#include "contract_fixture.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "contract/contract.h"
#include "contract/schema.h"
#include "util/parse.h"

/* Another value than the default, as a spec gives it; "" when there is none. */
static void other_value(const struct schema_field *f, char *text, size_t size)
{
    switch (f->type) {
    case SCHEMA_TEXT:
        snprintf(text, size, "%s", strcmp(f->key, "digest") == 0 ? "sha256:" ABC : "other");
        break;
    case SCHEMA_NAME:
        snprintf(text, size, "other");
        break;
    case SCHEMA_CHOICE:
        text[0] = '\0';
        /* which a spec has without saying it */
        if (strcmp(f->key, "cut") == 0)
            snprintf(text, size, "fixed");
        else if (strcmp(f->group, "/filter") == 0 && strcmp(f->key, "method") == 0)
            snprintf(text, size, "mad");
        else if (strchr(f->choices, ' '))
            snprintf(text, size, "%s", strrchr(f->choices, ' ') + 1);
        break;
    case SCHEMA_INTEGER:
        snprintf(text, size, "%d", strcmp(f->key, "format") == 0 ? 1 : 2);
        break;
    case SCHEMA_NUMBER:
        snprintf(text, size, "%s", f->max < 1 ? "0.25" : f->max <= 1 ? "0.75" : "2.5");
        break;
    case SCHEMA_OPTIONAL:
        snprintf(text, size, "0.25");
        break;
    case SCHEMA_DURATION:
        snprintf(text, size, "8 d");
        break;
    case SCHEMA_SIZE:
        snprintf(text, size, "3 MiB");
        break;
    case SCHEMA_SHARE:
        snprintf(text, size, "0.25");
        break;
    }
}

/* Returns the contract with the least that is needed, and one key set. */
static struct contract *with_value(const struct schema_field *f, const char *value)
{
    static const char *const needed[][3] = {{"/contract", "title", "T"},
                                            {"/function", "name", "moments"},
                                            {"/data", "name", "d"},
                                            {"/data", "slaves", "4"},
                                            {"/work", "units", "4"}};
    const char *const over = strcmp(f->group, "/work") == 0 ? "/work" : "/data";
    const char *const groups[] = {"/contract", "/function", over, f->group};
    const bool part = strcmp(f->key, "part") == 0;
    struct buf b = {0};

    for (size_t g = 0; g < 4; g++) {
        if (g == 3 && (strcmp(f->group, "/contract") == 0 || strcmp(f->group, "/function") == 0 ||
                       strcmp(f->group, over) == 0))
            break;
        const char *name =
            strcmp(groups[g], "/filter/weight") == 0 ? "filter:\n weight" : groups[g] + 1;
        if (g > 0)
            buf_addf(&b, "%s:\n", name);
        for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
            if (strcmp(needed[i][0], groups[g]) == 0 &&
                (strcmp(f->group, groups[g]) != 0 || strcmp(needed[i][1], f->key) != 0))
                buf_addf(&b, "%s%s: %s\n", g ? "  " : "", needed[i][1],
                         part && strcmp(needed[i][1], "slaves") == 0 ? "1" : needed[i][2]);
        if (strcmp(groups[g], f->group) == 0)
            buf_addf(&b, "%s%s: %s\n", g ? "  " : "", f->key, value);
        if (strcmp(groups[g], "/aggregate") == 0 && strcmp(f->key, "share") == 0)
            buf_adds(&b, "  robust: nnm\n"); /* without which it means nothing */
    }
    if (part || strcmp(f->key, "split") == 0) /* which is then of centres */
        buf_adds(&b, "  columns: [a]\n");
    if (part)
        buf_adds(&b, "  split: sites\nfilter: {method: none}\n");
    struct contract *c = from_text(b.data, b.len);
    buf_free(&b);
    return c;
}

static bool same_value(const struct contract_param *a, const struct contract_param *b)
{
    if (a->type == FLAT_STRING)
        return strcmp(a->string, b->string) == 0;
    return a->integer == b->integer &&
           (a->number == b->number || (isnan(a->number) && isnan(b->number)));
}

START_TEST(every_field_counts)
{
    const struct schema_field *f = schema_field((size_t)_i);
    char value[100];
    struct contract *base = good(strcmp(f->group, "/work") == 0 ? WORK : MINIMUM);

    other_value(f, value, sizeof value);
    if (value[0]) {
        struct contract *c = with_value(f, value);
        ck_assert_msg(c != NULL, "%s@%s: %s", f->group, f->key, e.text);
        struct contract *d = through_h5(c);
        struct contract_param before = schema_load(f, c), after = schema_load(f, d),
                              usual = schema_load(f, base);
        ck_assert_msg(same_value(&before, &after), "%s@%s is lost", f->group, f->key);
        ck_assert_msg(!same_value(&before, &usual), "%s@%s is not set", f->group, f->key);
        ck_assert_str_eq(c->id, d->id);
        bool hint = strcmp(f->key, "ranks_per_slave") == 0;
        ck_assert_msg((strcmp(c->id, base->id) == 0) == hint, "%s@%s in the id", f->group, f->key);
        contract_destroy(c);
        contract_destroy(d);
    }
    contract_destroy(base);
}
END_TEST

START_TEST(every_field_has_a_range)
{
    const struct schema_field *f = schema_field((size_t)_i);
    char value[70100], low[NUMBER_TEXT], key[64];
    struct contract *c;

    snprintf(key, sizeof key, "%s: %s", f->key, strcmp(f->key, "format") == 0 ? "is" : "found");
    if (f->type == SCHEMA_TEXT) {
        memset(value, 'x', (size_t)f->max + 1);
        value[(size_t)f->max + 1] = '\0';
    } else if (f->type == SCHEMA_NAME || f->type == SCHEMA_CHOICE) {
        snprintf(value, sizeof value, "no such");
    } else {
        snprintf(value, sizeof value, "%.0f", f->max * 2);
        c = with_value(f, value);
        ck_assert_msg(!c, "%s@%s took %s", f->group, f->key, value);
        ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, key), "%s", e.text);
        snprintf(value, sizeof value, "%s", format_double(low, f->min - 1));
    }
    c = with_value(f, value);
    ck_assert_msg(!c, "%s@%s took %.80s", f->group, f->key, value);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, key), "%s", e.text);
}
END_TEST

static const struct wrong {
    const char *text, *line, *words;
} wrongs[] = {
    {"", ":1: ", "found an empty file"},
    {"# nothing\n", ":2: ", "found an empty file"},
    {"- a\n", ":1: ", "expected keys and values"},
    {MINIMUM "nope: 1\n", ":4: ", "nope: unknown key; expected one of: format, title"},
    {MINIMUM "filter:\n  nope: 1\n",
     ":5: ", "filter.nope: unknown key; expected one of: threshold"},
    {MINIMUM "contract: {author: A}\n", ":4: ", "contract: unknown key"},
    {MINIMUM "filter/weight: {}\n", ":4: ", "unknown key"},
    {MINIMUM "data.columns: [a]\n", ":4: ", "unknown key"},
    {MINIMUM "<<: {}\n", ":4: ", "unknown key"},
    {MINIMUM "filter: {kappa: 1, kappa: 1}\n", ":4: ", "filter.kappa: is given twice"},
    {MINIMUM "filter: {k: 1}\nfilter: {k: 1}\n", ":5: ", "filter: is given twice"},
    {MINIMUM "author: &a A\n", ":4: ", "anchors and aliases"},
    {MINIMUM "author: *a\n", ":4: ", "anchors and aliases"},
    {MINIMUM "author: !!str A\n", ":4: ", "tags"},
    {MINIMUM "filter: !x {}\n", ":4: ", "tags"},
    {MINIMUM "resources: {gpus: 0.4}\n", ":4: ", "gpus: found 0.4, expected a whole number"},
    {MINIMUM "resources: {gpus: 1.5}\n", ":4: ", "gpus: found 1.5, expected a whole number"},
    {MINIMUM "resources: {gpus: 1.0}\n", ":4: ", "or a share of one, 1/n to 1/64"},
    {MINIMUM "resources: {gpus: 0.01}\n", ":4: ", "gpus: found 0.01, expected a whole number"},
    {MINIMUM "format: 1\nresources: {gpus: 0.5}\n", ":5: ", "needs a contract of format 2"},
    {MINIMUM "---\ntitle: U\n", ":4: ", "expected one document"},
    {MINIMUM "author: caf\xe9\n", ":4: ", "UTF-8"},
    {MINIMUM "\tauthor: A\n", ":4: ", "cannot start any token"},
    {MINIMUM "author: \"\\0\"\n", ":4: ", "NUL"},
    {MINIMUM "author: [A]\n", ":4: ", "author: expected one value"},
    {MINIMUM "author: 'A\n", "", "end of stream"},
    {MINIMUM "? [a]\n: b\n", ":4: ", "expected a key"},
    {MINIMUM "filter:\n  kappa: x\n", ":5: ", "filter.kappa: found 'x', expected a number"},
    {MINIMUM "rounds: 1.5\n", ":4: ", "rounds: found '1.5', expected a whole number"},
    {MINIMUM "resources: {time: 7 parsecs}\n", ":4: ", "expected a time"},
    {MINIMUM "resources: {memory: 1.5 B}\n", ":4: ", "expected a number of bytes"},
    {MINIMUM "filter: {threshold: 2, ratio: 0.1}\n", ":4: ", "both threshold and ratio"},
    {MINIMUM "filter: {weight: {t_max: 1 d}}\n", ":4: ", "filter.weight.t_max: found 86400 s"},
    {MINIMUM "limits: {slaves_min: 5}\n", ":4: ", "limits.slaves_min: found 5, expected at most"},
    {MINIMUM "format: 3\n", ":4: ", "is format version 3, this program reads versions 1 to 2"},
    {MINIMUM "format: 1\nlimits: {share_min: 0}\n",
     ":5: ", "limits.share_min: is unknown in a contract of format 1"},
    {MINIMUM "limits: {plausible: {a: [0, 1], a: [0, 1]}}\n", ":4: ", "'a' is there twice"},
    {MINIMUM "limits: {plausible: {a: [1, 0]}}\n", ":4: ", "expected lower <= upper"},
    {MINIMUM "limits: {plausible: {a: [1]}}\n", ":4: ", "two numbers"},
    {MINIMUM "limits: {plausible: {a: [0, x]}}\n", ":4: ", "two numbers"},
    {MINIMUM "limits: {plausible: 1}\n", ":4: ", "expected a map"},
    {MINIMUM "inputs: [{contract: " ABC "}]\n", ":4: ", "both contract and aggregate"},
    {MINIMUM "inputs: [{contract: x, aggregate: y}]\n", ":4: ", "64 hexadecimal digits"},
    {MINIMUM "inputs: [{contract: " ABC ", aggregate: y}]\n", ":4: ", "found 'y', expected sha256"},
    {MINIMUM "inputs: [{contract: x, contract: y}]\n", ":4: ", "once each"},
    {"function: {name: f}\ndata: {name: d, slaves: 4}\n", ":1: ", "title: is missing"},
    {"title: T\nfunction:\n  version: 1\ndata: {name: d, slaves: 4}\n",
     ":3: ", "function.name: is missing"},
    {"title: T\nfunction: {name: f}\ndata: {}\n", ":3: ", "data.name: is missing"},
    {"title: T\nfunction: {name: f}\nwork: {}\n", ":3: ", "work.units: is missing"},
    {"title: T\nfunction: {name: f}\n", ":1: ", "has neither data nor work"},
    {MINIMUM "work: {units: 1}\n", ":4: ", "work: is there besides data"},
    {WORK "data: {name: d, slaves: 4}\n", ":3: ", "work: is there besides data"},
    {WORK "data: {}\n", ":3: ", "work: is there besides data"},
    {WORK "limits: {slaves_min: 1}\n", ":4: ", "slaves_min: found 1, expected 0: it applies"},
    {"title: T\nfunction: {name: f}\nwork: {units: 9, range: 3}\n",
     ":3: ", "work.range: found 3, expected a power of two"},
    {"title: T\nfunction: {name: f}\nwork: {units: 131073, range: 2}\n",
     ":3: ", "work.range: found 2, which makes 65537 ranges, expected at most 65536: 4 or more"},
    {"title: T\nfunction: {name: f}\nwork: {units: 9007199254740992}\n",
     ":1: ", "found 1000000000000, expected at least the 8796093022208 units"},
    {"title: T\nfunction: {name: f}\nwork: {units: 9}\nlimits: {items_per_slave: 7}\n"
     "work: {range: 8}\n",
     ":5: ", "work: is given twice"},
    {"title: T\nfunction: {name: f}\nwork: {units: 9, range: 8}\nlimits: {items_per_slave: 7}\n",
     ":4: ", "limits.items_per_slave: found 7, expected at least the 8 units"},
    {MINIMUM "filter: {cut: simulated, threshold: 2}\n",
     ":4: ", "filter.cut: found 'simulated', expected nothing: a cut finds the threshold of"},
    {MINIMUM "filter: {cut: simulated, ratio: 0.1}\n", ":4: ", "filter.cut: found 'simulated'"},
    {MINIMUM "filter: {cut: simulated, method: posdist}\n",
     ":4: ", "filter.cut: found 'simulated'"},
    {MINIMUM "filter: {target_fpr: 0.01, cut: fixed}\n",
     ":4: ", "filter.target_fpr: found a value, expected nothing: cut is fixed"},
    {MINIMUM "filter:\n  threshold: 2\n  target_fpr: 0.05\n",
     ":6: ", "filter.target_fpr: found a value, expected nothing: cut is fixed"},
    {MINIMUM "filter: {target_fpr: 0}\n", ":4: ", "expected a number from 0.001 to 0.5"},
    {MINIMUM "aggregate: {share: 0.4}\n",
     ":4: ", "aggregate.share: found a value, expected nothing: robust is none"},
    {MINIMUM "aggregate: {robust: krum, share: 0.5}\n", ":4: ", "from 0 to 0.49"},
    {MINIMUM "filter: {cut: fixed}\nformat: 1\n",
     ":4: ", "filter.cut: is unknown in a contract of format 1"},
    {MINIMUM "filter: {method: union}\nformat: 1\n",
     ":4: ", "found 'union', which needs a contract of format 2"},
    {MINIMUM "filter: {weight: {method: uniform}}\nformat: 1\n",
     ":4: ", "found 'uniform', which needs a contract of format 2"},
    {MINIMUM "aggregate: {robust: none}\nformat: 1\n",
     ":4: ", "aggregate.robust: is unknown in a contract of format 1"},
    {"title: T\nfunction: {name: f}\nwork: {units: 9, columns: [a]}\n",
     ":3: ", "work.columns: unknown key; expected one of: units, range, check, tolerance"},
    {"title: T\nfunction: {name: f, digest: 'builtin:g@1'}\ndata: {name: d, slaves: 4}\n",
     ":2: ", "found 'builtin:g@1', expected builtin:f@1"},
    {"title: T\nfunction: {name: f, digest: 'sha256:" ABC " '}\ndata: {name: d, slaves: 4}\n",
     ":2: ", "function.digest: found"},
    {"title: T\nfunction: {name: f, params: {a/b: 1}}\ndata: {name: d, slaves: 4}\n",
     ":2: ", "function.params.a/b: is no name"},
    {"title: T\nfunction: {name: f, params: {-a: 1}}\ndata: {name: d, slaves: 4}\n",
     ":2: ", "is no name for a parameter"},
    {"title: T\nfunction: {name: f, params: {a: [1]}}\ndata: {name: d, slaves: 4}\n",
     ":2: ", "function.params.a: expected one value"},
    {"title: T\nfunction: {name: f}\ndata: {name: d, slaves: 4, columns: all, columns: [a]}\n",
     ":3: ", "data.columns: is given twice"},
    {"title: T\nfunction: {name: f}\ndata: {name: d, slaves: 4, columns: [a, a]}\n",
     ":3: ", "data.columns: 'a' is there twice"},
    {"title: T\nfunction: {name: f}\ndata: {name: d, slaves: 4, columns: []}\n",
     ":3: ", "data.columns: has 0 entries"},
};

START_TEST(a_wrong_spec_is_refused)
{
    const struct wrong *w = &wrongs[_i];
    char where[80];

    snprintf(where, sizeof where, "%s%s", spec_path, w->line);
    ck_assert_msg(!from_text(w->text, strlen(w->text)), "was taken: %s", w->text);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, where) && strstr(e.text, w->words),
                  "expected '%s' and '%s', got %d: %s", where, w->words, (int)e.code, e.text);
}
END_TEST

START_TEST(specs_need_not_be_pretty)
{
    struct contract *c = good(MINIMUM), *d;

    ck_assert(!from_text("title: \0", 8) && strstr(e.text, "not text in UTF-8"));
    d = good(
        "\xef\xbb\xbf%YAML 1.1\n---\n"
        "'data': {\"slaves\": 4, columns: all, name: d}\nfilter: {ratio: , weight: {}}\n"
        "limits: {plausible: {}}\ninputs: []\nfunction:\n  name: >-\n    moments\n  params: {}\n"
        "title: T\n...\n");
    ck_assert_str_eq(c->id, d->id);
    ck_assert_str_eq(c->digest, "builtin:moments@1");
    contract_destroy(c);
    contract_destroy(d);
    ck_assert(!contract_from_spec("/nonexistent", &e) && e.code == ERR_OPEN);
}
END_TEST

static void add(TCase *t)
{
    int fields = 0;

    while (schema_field((size_t)fields))
        fields++;
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, every_field_counts, 0, fields);
    tcase_add_loop_test(t, every_field_has_a_range, 0, fields);
    tcase_add_loop_test(t, a_wrong_spec_is_refused, 0, sizeof wrongs / sizeof wrongs[0]);
    tcase_add_test(t, specs_need_not_be_pretty);
}

UNIT_MAIN("spec", add)
