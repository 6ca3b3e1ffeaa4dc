#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Iterative contracts: as many rounds as are needed, each judged; the same models whoever
# computes and whatever is killed; and every round verified.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

METANEURON_FUNCTIONS=$top_builddir/contrib/functions
export METANEURON_FUNCTIONS
digest=$(mn function digest "$METANEURON_FUNCTIONS/geomedian.so")
# spec ROUNDS: the geometric median of two columns.
spec() {
    printf '%s\n' 'title: Geometric median' "rounds: $1" \
        "function: {name: geomedian, digest: '$digest'}" \
        'data: {name: nuclei, split: files, slaves: 8, columns: [mean_radius, mean_texture]}'
}
# go CONTRACT.h5 OPTION…
go() {
    mn run "$1" --quiet $hospitals_words --ledger l --out r.h5 $2 $3 $4 $5
}
hospitals_words="--data $hospitals"
compare() {
    timeout 120 "$py" "$scripts/rounds.py" "$@"
}
# The models of a run, each by its round and digest.
models() {
    sed -n 's/.* update .*\(round=.*\) batch=.*/\1/p; s/.* update .*\(round=.*converged=.\) prev.*/\1/p' \
        "$1/log"
}

spec 100 >c.yaml
ok 'the contract' run 0 mn contract build c.yaml -o c.h5
ok 'runs' run 0 go c.h5
rounds=$(models l | tail -n 1 | sed 's/round=\([0-9]*\) .*/\1/')
ok 'in some rounds' test "$rounds" -gt 10 -a "$rounds" -lt 100
ok 'each with its model, and the first one' same "$(models l | wc -l)" $((rounds + 1))
ok 'until it converges' same "$(models l | grep -c 'converged=1')" 1
ok 'in the last' same "$(models l | tail -n 1 | grep -c 'converged=1')" 1
ok 'one claim of each slave' same "$(grep -c ' claim ' l/log)" 8
ok 'one submission in each round' same "$(grep -c ' submit ' l/log)" $((8 * rounds))
ok 'one decision too' same "$(grep -c ' filter ' l/log)" $((8 * rounds))
ok 'one settlement' same "$(grep -c ' settle ' l/log)" 8
ok 'the bad hospital is rejected in every round' \
    same "$(grep ' filter .*/5 .*decision=rejected' l/log | wc -l)" "$rounds"
ok 'and settled so' same "$(grep -c ' settle .*/5 decision=rejected' l/log)" 1
honest=$(for k in 1 2 3 4 6 7 8; do echo "$jobs_dir/breast-cancer/hospital-$k.csv"; done)
ok 'the median is that of numpy' run 0 compare median r.h5 $honest
ok 'every round is one step' run 0 compare steps r.h5
ok 'it verifies' run 0 mn verify r.h5 --ledger l
ok 'all of it' says out "$((8 * rounds)) states, $rounds rejected" "rounds: $rounds"
ok 'a line for each round' run 0 mn result show r.h5 --rounds
ok 'with what moved' says out 'rejected         distance             step' 'converged'
ok 'and all of them' same "$(grep -Ec '^ +[0-9]+ +8 +1 ' out)" "$rounds"
ok 'the state of the run' run 0 mn status --ledger l
ok 'has the round' says out "round     $rounds, of 100 at most: converged"
ok 'a slave' run 0 mn explain "$(sed -n 's/.* publish .*sum=\(.\{8\}\).*/\1/p' l/log)" 5 --ledger l
ok 'has its rounds' says out "round $rounds: rejected by union"
ok 'a dry run' run 0 mn run c.h5 --dry-run --data "$hospitals" --ledger none
ok 'says how many there may be' says out 'rounds     100 at most, with a model of 3 doubles'
models l >models
cp r.h5 whole.h5 && cp -R l whole

# --- whoever computes
for words in '4' '9' '5 --ranks-per-slave 2'; do
    rm -rf l r.h5
    ok "under mpirun -n $words" run 0 mpi ${words%% *} run c.h5 --quiet $hospitals_words --ledger l \
        --out r.h5 $(echo "$words" | cut -s -d' ' -f2-)
    models l >now
    ok 'the same models' cmp models now
    ok 'one claim of each slave' same "$(grep -c ' claim ' l/log)" 8
    ok 'verifies' run 0 mn verify r.h5 --ledger l
done

# --- killed between rounds and within them
words="run c.h5 --quiet $hospitals_words --ledger l --out r.h5"
recovers() {
    [ ! -s l/log ] || run 0 mn ledger verify l || says err 'torn: record' || return 1
    run 0 "$@" $words || return 1
    models l >now
    cmp models now && same "$(grep -c ' submit ' l/log)" $((8 * rounds)) &&
        same "$(grep -c ' settle ' l/log)" 8 && run 0 mn verify r.h5 --ledger l
}
for count in 0 1 9 17 19 26 34 35 36 37 44 53 54 55 100 300; do
    rm -rf l r.h5
    timeout 200 "$py" "$scripts/kill.py" it $count l/log "$METANEURON" $words >out 2>err
    ok "killed at $count records" test $? -ne 2
    ok 'it goes on' recovers mn
done
rm -rf l r.h5
timeout 200 "$py" "$scripts/kill.py" it 100 l/log "$METANEURON" $words >out 2>err
ok 'killed alone' test $? -ne 2
ok 'it goes on under mpirun' recovers mpi 4
rm -rf l r.h5
timeout 200 "$py" "$scripts/kill.py" it 100 l/log "$METANEURON" $words >out 2>err
ok 'killed with models on disk' test -n "$(find l/runs -name 'model-*')"
find l/runs -name 'model-[2-9]' -exec rm {} +
find l/runs -name 'state-3-*' -exec sh -c 'printf x >>"$1"' sh {} \;
ok 'the run' run 0 mn $words
models l >now
ok 'computes again what is lost' cmp models now
ok 'verifies' run 0 mn verify r.h5 --ledger l

# --- as few rounds as the contract allows
spec 3 | sed 's/Geom/Short geom/' >short.yaml
ok 'a contract of three rounds' run 0 mn contract build short.yaml -o short.h5
rm -rf l r.h5
ok 'runs' run 0 go short.h5
ok 'three' same "$(models l | sed 's/ .*//' | tr '\n' ' ')" 'round=0 round=1 round=2 round=3 '
ok 'without convergence' same "$(models l | grep -c 'converged=1')" 0
models l | cut -d' ' -f2 >now
cut -d' ' -f2 models | head -n 4 >first
ok 'the same first models' cmp first now
ok 'verifies' run 0 mn verify r.h5 --ledger l

# --- a model to begin with
timeout 60 "$py" "$scripts/rounds.py" begin c.h5 whole.h5 5 begun.h5
ok 'a contract with the model of round 5' run 0 mn contract show begun.h5
rm -rf l r.h5
ok 'runs' run 0 go begun.h5
models l | cut -d' ' -f2 >now
cut -d' ' -f2 models | tail -n +6 >later
ok 'through the rounds that were left' cmp later now
ok 'verifies' run 0 mn verify r.h5 --ledger l
timeout 60 "$py" "$scripts/rounds.py" cut begun.h5
rm -rf l r.h5
ok 'a model of another length' run 65 go begun.h5
ok 'is refused' says err 'a model has 3 doubles, the contract' 'has 2'

# --- what is kept
rm -rf l r.h5
ok '--keep last --keep-models 10' run 0 go c.h5 --keep last --keep-models 10
models l >now
ok 'the same models' cmp models now
ok 'the last round verifies, which is a part' run 4 mn verify r.h5 --ledger l
ok 'and the others were not kept' says out "rounds 1 to $((rounds - 1)) the states were not kept"
ok 'it has the models' run 0 compare kept r.h5 10
cp r.h5 x.h5 && timeout 60 "$py" "$scripts/tamper.py" x.h5 number /rounds/rejected 2,0 1
ok 'a decision of a round without states is altered' run 3 mn verify x.h5 --ledger l
ok 'and found' says out '/rounds/rejected[2,0] is 1, expected 0'
rm -rf l r.h5
ok '--keep-models 7' run 0 go c.h5 --keep-models 7
ok 'all rounds verify, through the models between' run 0 mn verify r.h5 --ledger l
ok 'it has the models' run 0 compare kept r.h5 7
ok '--keep nothing' run 2 go c.h5 --keep nothing
ok '--keep-models 0' run 2 go c.h5 --keep-models 0

# --- altered
# altered VERB WORDS…: a result that was altered, whose digest was not
altered() {
    cp whole.h5 x.h5 && timeout 60 "$py" "$scripts/tamper.py" x.h5 "$@" || return 1
    run 3 mn verify x.h5 --ledger whole
}
ok 'a state of round 4' altered bit /rounds/states 26,1
ok 'is found' says out 'slave here/nuclei/3 is not the one that it submitted'
ok 'an aggregate of round 2' altered bit /rounds/aggregate_state 1,1
ok 'is found' says out '/rounds/aggregate_state[1,1] is'
ok 'a model' altered number /rounds/models 3,1 14
ok 'is found' says out 'the model of round 3 is not the one in the ledger' 'value 2 of the model'
ok 'the first model' altered number /rounds/models 0,1 1
ok 'is found' says out 'the model of round 0'
ok 'a decision' altered number /rounds/rejected 2,4 0
ok 'is found' says out '/rounds/rejected[2,4] is 0, expected 1'
ok 'a score' altered number /rounds/score 2,4 1
ok 'is found' says out '/rounds/score[2,4] is 1, expected'
ok 'fewer rounds' altered attribute /rounds count 3
ok 'are found' says out '/rounds'
ok 'no convergence' altered attribute /rounds converged 0
ok 'is found' says out '/rounds@converged is 0, expected 1'
ok 'what is told of a round' altered number /rounds/aggregate/step 3 5
ok 'is found' says out '/rounds/aggregate/step[3] is 5, computed again it is'
ok 'the last round, in one of its places' altered number /slaves/score 2 9
ok 'is found' says out '/slaves/score is not that of the last round'
cp whole.h5 x.h5 && timeout 60 "$py" "$scripts/rounds.py" narrow x.h5
ok 'states that are too short for the function' run 3 mn verify x.h5 --ledger whole
ok 'are not given to it' says out 'states have 5 doubles and 2 features' "the function's have 6 and 2"
ok 'a model too few' altered delete /rounds/models
ok 'is found' says out '/rounds'

# --- refused
printf '%s\n' 'title: x' 'rounds: 2' 'function: {name: moments}' \
    'data: {name: nuclei, split: files, slaves: 8}' >two.yaml
ok 'rounds of a function that has one' run 65 mn contract build two.yaml -o two.h5
ok 'are refused' says err 'moments: has one round, the contract asks for 2'
done_testing
