/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects what slaves say of how their data is read. */
#include "engine/flow/notes.h"

#include <stdlib.h>
#include <string.h>

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
    struct buf b = {0};

    if (buf_failed(&j->notes))
        return err_memory(e, "notes");
    seal_start(&b);
    buf_add(&b, j->notes.data, j->notes.len);
    int rc = seal_write(&j->seal, "notes", &b, e);
    buf_free(&b);
    return rc;
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
    char *text;
    size_t len;
    int found = job_read(j, "notes", 2 * NOTES_MOST, &text, &len, e);

    if (found <= 0)
        return found;
    buf_add(&j->notes, text, len);
    free(text);
    return 0;
}
