# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares results with numpy, and with each other.

    compare.py moments RESULT.h5 TABLE.csv …  the aggregate against numpy
    compare.py linreg RESULT.h5 TABLE.csv …
    compare.py rejected RESULT.h5 K …         who was rejected
    compare.py close RESULT.h5 RESULT.h5      aggregates, to 1e-12
    compare.py equal RESULT.h5 RESULT.h5      aggregates, bit for bit
"""
import sys

import h5py
import numpy as np


def fail(text):
    sys.exit(text)


def read(tables):
    return np.concatenate([np.genfromtxt(t, delimiter=",", skip_header=1, missing_values="NA")
                           for t in tables])


def check(name, found, wanted, tolerance):
    found, wanted = np.asarray(found), np.asarray(wanted)
    if not np.allclose(found, wanted, rtol=tolerance, atol=0):
        fail(f"{name}: found {found}, numpy has {wanted}")


def moments(result, *tables):
    x = read(tables)
    n = np.sum(~np.isnan(x), axis=0)
    mean = np.nanmean(x, axis=0)
    m2, m3, m4 = (np.nanmean((x - mean) ** k, axis=0) for k in (2, 3, 4))
    with h5py.File(result, "r") as f:
        a = f["aggregate"]
        check("count", a["count"], n, 0)
        check("mean", a["mean"], mean, 1e-12)
        check("min", a["min"], np.nanmin(x, axis=0), 0)
        check("max", a["max"], np.nanmax(x, axis=0), 0)
        check("variance", a["variance"], m2 * n / (n - 1), 1e-9)
        check("sd", a["sd"], np.sqrt(m2 * n / (n - 1)), 1e-9)
        check("skewness", a["skewness"][:] + 3, m3 / m2 ** 1.5 + 3, 1e-9)
        check("kurtosis", a["kurtosis"][:] + 3, m4 / m2 ** 2, 1e-9)


def linreg(result, *tables):
    x = read(tables)
    regressors = np.column_stack([np.ones(len(x)), x[:, :3]])
    b, rss, _, _ = np.linalg.lstsq(regressors, x[:, 3], rcond=None)
    with h5py.File(result, "r") as f:
        a = f["aggregate"]
        check("coefficients", a["coefficients"], b, 1e-9)
        check("residual_sd", a["residual_sd"], np.sqrt(rss / (len(x) - 4)), 1e-9)
        check("rows", a["rows"], [len(x)], 0)


def rejected(result, *numbers):
    with h5py.File(result, "r") as f:
        found = [str(k + 1) for k in np.flatnonzero(f["slaves/rejected"][:])]
    if found != list(numbers):
        fail(f"rejected are {found}, expected {list(numbers)}")


def aggregates(one, two):
    with h5py.File(one, "r") as f, h5py.File(two, "r") as g:
        return f["aggregate_state"][:], g["aggregate_state"][:]


def close(one, two):
    a, b = aggregates(one, two)
    check("aggregate_state", a, b, 1e-12)


def equal(one, two):
    a, b = aggregates(one, two)
    if a.tobytes() != b.tobytes():
        fail(f"the aggregates differ in {np.flatnonzero(a != b)}")


if __name__ == "__main__":
    {f.__name__: f for f in (moments, linreg, rejected, close, equal)}[sys.argv[1]](*sys.argv[2:])
