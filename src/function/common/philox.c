/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random bits by counter. */
#include "function/common/philox.h"

#define M0 UINT32_C(0xD2511F53)
#define M1 UINT32_C(0xCD9E8D57)
#define W0 UINT32_C(0x9E3779B9) /* the golden ratio */
#define W1 UINT32_C(0xBB67AE85) /* sqrt(3) - 1 */

void philox(const uint32_t counter[static 4], const uint32_t key[static 2],
            uint32_t words[static 4])
{
    uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < 10; round++, k0 += W0, k1 += W1) {
        uint64_t p = (uint64_t)M0 * a, q = (uint64_t)M1 * c;
        a = (uint32_t)(q >> 32) ^ b ^ k0;
        b = (uint32_t)q;
        c = (uint32_t)(p >> 32) ^ d ^ k1;
        d = (uint32_t)p;
    }
    words[0] = a, words[1] = b, words[2] = c, words[3] = d;
}

double philox_uniform(uint32_t high, uint32_t low)
{
    uint64_t bits = (uint64_t)high << 32 | low;

    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}
