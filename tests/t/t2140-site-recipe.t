#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A contract over centres whose columns are texts, conditions, factors, filled in and standardised:
# its answer has the bits of one run over the same files, who is wrong is rejected where columns are
# learnt, and who may not take part says why, and no value.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

all='a b c d e f g'

# --- seven centres that compute, the last in another unit of mass; h denies expressions; the
# condition leaves out two rows of i, and but two are left of j
for site in $all h i j; do
    awk -v site="$site" 'BEGIN {
        s = index("abcdefghij", site) * 12345; print "id,age,sex,bmi,crp,risk"
        for (i = 1; i <= 60; i++) {
            for (k = 0; k < 4; k++) { s = (s * 1103515245 + 12345) % 2147483648; u[k] = int(s / 65536) % 1000 }
            young = site == "i" ? i < 3 : site == "j" ? i > 2 : i < 9
            age = (young ? 12 + u[0] % 4 : 20 + u[0] % 60) (site ~ /[hij]/ ? ".0625" : "")
            sex = u[1] % 3 ? "F" : "M"
            bmi = (18 + u[2] / 50) * (site == "g" ? 2.54 : 1)
            crp = 2 + bmi / 10 + (sex == "M") + age / 50 + u[3] / 1000
            printf "P-%s%d,%s,%s,%s,%.3f,%d\n", site, i, age, sex, i % 7 ? bmi : "", crp, (u[3] + u[2] > 900)
        } }' >"$site.csv"
done

policy() {
    cat <<END
policy: 1
expires: 2099-12-31
cluster: none
approvers: {quorum: 0}
authors: [a]
functions:
  - {code: builtin:linreg@3, params: {target: [crp]}, start: auto, release: auto}
  - {code: builtin:logreg@2, params: {target: [risk], ridge: [1]}, start: auto, release: auto}
data:
  people: {authors: [a], columns: [age, sex, bmi, crp, risk], expressions: $1, rows-min: 5,
           rows-of-parameters: 1, result-max: 64, rounds-max: 4, sites-min: 5, cells-min: 0,
           queries: {distinct: 9, days: 30}, disclose: states}
limits: {nodes: 1, cores: 4, memory: 4 GiB, time: 30 min, running: 2}
sandbox: required
END
}
# spec FUNCTION SPLIT SLAVES ROUNDS TARGET RANGE: a feature of each kind of round has a plausible range
spec() {
    cat <<END
title: Inflammation
rounds: $4
function: $1
data:
  name: people
  split: $2
  slaves: $3
  types: {sex: text}
  where: "age >= 18"
  factors: {sex: [F, M]}
  derive: {lbmi: "log(bmi)"}
  columns: [$5, age, lbmi, sex]
  impute: {lbmi: mean}
  standardise: [age, lbmi]
filter: {few: reject}
limits:
  plausible: {mean of lbmi: [2, 5], $6}
END
}
linreg='{name: linreg, params: {target: crp}}'
logreg='{name: logreg, params: {target: risk, ridge: 1}}'
site() {
    _at=$1
    shift
    mn site "$@" --dir "$T/$_at-house"
}

# --- centres: each knows a, and a knows each
fingerprint() {
    site "$1" id | sed -n 's/^fingerprint  //p'
}
for at in $all h i j; do
    site "$at" init "$at" --exchange "$T/exchange" >out 2>err || { cat err; exit 99; }
    site "$at" data add people "$at.csv" >>out 2>>err || exit 99
    policy "$([ "$at" = h ] && echo deny || echo allow)" >"$at-house/policy.yaml"
    site "$at" policy accept >>out 2>>err || { cat err; exit 99; }
    [ "$at" != a ] || continue
    site a peer add "$at" --fingerprint "$(fingerprint "$at")" >>out 2>>err || exit 99
    site "$at" peer add a --fingerprint "$(fingerprint a)" >>out 2>>err || exit 99
done
n=0
mkdir rows && for at in $all; do
    n=$((n + 1))
    cp "$at.csv" "rows/$n.csv"
done

# models_of LOG RUN: what a run has come to, round by round.
models_of() {
    sed -n "/ run=$2 /s/.* \\(aggregate\\|update\\) .*\\(round=[0-9]*\\).* \\(state\\|model\\)=\\([^ ]*\\).*/\\1 \\2 \\4/p" "$1"
}
# ask NAME FUNCTION ROUNDS TARGET CENTRES RANGE: a publishes it, of these, and its key is in $run.
ask() {
    spec "$2" sites 10 "$3" "$4" "$6" >"$1.yaml" && spec "$2" files 7 "$3" "$4" "$6" >"$1-files.yaml" || return
    run 0 mn contract build "$1.yaml" -o "$1.h5" && run 0 mn contract build "$1-files.yaml" -o "$1-files.h5" ||
        return
    run 0 mn run "$1-files.h5" --quiet --data "people=$T/rows/{slave}.csv" --ledger "$1-l" \
        --out "$1-r.h5" || return
    models_of "$1-l/log" "$(field settle run "$1-l")" >expected
    run 0 site a publish "$1.h5" --sites "$5" --min 5 --disclose states --json || return
    run=$(sed -n 's/.*"name": *"\([0-9a-f]*\)".*/\1/p' out)
}
# step CENTRE…: whatever is due of each
step() {
    for at; do
        run 0 site "$at" step --local || return
    done
}
same_bits() {
    models_of a-house/ledger/log "$run" >found && [ -s expected ] && cmp expected found
}
# rejected CENTRE ROUND: in that round it alone.
rejected() {
    sed -n "s,^.* filter run=$run round=$2 slave=\\([a-z]*\\)/.* decision=rejected .*,\\1,p" a-house/ledger/log >out
    same "$(cat out)" "$1"
}
# denied CENTRE RULE: it does not take part, and no value of its file is in what is said.
denied() {
    run 0 site "$1" sync && run 77 site "$1" claim "$run" && says err "$2: " && cp err said &&
        not grep -q '\.0625' said && run 0 site "$1" refuse "$run"
}

# killed FAULT: the collector's step dies there.
killed() {
    METANEURON_FAULTS=$1=kill timeout -k 10 120 "$FAULTS" site step --local --dir "$T/a-house" >out 2>err
    same $? 137
}

# --- one round, after the one that learns
ok 'a run is published' ask linreg "$linreg" 1 crp a,b,c,d,e,f,g,h,i,j 'coefficient(intercept): [2, 20]'
ok 'all take part' step $all
ok 'but who lets nobody say conditions' denied h data.people.expressions
ok 'of whom too few rows are left out' denied i floor
ok 'of whom too few are left' denied j floor
ok 'what data says is not published' not grep -q 'floor' exchange/i/log exchange/j/log
ok 'the first round' step a $all
ok 'the collector is killed between the rounds' killed 'before-rename:*model-1'
ok 'and goes on' step a
ok 'the second' step $all a
ok 'it has the bits of one run over the same files' same_bits
ok 'who is wrong is rejected where columns are learnt' rejected g 1
ok 'the result' run 0 mn result show a-house/runs/$run/result.h5
ok 'is of those who were accepted' says out '7 of 10 answered, 1 rejected' 'lbmi '
ok 'all of the run can be audited' run 0 site a audit "$run"
ok 'and verified' run 0 mn verify "a-house/runs/$run/result.h5" --ledger a-house/ledger

# --- several rounds
ok 'a run of several rounds' ask logreg "$logreg" 2 risk a,b,c,d,e,f,g 'mean(risk): [0.01, 1]'
ok 'all take part' step $all
ok 'the first round' step a $all
ok 'the collector is killed with what was learnt' killed 'after-rename:*model-1'
ok 'and goes on with the second' step a $all
ok 'and the third' step a $all
ok 'to the end' step a
ok 'it has the bits of one run over the same files' same_bits
ok 'who is wrong is rejected where columns are learnt' rejected g 1
ok 'all of the run can be audited' run 0 site a audit "$run"
done_testing
