#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The table of false alarms of the simulated cut: drawn rounds of many shapes, and both data sets, in all
# of which everybody is honest.
#
#   thresholds.sh CLEAN SOURCE OUT
#
# Writes OUT (CSV): rounds, part of them in which anybody is rejected, and its 99 % bounds.
# THRESHOLDS_ROUNDS=N rounds of each kind of up to 20 results, and fewer of more; THRESHOLDS_SEED=N other
# ones; THRESHOLDS_JOBS=N at a time.
set -u
clean=$1 source=$2 out=$3
rounds=${THRESHOLDS_ROUNDS:-300} seed=${THRESHOLDS_SEED:-1}
jobs=${THRESHOLDS_JOBS:-$(nproc 2>/dev/null || echo 2)}
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export OMP_NUM_THREADS OPENBLAS_NUM_THREADS
parts=$out.parts
rm -rf "$parts" && mkdir -p "$parts" || exit 1

# shape results features rounds
kinds() {
    for n in 6 8 20 50; do
        most=$rounds
        [ "$n" -lt 50 ] || most=$((rounds * 2 / 5))
        for shape in independent equi-.5 equi-.9 equi-.95 auto-.9 low-rank unequal unequal-.9; do
            for d in 1 10 100; do
                echo "$shape $n $d $most"
            done
        done
        for set in wdbc digits; do
            [ "$n" -eq 6 ] || echo "$set $n 1 $most"
        done
    done
    for n in 8 50; do
        for shape in unequal-spread t3 exponential groups; do
            for d in 1 10 100; do
                echo "$shape $n $d $((rounds / 3))"
            done
        done
    done
    for n in 300 1000; do
        for shape in independent equi-.95; do
            echo "$shape $n 10 $((rounds / 5))"
        done
    done
}

kinds | xargs -P "$jobs" -L 1 sh -c '
    "$1" --source "$2" --seed "$3" --only "$5" --slaves "$6" --features "$7" --rounds "$8" \
        --filters pos-lof/simulated,union/simulated --csv "$4/$5-$6-$7.csv" >"$4/$5-$6-$7.txt" ||
        exit 255' thresholds "$clean" "$source" "$seed" "$parts" || exit 1
cat "$parts"/*.csv | sort -u -t, -k1,1 -k2,2n -k3,3n -k4,5 | awk '/^rounds_of/ {head = $0; next}
    {line[++n] = $0} END {print head; for (i = 1; i <= n; i++) print line[i]}' >"$out.new" &&
    mv "$out.new" "$out" && rm -rf "$parts"
