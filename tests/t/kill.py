# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and kills a part of it when a ledger has so many records.

    kill.py WHO RECORDS LOG COMMAND…

WHO is "it" (the process that was started; under mpirun that is mpirun) or a
rank of the job. Ends when every process of the job is gone. Exit code 0: it was
killed; 1: it had ended before; 2: it never got so far, or something is left.
"""
import os
import signal
import subprocess
import sys
import time

DEADLINE = 120  # seconds; a test that gets there has failed


def records(log):
    try:
        with open(log, "rb") as f:
            return f.read().count(b"\n")
    except FileNotFoundError:
        return 0


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(x) for x in f.read().split()]
    except OSError:
        return []


def family(pid):
    found = [pid]
    for child in children(pid):
        found += family(child)
    return found


def is_rank(pid, rank):
    try:
        with open(f"/proc/{pid}/environ", "rb") as f:
            variables = f.read().split(b"\0")
        return b"OMPI_COMM_WORLD_RANK=%d" % rank in variables or b"PMI_RANK=%d" % rank in variables
    except OSError:
        return False


def is_there(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def main(who, wanted, log, *command):
    end = time.monotonic() + DEADLINE
    job = subprocess.Popen(command)
    while records(log) < int(wanted) and job.poll() is None and time.monotonic() < end:
        time.sleep(0.0002)
    if job.poll() is not None:
        return 1
    everyone = family(job.pid)
    victim = job.pid
    if who != "it":
        ranks = [p for p in everyone if is_rank(p, int(who))]
        if not ranks:
            return 1 if job.wait() == 0 else 2
        victim = ranks[0]
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        return 1
    while time.monotonic() < end:
        if job.poll() is not None and not any(is_there(p) for p in everyone):
            return 0
        time.sleep(0.01)
    for p in everyone:
        if is_there(p):
            os.kill(p, signal.SIGKILL)
    job.wait()
    return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
