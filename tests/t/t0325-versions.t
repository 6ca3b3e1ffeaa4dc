#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Versions of functions: contracts and results of older ones, and what newer ones do otherwise.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

golden=$top_srcdir/tests/data/functions-v1

# The rows of the golden results. Column b is constant at the third site.
for k in 1 2 3 4; do
    awk -v k=$k 'BEGIN { print "a,b,y"; for (i = 1; i <= 20; i++) {
        a = (i * 7 + k) % 11; b = k == 3 ? 2 : (i * 5 + k) % 13
        print a "," b "," 1 + a / 2 + 2 * b + (i * 3 + k) % 5 / 10 } }' >site$k.csv
done
mkdir l && cp "$golden/log" "$golden/key.pub" l
spec() {
    printf 'title: T\nfunction: {name: %s, params: {%s}}\ndata: {name: d, split: files, slaves: 4}\n' \
        "$1" "$2" && printf 'filter: {method: none}\n'
}

# --- what was made by version 1
for f in linreg quantile; do
    ok "a result of $f@1 verifies" run 0 mn verify "$golden/$f-result.h5" --ledger l
    ok 'its contract is one' run 0 mn contract check "$golden/$f.h5"
    ok 'whose function is here' run 0 mn function verify "$golden/$f.h5"
    ok 'by its version' says out "builtin:$f@1"
    ok 'and can be run' run 0 mn run "$golden/$f.h5" --quiet --data 'd=site{slave}.csv' \
        --ledger again --out "$f.h5"
    ok 'and verified' run 0 mn verify "$f.h5" --ledger again
done
run 0 mn result show linreg.h5
key=$(awk '$1 == "run" { print $2 }' out)
ok 'who lacks a level' run 0 mn explain "$key" 3 --ledger again
ok 'is still rejected by linreg@1' says out 'not-finite'

# --- which version a contract gets
spec linreg 'target: y' >new.yaml
ok 'a spec without a version' run 0 mn contract build new.yaml -o new.h5
ok 'gets the newest' run 0 mn function verify new.h5
ok 'which is 3' says out 'builtin:linreg@3'
run 0 mn contract show new.yaml --canonical && cp out shown
run 0 mn contract show new.h5 --canonical
ok 'and is what show says of the spec' cmp shown out
sed 's/name: linreg/&, version: 1/' new.yaml >old.yaml
ok 'one with a version' run 0 mn contract build old.yaml -o old.h5
ok 'gets that' run 0 mn function verify old.h5
ok 'which is 1' says out 'builtin:linreg@1'
sed 's/name: linreg/&, version: 9/' new.yaml >none.yaml
ok 'a version that is not there' run 65 mn contract build none.yaml -o none.h5
ok 'is named with the one that is' says err 'linreg@9 is wanted, here is linreg@3'
ok 'both can be shown' run 0 mn function show linreg@1
ok 'by NAME@VERSION' says out 'builtin:linreg@1'

# --- linreg@2
ok 'a site that lacks a level' run 0 mn run new.h5 --quiet --data 'd=site{slave}.csv' --ledger n \
    --out n.h5
ok 'is not rejected' says out 'settled   4 of 4 slaves answered, 0 rejected'
ok 'and verifies' run 0 mn verify n.h5 --ledger n
for k in 1 2 3 4; do
    awk -F, -v OFS=, -v k=$k 'NR == 1 { print "a,d1,d2,d3,d4,y"; next }
        { print $1, k == 1, k == 2, k == 3, k == 4, $1 / 2 + k + NR % 3 / 10 }' site$k.csv >dummy$k.csv
done
spec linreg 'target: y, intercept: false' >dummies.yaml
ok 'one dummy column for each site' run 0 mn contract build dummies.yaml -o dummies.h5
ok 'runs' run 0 mn run dummies.h5 --quiet --data 'd=dummy{slave}.csv' --ledger n --out n.h5
ok 'rejects nobody' says out '0 rejected'

# --- quantile@2
tiny() {
    for k in 1 2 3 4; do
        awk -v e="$1" -v k=$k 'BEGIN { print "v"; for (i = 1; i < 50; i++) print (i + k) e }' >tiny$k.csv
    done
}
spec quantile 'accuracy: 0.01' >q.yaml
mn contract build q.yaml -o q.h5 >/dev/null
tiny e-12
ok 'tiny values' run 0 mn run q.h5 --quiet --data 'd=tiny{slave}.csv' --ledger q --out q1.h5
ok 'have quantiles' run 0 mn result show q1.h5
ok 'and are not taken for 0' says out near_zero 'e-11'
tiny e-300
ok 'values below the range' run 76 mn run q.h5 --quiet --data 'd=tiny{slave}.csv' --ledger q2
ok 'are an error that says what to do' says err "column 'v': 196 of 196 values" "'smallest', 1e-38" \
    'take a smaller one'

done_testing
