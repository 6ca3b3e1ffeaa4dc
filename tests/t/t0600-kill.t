#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Killed at any moment: the ledger is intact, the same command goes on, nothing
# that was acknowledged is computed twice, and the answer has the same bits.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

slaves=40
cat >c.yaml <<END
title: Killed
function: {name: moments}
data: {name: nuclei, split: rows, slaves: $slaves, unit_rows: 3,
       columns: [mean_radius, mean_area, worst_area]}
END
cat "$jobs_dir"/breast-cancer/hospital-[1-8].csv | awk 'NR == 1 || !/mean_radius/' >all.csv
ok 'the contract' run 0 mn contract build c.yaml -o c.h5
words="run c.h5 --quiet --data nuclei=$T/all.csv --ledger l --out r.h5"

ok 'a run that nobody kills' run 0 mn $words
expected=$(field aggregate state l)
total=$(wc -l <l/log)
ok 'has all its records' test "$total" -gt $((4 * slaves))
cp l/log before

# --- settled: shown, not computed again
ok 'the same command again' run 0 mn $words
ok 'says that it is settled' says out 'settled already' '--again'
ok 'shows the same answer' says out 'result    r.h5'
ok 'and leaves the ledger alone' cmp before l/log
ok 'under mpirun too' run 0 mpi 3 $words
ok 'says so' says out 'settled already'
ok 'and leaves the ledger alone' cmp before l/log
ok 'where its result is not' run 66 mn run c.h5 --quiet --data "nuclei=$T/all.csv" --ledger l \
    --out elsewhere.h5
ok 'says what to do' says err '--out' '--again'
cp r.h5 kept.h5
printf x >>r.h5
ok 'a result that was altered is not shown' run 66 mn $words
cp kept.h5 r.h5
ok '--again' run 0 mn $words --again
ok 'is a new run' same "$(grep -c ' publish ' l/log)" 2
ok 'with the same bits' same "$(field aggregate state l)" "$expected"
ok 'the first result still verifies' run 0 mn verify kept.h5 --ledger l

# --- killed
# kill WHO RECORDS COMMAND…
kill_at() {
    who=$1
    count=$2
    shift 2
    rm -rf l r.h5
    timeout 200 "$py" "$scripts/kill.py" "$who" "$count" l/log "$@" >out 2>err
    killed=$?
    [ "$killed" -ne 2 ]
}
# Whether what is left is intact but for a batch that was being written, and the
# same command brings it to its end.
recovers() {
    if [ -s l/log ]; then
        run 0 mn ledger verify l || says err 'torn: record' || return 1
    fi
    run 0 "$@" $words || return 1
    same "$(field aggregate state l)" "$expected" &&
        same "$(grep -c ' publish ' l/log)" 1 &&
        same "$(grep -c ' submit ' l/log)" $slaves &&
        same "$(grep -c ' filter ' l/log)" $slaves &&
        same "$(grep -c ' settle ' l/log)" $slaves &&
        run 0 mn ledger verify l && run 0 mn verify r.h5 --ledger l
}
hits=0
for count in 0 1 2 3 4 5 8 13 21 34 55 89 110 121 122 123 150 163 164 200; do
    ok "killed at $count records" kill_at it $count "$METANEURON" $words
    [ "$killed" -ne 0 ] || hits=$((hits + 1))
    ok 'it recovers' recovers mn
done
ok 'most of these were killed before their end' test $hits -ge 12

ok 'killed twice' kill_at it 30 "$METANEURON" $words
timeout 200 "$py" "$scripts/kill.py" it 80 l/log "$METANEURON" $words >out 2>err
ok 'it recovers' recovers mn

# --- killed under mpirun: mpirun itself, the master, a slave
job="$mpirun -n 4 $METANEURON $words"
hits=0
for who in it 0 2; do
    for count in 2 20 90 130; do
        ok "mpirun: $who killed at $count records" kill_at $who $count $job
        [ "$killed" -ne 0 ] || hits=$((hits + 1))
        if [ "$count" -eq 20 ]; then
            ok 'it recovers, in one process' recovers mn
        else
            ok 'it recovers' recovers mpi 3
        fi
    done
done
ok 'most of these were killed before their end' test $hits -ge 6

# --- what is left of a run is lost or damaged
ok 'killed half way' kill_at it 80 "$METANEURON" $words
ok 'with states on disk' test -n "$(find l/runs -name 'state-*')"
find l/runs -name 'state-1*' -exec rm {} +
for f in l/runs/*/state-2; do
    [ ! -e "$f" ] || printf damaged >>"$f"
done
ok 'the run' run 0 mn $words
ok 'computes again what is damaged' same "$(field aggregate state l)" "$expected"
ok 'and verifies' run 0 mn verify r.h5 --ledger l
done_testing
