/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb that removes the files of abandoned runs. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/ledger_verbs.h"
#include "cli/print.h"
#include "engine/prune/prune.h"
#include "util/clock.h"
#include "util/parse.h"

static const double day = 86400;
static const double usual = 30 * 86400.; /* seconds without a record */

int ledger_take_days(const struct options_given *g)
{
    double *seconds = g->field, days;

    if (parse_double(g->value, &days) < 0 || !(days >= 0 && days <= 36500))
        return options_wrong(g, "expected a number of days, 0 to 36500");
    *seconds = days * day;
    ((struct ledger_words *)g->words)->has_age = true;
    return 0;
}

static void list(struct page *to, const struct prune *p)
{
    char when[CLOCK_ISO], size[NUMBER_TEXT];

    for (size_t i = 0; i < p->count; i++) {
        const struct prune_run *r = &p->list[i];
        page_addf(to, "run %s of contract %.16s…: last record %s, %" PRIu64 " files, %s%s\n",
                  r->key, r->contract, clock_iso(when, r->last_us), r->files,
                  format_size(size, (double)r->bytes), r->pruned ? " (left by a pruning)" : "");
    }
    page_addf(to, "%zu abandoned runs, %" PRIu64 " files, %s\n", p->count, p->files,
              format_size(size, (double)p->bytes));
}

/* Whether whoever sits there agrees. */
static bool ask(void)
{
    char answer[8] = "";

    print_answer("Remove these files? They cannot be had again, and the runs not be gone on with. "
                 "[y/N] ");
    print_end();
    ssize_t n = read(STDIN_FILENO, answer, sizeof answer - 1);
    return n > 0 && (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
}

static int remove_all(struct ledger_call *c, struct prune *p, int64_t before_us, struct err *e)
{
    uint64_t files = 0, bytes = 0;
    char size[NUMBER_TEXT];
    size_t runs = 0;

    for (size_t i = 0; i < p->count; i++) {
        struct prune_run *r = &p->list[i];
        bool removed;
        if (prune_remove(c->directory, r, before_us, &removed, e) < 0)
            return -1;
        runs += removed;
        files += removed ? r->files : 0;
        bytes += removed ? r->bytes : 0;
        if (!removed)
            page_addf(c->to, "run %s is being worked on again: it is left\n", r->key);
    }
    page_addf(c->to, "removed %" PRIu64 " files of %zu runs, %s\n", files, runs,
              format_size(size, (double)bytes));
    return 0;
}

static int prune(struct ledger_call *c, struct prune *p, int64_t before_us, struct err *e)
{
    const struct ledger_words *w = c->w;

    list(c->to, p);
    if (p->count == 0 || w->dry_run)
        return 0;
    if (!w->yes) {
        if (!print_is_terminal(PRINT_OUTPUT) || !isatty(STDIN_FILENO))
            return err_set(e, ERR_USAGE,
                           "%zu abandoned runs have files: there is no terminal to ask on whether "
                           "they are to be removed; --yes removes them, --dry-run lists them",
                           p->count);
        print_rest(c->to);
        if (!ask()) {
            page_addf(c->to, "nothing is removed\n");
            return 0;
        }
    }
    return remove_all(c, p, before_us, e);
}

int ledger_prune(struct ledger_call *c, struct err *e)
{
    double age = c->w->has_age ? c->w->age : usual;
    int64_t before_us = clock_utc_us() - (int64_t)(age * 1e6);
    struct ledger *l = ledger_open_read(c->directory, e);
    struct prune p;
    int rc = l ? prune_find(l, before_us, &p, e) : -1;

    ledger_close(l);
    if (rc < 0)
        return -1;
    rc = prune(c, &p, before_us, e);
    prune_free(&p);
    return rc;
}
