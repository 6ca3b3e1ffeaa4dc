#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# verify: whatever is altered, in the result or in the ledger, is found and named.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
see_nothing
need_python numpy,h5py

chain() {
    timeout 60 "$py" "$scripts/chain.py" "$@"
}
job() {
    mn run c.h5 --quiet --data "$hospitals" --ledger l "$@"
}
build_hospitals
ok 'a run' run 0 job --out first.h5
ok 'another, with history' run 0 job --out r.h5 --again
ok 'it verifies' run 0 mn verify r.h5 --ledger l
ok 'says so' says out 'verified  r.h5: 8 states, 1 rejected'
ok 'so does the first' run 0 mn verify first.h5 --ledger l
ok 'a ledger that is missing' run 66 mn verify r.h5 --ledger nowhere
ok 'is named' says err nowhere
ok 'a result of another ledger' run 0 mn run c.h5 --quiet --data "$hospitals" --ledger other \
    --out other.h5
ok 'is not vouched for' run 3 mn verify other.h5 --ledger l
ok 'is said' says out 'WRONG' 'has no run'
ok 'a result under another one'"'"'s name' run 3 mn verify first.h5 --ledger other
cp first.h5 x.h5
ok 'nothing is left undone' run 0 mn verify x.h5 --ledger l

# --- the result, altered
# found WORDS VERB…: that alteration is found, and what it was is said.
found() {
    words=$1
    shift
    cp r.h5 x.h5 && timeout 60 "$py" "$scripts/tamper.py" x.h5 "$@" || return 1
    run 3 mn verify x.h5 --ledger l && says out "WRONG  " "$words"
}
altered='it was altered'
ok 'a state' found 'the state of slave here/nuclei/4' bit rounds/1/states 3,7
ok 'a state of one who was rejected' found 'slave here/nuclei/5' bit rounds/1/states 4,7
ok 'two states exchanged' found 'the state of slave here/nuclei/1' swap rounds/1/states
ok 'a feature' found '/rounds/1/features[2,5] is 1, computed again it is' \
    number rounds/1/features 2,5 1
ok 'a score' found '/slaves/score[2] is' bit slaves/score 2
ok 'a rejection' found '/slaves/rejected[2] is 1, expected 0' \
    number slaves/rejected 2 1
ok 'an acceptance' found '/slaves/rejected[4] is 0, expected 1' \
    number slaves/rejected 4 0
ok 'why' found "'innocent'" text slaves/why 4 innocent
ok 'an answer' found 'slave here/nuclei/5 has no state, but the ledger has judged it' number slaves/answered 4 0
ok 'items' found '/slaves/items[3] is 1000, expected 71' number slaves/items 3 1000
ok 'a name' found "/slaves/name[2] is 'here/nuclei/9', expected 'here/nuclei/3'" text slaves/name 2 here/nuclei/9
ok 'two names exchanged' found 'here/nuclei/2' swap slaves/name
ok 'a mean' found '/aggregate/mean[3] is 1' number aggregate/mean 3 1
ok 'a kurtosis' found '/aggregate/kurtosis[0]' number aggregate/kurtosis 0 1
ok 'the last bit of a mean' found "$altered" bit aggregate/mean 3
ok 'the last bit of the aggregate' found '/aggregate_state' bit aggregate_state 4
ok 'the contract' found '/contract is not the published file' byte contract 3000
ok 'the id' found '/@contract is not 64 hexadecimal digits' attribute / contract 0123
ok 'the run' found 'has no run 0123456789abcdef' attribute / run 0123456789abcdef
ok 'the format' found 'format version 2' attribute / format 2
ok 'the threshold' found '/filter@threshold is 9' attribute filter threshold 9
ok 'an array that is gone' found '/aggregate/mean is missing' delete aggregate/mean
ok 'states that are gone' found '/rounds/1 is missing' delete rounds/1/states
ok 'a contract that is gone' found '/contract' delete contract
for path in errors,2,5 centre,3; do
    where=${path#*,}
    ok "${path%%,*}" found "/rounds/1/${path%%,*}[$where] is 1, computed again it is" \
        number "rounds/1/${path%%,*}" "$where" 1
done
for column in weight share seconds; do
    ok "$column" found "/slaves/$column[3] is 9, " number slaves/$column 3 9
done
for column in node trouble objection; do
    ok "$column" found "/slaves/$column[3] is 'o" text slaves/$column 3 other
done
ok 'a label' found "/aggregate/mean_rows[3] is 'other', expected" text aggregate/mean_rows 3 other
ok 'a name of a column' found 'other' text columns 0 other
ok 'a name of a feature' found "/rounds/1/feature_names[0] is 'other', expected" \
    text rounds/1/feature_names 0 other
ok 'what it would be without the filter' found '/unfiltered/mean[3] is 1, computed again it is' \
    number unfiltered/mean 3 1
ok 'something in addition' found '/extra is no part of this result' add extra
for name in origin function started; do
    ok "provenance: $name" found "/provenance@$name is 'other', expected" \
        attribute provenance $name other
done
for name in version finished job; do
    ok "provenance: $name, by the file's digest alone" found "$altered" \
        attribute provenance $name other
done
ok 'provenance: ranks, likewise' found "$altered" attribute provenance ranks 99
ok 'the title' found "/@title is 'other', expected" attribute / title other

# --- one bit of the file
bytes=$(wc -c <r.h5)
missed=0
for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 \
    20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39; do
    at=$((bytes * i / 40 + i))
    cp r.h5 x.h5 && chain flip x.h5 $at
    run 3 mn verify x.h5 --ledger l && says out 'WRONG  x.h5' || missed=$((missed + 1))
done
ok 'one bit at 40 places of the file is found each time' same "$missed" 0
for n in 0 1 100 $((bytes / 2)) $((bytes - 1)); do
    head -c "$n" r.h5 >x.h5
    ok "the file, cut after $n bytes" run 3 mn verify x.h5 --ledger l
done
cp r.h5 x.h5 && printf x >>x.h5
ok 'one byte more' run 3 mn verify x.h5 --ledger l

# --- the ledger, altered with every sum after it made good again
key=$(h5dump -a /run r.h5 | sed -n 's/.*"\([0-9a-f]\{16\}\)".*/\1/p')
# record TYPE N: the number of the run's N-th record of that type.
record() {
    awk -v type="$1" -v n="$2" -v run="run=$key" \
        '$3 == type && index($0, run) && ++seen == n { print $1; exit }' l/log
}
# forged WORDS TYPE N KEY VALUE
forged() {
    words=$1
    rm -rf f && cp -R l f && chain forge f/log "$(record "$2" "$3")" "$4" "$5" || return 1
    run 0 chain check f/log && run 3 mn verify r.h5 --ledger f && says out 'WRONG  ' "$words"
}
zero=sha256:0000000000000000000000000000000000000000000000000000000000000000
ok 'claim: items' forged 'here/nuclei/2 claimed 72 items and submitted 71' claim 2 items 72
ok 'claim: copy' forged 'here/nuclei/2 did not claim the contract' claim 2 copy $zero
ok 'submit: state' forged 'the state of slave here/nuclei/2 is not' submit 2 state $zero
ok 'submit: items' forged 'here/nuclei/2 claimed 71 items and submitted 72' submit 2 items 72
ok 'submit: slave' forged 'no submission' submit 2 slave here/nuclei/9
ok 'filter: score' forged 'here/nuclei/2 has score' filter 2 score 1
ok 'filter: accepted' forged 'here/nuclei/5 is accepted, computed again it is rejected' \
    filter 5 decision accepted
ok 'filter: rejected' forged 'here/nuclei/2 is rejected, computed again it is accepted' \
    filter 2 decision rejected
ok 'filter: threshold' forged 'by pos-lof and threshold 2' filter 2 threshold 2
ok 'filter: method' forged 'here/nuclei/2 was judged by lof' filter 2 method lof
ok 'filter: weight' forged 'here/nuclei/2 has weight 2' filter 2 weight 2
ok 'filter: share' forged 'here/nuclei/2 has share 0.2' filter 2 share 0.2
ok 'filter: why' forged "'lie'" filter 5 why lie
ok 'filter: slave' forged 'here/nuclei/2 has a state, but was not judged' \
    filter 2 slave here/nuclei/9
ok 'filter: another slave' forged '8 slaves were judged in round 1, 7 of them are' \
    filter 2 slave here/nuclei/9
ok 'aggregate: state' forged "the aggregate's digest" aggregate 1 state $zero
ok 'aggregate: accepted' forged 'the aggregate is of 8 results' aggregate 1 accepted 8
ok 'aggregate: items' forged 'and 5 items' aggregate 1 items 5
ok 'settle: items' forged 'the rules give' settle 2 items 99
ok 'settle: decision' forged 'the rules give' settle 5 decision accepted
ok 'settle: credits' forged 'the rules give' settle 2 credits 9
ok 'settle: result' forged 'does not name one result' settle 2 result $zero
ok 'settle: the last result' forged 'does not name one result' settle 8 result $zero
ok 'settle: slave' forged 'here/nuclei/2 has results, but is not settled' \
    settle 2 slave here/nuclei/9
ok 'settle: slave, of one who was rejected' forged 'here/nuclei/5 has results, but is not settled' \
    settle 5 slave here/nuclei/9
# dropped WORDS TYPE N: a record is left out.
dropped() {
    rm -rf f && cp -R l f && chain drop f/log "$(record "$2" "$3")" || return 1
    run 3 mn verify r.h5 --ledger f && says out 'WRONG  ' "$1"
}
ok 'a submission that is left out' dropped 'no submission' submit 2
ok 'a claim that is left out' dropped 'here/nuclei/2 has submitted what it had not claimed' claim 2
ok 'a decision that is left out' dropped 'here/nuclei/2 has a state, but was not judged' filter 2
ok 'an aggregate that is left out' dropped 'has no aggregate' aggregate 1
ok 'a settlement that is left out' dropped 'the rules give' settle 2
ok 'one that paid nothing' dropped 'here/nuclei/5 has results, but is not settled' settle 5
ok 'the whole settlement, cut off' sh -c 'rm -rf f && cp -R l f && head -n -8 l/log >f/log'
ok 'is found' run 3 mn verify r.h5 --ledger f
ok 'and said' says out "run $key is not settled"
rm -rf f && cp -R l f && chain flip f/log 1000
ok 'one bit of the ledger' run 3 mn verify r.h5 --ledger f
ok 'is said' says out 'WRONG  f' 'altered'
ok 'after all this, the result and the ledger are as they were' run 0 mn verify r.h5 --ledger l
done_testing
