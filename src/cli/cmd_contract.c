/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds, shows and checks contracts. */

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "engine/plan/bind.h"
#include "h5/reader.h"
#include "report/contract.h"
#include "util/parse.h"
#include "util/place.h"
#include "util/store.h"

struct words {
    const char *out, *model;
    uint64_t round;
    bool canonical, force;
};

static int take_round(const struct options_given *g)
{
    uint64_t *round = g->field;

    if (parse_u64(g->value, round) == 0 && *round > 0)
        return 0;
    return options_wrong(g, "expected a whole number from 1 on");
}

static const struct options_entry entries[] = {
    {"canonical", NULL, NULL, options_flag, WORD(canonical)},
    {"force", NULL, NULL, options_flag, WORD(force)},
    {"model", "FILE", NULL, options_text, WORD(model)},
    {"out", "FILE", NULL, options_text, WORD(out), .letter = 'o'},
    {"round", "R", NULL, take_round, WORD(round)},
    {0},
};

static const struct options options = {
    "contract",
    "Usage: metaneuron contract build SPEC.yaml -o CONTRACT.h5 [--force]\n"
    "       metaneuron contract check SPEC.yaml|CONTRACT.h5\n"
    "       metaneuron contract show  SPEC.yaml|CONTRACT.h5 [--canonical]\n"
    "       metaneuron contract part  CONTRACT.h5 [--round R] [--model FILE] -o PART.h5 [--force]\n"
    "\n"
    "build writes the HDF5 descriptor of a spec and prints its id. A file that is there\n"
    "already is replaced if it is a contract of the same title, or with --force. check\n"
    "says whether a spec or descriptor is a contract that could be run here. show prints\n"
    "it; --canonical as the one text whose SHA-256 is the id. part writes what one centre\n"
    "computes in round R (default: 1) of a contract over centres ('split: sites'), as a\n"
    "contract that can be run; FILE has the doubles of that round's model, if there is one.\n"
    "\n"
    "In a spec, 'data: {split: rows, deal: turn}' (the default) deals short stripes of\n"
    "one file's rows to the slaves in turn; 'deal: blocks' gives each rows that follow\n"
    "each other, as 'format: 1' does. Texts, dates and blanks are told of by the keys types,\n"
    "where, derive, factors, columns, missing, impute and standardise of data, which the man\n"
    "page has; `metaneuron data levels` prints factors.\n",
    .list = entries,
};

/* What is replaced was built from the same spec, as far as its title tells. */
static int check_out(const struct contract *c, const char *spec, const struct words *w,
                     struct err *e)
{
    if (file_is_same(spec, w->out))
        return err_set(e, ERR_USAGE, "-o %s: is what it is made from, which would be lost", w->out);
    if (w->force || !file_is_taken(w->out))
        return 0;
    struct reader *r = file_is_regular(w->out) ? reader_start(NULL) : NULL;
    struct contract *old = r ? contract_open(r, w->out, NULL, NULL) : NULL;
    bool ours = old && strcmp(old->title, c->title) == 0;
    contract_destroy(old);
    reader_stop(r);
    return ours ? 0
                : err_set(e, ERR_USAGE,
                          "-o %s: is there already, and is no contract called '%s': give another "
                          "name, or --force to replace it",
                          w->out, c->title);
}

static int build(const char *spec, const struct words *w, struct err *e)
{
    struct contract *c = contract_from_spec(spec, e);
    int rc = c ? engine_complete(c, e) : -1;

    if (c && rc < 0)
        err_context(e, "%s", spec);
    if (rc == 0 && (rc = check_out(c, spec, w, e)) == 0)
        rc = contract_write(c, w->out, e);
    if (rc == 0)
        print_answer("%s  %s\n", c->id, w->out);
    contract_destroy(c);
    return rc;
}

/* Reads the doubles of a model, as they stand in a run's directory, and in an exchange. */
static int read_model(const char *path, double **model, size_t *length, struct err *e)
{
    char *bytes;
    size_t len;

    if (file_read(path, CONTRACT_FILE_MOST, &bytes, &len, e) < 0)
        return -1;
    *length = len / sizeof **model;
    *model = err_alloc(*length, sizeof **model, "a model", e);
    int rc = *model ? 0 : -1;
    if (rc == 0 && (len == 0 || len % sizeof **model != 0))
        rc = err_set(e, ERR_INPUT, "%s: has %zu bytes, expected doubles, of 8 bytes each", path,
                     len);
    if (rc == 0)
        memcpy(*model, bytes, len);
    free(bytes);
    return rc;
}

/* Writes what one centre computes of a contract, which is read as centres have it. */
static int part(const char *path, const struct words *w, struct err *e)
{
    struct reader *reader = reader_start(e);
    struct contract *whole = reader ? contract_open(reader, path, NULL, e) : NULL, *c = NULL;
    double *model = NULL;
    size_t length = 0;
    int rc = whole ? 0 : -1;

    if (rc == 0 && w->model)
        rc = read_model(w->model, &model, &length, e);
    if (rc == 0 && (rc = contract_part(whole, w->round, model, length, &c, e)) < 0)
        err_context(e, "%s", path);
    if (rc == 0 && (rc = check_out(c, path, w, e)) == 0)
        rc = contract_write(c, w->out, e);
    if (rc == 0)
        print_answer("%s  %s\n", c->id, w->out);
    contract_destroy(c);
    contract_destroy(whole);
    reader_stop(reader);
    free(model);
    return rc;
}

/* What is said of a contract that not everybody may run. */
static const char *kind_of(const struct contract *c)
{
    return contract_over_sites(c) ? " over centres"
           : c->part > 0          ? ", a centre's part of another"
                                  : "";
}

static int check(const char *path, struct err *e)
{
    struct contract *c = cli_contract(path, e);
    char id[SHA256_HEX + 1];
    int rc = -1;

    if (c) {
        memcpy(id, c->id, sizeof id);
        rc = engine_complete(c, e);
        if (rc < 0)
            err_context(e, "%s", path);
    }
    if (rc == 0 && strcmp(id, c->id) == 0)
        print_answer("%s: a contract%s, id %s\n", path, kind_of(c), c->id);
    else if (rc == 0)
        print_answer(
            "%s: a contract%s; with the function's defaults written out (as build does) its id "
            "is %s\n",
            path, kind_of(c), c->id);
    contract_destroy(c);
    return rc;
}

static int show_contract(const char *path, bool canonical, struct err *e)
{
    struct contract *c = cli_contract(path, e);
    struct page page = print_page();
    struct buf text = {0};
    int rc = c ? 0 : -1;

    if (c && c->any_version) /* which one it gets is known by the functions that are here */
        rc = engine_complete(c, e);
    if (rc == 0)
        rc = canonical ? contract_canonical(c, &text, e) : report_contract(&page, c, e);
    if (rc == 0 && canonical)
        print_json(text.data);
    else if (rc == 0)
        rc = cli_print(&page, 0);
    page_free(&page);
    buf_free(&text);
    contract_destroy(c);
    return rc;
}

int cmd_contract(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {.round = 1};
    int code = options_read(&options, argc, argv, &w), rc;

    if (code >= 0)
        return code;
    if (argc - optind != 2)
        return cli_usage("contract", "expected build, check, show or part, and one file");
    const char *verb = argv[optind], *path = argv[optind + 1];
    if (strcmp(verb, "build") == 0) {
        if (!w.out)
            return cli_usage("contract", "build needs -o CONTRACT.h5");
        rc = build(path, &w, &e);
    } else if (strcmp(verb, "check") == 0) {
        rc = check(path, &e);
    } else if (strcmp(verb, "show") == 0) {
        rc = show_contract(path, w.canonical, &e);
    } else if (strcmp(verb, "part") == 0) {
        if (!w.out)
            return cli_usage("contract", "part needs -o PART.h5");
        rc = part(path, &w, &e);
    } else {
        return cli_usage("contract", "'%s': expected build, check, show or part", verb);
    }
    return rc < 0 ? cli_fail(&e) : rc;
}
