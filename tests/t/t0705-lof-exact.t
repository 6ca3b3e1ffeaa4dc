#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# filter --method lof beside independent implementations, to 1e-9.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

seed=${LOF_SEED:-1}
exact() {
    "$py" "$scripts/lof_exact.py" "$METANEURON" "$1" "$seed"
}

if find_python numpy,h5py; then
    ok "the textbook, word for word, in long doubles (seed $seed)" run 0 exact plain
else
    skip 'the textbook in long doubles' 'needs python3-numpy and python3-h5py'
fi
if find_python numpy,h5py,sklearn; then
    ok "scikit-learn's brute force (seed $seed)" run 0 exact brute
    ok 'its kd-tree, with data far from 0' run 0 exact tree
else
    skip 'scikit-learn' 'needs python3-sklearn, python3-numpy and python3-h5py'
fi
if find_python numpy,h5py && Rscript -e 'library(dbscan)' >/dev/null 2>&1; then
    ok 'dbscan of R, with ties' run 0 exact ties
else
    skip 'dbscan of R' 'needs r-cran-dbscan, python3-numpy and python3-h5py'
fi
done_testing
