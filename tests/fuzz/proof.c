/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence of an audit: what is not signed by the logs of a policy proves nothing. */
#include "fuzz.h"

#include <string.h>

#include "site/audit/proof.h"

/* Of the logs that the seeds are evidence of. */
static const char text[] =
    "log metaneuron/alpha/06413495096486ac+3e987145+AdeyHBeVxZbUa0eFhe1+TL6N4VYI/S9+xDka3Z+Cn6PF\n"
    "log metaneuron/alpha/2fce66360deca241+87106a6d+Ad0cGtx2FAcHeARBd0MTc5ioHfwl3UXSyrsWPkKH4ZVu\n"
    "log metaneuron/beta/0b346ae0ea812672+4afbded4+AXmley4j0ar8uF8cYYg+LoS4OS561XHDHOz+eeDvvqfr\n"
    "log metaneuron/alpha/b811cc2a54c6fe3c+88023c76+AWt8Wzt/1bOsUyXUYb6Z/UCTWFH6N8CEW/T7oqmAuuZl\n"
    "log metaneuron/beta/0fb58ed5e77b2218+756d31d9+ARMLqxzVe+NWfNiRtFPjYkCCQr2jpXaU2+tg9i0ldq9h\n"
    "quorum none\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct policy *policy, *nobody;
    struct proof_found found;
    struct err e = {0};

    if (!policy) {
        must((policy = policy_read("policy", text, strlen(text), NULL)));
        must((nobody = policy_read("nobody", "quorum none\n", 12, NULL)));
    }
    int rc = proof_check((const char *)data, len, policy, &found, &e);
    if (rc < 0)
        must_refuse(&e, e.code == ERR_INPUT ? ERR_INPUT : ERR_VERIFY, "");
    else
        must(found.text[0] && found.kind < PROOF_KINDS && strlen(found.run) == RUN_HEX &&
             house_is_name(found.collector) && strcmp(found.collector, found.site) != 0);
    must(proof_check((const char *)data, len, nobody, &found, NULL) < 0);
    return 0;
}
