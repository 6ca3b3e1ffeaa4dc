/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps back what a launcher says of a failure that the job has told itself. */
#include "engine/launch/parts.h"

#include <string.h>

enum {
    RULE = 20,          /* dashes that are a rule, at least */
    PIECE_MOST = 16384, /* bytes of a banner; what is longer is none */
};

/* What Open MPI says when a rank has ended, whatever the rank has said. */
static const char *const noise[] = {
    "Per user-direction, the job has been aborted.",
    "Per user-direction, the job will be aborted.",
    "mpirun detected that one or more processes exited with non-zero status",
    "mpiexec detected that one or more processes exited with non-zero status",
    "MPI_ABORT was invoked on rank ",
    "sent help message help-mpi-api.txt",
    "sent help message help-mpi-runtime",
    "\"orte_base_help_aggregate\" to 0",
};

static bool is_noise(const char *text)
{
    bool found = false;

    if (strstr(text, LAUNCH_OWN)) /* ranks write between a launcher's lines */
        return false;
    for (size_t i = 0; !found && i < sizeof noise / sizeof noise[0]; i++)
        found = strstr(text, noise[i]) != NULL;
    return found;
}

/* Whether what came of this line so far, n bytes, may be a rule. */
static bool is_dashes(const char *line, size_t n)
{
    return strspn(line, "-") >= n;
}

/* The piece is whole: it is kept back, or passed on. */
static void decide(struct launch_quiet *q, struct buf *out)
{
    struct buf *to = q->piece.len > 0 && is_noise(q->piece.data) ? &q->held : out;

    buf_add(to, q->piece.data ? q->piece.data : "", q->piece.len);
    buf_reset(&q->piece);
    q->line = 0;
    q->banner = false;
}

/* A piece begins with a line that may be a rule, or with "[host:pid] "; it ends with the line,
 * or, if that is a rule, with the next rule. */
static void add_kept(struct launch_quiet *q, char c, struct buf *out)
{
    buf_addc(&q->piece, c);
    if (buf_failed(&q->piece) || q->piece.len >= PIECE_MOST) {
        decide(q, out);
        q->passing = c != '\n';
        return;
    }
    const char *line = q->piece.data + q->line;
    size_t n = q->piece.len - q->line;
    if (c != '\n') {
        q->passing = !q->banner && line[0] == '-' && !is_dashes(line, n);
        if (q->passing)
            decide(q, out);
        return;
    }
    bool rule = n > RULE && is_dashes(line, n - 1);
    if (rule && !q->banner) {
        q->banner = true;
    } else if (rule || !q->banner) {
        decide(q, out);
        return;
    }
    q->line = q->piece.len;
}

void launch_quiet_text(struct launch_quiet *q, const char *text, size_t len, struct buf *out)
{
    for (size_t i = 0; i < len; i++) {
        bool begins = !q->passing && q->piece.len == 0;
        if (q->piece.len > 0 || (begins && (text[i] == '-' || text[i] == '['))) {
            add_kept(q, text[i], out);
            continue;
        }
        buf_addc(out, text[i]);
        q->passing = text[i] != '\n';
    }
}

void launch_quiet_end(struct launch_quiet *q, bool told, struct buf *out)
{
    decide(q, out);
    if (!told)
        buf_add(out, q->held.data ? q->held.data : "", q->held.len);
    buf_free(&q->piece);
    buf_free(&q->held);
    *q = (struct launch_quiet){0};
}
