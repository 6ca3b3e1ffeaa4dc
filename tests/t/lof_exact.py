# SPDX-License-Identifier: GPL-3.0-or-later
"""The textbook local outlier factor of metaneuron filter beside implementations of others.

    lof_exact.py METANEURON plain|brute|tree|ties SEED

plain: Breunig et al. word for word, in long doubles; brute, tree: scikit-learn's, which takes
exactly k neighbours and adds 1e-10 to each mean reachability; ties: dbscan of R, which keeps
them. Says each score that differs by more than 1e-9 of itself, and fails then.
"""
import json
import os
import subprocess
import sys

import h5py
import numpy as np

metaneuron, whom, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
random = np.random.default_rng(seed)
failed = 0


def ours(x, k):
    with h5py.File("exact.h5", "w") as f:
        f["x"] = x
    out = subprocess.run([metaneuron, "filter", "exact.h5", "--method", "lof", "--scale", "none",
                          "--json", "--k", str(k)], stdout=subprocess.PIPE, check=True).stdout
    return np.array(json.loads(out)["scores"])


def plain(x, k):
    x = x.astype(np.longdouble)
    n = len(x)
    far = np.array([np.sqrt(((x - row) ** 2).sum(axis=1)) for row in x])
    np.fill_diagonal(far, np.inf)
    kd = np.sort(far, axis=1)[:, k - 1]
    near = far <= kd[:, None] * (1 + 1e-12)
    reach = np.maximum(far, kd[None, :])
    lrd = near.sum(axis=1) / np.where(near, reach, 0).sum(axis=1)
    return np.array([lrd[near[i]].mean() / lrd[i] for i in range(n)], dtype=float)


def theirs(algorithm):
    from sklearn.neighbors import LocalOutlierFactor

    def lof(x, k):
        fit = LocalOutlierFactor(n_neighbors=k, algorithm=algorithm).fit(x)
        return -fit.negative_outlier_factor_
    return lof


def dbscan(x, k):
    np.savetxt("exact.csv", x, fmt="%.17g", delimiter=",")
    out = subprocess.run(["Rscript", "-e", """suppressPackageStartupMessages(library(dbscan))
x <- as.matrix(read.csv("exact.csv", header = FALSE))
cat(sprintf("%%.17g\\n", lof(x, minPts = %d)))""" % (k + 1)], stdout=subprocess.PIPE, check=True)
    return np.array(out.stdout.split(), dtype=float)


def compare(what, lof, x, k):
    global failed
    found, expected = ours(x, k), lof(x, k)
    worst = np.max(np.abs(found - expected) / expected)
    wrong = not worst <= 1e-9
    failed += wrong
    print("%s: %d x %d, k = %d, seed %d: at most %.1e%s" %
          (what, *x.shape, k, seed, worst, ", expected 1e-9" if wrong else ""))


def normal(n, d, shift=0.0):
    return shift + random.standard_normal((n, d))


if whom == "plain":
    for d in 1, 2, 8, 9, 31, 32, 100, 1000, 10000:
        compare("Gaussian", plain, normal(60, d), 7)
    for d in 1, 10, 100, 3000:
        compare("a million from 0", plain, normal(80, d, 1e6), 20)
    for d, values, k in (1, 3, 40), (2, 3, 40), (3, 9, 4), (12, 3, 4), (40, 3, 4):
        compare("ties", plain, random.integers(0, values, (90, d)).astype(float) + 1e6 * (d % 2), k)
    x = normal(300, 50)
    compare("near points", plain, np.concatenate([x[:200], x[:100] + 1e-5 * normal(100, 50)]), 5)
    x = np.concatenate([normal(150, 20), normal(150, 20) * 0.01 + 1e4, normal(3, 20) * 1e5])
    compare("groups of other sizes", plain, x, 20)
elif whom == "brute":
    for d in 1, 2, 10, 100, 1000, 10000:
        compare("scikit-learn, brute force", theirs("brute"), normal(200, d), 20)
    compare("scikit-learn, brute force", theirs("brute"), normal(2000, 10), 20)
elif whom == "tree":
    for d in 1, 2, 10, 40:
        compare("scikit-learn, kd-tree, a million from 0", theirs("kd_tree"), normal(400, d, 1e6), 20)
elif whom == "ties":
    compare("dbscan, a grid", dbscan, random.integers(0, 40, (300, 2)).astype(float), 6)
    compare("dbscan, a cube", dbscan, random.integers(0, 8, (300, 3)).astype(float), 10)
    compare("dbscan, a line", dbscan, np.arange(100.0)[:, None], 5)
    compare("dbscan, 12 columns", dbscan, random.integers(0, 3, (200, 12)).astype(float), 10)
for name in "exact.h5", "exact.csv":
    if os.path.exists(name):
        os.unlink(name)
sys.exit(1 if failed else 0)
