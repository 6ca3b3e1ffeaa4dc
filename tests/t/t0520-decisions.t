#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is decided on results: from recorded scores, by a cut or without one, with stakes or equal
# ones, and what is estimated beside it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
see_nothing
need_python numpy,h5py

golden=$top_srcdir/tests/data/filter-v2
forge() {
    timeout 60 "$py" "$scripts/forge.py" "$@"
}
# The rows of the golden result. Column a of the third site is in another unit.
for k in 1 2 3 4 5 6 7; do
    awk -v k=$k 'BEGIN { print "a,b"; for (i = 1; i <= 24; i++)
        print ((i * 7 + k) % 11) * (k == 3 ? 90 : 1) "," (i * 5 + k) % 13 }' >site$k.csv
done
# contract NAME LINE…
contract() {
    _name=$1
    shift
    printf '%s\n' "title: $_name" 'function: {name: moments}' \
        'data: {name: d, split: files, slaves: 7}' "$@" >"$_name.yaml"
    run 0 mn contract build "$_name.yaml" -o "$_name.h5"
}
# job NAME OPTION…
job() {
    _name=$1
    shift
    run 0 mn run "$_name.h5" --quiet --data 'd=site{slave}.csv' --ledger "$_name-l" \
        --out "$_name-r.h5" "$@"
}
# decisions LOG: slave, decision, why, and the score to nine digits, of the last seven.
decisions() {
    awk '$3 == "filter" {
        for (i = 4; i <= NF; i++) { n = index($i, "="); x[substr($i, 1, n - 1)] = substr($i, n + 1) }
        sub(/:.*/, "", x["why"])
        printf "%s %s %s %s %.9g %.9g\n", x["slave"], x["method"], x["decision"], x["why"],
            x["score"], x["threshold"] }' "$1" | tail -n 7
}

# --- what was there before there were cuts
mkdir old && cp "$golden/log" "$golden/key.pub" old
ok 'a result of before verifies' run 0 mn verify "$golden/result.h5" --ledger old
ok 'its contract has no cut' run 0 mn contract show "$golden/contract.h5" --canonical
ok 'nor a rate' not grep -q '"cut"\|target_fpr\|robust' out
cp "$golden/contract.h5" golden.h5
ok 'it runs' job golden
decisions old/log >before
decisions golden-l/log >now
ok 'there were decisions' says before 'here/d/3 pos-lof rejected score'
ok 'the same are made' cmp before now
ok 'it verifies' run 0 mn verify golden-r.h5 --ledger golden-l
ok 'and says nothing of a cut' run 0 mn result show golden-r.h5
ok 'as its file has none' not grep -q '^cut' out

# --- at the very threshold
score=$("$py" -c 'import h5py; print(repr(float(h5py.File("golden-r.h5")["slaves/score"][3])))')
below=$("$py" -c "import numpy; print(repr(float(numpy.nextafter($score, 0))))")
ok 'a contract whose threshold is a score' contract at "filter: {threshold: $score}"
ok 'a run' job at
ok 'that slave is not above it' says out 'here/d/4' '1 rejected; '
ok 'it verifies' run 0 mn verify at-r.h5 --ledger at-l
ok 'one with the number below' contract below "filter: {threshold: $below}"
ok 'a run' job below
ok 'it is' says out '2 rejected; '
ok 'it verifies' run 0 mn verify below-r.h5 --ledger below-l
ok "another processor's score, which is accepted, too" \
    run 0 forge score "$METANEURON" at-r.h5 at-l 4 -1
ok 'one that would be rejected' run 3 forge score "$METANEURON" at-r.h5 at-l 4 1
ok 'is a lie' says out 'here/d/4 is accepted, computed again it is rejected'
ok "another processor's score, which is rejected, too" \
    run 0 forge score "$METANEURON" below-r.h5 below-l 4 1
ok 'one that would be accepted' run 3 forge score "$METANEURON" below-r.h5 below-l 4 -1
ok 'is a lie' says out 'here/d/4 is rejected, computed again it is accepted'
# forged FILE SLAVE KEY VALUE: in the record of that slave's decision
forged() {
    rm -rf f && cp -R "$1-l" f &&
        timeout 60 "$py" "$scripts/chain.py" forge f/log \
            "$(awk -v s="slave=here/d/$2" '$3 == "filter" && index($0, s) { print $1 }' f/log)" \
            "$3" "$4" && run 3 mn verify "$1-r.h5" --ledger f
}
ok 'a rejection that its score does not make' forged at 4 decision rejected
ok 'is named' says out 'here/d/4 is rejected, computed again it is accepted'
ok 'an acceptance' forged below 4 decision accepted
ok 'is named' says out 'here/d/4 is accepted, computed again it is rejected'
ok 'a threshold that only one had' forged at 4 threshold "$below"
ok 'is named' says out "here/d/4 was judged by pos-lof and threshold $below"

# --- a cut
ok 'a contract that says no more' contract cut 'filter: {target_fpr: 0.02}'
ok 'has a cut' run 0 mn contract show cut.h5 --canonical
ok 'with its rate' says out '"cut":"simulated"' '"target_fpr":0.02'
ok 'it runs' job cut
ok 'and verifies' run 0 mn verify cut-r.h5 --ledger cut-l
ok 'the result says its cut' run 0 mn result show cut-r.h5
ok 'with its rate' says out 'cut        simulated: in 2 % of honest rounds'
ok 'in JSON, too' run 0 mn result show cut-r.h5 --json
ok 'under their names' says out '"cut": "simulated"' '"target_fpr": 0.02'
printf '%s\n' 'title: t' 'function: {name: moments}' 'data: {name: d, slaves: 7}' \
    'filter: {cut: simulated, method: none}' >no.yaml
ok 'where there is no threshold' run 65 mn contract build no.yaml -o no.h5
ok 'is refused' says err 'no.yaml:4: filter.cut: found '"'simulated'"', expected nothing'

# --- words of the newest version
for word in posdist union mad; do
    ok "a filter: $word" contract $word "filter: {method: $word}"
    ok 'a run' job $word
    ok 'rejects whom all do' says out 'rejected  here/d/3: score'
    ok 'and verifies' run 0 mn verify $word-r.h5 --ledger $word-l
done

# --- equal weights, whatever the history
weights() {
    "$py" -c '
import sys, h5py
f = h5py.File(sys.argv[1])
print(len(set(f["slaves/share"][:])), len(set(f["slaves/weight"][:])), max(f["slaves/weight"][:]))' "$1"
}
history='method: %s, t_min: 0 s, t_max: 1 s, lambda: 0'
for word in volume uniform; do
    # shellcheck disable=SC2059
    ok "weights: $word" contract $word "filter: {weight: {$(printf "$history" $word)}}"
    ok 'a run' job $word
    ok 'with a history' job $word --again
    ok 'verifies' run 0 mn verify $word-r.h5 --ledger $word-l
done
ok 'who was rejected has less weight' not same "$(weights volume-r.h5)" '1 1 0.0'
ok 'but not among equals' same "$(weights uniform-r.h5)" '1 1 0.0'

# --- an estimate beside the merge
for word in mean median trimmed-mean krum nnm; do
    ok "beside the merge: $word" contract $word "aggregate: {robust: $word}"
    ok 'a run' job $word
    ok 'verifies' run 0 mn verify $word-r.h5 --ledger $word-l
    ok 'the answer stays' same "$(field aggregate state $word-l)" "$(field aggregate state golden-l)"
done
ok 'it is that of all that were scored' run 0 "$py" -c '
import h5py, numpy as np
def features(name):
    f = h5py.File(name + "-r.h5")
    return f["robust/features"][:], f["rounds/1/features"][:]
middle, x = features("median")
assert np.array_equal(middle, np.median(x, axis=0)), middle
middle, x = features("mean")
assert np.allclose(middle, x.mean(axis=0), rtol=1e-12), middle
middle, x = features("trimmed-mean")
assert np.allclose(middle, np.sort(x, axis=0)[2:-2].mean(axis=0), rtol=1e-12), middle
middle, x = features("krum")
assert any(np.array_equal(middle, row) for row in x), middle
f = h5py.File("nnm-r.h5")["robust"]
assert dict(f.attrs) == {"method": "nnm", "share": 0.4}, dict(f.attrs)'
ok 'it is shown' run 0 mn result show nnm-r.h5
ok 'with its share' says out 'robust     nnm' '40 %' 'mean(a)'
ok 'and in JSON' run 0 mn result show nnm-r.h5 --json
ok 'with the names of features' "$py" -c '
import json
x = json.load(open("out"))["robust"]
assert x["method"] == "nnm" and x["share"] == 0.4 and len(x["values"]) == len(x["features"])
assert x["features"][0] == "mean(a)", x["features"]'
ok 'a forged one' run 3 forge one "$METANEURON" nnm-r.h5 nnm-l robust/features 1 6.5
ok 'is found' says out '/robust/features[1] is 6.5, computed again it is'
ok 'a share of nobody' contract few 'aggregate: {robust: nnm, share: 0.1}'
ok 'does not stop the run' job few
ok 'which says why there is none' run 0 mn result show few-r.h5
ok 'in words' says out 'of 7 results a share of 0.1 is none'
ok 'that verify' run 0 mn verify few-r.h5 --ledger few-l
ok 'without states' job nnm --again --no-states
ok 'no slave is shown by it' run 0 mn result show nnm-r.h5 --json
ok 'which is said' says out '"why": "the features of single results are not disclosed"'
done_testing
