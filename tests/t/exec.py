# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what programs of the function exec gave with numpy and with what is built in.

    exec.py sums RESULT.h5 TABLE.csv …      rows, sums and means of three columns
    exec.py labels RESULT.h5 TABLE.csv …    textures by label
    exec.py close RESULT.h5 RESULT.h5       aggregates of one function, by other means
    exec.py logistic RESULT.h5 TABLE.csv …  coefficients, by Newton's method on all rows
    exec.py federated RESULT.h5 TABLE.csv   rounds of federated averaging, by hand
    exec.py reason RESULT.h5 K WORDS …      slave K failed, and its reason has the words
    exec.py values RESULT.h5 NUMBER …       the state's numbers after the first, per row
"""
import sys

import h5py
import numpy as np


def read(tables, columns):
    x = np.concatenate([np.genfromtxt(t, delimiter=",", names=True) for t in tables])
    return np.column_stack([x[c] for c in columns])


def check(name, found, wanted, tolerance=1e-12):
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=tolerance, atol=0):
        sys.exit(f"{name}: found {found}, expected {wanted}")


def sums(f, *tables):
    x = read(tables, ["mean_radius", "mean_texture", "mean_smoothness"])
    check("count", f["aggregate/count"][()].ravel(), [len(x)], 0)
    check("sum", f["aggregate/sum"][:].ravel(), x.sum(axis=0))
    check("mean", f["aggregate/mean"][:].ravel(), x.mean(axis=0))


def labels(f, *tables):
    texture, label = read(tables, ["mean_texture", "malignant"]).T
    wanted = [label.sum(), texture[label == 1].sum(), texture[label == 0].sum()]
    check("sum", f["aggregate/sum"][:].ravel(), wanted)


def close(f, other):
    with h5py.File(other, "r") as g:
        if set(f["aggregate"]) != set(g["aggregate"]):
            sys.exit(f"there are {list(f['aggregate'])} and {list(g['aggregate'])}")
        for name, array in f["aggregate"].items():
            if array.dtype.kind != "f":
                continue
            check(name, f["aggregate"][name][()], g["aggregate"][name][()])
        check("features", f["rounds/1/features"][()], g["rounds/1/features"][()], 1e-9)


def logistic(f, *tables):
    x = read(tables, ["mean_texture", "mean_smoothness", "mean_symmetry", "malignant"])
    x, y = np.column_stack([np.ones(len(x)), x[:, :3]]), x[:, 3]
    model = np.zeros(4)
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ model))
        model += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]), x.T @ (y - p))
    check("model", f["aggregate/model"][:].ravel(), model, 1e-9)
    if not f["rounds"].attrs["converged"] or f["rounds"].attrs["count"] >= 20:
        sys.exit("it has not converged")


def forward(model, x):
    """A network of 64, 16 and 10, as PyTorch lays its numbers out."""
    w1, b1, w2, b2 = np.split(model, [1024, 1040, 1200])
    h = np.maximum(x @ w1.reshape(16, 64).T + b1, 0)
    z = h @ w2.reshape(10, 16).T + b2
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return h, p / p.sum(axis=1, keepdims=True), w2.reshape(10, 16)


def train(model, rows):
    x, y = rows[:, :-1] / 16, np.eye(10)[rows[:, -1].astype(int)]
    for _ in range(5):
        h, p, w2 = forward(model, x)
        d2 = (p - y) / len(x)
        d1 = (d2 @ w2) * (h > 0)
        step = [(d1.T @ x).ravel(), d1.sum(axis=0), (d2.T @ h).ravel(), d2.sum(axis=0)]
        model = model - 0.5 * np.concatenate(step)
    return model


def dealt_to(stripe, slaves):
    x = stripe // slaves
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
    return (stripe + (x ^ x >> 31)) % slaves


def federated(f, table):
    rows = np.genfromtxt(table, delimiter=",", skip_header=1)
    model = f["rounds/models"][list(f["rounds/models_round"]).index(0)]
    if not (np.all(np.abs(model) <= 0.2) and 0.1 < np.std(model) < 0.13):
        sys.exit("the first model is not drawn between -0.2 and 0.2")
    turn = np.array([dealt_to(i // 2, 3) for i in range(len(rows))])  # 1797 rows, in twos
    slaves = [rows[turn == k] for k in range(3)]
    for _ in range(int(f["rounds"].attrs["count"])):
        model = sum(len(s) * train(model, s) for s in slaves) / len(rows)
    found = f["aggregate/model"][:].ravel()
    if not np.allclose(found, model, rtol=0, atol=1e-9):
        sys.exit(f"models differ by {np.max(np.abs(found - model))}")
    right = np.mean(forward(found, rows[:, :-1] / 16)[1].argmax(axis=1) == rows[:, -1])
    if right < 0.5:
        sys.exit(f"it knows {right:.0%} of the digits")


def reason(f, k, *words):
    text = f["slaves/trouble"][int(k) - 1].decode()
    if f["slaves/answered"][int(k) - 1] or not all(w in text for w in words):
        sys.exit(f"slave {k}: '{text}' has not all of {words}")


def values(f, *numbers):
    check("mean", f["aggregate/mean"][:].ravel(), [float(x) for x in numbers], 0)


if __name__ == "__main__":
    with h5py.File(sys.argv[2], "r") as result:
        globals()[sys.argv[1]](result, *sys.argv[3:])
