# SPDX-License-Identifier: GPL-3.0-or-later
"""What numpy takes for the like of what expression.c measures; the same line.

    expression_numpy.py ROWS REPEATS EXPRESSION

EXPRESSION is Python over the arrays age, bmi, crp (each twentieth NaN) and site.
"""
import sys
import time

import numpy as np

rows, repeats = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(1)


def column(most):
    x = rng.random(rows) * most
    x[rng.random(rows) < 0.05] = np.nan
    return x


names = {"np": np, "age": column(100), "bmi": column(40), "crp": column(40),
         "site": rng.choice(np.array(["a", "b", "c", "d"]), rows)}
code = compile(sys.argv[3], "expression", "eval")
seconds = []
np.seterr(all="ignore")
for i in range(repeats + 1):
    start = time.process_time()
    assert len(eval(code, names)) == rows
    seconds.append(time.process_time() - start)
print(f"{min(seconds[1:]):.6f}")
