/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows a contract. */
#include "report/contract.h"

#include "report/json.h"

int report_contract(struct buf *to, const struct contract *c, struct err *e)
{
    struct buf text = {0};
    int rc = contract_canonical(c, &text, e);

    if (rc == 0) {
        json_t *json = json_loads(text.data, JSON_DECODE_ANY, NULL);
        buf_addf(to, "id %s\n", c->id);
        if (json)
            report_add_json(to, json, NULL);
    }
    buf_free(&text);
    return rc;
}
