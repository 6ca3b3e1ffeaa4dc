/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "data/source.h"
#include "stats/filter.h"
#include "stats/weight.h"
#include "util/parse.h"
#include "util/store.h"

static const char help[] =
    "Usage: metaneuron filter FILE.csv|FILE.h5[:/OBJECT] [OPTION…]\n"
    "\n"
    "Finds outliers among the rows of a matrix, as a contract's filter does among\n"
    "results. A CSV file without a line of names is taken for numbers throughout.\n"
    "\n"
    "  --method M       pos-lof (default), lof, mad, none\n"
    "  --threshold T    reject scores above T (default: the method's)\n"
    "  --ratio R        instead: reject that share of the rows, highest scores first\n"
    "  --k K            lof: neighbours\n"
    "  --kappa X        pos-lof: stake of a neighbourhood (default 0.5)\n"
    "  --weights FILE   a weight P per line, in the order of the rows (default: all equal)\n"
    "  --lambda X       what every row gets besides P/mean(P) (default 1)\n"
    "  --scale S        mad (default): columns by their robust spread; none: as they are\n"
    "  --few S          report (default): with 5 rows or fewer reject none; reject\n"
    "  --json           scores in full precision; rejected: row numbers from 0\n"
    "\n"
    "The weight P and the distance are a reconstruction of a lost formula; lof with\n"
    "--scale none is the textbook's.\n";

enum { METHOD = 256, THRESHOLD, RATIO, K, KAPPA, WEIGHTS, LAMBDA, SCALE, FEW, JSON };

static const struct option options[] = {
    {"method", required_argument, NULL, METHOD},
    {"threshold", required_argument, NULL, THRESHOLD},
    {"ratio", required_argument, NULL, RATIO},
    {"k", required_argument, NULL, K},
    {"kappa", required_argument, NULL, KAPPA},
    {"weights", required_argument, NULL, WEIGHTS},
    {"lambda", required_argument, NULL, LAMBDA},
    {"scale", required_argument, NULL, SCALE},
    {"few", required_argument, NULL, FEW},
    {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, 'h'},
    {0},
};

struct words {
    struct filter_options o;
    const char *weights;
    double lambda;
    bool json;
};

/* One of two words, or -1. */
static int choose(const char *text, const char *first, const char *second)
{
    return strcmp(text, first) == 0 ? 0 : strcmp(text, second) == 0 ? 1 : -1;
}

/* A number from low to high. */
static int take_number(const char *option, double low, double high, double *value)
{
    if (parse_double(optarg, value) == 0 && *value >= low && *value <= high)
        return 0;
    return cli_usage("filter", "%s %s: expected a number from %g to %g", option, optarg, low, high);
}

static int take_option(struct words *w, int c)
{
    uint64_t k;
    int which;

    switch (c) {
    case METHOD:
        w->o.method = filter_method_of(optarg);
        return w->o.method
                   ? 0
                   : cli_usage("filter", "--method %s: expected pos-lof, lof, mad or none", optarg);
    case THRESHOLD:
        return take_number("--threshold", 1e-9, 1e9, &w->o.threshold);
    case RATIO:
        return take_number("--ratio", 0, 0.5, &w->o.ratio);
    case KAPPA:
        return take_number("--kappa", 1e-3, 1, &w->o.kappa);
    case LAMBDA:
        return take_number("--lambda", 0, 1e6, &w->lambda);
    case K:
        if (parse_u64(optarg, &k) < 0 || k < 1)
            return cli_usage("filter", "--k %s: expected a positive whole number", optarg);
        w->o.k = k;
        return 0;
    case SCALE:
        which = choose(optarg, "mad", "none");
        w->o.scale = which == 0 ? FILTER_SCALE_MAD : FILTER_SCALE_NONE;
        return which >= 0 ? 0 : cli_usage("filter", "--scale %s: expected mad or none", optarg);
    case FEW:
        which = choose(optarg, "report", "reject");
        w->o.decide_few = which == 1;
        return which >= 0 ? 0 : cli_usage("filter", "--few %s: expected report or reject", optarg);
    case WEIGHTS:
        w->weights = optarg;
        break;
    case JSON:
        w->json = true;
        break;
    }
    return 0;
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
    int c, code = 0;

    while ((c = cli_option(argc, argv, "filter", help, options, &code)) != -1) {
        if (c == 'h' || c == '?' || (code = take_option(&w, c)) != 0)
            return code;
    }
    if (argc - optind != 1)
        return cli_usage("filter", "expected one file");
    if (!isnan(w.o.threshold) && !isnan(w.o.ratio))
        return cli_usage("filter", "--threshold and --ratio exclude each other");
    return filter(&w, argv[optind], &e) < 0 ? cli_fail(&e) : 0;
}
