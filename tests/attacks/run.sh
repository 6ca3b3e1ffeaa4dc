#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The attack suite: its programs in as many parts at a time as there are cores, and what comes of it.
#
#   run.sh PROGRAMS SOURCE OUT
#
# ATTACKS_SEEDS=N rounds of each kind of drawn rounds (half of them of 1000 features), half as many of
# the data sets, a quarter of the fits; ATTACKS_SEED=N other ones; ATTACKS_FILTERS=NAME,… only those.
set -u
programs=$1 source=$2 out=$3
usual=pos-lof,union,mad,lof,posdist,pos-lof/simulated,union/simulated,none
seeds=${ATTACKS_SEEDS:-2} seed=${ATTACKS_SEED:-1} filters=${ATTACKS_FILTERS:-$usual} python=${PYTHON:-python3}
jobs=${ATTACKS_JOBS:-$(nproc 2>/dev/null || echo 2)}
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export OMP_NUM_THREADS OPENBLAS_NUM_THREADS
mkdir -p "$out" || exit 1
rm -f "$out"/part-*.csv

attack() {
    _program=$1 _seeds=$2
    shift 2
    "$programs/$_program" --seeds "$(((_seeds + 3) / 4))" --seed "$seed" \
        --filters "$filters" "$@"
}
i=1
pids=
while [ "$i" -le "$jobs" ]; do
    (attack grid $((4 * seeds)) --part "$i/$jobs" >"$out/part-grid-$i.csv" &&
        attack product $((2 * seeds)) --part "$i/$jobs" --source "$source" >"$out/part-product-$i.csv" &&
        attack fits "$seeds" --part "$i/$jobs" --source "$source" >"$out/part-fits-$i.csv") &
    pids="$pids $!"
    i=$((i + 1))
done
for pid in $pids; do
    wait "$pid" || exit 1
done
"$python" "$source/tests/attacks/report.py" "$out" "$out"/part-*.csv >"$out/attacks.txt" || exit 1
rm -f "$out"/part-*.csv
cat "$out/attacks.txt"
echo
if command -v gnuplot >/dev/null 2>&1; then
    gnuplot "$out/attacks.gp" || exit 1
    echo "$out/attacks.svg"
else
    echo "SKIP: no plot, as there is no gnuplot; $out/attacks.gp is for it"
fi
echo "$out/attacks.csv"
