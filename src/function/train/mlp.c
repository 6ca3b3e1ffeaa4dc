/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape of a network, and its first weights. */
#include "function/train/mlp.h"

#include <math.h>
#include <string.h>

#include "function/common/normal.h"
#include "function/common/philox.h"

int mlp_arrange(struct mlp *m)
{
    m->parameters = 0;
    for (size_t l = 0; l < m->layers; l++) {
        m->weight[l] = m->parameters;
        m->bias[l] = m->weight[l] + m->width[l] * m->width[l + 1];
        m->parameters = m->bias[l] + m->width[l + 1];
        if (m->parameters > MLP_PARAMETERS)
            return -1;
    }
    return 0;
}

/* Number i of the sequence of a key: standard normal. */
static double normal(uint64_t i, const uint32_t key[static 2])
{
    const uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), 0, 0};
    uint32_t w[4];

    philox(counter, key, w);
    return normal_quantile(((double)(((uint64_t)w[0] << 32 | w[1]) >> 12) + 0.5) * 0x1p-52);
}

void mlp_start(const struct mlp *m, bool tanh, const uint32_t key[static 2], double *parameters)
{
    memset(parameters, 0, m->parameters * sizeof *parameters);
    for (size_t l = 0; l < m->layers; l++) {
        size_t in = m->width[l], out = m->width[l + 1];
        double sd = sqrt(2 / (double)(tanh ? in + out : in));
        for (size_t i = m->weight[l]; i < m->bias[l]; i++)
            parameters[i] = sd * normal(i, key);
    }
}
