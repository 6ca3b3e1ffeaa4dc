#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Contracts without data: every unit once, the same bits whoever computed it, and what a
# second slave has confirmed.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# describe NAME FUNCTION WORK
describe() {
    printf 'title: Test of %s\nfunction: %s\nwork: %s\n' "$1" "$2" "$3" >"$1.yaml"
    mn contract build "$1.yaml" -o "$1.h5" >out 2>err
}
pi='{name: montecarlo, params: {samples: 100, seed: 7}}'
ok 'a contract of 1000 ranges' describe pi "$pi" '{units: 3999, check: 0.1}'
ok 'one of 63 ranges, of which all are inspected' describe all "$pi" \
    '{units: 1001, range: 16, check: 1}'
ok 'one of 1 range' describe one "$pi" '{units: 3999, range: 4096, check: 1}'
ok 'one that counts its units' describe count '{name: wait}' '{units: 100000, check: 0.05}'

# at RANKS PER_SLAVE CONTRACT: runs it in a new ledger; everything verifies.
at() {
    rm -rf l r.h5
    if [ "$1" -eq 1 ]; then
        run 0 mn run "$3.h5" --quiet --ledger l --out r.h5
    else
        run 0 mpi "$1" run "$3.h5" --quiet --ledger l --out r.h5 --ranks-per-slave "$2"
    fi
    [ "$code" -eq 0 ] && cp out said && run 0 mn verify r.h5 --ledger l &&
        run 0 mn ledger verify l
}

# bits CONTRACT LAYOUT…: every layout gives what one process gives.
bits() {
    contract=$1
    shift
    ok "$contract: in one process" at 1 1 "$contract"
    expected=$(field aggregate state l)
    ok "$contract: nothing is confirmed" not grep -q ' check ' l/log
    ok "$contract: so nothing is earned" same "$(field settle items l) $(field settle credits l)" \
        '0 0'
    for layout in "$@"; do
        ok "$contract: $layout (ranks x ranks per slave)" at "${layout%x*}" "${layout#*x}" \
            "$contract"
        ok "$contract: has the same bits" same "$(field aggregate state l)" "$expected"
        ok "$contract: each range is in once" same "$(grep -c ' submit ' l/log)" \
            "$(sed -n 's/.* slaves=\([0-9]*\) .*/\1/p' l/log)"
    done
}
bits pi 2x1 3x1 4x1 5x2 7x3 9x4
bits one 3x1 7x3
bits all 3x1 5x2
ok 'all ranges were confirmed' same "$(grep -c 'verdict=same' l/log)" 63
ok 'by another slave' not grep -q 'slave=\([^ #]*\)#[0-9]* by=\1 ' l/log
ok 'what is confirmed is what is settled' same \
    "$(sed -n 's/.* settle .* items=\([0-9]*\) .*/\1/p' l/log | awk '{ n += $1 } END { print n }')" 1001
ok 'and all credits are divided' same \
    "$(sed -n 's/.* settle .* credits=\([0-9]*\) .*/\1/p' l/log | awk '{ n += $1 } END { print n }')" \
    20000
ok 'the slaves are shown, not the ranges' says said 'confirmed' 'ranges are in'
ok 'at most 20 lines' test "$(wc -l <said)" -le 20

bits count 3x1 9x1
ok 'the units were each there once' run 0 mn result export r.h5 --csv
ok 'all of them' says out 'each_once,0,,1' 'units,0,,100000'
ok 'without many messages' test "$(grep -c ' submit ' l/log)" -le 1024

# --- history
ok 'a ledger with history' at 3 1 all
cp -r l kept
ok 'the same again' run 0 mpi 3 run all.h5 --quiet --ledger l --out again.h5 --again
ok 'is weighed by what was confirmed' run 0 mn verify again.h5 --ledger l
ok 'the first still verifies' run 0 mn verify r.h5 --ledger l

ok 'status shows its slaves' run 0 mn status --ledger kept
ok 'with their ranges' says out '63: 63 accepted' 'confirmed'
ok 'not each range' not grep -q '#1 ' out
ok 'but --all does' run 0 mn status --ledger kept --all
ok 'by its name' grep -q '#1 ' out

# --- shown, resumed, refused
ok 'a settled one' run 0 mn run all.h5 --quiet --ledger kept --out r.h5
ok 'is shown' says out 'settled already' '63 of 63 ranges'
ok 'data for it' run 2 mn run all.h5 --quiet --ledger l --data x=y
ok 'is refused' says err 'without data'
ok 'a plan' run 0 mn run all.h5 --dry-run --ranks 5
ok 'names the ranges' says out '63 ranges'
ok 'no leaders among few ranks' run 0 mn run all.h5 --dry-run --ranks 257
ok 'each is a slave' says out '256 groups of 1'
ok 'leaders among many ranks' run 0 mn run all.h5 --dry-run --ranks 100001
ok 'of as many as make 256 slaves' says out '255 groups of 391'
ok 'unless one says otherwise' run 0 mn run all.h5 --dry-run --ranks 1001 --ranks-per-slave 1
ok 'how many share' says out '1000 groups of 1'
ok 'messages are counted' run 0 mpi 2 run one.h5 --json --quiet --ledger m --out m.h5
ok 'claim, compute, stop; claimed, result' test "$(tr -d ' \n' <out |
    sed -n 's/.*"messages":{"sent":\([0-9]*\),.*"received":\([0-9]*\),.*/\1 \2/p')" = '3 2'

# --- halted by its time, as often as need be
ok 'slow units' describe slow '{name: wait, params: {seconds: 0.02}}' '{units: 200, range: 2, check: 0}'
starts=0
code=75
while [ $code -eq 75 ] && [ $starts -lt 60 ]; do
    starts=$((starts + 1))
    timeout 60 "$METANEURON" run slow.h5 --quiet --ledger s --out s.h5 --time-left 1.5 >out 2>err
    code=$?
done
ok 'a run that is given little time ends' same $code 0
ok 'not at once' test $starts -gt 1
mn result export s.h5 --csv >out
ok 'with every unit once' says out 'each_once,0,,1' 'units,0,,200'
ok 'and verifies' run 0 mn verify s.h5 --ledger s
ok 'nothing was submitted twice' same "$(grep -c ' submit ' s/log)" 100

# --- pi, as the example has it
ok 'the example' run 0 mn contract build "$jobs_dir/pi/contract.yaml" -o e.h5
ok 'runs' run 0 mpi 3 run e.h5 --quiet --ledger e --out e.r.h5
mn result export e.r.h5 --csv >out
ok 'and finds pi' awk -F, '$1 == "estimate" { found = ($4 - 3.14159265)^2 < 0.001^2 } END { exit !found }' out
done_testing
