/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has the centres of the demonstration made, and know each other. */

#include <string.h>

#include "cli/site_demo.h"

/* Effect: the centre is there, and i is who it is. */
static int make_centre(struct demo *d, size_t k, struct identity *i, struct err *e)
{
    const struct house_plan plan = {demo_name(k), d->exchange, NULL};
    struct err why = {0};
    struct site s;

    if (demo_enter(d, k, e) < 0)
        return -1;
    if (site_init(d->c->directory, &plan, d->c->w->exclusive, i, &why) == 0)
        return 0;
    if (why.code != ERR_OPEN) /* that it is there already */
        return err_set(e, why.code, "%s", why.text);
    int rc = demo_open(d, k, &s, VERB_LOOKS, e) < 0 ? -1 : site_identity(&s, i, e);
    site_close(&s);
    return rc;
}

/* Effect: the centre believes the others, whose fingerprints its people have heard. */
static int add_peers(struct demo *d, size_t k, const struct identity *list, struct err *e)
{
    char fingerprint[IDENTITY_FINGERPRINT];
    struct site s;
    struct peers peers = {0};
    struct peer added;
    int rc = demo_open(d, k, &s, VERB_CHANGES, e) < 0 ? -1 : peers_load(&s.house, &peers, e);

    for (size_t i = 0; rc == 0 && i < d->count; i++)
        if (i != k && !peers_find(&peers, demo_name(i)))
            rc = peers_add(&s.house, demo_name(i),
                           identity_fingerprint(fingerprint, list[i].digest), &added, e);
    peers_free(&peers);
    site_close(&s);
    return rc;
}

/* Effect: it has data, of so many rows, and a policy that is in force. */
static int furnish(struct demo *d, size_t k, size_t *rows, struct err *e)
{
    char path[PATH_MAX];
    struct site s;
    bool forgets = k == DEMO_ASKS && !d->again;
    int rc = -1;

    if (demo_open(d, k, &s, VERB_CHANGES, e) == 0 && demo_data(d, k, path, rows, e) == 0 &&
        site_data_add(&s, "nuclei", path, e) == 0 && demo_policy(d, k, forgets, e) == 0)
        rc = site_policy_accept(&s, e);
    site_close(&s);
    return rc;
}

int demo_centres(struct demo *d, struct err *e)
{
    struct identity list[DEMO_CENTRES];
    char fingerprint[IDENTITY_FINGERPRINT];
    size_t rows[DEMO_CENTRES];

    for (size_t k = 0; k < d->count; k++) {
        if (make_centre(d, k, &list[k], e) < 0)
            return -1;
        if (d->count <= DEMO_FEW)
            demo_tell(d, demo_name(k), "fingerprint %s",
                      identity_fingerprint(fingerprint, list[k].digest));
    }
    for (size_t k = 0; k < d->count; k++)
        if (add_peers(d, k, list, e) < 0 || furnish(d, k, &rows[k], e) < 0)
            return -1;
    demo_tell(d, "peers", "each has typed the fingerprints of the others: site peer add");
    page_addf(d->to, "%-10s", "data");
    for (size_t k = 0; k < d->count; k++)
        page_addf(d->to, "%s%s %zu", k ? ", " : "", demo_name(k), rows[k]);
    page_addf(d->to, " rows, each its own\n");
    demo_tell(d, "policy", "each lets %s ask for moments%s", demo_name(0),
              d->again ? "" : "; beta forgot to name it");
    demo_took(d, DEMO_SETUP);
    return 0;
}
