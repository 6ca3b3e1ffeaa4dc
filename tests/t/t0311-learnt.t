#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Columns that are filled in and standardised by what a round before the function's own learns:
# against R 4.2 (lm) on the same rows, and with a slave that is wrong.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

awk 'BEGIN {
    print "id,age,sex,site,bmi,crp"; s = 12345
    for (i = 1; i <= 800; i++) {
        for (k = 0; k < 5; k++) { s = (s * 1103515245 + 12345) % 2147483648; u[k] = int(s / 65536) % 1000 }
        age = 15 + u[0] % 70; sex = u[1] % 2 ? "M" : "F"; site = substr("abx", 1 + u[2] % 3, 1)
        bmi = 18 + u[3] / 50
        crp = 2 + bmi / 10 + (sex == "M") + age / 50 + ((u[0] * 7 + u[3] * 3 + i) % 101) / 100
        printf "P-%d,%d,%s,%s,%s,%.3f\n", i % 90, age, sex, site, u[4] % 6 == 0 ? "" : bmi, crp
    } }' >people.csv

# spec BY [SPLIT]: a regression whose lbmi is filled in by that
spec() {
    cat <<END
title: Inflammation by body mass
function: {name: linreg, params: {target: crp}}
data:
  name: people
  slaves: 8
  split: ${2:-rows}
  types: {id: text}
  where: "age >= 18 && id != 'P-17'"
  factors: {sex: [F, M], site: {levels: [a, b], other: true}}
  derive: {old: "age > 65", lbmi: "log(bmi)"}
  columns: [crp, lbmi, old, sex, site]
  impute: {lbmi: $1}
  standardise: [lbmi]
END
}
# near ROW COLUMN VALUE DIGITS: a number of a result's table, whose columns are counted from behind
near() {
    awk -v row="$1" -v column="$2" -v wanted="$3" -v digits="$4" '
        $1 == row && NF > column { found = $(NF - column); n++ }
        END { d = (found - wanted) / wanted
              exit !(n > 0 && (d < 0 ? -d : d) < 10 ^ -digits) }' out
}

# --- by the mean, which is exact
spec mean >mean.yaml
ok 'a contract that fills in and standardises' run 0 mn contract build mean.yaml -o mean.h5
ok 'can be looked at' run 0 mn run mean.h5 --dry-run --data people=people.csv --ledger l
ok 'with what is done' says out 'fills in   lbmi (mean)' 'standardises lbmi' 'rounds     2 at most'
ok 'and run' run 0 mn run mean.h5 --quiet --data people=people.csv --ledger l --out mean-r.h5
ok 'in two rounds' says out 'rounds    2: converged'
ok 'its result' run 0 mn result show mean-r.h5
ok 'has the rows of R' near lbmi 4 628 12
ok 'and the mean' near lbmi 1 3.306382722572 7
ok 'and the standard deviation' near lbmi 0 0.192778182165 7
# coefficients lower p_value standard_error t_value upper
sed -n '/coefficients/,/^$/p' out >table && cp table out
ok 'the coefficients, too' near lbmi 5 0.5203743845527 7
ok 'of a factor' near sex.M 5 0.9458315273516 7
ok 'of what is no level' near site.other 5 0.0490063333794 7
ok 'of what is derived' near old 5 0.6436692806161 7
ok 'the constant' near intercept 5 6.1172491535221 7
ok 'a standard error' near lbmi 2 0.0163008954193 7
ok 'a p-value' near site.other 3 2.20303121820e-01 7
ok 'the result verifies' run 0 mn verify mean-r.h5 --ledger l
ok 'both rounds of it' says out 'rounds: 2, and the model that each led to'

# --- the same bits on other ranks
mpi 3 run mean.h5 --quiet --data people=people.csv --ledger m --out mpi-r.h5 >/dev/null 2>&1
ok 'on three ranks' run 0 mn result show mpi-r.h5
sed '/^run \|^time \|^contract /d' out >three
run 0 mn result show mean-r.h5
sed '/^run \|^time \|^contract /d' out >one
ok 'it is the same' cmp one three

# --- by the median, which is that of a sketch
spec median >median.yaml
run 0 mn contract build median.yaml -o median.h5
ok 'by the median' run 0 mn run median.h5 --quiet --data people=people.csv --ledger l \
    --out median-r.h5
run 0 mn result show median-r.h5
ok 'it is near that of R' near lbmi 2 3.327909328589 2.9
sed -n '/coefficients/,/^$/p' out >table && cp table out
ok 'as are the coefficients' near sex.M 5 0.9470745093285 4
ok 'it verifies' run 0 mn verify median-r.h5 --ledger l

# --- a slave with another unit is rejected before its numbers are learnt
for k in 1 2 3 4 5 6 7 8; do
    awk -F, -v OFS=, -v k=$k 'NR > 1 && $5 != "" && k == 5 { $5 *= 2.54 }
        NR == 1 || NR % 8 == k - 1 { print }' people.csv >site$k.csv
done
spec mean files >files.yaml
run 0 mn contract build files.yaml -o files.h5
ok 'a liar' run 0 mn run files.h5 --quiet --data 'people=site{slave}.csv' --ledger n --out files-r.h5
ok 'is rejected' says out ', 1 rejected'
ok 'for what is learnt' run 0 mn result show files-r.h5 --json
run 0 mn result show files-r.h5
ok 'of which it is no part' near lbmi 1 3.3 2
ok 'and verified' run 0 mn verify files-r.h5 --ledger n

# --- what cannot be learnt
sed 's/derive: {/derive: {one: "1", /; s/columns: \[/&one, /; s/standardise: \[/&one, /' mean.yaml \
    >one.yaml
run 0 mn contract build one.yaml -o one.h5
ok 'a column that does not vary' run 76 mn run one.h5 --quiet --data people=people.csv --ledger o
ok 'is named' says err "column 'one': it is the same in all rows"

done_testing
