/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shape of a multilayer perceptron, and where its parameters lie.
 *
 * Layer l maps width[l] numbers to width[l + 1]: y = f(x W + b), with W row-major,
 * width[l] x width[l + 1], at weight[l] of the parameters, and b at bias[l]. The last
 * layer is affine.
 */
#ifndef FUNCTION_MLP_H
#define FUNCTION_MLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MLP_LAYERS = 9, MLP_WIDTH = 1 << 16, MLP_PARAMETERS = 1 << 27 };

struct mlp {
    size_t layers;                /* 1 to MLP_LAYERS */
    size_t width[MLP_LAYERS + 1]; /* 1 to MLP_WIDTH each */
    size_t weight[MLP_LAYERS], bias[MLP_LAYERS];
    size_t parameters; /* of all layers */
};

/* Effect: sets everything but layers and width from these two. Returns -1 when there are
 * more than MLP_PARAMETERS. */
int mlp_arrange(struct mlp *m);

/* Effect: writes the parameters of an untrained network: biases 0, and weights normal
 * with variance 2 / width[l] (K. He, X. Zhang, S. Ren and J. Sun, 2015), or with tanh
 * 2 / (width[l] + width[l + 1]) (X. Glorot and Y. Bengio, 2010). A key gives the same
 * bits everywhere. */
void mlp_start(const struct mlp *m, bool tanh, const uint32_t key[static 2], double *parameters);

#endif
