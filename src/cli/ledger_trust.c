/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that sign a ledger, and verify it. */

#include <inttypes.h>

#include "cli/ledger_verbs.h"
#include "ledger/fold/accounts.h"

/* The chain, and then whether the credits in it follow the rules. */
int ledger_check(struct ledger_call *c, struct err *e)
{
    struct chain_state state;
    struct accounts a;
    struct err why = {0};
    char hex[SHA256_HEX + 1];

    if (ledger_verify(c->directory, &state, e) < 0)
        return -1;
    struct ledger *l = ledger_open_read(c->directory, e);
    int rc = l ? accounts_fold(l, state.count, &a, &why) : -1;
    if (l && rc == 0 && a.odd.code != ERR_NONE)
        err_set(&why, ERR_VERIFY, "%s: %s", c->directory, a.odd.text);
    if (rc == 0)
        accounts_free(&a);
    ledger_close(l);
    if (why.code != ERR_NONE)
        return err_set(e, ERR_VERIFY, "%s", why.text);
    if (rc < 0)
        return -1;
    page_addf(c->to, "verified  %s: %" PRIu64 " records, %" PRIu64 " bytes, head %s\n",
              c->directory, state.count, state.bytes, hex_encode(hex, state.head, SHA256_LEN));
    return 0;
}
