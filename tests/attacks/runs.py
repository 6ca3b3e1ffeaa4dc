# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on runs of metaneuron itself, over the data sets of the repository, as CSV like that of tally.h.

    runs.py SOURCE [WORD VALUE]...

Words: --seeds N (deals of each kind), --deals K (of honest slaves K N), --seed S, --slaves 8,20,50,
--wrong .2,.4, --sets A,B, --functions A,B, --attacks A,B, --part I/N. In the environment METANEURON, FAULTS,
MPIRUN and MPI_FLAVOUR, as tests have them.

Each slave has a file of its own. Those of who errs are spoilt copies; a bit of a state is turned in
the rank that computed it, by the program with faults. A round is computed by one rank for each slave
and a master, and verified; then once for each other filter and estimate, by one process, whose states
have to be the same bits. Convention: the first slaves are honest.

The error is the squared distance of the answer from that of a run of the honest slaves alone, number
by number in sd of what these say, in mean: 1 is as bad as one honest slave's own result. Of logreg
it is in standard errors of the coefficients, and caught and accused are means over its rounds. A run
without an answer has 100. Estimates are of the features of one round: of logreg there are none.
"""
import collections
import json
import math
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile

import h5py
import numpy as np

INCHES = 2.54
MOST_ERROR = 100.0
ATTACKS = "noise-10 sign-flip bias unit-one unit-all swapped stuck bit-flip label-flip none".split()
# Filters by the names of round.c, and an estimate beside each: estimates are of all results.
CONTRACTS = [("union/simulated", "nnm"), ("pos-lof/simulated", "median"), ("mad/simulated", "geometric-median"),
             ("none", "trimmed-mean"), ("union", "mean"), ("pos-lof", "krum"), ("mad", "multi-krum")]

# columns: the label the last, None for all; answer: the arrays that say what the features say.
Problem = collections.namedtuple("Problem", "set function columns params rounds answer")
SHAPES = "mean_radius mean_texture mean_smoothness mean_concave_points malignant".split()
STROKES = "p10 p18 p21 p26 p28 p34 p36 p42 p43 digit".split()
PROBLEMS = [
    Problem("wdbc", "moments", None, {}, 1, ("mean", "sd")),
    Problem("wdbc", "linreg", SHAPES, {"target": "malignant"}, 1, ("coefficients",)),
    Problem("wdbc", "logreg", SHAPES, {"target": "malignant"}, 30, ("coefficients",)),
    Problem("digits", "moments", None, {}, 1, ("mean", "sd")),
    Problem("digits", "linreg", STROKES, {"target": "digit"}, 1, ("coefficients",)),
]


def read_set(source, name, columns):
    files = [f"breast-cancer/hospital-{k}.csv" for k in range(1, 9)] if name == "wdbc" else ["pca/digits.csv"]
    paths = [os.path.join(source, "jobs", f) for f in files]
    with open(paths[0]) as f:
        names = f.readline().strip().split(",")
    tables = [np.loadtxt(p, delimiter=",", skiprows=1) for p in paths]
    for j, column in enumerate(names if name == "wdbc" else []):  # hospital 5 has other units
        tables[4][:, j] *= 100 if "area" in column else 10 if "radius" in column or "perimeter" in column else 1
    x = np.vstack(tables)
    columns = columns or names
    return columns, x[:, [names.index(c) for c in columns]]


def deal(x, n, unlike, dice):
    """Rows of n slaves at random, or so that some have more of low labels."""
    sd = x[:, -1].std()
    key = [label + 2 * sd * dice.gauss(0, 1) if unlike else dice.random() for label in x[:, -1]]
    parts = np.array_split(np.argsort(key), n)
    dice.shuffle(parts)
    return [x[p] for p in parts]


def spoil(attack, part, sd, seed, slave):
    """What a slave's rows become. The seed decides of columns, and is the same for all attackers."""
    x, dice = part.copy(), random.Random(seed)
    one, other = dice.sample([j for j in range(x.shape[1] - 1) if sd[j] > 0], 2)
    if attack == "noise-10":
        noise = np.random.default_rng([seed, slave]).standard_normal(x[:, :-1].shape)
        x[:, :-1] += 10 * sd[:-1] * noise
    elif attack == "sign-flip":
        x[:, :-1] *= -1
    elif attack == "bias":
        x[:, :-1] += 3 * sd[:-1] / math.sqrt(len(x))
    elif attack == "unit-one":
        x[:, one] *= INCHES
    elif attack == "unit-all":
        x[:, :-1] *= INCHES
    elif attack == "swapped":
        x[:, [one, other]] = x[:, [other, one]]
    elif attack == "stuck":
        x[:, one] = x[0, one]
    elif attack == "label-flip":
        x[:, -1] = (9 if x[:, -1].max() > 1 else 1) - x[:, -1]
    return x


def flips(honest, n, seed):
    """For the program with faults: one bit of the state of each who errs is turned."""
    dice = random.Random(seed)
    return ";".join(f"after-unit:{k}/0=flip{dice.randrange(10**6)}/{dice.randrange(64)}"
                    for k in range(honest, n))


def die(text):
    sys.exit(f"attacks: {text}")


class Runs:
    """Runs over the data of one round, in a directory."""

    def __init__(self, problem, columns, directory):
        self.problem, self.columns, self.directory = problem, columns, directory
        self.program, self.faults = os.environ["METANEURON"], os.environ["FAULTS"]  # which make sets
        self.mpirun = shlex.split(os.environ.get("MPIRUN", "mpirun"))
        if os.environ.get("MPI_FLAVOUR", "openmpi") == "openmpi":
            self.mpirun += "--oversubscribe --mca btl_vader_single_copy_mechanism none".split()
        self.count = 0

    def write(self, parts):
        for k, part in enumerate(parts):
            np.savetxt(os.path.join(self.directory, f"{k + 1}.csv"), part, "%.17g", ",",
                       header=",".join(self.columns), comments="")

    def spec(self, slaves, filter_, estimate):
        p, (method, _, cut) = self.problem, filter_.partition("/")
        spec = {"title": "Attacked", "function": {"name": p.function, "params": p.params},
                "data": {"name": "d", "split": "files", "slaves": slaves, "columns": self.columns},
                "filter": {"method": method, "cut": cut or "fixed"}, "aggregate": {"robust": estimate}}
        if p.rounds > 1:
            spec["rounds"] = p.rounds
        return json.dumps(spec)

    def call(self, words, codes, faults=""):
        done = subprocess.run(words, env=dict(os.environ, METANEURON_FAULTS=faults), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        if done.returncode not in codes:
            die(f"exit code {done.returncode} of {' '.join(words)}\n{done.stderr}")
        return done.returncode

    def run(self, slaves, filter_, estimate="none", ranks=1, faults=""):
        """Returns the result in a ledger of its own, or None where the accepted give no answer."""
        self.count += 1
        name = os.path.join(self.directory, str(self.count))
        program = self.faults if faults else self.program
        with open(name + ".yaml", "w") as f:
            f.write(self.spec(slaves, filter_, estimate))
        self.call([self.program, "contract", "build", name + ".yaml", "-o", name + "-c.h5"], [0])
        words = [program, "run", name + "-c.h5", "--quiet", "--ledger", name + "-l", "--out", name + ".h5",
                 "--data", f"d={self.directory}/{{slave}}.csv"]
        mpi = self.mpirun + ["-n", str(ranks)] if ranks > 1 else []
        if self.call(mpi + words, [0, 65, 76, 78], faults) in (65, 76):
            return None
        if ranks > 1:
            self.call([self.program, "verify", name + ".h5", "--ledger", name + "-l"], [0])
        return read_result(name + ".h5", self.problem)


# What is in a result: rejected is a row for each round.
Result = collections.namedtuple("Result", "states features rejected answer errors robust")


def read_result(path, problem):
    with h5py.File(path, "r") as f:
        rounds = f["rounds"] if problem.rounds > 1 else f["rounds/1"]
        arrays, robust = f["aggregate"], f["robust/features"] if "robust/features" in f else None
        return Result(rounds["states"][:], rounds["features"][:],
                      f["rounds/rejected"][:] if problem.rounds > 1 else f["slaves/rejected"][:][None, :],
                      np.concatenate([arrays[name][:].ravel() for name in problem.answer]),
                      arrays["standard_error"][:].ravel() if "standard_error" in arrays else None,
                      robust[:].ravel() if robust is not None else None)


def unit_of(problem, honest):
    """By what errors are measured, number by number: 0 where honest slaves do not differ."""
    return honest.errors if problem.rounds > 1 else honest.features.std(axis=0)


def error_of(values, honest, unit):
    if values is None or len(values) != len(unit):
        return MOST_ERROR
    gap = (values - honest.answer)[unit > 0] / unit[unit > 0]
    error = np.mean(gap * gap)
    return float(error) if error < MOST_ERROR else MOST_ERROR


class Tally:
    """What comes of the rounds of one kind, by filter and by estimate."""

    def __init__(self):
        self.rows = collections.defaultdict(list)

    def filtered(self, name, result, honest_count, error):
        if result is None:
            self.rows["filter", name].append((0, 0, 0, MOST_ERROR))
            return
        right, wrong = result.rejected[:, honest_count:], result.rejected[:, :honest_count]
        self.rows["filter", name].append((right.mean() if right.size else 0, wrong.mean(), wrong.any(), error))

    def estimated(self, name, error):
        self.rows["estimator", name].append((0, 0, 0, error))

    def write(self, key):
        for (kind, name), rows in self.rows.items():
            caught, accused, any_, error = np.mean(rows, axis=0)
            spread = np.std([r[3] for r in rows], ddof=1) / math.sqrt(len(rows)) if len(rows) > 1 else 0
            print(f"{key},{kind},{name},{len(rows)},{caught:.4f},{accused:.4f},{any_:.4f},{error:.6g},{spread:.3g}",
                  flush=True)


def play(problem, table, n, wrong, unlike, attack, seed, tally):
    columns, x = table
    honest = n - round(wrong * n)
    dice = random.Random(f"{problem.set} {n} {unlike} {seed}")
    parts, chosen = deal(x, n, unlike, dice), dice.randrange(2**32)
    parts = [p if k < honest else spoil(attack, p, x.std(axis=0), chosen, k) for k, p in enumerate(parts)]
    faults = flips(honest, n, chosen) if attack == "bit-flip" else ""
    with tempfile.TemporaryDirectory(prefix="metaneuron-attacks.") as directory:
        runs, states = Runs(problem, columns, directory), None
        runs.write(parts)
        truth = runs.run(honest, "none")
        unit = unit_of(problem, truth)
        for k, (filter_, estimate) in enumerate(CONTRACTS):
            result = runs.run(n, filter_, estimate if problem.rounds == 1 else "none", n + 1 if k == 0 else 1, faults)
            tally.filtered(filter_, result, honest, error_of(result and result.answer, truth, unit))
            if result is None:
                continue
            states = result.states if states is None else states
            if problem.rounds == 1 and result.states.tobytes() != states.tobytes():
                die(f"{attack}: one process does not compute what {n + 1} ranks do")
            if result.robust is not None:
                tally.estimated(estimate, error_of(result.robust, truth, unit))


def kinds(words):
    """Of honest slaves there are more deals, as it is counted how often any is rejected."""
    for problem in PROBLEMS:
        if problem.set not in words["--sets"] or problem.function not in words["--functions"]:
            continue
        for n in map(int, words["--slaves"]):
            for attack in words["--attacks"]:
                for wrong in map(float, words["--wrong"] if attack != "none" else []):
                    yield problem, n, wrong, False, attack, 1
                for unlike in (False, True) if attack == "none" else ():
                    yield problem, n, 0, unlike, attack, int(words["--deals"][0])


def read_words(given):
    words = {"--seeds": "1", "--deals": "4", "--seed": "1", "--slaves": "8,20,50", "--wrong": ".2,.4",
             "--sets": "wdbc,digits", "--functions": "moments,linreg,logreg", "--attacks": ",".join(ATTACKS),
             "--part": "1/1"}
    if len(given) % 2 or not set(given[::2]) <= set(words):
        die(f"expected words of {' '.join(words)}, each with a value")
    words.update(zip(given[::2], given[1::2]))
    return {word: value.split(",") for word, value in words.items()}


def main():
    source, words = sys.argv[1], read_words(sys.argv[2:])
    part, parts = map(int, words["--part"][0].split("/"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # directories go, too
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    if part == 1:
        print("origin,function,n,d,wrong,honest,attack,stake,told,kind,name,rounds,caught,accused,any,error,error_se")
    for i, (problem, n, wrong, unlike, attack, deals) in enumerate(kinds(words)):
        if i % parts != part - 1:
            continue
        table, tally = read_set(source, problem.set, problem.columns), Tally()
        for seed in range(deals * int(words["--seeds"][0])):
            play(problem, table, n, wrong, unlike, attack, f"{words['--seed'][0]}/{seed}", tally)
        tally.write(f"{problem.set}-run,{problem.function},{n},{len(table[0])},{wrong:.2f},"
                    f"{'unlike' if unlike else 'alike'},{attack},equal,errors")


main()
