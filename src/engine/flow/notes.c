/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects what slaves say of how their data is read. */
#include "engine/flow/notes.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/owner.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

enum { NOTES_MOST = 32 << 10 }; /* bytes; slaves without end have notes without end */

/* Whether a slave has said the line: it stands there behind a name and ": ". */
static bool is_known(const struct buf *notes, const char *line)
{
    size_t len = strlen(line);

    for (const char *p = notes->len ? notes->data : ""; (p = strstr(p, line)); p++)
        if (p - notes->data > 2 && memcmp(p - 2, ": ", 2) == 0 && p[len] == '\n')
            return true;
    return false;
}

static int save(const struct job *j, struct err *e)
{
    char path[PATH_MAX];

    if (buf_failed(&j->notes))
        return err_memory(e, "notes");
    return job_path(j, "notes", path, sizeof path, e) < 0
               ? -1
               : file_write(path, j->notes.data, j->notes.len, FILE_OWN, e);
}

int notes_add(struct job *j, const char *slave, const char *text, struct err *e)
{
    size_t before = j->notes.len, len;
    char shown[2 * MESSAGE_TEXT];

    for (const char *said; j->notes.len < NOTES_MOST && (said = text_line(&text, &len));) {
        char *line = strndup(said, len);
        if (!line)
            return err_memory(e, "notes");
        text_printable(shown, sizeof shown, line);
        if (len > 0 && !is_known(&j->notes, shown))
            buf_addf(&j->notes, "%s: %s\n", slave, shown);
        free(line);
    }
    return j->notes.len > before || buf_failed(&j->notes) ? save(j, e) : 0;
}

int notes_resume(struct job *j, struct err *e)
{
    char path[PATH_MAX], *text;
    size_t len;

    if (job_path(j, "notes", path, sizeof path, e) < 0 || !file_exists(path))
        return 0;
    if (file_read(path, 2 * NOTES_MOST, &text, &len, e) < 0)
        return -1;
    if (strlen(text) == len)
        buf_add(&j->notes, text, len);
    free(text);
    return 0;
}
