/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says things: records that are appended, signed and published. */
#include "site/house/say.h"

#include "ledger/trust/sign.h"
#include "site/exchange/publish.h"

int say_again(struct house *h, struct err *e)
{
    struct sign_report report;
    struct key *key = house_key(h, e);
    int rc = key ? sign_ledger(h->ledger, key, 0, &report, e) : -1;

    key_close(key);
    return rc < 0 ? -1 : publish_house(h->directory, h->name, h->exchange, e);
}

int say(struct house *h, struct record *records, size_t count, const uint8_t *head, struct err *e)
{
    return ledger_append(h->ledger, records, count, head, e) < 0 ? -1 : say_again(h, e);
}
