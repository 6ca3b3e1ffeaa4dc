# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares two results: but for what is of the time and place of a run, both files have the same.

    alike.py WHOLE OTHER [NAME]    NAME: an object that there must be
"""
import sys

import h5py

own = {"run", "origin", "started", "finished", "job", "ranks", "ranks_per_slave", "seconds", "node"}


def contents(path):
    found = {}

    def see(name, x):
        if name.split("/")[-1] not in own:
            found[name] = (str(x.dtype), x.shape, x[()].tobytes()) if hasattr(x, "dtype") else 0
        for k, v in x.attrs.items():
            if k not in own:
                found[name + "@" + k] = str(v)

    with h5py.File(path, "r") as f:
        f.visititems(see)
    return found


a, b = (contents(p) for p in sys.argv[1:3])
wrong = [k for k in sorted(a.keys() | b.keys()) if a.get(k) != b.get(k)]
if wrong:
    print("# differ: " + " ".join(wrong))
sys.exit(len(wrong) > 0 or len(a) == 0 or any(name not in a for name in sys.argv[3:]))
