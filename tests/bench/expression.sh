#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Expressions over a million rows in memory, in one thread, beside numpy with the same one: the
# least of the processor's seconds of a run, in turn, values a second, and the ratio to numpy's.
#
#   BENCH_ROWS_EXPRESSION   rows (1000000)
#   BENCH_ROUNDS            rounds in turn of 7 runs each (3)
#
# numpy has no missing values but NaN, which its comparisons take for false, so that it does less.
# Fails if something cannot be run, and never for the time.
set -eu

here=${BENCH_PROGRAMS:-.}
scripts=$(dirname "$0")
rows=${BENCH_ROWS_EXPRESSION:-1000000}
dir=${BENCH_DIR:-$here/data}
mkdir -p "$dir"

python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
    "$candidate" -c 'import numpy' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || echo "expression: no python3 with numpy, so nothing is compared with it"

least() {
    sort -n "$1" | head -n 1
}

# compare OURS NUMPYS
compare() {
    rm -f "$dir/expression-ours.txt" "$dir/expression-numpy.txt"
    round=0
    while [ $round -lt "${BENCH_ROUNDS:-3}" ]; do
        "$here/expression" "$rows" 7 "$1" >>"$dir/expression-ours.txt"
        [ -z "$python" ] || OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
            "$python" "$scripts/expression_numpy.py" "$rows" 7 "$2" >>"$dir/expression-numpy.txt"
        round=$((round + 1))
    done
    ours=$(least "$dir/expression-ours.txt") theirs=-
    [ -z "$python" ] || theirs=$(least "$dir/expression-numpy.txt")
    echo "$ours $theirs" | awk -v rows="$rows" -v text="$1" '{
        printf "%-44s %9.6f %10.3g %9s %7s\n", text, $1, rows / $1, $2,
            $2 == "-" ? "-" : sprintf("%.3f", $1 / $2) }'
}

printf '%-44s %9s %10s %9s %7s\n' "$rows rows" seconds values/s numpy ratio
compare 'age >= 18 && !missing(bmi)' '(age >= 18) & ~np.isnan(bmi)'
compare 'bmi * 2 + age / 10' 'bmi * 2 + age / 10'
compare 'age > 65 ? log(bmi) : sqrt(crp)' 'np.where(age > 65, np.log(bmi), np.sqrt(crp))'
compare 'exp(-bmi / 10)' 'np.exp(-bmi / 10)'
compare 'bmi ^ 1.7' 'bmi ** 1.7'
compare 'bin(age, 18, 40, 65)' 'np.digitize(age, [18, 40, 65])'
compare 'age % 7' 'age % 7'
compare 'site in ["a", "c"]' 'np.isin(site, ["a", "c"])'
