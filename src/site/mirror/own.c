/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others have cosigned of this centre's own ledger. */
#include "site/mirror/own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/leaves.h"
#include "ledger/trust/kept.h"
#include "site/exchange/reading.h"
#include "util/place.h"
#include "util/store.h"

/* Whether one of this centre's identities has signed a checkpoint of its ledger. */
static bool is_own(const struct house *h, const struct kept *k)
{
    char name[48], path[PATH_MAX], *data;
    size_t len;
    struct identity i;
    bool is = false;

    for (unsigned n = 1; !is && strcmp(k->c.origin, h->origin) == 0; n++) {
        snprintf(name, sizeof name, "identity/%u", n);
        if (house_path(h, name, path, NULL) < 0 || !file_exists(path) ||
            file_read_own(path, IDENTITY_MOST, false, &data, &len, NULL) < 0)
            break;
        is = identity_read(&i, data, len, NULL, NULL) == 0 &&
             note_check(&k->note, &i.key, NULL, NULL) == 1;
        free(data);
    }
    return is;
}

static int compare(struct house *h, const struct kept *k, const char *by, struct err *e)
{
    uint8_t root[SHA256_LEN];
    uint64_t count = ledger_state(h->ledger)->count;

    if (k->c.size > count)
        return err_set(e, ERR_VERIFY,
                       "%s has cosigned %" PRIu64 " records of this centre's ledger, and %s has "
                       "%" PRIu64 ": an older copy was put in its place. Bring back the newer one "
                       "(%s/%s/log has what was published): who went on from here would be found "
                       "to contradict himself",
                       by, k->c.size, ledger_directory(h->ledger), count, h->exchange, h->name);
    if (ledger_root(h->ledger, k->c.size, root, e) < 0)
        return -1;
    if (memcmp(root, k->c.root, SHA256_LEN) == 0)
        return 0;
    return err_set(e, ERR_VERIFY,
                   "%s has cosigned %" PRIu64 " records of this centre's ledger that are not those "
                   "of %s: both were signed with its key",
                   by, k->c.size, ledger_directory(h->ledger));
}

int own_check(struct house *h, const struct peers *p, struct err *e)
{
    char name[48], *data;
    size_t len;
    struct kept k;
    int rc = 0;

    snprintf(name, sizeof name, "cosig/%s", h->name);
    for (size_t i = 0; rc == 0 && i < p->count; i++) {
        const char *by = p->list[i].identity.name;
        if (p->list[i].state != PEER_KNOWN ||
            reading_file(h->exchange, by, name, NOTE_MOST, &data, &len, NULL) < 1)
            continue;
        if (kept_take(&k, name, data, len, NULL) == 0) {
            rc = is_own(h, &k) ? compare(h, &k, by, e) : 0;
            kept_free(&k);
        }
        free(data);
    }
    return rc;
}
