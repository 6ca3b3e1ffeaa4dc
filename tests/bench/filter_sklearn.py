# SPDX-License-Identifier: GPL-3.0-or-later
"""What scikit-learn's brute force takes for what filter.c measures; the same lines.

    filter_sklearn.py N D REPEATS

Threads are those of OPENBLAS_NUM_THREADS and OMP_NUM_THREADS.
"""
import resource
import sys
import time

import numpy as np
from sklearn.neighbors import LocalOutlierFactor

n, d, repeats = map(int, sys.argv[1:])
x = np.random.default_rng(1).standard_normal((n, d))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for i in range(repeats + 1):
    start, begun = time.perf_counter(), time.process_time()
    lof = LocalOutlierFactor(n_neighbors=min(20, n - 1), algorithm="brute").fit(x)
    assert len(lof.negative_outlier_factor_) == n
    if i > 0:
        print(f"{time.perf_counter() - start:.6f} {time.process_time() - begun:.6f}")
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
