#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The attack suite: its programs in as many parts at a time as there are cores, and what comes of it.
#
#   run.sh PROGRAMS SOURCE OUT [PART…]     of grid, product, fits, runs; all, if none is given
#
# ATTACKS_SEEDS=N rounds of each kind of drawn rounds (half of them of 1000 features), half as many of
# the data sets, a quarter of the fits and runs; ATTACKS_SEED=N other ones; ATTACKS_FILTERS=NAME,… only those.
set -u
programs=$1 source=$2 out=$3
shift 3
parts=${*:-grid product fits runs}
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
# one PART I: the I-th of as many shares of it as there are cores.
one() {
    case $1 in
    grid) attack grid $((4 * seeds)) --part "$2/$jobs" ;;
    product) attack product $((2 * seeds)) --part "$2/$jobs" --source "$source" ;;
    fits) attack fits "$seeds" --part "$2/$jobs" --source "$source" ;;
    runs) "$python" "$source/tests/attacks/runs.py" "$source" --seeds "$(((seeds + 3) / 4))" --seed "$seed" \
        --part "$2/$jobs" ;;
    esac
}
case $parts in
*runs*)
    "$python" -c 'import numpy, h5py' 2>/dev/null || {
        echo "SKIP: no runs, as there is no Python 3 with numpy and h5py"
        parts=$(echo "$parts" | sed 's/ *runs//')
        [ -n "$parts" ] || exit 0
    } ;;
esac
i=1
pids=
while [ "$i" -le "$jobs" ]; do
    (for part in $parts; do
        one "$part" "$i" >"$out/part-$part-$i.csv" || exit 1
    done) &
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
