# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills runs at random until the time is up, and checks what is left each time.

    soak.py SECONDS SEED DIRECTORY

METANEURON is the program with faults (tests/faults), mpirun the launcher and its options. DIRECTORY holds
data.h5 and work.h5, contracts of the same names, and all.csv. Every run is killed one to
three times, by a fault at a random unit or write of a random rank, or from outside at a
random time: mpirun, the master, or another rank. After each death the ledger verifies; at
the end the run has the bits of one that nobody disturbed, no submission is there twice,
and its result verifies. A seed repeats what is tried, though not to the microsecond.
"""
import collections
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

from kill import family, is_rank

PROGRAM, MPIRUN = os.environ["METANEURON"], os.environ["mpirun"]
LIMIT = 120  # seconds that a run may take
FAULTS = ["after-unit", "half-pwrite:*/log", "after-pwrite:*/log", "before-fdatasync:*/log",
          "half-write:*/units-*", "after-rename:*/units-*", "half-write:*/state-*",
          "after-rename:*/state-*", "half-pwrite:*/states", "after-pwrite:*/states",
          "before-rename:*r.h5", "after-rename:*r.h5", "after-unlinkat"]
ACTIONS = ["kill", "kill", "kill", "term", "usr1", "parent-kill", "parent-usr1"]


class Wrong(Exception):
    pass


def command(name, ranks, per_slave):
    words = [PROGRAM, "run", f"{name}.h5", "--quiet", "--force", "--ledger", "l", "--out", "r.h5",
             "--ranks-per-slave", str(per_slave), "--lease", "60"]
    words += ["--data", f"nuclei={os.getcwd()}/all.csv"] if name == "data" else []
    launch = [*MPIRUN.split(), "-n", str(ranks)]
    return launch + words if ranks > 1 else words


def start(words, **environment):
    with open("out", "wb") as out:
        return subprocess.Popen(words, stdout=out, stderr=out,
                                env={**os.environ, "METANEURON_SAVE_EVERY": "2", **environment})


def wait(job):
    try:
        return job.wait(LIMIT)
    except subprocess.TimeoutExpired:
        for pid in family(job.pid):
            os.kill(pid, signal.SIGKILL)
        job.wait()
        raise Wrong(f"did not end within {LIMIT} s") from None


def gone(pids):
    """Waits for what mpirun leaves behind for a moment; a rank may still hold the run."""
    end = time.monotonic() + LIMIT
    while any(os.path.exists(f"/proc/{p}/exe") for p in pids):
        if time.monotonic() > end:
            raise Wrong("ranks are left")
        time.sleep(0.005)


def disturb(rng, name, ranks, per_slave, count):
    """One start that ends badly, or not at all."""
    words = command(name, ranks, per_slave)
    if rng.random() < 0.7:
        point, action = rng.choice(FAULTS), rng.choice(ACTIONS)
        if ranks == 1 and action.startswith("parent-"):
            action = "kill"
        rank = rng.randrange(ranks) if point == "after-unit" or "units" in point else 0
        fault = f"{point}@{rank}#{1 + int(rng.expovariate(0.15))}={action}"
        count[action] += 1
        job = start(words, METANEURON_FAULTS=fault, METANEURON_UNIT_SECONDS="0.001")
        code = job.poll()
        everyone = []
        while code is None:
            everyone = family(job.pid) or everyone
            time.sleep(0.01)
            code = job.poll()
            if time.monotonic() > disturb.end + LIMIT:
                wait(job)
        gone(everyone[1:])
        return f"{fault} code {code}"
    job = start(words, METANEURON_UNIT_SECONDS="0.001")
    time.sleep(rng.random() * (0.3 if ranks == 1 else 1.5))
    everyone = family(job.pid)
    who = rng.randrange(-1, ranks) if ranks > 1 else -1
    victims = [p for p in everyone if is_rank(p, who)] if who >= 0 else [job.pid]
    count["from outside"] += 1
    for victim in victims[:1]:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            pass
    code = wait(job)
    gone(everyone[1:])
    return f"killed {'it' if who < 0 else who} from outside, code {code}"


def say(*words):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=LIMIT)
    return done.returncode, done.stderr


def aggregate():
    with open("l/log", encoding="utf-8") as f:
        log = f.read()
    return re.findall(r" aggregate .*?\bstate=(\S+)", log)[-1], log


def check_intact():
    if not os.path.exists("l/log") or os.path.getsize("l/log") == 0:
        return
    code, text = say("ledger", "verify", "l")
    if code != 0 and "torn: record" not in text:
        raise Wrong(f"ledger verify: {code} {text}")


def check_end(expected):
    state, log = aggregate()
    if state != expected:
        raise Wrong("other bits")
    for kind in ("submit", "filter", "settle"):
        slaves = re.findall(rf"^\d+ \S+ {kind} .*?\bslave=(\S+)", log, re.M)
        twice = [s for s, n in collections.Counter(slaves).items() if n > 1]
        if not slaves or twice:
            raise Wrong(f"{kind} records: {len(slaves)}, twice: {twice}")
    for words in (("ledger", "verify", "l"), ("verify", "r.h5", "--ledger", "l")):
        code, text = say(*words)
        if code != 0:
            raise Wrong(f"{words}: {code} {text}")


def fresh():
    shutil.rmtree("l", ignore_errors=True)
    for name in os.listdir("."):
        if name.startswith("r.h5"):
            os.remove(name)


def layout(rng, sizes):
    ranks = rng.choice(sizes)
    return ranks, rng.randint(1, max(1, min(3, ranks - 1)))


def main(seconds, seed, directory):
    end = time.monotonic() + float(seconds)
    rng, count, runs, story = random.Random(int(seed)), collections.Counter(), 0, []
    os.chdir(directory)
    expected = {}
    for name in ("data", "work"):
        fresh()
        wait(start(command(name, 1, 1)))
        expected[name] = aggregate()[0]
    print(f"seed {seed}, {seconds} s")
    try:
        while time.monotonic() < end:
            fresh()
            name, story = rng.choice(("data", "work")), []
            for _ in range(rng.randint(1, 3)):
                ranks, per_slave = layout(rng, (1, 2, 3, 4, 5, 7, 9))
                disturb.end = time.monotonic()
                story.append(f"{name}, {ranks} ranks, {per_slave} per slave: " +
                             disturb(rng, name, ranks, per_slave, count))
                check_intact()
            ranks, per_slave = layout(rng, (1, 2, 4, 6))
            story.append(f"{name}, {ranks} ranks, {per_slave} per slave: to the end")
            code = wait(start(command(name, ranks, per_slave)))
            if code != 0:
                raise Wrong(f"exit code {code}")
            check_end(expected[name])
            runs += 1
    except Wrong as why:
        print(f"wrong after {runs} runs: {why}")
        print("\n".join(story))
        with open("out", encoding="utf-8", errors="replace") as f:
            print(f.read())
        return 1
    print(f"{runs} runs; " + ", ".join(f"{n} {k}" for k, n in sorted(count.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
