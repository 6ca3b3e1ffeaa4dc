#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Moments of columns, by numpy. State: that of the function moments with order 2: rows,
then for all columns their counts, means, minima, maxima, and sums of squared deviations."""
import argparse

import h5py
import numpy as np

arguments = argparse.ArgumentParser()
arguments.add_argument("--in", dest="block")
arguments.add_argument("--out")
paths = arguments.parse_args()

with h5py.File(paths.block, "r") as f:
    x = f["block"][:]
mean = x.mean(axis=0)
count = np.full(x.shape[1], len(x))
parts = [[len(x)], count, mean, x.min(axis=0), x.max(axis=0), ((x - mean) ** 2).sum(axis=0)]
with h5py.File(paths.out, "w") as f:
    f["state"] = np.concatenate(parts)
