#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the filter's scores take, beside scikit-learn's brute force and dbscan of R.
#
#   filter.sh          textbook lof, k = 20, as calls of the libraries with the data in memory,
#                      warm, in turn: by 1 and by 2 threads each; pos-lof beside lof; the
#                      whole command with its reading; the most memory beyond the data
#   filter.sh growth   lof, pos-lof, and the whole filter with union and its drawn rounds, for
#                      growing n at d = 10 and growing d at n = 32: times, memory, the exponents
#                      that fit, growth.csv and growth.png. Large sizes are called once. Takes two
#                      minutes of a core or three, and 3 GB for the data
#
#   BENCH_ROUNDS   rounds in turn of 7 calls each (3: medians are of 21 calls)
#   BENCH_SIZES    "N,D,CALLS …"; CALLS in a round ("1000,10,7 10000,10,7 1000,10000,7 100,1000000,2")
#   BENCH_THREADS  ("1 2")
#   BENCH_ROWS, BENCH_COLUMNS  of growth ("100 1000 10000 100000", "100 … 10000000")
#   BENCH_DIR      where data and tables are (tests/bench/data)
#
# Fails if something cannot be run, and never for the time.
set -eu

here=${BENCH_PROGRAMS:-.}
scripts=$(dirname "$0")
dir=${BENCH_DIR:-$here/data}
mkdir -p "$dir"

python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
    "$candidate" -c 'import sklearn' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || echo "filter: no python3 with sklearn, so nothing is compared with it"
R=
Rscript -e 'library(dbscan)' >/dev/null 2>&1 && R=Rscript
[ -n "$R" ] || echo "filter: no R with dbscan, so nothing is compared with it"

# Of lines "SECONDS CPU" and one "peak KIB": "MEDIAN LEAST CPU PEAK", CPU the least.
summary() {
    grep -v peak "$1" | sort -n | awk '{ s[NR] = $1; if (NR == 1 || $2 < cpu) cpu = $2 }
        END { printf "%.6f %.6f %.6f ", s[int((NR + 1) / 2)], s[1], cpu }'
    awk '$1 == "peak" && $2 > most { most = $2 } END { printf "%d\n", most }' "$1"
}

# turn N D CALLS THREADS: all who are compared, in turn, into $dir/filter-WHO.
turn() {
    rm -f "$dir"/filter-*.txt
    round=0
    while [ $round -lt "${BENCH_ROUNDS:-3}" ]; do
        for method in lof pos-lof filter-lof filter-pos-lof; do
            "$here/filter" $method "$1" "$2" "$3" "$4" >>"$dir/filter-$method.txt"
        done
        [ -z "$python" ] || OPENBLAS_NUM_THREADS=$4 OMP_NUM_THREADS=$4 \
            "$python" "$scripts/filter_sklearn.py" "$1" "$2" "$3" >>"$dir/filter-sklearn.txt"
        # it has one thread, and a tree, which many coordinates make useless
        [ -z "$R" ] || [ $round -gt 0 ] || [ "$4" -gt 1 ] || [ "$2" -gt 10000 ] ||
            "$R" "$scripts/filter_dbscan.R" "$1" "$2" 1 >>"$dir/filter-dbscan.txt"
        round=$((round + 1))
    done
}

# whole N D: seconds of the command that reads and filters a file of that size.
whole() {
    file=$dir/filter-$1-$2.h5
    [ -f "$file" ] || { "$here/make_data" "$file.part" "$1" "$2" && mv "$file.part" "$file"; }
    for i in 1 2 3; do
        begun=$(date +%s.%N)
        "$METANEURON" filter "$file" --method lof --k 20 --scale none --json >/dev/null
        echo "$begun $(date +%s.%N)"
    done | awk '{ s = $2 - $1; if (NR == 1 || s < least) least = s } END { printf "%.2f", least }'
    rm -f "$file"
}

show() {
    printf '%s x %s, %s thread%s, %d calls\n' "$1" "$2" "$4" "$([ "$4" = 1 ] || echo s)" \
        $(($3 * ${BENCH_ROUNDS:-3}))
    printf '    %-16s %10s %10s %10s %12s\n' '' median least 'least CPU' 'peak KiB'
    for who in lof pos-lof filter-lof filter-pos-lof sklearn dbscan; do
        [ ! -s "$dir/filter-$who.txt" ] || printf '    %-16s %10s %10s %10s %12s\n' $who \
            $(summary "$dir/filter-$who.txt")
    done
    for pair in lof/sklearn pos-lof/lof lof/dbscan; do
        a=$dir/filter-${pair%/*}.txt b=$dir/filter-${pair#*/}.txt
        [ ! -s "$a" ] || [ ! -s "$b" ] || echo "$(summary "$a") $(summary "$b")" |
            awk -v pair=$pair '{ printf "    %-16s %10.3f %10.3f %10.3f\n", pair, $1 / $5, $2 / $6, $3 / $7 }'
    done
}

compare() {
    for size in ${BENCH_SIZES:-1000,10,7 10000,10,7 1000,10000,7 100,1000000,2}; do
        IFS=, read -r n d calls <<END
$size
END
        for threads in ${BENCH_THREADS:-1 2}; do
            turn "$n" "$d" "$calls" "$threads"
            show "$n" "$d" "$calls" "$threads"
        done
        [ -z "${METANEURON:-}" ] ||
            echo "    the whole command, reading HDF5: $(whole "$n" "$d") s"
    done
}

# measure ALONG N D: of sizes that take seconds a single call, others warm.
measure() {
    calls=5
    [ "$2" -le 10000 ] && [ "$3" -le 100000 ] || calls=0
    for method in lof pos-lof filter-union; do
        "$here/filter" $method "$2" "$3" $calls 1 >"$dir/filter-one.txt"
        summary "$dir/filter-one.txt" | awk -v OFS=, -v a="$method,$1,$2,$3" '{ print a, $1, $3, $4 }'
    done
}

grow() {
    echo method,along,n,d,seconds,cpu,kib
    for n in ${BENCH_ROWS:-100 1000 10000 100000}; do
        measure n "$n" 10
    done
    for d in ${BENCH_COLUMNS:-100 1000 10000 100000 1000000 10000000}; do
        measure d 32 "$d"
    done
}

# Exponents by least squares in logarithms: of CPU time and memory, of all sizes, and of the last two.
exponents() {
    awk -F, '
    function fit(key, what, x, y) {
        key = key "," what
        if (key in lasty) last[key] = (y - lasty[key]) / (x - lastx[key])
        lastx[key] = x; lasty[key] = y
        c[key]++; sx[key] += x; sy[key] += y; xx[key] += x * x; xy[key] += x * y
    }
    NR > 1 {
        x = log($2 == "n" ? $3 : $4)
        fit($1 "," $2, "time", x, log($6))
        fit($1 "," $2, "memory", x, log($7 > 0 ? $7 : 1))
    }
    END { for (key in last) {
        split(key, part, ",")
        printf "%-12s %-6s grows as %s^%.2f over all, ^%.2f at the end\n", part[1], part[3], part[2],
            (c[key] * xy[key] - sx[key] * sy[key]) / (c[key] * xx[key] - sx[key] ^ 2), last[key] } }' "$1" | sort
}

plot() {
    gnuplot <<END
set terminal png size 1000,900
set output "$dir/growth.png"
set datafile separator ","
set logscale xy
set format "10^{%L}"
set key left top
file = "$dir/growth.csv"
methods = "lof pos-lof filter-union"
set multiplot layout 2,2
set ylabel "CPU seconds of a call, 1 thread"
set xlabel "results n, 10 features"
plot for [m in methods] file using (stringcolumn(1) eq m && stringcolumn(2) eq "n" ? column(3) : NaN):6 with linespoints title m
set xlabel "features d, 32 results"
plot for [m in methods] file using (stringcolumn(1) eq m && stringcolumn(2) eq "d" ? column(4) : NaN):6 with linespoints title m
set ylabel "KiB beyond the data"
set xlabel "results n, 10 features"
plot for [m in methods] file using (stringcolumn(1) eq m && stringcolumn(2) eq "n" ? column(3) : NaN):7 with linespoints title m
set xlabel "features d, 32 results"
plot for [m in methods] file using (stringcolumn(1) eq m && stringcolumn(2) eq "d" ? column(4) : NaN):7 with linespoints title m
END
}

case ${1:-compare} in
compare) compare ;;
growth)
    begun=$(date +%s)
    grow >"$dir/growth.csv.part"
    # each line of the plot in one piece
    sed 1q "$dir/growth.csv.part" >"$dir/growth.csv"
    sed 1d "$dir/growth.csv.part" | sort -s -t, -k1,2 >>"$dir/growth.csv"
    rm "$dir/growth.csv.part"
    awk -F, '{ printf "%-14s %-6s %8s %10s %10s %10s %10s\n", $1, $2, $3, $4, $5, $6, $7 }' "$dir/growth.csv"
    exponents "$dir/growth.csv"
    if command -v gnuplot >/dev/null; then plot; else echo "filter: no gnuplot, so no plot"; fi
    echo "filter: growth took $(($(date +%s) - begun)) s"
    ;;
*) sed -n '4,22p' "$0" >&2 && exit 2 ;;
esac
