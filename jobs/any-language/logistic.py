#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Logistic regression by Newton's method, by numpy. The last column is 0 or 1; the model is
an intercept and a coefficient for each other column. State: rows, the gradient of the log
likelihood, its negative Hessian, and the log likelihood itself."""
import argparse

import h5py
import numpy as np

arguments = argparse.ArgumentParser()
arguments.add_argument("--update", action="store_true")
arguments.add_argument("--in", dest="given")
arguments.add_argument("--out")
paths = arguments.parse_args()


def accumulate(block, model):
    x = np.column_stack([np.ones(len(block)), block[:, :-1]])
    y = block[:, -1]
    eta = x @ model
    p = 1 / (1 + np.exp(-eta))
    hessian = x.T @ (x * (p * (1 - p))[:, None])
    likelihood = np.sum(y * eta - np.logaddexp(0, eta))
    return np.concatenate([[len(x)], x.T @ (y - p), hessian.ravel(), [likelihood]])


def update(state, model):
    m = len(model)
    step = np.linalg.solve(state[1 + m:1 + m + m * m].reshape(m, m), state[1:1 + m])
    return model + step, np.max(np.abs(step)) < 1e-8


with h5py.File(paths.given, "r") as f, h5py.File(paths.out, "w") as out:
    model = f["model"][:]
    if paths.update:
        out["model"], out["converged"] = update(f["state"][:], model)
    else:
        out["state"] = accumulate(f["block"][:], model)
