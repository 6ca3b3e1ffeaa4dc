#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# verify: whatever is altered in a result or in a ledger whose every sum was made good again is
# found, or is in the list of what is only believed. Results of every shape, one thing at a time.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
see_nothing
need_python numpy,h5py

METANEURON_FUNCTIONS=$jobs_dir/any-language
export METANEURON_FUNCTIONS
forge() {
    timeout 1200 "$py" "$scripts/forge.py" "$@"
}
# Seven sites, of which the third is out of all proportion, and the seventh has no column b.
for k in 1 2 3 4 5 6 7; do
    awk -v k=$k 'BEGIN { print k == 7 ? "a,c" : "a,b"; for (i = 1; i <= 24; i++)
        print ((i * 7 + k) % 11) * (k == 3 ? 90 : 1) "," (i * 5 + k) % 13 }' >site$k.csv
done
# contract NAME FUNCTION LINE…
contract() {
    _name=$1
    shift
    printf '%s\n' "title: $_name" 'data: {name: d, split: files, slaves: 7, columns: [a, b]}' \
        'limits: {slaves_min: 6}' "$@" >"$_name.yaml"
    run 0 mn contract build "$_name.yaml" -o "$_name.h5"
}
# shape NAME CODE OPTION…: a run of that contract, whose result has that shape.
shape() {
    _name=$1
    _kept=$2
    shift 2
    ok "$_name: a run" run 0 mn run "$_name.h5" --quiet --ledger "$_name-l" --out "$_name-r.h5" "$@"
    ok "$_name: verifies with code $_kept" run "$_kept" mn verify "$_name-r.h5" --ledger "$_name-l"
    cp out "$_name-said"
    ok "$_name: all of the result is computed again, or believed" \
        run 0 forge result "$METANEURON" "$_name-r.h5" "$_name-l" "$_kept"
    sed -n '$s/^/# /p' out
}
# records NAME CODE: the same of its ledger.
records() {
    ok "$1: so are the records" run 0 forge ledger "$METANEURON" "$1-r.h5" "$1-l" "$2"
    sed -n '$s/^/# /p' out
}

# --- tables with labels, of which one slave is rejected and one declines
ok 'a contract' contract moments 'function: {name: moments}' 'aggregate: {robust: nnm}'
# In a batch job, of which the ledger tells.
SLURM_JOB_ID=7 SLURM_JOB_END_TIME=$(($(date +%s) + 100000)) SLURM_CLUSTER_NAME=here SLURM_JOB_USER=eve
export SLURM_JOB_ID SLURM_JOB_END_TIME SLURM_CLUSTER_NAME SLURM_JOB_USER
shape moments 0 --data 'd=site{slave}.csv'
unset SLURM_JOB_ID SLURM_JOB_END_TIME SLURM_CLUSTER_NAME SLURM_JOB_USER
ok 'the ledger has a job' grep -q ' job run=.* cluster=here job=7 .* user=eve ' moments-l/log
ok 'one is rejected, and one is not there' run 0 mn result show moments-r.h5 --slaves
ok 'as was meant' says out 'REJECTED' "no column 'b'"
records moments 0

# --- what is not said by sums, as who forges makes those good again
# one PATH INDEX VALUE: that element alone
one() {
    run 3 forge one "$METANEURON" moments-r.h5 moments-l "$@"
}
ok 'what it would be without the filter' one unfiltered/mean 0 1000
ok 'is named with its place' says out '/unfiltered/mean[0] is 1000, computed again it is'
ok 'what is so small that it may be another processor'"'"'s' \
    run 4 forge one "$METANEURON" moments-r.h5 moments-l aggregate/min 0 1e-10
ok 'is named, too' says out 'in part' '/aggregate/min: has numbers that differ'
ok 'a flag' one slaves/rejected 2 0
ok 'is named' says out '/slaves/rejected[2] is 0, expected 1'

# words CODE OLD NEW: a reason, in the result and in the ledger.
words() {
    run "$1" forge words "$METANEURON" moments-r.h5 moments-l "$2" "$3"
}
ok 'the same words' words 0 score: score:
ok 'other ones' words 4 'score: ' 'score: nothing, '
ok 'are told of' says out 'in part' 'ledger: filter why: the words of a reason' '/slaves/why: '
ok 'another reason' words 3 'score: ' 'implausible: '
ok 'is found' says out "is rejected for 'implausible: " "computed again for 'score: "

# --- the order of records
# late WORDS TYPE NUMBER TYPE NUMBER: the first after the second
late() {
    words=$1
    shift
    run 0 forge order moments-l "$@" late && run 0 chain check late/log &&
        run 3 mn verify moments-r.h5 --ledger late && says out "$words"
}
chain() {
    timeout 60 "$py" "$scripts/chain.py" "$@"
}
ok 'all claims after settlement' late '(claim): stands after the settlement' claim 0 settle 0
ok 'are not claims before submission' says out 'has submitted what it had not claimed'
ok 'one claim after its submission' late 'here/d/2 has submitted what it had not claimed' \
    claim 2 submit 2
ok 'a submission after the decision' late 'here/d/2 was judged before it had submitted' \
    submit 2 filter 2
ok 'a submission after the aggregate' late 'has submitted after the aggregate of its round' \
    submit 2 aggregate 1
ok 'a decision after the aggregate' late 'here/d/2 was judged outside of its round' \
    filter 2 aggregate 1
ok 'the aggregate after settlement' late 'nothing was aggregated before' aggregate 1 settle 0
ok 'a loss after settlement' late '(decline): stands after the settlement' decline 1 settle 0

# --- commitments
ok 'an opening of each claim is kept' lines 6 "$(echo moments-l/openings/*)"
ok 'with the digest of the partition' same "$(awk 'NF != 7' moments-l/openings/*)" ''
not_opened() {
    run 3 mn verify moments-r.h5 --ledger closed && says out "$1"
}
cp -R moments-l closed
awk '$1 == 2 { $7 = substr($7, 2) ($7 ~ /^0/ ? "1" : "0") } { print }' moments-l/openings/* \
    >closed/opened && cat closed/opened >"$(echo closed/openings/*)"
ok 'another digest of the data' not_opened 'the commitment of slave here/d/2 does not open'
awk '$1 == 2 { $6 = $7 } { print }' moments-l/openings/* >"$(echo closed/openings/*)"
ok 'an opening of another commitment' not_opened \
    'here/d/2 submitted does not stand on a claim with the commitment that was opened'
cut -d' ' -f1-6 moments-l/openings/* >"$(echo closed/openings/*)"
ok 'openings of earlier versions, without a digest' run 0 mn verify moments-r.h5 --ledger closed
ok 'are told of' says out 'ledger: claim commit: of 6 of 6 slaves'
chmod 644 closed/openings/*
cat moments-l/openings/* >"$(echo closed/openings/*)"
ok 'openings that others may read are not at hand' run 0 mn verify moments-r.h5 --ledger closed
ok 'which is told' says out 'ledger: claim commit: of 6 of 6 slaves'
rm -r closed/openings
ok 'no openings' run 0 mn verify moments-r.h5 --ledger closed
ok 'are told of, too' says out 'ledger: claim commit: of 6 of 6 slaves'
claim=$(awk '$3 == "claim" && /here\/d\/2 / { print $1 }' closed/log)
ok 'a commitment of zero' chain forge closed/log "$claim" commit \
    sha256:0000000000000000000000000000000000000000000000000000000000000000
ok 'is none, whatever is at hand' not_opened 'slave here/d/2 committed itself to nothing'
ok 'what was opened is not only believed' not grep -q 'claim commit' moments-said

# --- scalars and models, by rounds
for keep in all last; do
    kept=0
    [ $keep = all ] || kept=4
    ok 'a contract by rounds' contract rounds-$keep 'rounds: 3' \
        'function: {name: kmeans, params: {k: 2, tolerance: 0}}'
    shape rounds-$keep $kept --data 'd=site{slave}.csv' --keep $keep
done
records rounds-all 0
ok 'the states of earlier rounds are told of' says rounds-last-said 'in part' \
    'of rounds 1 to 2 the states were not kept (--keep last)' '/rounds/features: of rounds without'
ok 'they need not be there' run 0 mn verify rounds-last-r.h5 --ledger rounds-last-l --rounds last
ok 'or they must' run 4 mn verify rounds-last-r.h5 --ledger rounds-last-l --rounds all
ok 'or what' run 2 mn verify rounds-last-r.h5 --ledger rounds-last-l --rounds first

# --- without states
ok 'a contract' contract given 'function: {name: moments}' 'aggregate: {robust: krum}'
shape given 4 --data 'd=site{slave}.csv' --no-states
ok 'that there are none may be known' run 0 mn verify given-r.h5 --ledger given-l --no-states
ok 'which is another thing than few' run 4 mn verify given-r.h5 --ledger given-l --rounds last
# planted CODE CASE WORDS…
planted() {
    ok "planted: $2" run "$1" forge planted "$METANEURON" "${of:-moments}-r.h5" "${of:-moments}-l" "$2"
    shift 2
    ok 'which is told' says out "$@"
}
planted 3 reclaim 'does not stand on a claim with the commitment that was opened'
planted 3 stranger "slave evil/x/9 is none of the contract's"
planted 3 nul '/@title: holds text with a NUL in it'
planted 0 replaced 'others of the same slave, which came later'
planted 0 unknown 'records of unknown types: what a newer version wrote'
ok 'a contract by rounds' contract rounds-given 'rounds: 3' \
    'function: {name: kmeans, params: {k: 2, tolerance: 0}}'
shape rounds-given 4 --data 'd=site{slave}.csv' --no-states

# --- without data, where ranges are computed twice
printf '%s\n' 'title: work' 'function: {name: montecarlo, params: {experiment: pi, samples: 100, seed: 1}}' \
    'work: {units: 16, range: 2, check: 0.5}' >work.yaml
ok 'a contract of work' run 0 mn contract build work.yaml -o work.h5
ok 'a run of three slaves' run 0 mpi 4 run work.h5 --quiet --ledger work-l --out work-r.h5
ok 'verifies' run 0 mn verify work-r.h5 --ledger work-l
ok 'all of the result is computed again, or believed' \
    run 0 forge result "$METANEURON" work-r.h5 work-l 0
sed -n '$s/^/# /p' out
records work 0
of=work
planted 3 units 'has submitted other units than its range has'
planted 3 verdict 'expected same, differs or wrong'
unset of

# --- what programs said
ok 'a program' run 0 mn contract build "$jobs_dir/any-language/awk.yaml" -o awk.h5
shape awk 0 --data "$hospitals"

# --- whose ledger it is
origin=$(sed -n 's/.* genesis .*origin=\([^ ]*\) .*/\1/p' moments-l/log)
head=$(sed -n '$s/.* sum=//p' moments-l/log)
count=$(wc -l <moments-l/log)
m() {
    mn verify moments-r.h5 --ledger moments-l "$@"
}
ok 'origin, head and size are told' says moments-said "ledger    $origin: $count records, head $head"
ok 'and who has signed it' says moments-said 'signed by' 'covers the run'
ok 'the right origin' run 0 m --origin "$origin"
ok 'another' run 3 m --origin "${origin}0"
ok 'is told' says out "its origin is $origin, expected ${origin}0"
ok 'the right head' run 0 m --head "$head"
ok 'is told' says out 'its head is the one that was given'
ok 'with its size' run 0 m --head "$count:$head"
ok 'with another' run 3 m --head "$((count - 1)):$head"
ok 'is told' says out "had not the head $head after $((count - 1)) records"
ok 'a head that it never had' run 3 m --head "$(echo "$head" | tr 0-9a-f 1-9a-f0)"
ok 'is told' says out 'never had the head'
ok 'what is no head' run 2 m --head 12
ok 'is refused' says err 'expected 64 hexadecimal digits'
first=$(sed -n '1s/.* sum=//p' moments-l/log)
ok 'an earlier head' run 0 m --head "1:$first"
ok 'is in it' says out "after 1 records, and $((count - 1)) follow" \
    'the run was settled after that head'
ok 'a later run' run 0 mn run moments.h5 --quiet --ledger moments-l --out later.h5 --again \
    --data 'd=site{slave}.csv'
ok 'leaves the head where it was' run 0 m --head "$head"
ok 'with the run before it' not grep -q 'settled after that head' out
rm -rf cut && cp -R moments-l cut && head -n "$count" moments-l/log >cut/log
ok 'a ledger that was cut off' run 3 mn verify moments-r.h5 --ledger cut \
    --head "$(sed -n '$s/.* sum=//p' moments-l/log)"
key=$(sed -n 's/.* genesis .*key=\([^ ]*\) .*/\1/p' moments-l/log)
ok 'the key that has signed it' run 0 m --key "$key"
ok 'another key' run 3 m --key "ed25519:$head"
ok 'is told' says out 'no checkpoint of it is signed with the key that was given'
ok 'what is no key' run 2 m --key "$head"
ok 'is refused' says err 'expected ed25519: and 64'

done_testing
