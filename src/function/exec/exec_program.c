/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program that a contract means. */
#include "function/exec/exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "util/interpreter.h"
#include "util/paths.h"
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

static int is_seen(const struct function_env *env, const char *bytes, size_t len, struct err *e)
{
    const struct host *host = env->host;

    return host && host->sandbox.on
               ? exec_sandbox_sees(host, env->params[EXEC_PROGRAM].string, bytes, len, e)
               : 0;
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
            if (interpreter_check(name, *bytes, *len, &e) == 0 &&
                is_seen(env, *bytes, *len, &e) == 0)
                return 0;
            free(*bytes);
            return tell_error(env, "%s", e.text);
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
    if (rc == 0)
        rc = exec_place_give(env->host, path, e);
    free(bytes);
    return rc;
}
