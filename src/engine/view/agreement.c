/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps which of the rejected results of a run agree. */
#include "engine/view/agreement.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/directory.h"
#include "util/owner.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

static const char magic[] = "metaneuron-agreed-v1";

enum { AGREED_MOST = 16 << 20 }; /* bytes of the file */

static int find_path(const char *ledger, const char *run, const char *file,
                     char path[static PATH_MAX], struct err *e)
{
    char name[80];

    snprintf(name, sizeof name, "logs/%.40s%s", run, file);
    return paths_join(path, PATH_MAX, ledger, name, e);
}

int agreement_keep(const char *ledger, const char *run, const struct agreed *a, struct err *e)
{
    char path[PATH_MAX], directory[PATH_MAX], number[NUMBER_TEXT];
    struct buf b = {0};

    if (find_path(ledger, run, "", directory, e) < 0 ||
        find_path(ledger, run, "/agreed", path, e) < 0)
        return -1;
    if (a->count == 0) {
        if (file_exists(path))
            file_remove(path);
        return 0;
    }
    buf_addf(&b, "%s %zu %zu %zu %s\n", magic, a->accepted, a->rejected, a->count,
             format_double(number, a->within));
    for (size_t i = 0; i < a->count; i++)
        buf_addf(&b, "%s\n", a->names[i]);
    int rc = buf_failed(&b) ? err_memory(e, path) : file_mkdirs_within(directory, e);
    if (rc == 0)
        rc = file_write(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    return rc;
}

/* Whether the words of the first line are what can be said of a run. */
static bool take_numbers(char *line, struct agreed *a)
{
    uint64_t numbers[3];
    char *word = strsep(&line, " ");

    if (!word || strcmp(word, magic) != 0)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!(word = strsep(&line, " ")) || parse_u64(word, &numbers[i]) < 0)
            return false;
    a->accepted = numbers[0];
    a->rejected = numbers[1];
    a->count = numbers[2];
    return line && parse_double(line, &a->within) == 0 && a->within >= 0 && a->within <= 0.5 &&
           a->count >= 2 && a->count <= a->rejected && a->accepted >= 1;
}

static bool is_rejected(const struct run *run, const char *name)
{
    const struct run_slave *s = runs_slave(run, name);

    return s && s->filtered && s->decision && strcmp(s->decision, "rejected") == 0;
}

/* Whether what stands in the file is said of this run; it is cut at its line feeds. */
static bool take(const struct run *run, char *text, struct agreed *a)
{
    size_t n = 0;
    char *line = strsep(&text, "\n");

    if (!line || !take_numbers(line, a) || a->accepted > run->count || a->rejected > run->count)
        return false;
    a->names = err_alloc(a->count, sizeof *a->names, "names", NULL);
    while (a->names && n < a->count && (line = strsep(&text, "\n")) && is_rejected(run, line) &&
           (a->names[n] = strdup(line)))
        n++;
    return a->names && n == a->count && text && !*text;
}

void agreement_read(const char *ledger, const struct run *run, struct agreed *a)
{
    char path[PATH_MAX], *bytes = NULL;
    size_t len;

    *a = (struct agreed){0};
    if (find_path(ledger, run->key, "/agreed", path, NULL) < 0 ||
        file_read_own(path, AGREED_MOST, true, &bytes, &len, NULL) < 0)
        return;
    if (strlen(bytes) != len || !take(run, bytes, a))
        agreed_free(a);
    free(bytes);
}
