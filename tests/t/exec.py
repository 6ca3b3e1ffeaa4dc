# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what programs of the function exec gave with numpy and with what is built in.

    exec.py sums RESULT.h5 TABLE.csv …      rows, sums and means of three columns
    exec.py labels RESULT.h5 TABLE.csv …    textures by label
    exec.py close RESULT.h5 RESULT.h5       aggregates of one function, by other means
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


def reason(f, k, *words):
    text = f["slaves/trouble"][int(k) - 1].decode()
    if f["slaves/answered"][int(k) - 1] or not all(w in text for w in words):
        sys.exit(f"slave {k}: '{text}' has not all of {words}")


def values(f, *numbers):
    check("mean", f["aggregate/mean"][:].ravel(), [float(x) for x in numbers], 0)


if __name__ == "__main__":
    with h5py.File(sys.argv[2], "r") as result:
        globals()[sys.argv[1]](result, *sys.argv[3:])
