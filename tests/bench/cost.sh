#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What moments, histogram, covariance and linreg take per byte in memory, and the readers
# per byte of a file: beside a plain read, dsyrk, and numpy on one thread for the same
# result. Each round measures all in turn; what counts is the median over the rounds of
# the ratio within a round. Fails if results differ, and never for the time.
#
#   BENCH_MB       size of the table in MB of 10^6 bytes (512)
#   BENCH_COLUMNS  numbers of columns, one after the other ("10 32 100")
#   BENCH_ROUNDS   rounds that are counted (5)
#   BENCH_DIR      where the tables are (tests/bench/data)
set -eu

here=${BENCH_PROGRAMS:-.}
scripts=$(dirname "$0")
dir=${BENCH_DIR:-$here/data}
rounds=${BENCH_ROUNDS:-5}
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
mkdir -p "$dir"

python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
    "$candidate" -c 'import numpy, h5py' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || echo "cost: no python3 with numpy and h5py, so nothing is compared with numpy"

# table COLUMNS: in $h5, and its first rows as CSV in $csv.
table() {
    rows=$(awk -v mb="${BENCH_MB:-512}" -v c="$1" 'BEGIN { printf "%d", mb * 1e6 / 8 / c }')
    h5=$dir/cost-$rows-$1.h5
    csv=$dir/cost-$rows-$1.csv
    [ -f "$h5" ] || { "$here/make_data" "$h5.part" "$rows" "$1" && mv "$h5.part" "$h5"; }
    [ -f "$csv" ] || awk -v c="$1" 'BEGIN {
        srand(1)
        for (j = 0; j < c; j++) printf "c%d%s", j, j < c - 1 ? "," : "\n"
        for (i = 0; i < 2e6 / c; i++)
            for (j = 0; j < c; j++) printf "%.12g%s", 100 * rand() - 50, j < c - 1 ? "," : "\n" }' >"$csv"
}

# Lines "round who name seconds bytes" on standard input: a table of medians.
summary() {
    awk -v columns="$1" '
    function median(list, n, i, j, x) {
        for (i = 2; i <= n; i++) {
            x = list[i]
            for (j = i - 1; j >= 1 && list[j] > x; j--) list[j + 1] = list[j]
            list[j + 1] = x
        }
        return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
    }
    # The ratio of what b takes to what a takes, per byte.
    function ratio(a, b, r, n, list) {
        n = 0
        for (r = 1; r <= rounds; r++)
            if ((r, a) in time && (r, b) in time) list[++n] = time[r, b] / time[r, a]
        return n ? median(list, n) : -1
    }
    function rate(a, r, n, list) {
        n = 0
        for (r = 1; r <= rounds; r++) if ((r, a) in speed) list[++n] = speed[r, a]
        return n ? median(list, n) : -1
    }
    function line(name, base, target, text) {
        printf "  %-12s %7.2f GB/s", name, rate("ours " name)
        if (base) printf "   %5.2f of %s%s", ratio("ours " name, "ours " base), base, target
        if (ratio("ours " name, "numpy " name) > 0)
            printf "   %6.2f times numpy", ratio("ours " name, "numpy " name)
        printf "\n"
    }
    {
        rounds = $1
        key = $2 " " $3
        if (($1, key) in time) { time[$1, key] = (time[$1, key] + $4) / 2 }
        else { time[$1, key] = $4 }
        if ($5 > 0) speed[$1, key] = $5 / time[$1, key] * 1e-9
    }
    END {
        printf "%d columns:\n", columns
        printf "  %-12s %7.2f GB/s\n", "memory", rate("ours memory")
        line("moments", "memory", " (target 0.5)")
        line("moments4", "memory", "")
        line("histogram", "memory", " (target 0.5)")
        line("covariance", "dsyrk", " (target 0.7)")
        line("dsyrk", "", "")
        line("linreg", "memory", "")
        line("hdf5", "read(2)", " (target 0.9)")
        line("csv", "", "")
        printf "  (csv: GB/s of the doubles that it holds; target 3 times numpy)\n"
    }'
}

for columns in ${BENCH_COLUMNS:-10 32 100}; do
    table "$columns"
    : >"$dir/cost.lines"
    round=0
    while [ "$round" -le "$rounds" ]; do
        "$here/cost" "$h5" "$csv" >"$dir/ours"
        [ -z "$python" ] || "$python" "$scripts/cost.py" "$h5" "$csv" >"$dir/numpy"
        # The first round warms up, and its results are compared.
        if [ "$round" -eq 0 ] && [ -n "$python" ]; then
            awk '$1 == "=" && FNR == NR { ours[$2] = $0; next }
                $1 == "=" {
                    n = split(ours[$2], a, " ")
                    for (i = 3; i <= n; i++) {
                        d = a[i] - $i; m = a[i] < 0 ? -a[i] : a[i]
                        if (d < 0) d = -d
                        if (i > NF || d > 1e-7 * (m > 1 ? m : 1)) {
                            print "cost: " $2 " differs: " ours[$2] " | " $0; exit 1
                        }
                    }
                    if (n < 3) { print "cost: no " $2; exit 1 }
                }' "$dir/ours" "$dir/numpy"
        fi
        for who in ours numpy; do
            [ "$round" -eq 0 ] || [ ! -f "$dir/$who" ] || grep -v '^=' "$dir/$who" |
                sed "s/^/$round $who /" >>"$dir/cost.lines"
        done
        round=$((round + 1))
    done
    summary "$columns" <"$dir/cost.lines"
    rm -f "$dir/ours" "$dir/numpy" "$dir/cost.lines"
done
