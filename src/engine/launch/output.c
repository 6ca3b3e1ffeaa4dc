/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes on what a job prints, and reads what its launcher says. */
#include "engine/launch/parts.h"

#include <string.h>

enum { LINE_MOST = 1 << 16 }; /* bytes of a line that is held back; no launcher has longer ones */

/* Hydra, the mpirun of MPICH and of Intel MPI, says on standard output how a rank ended, in
 * the midst of what the ranks print. */
static bool is_launchers(const char *line)
{
    static const char *const words[] = {
        "=   ",
        "YOUR APPLICATION TERMINATED WITH THE EXIT STRING: ",
        "This typically refers to a problem with your application.",
        "Please see the FAQ page for debugging suggestions",
    };
    bool found = strspn(line, "=") >= 60 && line[strspn(line, "=")] == '\0';

    for (size_t i = 0; !found && i < sizeof words / sizeof words[0]; i++)
        found = strncmp(line, words[i], strlen(words[i])) == 0;
    return found;
}

static void to_errors(const struct launch *l, struct buf *text)
{
    if (text->len > 0 && l->o->pass)
        l->o->pass(l->o->context, text->data, text->len);
    buf_free(text);
}

static void to_output(const struct launch *l, const char *text, size_t len)
{
    if (len > 0 && l->o->print)
        l->o->print(l->o->context, text, len);
}

/* Effect: the line that was held back goes where it belongs, with its end, if it has one. */
static void end_line(struct launch *l, bool whole)
{
    char line[LAUNCH_LINE];
    size_t len = l->line.len, text = len - whole;

    if (len == 0 || buf_failed(&l->line))
        return;
    if (text < sizeof line) {
        memcpy(line, l->line.data, text);
        line[text] = '\0';
    }
    if (whole && text < sizeof line && is_launchers(line)) {
        launch_read_line(&l->scan.blame, line);
        buf_add(&l->quiet.held, l->line.data, len); /* if the job has told, nobody needs it */
    } else {
        to_output(l, l->line.data, len);
    }
    buf_reset(&l->line);
}

void launch_pass(struct launch *l, const struct child_news *news)
{
    struct buf out = {0};

    if (!news->answers) {
        launch_quiet_text(&l->quiet, news->text, news->len, &out);
        to_errors(l, &out);
        launch_read_text(&l->scan, news->text, news->len);
        return;
    }
    for (size_t i = 0; i < news->len; i++) {
        buf_add(&l->line, news->text + i, 1);
        if (news->text[i] == '\n' || l->line.len >= LINE_MOST)
            end_line(l, news->text[i] == '\n');
    }
}

void launch_pass_rest(struct launch *l)
{
    struct buf out = {0};

    end_line(l, false);
    launch_quiet_end(&l->quiet, l->scan.told, &out);
    to_errors(l, &out);
    buf_free(&l->line);
    l->line = (struct buf){0};
}
