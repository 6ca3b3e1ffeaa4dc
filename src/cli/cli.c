/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds what all commands share. */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/print.h"
#include "engine/transport/launcher.h"
#include "util/paths.h"
#include "util/store.h"
#include "util/text.h"

bool cli_speaks(void)
{
    const char *rank = launcher_rank();

    return !rank || strcmp(rank, "0") == 0;
}

bool cli_colour(void)
{
    const char *no = getenv("NO_COLOR");

    return print_is_terminal(PRINT_OUTPUT) && !(no && no[0]) && !launcher_rank();
}

int cli_fail(const struct err *e)
{
    char whole[ERR_WHOLE];

    if (cli_speaks())
        print_error("metaneuron: %s\n", err_whole(e, whole));
    return e->code ? (int)e->code : ERR_SOFTWARE;
}

void cli_note(void *context, const char *line)
{
    (void)context;
    print_error("metaneuron: note: %s\n", line);
}

int cli_usage(const char *name, const char *format, ...)
{
    char text[ERR_TEXT];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (cli_speaks())
        print_error("metaneuron %s: %s\nsee metaneuron %s --help\n", name, text, name);
    return ERR_USAGE;
}

int cli_print(struct page *page, int code)
{
    struct err e = {0};

    print_rest(page);
    if (page_failed(page) && err_memory(&e, "what is to be printed") < 0 && cli_fail(&e) > 0)
        code = code ? code : (int)e.code;
    page_free(page);
    return code;
}

const char *cli_ledger_of_site(void)
{
    const char *path = getenv("METANEURON_LEDGER");

    return path && path[0] ? path : NULL;
}

int cli_ledger(const char *given, char dir[static PATH_MAX], bool *is_default, struct err *e)
{
    const char *path = given ? given : cli_ledger_of_site();

    if (is_default)
        *is_default = !path;
    if (!path)
        return paths_find(PATHS_DATA, "ledger", dir, PATH_MAX, e);
    if (snprintf(dir, PATH_MAX, "%s", path) >= PATH_MAX || !path[0])
        return err_set(e, ERR_OPEN, "%s: the path is empty or too long",
                       given ? "--ledger" : "METANEURON_LEDGER");
    return 0;
}

char *cli_site(const char *given, char site[static 80])
{
    char host[256] = "";

    if (!given)
        given = getenv("METANEURON_SITE");
    if (!given) {
        gethostname(host, sizeof host - 1);
        host[strcspn(host, ".")] = '\0';
        return text_to_name(site, 80, host);
    }
    snprintf(site, 80, "%s", given);
    return site;
}

struct contract *cli_contract(const char *path, struct err *e)
{
    struct contract *c = NULL;
    char *bytes;
    size_t len;

    if (file_read(path, CONTRACT_FILE_MOST, &bytes, &len, e) < 0)
        return NULL;
    if (len >= 4 && memcmp(bytes, "\x89HDF", 4) == 0) {
        struct reader *reader = reader_start(e);
        if (reader)
            c = contract_from_bytes(reader, path, bytes, len, e);
        reader_stop(reader);
    } else {
        size_t n = strlen(path);
        if ((n > 3 && strcmp(path + n - 3, ".h5") == 0) || len == 0)
            err_set(e, ERR_INPUT, "%s: is not an HDF5 file%s", path, len ? "" : " (it is empty)");
        else
            c = contract_from_spec(path, e);
    }
    free(bytes);
    return c;
}

struct result *cli_result(const char *path, struct err *e)
{
    struct reader *reader = reader_start(e);
    struct result *r = NULL;
    char *bytes;
    size_t len;

    if (reader && file_read(path, RESULT_FILE_MOST, &bytes, &len, e) == 0) {
        r = result_read(reader, path, bytes, len, e);
        free(bytes);
    }
    reader_stop(reader);
    return r;
}
