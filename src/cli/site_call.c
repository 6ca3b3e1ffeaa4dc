/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a centre for a verb, and says what it has done. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "cli/site_verbs.h"

const char *verb_word(const struct site_call *c, int number)
{
    return number < c->count ? c->words[number] : NULL;
}

int verb_open(struct site_call *c, struct site *s, enum verb_use use, struct err *e)
{
    *s = (struct site){.house.lock = -1};
    if (!c->reader && !(c->reader = reader_start(e)))
        return -1;
    if (use == VERB_COMPUTES && !c->runner && !(c->runner = runner_start(e)))
        return -1;
    c->base.runner = c->runner;
    return site_open(s, c->directory, use != VERB_LOOKS, &c->base, c->reader, e);
}

void verb_end(struct site_call *c)
{
    runner_stop(c->runner);
    reader_stop(c->reader);
    c->runner = NULL;
    c->reader = NULL;
}

int verb_run(const struct site_call *c, const struct site *s, char key[static RUN_HEX + 1],
             struct err *e)
{
    const struct fed_run *run = federation_run(&s->fed, verb_word(c, 0), e);

    if (!run)
        return -1;
    snprintf(key, RUN_HEX + 1, "%s", run->key);
    return 0;
}

int verb_items(struct site *s, struct site_item **list, size_t *count, struct err *e)
{
    *count = 0;
    if (!(*list = err_alloc(s->fed.count, sizeof **list, "runs", e)))
        return -1;
    for (size_t i = 0; i < s->fed.count; i++) {
        struct site_item *x = &(*list)[*count];
        if (site_next(s, &s->fed.runs[i], x, e) < 0)
            return -1;
        *count += x->next != SITE_NOTHING;
    }
    return 0;
}

/* Says which second words there are. */
static int no_second(const char *verb, const char *given, const struct verb_second *table,
                     struct err *e)
{
    char names[128] = "";

    for (const struct verb_second *x = table; x->name; x++) {
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", x->name);
    }
    return err_set(e, ERR_USAGE, "site %s: '%s': expected one of %s", verb, given, names);
}

int verb_second(struct site_call *c, const char *verb, const struct verb_second *table,
                struct err *e)
{
    const struct verb_second *x = table;
    const char *given = verb_word(c, 0);

    while (given && x->name && strcmp(x->name, given) != 0)
        x++;
    if (!x->name)
        return no_second(verb, given, table, e);
    if (given) {
        c->words++;
        c->count--;
    }
    if (c->count < x->least || c->count > x->most)
        return err_set(e, ERR_USAGE, "site %s %s: %d word%s where %s%d %s expected", verb, x->name,
                       c->count, c->count == 1 ? "" : "s",
                       x->least == x->most || x->most == 0 ? "" : "at most ", x->most,
                       x->most == 1 ? "is" : "are");
    return x->act(c, e);
}

void verb_done(struct site_call *c, const char *what, const char *name)
{
    report_done(c->to, &c->how, what, name, c->w->json);
}

bool verb_can_ask(const struct site_call *c)
{
    return !c->w->json && print_is_terminal(PRINT_OUTPUT) && isatty(STDIN_FILENO);
}

bool verb_ask(struct site_call *c, const char *question)
{
    char answer[8] = "";

    print_rest(c->to);
    print_answer("%s [y/N] ", question);
    print_end();
    ssize_t n = read(STDIN_FILENO, answer, sizeof answer - 1);
    return n > 0 && (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
}
