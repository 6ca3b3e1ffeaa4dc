/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Divides the text of an expression into words. */
#include "recipe/expression_lex.h"

#include <string.h>

#include "util/parse.h"
#include "util/text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The byte so far behind the next one; NUL behind the end. */
static char peek(const struct expression_lexer *l, size_t ahead)
{
    return l->next + ahead < l->length ? l->text[l->next + ahead] : '\0';
}

static void skip_digits(struct expression_lexer *l)
{
    while (is_digit(peek(l, 0)))
        l->next++;
}

static int read_number(struct expression_lexer *l)
{
    char *copy = l->bytes + l->used;
    size_t begin = l->next;

    skip_digits(l);
    if (peek(l, 0) == '.' && is_digit(peek(l, 1))) {
        l->next++;
        skip_digits(l);
    }
    if (peek(l, 0) == 'e' || peek(l, 0) == 'E') {
        bool sign = peek(l, 1) == '+' || peek(l, 1) == '-';
        if (!is_digit(peek(l, 1 + sign)))
            return expression_wrong(l->where, l->next, "an exponent has digits, as in 1e6");
        l->next += 1 + sign;
        skip_digits(l);
    }
    if (is_letter(peek(l, 0)) || peek(l, 0) == '.')
        return expression_wrong(l->where, l->next,
                                "a number ends here; expected an operator (a name that begins "
                                "with a digit is written in backquotes)");
    /* There is no locale but that of C in this program: the point is a point. */
    memcpy(copy, l->text + begin, l->next - begin);
    copy[l->next - begin] = '\0';
    if (parse_double(copy, &l->now.number) < 0)
        return expression_wrong(l->where, begin, "%s is no number that a double holds", copy);
    l->now.token = TOKEN_NUMBER;
    return 0;
}

/* Effect: what the word is stands in bytes. */
static void keep(struct expression_lexer *l, int token, size_t length)
{
    l->now.token = token;
    l->now.at = l->used;
    l->now.length = length;
    l->bytes[l->used + length] = '\0';
    l->used += length + 1;
}

static void read_name(struct expression_lexer *l)
{
    size_t begin = l->next;

    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)) || peek(l, 0) == '.')
        l->next++;
    size_t length = l->next - begin;
    memcpy(l->bytes + l->used, l->text + begin, length);
    keep(l, TOKEN_NAME, length);
    if (strcmp(l->bytes + l->now.at, "in") == 0)
        l->now.token = TOKEN_IN;
}

/* Returns the byte that a backslash and c stand for, or NUL. */
static char escaped(char c)
{
    static const char from[] = "\\\"'`ntr", to[] = "\\\"'`\n\t\r";
    const char *at = c ? strchr(from, c) : NULL;

    return at ? to[at - from] : '\0';
}

static int read_quoted(struct expression_lexer *l)
{
    const char quote = peek(l, 0);
    char *to = l->bytes + l->used;
    size_t begin = l->next++, length = 0;

    for (;; l->next++) {
        char c = peek(l, 0);
        if (l->next >= l->length)
            return expression_wrong(l->where, begin, "no %c ends what begins here", quote);
        if (c == quote)
            break;
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return expression_wrong(l->where, l->next,
                                    "a control character stands in quotes only as \\n, \\t or \\r");
        if (c == '\\') {
            c = escaped(peek(l, 1));
            if (!c)
                return expression_wrong(l->where, l->next,
                                        "after \\ stands one of \\ \" ' ` n t r");
            l->next++;
        }
        to[length++] = c;
    }
    l->next++;
    keep(l, quote == '`' ? TOKEN_QUOTED : TOKEN_TEXT, length);
    if (!text_is_utf8(to))
        return expression_wrong(l->where, begin, "what begins here is not UTF-8");
    return 0;
}

static int read_sign(struct expression_lexer *l)
{
    static const struct {
        char sign[3];
        int token;
    } pairs[] = {{"&&", TOKEN_AND},     {"||", TOKEN_OR},         {"==", TOKEN_EQUAL},
                 {"!=", TOKEN_UNEQUAL}, {"<=", TOKEN_LESS_EQUAL}, {">=", TOKEN_MORE_EQUAL}};
    const char c = peek(l, 0);

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (c == pairs[i].sign[0] && peek(l, 1) == pairs[i].sign[1]) {
            l->now.token = pairs[i].token;
            l->next += 2;
            return 0;
        }
    }
    for (size_t i = 0; i < 3; i++)
        if (c == pairs[i].sign[0])
            return expression_wrong(l->where, l->next, "a single %c means nothing; expected %s", c,
                                    pairs[i].sign);
    if (!c || !strchr("+-*/%^()[],?:<>!", c))
        return expression_wrong(l->where, l->next,
                                "the byte 0x%02x means nothing here (a name with others than "
                                "letters, digits, _ and . stands in backquotes)",
                                (unsigned)(unsigned char)c);
    l->now.token = (unsigned char)c;
    l->next++;
    return 0;
}

int expression_next(struct expression_lexer *l)
{
    int rc = 0;

    while (peek(l, 0) == ' ' || peek(l, 0) == '\t' || peek(l, 0) == '\n' || peek(l, 0) == '\r')
        l->next++;
    l->now = (struct expression_word){.place = l->next};
    const char c = peek(l, 0);
    if (l->next >= l->length)
        l->now.token = TOKEN_END;
    else if (is_digit(c) || (c == '.' && is_digit(peek(l, 1))))
        rc = read_number(l);
    else if (is_letter(c))
        read_name(l);
    else if (c == '"' || c == '\'' || c == '`')
        rc = read_quoted(l);
    else
        rc = read_sign(l);
    l->now.width = l->next - l->now.place;
    return rc;
}
