#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How much of the data is in an answer is said, and little of it is an exit code of its own.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# Three sites with thirty rows each, and one with a hundred times as many.
for k in 1 2 3 4; do
    awk -v k=$k 'BEGIN {
        print "x"
        for (i = 0; i < (k == 4 ? 3000 : 30); i++)
            print (i * 7 + k) % 10
    }' >d-$k.csv
done
# contract NAME LIMITS: the spec's other limits, and anything behind them.
contract() {
    cat >"$1.yaml" <<END
title: t
function: {name: moments}
data: {name: d, split: files, slaves: 4}
limits: {count_ratio: 50$2}
END
    run 0 mn contract build "$1.yaml" -o "$1.h5"
}
go() {
    run "$1" mn run "$2.h5" --quiet --data "d=$T/${3:-d}-{slave}.csv" --ledger "$2" --out "$2-r.h5"
}

ok 'a contract' contract c ''
ok 'nearly all rows are rejected: the run settles, with a code of its own' go 78 c
ok 'how little there is, is said' same "$(grep '^answer' out)" \
    'answer    90 of 3090 items (2.9 %) are in the answer'
ok 'and in the last line that it was rejected' same "$(tail -n 1 out)" \
    'left out  97.1 % of all items are not in this result, as they were rejected (3000): more than 10 %, so look why'
ok 'what is wrong is one line' lines 1 err
ok 'with the limit' says err '2.9 % of the items' '50 % (limits.share_min)'
ok 'it is settled' run 0 mn verify c-r.h5 --ledger c
ok 'the same command shows the same' go 78 c
ok 'with the same words' says out 'is settled already' '90 of 3090 items (2.9 %)'
ok 'status' run 0 mn status --ledger c
ok 'says it, too' says out 'answer    90 of 3090 items (2.9 %) are in the answer'
ok 'status --json' run 0 mn status --ledger c --json
ok 'as numbers' says out '"in_answer": 90' '"claimed": 3090'
ok 'show' run 0 mn result show c-r.h5
ok 'says it' says out '90 of 3090 items (2.9 %) are in the answer'
ok 'export' run 0 mn result export c-r.h5 --json
ok 'as numbers' says out '"in_answer": 90' '"claimed": 3090' '"slaves_unknown": 0'
ok 'launch has the code of the run' run 78 mn launch c.h5 --quiet --ledger l \
    --data "d=$T/d-{slave}.csv" --out l-r.h5 -- env
ok 'after one attempt' same "$(grep -c ' attempt ' l/log)" 1
ok 'a limit that is met' contract low ', share_min: 0.02'
ok 'is success' go 0 low
ok 'the share is said' says out '90 of 3090 items (2.9 %)'
ok 'format 1' contract old '}
format: 1
filter: {few: report'
ok 'asks for nothing, as ever' go 0 old
ok 'and the share is said' says out '90 of 3090 items (2.9 %)'

# --- slaves of which nothing is known
mkdir part && cp d-1.csv part/p-1.csv
ok 'a contract that is content with one slave' contract one ', slaves_min: 1'
ok 'of four that answers' go 78 one part/p
ok 'of the others nothing is known' says out 'answer    30 of 30 items (100 %) are in the answer' \
    'how many items 3 of the 4 slaves have is not known'
ok 'they count as others' says err '25 % of the items (if the 3 slaves'
cp d-2.csv part/p-2.csv
ok 'half of them is enough' run 0 mn run one.h5 --again --quiet --data "d=$T/part/p-{slave}.csv" --ledger one \
    --out one-r.h5

# --- slaves that are known to have nothing
printf 'x\n1\n2\n3\n' >three.csv
printf 'title: t\nfunction: {name: moments}\ndata: {name: d, split: rows, slaves: 8}\nlimits: {slaves_min: 3}\n' >few.yaml
ok 'more slaves than rows' run 0 mn contract build few.yaml -o few.h5
ok 'all that there is, is in the answer' run 0 mn run few.h5 --quiet --data d=three.csv \
    --ledger few --out few-r.h5
ok 'that is said' same "$(grep '^answer' out)" 'answer    3 of 3 items (100 %) are in the answer'
ok 'status' run 0 mn status --ledger few
ok 'says the same' same "$(grep '^  answer' out)" \
    '  answer    3 of 3 items (100 %) are in the answer'
done_testing
