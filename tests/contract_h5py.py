#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the contract of tests/data/contract-v1 with h5py, in h5py's own ways.

Usage: contract_h5py.py [--work|--v2|--sites|--part|--filter|--data] FILE

--work: the one of tests/data/contract-work-v1, which has no data. --v2: the one of
tests/data/contract-v2; --sites: of contract-sites-v2; --part: of contract-part-v2; --filter: of
contract-filter-v2; --data: of contract-data-v2. The file's bytes differ from contract.h5 in the same directory; its id is the
same. Attributes that have a default are left out where the golden contract has
that default; groups and attributes are made in another order; numbers have
NumPy's types.
"""

import os
import sys

import h5py
import numpy as np

DESCRIPTION = """Moments of two columns, "radius" and "texture".
A second line, with é, € and 😀.
"""
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def add_function(f):
    function = f.create_group("function")
    function.attrs["name"] = "moments"
    function.attrs["version"] = np.int64(2)
    function.attrs["digest"] = f"sha256:{ABC} sha256:{EMPTY}"
    params = function.create_group("params")
    params.attrs["exact"] = False
    params.attrs["robust"] = np.bool_(True)
    params.attrs["label"] = "1"
    params.attrs["tiny"] = -1.5e-9
    params.attrs["seed"] = np.int64(2**53 + 1)
    params.attrs["width"] = np.float64(0.1)
    params.attrs["whole"] = 4
    params.attrs["bins"] = np.float32(4)


def build(path, version=1, sites=False):
    with h5py.File(path, "w") as f:
        data = f.create_group("data")
        data.attrs["slaves"] = 12
        data.attrs["name"] = "wdbc"
        data.attrs["split"] = "files" if version == 1 else "sites" if sites else "rows"
        if version > 1 and not sites:
            data.attrs["deal"] = "blocks"
        data.attrs["missing"] = "skip"
        data.attrs["unit_rows"] = np.int16(1024)
        data.attrs["commit"] = "full"
        # Lists of strings have a fixed length: dtype "S".
        data["columns"] = np.array([b"radius", b"texture", b"compactness, worst"])

        contract = f.create_group("contract")
        contract.attrs["format"] = np.int32(version)
        contract.attrs["title"] = "Mean radius of tumours – a golden contract"
        contract.attrs["description"] = DESCRIPTION
        contract.attrs["author"] = "A. Author <author@example.org>"
        contract.attrs["author_key"] = np.bytes_(
            b"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        contract.attrs["created"] = "2024-02-29T12:00:00Z"
        contract.attrs["nonce"] = "0001"
        contract.attrs["rounds"] = np.uint8(3)
        contract.attrs["order"] = "fast"
        contract.attrs["budget"] = np.int64(2**53)

        add_function(f)

        f.create_group("aggregate")
        flt = f.create_group("filter")
        flt.attrs["method"] = "mad"
        flt.attrs["threshold"] = np.float32(2.5)
        flt.attrs["kappa"] = 0.75
        flt.attrs["k"] = np.int32(5)
        flt.attrs["scale"] = "none"
        flt.attrs["few"] = "reject"
        weight = flt.create_group("weight")
        weight.attrs["method"] = "coinage"
        weight.attrs["t_min"] = 86400
        weight.attrs["t_max"] = 14 * 86400.0
        weight.attrs["half_life"] = np.int32(5400)
        weight.attrs["penalty"] = np.float32(0.25)
        weight.attrs["lambda"] = 2

        resources = f.create_group("resources")
        resources.attrs["memory"] = 512 * 1024**2
        resources.attrs["time"] = 900
        resources.attrs["gpus"] = 1

        limits = f.create_group("limits")
        limits.attrs["state_length"] = 1000
        limits.attrs["items_per_slave"] = 10**6
        limits.attrs["slaves_min"] = 8
        limits.attrs["count_ratio"] = 10
        if version > 1:
            limits.attrs["share_min"] = np.float32(0.25)
        limits.attrs["deadline"] = 3600.0
        limits.attrs["retries"] = 1
        plausible = limits.create_group("plausible")
        plausible["feature"] = np.array([b"texture", b"radius"])
        plausible["lower"] = np.array([-1.5, 5.0])
        plausible["upper"] = np.array([1000, 40], dtype=np.float32)

        inputs = f.create_group("inputs")
        inputs["contract"] = np.array([EMPTY.encode()])
        inputs["aggregate"] = np.array([f"sha256:{ABC}".encode()])


def build_part(path, whole):
    with h5py.File(path, "w") as f:
        f["model"] = np.array([0.5, -1, 1e-300])
        contract = f.create_group("contract")
        contract.attrs["format"] = 2
        contract.attrs["title"] = "Mean radius of tumours – a golden contract"
        contract.attrs["description"] = f"One centre's part of round 3 of contract {whole}."
        contract.attrs["order"] = "fast"
        contract.attrs["part"] = np.uint8(3)
        data = f.create_group("data")
        data.attrs["name"] = "wdbc"
        data.attrs["split"] = "sites"
        data.attrs["slaves"] = np.int16(1)
        data.attrs["missing"] = "skip"
        data.attrs["unit_rows"] = 1024
        data.attrs["commit"] = "full"
        data["columns"] = np.array([b"radius", b"texture", b"compactness, worst"])
        add_function(f)
        f.create_group("aggregate")
        f.create_group("filter").attrs["method"] = "none"
        resources = f.create_group("resources")
        resources.attrs["memory"] = 512 * 1024**2
        resources.attrs["time"] = 900
        resources.attrs["gpus"] = 1
        limits = f.create_group("limits")
        limits.attrs["state_length"] = 1000
        limits.attrs["items_per_slave"] = 10**6


def build_filter(path):
    with h5py.File(path, "w") as f:
        f.create_group("limits")
        f.create_group("resources")
        contract = f.create_group("contract")
        contract.attrs["format"] = 2
        contract.attrs["title"] = "Mean radius of tumours, beside a robust one"
        function = f.create_group("function")
        function.attrs["name"] = "moments"
        function.create_group("params").attrs["order"] = np.uint8(4)
        aggregate = f.create_group("aggregate")
        aggregate.attrs["share"] = np.float32(0.25)
        aggregate.attrs["robust"] = "krum"
        flt = f.create_group("filter")
        flt.attrs["target_fpr"] = 0.01
        flt.attrs["cut"] = np.bytes_(b"simulated")
        flt.attrs["method"] = "union"
        flt.create_group("weight").attrs["method"] = "uniform"
        data = f.create_group("data")
        data.attrs["name"] = "wdbc"
        data.attrs["slaves"] = 12
        data["columns"] = np.array([b"radius", b"texture"])


def build_data(path):
    """Lists are in another order than their names, and expressions are not canonical."""
    with h5py.File(path, "w") as f:
        for group in ("aggregate", "resources", "limits"):
            f.create_group(group)
        flt = f.create_group("filter")
        flt.attrs["method"] = "union"
        flt.attrs["cut"] = "simulated"
        contract = f.create_group("contract")
        contract.attrs["format"] = 2
        contract.attrs["title"] = "Inflammation by body mass"
        function = f.create_group("function")
        function.attrs["name"] = "linreg"
        function.attrs["version"] = 2
        function.create_group("params").attrs["target"] = "crp"
        data = f.create_group("data")
        data.attrs["name"] = "people"
        data.attrs["slaves"] = 4
        data.attrs["where"] = "(age>=18) && ! missing(bmi) && patient != \"P-17\""
        data["columns"] = np.array([b"crp", b"lbmi", b"old", b"visit", b"sex", b"site", b"grade"])
        types = data.create_group("types")
        types["kind"] = np.array([b"text", b"date"])
        types["column"] = np.array([b"patient", b"date"])
        factors = data.create_group("factors")
        factors["column"] = np.array([b"site", b"grade", b"sex"])
        factors["count"] = np.array([3, 3, 2], dtype=np.float32)
        factors["other"] = np.array([1.0, 0, 0])
        factors["ordered"] = np.array([0.0, 1, 0])
        factors["level"] = np.array([b"a", b"b", b"c, other", b"low", b"mid", b"high", b"F", b"M"])
        impute = data.create_group("impute")
        impute["column"] = np.array([b"visit", b"lbmi"])
        impute["by"] = np.array([b"median", b"mean"])
        data["standardise"] = np.array([b"visit", b"lbmi"])
        derive = data.create_group("derive")
        derive["column"] = np.array([b"visit", b"old", b"lbmi"])
        derive["expression"] = np.array([b"days(date)-days(\"2024-02-29\")", b"(age > 65)",
                                         b"log( bmi )"])


def build_work(path):
    with h5py.File(path, "w") as f:
        work = f.create_group("work")
        work.attrs["range"] = np.uint16(4096)
        work.attrs["tolerance"] = 1e-9
        work.attrs["units"] = np.int32(1000001)
        work.attrs["check"] = np.float32(0.25)
        f.create_group("contract").attrs["title"] = "Pi, one unit at a time"
        f.create_group("function").attrs["name"] = "montecarlo"
        f["function"].create_group("params").attrs["samples"] = np.int64(1000)
        for group in ("aggregate", "filter", "limits"):
            f.create_group(group)
        f.create_group("resources").attrs["gpus"] = np.uint8(1)


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    if len(arguments) != 1:
        sys.exit(__doc__)
    if "--work" in sys.argv:
        build_work(arguments[0])
    elif "--filter" in sys.argv:
        build_filter(arguments[0])
    elif "--data" in sys.argv:
        build_data(arguments[0])
    elif "--part" in sys.argv:
        golden = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data/contract-sites-v2/id")
        with open(golden, encoding="ascii") as f:
            build_part(arguments[0], f.read().strip())
    else:
        sites = "--sites" in sys.argv
        build(arguments[0], 2 if sites or "--v2" in sys.argv else 1, sites)
