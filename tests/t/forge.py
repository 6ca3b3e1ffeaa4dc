# SPDX-License-Identifier: GPL-3.0-or-later
"""Alters everything in a result and its ledger, one thing at a time, chains the ledger anew so
that every sum and digest agrees, and looks whether that is found, or was said to be believed.

    forge.py result METANEURON RESULT.h5 LEDGER CODE    every object of the result
    forge.py ledger METANEURON RESULT.h5 LEDGER CODE    every value of the run's records
    forge.py one METANEURON RESULT.h5 LEDGER PATH INDEX VALUE   one element, alone
    forge.py words METANEURON RESULT.h5 LEDGER OLD NEW  a reason of the filter, in both
    forge.py score METANEURON RESULT.h5 LEDGER SLAVE STEPS  the score of slave SLAVE, from 1, in
                                                        both, by so many steps between doubles
    forge.py order LEDGER TYPE NUMBER TYPE NUMBER NEW   the first record after the second one;
                                                        NUMBER 0: all records of that type

CODE is that of an honest verification. Works on copies in the working directory. Prints what
was neither found nor believed, and how much was tried; fails when there is any.
"""
import concurrent.futures
import hashlib
import os
import re
import shutil
import subprocess
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chain

ZERO = "sha256:" + "0" * 64


# --- the ledger, chained anew

def texts_of(log):
    return [chain.split(line)[0] for line in chain.read(log)]


def kind(text):
    return text.split(" ")[2]


def set_value(text, key, value):
    return re.sub(rf" {key}=[^ ]*", f" {key}={value}", text)


def publish_of(texts, run):
    """The record whose sum begins with run."""
    before = "0" * 64
    for i, text in enumerate(texts):
        before = chain.sum_of(f"{text} prev={before}")
        if before.startswith(run):
            return i
    sys.exit(f"there is no run {run}")


def sums(texts):
    before, found = "0" * 64, []
    for text in texts:
        before = chain.sum_of(f"{text} prev={before}")
        found.append(before)
    return found


def digest(path):
    return "sha256:" + hashlib.sha256(open(path, "rb").read()).hexdigest()


def chain_anew(texts, log, run, result):
    """Writes the log of a run whose result is that file, whatever was altered in either."""
    settled = [set_value(t, "result", digest(result))
               if kind(t) == "settle" and f" run={run} " in t else t for t in texts]
    chain.write(log, settled)


def batches(texts):
    """Each record a batch of its own, but for the settlement; times in their order."""
    times = sorted(t.split(" ")[1] for t in texts)
    texts = [re.sub(" batch=[0-9]+", "", t) for t in texts]
    length = 0
    for i, text in enumerate(texts):
        more = kind(text) == "settle" and i + 1 < len(texts) and kind(texts[i + 1]) == "settle"
        length += 1
        words = text.split(" ")
        words[0:2] = [str(i), times[i]]
        texts[i] = " ".join(words) + ("" if more else f" batch={length}")
        length = length if more else 0
    return texts


# --- what is believed

def believed(said):
    """The paths, and of records the types and keys, that a verification has told of."""
    paths, records = set(), set()
    for line in said.split("\n"):
        line = line.removeprefix("believed").strip()
        if line.startswith("/"):
            paths.add(line.split(": ")[0])
        if not line.startswith("ledger: ") or line.startswith("ledger: time"):
            continue
        for words in line.split(": ")[1].split(", "):
            name, *keys = words.split(" ")
            records |= {(name, k) for k in keys} or {(name, None)}
    return paths, records


class Trial:
    """A result and its ledger, of which copies are altered."""

    def __init__(self, program, result, ledger, code):
        self.program, self.result, self.ledger = program, result, ledger
        self.texts = texts_of(ledger + "/log")
        with h5py.File(result) as f:
            self.run = f.attrs["run"]
        self.code = int(code)
        found = self.verify(result, ledger)
        if found.returncode != self.code:
            sys.exit(f"the honest result ends with {found.returncode}: {found.stdout}")
        self.jobs = []

    def verify(self, result, ledger):
        return subprocess.run([self.program, "verify", result, "--ledger", ledger], text=True,
                              timeout=60, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def look(self, number, what, tells, alter):
        """What is wrong with a verification that should find an alteration, or tell of it among
        what it believes; with tells None it should find nothing."""
        result, ledger = f"forged-{number}.h5", f"forged-{number}"
        shutil.copy(self.result, result)
        os.mkdir(ledger)
        for name in "key.pub", "openings":
            if os.path.isdir(f"{self.ledger}/{name}"):
                shutil.copytree(f"{self.ledger}/{name}", f"{ledger}/{name}")
        alter(result, ledger + "/log")
        said = self.verify(result, ledger)
        os.remove(result)
        shutil.rmtree(ledger)
        found = said.returncode == 3 and "WRONG" in said.stdout
        if "was altered" in said.stdout:
            right = False
        elif tells is None:
            right = said.returncode == self.code
        else:
            right = found or said.returncode in (self.code, 4) and tells(said.stdout)
        return None if right else f"{what}: code {said.returncode}\n{said.stdout}"

    def finish(self):
        """Two at a time."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda job: self.look(*job), self.jobs))
        wrong = [a for a in answers if a]
        print(*wrong, sep="\n")
        print(f"{len(answers)} trials, {len(wrong)} neither found nor believed")
        sys.exit(1 if wrong or not answers else 0)

    def add(self, what, tells, alter):
        self.jobs.append((len(self.jobs), what, tells, alter))

    def control(self, what, alter):
        """What alters nothing must not be found, or finding proves nothing."""
        self.jobs.append((len(self.jobs), what, None, alter))

    def changed(self, change):
        def alter(result, log):
            with h5py.File(result, "r+") as f:
                change(f)
            chain_anew(self.texts, log, self.run, result)
        return alter

    def object(self, path, how, change):
        self.add(f"{path}: {how}", lambda said: path in believed(said)[0], self.changed(change))


def replace(f, path, values):
    """Another dataset in the place of one, with its attributes."""
    attributes = dict(f[path].attrs)
    del f[path]
    f[path] = values
    for name, value in attributes.items():
        f[path].attrs[name] = value


def other(x):
    """Another value of its kind, that differs by more than what may be another processor's."""
    if isinstance(x, (bytes, str)):
        return x + (b"x" if isinstance(x, bytes) else "x")
    if isinstance(x, np.integer):
        return type(x)(1 - x) if x in (0, 1) else type(x)(x ^ 1)
    return 1.0 if not np.isfinite(x) else x + 1.0 if abs(x) < 1e-3 else x * (1 + 1e-6)


def element(f, path, i):
    values = f[path][...]
    if values.dtype.kind == "S":
        values = values.astype(h5py.string_dtype("utf-8", values.dtype.itemsize + 1))
    values.flat[i] = other(values.flat[i])
    replace(f, path, values)


def places(count):
    """Some elements: of slaves one that was accepted, the one that was rejected, and who is not
    there."""
    return sorted({0, min(2, count - 1), count - 1}) if count else []


def objects(trial):
    groups, datasets, attributes = ["/"], [], []

    def see(name, x):
        (datasets if isinstance(x, h5py.Dataset) else groups).append("/" + name)

    with h5py.File(trial.result) as f:
        f.visititems(see)
        for path in groups + datasets:
            for name in f[path].attrs:
                attributes.append((path, name))
        sizes = {path: (f[path].size, f[path].shape, f[path].dtype.kind) for path in datasets}
    return groups, datasets, attributes, sizes


def add_dataset(trial, path, size, shape, letter):
    trial.control(f"{path}: the same", trial.changed(lambda f: replace(f, path, f[path][...])))
    for i in places(size):
        trial.object(path, f"element {i}", lambda f, i=i: element(f, path, i))
    trial.object(path, "gone", lambda f: f.__delitem__(path))
    trial.object(path, "an attribute more", lambda f: f[path].attrs.update(extra=1))
    trial.object(path, "another help",
                 lambda f: f[path].attrs.update(help="x" + f[path].attrs.get("help", "")))
    if size == 0:
        return
    trial.object(path, "a row less", lambda f: replace(f, path, f[path][:-1]))
    trial.object(path, "a row more",
                 lambda f: replace(f, path, np.concatenate([f[path][...], f[path][-1:]])))
    if letter == "f":
        trial.object(path, "times 1000", lambda f: replace(f, path, f[path][...] * 1000 + 1))
        trial.object(path, "whole numbers",
                     lambda f: replace(f, path, np.zeros(shape, "i8")))
    if shape[0] > 1:
        trial.object(path, "rows exchanged", exchange(path))


def exchange(path):
    def change(f):
        values = f[path][...]
        different = [i for i in range(len(values)) if values.dtype.kind != "f" and not np.array_equal(values[i], values[0]) or
                     values.dtype.kind == "f" and not np.array_equal(values[i], values[0], equal_nan=True)]
        if different:
            values[[0, different[0]]] = values[[different[0], 0]]
        else:
            element(f, path, 0)
            return
        replace(f, path, values)
    return change


def result(program, path, ledger, code):
    trial = Trial(program, path, ledger, code)
    groups, datasets, attributes, sizes = objects(trial)
    for dataset in datasets:
        add_dataset(trial, dataset, *sizes[dataset])
    for where, name in attributes:
        trial.control(f"{where}@{name}: the same", trial.changed(
            lambda f, w=where, n=name: f[w].attrs.modify(n, f[w].attrs[n])))
        full = f"{where}@{name}"
        trial.object(full, "altered", lambda f, w=where, n=name: f[w].attrs.modify(n, other(f[w].attrs[n])))
        trial.object(full + "-", "gone", lambda f, w=where, n=name: f[w].attrs.__delitem__(n))
        trial.object(full + "+", "of another type",
                     lambda f, w=where, n=name: f[w].attrs.__setitem__(n, np.ones(2)))
    for group in groups:
        for name in "extra", "p_value":
            at = f"{group.rstrip('/')}/{name}"
            trial.object(at, "a dataset more", lambda f, p=at: f.__setitem__(p, np.ones(1)))
        trial.object(group + "/x", "a group more", lambda f, p=group: f[p].create_group("extra"))
        trial.object(group + "@x", "an attribute more", lambda f, p=group: f[p].attrs.update(extra=1))
        if group != "/":
            trial.object(group + "-", "gone", lambda f, p=group: f.__delitem__(p))
    trial.finish()


# --- every value of the run's records

def other_text(key, value):
    if value.startswith("sha256:"):
        return ZERO if value != ZERO else ZERO[:-1] + "1"
    if value in ("accepted", "rejected"):
        return "rejected" if value == "accepted" else "accepted"
    if re.fullmatch(r"-?[0-9.e+-]+", value):
        return str(int(value) + 1) if value.isdigit() else "0.0625"
    if value == "nan":
        return "1"
    return value[:-1] + ("1" if value[-1] != "1" else "2")


def ledger(program, path, directory, code):
    trial = Trial(program, path, directory, code)
    at = publish_of(trial.texts, trial.run)
    trial.control("the same records", forged_record(trial, at, at, trial.texts[at]))
    for n, text in enumerate(trial.texts):
        words = dict(w.split("=", 1) for w in text.split(" ")[3:])
        if n != at and words.get("run") != trial.run:
            continue
        for key, value in words.items():
            if key in ("run", "batch") or (kind(text), key) == ("settle", "result"):
                continue
            changed = set_value(text, key, other_text(key, value))
            trial.add(f"record {n}, {kind(text)} {key}", tells_of_record(kind(text), key),
                      forged_record(trial, at, n, changed))
        if n != at:
            trial.add(f"record {n}, {kind(text)}, is gone", tells_of_record(kind(text), None),
                      forged_record(trial, at, n, None))
    trial.finish()


def tells_of_record(name, key):
    """Whether a verification tells of all of these records, or of that key of them."""
    return lambda said: believed(said)[1] & {(name, None), (name, key)}


def forged_record(trial, at, n, changed):
    def alter(result, log):
        texts = list(trial.texts)
        texts[n] = changed
        texts = batches([t for t in texts if t])
        run = sums(texts[:at + 1])[at][:16]
        texts = [t.replace(f" run={trial.run} ", f" run={run} ") for t in texts]
        with h5py.File(result, "r+") as f:
            f.attrs.modify("run", run)
        chain_anew(texts, log, run, result)
    return alter


# --- one thing at a time

def one(program, path, directory, where, index, value):
    shutil.copy(path, "one.h5")
    shutil.rmtree("one", ignore_errors=True)
    shutil.copytree(directory, "one")
    texts = texts_of(directory + "/log")
    with h5py.File("one.h5", "r+") as f:
        run = f.attrs["run"]
        values = f[where][...]
        values[tuple(map(int, index.split(",")))] = values.dtype.type(value)
        f[where][...] = values
    chain_anew(texts, "one/log", run, "one.h5")
    said = subprocess.run([program, "verify", "one.h5", "--ledger", "one"], timeout=60)
    sys.exit(said.returncode)


def words(program, path, directory, old, new):
    shutil.copy(path, "one.h5")
    shutil.rmtree("one", ignore_errors=True)
    shutil.copytree(directory, "one")
    escaped = old.replace(" ", "%20"), new.replace(" ", "%20")
    texts = [t.replace(*escaped) if kind(t) == "filter" else t for t in texts_of(directory + "/log")]
    with h5py.File("one.h5", "r+") as f:
        run = f.attrs["run"]
        why = [w.replace(old.encode(), new.encode()) for w in f["/slaves/why"][:]]
        if not any(new.encode() in w for w in why):
            sys.exit(f"no reason has '{old}'")
        replace(f, "/slaves/why", np.array(why, h5py.string_dtype("utf-8", max(map(len, why)))))
    chain_anew(texts, "one/log", run, "one.h5")
    said = subprocess.run([program, "verify", "one.h5", "--ledger", "one"], timeout=60)
    sys.exit(said.returncode)


def score(program, path, directory, slave, steps):
    shutil.copy(path, "one.h5")
    shutil.rmtree("one", ignore_errors=True)
    shutil.copytree(directory, "one")
    with h5py.File("one.h5", "r+") as f:
        run = f.attrs["run"]
        at = int(slave) - 1
        value = f["/slaves/score"][at]
        for _ in range(abs(int(steps))):
            value = np.nextafter(value, np.inf if int(steps) > 0 else -np.inf)
        f["/slaves/score"][at] = value
        name = f["/slaves/name"][at].decode()
    texts = [set_value(t, "score", repr(float(value)))
             if kind(t) == "filter" and f" run={run} " in t and f" slave={name} " in t else t
             for t in texts_of(directory + "/log")]
    chain_anew(texts, "one/log", run, "one.h5")
    said = subprocess.run([program, "verify", "one.h5", "--ledger", "one"], timeout=60)
    sys.exit(said.returncode)


def order(directory, moved, number, after, where, new):
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(directory, new)
    texts = texts_of(directory + "/log")

    def numbers(name, which):
        found = [i for i, t in enumerate(texts) if kind(t) == name]
        return found if which == "0" else [found[int(which) - 1]]

    picked, place = numbers(moved, number), numbers(after, where)[-1]
    kept = [t for i, t in enumerate(texts[:place + 1]) if i not in picked]
    rest = [t for i, t in enumerate(texts) if i > place and i not in picked]
    chain.write(new + "/log", batches(kept + [texts[i] for i in picked] + rest))


def planted(program, path, directory, case):
    """Records that no honest run has, or that nothing is made of; text behind a NUL."""
    shutil.copy(path, "one.h5")
    shutil.rmtree("one", ignore_errors=True)
    shutil.copytree(directory, "one")
    texts = texts_of(directory + "/log")
    with h5py.File(path) as f:
        run = f.attrs["run"]
    claims, submits = ([i for i, t in enumerate(texts) if kind(t) == name and f" run={run} " in t]
                       for name in ("claim", "submit"))
    ones = "sha256:" + "1" * 64
    first = submits[0]
    when = texts[first].split(" ")[1]
    stranger = set_value(texts[claims[0]], "slave", "evil/x/9")
    if case == "reclaim":
        more = [(i, set_value(texts[[c for c in claims if c < i][-1]], "commit", ones))
                for i in submits]
    elif case == "stranger":
        more = [(first, stranger)]
    elif case == "units":
        more = [(first, set_value(texts[first], "items", "7"))]
    elif case == "verdict":
        by = re.search(" slave=([^ #]*)", texts[claims[0]]).group(1)
        slave = re.search(" slave=([^ ]*)", texts[first]).group(1)
        more = [(first + 1, f"0 {when} check run={run} round=1 slave={slave} by={by} state={ones} "
                 "verdict=fine")]
    elif case == "replaced":
        more = [(first, set_value(texts[first], "state", ones))]
    elif case == "unknown":
        more = [(first, f"0 {when} later run={run} verdict=wrong")]
    else:
        more = []
    for i, text in sorted(more, reverse=True):
        texts.insert(i, text)
    if case == "nul":
        with h5py.File("one.h5", "r+") as f:
            f.attrs["title"] = np.bytes_(f.attrs["title"].encode() + b"\0 and p < 0.001")
    chain_anew(batches(texts) if more else texts, "one/log", run, "one.h5")
    said = subprocess.run([program, "verify", "one.h5", "--ledger", "one"], timeout=60)
    sys.exit(said.returncode)


globals()[sys.argv[1]](*sys.argv[2:])
