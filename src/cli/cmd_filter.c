/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters any matrix. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "data/source.h"
#include "report/outcome.h"
#include "stats/filter.h"
#include "stats/weight.h"
#include "util/parse.h"
#include "util/store.h"
#include "util/text.h"

struct words {
    struct filter_options o;
    const char *weights;
    double lambda;
    bool json;
};

static options_take take_few, take_k, take_method, take_number, take_scale;

enum { THRESHOLD = 1, RATIO, KAPPA, LAMBDA };

static const double ranges[][2] = {
    [THRESHOLD] = {1e-9, 1e9}, [RATIO] = {0, 0.5}, [KAPPA] = {1e-3, 1}, [LAMBDA] = {0, 1e6}};

static const struct options_entry entries[] = {
    {"method", "M", "pos-lof (default), lof, mad, none", take_method, WORD(o.method)},
    {"threshold", "T", "reject scores above T (default: the method's)", take_number,
     WORD(o.threshold), .place = THRESHOLD},
    {"ratio", "R", "instead: reject that share of the rows, highest scores first", take_number,
     WORD(o.ratio), .place = RATIO},
    {"k", "K", "lof: neighbours", take_k, WORD(o.k)},
    {"kappa", "X", "pos-lof: stake of a neighbourhood (default 0.5)", take_number, WORD(o.kappa),
     .place = KAPPA},
    {"weights", "FILE", "a weight P per line, in the order of the rows (default: all equal)",
     options_text, WORD(weights)},
    {"lambda", "X", "what every row gets besides P/mean(P) (default 1)", take_number, WORD(lambda),
     .place = LAMBDA},
    {"scale", "S", "mad (default): columns by their robust spread; none: as they are", take_scale,
     WORD(o.scale)},
    {"few", "S", "report (default): with 5 rows or fewer reject none; reject", take_few,
     WORD(o.decide_few)},
    {"json", NULL, "scores in full precision; rejected: row numbers from 0", options_flag,
     WORD(json)},
    {0},
};

static const struct options options = {
    "filter",
    "Usage: metaneuron filter FILE.csv|FILE.h5[:/OBJECT] [OPTION…]\n"
    "\n"
    "Finds outliers among the rows of a matrix, as a contract's filter does among\n"
    "results. A CSV file without a line of names is taken for numbers throughout.\n"
    "\n",
    .list = entries,
    .width = 15,
    .end = "\n"
           "The weight P and the distance are a reconstruction of a lost formula; lof with\n"
           "--scale none is the textbook's.\n",
};

static int take_method(const struct options_given *g)
{
    enum filter_method *method = g->field;

    *method = filter_method_of(g->value);
    return *method ? 0 : options_wrong(g, "expected pos-lof, lof, mad or none");
}

/* A number in the range that the entry's place tells. */
static int take_number(const struct options_given *g)
{
    double low = ranges[g->x->place][0], high = ranges[g->x->place][1], *number = g->field;

    if (parse_double(g->value, number) == 0 && *number >= low && *number <= high)
        return 0;
    return options_wrong(g, "expected a number from %g to %g", low, high);
}

static int take_k(const struct options_given *g)
{
    uint64_t k;

    if (parse_u64(g->value, &k) < 0 || k < 1)
        return options_wrong(g, "expected a positive whole number");
    *(size_t *)g->field = k;
    return 0;
}

/* Sets *second to whether it is the second of two words. */
static int take_word(const struct options_given *g, const char *first, const char *other,
                     bool *second)
{
    *second = strcmp(g->value, other) == 0;
    if (*second || strcmp(g->value, first) == 0)
        return 0;
    return options_wrong(g, "expected %s or %s", first, other);
}

static int take_scale(const struct options_given *g)
{
    bool none;
    int code = take_word(g, "mad", "none", &none);

    *(enum filter_scale *)g->field = none ? FILTER_SCALE_NONE : FILTER_SCALE_MAD;
    return code;
}

static int take_few(const struct options_given *g)
{
    return take_word(g, "report", "reject", g->field);
}

/* What is uncertain about a file is said beside the answer. */
static void tell_notes(const char *notes)
{
    size_t len;

    for (const char *note; (note = text_line(&notes, &len));)
        print_error("metaneuron: note: %.*s\n", (int)len, note);
}

/* Reads the whole matrix; the filter needs all rows at once. */
static double *read_matrix(const char *path, size_t *n, size_t *d, struct err *e)
{
    const struct source_options o = {.missing = SOURCE_MISSING_NAN, .header_optional = true};
    struct source *s = source_open(path, &o, e);
    double *data = NULL;

    if (!s)
        return NULL;
    tell_notes(source_notes(s));
    *d = source_columns(s);
    if (source_rows(s) > 1000000)
        err_set(e, ERR_INPUT, "%s: has more than a million rows, which are too many to compare",
                path);
    else
        data = err_alloc(source_rows(s) * *d, sizeof *data, path, e);
    if (data && source_read(s, 0, source_rows(s), data, n, e) < 0) {
        free(data);
        data = NULL;
    }
    source_close(s);
    return data;
}

/* The weights of n rows, a number a line; equal ones without a file. */
static int read_weights(const char *path, double *P, size_t n, struct err *e)
{
    char *text = NULL;
    size_t len, i = 0;
    int rc = 0;

    memset(P, 0, n * sizeof *P);
    if (!path)
        return 0;
    if (file_read(path, 1 << 28, &text, &len, e) < 0)
        return -1;
    for (char *p = text; rc == 0 && *p; i++) {
        size_t length = strcspn(p, "\r\n");
        char *next = p + length;
        next += next[0] == '\r' && next[1] == '\n' ? 2 : *next != '\0';
        p[length] = '\0';
        if (i < n && parse_double(p, &P[i]) < 0)
            rc = err_set(e, ERR_INPUT, "%s:%zu: found '%.40s', expected a number", path, i + 1, p);
        p = next;
    }
    if (rc == 0 && i != n)
        rc = err_set(e, ERR_INPUT, "%s: has %zu lines, the matrix %zu rows", path, i, n);
    free(text);
    return rc;
}

static int filter(struct page *text, const struct words *w, const char *path, struct err *e)
{
    struct filter_outcome out = {0};
    size_t n, d;
    int rc = -1;
    double *data = read_matrix(path, &n, &d, e);
    double *P = data ? err_alloc(n, 2 * sizeof *P, "weights", e) : NULL;

    if (!P || read_weights(w->weights, P, n, e) < 0 || weight_shares(P, n, w->lambda, P + n, e) < 0)
        goto done;
    const struct filter_input in = {.n = n, .d = d, .features = data, .share = P + n};
    rc = filter_apply(&w->o, &in, &out, e);
    if (rc == 0 && w->json)
        report_outcome_json(text, w->o.method, &out, n);
    else if (rc == 0)
        report_outcome(text, w->o.method, &out, n);
done:
    filter_outcome_free(&out);
    free(data);
    free(P);
    return rc;
}

int cmd_filter(int argc, char **argv)
{
    struct words w = {.o = {.method = FILTER_POS_LOF,
                            .scale = FILTER_SCALE_MAD,
                            .threshold = NAN,
                            .ratio = NAN,
                            .kappa = 0.5},
                      .lambda = 1};
    struct page text = print_page();
    struct err e = {0};
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 1)
        return cli_usage("filter", "expected one file");
    if (!isnan(w.o.threshold) && !isnan(w.o.ratio))
        return cli_usage("filter", "--threshold and --ratio exclude each other");
    int rc = filter(&text, &w, argv[optind], &e);
    if (rc == 0)
        return cli_print(&text, 0);
    page_free(&text);
    return cli_fail(&e);
}
