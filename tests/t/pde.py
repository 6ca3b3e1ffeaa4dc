# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares results of poisson and sweep with numpy and with closed forms.

    pde.py order RESULT.h5 DIMENSION CELLS LEVELS
    pde.py sample RESULT.h5 DIMENSION CELLS TERMS SIGMA SEED UNITS
    pde.py closed RESULT.h5 CELLS SIGMA UNITS
    pde.py same TOLERANCE RESULT.h5 RESULT.h5
    pde.py prices RESULT.h5
    pde.py ridge RESULT.h5 TABLE.csv …

The systems are dense here, and solved by LAPACK; the random numbers come from Philox
written out below and from Python's NormalDist.
"""
import itertools
import math
import statistics
import sys

import h5py
import numpy as np


def check(name, found, wanted, tolerance):
    found, wanted = np.ravel(found), np.ravel(wanted)
    if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=tolerance, atol=0):
        sys.exit(f"{name}: found {found}, expected {wanted}")


def solve(dimension, n, a, f, g):
    """Cell-centred finite volumes; a, f, g are functions of an array (…, dimension)."""
    h = 1 / n
    cells = list(itertools.product(range(n), repeat=dimension))
    number = {cell: i for i, cell in enumerate(cells)}
    centres = (np.array(cells) + 0.5) * h
    matrix = np.zeros((len(cells), len(cells)))
    right = f(centres) * h**dimension
    for cell, i in number.items():
        for d, step in itertools.product(range(dimension), (-1, 1)):
            face = centres[i].copy()
            face[d] += step * h / 2
            weight = a(face) * h ** (dimension - 2)
            to = list(cell)
            to[d] += step
            if tuple(to) in number:
                matrix[i, i] += weight
                matrix[i, number[tuple(to)]] -= weight
            else:
                matrix[i, i] += 2 * weight
                right[i] += 2 * weight * g(face)
    return centres, np.linalg.solve(matrix, right)


def quantities(dimension, n, a, centres, u):
    """The integral of u, u in the middle, what leaves by x = 0; walls are 0."""
    h = 1 / n
    middle = np.all(np.abs(centres - 0.5) < 0.6 * h, axis=1)
    wall = centres[:, 0] < h
    faces = centres[wall].copy()
    faces[:, 0] = 0
    flux = sum(2 * a(x) * v for x, v in zip(faces, u[wall])) * h ** (dimension - 2)
    return np.array([u.sum() * h**dimension, u[middle].mean(), flux])


def order(path, dimension, cells, levels):
    dimension, cells, levels = int(dimension), int(cells), int(levels)
    k = np.array([3.0, 2.0, 1.0])[:dimension]

    def a(x):
        return 1 + x.sum(axis=-1) / 2

    def exact(x):
        return np.sin(x @ k)

    def f(x):
        return a(x) * (k @ k) * np.sin(x @ k) - k.sum() / 2 * np.cos(x @ k)

    centres, u = solve(dimension, cells, a, f, exact)
    apart = u - exact(centres)
    with h5py.File(path) as file:
        result = file["aggregate"]
        check("cells", result["cells"], [cells * 2**i for i in range(levels)], 0)
        check("l2_error", result["l2_error"][:].ravel()[0], np.sqrt(np.mean(apart**2)), 1e-6)
        check("max_error", result["max_error"][:].ravel()[0], np.abs(apart).max(), 1e-6)
        if len(result["order"][:].ravel()) != levels - 1:
            sys.exit("an order is missing")
        if np.abs(result["order"][:] - 2).max() > 0.05 or abs(result["order_max"][-1] - 2) > 0.1:
            sys.exit(f"order {result['order'][:].ravel()}, {result['order_max'][:].ravel()}")


def philox(counter, key):
    """Philox4x32-10 (J. K. Salmon and others, 2011)."""
    c, k = list(counter), list(key)
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [q >> 32 ^ c[1] ^ k[0], q & 0xFFFFFFFF, p >> 32 ^ c[3] ^ k[1], p & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def normal(i, unit, seed):
    words = philox((i, 0, unit & 0xFFFFFFFF, unit >> 32), (seed & 0xFFFFFFFF, seed >> 32))
    p = ((words[0] << 32 | words[1]) >> 12) + 0.5
    return statistics.NormalDist().inv_cdf(p / 2**52)


def field(dimension, terms, sigma, seed, unit, correlation=0.2, smoothness=1):
    modes = sorted(itertools.product(range(12), repeat=dimension),
                   key=lambda k: (sum(x * x for x in k), k))[:terms]
    modes = np.array(modes, float)
    variance = (1 + (correlation * np.pi) ** 2 * (modes**2).sum(axis=1)) ** -(
        smoothness + dimension / 2)
    weights = sigma * np.sqrt(variance / variance.sum()) * np.sqrt(2) ** (modes > 0).sum(axis=1)
    weights *= [normal(i, unit, seed) for i in range(terms)]
    return lambda x: np.exp(weights @ np.cos(np.pi * modes * x).prod(axis=1))


def sample(path, dimension, cells, terms, sigma, seed, units):
    dimension, cells, terms, seed = int(dimension), int(cells), int(terms), int(seed)
    found = []
    for unit in range(int(units)):
        a = field(dimension, terms, float(sigma), seed, unit)
        centres, u = solve(dimension, cells, a, lambda x: np.ones(len(x)), lambda x: 0.0)
        found.append(quantities(dimension, cells, a, centres, u))
    with h5py.File(path) as file:
        result = file["aggregate"]
        check("mean", result["mean"], np.mean(found, axis=0), 1e-8)
        check("variance", result["variance"], np.var(found, axis=0, ddof=1), 1e-6)
        check("standard_error", result["standard_error"],
              np.std(found, axis=0, ddof=1) / math.sqrt(len(found)), 1e-6)


def closed(path, cells, sigma, units):
    """a = exp(sigma xi) everywhere: u = u1 / a is log-normal."""
    cells, v, units = int(cells), float(sigma) ** 2, int(units)
    centres, u = solve(2, cells, lambda x: 1.0, lambda x: np.ones(len(x)), lambda x: 0.0)
    one = quantities(2, cells, lambda x: 1.0, centres, u)[:2]
    w = math.exp(v)
    mean, variance = one * math.exp(v / 2), one**2 * (w - 1) * w
    kurtosis = w**4 + 2 * w**3 + 3 * w**2 - 3
    with h5py.File(path) as file:
        result = file["aggregate"]
        z = (result["mean"][:].ravel()[:2] - mean) / np.sqrt(variance / units)
        z2 = (result["variance"][:].ravel()[:2] / variance - 1) / math.sqrt((kurtosis - 1) / units)
        check("units", result["units"], [units], 0)
        check("flux", result["mean"][:].ravel()[2], 0.25, 1e-8)
    if max(np.abs(z).max(), np.abs(z2).max()) > 4:
        sys.exit(f"means are {z}, variances {z2} standard errors off")
    if min(np.abs(z).min(), np.abs(z2).min()) == 0:
        sys.exit("this is too good")


def same(tolerance, first, second):
    with h5py.File(first) as a, h5py.File(second) as b:
        if sorted(a["aggregate"]) != sorted(b["aggregate"]):
            sys.exit("other arrays")
        name = "mean" if "mean" in a["aggregate"] else "l2_error"
        check(name, b["aggregate"][name], a["aggregate"][name], float(tolerance))


def prices(path):
    """The points of jobs/sweep against F. Black and M. Scholes, 1973."""
    phi = statistics.NormalDist().cdf
    with h5py.File(path) as file:
        result = {name: array[:].ravel() for name, array in file["aggregate"].items()}
    grid = list(itertools.product((0.1, 0.2, 0.4), (80, 90, 100, 110, 120)))
    check("volatility", result["at_volatility"], [v for v, _ in grid], 0)
    check("strike", result["at_strike"], [k for _, k in grid], 0)
    check("items", result["at_items"], [80] * 15, 0)
    for i, (v, k) in enumerate(grid):
        d = (math.log(100 / k) + 0.05 - v * v / 2) / v
        price = 100 * phi(d + v) - k * math.exp(-0.05) * phi(d)
        check("exact", result["exact"][i], price, 1e-9)
        if abs(result["estimate"][i] - price) > 4 * result["standard_error"][i]:
            sys.exit(f"volatility {v}, strike {k}: {result['estimate'][i]}, exact {price}")


def ridge(path, *tables):
    """With an intercept that is not penalised."""
    x = np.concatenate([np.genfromtxt(t, delimiter=",", names=True) for t in tables])
    y = x["mean_area"]
    x = np.column_stack([np.ones(len(y)), x["mean_radius"], x["mean_texture"]])
    wanted = [np.linalg.solve(x.T @ x + r * np.diag([0, 1, 1]), x.T @ y)
              for r in (0, 1, 100, 10000)]
    with h5py.File(path) as file:
        check("coefficients", file["aggregate"]["coefficients"], wanted, 1e-9)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
