/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb that removes the files of abandoned runs. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ledger_verbs.h"
#include "cli/print.h"
#include "ledger/trust/sign.h"
#include "report/prune.h"
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

/* Effect: what was recorded is signed, as far as this user can. */
static void sign(const struct ledger_call *c)
{
    struct ledger *l = ledger_open_alone(c->directory, NULL, c->w->exclusive, NULL);

    if (l)
        sign_as_site(l, NULL);
    ledger_close(l);
}

static int remove_all(struct ledger_call *c, struct prune *p, int64_t before_us, struct err *e)
{
    bool *removed = err_alloc(p->count + 1, sizeof *removed, "runs", e);
    int rc = removed ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < p->count; i++)
        rc = prune_remove(c->directory, c->w->exclusive, &p->list[i], before_us, &removed[i], e);
    if (p->count > 0)
        sign(c);
    if (rc == 0 && c->w->json)
        report_pruned_json(c->to, p, removed);
    else if (rc == 0)
        report_pruned(c->to, p, removed);
    free(removed);
    return rc;
}

static int prune(struct ledger_call *c, struct prune *p, int64_t before_us, struct err *e)
{
    const struct ledger_words *w = c->w;

    if (w->json && (w->dry_run || p->count == 0)) {
        report_pruned_json(c->to, p, NULL);
        return 0;
    }
    if (!w->json)
        report_abandoned(c->to, p);
    if (p->count == 0 || w->dry_run)
        return 0;
    if (!w->yes) {
        if (w->json || !print_is_terminal(PRINT_OUTPUT) || !isatty(STDIN_FILENO))
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
