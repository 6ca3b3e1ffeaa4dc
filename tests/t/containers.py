# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes data files as others write them: containers.py NAME FILE.

Each function below is a NAME; it imports the library that writes such files itself.
"""
import subprocess
import sys

import numpy as np

ROWS = 40


def values(columns=3):
    """ROWS x columns numbers, none of which a double rounds."""
    return np.arange(ROWS * columns, dtype=float).reshape(ROWS, columns) % 17 / 4


def lzf(path):
    """h5py's own filter, which no other program has."""
    import h5py
    with h5py.File(path, "w") as f:
        f.create_dataset("x", data=np.zeros((ROWS, 3)), chunks=(8, 3), compression="lzf")


def locked(path):
    """A file that is open for writing while the command behind it runs."""
    import h5py
    with h5py.File(path, "w") as f:
        f["x"] = values()
        f.flush()
        sys.exit(subprocess.run(sys.argv[3:]).returncode)


globals()[sys.argv[1]](sys.argv[2])
