#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The numbers: against numpy, from every kind of file, with corrupted slaves.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

compare() {
    timeout 120 "$py" "$scripts/compare.py" "$@"
}
make_data() {
    mkdir "$1" && timeout 120 "$py" "$scripts/make.py" "$@"
}

# describe NAME FUNCTION LINES…: NAME.h5, a contract over the nine slaves; the
# lines are more of the data's, or, after "-", of the whole.
describe() {
    name=$1
    {
        printf 'title: Test\nfunction: %s\ndata:\n  name: d\n  slaves: 9\n' "$2"
        printf '  columns: [a, b, c, d]\n'
        shift 2
        [ $# -eq 0 ] || printf '%s\n' "$@"
    } >"$name.yaml"
    run 0 mn contract build "$name.yaml" -o "$name.h5"
}
linreg='{name: linreg, params: {target: d}}'
go() {
    contract=$1
    data=$2
    shift 2
    rm -rf l
    mn run "$contract.h5" --quiet --data "d=$data" --ledger l "$@"
}

# --- against numpy, and the same from every kind of file
ok 'data is made' make_data data
ok 'contracts' describe m '{name: moments}' '  split: files' '  unit_rows: 7'
ok 'for regression' describe r "$linreg" '  split: files' '  unit_rows: 7'
all=$(for k in 1 2 3 4 5 6 7 8 9; do echo "data/$k.csv"; done)
for c in m r; do
    ok "$c: CSV" run 0 go $c 'data/{slave}.csv' --out $c-csv.h5
    ok "$c: nobody is rejected" run 0 compare rejected $c-csv.h5
    for kind in '{slave}.h5' '{slave}.h5:/table' '{slave}-cols.h5:/patients' '{slave}-text.csv'; do
        ok "$c: $kind" run 0 go $c "data/$kind" --out other.h5
        ok "$c: $kind has the same bits" run 0 compare equal $c-csv.h5 other.h5
    done
done
ok 'moments agree with numpy' run 0 compare moments m-csv.h5 $all
ok 'regression agrees with numpy' run 0 compare linreg r-csv.h5 $all
ok 'by rows' describe rows '{name: moments}' '  split: rows' '  unit_rows: 7'
ok 'of CSV' run 0 go rows data/all.csv --out rows-csv.h5
ok 'agrees with numpy' run 0 compare moments rows-csv.h5 data/all.csv
ok 'of HDF5' run 0 go rows data/all.h5 --out rows-hdf.h5
ok 'has the same bits' run 0 compare equal rows-csv.h5 rows-hdf.h5

# --- the order of additions
ok 'order: fast' describe fast '{name: moments}' '  split: files' '  unit_rows: 7' 'order: fast'
ok 'in one process' run 0 go fast 'data/{slave}.csv' --out fast1.h5
ok 'agrees' run 0 compare close fast1.h5 m-csv.h5
rm -rf l
ok 'at 3 ranks per slave' run 0 mpi 7 run fast.h5 --quiet --data 'd=data/{slave}.csv' --ledger l \
    --out fast7.h5 --ranks-per-slave 3
ok 'agrees too' run 0 compare close fast7.h5 m-csv.h5
ok 'and verifies' run 0 mn verify fast7.h5 --ledger l

# --- corrupted slaves: rejected, and the rest is as if they had never been
# honest SLAVE: the tables of all others.
honest() {
    for k in 1 2 3 4 5 6 7 8 9; do
        [ "$k" -eq "$2" ] || echo "$1/$k.csv"
    done
}
for word in 2:scaled 7:zero 9:constant; do
    how=${word#*:}
    k=${word%:*}
    ok "$how: data" make_data "$how" "$word"
    ok "$how: moments" run 0 go m "$how/{slave}.csv" --out x.h5
    ok "$how: slave $k is rejected" run 0 compare rejected x.h5 "$k"
    ok "$how: the rest agrees with numpy" run 0 compare moments x.h5 $(honest "$how" "$k")
    ok "$how: it verifies" run 0 mn verify x.h5 --ledger l
done
ok 'scaled: regression' run 0 go r 'scaled/{slave}.csv' --out x.h5
ok 'scaled: slave 2 is rejected' run 0 compare rejected x.h5 2
ok 'scaled: the rest agrees with numpy' run 0 compare linreg x.h5 $(honest scaled 2)
ok 'constant: regression' run 0 go r 'constant/{slave}.csv' --out x.h5
ok 'constant: slave 9 is rejected' run 0 compare rejected x.h5 9
ok 'three of nine' make_data three 1:scaled 5:zero 8:constant
ok 'run' run 0 go m 'three/{slave}.csv' --out x.h5
ok 'are all rejected' run 0 compare rejected x.h5 1 5 8

# --- missing values
ok 'missing values in slaves 3 and 4' make_data holes 3:nan 4:nan
ok 'missing: error' run 65 go m 'holes/{slave}.csv' --out x.h5
ok 'says where' says err 'slaves (3, 4)' 'holes/{slave}.csv:2:' "'a'"
ok 'missing: nan' describe nan '{name: moments}' '  split: files' '  missing: nan' '  unit_rows: 7'
ok 'runs' run 0 go nan 'holes/{slave}.csv' --out x.h5
ok 'nobody is rejected' run 0 compare rejected x.h5
ok 'agrees with numpy' run 0 compare moments x.h5 \
    $(for k in 1 2 3 4 5 6 7 8 9; do echo "holes/$k.csv"; done)
ok 'from HDF5' run 0 go nan 'holes/{slave}.h5' --out y.h5
ok 'the same bits' run 0 compare equal x.h5 y.h5
ok 'missing: skip' describe skip '{name: moments}' '  split: files' '  missing: skip' '  unit_rows: 7'
ok 'runs' run 0 go skip 'holes/{slave}.csv' --out x.h5
mkdir full
for k in 1 2 3 4 5 6 7 8 9; do
    grep -v NA "holes/$k.csv" >"full/$k.csv"
done
ok 'is as if the rows were not there' run 0 compare moments x.h5 \
    $(for k in 1 2 3 4 5 6 7 8 9; do echo "full/$k.csv"; done)
ok 'and so is what the slaves claimed' \
    same "$(sed -n 's,.* claim .*slave=here/d/3 .*items=\([0-9]*\) .*,\1,p' l/log)" \
    "$(($(wc -l <full/3.csv) - 1))"
ok 'from HDF5' run 0 go skip 'holes/{slave}.h5' --out y.h5
ok 'the same bits' run 0 compare equal x.h5 y.h5
rm -rf l
ok 'under mpirun' run 0 mpi 7 run skip.h5 --quiet --data 'd=holes/{slave}.csv' --ledger l \
    --out y.h5 --ranks-per-slave 3
ok 'the same bits' run 0 compare equal x.h5 y.h5
ok 'a column that is missing as a whole' make_data gone 6:empty
ok 'missing: nan' run 0 go nan 'gone/{slave}.csv' --out x.h5
ok 'nobody is rejected: what is not there is no lie' run 0 compare rejected x.h5
ok 'agrees with numpy' run 0 compare moments x.h5 \
    $(for k in 1 2 3 4 5 6 7 8 9; do echo "gone/$k.csv"; done)
ok 'missing: skip' run 65 go skip 'gone/{slave}.csv' --out x.h5
ok 'leaves slave 6 without rows' says err 'slave 6:'

# --- what a contract may say against lies
ok 'a plausible range' describe range '{name: moments}' '  split: files' \
    'limits: {plausible: {mean(a): [4.9, 5.1], mean(b): [1, 2]}}'
ok 'nobody within it' run 76 go range 'data/{slave}.csv' --out x.h5
ok 'is said' says err 'none of the 9 results that are in was accepted'
ok 'five slaves' describe five '{name: moments}' '  split: files'
ok 'with one wrong' sh -c 'sed "s/slaves: 9/slaves: 5/" five.yaml >f.yaml'
ok 'build' run 0 mn contract build f.yaml -o f.h5
ok 'run' run 0 go f 'scaled/{slave}.csv' --out x.h5
ok 'it is said who is abnormal' says out 'here/d/2, though abnormal'
ok 'but nobody is rejected' run 0 compare rejected x.h5
printf 'filter: {few: reject}\n' >>f.yaml
ok 'unless the contract says so' run 0 mn contract build f.yaml -o f.h5
ok 'run' run 0 go f 'scaled/{slave}.csv' --out x.h5
ok 'slave 2 is rejected' run 0 compare rejected x.h5 2
done_testing
