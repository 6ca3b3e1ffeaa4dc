#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What happened to rows before a function saw them is in the result: against an own count of the same
# rows, of any number of ranks, over rounds, and of a run that was halted.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"
see_nothing # as ledgers are put back here

awk -v OFS=, 'BEGIN {
    for (k = 1; k <= 4; k++) {
        print "age,sex,bmi" >("site" k ".csv")
        for (i = 0; i < 200 + k; i++) {
            n = i * 37 + k * 11
            print n % 23 == 0 ? "" : 10 + n % 61, n % 19 == 0 ? "" : substr("FMX", 1 + n % 3, 1), \
                n % 13 == 0 ? "" : n % 17 - 1 >("site" k ".csv")
        }
    } }'
(sed -n 1p site1.csv && sed -s 1d site[1-4].csv) >all.csv
# count FILE NAME [IMPUTED]: what is to be said of it; a row without log(bmi) is dropped, unless that
# is filled in
count() {
    awk -F, -v name="$2" -v imputed="${3:-0}" 'NR > 1 {
        rows++
        if ($1 == "" || $1 < 18) { left++; unknown += $1 == ""; next }
        s[$2]++; undefined += $3 != "" && $3 <= 0
        m = $3 == "" || $3 <= 0; missing += m; none += $2 == ""
        gone += m && !imputed || $2 == "" }
        END {
            printf "  %s: %d rows, %d left out (%d unknown), %d incomplete, %d came out\n", name,
                rows, left, unknown, gone, rows - left - gone
            printf "    missing lbmi: %d\n    missing sex.M: %d\n    missing sex.other: %d\n", missing,
                none, none
            printf "    undefined lbmi: %d\n", undefined
            printf "    sex = F: %d\n    sex = M: %d\n    sex = other: %d\n", s["F"], s["M"], s["X"]
        }' "$1"
}
# contract NAME LINES: more lines of the data group
contract() {
    cat >"$1.yaml" <<END
title: T
function: {name: moments}
data:
  name: d
  where: age >= 18
  factors: {sex: {levels: [F, M], other: true}}
  derive: {lbmi: log(bmi)}
  columns: [lbmi, sex]
  missing: skip
$2
END
    run 0 mn contract build "$1.yaml" -o "$1.h5"
}
# told RESULT: what is said of its preparation, in the file told
told() {
    run 0 mn result show "$1" --preparation && sed -n '/^  .*rows, /,/^$/p' out | grep . >told
}

# --- against an own count
for k in 1 2 3 4; do count site$k.csv "here/d/$k"; done >wanted
ok 'a contract that leaves rows out' contract files '  split: files
  slaves: 4
  unit_rows: 50'
words="run files.h5 --quiet --data d=$T/site{slave}.csv --ledger l --out r.h5"
ok 'is run' run 0 mn $words
ok 'what happened to rows' told r.h5
ok 'is what did' cmp told wanted
ok 'as JSON' run 0 mn result show r.h5 --json
ok 'with names' says out '"preparation"' '"missing lbmi"' '"sex = other"'
ok 'it is not shown unasked' run 0 mn result show r.h5
ok 'but in the file' not grep -q 'missing lbmi' out
ok 'it verifies' run 0 mn verify r.h5 --ledger l
ok 'what is believed is said' says out /preparation 'what slaves have counted of their rows'
ok 'by two ranks a slave' run 0 mpi 5 run files.h5 --quiet --data "d=$T/site{slave}.csv" \
    --ledger m --out mpi-r.h5 --ranks-per-slave 2
ok 'it is told' told mpi-r.h5
ok 'once' cmp told wanted

# --- rows of one file are each counted by one slave
ok 'rows of one file' contract rows '  split: rows
  slaves: 4
  unit_rows: 7'
ok 'are dealt' run 0 mn run rows.h5 --quiet --data "d=$T/all.csv" --ledger o --out rows-r.h5
ok 'and told' told rows-r.h5
sed 's/.*\/[1-4]: \|[(),]//g' told | awk '/came out/ { a += $1; b += $3; c += $6; d += $8; e += $10 }
    /sex = M/ { f += $4 } END { print a, b, c, d, e, f }' >sums
count all.csv x | sed 's/^ *x: \|[(),]//g' | awk '/came out/ { print $1, $3, $6, $8, $10 }
    /sex = M/ { print $4 }' | paste -sd ' ' >whole
ok 'all of them are those of the file' cmp sums whole

# --- over rounds; nothing is dropped for what is filled in
ok 'a contract of two rounds' contract rounds '  split: files
  slaves: 4
  impute: {lbmi: mean}'
for k in 1 2 3 4; do count site$k.csv "here/d/$k" 1; done >filled
ok 'is run' run 0 mn run rounds.h5 --quiet --data "d=$T/site{slave}.csv" --ledger n \
    --out rounds-r.h5
ok 'what happened' told rounds-r.h5
ok 'is told once' cmp told filled
ok 'and verifies' run 0 mn verify rounds-r.h5 --ledger n

# --- a run that is halted has it of the results that are in
METANEURON_UNIT_SECONDS=0.004
export METANEURON_UNIT_SECONDS
ok 'halted in the third of four' ends 75 'after-unit:2/0=usr1' mn $words
ok 'two are in' says err 'halted: 2 of 4 results are in'
ok 'with what they say' same "$(ls l/runs/*/prepared-*[12] | wc -l)" 2
rm -rf before && cp -R l before
ok 'the same command goes on' run 0 mn $words
ok 'it is told' told r.h5
ok 'of all' cmp told wanted
ok 'and verifies' run 0 mn verify r.h5 --ledger l
rm -rf l r.h5 && cp -R before l
for f in l/runs/*/prepared-1; do echo >>"$f"; done
ok 'what was altered' run 0 mn $words
ok 'is not believed' told r.h5
ok 'of that slave only' same "$(sed -n 's/^  here.d.\([0-9]\): [0-9].*/\1/p' out | paste -sd ' ')" '2 3 4'
ok 'and said to be unknown' says out 'here/d/1: not told'
ok 'it verifies' run 0 mn verify r.h5 --ledger l

# --- few rows
rm -rf l r.h5
ok 'where fewer than 9 are not to be told of' run 0 mn $words --least-rows 9
ok 'there is a result' run 0 mn result show r.h5 --preparation
ok 'without what 7 or 8 rows have' says out 'here/d/1: not told' 'here/d/3: not told'
ok 'and with what 9 have' says out 'here/d/2: 202 rows, 33 left out (9 unknown)' 'here/d/4: 204 rows'
ok 'it verifies' run 0 mn verify r.h5 --ledger l
printf 'age,sex,bmi\n17,F,20\n' >one.csv
for i in 1 2 3 4 5 6 7 8 9; do printf '40,F,20\n41,M,21\n42,F,\n'; done >>one.csv
ok 'one slave' contract one '  slaves: 1'
ok 'whose condition leaves out one row' run 77 mn run one.h5 --quiet --data "d=$T/one.csv" \
    --ledger p --least-rows 2
ok 'beside others that are incomplete' says err 'fewer rows than its site lets be computed over'
ok 'is computed where one is enough' run 0 mn run one.h5 --quiet --data "d=$T/one.csv" \
    --ledger p --least-rows 1 --out one-r.h5
ok 'and told' told one-r.h5
ok 'as it is' says told '28 rows, 1 left out (0 unknown), 9 incomplete, 18 came out'

# --- nothing of it leaves with single slaves' numbers
ok 'without states' run 0 mn $words --no-states --ledger q --out q.h5
ok 'there is none' run 0 mn result show q.h5 --preparation
ok 'which is said' says out 'nothing is known'
ok 'and it verifies, in part' run 4 mn verify q.h5 --ledger q
ok 'nor of a centre' contract sites '  split: sites
  slaves: 2'
ok 'which has a part' run 0 mn contract part sites.h5 -o part.h5
ok 'that is computed' run 0 mn run part.h5 --quiet --data "d=$T/site1.csv" --ledger s --out s.h5
ok 'and shown' run 0 mn result show s.h5 --preparation
ok 'without' says out 'nothing is known'
ok 'and verified' run 0 mn verify s.h5 --ledger s
done_testing
