# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at the rounds of a result of geomedian.

    rounds.py median RESULT.h5 TABLE.csv …     the answer, against scipy-free numpy
    rounds.py steps RESULT.h5                  each model follows from the one before
    rounds.py kept RESULT.h5 K                 which models are there
    rounds.py begin CONTRACT.h5 RESULT.h5 ROUND NEW.h5   a contract with that model
    rounds.py cut CONTRACT.h5                  its model loses a value
    rounds.py narrow RESULT.h5                 all of its states lose one
"""
import shutil
import sys

import h5py
import numpy as np


def median(path, *tables):
    """The gradient of the sum of distances is zero at the geometric median."""
    x = np.concatenate([np.genfromtxt(t, delimiter=",", names=True) for t in tables])
    x = np.column_stack([x["mean_radius"], x["mean_texture"]])
    with h5py.File(path) as f:
        found = f["/aggregate/median"][:]
        mean = f["/rounds/models"][1][1:]
    away = x - found
    gradient = np.sum(away / np.linalg.norm(away, axis=1)[:, None], axis=0)
    if not np.all(np.abs(gradient) < 1e-6 * len(x)):
        sys.exit(f"median {found}: the gradient is {gradient}")
    if not np.allclose(mean, x.mean(axis=0), rtol=1e-13):
        sys.exit(f"round 1: found {mean}, the mean is {x.mean(axis=0)}")


def steps(path):
    with h5py.File(path) as f:
        models, states = f["/rounds/models"][:], f["/rounds/aggregate_state"][:]
        step = f["/rounds/aggregate/step"][:]
        rounds = f["/rounds"].attrs["count"]
    if len(models) != rounds + 1 or len(states) != rounds:
        sys.exit(f"{len(models)} models of {rounds} rounds")
    for t in range(rounds):
        wanted = states[t][4:] / states[t][2]
        moved = np.linalg.norm(wanted - models[t][1:])
        if not np.array_equal(wanted, models[t + 1][1:]) or not np.isclose(moved, step[t]):
            sys.exit(f"round {t + 1}: found {models[t + 1]}, expected {wanted} after {moved}")


def kept(path, every):
    with h5py.File(path) as f:
        found = f["/rounds/models_round"][:].tolist()
        count = f["/rounds"].attrs["count"]
        last_only = f["/rounds"].attrs["states_from"] == count
    wanted = [t for t in range(count + 1) if t % int(every) == 0 or t == count]
    if last_only and count - 1 not in wanted:
        wanted.insert(-1, count - 1)  # from which the last round began
    if found != wanted and found != sorted(set(wanted) | {count - 1}):
        sys.exit(f"models of rounds {found}, expected {wanted}")


def begin(contract, result, number, new):
    shutil.copy(contract, new)
    with h5py.File(result) as r, h5py.File(new, "r+") as f:
        f["/model"] = r["/rounds/models"][int(number)]


def cut(contract):
    with h5py.File(contract, "r+") as f:
        model = f["/model"][:]
        del f["/model"]
        f["/model"] = model[:-1]


def narrow(result):
    with h5py.File(result, "r+") as f:
        for name in "/rounds/states", "/rounds/aggregate_state", "/aggregate_state":
            values = f[name][:][..., :-1]
            del f[name]
            f[name] = values


globals()[sys.argv[1]](*sys.argv[2:])
