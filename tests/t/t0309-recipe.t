#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Columns that a contract makes: the same as of a table that was prepared by hand, and what is said
# where they cannot be made.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# raw-K.csv is as people have it; made-K.csv what comes of it, to the last bit.
awk 'BEGIN {
    split("0 31 60 91 121 152 182 213 244 274 305 335", before, " ")
    split("a b c d", sites, " "); split("low mid high", grades, " ")
    for (k = 1; k <= 4; k++) {
        raw = "raw-" k ".csv"; made = "made-" k ".csv"
        print "patient,date,sex,site,grade,age,bmi,crp,unused" >raw
        print "crp,bmi2,old,visit,sex.M,site.b,site.c,site.other,grade" >made
        for (i = 0; i < 300; i++) {
            n = k * 1000 + i; m = 1 + n * 7 % 12; d = 1 + n * 5 % 28
            s = 1 + int(n / 7) % 4; g = 1 + int(n / 3) % 3; male = n * 11 % 19 % 2
            age = 10 + n * 37 % 80; bmi = n % 17 == 0 ? "" : 15 + n * 53 % 250 / 8
            crp = n * n % 101 / 16 + age / 32 + male
            printf "P-%d,2024-%02d-%02d,%s,%s,%s,%d,%s,%.17g,%d\n", n, m, d, male ? "M" : "F",
                sites[s], grades[g], age, bmi, crp, i >raw
            if (age >= 18 && bmi != "" && n != 1017)
                printf "%.17g,%.17g,%d,%d,%d,%d,%d,%d,%d\n", crp, bmi * bmi - 2 * age, (age > 65),
                    before[m] + d - 60, male, s == 2, s == 3, s == 4, g >made
        }
        close(raw); close(made)
    } }'
(sed -n 1p raw-1.csv && sed -s 1d raw-[1-4].csv) >raw.csv
rows=$(sed -s 1d made-[1-4].csv | wc -l)

# contract NAME DATA [MORE]
contract() {
    printf 'title: %s\nfunction: {name: linreg, params: {target: crp}}\ndata:\n  name: d\n%s\n%s\n' \
        "$1" "$2" "${3:-}" >"$1.yaml"
    run 0 mn contract build "$1.yaml" -o "$1.h5"
}
# go CONTRACT DATA [OPTION…]
go() {
    _name=$1
    _data=$2
    shift 2
    rm -rf "$_name-l" "$_name-r.h5"
    run "${code_wanted:-0}" mn run "$_name.h5" --quiet --data "d=$T/$_data" --ledger "$_name-l" \
        --out "$_name-r.h5" "$@"
}
recipe='  columns: [crp, bmi2, old, visit, sex, site, grade]
  types: {patient: text, date: date}
  where: "age >= 18 && !missing(bmi) && patient != '"'P-1017'"'"
  factors: {sex: [F, M], site: {levels: [a, b, c], other: true},
    grade: {levels: [low, mid, high], ordered: true}}
  derive:
    bmi2: bmi * bmi - 2 * age
    old: "age > 65"
    visit: "days(date) - days('"'2024-02-29'"')"'
files='  split: files
  slaves: 4'

# --- the same as by hand
ok 'a contract that makes columns' contract raw "$files
$recipe"
ok 'and one over a prepared table' contract made "$files
  columns: [crp, bmi2, old, visit, sex.M, site.b, site.c, site.other, grade]"
ok 'the one is shown' run 0 mn contract show raw.h5
ok 'with how columns are made' says out 'P-1017' '"other": true' 'bmi * bmi - 2 * age'
ok 'a dry run' go raw 'raw-{slave}.csv' --dry-run
ok 'says what is read' says out 'reads ' 'patient (text)' 'date (date)' 'site (text)' 'age'
ok 'what is computed over' says out \
    'computes over crp, bmi2, old, visit, sex.M, site.b, site.c, site.other, grade'
ok 'and which rows count' says out 'where      age >= 18 && !missing(bmi) && patient'
ok 'nothing that is not used' not grep -q unused out
ok 'it runs' go raw 'raw-{slave}.csv'
ok 'over the rows that are left' says out "$rows of $rows items (100 %) are in the answer"
ok 'as does the other' go made 'made-{slave}.csv'
state=$(field aggregate state raw-l)
ok 'the aggregates have the same bits' same "$state" "$(field aggregate state made-l)"
for name in raw made; do
    mn result export $name-r.h5 --csv | grep -v '^#' >$name.out
done
ok 'as has what is made of them' cmp raw.out made.out
ok 'by the names of the levels' grep -q '^coefficient.*site.other' raw.out
ok 'it verifies' run 0 mn verify raw-r.h5 --ledger raw-l
ok 'by ranks of one slave' run 0 mpi 5 run raw.h5 --quiet --data "d=$T/raw-{slave}.csv" \
    --ledger mpi-l --out mpi-r.h5 --ranks-per-slave 2
ok 'the same bits' same "$(field aggregate state mpi-l)" "$state"
ok 'rows of one file' contract one "  slaves: 4
$recipe"
ok 'are dealt' go one raw.csv
ok 'all of them' says out "$rows of $rows items (100 %) are in the answer"
ok 'and it verifies, too' run 0 mn verify one-r.h5 --ledger one-l

# --- a centre's part, which has the same columns
sites='  split: sites
  slaves: 2'
ok 'a contract over centres' contract sites "$sites
$recipe"
ok 'has a part' run 0 mn contract part sites.h5 -o part.h5
ok 'which is computed' go part raw-2.csv
ok 'and the same by hand' contract by-hand "$sites
  columns: [crp, bmi2, old, visit, sex.M, site.b, site.c, site.other, grade]"
ok 'as a part' run 0 mn contract part by-hand.h5 -o hand.h5
ok 'is computed, too' go hand made-2.csv
ok 'to the same bits' same "$(field aggregate state part-l)" "$(field aggregate state hand-l)"

# --- few rows, and none
few='  slaves: 1
  columns: [crp, age]
  where: '
ok 'a condition for few' contract few "$few patient != 'P-1017'
  types: {patient: text}"
code_wanted=77 ok 'leaves out fewer than the site lets be told apart' go few raw-1.csv --least-rows 3
ok 'which is why' says err 'fewer rows than its site lets be computed over (--least-rows)'
ok 'of a site that does not mind it is computed' go few raw-1.csv
ok 'a condition for nobody' contract none "$few age > 1000"
code_wanted=65 ok 'keeps no row' go none raw-1.csv
ok 'and is named' says err 'raw-1.csv: for none of 300 rows is where true: age > 1000'

# --- a value that is none of the contract's is told here, and nothing keeps it
sed '101s/P-\([0-9]*\),\([^,]*\),[FM]/P-\1,\2,Unheard/' raw-3.csv >bad-3.csv
for k in 1 2 4; do cp raw-$k.csv bad-$k.csv; done
ok 'three of four are enough' contract bad "$files
$recipe" 'limits: {slaves_min: 3}'
ok 'one has an undeclared level' go bad 'bad-{slave}.csv'
ok 'which is told, with its place' says err 'here/d/3: row 100 (from 1) has' "'Unheard'"
ok 'what is kept says that there is one' grep -rq "'sex' has an undeclared level" bad-l bad-r.h5
ok 'and no more' not grep -rq Unheard bad-l bad-r.h5 "$HOME"
ok 'it verifies without' run 0 mn verify bad-r.h5 --ledger bad-l
ok 'nor does a report' run 0 mn result show bad-r.h5 --slaves
ok 'say the value' not grep -q Unheard out
sed '101s/,2024-[0-9-]*,/,29th of February,/' raw-3.csv >bad-3.csv
ok 'one has no date' go bad 'bad-{slave}.csv'
ok 'which is told' says err '29th of February'
ok 'and not kept' not grep -rq '29th' bad-l bad-r.h5 "$HOME"
ok 'a column that is no number' contract text "$files
  columns: [crp, sex]" 'limits: {slaves_min: 1}'
code_wanted=65 ok 'cannot be read' go text 'raw-{slave}.csv'
ok 'and it is said how it could' says err factors
ok 'a value of it' not grep -qE "found '?[FM]" text-l/log

# --- specs
wrong() {
    printf 'title: T\nfunction: {name: moments}\ndata:\n  name: d\n  slaves: 1\n%s\n' "$1" >x.yaml
    shift
    run 65 mn contract build x.yaml -o x.h5 && says err x.yaml "$@"
}
ok 'a condition that is a number' wrong '  columns: [a]
  where: "a + 1"' x.yaml:7: data.where
ok 'a circle' wrong '  columns: [a]
  derive: {a: "b + 1", b: "a + 1"}' x.yaml:7: data.derive
ok 'what nothing uses' wrong '  columns: [a]
  types: {t: text}' x.yaml:7: data.types
ok 'columns without names' wrong '  where: "a > 1"' data.columns
ok 'an old format' wrong '  columns: [a]
  where: "a > 1"
format: 1' 'unknown in a contract of format 1'
done_testing
