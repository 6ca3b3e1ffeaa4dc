/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the policy that is in force. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/policy/rules_inside.h"
#include "util/clock.h"
#include "util/place.h"
#include "util/store.h"

static const char accept[] = "metaneuron site policy accept";

/* Denies everything by a rule. Returns NULL. */
static struct rules *deny(struct err *e, const char *rule, const char *text, const char *change)
{
    return err_null(
        err_set(e, ERR_REFUSED, "%s: %s, so everything is denied; %s", rule, text, change));
}

/* Reads the file at path, which is as private as a key: who may write it decides. NULL: e says why. */
static char *read_file(const char *path, size_t *len, struct err *e)
{
    struct err why = {0};
    char *data, change[RULES_TEXT];

    if (!file_exists(path)) {
        snprintf(change, sizeof change, "write policy.yaml there, then: %s", accept);
        deny(e, "policy", "There is no policy.yaml in the centre's directory", change);
        return NULL;
    }
    if (file_read_own(path, RULES_MOST, true, &data, len, &why) == 0)
        return data;
    snprintf(change, sizeof change,
             "make it this user's alone (chmod 600), look through it, then: %s", accept);
    deny(e, "policy", why.text, change);
    return NULL;
}

/* Whether these bytes are what was accepted last; else -1. */
static int check_accepted(const struct federation *f, const char *data, size_t len, struct err *e)
{
    uint8_t digest[SHA256_LEN];

    if (hash_bytes(data, len, digest, e) < 0)
        return -1;
    if (!f->has_policy) {
        deny(e, "policy", "No policy was accepted yet", accept);
        return -1;
    }
    if (memcmp(digest, f->policy, SHA256_LEN) == 0)
        return 0;
    deny(e, "policy", "policy.yaml was edited since it was accepted",
         "look at what is new (metaneuron site policy check), then: metaneuron site policy accept");
    return -1;
}

struct rules *rules_in_force(const struct house *h, const struct federation *f, int64_t now,
                             struct err *e)
{
    char path[PATH_MAX], until[CLOCK_ISO], text[RULES_TEXT];
    struct err why = {0};
    struct rules *r = NULL;
    size_t len;

    char *data = house_path(h, "policy.yaml", path, e) < 0 ? NULL : read_file(path, &len, e);
    if (data && check_accepted(f, data, len, e) == 0 && !(r = rules_read(path, data, len, &why))) {
        snprintf(text, sizeof text, "metaneuron site policy check, mend it, then: %s", accept);
        deny(e, "policy", why.text, text);
    }
    free(data);
    if (!r || now < r->expires)
        return r;
    snprintf(text, sizeof text, "The policy was in force until %s",
             clock_iso(until, (r->expires - 1) * 1000000));
    rules_free(r);
    return deny(
        e, "expires", text,
        "write a later day into expires of policy.yaml, then: metaneuron site policy accept");
}
