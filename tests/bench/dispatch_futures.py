# SPDX-License-Identifier: GPL-3.0-or-later
"""Units handed out by mpi4py.futures, as its documentation does it.

  mpirun -n N python3 -m mpi4py.futures dispatch_futures.py UNITS SECONDS CHUNKSIZE

Rank 0 prints the units that it got, their sum, and the seconds that the map took
once all workers were there.
"""
import sys
import time

from mpi4py.futures import MPIPoolExecutor


def work(unit, seconds):
    if seconds > 0:
        time.sleep(seconds)
    return unit


if __name__ == "__main__":
    units, seconds, chunksize = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    with MPIPoolExecutor() as pool:
        pool.bootup(wait=True)
        begin = time.perf_counter()
        got = total = 0
        for result in pool.map(work, range(units), [seconds] * units, chunksize=chunksize):
            got += 1
            total += result
        print(got, total, "%.6f" % (time.perf_counter() - begin))
