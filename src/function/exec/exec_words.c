/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a command line, one by one. */
#include "function/exec/exec.h"

void exec_words_add(struct exec_words *w, const char *word)
{
    if (w->count < EXEC_WORDS)
        w->argv[w->count] = word;
    w->count++;
}

int exec_words_end(struct exec_words *w, struct err *e)
{
    if (w->count >= EXEC_WORDS)
        return err_set(e, ERR_INPUT, "a command line of %zu words is too long: at most %d",
                       w->count, EXEC_WORDS - 1);
    w->argv[w->count] = NULL;
    return 0;
}
