# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes descriptors with h5py instead of with metaneuron.

    describe.py hospitals OUT HOSPITAL.csv   jobs/breast-cancer/contract.yaml
    describe.py wrong KIND OUT               a descriptor that must be refused
"""
import sys

import h5py
import numpy as np


def columns_of(path):
    with open(path) as table:
        return table.readline().rstrip("\n").split(",")[:-1]


def hospitals(out, table):
    """Every type that numpy has for a number, every way h5py has for a text."""
    with h5py.File(out, "w", libver="latest", track_order=True) as f:
        f.create_group("inputs")
        weight = f.create_group("filter/weight")
        weight.attrs["half_life"] = np.float32(3600)
        weight.attrs["t_max"] = np.int16(600)
        weight.attrs["t_min"] = np.float64(0)
        f["filter"].attrs["method"] = "pos-lof"
        f["filter"].attrs["cut"] = "simulated"
        f["filter"].attrs["target_fpr"] = 0.05
        f["filter"].attrs["k"] = np.uint8(0)
        params = f.create_group("function/params")
        params.attrs["order"] = np.int32(4)
        f["function"].attrs["name"] = np.bytes_("moments")
        f["function"].attrs["version"] = np.int64(1)
        f["function"].attrs["digest"] = np.bytes_("builtin:moments@1")
        data = f.create_group("data")
        data.create_dataset("columns", data=np.array(columns_of(table), dtype="S64"))
        data.attrs["name"] = "nuclei"
        data.attrs["split"] = "files"
        data.attrs["slaves"] = np.uint32(8)
        contract = f.create_group("contract")
        contract.attrs["format"] = np.uint8(2)
        contract.attrs["title"] = "Measurements of cell nuclei, eight hospitals"
        contract.attrs["author"] = "MetaNeuron examples"
        contract.attrs["description"] = (
            "Mean, variance, skewness and kurtosis of every measurement, merged from one "
            "result per hospital. One hospital's lengths are in the wrong unit.")
        f.create_group("limits").attrs["count_ratio"] = 1000
        f.create_group("aggregate")
        f.create_group("resources").attrs["ranks_per_slave"] = 3  # a hint, not in the id


def small(f):
    for group in ("aggregate", "filter", "inputs", "limits", "resources"):
        f.create_group(group)
    f.create_group("contract").attrs["title"] = "t"
    f.create_group("function").attrs["name"] = "moments"
    data = f.create_group("data")
    data.attrs["name"] = "d"
    data.attrs["slaves"] = 2


def wrong(kind, out):
    with h5py.File(out, "w") as f:
        small(f)
        if kind == "attribute":
            f["data"].attrs["colour"] = "red"
        elif kind == "group":
            f.create_group("palette")
        elif kind == "title":
            del f["contract"].attrs["title"]
        elif kind == "type":
            f["data"].attrs["slaves"] = "two"
        elif kind == "fraction":
            f["data"].attrs["slaves"] = 2.5
        elif kind == "negative":
            f["data"].attrs["slaves"] = -2
        elif kind == "array":
            f["data"].attrs["slaves"] = [2, 2]
        elif kind == "nan":
            f["filter"].attrs["kappa"] = float("nan")
        elif kind == "soft":
            f["data/columns"] = h5py.SoftLink("/limits")
        elif kind == "external":
            f["data/columns"] = h5py.ExternalLink("/etc/passwd", "/x")
        elif kind == "storage":
            f["data"].create_dataset("columns", (2,), "S8", external=[("/etc/passwd", 0, 16)])
        elif kind == "huge":
            f.create_dataset("model", (1 << 40,), "f8", chunks=(1 << 20,))
        elif kind == "vlen":
            f["data"].create_dataset("columns", data=["a", "b"], dtype=h5py.string_dtype())
        elif kind == "work":
            del f["data"]
            f.create_group("work").attrs["units"] = np.uint8(9)
        elif kind == "both":
            f.create_group("work").attrs["units"] = 9
        elif kind == "neither":
            del f["data"]
        elif kind == "reference":
            f["data"].attrs["slaves"] = f.ref
        elif kind != "nothing":
            sys.exit("no such kind: " + kind)


if __name__ == "__main__":
    {"hospitals": hospitals, "wrong": wrong}[sys.argv[1]](*sys.argv[2:])
