# SPDX-License-Identifier: GPL-3.0-or-later
"""What numpy takes for what cost.c measures, on one thread; the same lines.

    cost.py TABLE.h5 TABLE.csv
"""
import sys
import time

import h5py
import numpy as np


def timed(name, f):
    begun = time.perf_counter()
    result = f()
    print(name, f"{time.perf_counter() - begun:.9f}", 0)
    return result


def tell(name, values):
    print("=", name, *(f"{v:.12g}" for v in np.ravel(values)[:8]))


def moments(x):
    return x.mean(axis=0), x.std(axis=0, ddof=1)


def histogram(x):
    edges = np.linspace(-20, 30, 21)
    return [np.histogram(column, bins=20, range=(-20, 30))[0] for column in x.T], edges


def regression(x):
    design = x.copy()
    design[:, 0] = 1
    return np.linalg.lstsq(design, x[:, 0], rcond=None)[0]


with h5py.File(sys.argv[1]) as f:
    table = f["x"][:]
mean, sd = timed("moments", lambda: moments(table))
counts, _ = timed("histogram", lambda: histogram(table))
covariance = timed("covariance", lambda: np.cov(table.T))
coefficients = timed("linreg", lambda: regression(table))
below = [np.sum(table[:, 0] < -20)]
tell("mean", mean)
tell("sd", sd)
tell("count", np.concatenate([below, counts[0]]))
tell("covariance", covariance)
tell("coefficients", coefficients)
timed("csv", lambda: np.loadtxt(sys.argv[2], delimiter=",", skiprows=1))
