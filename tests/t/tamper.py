# SPDX-License-Identifier: GPL-3.0-or-later
"""Alters one thing in a result.

    tamper.py RESULT.h5 number PATH INDEX VALUE    one element of a dataset
    tamper.py RESULT.h5 bit PATH INDEX             the last bit of a double
    tamper.py RESULT.h5 text PATH INDEX TEXT
    tamper.py RESULT.h5 attribute PATH NAME VALUE
    tamper.py RESULT.h5 byte PATH INDEX            one bit of a dataset of bytes
    tamper.py RESULT.h5 delete PATH
    tamper.py RESULT.h5 add PATH
    tamper.py RESULT.h5 swap PATH                  rows 1 and 2
    tamper.py RESULT.h5 list                       prints every dataset and attribute
"""
import sys

import h5py
import numpy as np


def number(f, path, index, value):
    f[path][tuple(map(int, index.split(",")))] = float(value)


def bit(f, path, index):
    index = tuple(map(int, index.split(",")))
    f[path][index] = np.nextafter(f[path][index], np.inf)


def text(f, path, index, value):
    values = f[path][:]
    values[int(index)] = value.encode()
    f[path][...] = values


def attribute(f, path, name, value):
    old = f[path].attrs[name]
    f[path].attrs[name] = value if isinstance(old, str) else type(old)(float(value))


def byte(f, path, index):
    f[path][int(index)] ^= 1


def delete(f, path):
    del f[path]


def add(f, path):
    f[path] = np.ones(3)


def swap(f, path):
    values = f[path][:]
    values[[0, 1]] = values[[1, 0]]
    f[path][...] = values


def everything(f):
    for name in f.attrs:
        print("/@" + name)
    f.visititems(lambda path, x: [print("/" + path)] if isinstance(x, h5py.Dataset) else
                 [print("/" + path + "@" + a) for a in x.attrs])


if __name__ == "__main__":
    verb = {"list": everything}.get(sys.argv[2]) or globals()[sys.argv[2]]
    with h5py.File(sys.argv[1], "r" if sys.argv[2] == "list" else "r+") as f:
        verb(f, *sys.argv[3:])
