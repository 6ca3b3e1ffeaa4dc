/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches the published result of a run. */
#include <stdlib.h>
#include <string.h>

#include "engine/result/result.h"
#include "site/house/payload.h"
#include "site/site.h"
#include "util/owner.h"
#include "util/place.h"
#include "util/store.h"

int site_fetch(struct site *s, const char *run, char out[static PATH_MAX], struct err *e)
{
    const struct fed_run *known = federation_run(&s->fed, run, e);
    bool own = known && strcmp(known->collector, s->house.name) == 0;
    size_t len;
    char *data;

    if (!known)
        return -1;
    if (!known->settled)
        return err_set(e, ERR_INCOMPLETE, "run %s is not settled yet", known->key);
    if (house_run_path(&s->house, known->key, own ? "result.h5" : "published.h5", out, e) < 0)
        return -1;
    if (file_exists(out))
        return 0;
    if (payload_get(&s->house, known->collector, known->result, RESULT_FILE_MOST, &data, &len, e) <
        0)
        return err_context(e, "the result of run %s", known->key);
    int rc = file_write(out, data, len, FILE_OWN, e);
    free(data);
    return rc;
}
