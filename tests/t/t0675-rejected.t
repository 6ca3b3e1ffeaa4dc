#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A rejection is said so that a person can judge it: who of the rejected agree, what leaves the
# answer with them, whether it happened before, how near the cut the others were; a run can stop
# before it is settled; and what would come out with other decisions is shown.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

# Five slaves of one population and three of another, which is some 10 spreads away in each column;
# in odd- files the three have nothing in common.
for k in 1 2 3 4 5 6 7 8; do
    awk -v k=$k 'BEGIN {
        print "x,y,z" >("d-" k ".csv")
        print "x,y,z" >("odd-" k ".csv")
        for (i = 0; i < 40; i++) {
            x = (i * 7 + k * 3) % 11; y = (i * 5 + k * k) % 13; z = (i * 3 + k) % 7
            other = k > 5
            print x + 40 * other "," y + 30 * other "," z + 9 * other >("d-" k ".csv")
            print x + (k == 6 ? 400 : 0) "," y + (k == 7 ? 300 : 0) "," z + (k == 8 ? 90 : 0) \
                >("odd-" k ".csv")
        }
    }'
done
# contract NAME LINE…
contract() {
    _name=$1
    shift
    {
        echo 'title: two populations'
        printf '%s\n' 'data: {name: d, split: files, slaves: 8}' "$@"
    } >"$_name.yaml"
    run 0 mn contract build "$_name.yaml" -o "$_name.h5"
}
# go CODE NAME [OPTION…]: a run of it, in a ledger of its own.
go() {
    _code=$1 _name=$2
    shift 2
    run "$_code" mn run "$_name.h5" --quiet --data "d=$T/${data:-d}-{slave}.csv" --ledger "$_name" \
        --out "$_name-r.h5" "$@"
}
key() { sed -n 's/.* publish .*sum=\([0-9a-f]\{16\}\).*/\1/p' "$1/log" | tail -n 1; }
# json EXPRESSION: of the document in out, as d.
json() { "$py" -c "import json; d = json.load(open('out')); assert $1, d"; }
moments='function: {name: moments, params: {order: 2}}'
fixed='filter: {cut: fixed}' # what is said does not depend on the cut
agree='3 results that agree with one another and not with the other 5: here/d/6, here/d/7, here/d/8'
much='37.5 % of all items are not in this result, as they were rejected (120): more than 10 %'

# --- a stop before it is settled
ok 'a contract' contract c "$moments" "$fixed"
ok 'a word that is none' go 2 c --on-reject look
ok 'is told' says err 'expected settle or stop'
ok 'the run stops, with a code of its own' go 79 c --on-reject stop
ok 'and says what to do' says err '3 of 8 results were rejected' 'nothing is settled yet' \
    '--on-reject settle'
ok 'in one line' lines 1 err
ok 'the report tells of all' says out 'stopped   8 of 8' "agree     $agree" 'nearest   here/d/' \
    'before    none of them was rejected before'
ok 'and ends with what leaves the answer' same "$(tail -n 1 out)" "left out  $much, so look why"
ok 'nothing is settled' not grep -q ' settle ' c/log
ok 'the decisions are recorded' same "$(grep -c ' filter ' c/log)" 8
run=$(key c)
ok 'status' run 0 mn status --ledger c
ok 'knows it' says out 'stage     stopped' '--on-reject settle' "agree     $agree" "left out  $much"
ok 'status --json' run 0 mn status --ledger c --json
ok 'too' json "d['state'] == 'stopped' and d['code'] == 79 and d['agree']['count'] == 3 and d['items']['rejected_much']"
ok 'explain' run 0 mn explain "$run" 7 --ledger c
ok 'says it of a slave' says out 'stopped before this is settled' 'it agrees with 2 others' \
    'its 40 items, 12.5 % of all, are not in the answer; with those of all that were rejected it is 37.5 %' \
    'nothing was settled of it before this run'
ok 'the result can be looked at' run 0 mn result show c-r.h5 --slaves
ok 'with all of it' says out "agree      $agree" "left out   $much" 'nearest    here/d/'
ok 'but is not vouched for' run 3 mn verify c-r.h5 --ledger c
ok 'the same command stops again' go 79 c --on-reject stop
ok 'and nothing is computed again' same "$(grep -c ' submit ' c/log)" 8
ok 'launch starts it once' run 79 mn launch c.h5 --quiet --data "d=$T/d-{slave}.csv" --ledger c \
    --out c-r.h5 --backoff 0.01 --retries 3 --on-reject stop -- env
ok 'and says how it goes on' says err 'not repeated' '--on-reject settle'
cp c/log log-before
ok 'going on settles at once' go 0 c --on-reject settle
ok 'with what was there' says out 'resumed' 'settled   8 of 8'
ok 'nothing of it is recorded again' same "$(tail -n "+$(($(wc -l <log-before) + 1))" c/log | grep -c -e ' claim ' -e ' submit ' -e ' filter ' -e ' aggregate ')" 0
ok 'the settled result is right' run 0 mn verify c-r.h5 --ledger c
ok 'it is what it is without a stop' eval 'cp c-r.h5 first.h5 && go 0 c --again --on-reject settle && run 0 mn result export first.h5 --csv && grep -v "^#" out >first.csv && run 0 mn result export c-r.h5 --csv && grep -v "^#" out >second.csv && cmp first.csv second.csv'
ok 'a run without rejections does not stop' contract none "$moments" 'filter: {method: none}'
ok 'as nobody is to be looked at' go 0 none --on-reject stop
ok 'nothing is said of agreement' not grep -q -e '^agree' -e '^left out' -e '^before' out

# --- it happened before
ok 'a second run of the same ledger' go 0 c --again
ok 'says of whom it happened before' says out 'before    here/d/6: rejected in 2 of 2 runs; of node' \
    ' 6 of 16 results were'
ok 'as JSON' eval 'go 0 c --json && json "[s[\"before\"][\"rejected\"] for s in d[\"slaves\"] if s[\"decision\"] == \"rejected\"] == [2] * 3 and not d[\"stopped\"]"'
ok 'explain' run 0 mn explain "$(key c)" 6 --ledger c
ok 'too' says out 'before this run it was rejected in 2 of 2 settled; on node'
ok 'also of who was accepted' run 0 mn explain "$(key c)" 1 --ledger c
ok 'with how near it was' says out 'of the threshold' 'it was rejected in 0 of 2 settled'
ok 'status of it' run 0 mn status --ledger c
ok 'says it' says out 'before    here/d/6: rejected in 2 of 2' "agree     $agree"
printf 'metaneuron-agreed-v1 5 3 3 0.1\nhere/d/1\nhere/d/2\nhere/d/3\n' >"c/logs/$(key c)/agreed"
ok 'what somebody else has written there' run 0 mn status --ledger c
ok 'is not believed of who was accepted' not grep -q '^  agree' out

# --- single faults
data=odd
ok 'three slaves with nothing in common' eval 'contract odd "$moments" "$fixed" && go 0 odd'
ok 'are rejected' says out 'settled   8 of 8 slaves answered, 3 rejected'
ok 'and do not agree' not grep -q '^agree' out
ok 'as JSON' eval 'run 0 mn result show odd-r.h5 --json && json "d[\"agree\"] is None and d[\"nearest\"][\"of_threshold\"] < 1 and d[\"items\"][\"rejected\"] == 120"'
data=d

# --- other decisions
ok 'with one of the three' run 0 mn result show c-r.h5 --if accepted=7
ok 'the arrays stand side by side' says out 'then  6, of 240 items, with here/d/7' 'now           then' \
    'Nothing is changed by this'
ok 'all three are what is unfiltered' eval 'run 0 mn result show c-r.h5 --if accepted=6,here/d/7,8 --json && cp out then.json && run 0 mn result show c-r.h5 --json && json "d[\"unfiltered\"] == json.load(open(\"then.json\"))[\"then\"] and d[\"aggregate\"] == json.load(open(\"then.json\"))[\"now\"]"'
ok 'and the other way' run 0 mn result show c-r.h5 --if rejected=1,2 --if accepted=here/d/8
ok 'both are told' says out 'then  4, of 160 items, with here/d/8, without here/d/1, here/d/2'
ok 'only the other population' run 0 mn result show c-r.h5 --if accepted=6,7,8 --if rejected=1,2,3,4,5 --json
ok 'has its own mean' json "abs(d['then']['mean']['values'][0] - 45) < 0.1 and abs(d['now']['mean']['values'][0] - 5) < 0.1"
for words in accepted accepted= other=1 =1; do
    ok "--if $words" run 2 mn result show c-r.h5 --if "$words"
done
ok 'accepted already' run 2 mn result show c-r.h5 --if accepted=1
ok 'is named' says err 'slave here/d/1 is accepted already'
ok 'no slave' run 2 mn result show c-r.h5 --if accepted=9
ok 'is named' says err 'has no slave 9: expected 1 to 8'
ok 'nor an empty one' run 2 mn result show c-r.h5 --if accepted=6,,7
ok 'twice' run 2 mn result show c-r.h5 --if accepted=6,6
ok 'nobody left' run 2 mn result show c-r.h5 --if rejected=1,2,3,4,5
ok 'not of an export' run 2 mn result export c-r.h5 --csv --if accepted=6
ok 'without states' eval 'go 0 c --again --no-states && run 65 mn result show c-r.h5 --if accepted=6'
ok 'nothing can be merged' says err 'c-r.h5: has no states'

# --- rounds
printf 'title: r\nfunction: {name: kmeans, params: {k: 2}}\ndata: {name: d, split: files, slaves: 8}\nrounds: 3\nfilter: {cut: fixed}\n' >k.yaml
ok 'an iterative contract' run 0 mn contract build k.yaml -o k.h5
ok 'stops at its end' go 79 k --on-reject stop
ok 'with all rounds' says out 'rounds'
ok 'other decisions go through the last update' run 0 mn result show k-r.h5 --if accepted=6 --json
ok 'and another answer comes out' json "d['results'] == 6 and d['now'] != d['then']"
ok 'which is deterministic' eval 'cp out once && run 0 mn result show k-r.h5 --if accepted=6 --json && cmp once out'
ok 'and settles' go 0 k
ok 'right' run 0 mn verify k-r.h5 --ledger k
done_testing
