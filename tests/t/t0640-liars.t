#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Contracts without data: killed anywhere, every unit counts once; slaves that lie are found
# out, and those that hang near the end are not waited for.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

once() {
    run 0 mn result export r.h5 --csv && says out 'each_once,0,,1' "units,0,,$units"
}

# --- killed at random places, the same at every start
work_contract 240 8 0.001 0.3
undisturbed
ok 'each unit is there once' once
METANEURON_SAVE_EVERY=3
export METANEURON_SAVE_EVERY
awk 'BEGIN { srand(7)
    for (i = 0; i < 12; i++) {
        ranks = 2 + int(rand() * 5); rank = int(rand() * ranks); n = 1 + int(rand() * 12)
        if (rank) print ranks, "after-unit@" rank "#" n * 2 "=kill"
        else print ranks, "half-pwrite:*/log@0#" n "=kill"
    } }' >kills
while read -r ranks point; do
    ok "$ranks ranks, $point" killed "$point" mpi "$ranks" $words
    ok 'the same command goes on' goes_on mpi "$ranks"
    ok 'and every unit counts once' once
done <kills

# --- liars
unset METANEURON_SAVE_EVERY
count() {
    grep -c "verdict=$1 " l/log
}
confirmed() {
    sed -n 's/.* check .*slave=[^ ]*#\([0-9]*\) .*verdict=same .*/\1/p' l/log | sort -u | wc -l
}
# found_out SLOT: that slave was, and nothing that it alone has computed stands.
found_out() {
    grep "verdict=wrong " l/log | grep -q "slave=here/[^ ]*/$1 " || return 1
    run 0 mn verify r.h5 --ledger l && run 0 mn ledger verify l &&
        same "$(sed -n "s/.* settle .*slave=here\/[^ ]*\/$1 .*decision=\([a-z]*\) .*credits=\([0-9]*\) .*/\1 \2/p" l/log)" \
            'rejected 0' &&
        same "$(field aggregate state l)" "$expected" && once
}
work_contract 96 4 0.004 1
undisturbed
for lie in lie bit; do
    ok "a slave always lies ($lie)" ends 0 "after-unit@2=$lie" mpi 4 $words
    ok 'it is found out' found_out 2
    ok 'by three that differ' test "$(count differs)" -ge 1
    ok 'and nobody else is' same "$(grep -c 'decision=rejected' l/log)" 1
    ok 'the others agree on every range' same "$(confirmed)" 24
done
ok 'a slave lies about some' ends 0 'after-unit:*/[1-4]?@1#3=lie' mpi 5 $words
[ "$(count wrong)" -eq 0 ] || ok 'it is found out' found_out 1
ok 'the answer is right' same "$(field aggregate state l)" "$expected"
ok 'two lie, each in its own way' ends 0 'after-unit@1=lie;after-unit@3=bit' mpi 6 $words
ok 'one is found out' found_out 1
ok 'and the other' found_out 3
ok 'a slave crashes' killed 'after-unit@2#5=crash' mpi 4 $words
ok 'the same command goes on' goes_on mpi 4
ok 'a slave fails at every unit' ends 0 'after-unit@2=fail' mpi 4 $words
ok 'the others do its work' same "$(field aggregate state l)" "$expected"
ok 'and it is told' says l/log ' lost ' 'fails'
ok 'all slaves fail' ends 65 'after-unit=fail' mpi 3 $words
ok 'and say why' says err 'of 24 ranges were computed' 'fails'

# --- two slaves cannot tell who is wrong
ok 'one of two lies' ends 75 'after-unit@2=lie' mpi 3 $words
ok 'it is told' says err 'slaves differ on it' 'no third one' 'give more ranks'
ok 'nothing is settled' same "$(grep -c ' settle ' l/log)" 0
ok 'with more ranks' run 0 faulty 'after-unit@2=lie' mpi 4 $words
ok 'it is found out' found_out 2

# --- a liar is known after a restart
ok 'the master is killed once the liar is known' killed \
    'after-pwrite:*/log~verdict=wrong@0=kill;after-unit@2=lie' mpi 4 $words
ok 'the run goes on' run 0 mpi 4 $words
ok 'and the liar stays rejected' found_out 2

# --- stragglers
for n in 1 9 17 25; do
    ok "a slave stops at its unit $n" ends 0 "after-unit@3#$n=stop" mpi 4 $words --lease 2
    ok 'it is told' says err 'some ranks do not come to their end'
    ok 'the run is settled without it' as_expected
    ok 'and every unit counts once' once
done
done_testing
