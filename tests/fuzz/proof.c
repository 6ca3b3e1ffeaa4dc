/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence of an audit: what is not signed by the logs of a policy proves nothing. */
#include "fuzz.h"

#include <string.h>

#include "site/audit_proof.h"

/* Of the logs that the seeds are evidence of. */
static const char text[] =
    "log metaneuron/alpha/9ae25c18f98e544e+92cdc97d+AfRuMlq8l/B9XNlpfZ7mZxpWrrEufx5eyeRHfdhCsnmF\n"
    "log metaneuron/alpha/6f2f755ff4c4ddb1+bad43c34+AWDoO31sgQwsGJEczyqcaYz20wWZ+JGnUbmB+zp5UiUy\n"
    "log metaneuron/beta/8039c40a01169428+0be9671b+AUlqVJir9j8OwYL7x8p063oWPo4QUgldJkQaUtUdjgzA\n"
    "log metaneuron/alpha/8a8fbd882c9f2165+9c2bb6fa+Ab/Z9ijY1EyeO8xGdDjjmdJvrBz2mkn3y0unrjo+wAIl\n"
    "log metaneuron/beta/95478a191cecdab5+8ff3d8ee+AUHu2AXlBEdBBFPGReFYoM94xEmhnVjHuZbFJpq+Mnml\n"
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
