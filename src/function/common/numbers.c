/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers in a string parameter. */
#include "function/common/numbers.h"

#include <string.h>

#include "util/parse.h"

int numbers_read(const char **text, char separator, double *value)
{
    const char *from = *text + strspn(*text, " ");
    size_t length = strcspn(from, (char[]){separator, ';', '\0'}), end = length;
    char word[NUMBER_TEXT] = "";

    *text = from;
    while (end > 0 && from[end - 1] == ' ')
        end--;
    if (end >= sizeof word)
        return -1;
    memcpy(word, from, end);
    if (parse_double(word, value) < 0)
        return -1;
    *text = from[length] == separator ? from + length + 1 : NULL;
    return 0;
}

int numbers_word(const char *text)
{
    size_t length = strcspn(text, " ,:;");

    return length < 40 ? (int)length : 40;
}
