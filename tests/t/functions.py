# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares results of functions over data with numpy.

    functions.py FUNCTION RESULT.h5 TABLE.csv …

FUNCTION is one of those below; the tables are those of the accepted slaves.
"""
import sys

import h5py
import numpy as np


def read(tables, columns):
    x = np.concatenate([np.genfromtxt(t, delimiter=",", names=True) for t in tables])
    return np.column_stack([x[c] for c in columns])


def check(name, found, wanted, tolerance):
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=tolerance, atol=0):
        sys.exit(f"{name}: found {found}, numpy has {wanted}")


def outside(counts, x, edges):
    """The counts of bins, between those below the first edge and above the last."""
    return np.concatenate([[np.sum(x < edges[0])], counts, [np.sum(x > edges[-1])]])


def histogram(a, tables):
    x = read(tables, ["mean_radius", "mean_texture", "mean_smoothness"])
    wanted = []
    for values, (low, high, bins) in zip(x.T, [(6, 30, 12), (8, 40, 16), (0.05, 0.17, 12)]):
        counts, edges = np.histogram(values, bins=bins, range=(low, high))
        wanted.append(outside(counts, values, edges))
    wanted = np.concatenate(wanted)
    check("count", a["count"][:].ravel(), wanted, 0)
    check("fraction", a["fraction"][:].ravel(), wanted / len(x), 1e-15)


def histogram2d(a, tables):
    x, y = read(tables, ["mean_radius", "mean_texture"]).T
    edges = [np.linspace(10, 20, 11), np.array([10, 15.5, 30])]
    wanted, _, _ = np.histogram2d(x, y, bins=edges)
    check("count", a["count"][1:-1, 1:-1], wanted, 0)
    check("below", np.sum(a["count"][0, :]), np.sum(x < 10), 0)
    check("edges_x", a["edges_x"][:].ravel(), edges[0], 0)
    check("all", np.sum(a["count"]), len(x), 0)


def quantile(a, tables):
    x = read(tables, ["mean_radius", "mean_texture", "mean_smoothness"])
    bound = a["accuracy"][()].ravel()[0]
    if not 0 < bound <= 0.005:
        sys.exit(f"the bound is {bound}")
    wanted = np.quantile(x, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0).T.ravel()
    check("quantile", a["quantile"][:].ravel(), wanted, bound)
    check("count", a["count"][:].ravel(), np.full(3, len(x)), 0)


def covariance(a, tables):
    x = np.concatenate([np.genfromtxt(t, delimiter=",", skip_header=1) for t in tables])[:, :30]
    wanted = np.cov(x.T)
    scale = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    check("mean", a["mean"][:].ravel(), x.mean(axis=0), 1e-13)
    check("sd", a["sd"][:].ravel(), x.std(axis=0, ddof=1), 1e-12)
    check("covariance", a["covariance"] / scale + 2, wanted / scale + 2, 1e-12)
    check("correlation", a["correlation"] + np.full((30, 30), 2), np.corrcoef(x.T) + 2, 1e-12)
    check("complete_rows", a["complete_rows"][()].ravel(), [len(x)], 0)


def pca(a, tables):
    x = np.concatenate([np.genfromtxt(t, delimiter=",", skip_header=1) for t in tables])[:, :64]
    values, vectors = np.linalg.eigh(np.cov(x.T))
    values, vectors = values[::-1][:10], vectors[:, ::-1][:, :10]
    largest = np.argmax(np.abs(vectors), axis=0)
    vectors = vectors * np.sign(vectors[largest, range(10)])
    check("eigenvalue", a["eigenvalue"][:].ravel(), values, 1e-11)
    check("loadings", a["loadings"] + np.full((64, 10), 2), vectors + 2, 1e-9)
    check("mean", a["mean"][:].ravel(), x.mean(axis=0), 1e-12)
    # scikit-learn's documentation, PCA of load_digits(), explained_variance_ratio_
    published = [0.14890594, 0.13618771, 0.11794594, 0.08409979, 0.05782415]
    check("explained", a["explained"][:].ravel()[:5], published, 1e-7)
    check("explained_sum", a["explained_sum"][:].ravel()[4], sum(published), 1e-7)


def linreg(a, tables):
    x = read(tables, ["mean_radius", "mean_texture", "mean_smoothness", "mean_area"])
    design = np.column_stack([np.ones(len(x)), x[:, :3]])
    wanted, _, _, _ = np.linalg.lstsq(design, x[:, 3], rcond=None)
    check("coefficients", a["coefficients"][:].ravel(), wanted, 1e-9)


if __name__ == "__main__":
    with h5py.File(sys.argv[2], "r") as result:
        globals()[sys.argv[1]](result["aggregate"], sys.argv[3:])
