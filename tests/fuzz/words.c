/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small texts, each taken for all that it may be: a key, base64, a number, a name, JSON. */
#include "fuzz.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/proof/note.h"
#include "util/base64.h"
#include "util/json.h"
#include "util/parse.h"
#include "util/text.h"

static void as_key(const char *text, size_t len)
{
    struct note_key k, made;
    struct buf b = {0};
    struct err e = {0};

    if (note_key_read(&k, text, len, &e) < 0) {
        must_refuse(&e, ERR_INPUT, "");
        return;
    }
    note_key_write(&b, &k);
    must_equal(b.data, b.len, text, len);
    must(note_key_make(&made, k.name, k.kind, k.public, &e) == 0);
    must_equal(made.id, NOTE_ID, k.id, NOTE_ID);
    buf_free(&b);
}

/* The text has one meaning, and the bytes that it means have one text. */
static void as_base64(const char *text, size_t len)
{
    char *bytes = malloc(len + 1), beyond;
    struct buf b = {0};
    size_t count, less;

    must(bytes);
    if (base64_decode(text, len, bytes, len, &count) == 0) {
        must(count <= len);
        base64_encode(&b, bytes, count);
        must_equal(b.data, b.len, text, len);
        must(b.len == BASE64_TEXT(count));
        must(base64_decode(text, len, &beyond, 0, &less) == 0 && less == count);
    }
    base64_encode(&b, text, len);
    free(bytes);
    buf_free(&b);
}

static void as_number(const char *text)
{
    char again[NUMBER_TEXT];
    uint64_t whole;
    int64_t integer;
    double number, same;

    if (parse_u64(text, &whole) == 0)
        must(isdigit((unsigned char)text[0]) && strtoull(text, NULL, 10) == whole);
    if (parse_i64(text, &integer) == 0)
        must(strtoll(text, NULL, 10) == integer);
    if (parse_double(text, &number) == 0)
        must(isfinite(number) && parse_double(format_double(again, number), &same) == 0 &&
             same == number);
    if (parse_duration(text, &number) == 0)
        must(isfinite(number));
    if (parse_size(text, &whole) == 0)
        must(format_size(again, (double)whole)[0]);
}

static bool is_shown(const char *text)
{
    for (struct text_char c; *text; text += c.size) {
        text_char(&c, text);
        if (!c.seen)
            return false;
    }
    return true;
}

static void as_text(const char *text)
{
    size_t len = strlen(text), room = 8 * len + 1;
    char name[TEXT_NAME + 1], *shown = malloc(room), *again = malloc(room);

    must(shown && again);
    text_printable(shown, room, text);
    must(is_shown(shown) && strlen(shown) >= len);
    must(strcmp(text_printable(again, room, shown), shown) == 0);
    text_printable(again, len / 2 + 1, text); /* what does not fit is left out, and cut nowhere */
    must(strlen(again) <= len / 2 && strncmp(again, shown, strlen(again)) == 0 && is_shown(again));
    must(text_is_utf8(text_valid(again, room, text)));
    must(text_is_name(text_to_name(name, sizeof name, text)));
    if (text_is_name(text))
        must(strcmp(name, text) == 0);
    text_clean(memcpy(again, text, len + 1));
    must(text_is_utf8(again) && strlen(again) <= len);
    free(shown);
    free(again);
}

/* Text that is quoted is read as the same, and canonical JSON is; whole numbers are read as others,
 * as those beyond 2^53 have no place in it. */
static void as_json(const char *text, size_t len)
{
    const size_t numbers = JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL;
    struct buf quoted = {0}, shown = {0}, once = {0}, twice = {0};

    if (text_is_utf8(text)) {
        json_quote(text, &quoted);
        json_quote_shown(text, &shown);
        must(is_shown(shown.data));
        json_t *a = json_loads(quoted.data, JSON_DECODE_ANY, NULL);
        json_t *b = json_loads(shown.data, JSON_DECODE_ANY, NULL);
        must(a && b && strcmp(json_string_value(a), text) == 0 && json_equal(a, b));
        json_decref(a);
        json_decref(b);
    }
    json_t *value = json_loadb(text, len, numbers, NULL);
    if (value) {
        json_canonical(value, &once);
        json_t *again = json_loadb(once.data, once.len, numbers, NULL);
        must(again);
        json_canonical(again, &twice);
        must_equal(twice.data, twice.len, once.data, once.len);
        json_decref(again);
    }
    json_decref(value);
    buf_free(&quoted);
    buf_free(&shown);
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = fuzz_text(data, len);

    if (len > 0 && text[len - 1] == '\n') /* as seeds end */
        text[--len] = '\0';
    as_key(text, len);
    as_base64(text, len);
    as_number(text);
    as_text(text);
    as_json(text, len);
    free(text);
    return 0;
}
