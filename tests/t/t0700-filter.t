#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# filter: known answers, weights, and what it refuses.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

# says_json EXPRESSION: holds for x, the document in out; near(a, b) to 1e-6.
says_json() {
    "$py" -c '
import json, math, sys
x = json.load(open("out"))
def near(a, b):
    return len(a) == len(b) and all(abs(p - q) <= 1e-6 * abs(q) for p, q in zip(a, b))
s = x["scores"]
assert list(x) == ["method", "threshold", "scores", "rejected", "why"]
assert len(s) == len(x["why"]) and all(0 <= i < len(s) for i in x["rejected"])
sys.exit(0 if eval(sys.argv[1]) else "%s, but not %s" % (x, sys.argv[1]))' "$1"
}
textbook='--method lof --scale none --json'

# --- known answers
seq 1 7 >line.csv
ok 'points on a line, without a header' run 0 mn filter line.csv $textbook --k 3
ok 'have the known scores, ties kept' says_json \
    'near(s, [1.0679012, 1.0679012, 1.0133929, .8730159, 1.0133929, 1.0679012, 1.0679012])'
ok 'in full precision' grep -q '0.87301587301587' out
(echo x && seq 1 7) >named.csv
ok 'the same with a header' run 0 mn filter named.csv $textbook --k 3
ok 'has the same scores' says_json \
    'near(s, [1.0679012, 1.0679012, 1.0133929, .8730159, 1.0133929, 1.0679012, 1.0679012])'
printf '1,1\n1,2\n2,1\n' >three.csv
ok 'three points' run 0 mn filter three.csv $textbook --k 2
ok 'have the known scores' says_json \
    '(lambda r: near(s, [2*r/(1+r), (1+r)*(1/(4*r) + 1/(2+2*r)), s[1]]))(math.sqrt(2))'
yes '3,4' | head -n 9 >same.csv
echo '30,4' >>same.csv
ok 'more duplicates than neighbours' run 0 mn filter same.csv $textbook --k 3
ok 'are not abnormal, whoever is far from them is' says_json 'x["rejected"] == [9]'

# --- methods
cat >cloud.csv <<END
a,b
10.1,200
9.9,210
10.0,190
10.2,205
9.8,195
10.05,202
9.95,198
14,201
END
for method in pos-lof lof mad; do
    ok "$method" run 0 mn filter cloud.csv --method $method --json
    ok 'rejects the one that is far' says_json 'x["rejected"] == [7] and x["why"][7] == "score"'
    ok 'says its name' says_json "x['method'] == '$method'"
    ok 'by its threshold' says_json \
        'all((v > x["threshold"]) == (i == 7) for i, v in enumerate(s))'
done
ok 'pos-lof is the default' run 0 mn filter cloud.csv --json
ok 'by name' says_json 'x["method"] == "pos-lof" and x["rejected"] == [7]'
ok 'none' run 0 mn filter cloud.csv --method none --json
ok 'rejects nobody' says_json 'x["rejected"] == [] and x["threshold"] is None'
ok 'a threshold that is high' run 0 mn filter cloud.csv --threshold 1000 --json
ok 'rejects nobody' says_json 'x["rejected"] == [] and x["threshold"] == 1000'
ok 'a ratio of a quarter' run 0 mn filter cloud.csv --ratio 0.25 --json
ok 'rejects the two with the highest scores' says_json \
    'set(x["rejected"]) == set(sorted(range(8), key=lambda i: -s[i])[:2])'
ok 'and says why' says_json '[x["why"][i] for i in x["rejected"]] == ["ratio"] * 2'
ok 'for people' run 0 mn filter cloud.csv
ok 'there is a line for each and a last one' lines 10 out
ok 'who is rejected is said' grep -q '^ *7 .*REJECTED  score$' out
ok 'and how many' says out '1 of 8 rows rejected, threshold'
cp out first
awk -F, 'NR > 1 { printf "%.10g,%.10g\n", 1000 * $1 + 7, $2 / 4 }' cloud.csv >moved.csv
ok 'in other units' run 0 mn filter moved.csv --json
ok 'the decision is the same' says_json 'x["rejected"] == [7]'
ok 'unless columns are not scaled' run 0 mn filter moved.csv --scale none --kappa 0.25 --json
head -n 6 cloud.csv >five.csv
sed -i '6s/.*/99,1/' five.csv
ok 'five rows' run 0 mn filter five.csv --json
ok 'are reported only' says_json 'x["rejected"] == [] and x["why"][4] == "few" and s[4] > x["threshold"]'
ok 'with --few reject' run 0 mn filter five.csv --few reject --json
ok 'they are decided' says_json 'x["rejected"] == [4]'
printf '1,2\nNA,3\n1,3\n1.5,3\n2,2\n1,2\n1,2\n' >holes.csv
ok 'a missing value' run 0 mn filter holes.csv --json
ok 'rejects its row' says_json \
    '1 in x["rejected"] and x["why"][1] == "not-finite" and s[1] is None'
ok 'half at most is ever rejected' sh -c \
    'printf "0\n0\n0\n50\n90\n400\n-70\n1000\n" >wild.csv'
ok 'of wild points' run 0 mn filter wild.csv --ratio 0.5 --json
ok 'no more than four' says_json 'len(x["rejected"]) <= 4'

# --- weights
printf '1\n1\n1\n1\n1\n1\n1\n1\n' >ones
ok 'equal weights' run 0 mn filter cloud.csv --weights ones
ok 'are as none' cmp out first
sed 's/1/70000/' ones >many
ok 'of any size' run 0 mn filter cloud.csv --weights many
ok 'are as none' cmp out first
cat >two.csv <<END
1,1
1.1,1
1,1.1
1.1,1.1
9,9
9.1,9
9,9.1
END
printf '1\n1\n1\n1\n1\n1\n1\n' >w
ok 'a majority of rows' run 0 mn filter two.csv --weights w --json
ok 'rejects the others' says_json 'x["rejected"] == [4, 5, 6]'
printf '1\n1\n1\n1\n9\n9\n9\n' >w
ok 'a majority of weight' run 0 mn filter two.csv --weights w --lambda 0 --json
ok 'does too' says_json 'x["rejected"] == [0, 1, 2, 3]'
printf '1\r\n1\r\n1\r\n1\r\n9\r\n9\r\n9\r\n' >crlf
ok 'with CR LF' run 0 mn filter two.csv --weights crlf --lambda 0 --json
ok 'the same' says_json 'x["rejected"] == [0, 1, 2, 3]'

# refuses CODE WORDS OPTIONS
refuses() {
    run "$1" mn filter two.csv $3 && silent out && says err "$2"
}
printf '1\n2\n' >short
printf '1\n2\nx\n4\n5\n6\n7\n' >word
printf '1\n2\n-3\n4\n5\n6\n7\n' >negative
ok 'too few weights' refuses 65 'has 2 lines, the matrix 7 rows' '--weights short'
ok 'a weight in words' refuses 65 "word:3: found 'x'" '--weights word'
ok 'a negative weight' refuses 65 '-3' '--weights negative'
ok 'weights that are missing' refuses 66 nowhere '--weights nowhere'
ok 'a ratio of more than half' refuses 2 '--ratio 0.9' '--ratio 0.9'
ok 'a kappa of more than all' refuses 2 '--kappa 3' '--kappa 3'
ok 'a negative lambda' refuses 2 '--lambda -1' '--lambda -1'
ok 'a threshold that is none' refuses 2 '--threshold nan' '--threshold nan'
ok 'an unknown scale' refuses 2 '--scale inches' '--scale inches'
ok 'an unknown word for few' refuses 2 '--few many' '--few many'
printf '1,2\n3\n' >ragged.csv
ok 'a ragged table' run 65 mn filter ragged.csv
ok 'is named by its line' says err ragged.csv:2
printf '1,2\n3,inf\n' >infinite.csv
ok 'an infinity' run 65 mn filter infinite.csv
ok 'is named by its line' says err infinite.csv:2

# --- HDF5
if find_python numpy,h5py; then
    "$py" -c "
import h5py, numpy
x = numpy.genfromtxt('cloud.csv', delimiter=',', skip_header=1)
with h5py.File('cloud.h5', 'w') as f:
    f['x/features'] = x
    f['y'] = x[:, :1]"
    ok 'a dataset of HDF5' run 0 mn filter cloud.h5:/x/features
    ok 'is as CSV' cmp out first
    ok 'an object that is not there' run 66 mn filter cloud.h5:/nothing
    ok 'is named' says err /nothing
else
    skip 'HDF5' 'needs Python 3 with numpy and h5py'
fi
done_testing
