# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares results of iterative functions with numpy, and with R.

    iterative.py logreg RESULT.h5 RIDGE TABLE.csv …  the fit to the pooled rows
    iterative.py poisson RESULT.h5 RIDGE TABLE.csv …
    iterative.py kmeans RESULT.h5 TABLE.csv …        Lloyd from the same seeds
    iterative.py seeds RESULT.h5 SHARE TABLE.csv …   inertia beside the best of 30 runs
    iterative.py table RESULT.h5 OUT.csv TABLE.csv … pooled rows for R, a fit's target first
    iterative.py start RESULT.h5 OUT.csv             seeds for R
    iterative.py r-glm RESULT.h5 NUMBERS             what R found
    iterative.py r-lloyd RESULT.h5 NUMBERS
    iterative.py rejected RESULT.h5 FIRST K …        who was rejected in each round from FIRST
    iterative.py equal RESULT.h5 RESULT.h5           models and states of all rounds, bit for bit

The tables are those of the accepted slaves.
"""
import csv
import sys

import h5py
import numpy as np

TARGET = {"logreg": "malignant", "glm": "p28"}


def fail(text):
    sys.exit(text)


def check(name, found, wanted, relative, absolute=0.0):
    found, wanted = np.ravel(found), np.ravel(wanted)
    if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=relative, atol=absolute):
        fail(f"{name}: found {found}, expected {wanted}")


def names(result):
    return [c.decode() for c in result["columns"][:]]


def read(result, tables):
    x = np.concatenate([np.genfromtxt(t, delimiter=",", names=True) for t in tables])
    return np.column_stack([x[c] for c in names(result)])


def split(result, tables):
    """Regressors with a constant, and the target, which is the one that is known here."""
    x, columns = read(result, tables), names(result)
    at = next(columns.index(t) for t in TARGET.values() if t in columns)
    return np.column_stack([np.ones(len(x)), np.delete(x, at, axis=1)]), x[:, at]


def irls(x, y, family, penalty):
    """Iteratively reweighted least squares, by QR of scaled columns: no X'WX."""
    scale = np.maximum(np.abs(x).max(axis=0), 1e-300)
    z, root = x / scale, np.diag(np.sqrt(penalty) / scale)
    mean = (y + 0.5) / 2 if family == "binomial" else y + 0.1
    eta = np.log(mean / (1 - mean)) if family == "binomial" else np.log(mean)
    for _ in range(100):
        if family == "binomial":
            mean = 1 / (1 + np.exp(-eta))
            w = mean * (1 - mean)
        else:
            mean = np.exp(eta)
            w = mean
        work = eta + (y - mean) / w
        a = np.vstack([np.sqrt(w)[:, None] * z, root])
        q, r = np.linalg.qr(a)
        b = np.linalg.solve(r, q.T @ np.concatenate([np.sqrt(w) * work, np.zeros(len(root))]))
        eta = z @ b
    inverse = np.linalg.inv(r)
    inverse = inverse @ inverse.T
    information = z.T @ (w[:, None] * z)
    errors = np.sqrt(np.diag(inverse @ information @ inverse))
    if family == "binomial":
        deviance = 2 * np.sum(np.logaddexp(0, np.where(y == 1, -eta, eta)))
    else:
        deviance = 2 * np.sum(np.where(y > 0, y * (np.log(np.maximum(y, 1)) - eta), 0)
                              - (y - np.exp(eta)))
    return b / scale, errors / scale, deviance


def fit(result, family, ridge, tables):
    a = result["aggregate"]
    x, y = split(result, tables)
    penalty = float(ridge) * x.var(axis=0)
    b, errors, deviance = irls(x, y, family, penalty)
    check("coefficients", a["coefficients"][:], b, 1e-8)
    check("standard_error", a["standard_error"][:], errors, 1e-8)
    check("deviance", a["deviance"][()], deviance, 1e-10)
    check("rows", a["rows"][()], [len(x)], 0)
    check("converged", a["converged"][()], [1], 0)


def logreg(result, ridge, *tables):
    fit(result, "binomial", ridge, tables)


def poisson(result, ridge, *tables):
    fit(result, "poisson", ridge, tables)


def r_glm(result, numbers):
    a, wanted = result["aggregate"], np.loadtxt(numbers)
    q = a["coefficients"].shape[0]
    check("deviance", a["deviance"][()], wanted[0], 1e-9)
    check("null_deviance", a["null_deviance"][()], wanted[1], 1e-9)
    check("aic", a["aic"][()], wanted[2], 1e-9)
    check("coefficients", a["coefficients"][:], wanted[3:3 + q], 1e-8)
    check("standard_error", a["standard_error"][:], wanted[3 + q:], 1e-6)


# What src/function/cluster/kmeans_plan.h says of models.
HEAD = 7


def model(result, round_number):
    """Centres of the columns, their units, and the clusters' centres in these units."""
    k, d = result["aggregate/centres"].shape
    kept = list(result["rounds/models_round"][:])
    m = result["rounds/models"][kept.index(round_number)]
    return m[HEAD:HEAD + d], m[HEAD + d:HEAD + 2 * d], m[HEAD + 3 * d:HEAD + (3 + k) * d].reshape(k, d)


def nearest(z, centres):
    distance = np.stack([np.sum((z - c) ** 2, axis=1) for c in centres])
    return np.argmin(distance, axis=0), np.min(distance, axis=0).sum()


def lloyd(z, centres):
    before = None
    while True:
        of, inertia = nearest(z, centres)
        if before is not None and np.array_equal(of, before):
            return of, centres, inertia
        before = of
        centres = np.stack([z[of == i].mean(axis=0) if np.any(of == i) else c
                            for i, c in enumerate(centres)])


def kmeans(result, *tables):
    a = result["aggregate"]
    centre, unit, seeds = model(result, 2)
    z = (read(result, tables) - centre) / unit
    of, wanted, inertia = lloyd(z, seeds)
    check("size", a["size"][:], np.bincount(of, minlength=len(seeds)), 0)
    check("centres", (a["centres"][:] - centre) / unit, wanted, 0, 1e-10)
    check("inertia", a["inertia"][()], inertia, 1e-11)
    check("explained", a["explained"][()], 1 - inertia / np.sum((z - z.mean(axis=0)) ** 2), 1e-10)
    check("converged", a["converged"][()], [1], 0)


def plus_plus(z, k, random):
    centres = [z[random.integers(len(z))]]
    while len(centres) < k:
        square = np.min([np.sum((z - c) ** 2, axis=1) for c in centres], axis=0)
        centres.append(z[random.choice(len(z), p=square / square.sum())])
    return np.stack(centres)


def seeds(result, share, *tables):
    """The inertia is at most that share above the least of many from rows as seeds."""
    centre, unit, own = model(result, 2)
    z = (read(result, tables) - centre) / unit
    random = np.random.default_rng(1)
    least = min(lloyd(z, plus_plus(z, len(own), random))[2] for _ in range(30))
    found = np.ravel(result["aggregate/inertia"][()])[0]
    print(f"inertia {found:.9g}, least {least:.9g}")
    if not found <= least * (1 + float(share)):
        fail(f"inertia {found} is more than {share} above {least}")
    if np.any(np.all(np.abs(z[:, None] - own[None]) < 1e-9, axis=2)):
        fail("a seed is a row")


def r_lloyd(result, numbers):
    a, wanted = result["aggregate"], np.loadtxt(numbers)
    k = a["size"].shape[0]
    check("inertia", a["inertia"][()], wanted[0], 1e-10)
    check("size", a["size"][:], wanted[1:1 + k], 0)
    check("centres", a["centres"][:], wanted[1 + k:], 1e-10, 1e-10)


def write(path, columns, rows):
    with open(path, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(columns)
        out.writerows([repr(float(v)) for v in row] for row in rows)


def table(result, path, *tables):
    x, columns = read(result, tables), names(result)
    order = list(range(len(columns)))
    if "coefficients" in result["aggregate"]:
        order.sort(key=lambda i: columns[i] not in TARGET.values())
    write(path, [columns[i] for i in order], x[:, order])


def start(result, path):
    centre, unit, own = model(result, 2)
    write(path, names(result), centre + unit * own)


def rejected(result, first, *numbers):
    for t, row in enumerate(result["rounds/rejected"][:]):
        found = [str(k + 1) for k in np.flatnonzero(row)]
        if found != (list(numbers) if t + 1 >= int(first) else []):
            fail(f"in round {t + 1} rejected are {found}, expected {numbers} from {first} on")


def equal(result, other):
    with h5py.File(other, "r") as f:
        for name in ("rounds/models", "rounds/aggregate_state", "rounds/states"):
            if result[name][:].tobytes() != f[name][:].tobytes():
                fail(f"{name} differs")


if __name__ == "__main__":
    with h5py.File(sys.argv[2], "r") as opened:
        globals()[sys.argv[1].replace("-", "_")](opened, *sys.argv[3:])
