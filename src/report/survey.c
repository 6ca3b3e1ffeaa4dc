/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what the columns of a file hold. */
#include "report/survey.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "util/text.h"

/* Whether YAML takes the text for a string as it is, in any version and inside brackets. */
static bool is_plain(const char *text)
{
    static const char *const others[] = {"y",  "n",   "yes",  "no",  "true", "false",
                                         "on", "off", "null", "nan", "na"};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcasecmp(text, others[i]) == 0)
            return false;
    return *text && strchr(letters, *text) &&
           text[1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_.-")] == '\0';
}

/* Appends a string of YAML, in quotes if it needs them, in which all is seen. */
static void add_string(struct page *to, const char *text)
{
    bool plain = is_plain(text);
    struct text_char c;

    page_addf(to, plain ? "" : "\"");
    for (size_t n; *text; text += n) {
        n = text_char(&c, text);
        if (c.seen || c.code < 0)
            page_addf(to, "%s%.*s", *text == '"' || *text == '\\' ? "\\" : "", (int)n, text);
        else
            page_addf(to, c.code > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c.code);
    }
    page_addf(to, plain ? "" : "\"");
}

static void add_counts(struct page *to, const struct survey_column *c)
{
    for (size_t k = 0; k < c->count; k++) {
        page_addf(to, "%s", k ? ", " : "  # ");
        add_string(to, c->levels[k].text);
        page_addf(to, " %" PRIu64, c->levels[k].rows);
    }
    if (c->missing)
        page_addf(to, ", missing %" PRIu64, c->missing);
}

/* Why a column is no factor; NULL if it may be one. */
static const char *refuse(const struct survey_column *c)
{
    return c->many        ? "more values than that"
           : c->wide      ? "a value of more than 256 bytes"
           : c->count < 1 ? "no value"
           : c->count < 2 ? "one value only"
                          : NULL;
}

static void add_column(struct page *to, const struct survey_column *c, size_t most, bool counts)
{
    const char *why = refuse(c);

    page_addf(to, why ? "  # " : "  ");
    add_string(to, c->name);
    if (c->many)
        page_addf(to, ": no factor, as it has more than %zu values", most);
    else if (why)
        page_addf(to, ": no factor, as it has %s", why);
    for (size_t k = 0; !why && k < c->count; k++) {
        page_addf(to, "%s", k ? ", " : ": [");
        add_string(to, c->levels[k].text);
    }
    page_addf(to, why ? "" : "]");
    if (counts && !why)
        add_counts(to, c);
    page_addf(to, "\n");
}

void report_levels(struct page *to, const struct survey *s, bool all, size_t most, bool counts)
{
    bool any = false;

    for (size_t i = 0; i < s->count; i++)
        any |= all || s->columns[i].kind == SURVEY_TEXT;
    page_addf(to, any ? "factors:\n" : "# no column of text\n");
    for (size_t i = 0; i < s->count; i++)
        if (all || s->columns[i].kind == SURVEY_TEXT)
            add_column(to, &s->columns[i], most, counts);
}

void report_columns(struct page *to, const struct survey *s, size_t most)
{
    static const char *const kinds[] = {[SURVEY_EMPTY] = "empty",
                                        [SURVEY_NUMBER] = "number",
                                        [SURVEY_DATE] = "date",
                                        [SURVEY_TEXT] = "text"};

    page_addf(to, "%" PRIu64 " rows\n%-24s %-8s %12s %12s\n", s->rows, "column", "kind", "missing",
              "distinct");
    for (size_t i = 0; i < s->count; i++) {
        const struct survey_column *c = &s->columns[i];
        page_addf(to, "%-24s %-8s %12" PRIu64 " ", c->name, kinds[c->kind], c->missing);
        if (c->many)
            page_addf(to, "%3s over %3zu\n", "", most);
        else if (c->wide)
            page_addf(to, "%12s\n", "long texts");
        else
            page_addf(to, "%12zu\n", c->count);
    }
}
