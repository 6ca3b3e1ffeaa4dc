/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows a contract. */
#include "report/contract.h"

#include "util/json_page.h"

int report_contract(struct page *to, const struct contract *c, struct err *e)
{
    struct json_page j = {.to = to};
    struct buf text = {0};
    int rc = contract_canonical(c, &text, e);

    if (rc == 0) {
        page_addf(to, "id %s\n", c->id);
        json_page_parsed(&j, NULL, text.data);
    }
    buf_free(&text);
    return rc;
}
