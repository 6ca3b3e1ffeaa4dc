/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program that a contract means. */
#include "function/exec/exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

/* Copies the next digest of a list, as "sha256:…". Returns false at its end; one that is
 * none gives an empty text. */
static bool next_digest(const char **list, char digest[static DIGEST_TEXT])
{
    uint8_t bytes[SHA256_LEN];
    char hex[SHA256_HEX + 1] = "";

    *list += strspn(*list, " ,");
    size_t n = strcspn(*list, " ,");
    if (n == 0)
        return false;
    const char *word = strncmp(*list, "sha256:", 7) == 0 ? *list + 7 : *list;
    size_t len = n - (size_t)(word - *list);
    if (len == SHA256_HEX)
        memcpy(hex, word, len);
    digest[0] = '\0';
    if (hex_decode(hex, bytes, SHA256_LEN) == 0)
        digest_text(digest, bytes);
    *list += n;
    return true;
}

int exec_program_check(struct function_env *env)
{
    static const char *const taken[] = {"block.csv", "block.h5",   "state.csv",
                                        "state.h5",  "merged.csv", "merged.h5",
                                        "next.csv",  "next.h5",    "model.csv"};
    const char *list = env->params[EXEC_SHA256].string;
    char digest[DIGEST_TEXT];
    size_t n = 0;

    if (!text_is_name(env->params[EXEC_PROGRAM].string))
        return tell_error(env,
                          "program is '%.80s'; expected the name of a file, without a "
                          "directory: letters, digits, '.', '_' and '-'",
                          env->params[EXEC_PROGRAM].string);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (strcmp(env->params[EXEC_PROGRAM].string, taken[i]) == 0)
            return tell_error(env, "program is '%s', as a file of its data is called", taken[i]);
    for (; next_digest(&list, digest); n++)
        if (!digest[0])
            return tell_error(env,
                              "sha256: digest %zu is not of the form sha256: and 64 "
                              "hexadecimal digits",
                              n + 1);
    return n > 0 ? 0
                 : tell_error(env, "sha256 is empty; `metaneuron function digest FILE` says it");
}

static bool is_wanted(const char *list, const char *found)
{
    char digest[DIGEST_TEXT];

    while (next_digest(&list, digest))
        if (strcmp(digest, found) == 0)
            return true;
    return false;
}

static bool is_in_path(const char *name)
{
    const char *p = exec_path();
    char path[PATH_MAX];

    for (; p && *p; p += strcspn(p, ":"), p += *p == ':') {
        int n = snprintf(path, sizeof path, "%.*s/%s", (int)strcspn(p, ":"), p, name);
        if (n > 0 && n < PATH_MAX && file_is_regular(path))
            return true;
    }
    return false;
}

/* A program whose first line names an interpreter: the kernel's word for one that is missing
 * is that the program is not there, and env's is an exit code. */
static int check_interpreter(struct function_env *env, const char *bytes, size_t len)
{
    char line[256], *rest = line, *word;

    if (len < 2 || memcmp(bytes, "#!", 2) != 0)
        return 0;
    snprintf(line, sizeof line, "%.*s", (int)(len - 2 < 255 ? len - 2 : 255), bytes + 2);
    line[strcspn(line, "\r\n")] = '\0';
    rest += strspn(rest, " \t");
    word = strsep(&rest, " \t");
    if (!file_is_regular(word))
        return tell_error(env, "%.64s: its interpreter %.100s is not here",
                          env->params[EXEC_PROGRAM].string, word);
    size_t n = strlen(word);
    if (n < 4 || strcmp(word + n - 4, "/env") != 0)
        return 0;
    while ((word = strsep(&rest, " \t")) && (!*word || *word == '-' || strchr(word, '=')))
        continue;
    if (!word || (strchr(word, '/') ? file_is_regular(word) : is_in_path(word)))
        return 0;
    return tell_error(env, "%.64s: its interpreter %.100s is not in PATH",
                      env->params[EXEC_PROGRAM].string, word);
}

int exec_program_read(struct function_env *env, char **bytes, size_t *len)
{
    const char *name = env->params[EXEC_PROGRAM].string;
    struct search_file file, other = {0};
    char path[PATH_MAX];
    struct err e = {0};

    for (size_t i = 0; search_next_file(&i, name, path);) {
        if (search_read(path, &file, bytes, len, &e) < 0)
            return tell_error(env, "%s", e.text);
        if (is_wanted(env->params[EXEC_SHA256].string, file.digest)) {
            if (check_interpreter(env, *bytes, *len) == 0)
                return 0;
            free(*bytes);
            return -1;
        }
        other = file;
        free(*bytes);
    }
    if (other.path[0])
        return tell_error(env, "%.100s is %s, which the contract does not allow", other.path,
                          other.digest);
    search_complain_file(name, &e);
    return tell_error(env, "%s", e.text);
}

int exec_program_copy(struct function_env *env, const char *directory, struct err *e)
{
    char path[HOST_PATH], *bytes;
    size_t len;

    if (exec_program_read(env, &bytes, &len) < 0)
        return -1;
    int rc = paths_join(path, sizeof path, directory, env->params[EXEC_PROGRAM].string, e);
    if (rc == 0)
        rc = file_show(path, bytes, len, 0700, e);
    free(bytes);
    return rc;
}
