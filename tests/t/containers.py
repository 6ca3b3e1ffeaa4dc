# SPDX-License-Identifier: GPL-3.0-or-later
"""Data files as others write them, and what is to be read from them.

    containers.py write NAME FILE     writes FILE, and what it means to FILE.json
    containers.py check FILE RESULT   compares the moments of a run, as JSON on RESULT
    containers.py locked FILE COMMAND…  runs the command while FILE is open for writing

Each function below is a NAME. It imports the library that writes such files itself, writes
one, and returns its columns: NaN is a missing value.
"""
import json
import math
import os
import subprocess
import sys

import h5py
import numpy as np

ROWS = 40


def values(columns=3):
    """ROWS x columns numbers, none of which a double rounds."""
    return np.arange(ROWS * columns, dtype=float).reshape(ROWS, columns) % 17 / 4


def named(x, names="abc"):
    return {name: x[:, i] for i, name in enumerate(names)}


# --- h5py

def lzf(path):
    """A filter that no other program has."""
    with h5py.File(path, "w") as f:
        f.create_dataset("x", data=np.zeros((ROWS, 3)), chunks=(8, 3), compression="lzf")
    return {}


def mixed(path):
    """Columns among much else."""
    x = values()
    with h5py.File(path, "w") as f:
        f["a"], f["b"] = x[:, 0], x[:, 1]
        f["flag"] = x[:, 0] > 1
        f["label"] = [b"x"] * ROWS
        f["cube"] = np.zeros((2, 3, 4))
        f["grid"], f["other"] = np.zeros((5, 2)), np.zeros((4, 2))
        f["one"] = 1.0
        f["rows"] = np.zeros(ROWS, dtype=[("u", "f8"), ("v", "f8")])
        f["g/inner"] = np.zeros(3)
        f["far"] = h5py.ExternalLink("other.h5", "/x")
    return {"a": x[:, 0], "b": x[:, 1]}


def several(path):
    with h5py.File(path, "w") as f:
        f["train"], f["test"] = values(), values(2)
    return {}


def groups(path):
    with h5py.File(path, "w") as f:
        f["one/a"], f["two/b"] = values()[:, 0], values()[:, 1]
    return {}


def packed(path, **more):
    """Integers that stand for values, with the attributes of netCDF."""
    raw = (np.arange(ROWS) % 23).astype("i2")
    with h5py.File(path, "w") as f:
        d = f.create_dataset("x", data=raw)
        d.attrs["scale_factor"] = np.array([0.25])
        d.attrs["add_offset"] = 100.0
        d.attrs["_FillValue"] = np.array([7], "i2")
        d.attrs["missing_value"] = np.array([8, 9], "i2")
        d.attrs["valid_range"] = np.array([2, 20], "i2")
        for key, value in more.items():
            d.attrs[key] = value
    x = raw * 0.25 + 100
    x[np.isin(raw, [7, 8, 9]) | (raw < 2) | (raw > 20)] = np.nan
    return {"x": x}


def packed_text(path):
    return packed(path, scale_factor="0.25")


def packed_many(path):
    return packed(path, scale_factor=np.array([1.0, 2.0]))


def packed_real_range(path):
    return packed(path, valid_range=np.array([100.5, 104.0]))


def packed_otherwise(path):
    return packed(path, ScaleFactor=0.5)


def packed_words(path):
    """One file for each word that says what numbers mean, and one for words that say nothing."""
    words = {"SCALE FACTOR": 0.5, "Scale_Factor": 0.5, "add-offset": 1.0, "scale": 0.1, "Offset": 2,
             "offset": -32.0, "Slope": 0.5, "Intercept": 1.0, "gain": 0.5, "FillValue": -1,
             "fill_value": -1, "_fillvalue": -1, "MISSING_VALUE": -1, "nodata": 255, "NoData_Value": 0,
             "na_value": "NA", "CodeMissingValue": -9999, "ValidRange": [0, 1], "valid-max": 9}
    for i, (word, value) in enumerate(words.items()):
        packed(f"{path}.{i}", **{word: value})
    return packed(path, scale=1.0, Offset=0, gain="high", intercept="none", scale_factor_err=0.5)


def packed_unsigned(path):
    return packed(path, _Unsigned="true")


def packed_grid(path):
    """Single precision, with a fill value in double."""
    x = values().astype("f4")
    x[3, 1] = -999.9
    with h5py.File(path, "w") as f:
        d = f.create_dataset("x", data=x, chunks=(7, 2), compression="gzip")
        d.attrs["missing_value"] = -999.9
        d.attrs["scale_factor"] = np.float32(2)
    x = x.astype(float) * 2
    x[3, 1] = np.nan
    return named(x, ["c0", "c1", "c2"])


def seconds(path, unit="days since 2001-01-01"):
    with h5py.File(path, "w") as f:
        f["t"], f["x"] = np.arange(ROWS, dtype=float), values()[:, 0]
        f["t"].attrs["units"] = unit
    return {"t": np.arange(ROWS), "x": values()[:, 0]}


def seconds_later(path):
    return seconds(path, "days since 2002-01-01")


# --- MATLAB 7.3 and Octave: as their files are, but for what nobody reads

def matlab(path, matrices):
    with h5py.File(path, "w", userblock_size=512) as f:
        for name, x, kind in matrices:
            d = f.create_dataset(name, data=np.ascontiguousarray(x.T))
            d.attrs["MATLAB_class"] = np.bytes_(kind)
        f["#refs#/a"] = np.zeros((2, 2))
        f["#refs#/a"].attrs["MATLAB_class"] = np.bytes_("double")
    with open(path, "r+b") as f:
        f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\2IM")


def matlab_matrix(path):
    matlab(path, [("M", values(), "double"), ("s", np.array([[120, 121]], "u2"), "char")])
    return named(values(), ["c0", "c1", "c2"])


def matlab_vectors(path):
    x = values()
    matlab(path, [("u", x[:, :1], "double"), ("v", x[:, 1:2].astype("f4"), "single"),
                  ("s", np.array([[120]] * ROWS, "u2"), "char")])
    return {"u": x[:, 0], "v": x[:, 1]}


def matlab_two(path):
    matlab(path, [("M", values(), "double"), ("N", values(2), "double")])
    return {}


def matlab_sparse(path):
    with h5py.File(path, "w") as f:
        g = f.create_group("S")
        g.attrs["MATLAB_sparse"] = np.uint64(3)
        g["data"], g["ir"], g["jc"] = np.ones(3), np.arange(3), np.arange(4)
    return {}


def octave(path):
    with h5py.File(path, "w") as f:
        g = f.create_group("M")
        g.attrs["OCTAVE_NEW_FORMAT"] = np.uint8(1)
        g["type"] = np.bytes_("matrix")
        g["value"] = np.ascontiguousarray(values().T)
    return named(values(), ["c0", "c1", "c2"])


# --- AnnData, as its format says (0.1.0)

def anndata(path, sparse=False):
    x = values()
    with h5py.File(path, "w") as f:
        f.attrs["encoding-type"], f.attrs["encoding-version"] = "anndata", "0.1.0"
        for name, index in (("obs", [f"cell{i}" for i in range(ROWS)]), ("var", list("abc"))):
            g = f.create_group(name)
            g.attrs["encoding-type"], g.attrs["_index"] = "dataframe", "_index"
            g["_index"] = index
        f["obs/n"] = np.arange(ROWS)
        c = f.create_group("obs/kind")
        c.attrs["encoding-type"] = "categorical"
        c["codes"], c["categories"] = np.zeros(ROWS, "i1"), ["k"]
        f["obsm/pca"] = np.zeros((ROWS, 2))
        if sparse:
            g = f.create_group("X")
            g.attrs["encoding-type"] = "csr_matrix"
            g["data"], g["indices"], g["indptr"] = np.ones(3), np.arange(3), np.arange(ROWS + 1)
        else:
            f["X"] = x.astype("f4")
    return named(x)


def anndata_sparse(path):
    anndata(path, True)
    return {}


# --- pandas, and PyTables under it

def frame(path, columns, **options):
    """What pandas writes, it adds to a file."""
    import pandas
    import tables  # noqa: F401  what pandas writes HDF5 by
    x = values()
    f = pandas.DataFrame({"a": x[:, 0], "k": np.arange(ROWS), "b": x[:, 1],
                          "flag": x[:, 0] > 1, "t": pandas.date_range("2020", periods=ROWS),
                          "label": ["x"] * ROWS})
    f.loc[5, "b"] = np.nan
    f[columns].to_hdf(path, "df", **options)
    return {c: f[c].to_numpy(float) for c in columns if c in ("a", "b", "k")}


def pandas_fixed(path):
    return frame(path, ["a", "b"], format="fixed")


def pandas_blocks(path):
    return frame(path, ["b", "k", "a", "flag", "t"], format="fixed")


def pandas_text(path):
    return frame(path, ["a", "label"], format="fixed")


def pandas_table(path):
    return frame(path, ["a", "k", "b"], format="table")


def pandas_series(path):
    import pandas
    import tables  # noqa: F401
    pandas.Series(values()[:, 0]).to_hdf(path, "s", format="fixed")
    return {"values": values()[:, 0]}


def pandas_two(path):
    import pandas
    frame(path, ["a", "b"], format="fixed")
    pandas.DataFrame(values()).to_hdf(path, "other", format="fixed")
    return {}


def pytables(path):
    import tables
    with tables.open_file(path, "w") as f:
        f.create_carray("/", "x", obj=values())
        f.create_array("/", "flag", obj=values()[:, 0] > 1)
    return named(values(), ["c0", "c1", "c2"])


# --- netCDF-4

def netcdf(path):
    """Packed numbers with holes, one of which was never written; times; other dimensions."""
    import netCDF4
    raw = 280 + np.arange(ROWS) % 9
    with netCDF4.Dataset(path, "w") as d:
        d.createDimension("time", ROWS)
        d.createDimension("station", 3)
        time = d.createVariable("time", "f8", ("time",))
        time.units = "days since 2001-01-01"
        time[:] = np.arange(ROWS)
        d.createVariable("station", "i4", ("station",))[:] = np.arange(3)
        temp = d.createVariable("temp", "i2", ("time",), fill_value=-999, zlib=True)
        temp.scale_factor, temp.add_offset, temp.units = 0.25, 270.0, "K"
        temp[:] = np.ma.masked_equal(raw, 283)
        wind = d.createVariable("wind", "f4", ("time",))
        wind[:ROWS - 4] = np.arange(ROWS - 4)
        code = d.createVariable("code", "u1", ("time",))
        code[:] = np.arange(ROWS) % 7
    with netCDF4.Dataset(path) as d:
        return {v: np.ma.filled(d[v][:].astype(float), np.nan) for v in ("temp", "wind", "code")}


def netcdf_grid(path):
    import netCDF4
    with netCDF4.Dataset(path, "w") as d:
        d.createDimension("time", None)
        d.createDimension("station", 3)
        w = d.createVariable("w", "i4", ("time", "station"))
        w.scale_factor = 0.5
        w[:] = np.arange(ROWS * 3).reshape(ROWS, 3)
    with netCDF4.Dataset(path) as d:
        return named(d["w"][:].data, ["c0", "c1", "c2"])


def check(expected, result):
    """Counts, means and extremes of the rows that miss nothing."""
    a = result["aggregate"]
    assert a["count"]["rows"] == list(expected), (a["count"]["rows"], list(expected))
    x = np.array([expected[c] for c in expected], float).T
    x = x[~np.isnan(x).any(axis=1)]
    for name, right in (("count", [len(x)] * x.shape[1]), ("mean", x.mean(axis=0)),
                        ("min", x.min(axis=0)), ("max", x.max(axis=0))):
        for found, wanted in zip(a[name]["values"], right):
            assert math.isclose(found, wanted, rel_tol=1e-12), (name, found, wanted)


if sys.argv[1] == "write":
    if os.path.exists(sys.argv[3]):
        os.remove(sys.argv[3])
    meaning = globals()[sys.argv[2]](sys.argv[3])
    with open(sys.argv[3] + ".json", "w") as out:
        json.dump({k: [float(v) for v in x] for k, x in meaning.items()}, out)
elif sys.argv[1] == "check":
    with open(sys.argv[2] + ".json") as file, open(sys.argv[3]) as answer:
        check(json.load(file), json.load(answer))
else:
    with h5py.File(sys.argv[2], "w") as f:
        f["x"] = values()
        f.flush()
        sys.exit(subprocess.run(sys.argv[3:]).returncode)
