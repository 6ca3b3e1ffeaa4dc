/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a contract asks of data, as a text. */
#include "contract/asked.h"

#include "contract/canonical.h"
#include "util/json.h"

/* What is left out: GROUP and KEY of the canonical text, all of the group where there is none. */
static const struct {
    const char *group, *key;
} unasked[] = {
    {"contract", "title"},      {"contract", "description"},
    {"contract", "author"},     {"contract", "created"},
    {"contract", "author_key"}, {"contract", "nonce"},
    {"contract", "budget"},     {"contract", "format"},
    {"resources", NULL},        {"aggregate", NULL},
    {"filter", NULL},           {"limits", NULL},
    {"inputs", NULL},           {"data", "slaves"},
    {"data", "commit"},
};

int contract_asked(const struct contract *c, struct buf *b, struct err *e)
{
    json_t *root = canonical_json(c, e);

    if (!root)
        return -1;
    for (size_t i = 0; i < sizeof unasked / sizeof unasked[0]; i++) {
        if (unasked[i].key)
            json_object_del(json_object_get(root, unasked[i].group), unasked[i].key);
        else
            json_object_del(root, unasked[i].group);
    }
    json_canonical(root, b);
    json_decref(root);
    return buf_failed(b) ? err_memory(e, "what a contract asks") : 0;
}
