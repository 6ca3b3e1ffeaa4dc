/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "data/source.h"
#include "stats/filter.h"
#include "stats/weight.h"
#include "util/file.h"
#include "util/parse.h"

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

static int take_method(const struct options *o, const struct options_entry *x, char *value,
                       void *words)
{
    enum filter_method method = filter_method_of(value);

    *(enum filter_method *)options_field(x, words) = method;
    return method ? 0
                  : cli_usage(o->command, "--%s %s: expected pos-lof, lof, mad or none", x->name,
                              value);
}

/* A number in the range that the entry's place tells. */
static int take_number(const struct options *o, const struct options_entry *x, char *value,
                       void *words)
{
    double low = ranges[x->place][0], high = ranges[x->place][1];
    double *number = options_field(x, words);

    if (parse_double(value, number) == 0 && *number >= low && *number <= high)
        return 0;
    return cli_usage(o->command, "--%s %s: expected a number from %g to %g", x->name, value, low,
                     high);
}

static int take_k(const struct options *o, const struct options_entry *x, char *value, void *words)
{
    uint64_t k;

    if (parse_u64(value, &k) < 0 || k < 1)
        return cli_usage(o->command, "--%s %s: expected a positive whole number", x->name, value);
    *(size_t *)options_field(x, words) = k;
    return 0;
}

/* Sets *second to whether it is the second of two words. */
static int take_word(const struct options *o, const struct options_entry *x, const char *value,
                     const char *const words[static 2], bool *second)
{
    *second = strcmp(value, words[1]) == 0;
    if (*second || strcmp(value, words[0]) == 0)
        return 0;
    return cli_usage(o->command, "--%s %s: expected %s or %s", x->name, value, words[0], words[1]);
}

static int take_scale(const struct options *o, const struct options_entry *x, char *value,
                      void *words)
{
    bool none;
    int code = take_word(o, x, value, (const char *const[]){"mad", "none"}, &none);

    *(enum filter_scale *)options_field(x, words) = none ? FILTER_SCALE_NONE : FILTER_SCALE_MAD;
    return code;
}

static int take_few(const struct options *o, const struct options_entry *x, char *value,
                    void *words)
{
    return take_word(o, x, value, (const char *const[]){"report", "reject"},
                     options_field(x, words));
}

/* Reads the whole matrix; the filter needs all rows at once. */
static double *read_matrix(const char *path, size_t *n, size_t *d, struct err *e)
{
    const struct source_options o = {.missing = SOURCE_MISSING_NAN, .header_optional = true};
    struct source *s = source_open(path, &o, e);
    double *data = NULL;

    if (!s)
        return NULL;
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

static json_t *outcome_json(const struct words *w, const struct filter_outcome *out, size_t n)
{
    json_t *scores = json_array(), *rejected = json_array(), *why = json_array();

    for (size_t i = 0; i < n; i++) {
        json_array_append_new(scores, cli_json_number(out->decisions[i].score));
        json_array_append_new(why, json_string(filter_why_name(out->decisions[i].why)));
        if (out->decisions[i].rejected)
            json_array_append_new(rejected, json_integer((json_int_t)i));
    }
    return json_pack("{s:s,s:o,s:o,s:o,s:o}", "method", filter_method_name(w->o.method),
                     "threshold", cli_json_number(out->threshold), "scores", scores, "rejected",
                     rejected, "why", why);
}

static void print_outcome(const struct words *w, const struct filter_outcome *out, size_t n)
{
    size_t rejected = 0;

    printf("%8s %24s  %-9s why\n", "row", "score", "decision");
    for (size_t i = 0; i < n; i++) {
        const struct filter_decision *x = &out->decisions[i];
        rejected += x->rejected;
        printf("%8zu %24.17g  %-9s %s\n", i, x->score, x->rejected ? "REJECTED" : "accepted",
               x->why == FILTER_ACCEPTED ? "" : filter_why_name(x->why));
    }
    printf("%s: %zu of %zu rows rejected", filter_method_name(w->o.method), rejected, n);
    if (!isnan(out->threshold))
        printf(", threshold %g", out->threshold);
    putchar('\n');
}

static int filter(const struct words *w, const char *path, struct err *e)
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
        cli_print_json(outcome_json(w, &out, n));
    else if (rc == 0)
        print_outcome(w, &out, n);
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
    struct err e = {0};
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 1)
        return cli_usage("filter", "expected one file");
    if (!isnan(w.o.threshold) && !isnan(w.o.ratio))
        return cli_usage("filter", "--threshold and --ratio exclude each other");
    return filter(&w, argv[optind], &e) < 0 ? cli_fail(&e) : 0;
}
