#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The flow: the same bits whatever the number of ranks, and who is rejected.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# describe FILE SPLIT UNIT_ROWS FUNCTION: a contract over five columns.
describe() {
    cat >"$1.yaml" <<END
title: Test of $1
function: $4
data:
  name: nuclei
  split: $2
  slaves: 8
  unit_rows: $3
  columns: [mean_radius, mean_texture, mean_area, mean_symmetry, worst_radius]
END
    mn contract build "$1.yaml" -o "$1.h5" >out 2>err
}
linreg='{name: linreg, params: {target: mean_area}}'
describe files files 7 '{name: moments}'
describe rows rows 7 '{name: moments}'
describe blocks 'rows
  deal: blocks' 7 '{name: moments}'
describe whole files 65536 '{name: moments}'
describe odd rows 3 "$linreg"
describe fit files 7 "$linreg"

cat "$jobs_dir"/breast-cancer/hospital-[1-8].csv | awk 'NR == 1 || !/mean_radius/' >all.csv
ok 'the hospitals have 569 rows' lines 570 all.csv
one=nuclei=$T/all.csv

# state LEDGER: the aggregate's digest, and the decisions.
state() {
    echo "$(field aggregate state "$1") $(grep -c 'decision=accepted' "$1/log")"
}

is_state() {
    echo "$1" | grep -q '^sha256:[0-9a-f]\{64\} [1-9]'
}

# at RANKS PER_SLAVE CONTRACT DATA: runs it in a new ledger, and says what came out.
at() {
    rm -rf l r.h5
    if [ "$1" -eq 1 ]; then
        run 0 mn run "$3.h5" --quiet --data "$4" --ledger l --out r.h5
    else
        run 0 mpi "$1" run "$3.h5" --quiet --data "$4" --ledger l --out r.h5 --ranks-per-slave "$2"
    fi
    [ "$code" -eq 0 ] && run 0 mn verify r.h5 --ledger l && run 0 mn ledger verify l
}

# bits CONTRACT DATA LAYOUT…: every layout gives what one process gives.
bits() {
    contract=$1
    data=$2
    shift 2
    ok "$contract: in one process" at 1 1 "$contract" "$data"
    expected=$(state l)
    ok "$contract: there is an aggregate" is_state "$expected"
    for layout in "$@"; do
        ok "$contract: $layout (ranks x ranks per slave)" \
            at "${layout%x*}" "${layout#*x}" "$contract" "$data"
        ok "$contract: $layout, the same bits" same "$(state l)" "$expected"
    done
}

bits files "$hospitals" 2x1 4x1 9x1 5x2 7x3
files=$expected
bits rows "$one" 2x1 9x1 7x3
bits blocks "$one" 2x1 7x3
ok 'splitting into blocks or by files is the same here' same "$expected" "$files"
bits whole "$hospitals" 4x1 7x3
bits odd "$one" 3x2 7x3
bits fit "$hospitals" 2x1 4x3

# --- the example itself
build_hospitals
ok 'the example' run 0 mn run c.h5 --data "$hospitals" --ledger l1 --site centre
ok 'hospital 5 is rejected' grep -q '^rejected  centre/nuclei/5: score: .*mean(mean_radius)' out
ok 'and no other' same "$(grep -c '^rejected' out)" 1
ok 'it says so in the ledger' grep -q 'filter .*slave=centre/nuclei/5 .*decision=rejected' l1/log
ok 'hospital 5 earns nothing' grep -q 'settle .*slave=centre/nuclei/5 .* credits=0 ' l1/log
ok 'by 9 ranks' run 0 mpi 9 run c.h5 --quiet --data "$hospitals" --ledger l9 --out r9.h5
ok 'hospital 5 is rejected again' grep -q '^rejected  here/nuclei/5' out
ok 'without colours, though mpirun makes a terminal' not grep -q "$(printf '\033')" out
ok 'same bits as in one process' same "$(field aggregate state l9)" "$(field aggregate state l1)"
ok 'nothing is left of the run but its lock' \
    same "$(find l9/runs -type f | sed 's,.*/,,' | tr '\n' ' ')" 'lock '

# --- history
ok 'a second run' run 0 mn run c.h5 --quiet --data "$hospitals" --ledger l1 --again
ok 'honest hospitals have gained weight' \
    same "$(sed -n 's/.* filter .*weight=\([^ ]*\) .*decision=accepted.*/\1/p' l1/log |
        tail -n 7 | grep -cv '^0$')" 7
ok 'hospital 5 has none' grep -q 'filter .*nuclei/5 .* weight=0 ' l1/log

# --- a missing partition, and a minimum
for k in 1 2 3 4 6 7 8; do
    ln -s "$jobs_dir/breast-cancer/hospital-$k.csv" "h-$k.csv"
done
sed 's/^filter:/limits:\n  slaves_min: 6\nfilter:/' "$jobs_dir/breast-cancer/contract.yaml" >min.yaml
ok 'a contract that asks for six of eight' run 0 mn contract build min.yaml -o min.h5
ok 'a partition is missing: all are needed' run 66 mn run c.h5 --quiet \
    --data 'nuclei=h-{slave}.csv' --ledger l2
node=$(field decline node l2)
ok 'who and why is said' says err 'slave 5:' 'h-5.csv' "(node $node)"
ok 'the ledger has the kind of it' grep -q ' decline .*slave=here/nuclei/5 .* reason=missing ' l2/log
ok 'and nothing of where the data is' not grep -q 'h-5' l2/log
ok 'the words stand beside it' grep -q '^here/nuclei/5 [^ ]* missing .*/h-5.csv: cannot be opened' \
    l2/logs/*/declines
ok 'for this user alone' same "$(stat -c %a l2/logs/*/declines)" 600
ok 'six are needed: it runs' run 0 mpi 4 run min.h5 --quiet --data 'nuclei=h-{slave}.csv' \
    --ledger l3 --out min-result.h5
ok 'who is absent is said' says out 'absent    here/nuclei/5: ' 'h-5.csv' "(node $node)" \
    '7 of 8 slaves answered'
ok 'it verifies' run 0 mn verify min-result.h5 --ledger l3
ok 'the aggregate is that of the seven honest ones' \
    same "$(field aggregate state l3)" "$(field aggregate state l1)"
rm h-1.csv h-2.csv
ok 'too few for the minimum' run 66 mn run min.h5 --quiet --data 'nuclei=h-{slave}.csv' --ledger l4
ok 'is said' says err '5 of 8 slaves answered, 6 are needed'
ok 'all of one reason at once' says err '; 3 slaves (1, 2, 5): ' 'h-{slave}.csv: cannot be opened'

# --- resources that are not there
sed 's/^filter:/resources:\n  memory: 1 PiB\nfilter:/' "$jobs_dir/breast-cancer/contract.yaml" >big.yaml
ok 'a contract that asks for a PiB' run 0 mn contract build big.yaml -o big.h5
ok 'is declined, and would be each time' run 76 mn run big.h5 --quiet --data "$hospitals" --ledger l5
ok 'why is said' says err '0 of 8' \
    '8 slaves (1, 2, 3, 4, 5, 6, 7, 8): memory:' '1.0 PiB asked for (node '
ok 'and stands in the ledger, for each' \
    same "$(grep -c ' decline .* reason=lacking ' l5/log)" 8
ok 'in words beside it' same "$(grep -c ' lacking memory:.*PiB' l5/logs/*/declines)" 8
ok 'under mpirun too' run 76 mpi 3 run big.h5 --quiet --data "$hospitals" --ledger l6
ok 'a dry run says it before' run 76 mn run big.h5 --dry-run --data "$hospitals"
ok 'with the reason' says out PROBLEM 'memory:' '1.0 PiB'
ok 'the ledgers are intact' sh -c \
    'for l in l2 l3 l4 l5 l6; do timeout 60 "$0" ledger verify $l >/dev/null || exit 1; done' "$METANEURON"
done_testing
