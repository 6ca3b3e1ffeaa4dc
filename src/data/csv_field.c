/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts a field out of a record to tell what it means. */
#include "data/csv_field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data/number.h"
#include "util/text.h"

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && blank(*p))
        p++;
    return p;
}

static void trim(struct csv_field *f)
{
    const char *end = f->text + f->len;

    f->text = skip_blanks(f->text, end);
    while (end > f->text && blank(end[-1]))
        end--;
    f->len = (size_t)(end - f->text);
}

/* *p stands behind the opening quote. */
static int next_quoted(const char **p, const char *end, struct csv_field *f)
{
    const char *close = *p;

    while ((close = memchr(close, '"', (size_t)(end - close)))) {
        if (close + 1 == end || close[1] != '"')
            break;
        close += 2;
    }
    if (!close)
        return -1;
    *f = (struct csv_field){.text = *p, .len = (size_t)(close - *p), .quoted = true};
    *p = skip_blanks(close + 1, end);
    return *p == end || **p == ',' ? 0 : -1;
}

int csv_field_next(const char **p, const char *end, struct csv_field *f)
{
    const char *begin = skip_blanks(*p, end);

    if (begin < end && *begin == '"') {
        *p = begin + 1;
        return next_quoted(p, end, f);
    }
    const char *comma = memchr(begin, ',', (size_t)(end - begin));
    const char *stop = comma ? comma : end;
    *f = (struct csv_field){.text = begin, .len = (size_t)(stop - begin)};
    const char *quote = memchr(begin, '"', f->len);
    trim(f);
    *p = quote ? quote : stop;
    return quote ? -1 : 0;
}

static bool is_missing(const struct csv_field *f)
{
    static const char *const words[] = {"NA", "NaN", "nan", "null", "NULL", "?"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == f->len && memcmp(words[i], f->text, f->len) == 0)
            return true;
    return f->len == 0;
}

static bool is_infinity(const struct csv_field *f)
{
    size_t sign = f->len > 0 && (f->text[0] == '-' || f->text[0] == '+');
    const char *word = f->text + sign;
    size_t len = f->len - sign;

    return (len == 3 && strncasecmp(word, "inf", 3) == 0) ||
           (len == 8 && strncasecmp(word, "infinity", 8) == 0);
}

enum csv_kind csv_field_value(const struct csv_field *f, double *value)
{
    struct csv_field bare = *f;
    double v;

    trim(&bare);
    if (is_missing(&bare))
        return CSV_MISSING;
    if (is_infinity(&bare))
        return CSV_INFINITE;
    if (number_read(bare.text, &v) != bare.text + bare.len)
        return CSV_TEXT;
    if (!isfinite(v))
        return CSV_INFINITE;
    *value = v;
    return CSV_NUMBER;
}

const char *csv_field_number(const char *p, const char *end, double *value)
{
    double v;
    const char *stop = number_read(skip_blanks(p, end), &v);

    if (!stop)
        return NULL;
    stop = skip_blanks(stop, end);
    if ((stop != end && *stop != ',') || !isfinite(v))
        return NULL;
    *value = v;
    return stop;
}

bool csv_field_is_hole(const struct csv_field *f)
{
    return f->quoted ? f->len == 0 : is_missing(f);
}

size_t csv_field_copy(char *to, const struct csv_field *f)
{
    size_t n = 0;

    if (!f->quoted || !memchr(f->text, '"', f->len)) {
        memcpy(to, f->text, f->len);
        n = f->len;
    } else {
        for (size_t i = 0; i < f->len; i++) {
            to[n++] = f->text[i];
            if (f->text[i] == '"')
                i++;
        }
    }
    to[n] = '\0';
    return n;
}

char *csv_field_text(const struct csv_field *f)
{
    char *text = malloc(f->len + 1);

    if (text)
        csv_field_copy(text, f);
    return text;
}

const char *csv_field_show(char text[static CSV_SHOWN], const struct csv_field *f)
{
    char begin[CSV_SHOWN], all[16 * CSV_SHOWN], shown[CSV_SHOWN - sizeof "''..." + 1];
    size_t n = f->len < CSV_SHOWN ? f->len : CSV_SHOWN - 1;

    while (n < f->len && n > 0 && ((unsigned char)f->text[n] & 0xc0) == 0x80)
        n--; /* no character is cut in two */
    memcpy(begin, f->text, n);
    begin[n] = '\0';
    text_printable(all, sizeof all, begin);
    text_printable(shown, sizeof shown, begin);
    bool whole = n == f->len && strcmp(all, shown) == 0;
    snprintf(text, CSV_SHOWN, "'%s%s'", shown, whole ? "" : "...");
    return text;
}
