#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A run whose first round learns what columns are filled in with, killed in and between its rounds:
# it goes on to the same bits. What is said of such a run, and what no run can have learnt.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python h5py,numpy
. "$top_srcdir/tests/t/survive.sh"
METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY

awk 'BEGIN {
    print "age,sex,bmi,risk"; s = 4711
    for (i = 1; i <= 240; i++) {
        for (k = 0; k < 4; k++) { s = (s * 1103515245 + 12345) % 2147483648; u[k] = int(s / 65536) % 1000 }
        printf "%d,%s,%s,%d\n", 15 + u[0] % 60, u[1] % 3 ? "F" : "M", i % 7 ? 18 + u[2] / 50 : "", (u[3] + u[2] > 900)
    } }' >all.csv
cat >c.yaml <<END
title: Survives
rounds: 3
function: {name: logreg, params: {target: risk, ridge: 1}}
data:
  name: people
  split: rows
  slaves: 4
  unit_rows: 10
  where: "age >= 18"
  factors: {sex: [F, M]}
  columns: [risk, age, bmi, sex]
  impute: {bmi: median}
  standardise: [age, bmi]
limits:
  plausible: {mean of bmi: [10, 60]}
END
run 0 mn contract build c.yaml -o c.h5 || exit 99
words="run c.h5 --quiet --data people=$T/all.csv --ledger l --out r.h5"

# models: what the run has published, which does not depend on who computed when
models() {
    sed -n 's/.* \(aggregate\|update\) .*\(round=[0-9]*\).* \(state\|model\)=\([^ ]*\).*/\1 \2 \4/p' l/log
}
afresh
ok 'a run that nothing disturbs' run 0 mn $words
models >expected
ok 'has a round more than the contract says' same "$(grep -c ' aggregate ' l/log)" 4
cp r.h5 whole.h5 && cp -R l whole
# goes_on_as COMMAND…: to the same bits
goes_on_as() {
    intact && run 0 "$@" $words && models | cmp - expected && same "$(grep -c ' submit ' l/log)" 16 &&
        run 0 mn verify r.h5 --ledger l && same "$(find l/runs -mindepth 1 -type d)" ''
}
for point in 'before-rename:*/state-2-1' 'after-pwrite:*~ aggregate ' 'before-rename:*/model-1' \
    'after-rename:*/model-1' 'after-rename:*/state-2-2'; do
    ok "alone, killed at $point" killed "$point=kill" mn $words
    ok 'the same command goes on' goes_on_as mn
done
# The master is rank 0.
for point in 'after-rename:*/model-1@0' 'after-unit:*/3@2#1'; do
    ok "under mpirun, killed at $point" killed "$point=kill" mpi 5 $words
    ok 'the same command goes on' goes_on_as mpi 5
done

# --- what is said of it
run=$(field settle run whole)
ok 'a slave is explained' run 0 mn explain "$run" 2 --ledger whole
ok 'round by round' says out 'round 1: accepted' 'round 4: accepted'
ok 'its status' run 0 mn status "$run" --ledger whole
ok 'has all rounds' says out '4, of 4 at most'
ok 'without one of them' run 0 mn result show whole.h5 --if rejected=2
ok 'it is the last round' says out 'of the last round'
# altered VERB WORDS…: a result in which something was altered
altered() {
    cp whole.h5 x.h5 && "$py" "$scripts/tamper.py" x.h5 "$@" && run 3 mn verify x.h5 --ledger whole
}
ok 'another spread' altered number /rounds/models 1,4 0
ok 'is found' says out 'value 5 of the model of round 1 is 0, computed again'
ok 'another fill in a later round' altered number /rounds/models 2,7 7
ok 'is found, too' says out 'value 8 of the model of round 2 is 7, computed again'
ok 'more values than rows' altered number /rounds/states 0,1 9999
ok 'are found' says out 'is not the one that it submitted'
ok 'no number' altered number /rounds/aggregate_state 0,0 nan
ok 'is found, as well' says out '/rounds/aggregate_state[0,0] is nan'

# --- a model that its author gives: what is learnt takes its place
"$py" -c 'import h5py, shutil
shutil.copy("c.h5", "given.h5")
model = h5py.File("whole.h5")["/rounds/models"][0]
model[:10] = [1e308, -5, 1e308, 1e308, 0] * 2
h5py.File("given.h5", "r+")["/model"] = model'
rm -rf l r.h5
ok 'a model with a spread of 0' run 0 mn run given.h5 --quiet --data people="$T/all.csv" --ledger l --out r.h5
models | tail -n +2 >found && tail -n +2 expected >wanted
ok 'changes nothing' cmp wanted found
ok 'and is verified' run 0 mn verify r.h5 --ledger l
for keep in '--keep last' --no-states; do
    rm -rf l r.h5
    ok "$keep" run 0 mn $words $keep
    models >found
    ok 'has the same bits' cmp expected found
    ok 'and verifies in part' run 4 mn verify r.h5 --ledger l
done
done_testing
