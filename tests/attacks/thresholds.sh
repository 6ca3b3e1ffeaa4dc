#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The table of false alarms of the simulated cut: drawn rounds of many shapes, and both data sets, in all
# of which everybody is honest.
#
#   thresholds.sh PROGRAMS SOURCE OUT
#
# Writes OUT (CSV): rounds, part of them in which anybody is rejected, and its 99 % bounds.
# THRESHOLDS_ROUNDS=N rounds of each kind of up to 20 results, and fewer of more; THRESHOLDS_SEED=N other
# ones; THRESHOLDS_JOBS=N at a time; THRESHOLDS_SLAVES=N,… only these numbers of results. What was begun
# and broken off goes on where it was: the files of OUT.parts that are there are not made again.
set -u
programs=$1 source=$2 out=$3
rounds=${THRESHOLDS_ROUNDS:-1000} seed=${THRESHOLDS_SEED:-1}
slaves=${THRESHOLDS_SLAVES:-6,8,12,20,50,100,200,500,1000}
jobs=${THRESHOLDS_JOBS:-$(nproc 2>/dev/null || echo 2)}
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export OMP_NUM_THREADS OPENBLAS_NUM_THREADS
parts=$out.parts
said="rounds $rounds seed $seed slaves $slaves"
if [ "$(cat "$parts/said" 2>/dev/null)" != "$said" ]; then
    rm -rf "$parts" && mkdir -p "$parts" && echo "$said" >"$parts/said" || exit 1
fi

# part of the table, the program that makes it, and its words
kinds() {
    for n in $(echo "$slaves" | tr , ' '); do
        for shape in independent equi-.5 equi-.9 equi-.95 auto-.9 low-rank unequal unequal-.9 \
            unequal-spread t3 exponential groups; do
            echo "$shape-$n thresholds --only $shape --slaves $n --rounds $rounds"
        done
        case $n in 8 | 20 | 50)
            for set in wdbc digits; do
                echo "$set-$n clean --only $set --slaves $n --rounds $((rounds * 3 / 10))" \
                    "--source $source --filters pos-lof/simulated,union/simulated"
            done ;;
        esac
    done
}

kinds | xargs -P "$jobs" -L 1 sh -c '
    programs=$1 seed=$2 part=$3/$4.csv program=$5
    shift 5
    [ ! -e "$part" ] || exit 0
    case $program in
    clean) "$programs/clean" --seed "$seed" "$@" --csv "$part.new" >/dev/null ;;
    *) "$programs/$program" --seed "$seed" "$@" >"$part.new" ;;
    esac && mv "$part.new" "$part" || exit 255' thresholds "$programs" "$seed" "$parts" || exit 1
cat "$parts"/*.csv | LC_ALL=C sort -u -t, -k1,1 -k2,2n -k3,3n -k4,5 |
    awk '/^rounds_of/ {head = $0; next} {line[++n] = $0}
    END {print head; for (i = 1; i <= n; i++) print line[i]}' >"$out.new" &&
    mv "$out.new" "$out" && rm -rf "$parts"
