/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A centre, opened with all that was said. */
#include "site/site.h"

#include "site/house/say.h"
#include "site/mirror/own.h"

/* A house that was put back to an older copy says nothing: it would contradict itself, and put its
 * older log in the place of the newer one in the exchange. */
static int check_own(struct house *h, struct err *e)
{
    struct peers peers;

    if (peers_load(h, &peers, e) < 0)
        return -1;
    int rc = own_check(h, &peers, e);
    peers_free(&peers);
    return rc;
}

int site_open(struct site *s, const char *directory, bool change, const struct engine_options *base,
              struct reader *reader, struct err *e)
{
    *s = (struct site){.house.lock = -1, .base = base, .reader = reader};
    if (house_open(&s->house, directory, change, base->exclusive, e) < 0)
        return -1;
    /* What was said when a command was interrupted is signed and published now. */
    if (change && (check_own(&s->house, e) < 0 || say_again(&s->house, e) < 0))
        return -1;
    return federation_fold(&s->house, &s->fed, e);
}

int site_look_again(struct site *s, struct err *e)
{
    federation_free(&s->fed);
    return ledger_refresh(s->house.ledger, e) < 0 ? -1 : federation_fold(&s->house, &s->fed, e);
}

void site_close(struct site *s)
{
    federation_free(&s->fed);
    house_close(&s->house);
}
