/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters any matrix. */

#include <math.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/filter_beside.h"
#include "cli/filter_table.h"
#include "cli/options.h"
#include "cli/print.h"
#include "report/outcome.h"
#include "stats/estimate.h"
#include "stats/filter.h"
#include "util/parse.h"

static const double usual_fpr = 0.05, usual_share = 0.4;

struct words {
    struct filter_options o;
    struct filter_files files;
    enum estimate_method robust;
    double share;          /* NaN: not said */
    bool fixed, simulated; /* what is said of the cut */
    bool explain, json;
};

static options_take take_cut, take_few, take_fpr, take_k, take_method, take_number, take_robust,
    take_scale;

enum { THRESHOLD = 1, RATIO, KAPPA, LAMBDA, SHARE };

static const double ranges[][2] = {[THRESHOLD] = {1e-9, 1e9},
                                   [RATIO] = {0, 0.5},
                                   [KAPPA] = {1e-3, 1},
                                   [LAMBDA] = {0, 1e6},
                                   [SHARE] = {0, 0.49}};

static const struct options_entry entries[] = {
    {"method", "M", "pos-lof (default), lof, posdist, mad, union, none", take_method,
     WORD(o.method)},
    {"cut", "C",
     "simulated: the threshold knows rows, weights, items, and how columns\n"
     "depend on each other (default of pos-lof, mad, union); fixed: it\n"
     "knows the number of columns",
     take_cut, WORD(o.cut)},
    {"target-fpr", "P",
     "simulated: the share of tables of honest rows of which any is\n"
     "rejected, at most (default 0.05)",
     take_fpr, WORD(o.target_fpr)},
    {"threshold", "T", "instead: reject scores above T", take_number, WORD(o.threshold),
     .place = THRESHOLD},
    {"ratio", "R", "instead: reject that share of the rows, highest scores first", take_number,
     WORD(o.ratio), .place = RATIO},
    {"errors", "FILE",
     "a matrix of the same shape: the standard errors of its numbers,\n"
     "nothing where one is unknown",
     options_text, WORD(files.errors)},
    {"items", "FILE", "of how many items each row is the mean: a number > 0 per line", options_text,
     WORD(files.items)},
    {"k", "K", "lof, posdist: neighbours", take_k, WORD(o.k)},
    {"kappa", "X", "pos-lof, union: stake of a neighbourhood (default 0.5)", take_number,
     WORD(o.kappa), .place = KAPPA},
    {"weights", "FILE", "a weight P per line, in the order of the rows (default: all equal)",
     options_text, WORD(files.weights)},
    {"lambda", "X", "what every row gets besides P/mean(P) (default 1)", take_number,
     WORD(files.lambda), .place = LAMBDA},
    {"scale", "S", "mad (default): columns by their robust spread; none: as they are", take_scale,
     WORD(o.scale)},
    {"few", "S", "report (default): with 5 rows or fewer reject none; reject", take_few,
     WORD(o.decide_few)},
    {"robust", "R",
     "estimate the middle of all rows, whoever is rejected: mean (by items),\n"
     "median, trimmed-mean, geometric-median, krum, multi-krum, nnm",
     take_robust, WORD(robust)},
    {"share", "F", "robust: the share of the rows that may be wrong (default 0.4)", take_number,
     WORD(share), .place = SHARE},
    {"explain", NULL, "say of each row why it is rejected, or how near that it is", options_flag,
     WORD(explain)},
    {"json", NULL, "all of it in full precision; rejected: row numbers from 0", options_flag,
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
    .width = 16,
    .end = "\n"
           "The weight P and the distance are a reconstruction of a lost formula; lof with\n"
           "--scale none is the textbook's.\n",
};

static bool has_simulated(enum filter_method method)
{
    return method == FILTER_POS_LOF || method == FILTER_MAD || method == FILTER_UNION;
}

static int take_method(const struct options_given *g)
{
    enum filter_method *method = g->field;

    *method = filter_method_of(g->value);
    return *method ? 0 : options_wrong(g, "expected pos-lof, lof, posdist, mad, union or none");
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

/* At most so many false alarms: none at all cannot be promised. */
static int take_fpr(const struct options_given *g)
{
    double *rate = g->field;

    if (parse_double(g->value, rate) == 0 && *rate >= 1e-3 && *rate <= 0.5)
        return 0;
    return options_wrong(g, "expected a number from 0.001 to 0.5: a rate of tables");
}

static int take_robust(const struct options_given *g)
{
    int method = estimate_of(g->value);

    if (method <= ESTIMATE_NONE)
        return options_wrong(g, "expected mean, median, trimmed-mean, geometric-median, krum, "
                                "multi-krum or nnm");
    *(enum estimate_method *)g->field = method;
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

static int take_cut(const struct options_given *g)
{
    struct words *w = g->words;
    int code = take_word(g, "fixed", "simulated", &w->simulated);

    w->fixed = !w->simulated;
    return code;
}

static int take_few(const struct options_given *g)
{
    return take_word(g, "report", "reject", g->field);
}

static int filter(struct page *text, const struct words *w, struct err *e)
{
    struct filter_outcome out = {0};
    struct filter_table t;
    struct filter_beside beside = {.explain = w->explain, .robust = w->robust, .share = w->share};
    int rc = -1;

    if (filter_table_read(&t, &w->files, e) < 0)
        goto done;
    const struct filter_input in = {.n = t.n,
                                    .d = t.d,
                                    .features = t.features,
                                    .errors = t.errors,
                                    .items = t.items,
                                    .share = t.share};
    if (filter_apply(&w->o, &in, &out, e) < 0 ||
        filter_beside_make(&beside, &w->o, &in, &out, e) < 0)
        goto done;
    const struct outcome x = {.options = &w->o,
                              .in = &in,
                              .out = &out,
                              .names = t.names,
                              .parts = beside.parts,
                              .explain = w->explain,
                              .member = beside.member,
                              .group = &beside.group,
                              .robust = w->robust,
                              .share = w->share,
                              .rows = beside.rows,
                              .middle = beside.middle};
    if (w->json)
        report_outcome_json(text, &x);
    else
        report_outcome(text, &x);
    rc = 0;
done:
    filter_beside_free(&beside);
    filter_outcome_free(&out);
    filter_table_free(&t);
    return rc;
}

/* Effect: sets what was not said. Returns 0, or the exit code where options contradict each other. */
static int complete(struct words *w)
{
    bool given = !isnan(w->o.threshold) || !isnan(w->o.ratio);

    if (!isnan(w->o.threshold) && !isnan(w->o.ratio))
        return cli_usage("filter", "--threshold and --ratio exclude each other");
    if (w->fixed && !isnan(w->o.target_fpr))
        return cli_usage("filter",
                         "--target-fpr needs --cut simulated: a fixed cut has no stated rate");
    w->simulated = w->simulated || !isnan(w->o.target_fpr);
    if (w->simulated && given)
        return cli_usage("filter", "%s and --cut simulated exclude each other",
                         isnan(w->o.ratio) ? "--threshold" : "--ratio");
    if (w->simulated && !has_simulated(w->o.method))
        return cli_usage("filter",
                         "--method %s has no --cut simulated; expected pos-lof, mad or union",
                         filter_method_name(w->o.method));
    if (!isnan(w->share) && w->robust == ESTIMATE_NONE)
        return cli_usage("filter",
                         "--share needs --robust: it says of how many rows that withstands");
    if (w->simulated || (!w->fixed && !given && has_simulated(w->o.method)))
        w->o.cut = FILTER_CUT_SIMULATED;
    w->o.target_fpr = isnan(w->o.target_fpr) ? usual_fpr : w->o.target_fpr;
    w->share = isnan(w->share) ? usual_share : w->share;
    return 0;
}

int cmd_filter(int argc, char **argv)
{
    struct words w = {.o = {.method = FILTER_POS_LOF,
                            .scale = FILTER_SCALE_MAD,
                            .threshold = NAN,
                            .ratio = NAN,
                            .kappa = 0.5,
                            .target_fpr = NAN},
                      .files = {.lambda = 1},
                      .share = NAN};
    struct page text = print_page();
    struct err e = {0};
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 1)
        return cli_usage("filter", "expected one file");
    if ((code = complete(&w)) != 0)
        return code;
    w.files.matrix = argv[optind];
    if (filter(&text, &w, &e) == 0)
        return cli_print(&text, 0);
    page_free(&text);
    return cli_fail(&e);
}
