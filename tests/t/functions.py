# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares results of functions over data with numpy.

    functions.py FUNCTION RESULT.h5 TABLE.csv …

FUNCTION is one of those below; the tables are those of the accepted slaves.
"""
import csv
import math
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


def tail(t, df):
    """Probability of a t of Student's at least as far from 0: x = t / u makes it an integral to 1."""
    node, weight = np.polynomial.legendre.leggauss(400)
    u = (node + 1) / 2
    top = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    density = np.exp(top - (df + 1) / 2 * np.log1p((t / u) ** 2 / df))
    return np.sum(weight * density * abs(t) / u**2)


def check_numbers(a, wanted, tolerance=1e-10):
    for name, value in wanted.items():
        check(name, a[name][()].ravel(), [value], tolerance)


def check_groups(a, groups):
    wanted = [(len(g), g.mean(), g.std(ddof=1)) for g in groups]
    check("groups", a["groups"][:], wanted, 1e-12)


def ttest(a, tables):
    x, malignant = read(tables, ["mean_radius", "malignant"]).T
    g, h = x[malignant == 0], x[malignant == 1]
    check_groups(a, [g, h])
    v, w = g.var(ddof=1) / len(g), h.var(ddof=1) / len(h)
    error = math.sqrt(v + w)
    t = (g.mean() - h.mean()) / error
    df = (v + w) ** 2 / (v**2 / (len(g) - 1) + w**2 / (len(h) - 1))
    check_numbers(a, {"difference": t * error, "standard_error": error, "t": t, "df": df})
    check_numbers(a, {"p": tail(t, df)}, 1e-9)
    lower, upper = (a[name][()].ravel()[0] for name in ("lower", "upper"))
    check("middle", (lower + upper) / 2, t * error, 1e-12)
    check("confidence", 1 - tail((upper - lower) / 2 / error, df), 0.95, 1e-10)


def anova(a, tables):
    x, texture = read(tables, ["mean_radius", "mean_texture"]).T
    groups = [x[np.digitize(texture, [17, 21]) == k] for k in range(3)]
    check_groups(a, groups)
    within = sum(np.sum((g - g.mean()) ** 2) for g in groups)
    between = sum(len(g) * (g.mean() - x.mean()) ** 2 for g in groups)
    df = len(x) - 3
    f = between / 2 / (within / df)
    # With two degrees of freedom between groups the tail of F is a power.
    check_numbers(a, {"between": between, "within": within, "df_between": 2, "df_within": df,
                      "f": f, "eta_squared": between / (between + within),
                      "p": (1 + 2 * f / df) ** (-df / 2)})


def chisq(a, tables):
    radius, malignant = read(tables, ["mean_radius", "malignant"]).T
    size = np.digitize(radius, [12, 16])
    observed = np.array([[np.sum((size == i) & (malignant == j)) for j in range(2)] for i in range(3)])
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / len(radius)
    statistic = np.sum((observed - expected) ** 2 / expected)
    check("observed", a["observed"][:], observed, 0)
    check("expected", a["expected"][:], expected, 1e-12)
    # With two degrees of freedom the tail of chi-square is an exponential.
    check_numbers(a, {"statistic": statistic, "df": 2, "p": math.exp(-statistic / 2),
                      "cramers_v": math.sqrt(statistic / len(radius)),
                      "least_expected": expected.min(), "left_out": 0})


def regression(a, tables):
    with open(tables[0], newline="") as f:
        rows = [r for r in csv.DictReader(f) if int(r["age"]) >= 18 and r["visit"] >= "2022-01-01"]
    rows = [r for r in rows if r["smoking"]]
    bmi = np.array([float(r["weight"] or "nan") / (float(r["height"]) / 100) ** 2 for r in rows])
    values, missing, fill, centre, spread = a["preparation"][:].ravel()
    there = bmi[~np.isnan(bmi)]
    check("values", [values, missing], [len(there), len(bmi) - len(there)], 0)
    check("fill", fill, np.median(there), 0.002)
    bmi[np.isnan(bmi)] = fill
    check("centre", centre, bmi.mean(), 1e-12)
    check("spread", spread, bmi.std(ddof=1), 1e-12)
    design = np.column_stack([
        np.ones(len(rows)), [int(r["age"]) / 10 for r in rows], (bmi - centre) / spread,
        [r["sex"].lower() == "m" for r in rows],
        *[[r["smoking"] == level for r in rows] for level in ("former", "current")]])
    y = np.array([float(r["pressure"]) for r in rows])
    wanted, left, _, _ = np.linalg.lstsq(design, y, rcond=None)
    check("coefficients", a["coefficients"][:].ravel(), wanted, 1e-9)
    df = len(rows) - design.shape[1]
    errors = np.sqrt(left[0] / df * np.diag(np.linalg.inv(design.T @ design)))
    check("standard_error", a["standard_error"][:].ravel(), errors, 1e-8)
    check("p_value", a["p_value"][1:].ravel(), [tail(t, df) for t in (wanted / errors)[1:]], 1e-6)


def linreg(a, tables):
    x = read(tables, ["mean_radius", "mean_texture", "mean_smoothness", "mean_area"])
    design = np.column_stack([np.ones(len(x)), x[:, :3]])
    wanted, _, _, _ = np.linalg.lstsq(design, x[:, 3], rcond=None)
    check("coefficients", a["coefficients"][:].ravel(), wanted, 1e-9)


if __name__ == "__main__":
    with h5py.File(sys.argv[2], "r") as result:
        globals()[sys.argv[1]](result["aggregate"], sys.argv[3:])
