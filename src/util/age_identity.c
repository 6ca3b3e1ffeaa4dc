/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identities and recipients of age, as text and in files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/age_private.h"
#include "util/bech32.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

#define SECRET "AGE-SECRET-KEY-"
#define PUBLIC "age"

_Static_assert(AGE_RECIPIENT == BECH32_TEXT(sizeof PUBLIC - 1, AGE_KEY) + 1, "a recipient");
_Static_assert(AGE_IDENTITY == BECH32_TEXT(sizeof SECRET - 1, AGE_KEY) + 1, "an identity");

enum { FILE_MOST = 4096 }; /* bytes of a file with an identity; age-keygen makes 189 */

/* Makes an identity, and writes it as age-keygen does. Of two processes that do this at once one
 * wins, and both go on to read the winner's. */
static int make_file(const char *path, struct err *e)
{
    struct age_identity i;
    char secret[AGE_IDENTITY], public[AGE_RECIPIENT], when[32], text[512];
    time_t now = time(NULL);
    struct tm tm;
    int rc = -1;

    if (random_bytes(i.secret, AGE_KEY, e) < 0 || age_public(i.secret, i.public, e) < 0)
        goto done;
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    bech32_encode(secret, SECRET, i.secret, AGE_KEY);
    int len = snprintf(text, sizeof text, "# created: %s\n# public key: %s\n%s\n", when,
                       age_recipient(public, &i), secret);
    rc = file_write_new(path, text, (size_t)len, 0600, e);
done:
    age_identity_forget(&i);
    age_wipe(secret, sizeof secret);
    age_wipe(text, sizeof text);
    return rc;
}

/* Reads one line of such a file, which is a comment, empty, or the identity. */
static int read_line(struct age_identity *i, const char *line, size_t len, size_t *found)
{
    char text[AGE_IDENTITY];
    int rc = -1;

    if (len == 0 || line[0] == '#')
        return 0;
    if (len == sizeof text - 1 && ++*found == 1) {
        memcpy(text, line, len);
        text[len] = '\0';
        rc = strlen(text) == len ? bech32_decode(text, SECRET, i->secret, AGE_KEY) : -1;
    }
    age_wipe(text, sizeof text);
    return rc;
}

int age_identity_open(struct age_identity *i, const char *path, bool make, struct err *e)
{
    char *text = NULL;
    size_t len = 0, line_len, found = 0;
    int rc = -1;

    memset(i, 0, sizeof *i);
    if (make && !file_exists(path) && make_file(path, e) < 0)
        return -1;
    if (file_read_own(path, FILE_MOST, true, &text, &len, e) < 0)
        return -1;
    const char *rest = text, *line;
    bool good = strlen(text) == len;
    while (good && (line = text_line(&rest, &line_len)))
        good = read_line(i, line, line_len, &found) == 0;
    if (!good || found != 1)
        err_set(e, ERR_INPUT, "%s: holds no identity of age (a line AGE-SECRET-KEY-1…), or more",
                path);
    else
        rc = age_public(i->secret, i->public, e);
    age_wipe(text, len);
    free(text);
    if (rc < 0)
        age_identity_forget(i);
    return rc;
}

void age_identity_forget(struct age_identity *i)
{
    age_wipe(i, sizeof *i);
}

const char *age_recipient(char text[static AGE_RECIPIENT], const struct age_identity *i)
{
    bech32_encode(text, PUBLIC, i->public, AGE_KEY);
    return text;
}

/* Whether a public key is in its only form, below the prime 2^255 - 19 (RFC 7748, 5): with another
 * it is sealed to nobody, as the key goes into what is derived. */
static bool is_reduced(const uint8_t public[static AGE_KEY])
{
    if (public[AGE_KEY - 1] != 0x7f)
        return public[AGE_KEY - 1] < 0x7f;
    for (size_t i = 1; i + 1 < AGE_KEY; i++)
        if (public[i] != 0xff)
            return true;
    return public[0] < 0xed;
}

int age_recipient_read(const char *text, uint8_t public[static AGE_KEY], struct err *e)
{
    static const uint8_t any[AGE_KEY] = {1};
    uint8_t shared[AGE_KEY];

    if (bech32_decode(text, PUBLIC, public, AGE_KEY) < 0 || !is_reduced(public))
        return err_set(e, ERR_INPUT, "'%.80s' is no recipient of age (age1…)", text);
    if (age_agree(any, public, shared, e) < 0)
        return err_context(e, "'%.80s' is no recipient of age", text);
    return 0;
}

bool age_is_recipient(const char *text)
{
    uint8_t public[AGE_KEY];

    return age_recipient_read(text, public, NULL) == 0;
}
