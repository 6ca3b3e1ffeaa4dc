/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Knows the names of methods and reasons. */
#include "stats/filter.h"

#include "util/text.h"

static const char *const methods[] = {
    [FILTER_POS_LOF] = "pos-lof", [FILTER_LOF] = "lof",         [FILTER_MAD] = "mad",
    [FILTER_NONE] = "none",       [FILTER_POSDIST] = "posdist", [FILTER_UNION] = "union",
};

static const char *const whys[] = {
    [FILTER_ACCEPTED] = "accepted",
    [FILTER_NOT_FINITE] = "not-finite",
    [FILTER_IMPLAUSIBLE] = "implausible",
    [FILTER_SCORE] = "score",
    [FILTER_RATIO] = "ratio",
    [FILTER_FEW] = "few",
    [FILTER_HALF_STAKE] = "half-stake",
    [FILTER_EXCLUDED] = "excluded",
};

const char *filter_method_name(enum filter_method method)
{
    size_t m = (size_t)method;

    return m > 0 && m < sizeof methods / sizeof methods[0] ? methods[m] : "unknown";
}

enum filter_method filter_method_of(const char *name)
{
    int m = text_among(methods, sizeof methods / sizeof methods[0], name);

    return (enum filter_method)(m < 0 ? 0 : m);
}

const char *filter_why_name(enum filter_why why)
{
    size_t w = (size_t)why;

    return w < sizeof whys / sizeof whys[0] ? whys[w] : "unknown";
}
