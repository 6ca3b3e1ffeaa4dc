/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what interprets a program is here. */
#include "util/interpreter.h"

#include <elf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/place.h"

enum {
    LINE = 256,  /* bytes of a first line, with its NUL: the kernel reads no more */
    BEGIN = 4096 /* bytes of a file that tell */
};

/* Effect: path is where the name is in PATH, and is seen, or else where it is; false: nowhere. */
static bool find_seen(const char *name, interpreter_sees *sees, const void *context,
                      char path[static PATH_MAX])
{
    const char *p = getenv("PATH");
    char at[PATH_MAX];
    bool found = false;

    for (p = p ? p : INTERPRETER_PATH; p && *p; p += strcspn(p, ":"), p += *p == ':') {
        int n = snprintf(at, sizeof at, "%.*s/%s", (int)strcspn(p, ":"), p, name);
        if (n < 0 || n >= PATH_MAX || !file_is_regular(at))
            continue;
        bool seen = !sees || sees(context, at);
        if (seen || !found)
            memcpy(path, at, sizeof at);
        found = true;
        if (seen)
            break;
    }
    return found;
}

static bool find(const char *name, char path[static PATH_MAX])
{
    return find_seen(name, NULL, NULL, path);
}

/* What env looks for in PATH: the first of its words that is no option and no assignment. */
static const char *word_of_env(const char *interpreter, char *rest)
{
    size_t n = strlen(interpreter);
    char *word;

    if (n < 4 || strcmp(interpreter + n - 4, "/env") != 0)
        return NULL;
    while ((word = strsep(&rest, " \t")) && (!*word || *word == '-' || strchr(word, '=')))
        continue;
    return word;
}

/* Effect: line holds what stands behind #!, cut. Returns the interpreter in it; *word is what that
 * looks for, or NULL, and *returns whether the line ends as on other systems. */
static const char *read_line(char line[static LINE], const char *bytes, size_t len,
                             const char **word, bool *returns)
{
    char *rest = line;

    snprintf(line, LINE, "%.*s", (int)(len < LINE ? len : LINE - 1), bytes);
    line[strcspn(line, "\n")] = '\0';
    size_t end = strlen(line);
    *returns = end > 0 && line[end - 1] == '\r';
    if (*returns)
        line[end - 1] = '\0';
    rest += strspn(rest, " \t");
    const char *interpreter = strsep(&rest, " \t");
    *word = word_of_env(interpreter, rest);
    return interpreter;
}

static int check_line(const char *name, const char *bytes, size_t len, struct err *e)
{
    char line[LINE], path[PATH_MAX];
    const char *word;
    bool returns;
    const char *interpreter = read_line(line, bytes, len, &word, &returns);

    if (returns)
        return err_set(e, ERR_OPEN,
                       "%s: its interpreter '%.60s\r' is not here: the first line ends with a "
                       "carriage return (CRLF); dos2unix takes it away",
                       name, word ? word : interpreter);
    if (!file_is_regular(interpreter))
        return err_set(e, ERR_OPEN, "%s: its interpreter %.100s is not here", name, interpreter);
    if (word && (strchr(word, '/') ? !file_is_regular(word) : !find(word, path)))
        return err_set(e, ERR_OPEN, "%s: its interpreter %.100s is not in PATH", name, word);
    return 0;
}

/* A binary names its loader in a segment of its own. */
static int check_binary(const char *name, const char *bytes, size_t len, struct err *e)
{
    Elf64_Ehdr head;
    Elf64_Phdr segment;

    if (len < sizeof head || bytes[EI_CLASS] != ELFCLASS64)
        return 0;
    memcpy(&head, bytes, sizeof head);
    for (size_t i = 0; i < head.e_phnum && head.e_phentsize == sizeof segment; i++) {
        size_t at = head.e_phoff + i * sizeof segment;
        if (head.e_phoff > len || at > len || len - at < sizeof segment)
            break;
        memcpy(&segment, bytes + at, sizeof segment);
        if (segment.p_type != PT_INTERP || segment.p_offset >= len ||
            !memchr(bytes + segment.p_offset, '\0', len - segment.p_offset))
            continue;
        if (!file_exists(bytes + segment.p_offset))
            return err_set(e, ERR_OPEN,
                           "%s: its loader %.100s is not here: it was built for another system",
                           name, bytes + segment.p_offset);
    }
    return 0;
}

int interpreter_check(const char *name, const char *bytes, size_t len, struct err *e)
{
    static const char mark[] = "\xef\xbb\xbf#!";

    if (len >= 2 && memcmp(bytes, "#!", 2) == 0)
        return check_line(name, bytes + 2, len - 2, e);
    if (len >= SELFMAG && memcmp(bytes, ELFMAG, SELFMAG) == 0)
        return check_binary(name, bytes, len, e);
    if (len >= sizeof mark - 1 && memcmp(bytes, mark, sizeof mark - 1) == 0)
        return err_set(e, ERR_OPEN,
                       "%s: a byte order mark stands before #!, so that its interpreter is not "
                       "seen; save it as UTF-8 without one",
                       name);
    return 0;
}

bool interpreter_find(const char *bytes, size_t len, interpreter_sees *sees, const void *context,
                      char path[static PATH_MAX])
{
    char line[LINE];
    const char *word;
    bool returns;

    if (len < 2 || memcmp(bytes, "#!", 2) != 0)
        return false;
    const char *interpreter = read_line(line, bytes + 2, len - 2, &word, &returns);
    if (word && !strchr(word, '/') && sees(context, interpreter))
        return find_seen(word, sees, context, path);
    snprintf(path, PATH_MAX, "%s", word && sees(context, interpreter) ? word : interpreter);
    return true;
}

int interpreter_check_command(const char *word, struct err *e)
{
    char path[PATH_MAX], bytes[BEGIN];
    uint64_t size;

    if (strchr(word, '/'))
        snprintf(path, sizeof path, "%s", word);
    if ((!strchr(word, '/') && !find(word, path)) || !file_is_regular(path))
        return 0;
    int fd = file_open(path, NULL);
    int rc = 0;
    if (fd >= 0 && file_size(fd, path, &size, NULL) == 0) {
        size_t len = size < BEGIN ? (size_t)size : BEGIN;
        if (file_pread(fd, path, bytes, len, 0, NULL) == 0)
            rc = interpreter_check(word, bytes, len, e);
    }
    file_close(fd);
    return rc;
}
