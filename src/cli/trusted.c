/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what signatures are made and believed with: a private key, a trust policy. */

#include <stdlib.h>

#include "cli/cli.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

struct key *cli_key(const char *given, bool make, struct err *e)
{
    char path[PATH_MAX];

    if (!given && key_site_path(path, e) < 0)
        return NULL;
    const char *file = given ? given : path;
    if ((given || !make) && !file_exists(file))
        return err_null(err_set(e, ERR_OPEN, "%s: there is no private key%s", file,
                                given ? "" : ": metaneuron ledger init makes one"));
    return key_open(file, e);
}

int cli_policy(const char *given, struct policy **policy, struct err *e)
{
    char path[PATH_MAX], *data;
    const char *file = given;
    size_t len;

    *policy = NULL;
    if (!file) {
        if (paths_find(PATHS_CONFIG, "trust-policy", path, sizeof path, NULL) < 0 ||
            !file_is_taken(path))
            return 0;
        file = path;
    }
    if (file_read(file, POLICY_MOST, &data, &len, e) < 0)
        return -1;
    *policy = policy_read(file, data, len, e);
    free(data);
    return *policy ? 0 : -1;
}

int cli_need_policy(const char *given, struct policy **policy, struct err *e)
{
    if (cli_policy(given, policy, e) < 0)
        return -1;
    return *policy ? 0
                   : err_set(e, ERR_USAGE,
                             "--policy FILE: a trust policy says whose signatures "
                             "are believed, and this user has none");
}
