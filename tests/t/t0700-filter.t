#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# filter: known answers, weights, errors and items, robust estimates, and what it refuses.
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
assert list(x)[:7] == ["method", "cut", "target_fpr", "threshold", "scores", "rejected", "why"]
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
24,201
END
for method in pos-lof lof posdist mad union; do
    ok "$method" run 0 mn filter cloud.csv --method $method --json
    ok 'rejects the one that is far' says_json 'x["rejected"] == [7] and x["why"][7] == "score"'
    ok 'says its name' says_json "x['method'] == '$method'"
    ok 'by its threshold' says_json \
        'all((v > x["threshold"]) == (i == 7) for i, v in enumerate(s))'
done
ok 'the cut is that simulated' run 0 mn filter cloud.csv --json
ok 'for one round in twenty' says_json 'x["cut"] == "simulated" and x["target_fpr"] == 0.05'
for method in lof posdist; do
    ok "$method" run 0 mn filter cloud.csv --method $method --json
    ok 'has a fixed one' says_json 'x["cut"] == "fixed" and x["target_fpr"] is None'
done
for words in '--threshold 3' '--ratio 0.25' '--method none'; do
    ok "with $words" run 0 mn filter cloud.csv $words --json
    ok 'there is none' says_json 'x["cut"] is None and x["target_fpr"] is None'
done
ok 'a fixed cut' run 0 mn filter cloud.csv --cut fixed --json
ok 'knows the number of columns' says_json \
    'x["cut"] == "fixed" and abs(x["threshold"] - (1.3 + 4 / math.sqrt(2))) < 1e-12'
ok 'another rate' run 0 mn filter cloud.csv --target-fpr 0.5 --json
ok 'is said' says_json 'x["cut"] == "simulated" and x["target_fpr"] == 0.5'
for words in '--cut simulated' '--method mad' '--method union --target-fpr 0.2'; do
    ok "with $words" run 0 mn filter cloud.csv $words --json
    ok 'it is simulated' says_json 'x["cut"] == "simulated" and x["rejected"] == [7]'
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

# --- standard errors, and items
# Nine rows: seven of them means of many items, two of few, which are farther from the middle.
cat >uneven.csv <<END
a,b
10.1,200
9.9,201
10.0,199
10.2,200.5
9.8,199.5
10.05,200.2
9.95,199.8
12.5,205
7.4,213
END
sed 's/.*/0.1,0.6/; 1s/.*/a,b/; 9s/.*/2.5,12/; 10s/.*/2.5,12/' uneven.csv >errors.csv
ok 'rows of few items' run 0 mn filter uneven.csv --cut fixed --json
ok 'are rejected' says_json 'x["rejected"] == [7, 8]'
ok 'with standard errors' run 0 mn filter uneven.csv --errors errors.csv --cut fixed --json
ok 'they are not' says_json 'x["rejected"] == []'
ok 'nor by the other cut' run 0 mn filter uneven.csv --errors errors.csv --json
ok 'they are not' says_json 'x["rejected"] == []'
sed '6s/^9.8/60/' uneven.csv >wrong.csv
ok 'one of many items that is as far' run 0 mn filter wrong.csv --errors errors.csv --json
ok 'is rejected alone' says_json 'x["rejected"] == [4]'
sed 1d errors.csv >headless.csv
cp out first.json
ok 'errors without names' run 0 mn filter wrong.csv --errors headless.csv --json
ok 'are the same' cmp out first.json
printf '400\n400\n400\n400\n400\n400\n400\n1\n1\n' >items
ok 'numbers of items' run 0 mn filter uneven.csv --items items --json
ok 'say it, too' says_json 'x["rejected"] == []'

# --- more columns than data of a contract may have
awk 'BEGIN { for (i = 0; i < 8; i++) for (j = 0; j < 70000; j++)
    printf "%d%s", i == 5 ? 9 : (i * 7 + j * 3) % 4, j < 69999 ? "," : "\n" }' >broad.csv
sed 's/[0-9]/1/g' broad.csv >broad-errors.csv
ok '70,000 columns' run 0 mn filter broad.csv --errors broad-errors.csv --robust median --cut fixed --json
ok 'are filtered, and estimated from' says_json \
    'x["rejected"] == [5] and len(x["robust"]["estimate"]) == 70000'

# --- robust estimates
printf '1,2,3\n4,5,6\n7,8,9\n' >nine.csv
estimates() {
    run 0 mn filter nine.csv --robust $1 --json &&
        says_json "x['robust']['method'] == '$1' and x['robust']['estimate'] == $2 and \
x['robust']['rows'] == 3 and x['robust']['wrong'] == 1 and x['robust']['share'] == 0.4"
}
for method in mean median trimmed-mean geometric-median; do
    ok "the $method of three rows" estimates $method '[4, 5, 6]'
done
ok 'krum' estimates krum '[1, 2, 3]'
ok 'multi-krum' estimates multi-krum '[2.5, 3.5, 4.5]'
ok 'nnm' estimates nnm '[2.5, 3.5, 4.5]'
printf '1\n1\n2\n' >three
ok 'a mean by items' run 0 mn filter nine.csv --robust mean --items three --json
ok 'weighs rows' says_json 'x["robust"]["estimate"] == [4.75, 5.75, 6.75]'
ok 'no share' run 0 mn filter nine.csv --robust krum --share 0 --json
ok 'withstands none' says_json 'x["robust"]["wrong"] == 0'
ok 'for people' run 0 mn filter nine.csv --robust trimmed-mean
ok 'it stands after the decisions' sh -c 'tail -n 4 out | head -n 1 | grep -q "^trimmed-mean of 3 rows, of which 1 may be wrong:$"'
ok 'by column' sh -c 'tail -n 1 out | grep -q "^ *6  c2$"'
ok 'of rows with a missing one' run 0 mn filter holes.csv --robust median --json
ok 'the others are estimated from' says_json \
    'x["robust"]["rows"] == 6 and x["robust"]["estimate"] == [1, 2]'
printf 'NA,3\nNA,3\n' >no.csv
ok 'where all have one' run 0 mn filter no.csv --robust median
ok 'there is none' says out 'no row could be scored'
ok 'as JSON' run 0 mn filter no.csv --robust median --json
ok 'it is empty' says_json 'x["robust"]["estimate"] == [] and x["robust"]["rows"] == 0'

# --- explained
printf '1\n1\n1\n1\n1\n1\n1\n4\n' >few
ok 'explained' run 0 mn filter cloud.csv --explain --cut fixed
ok 'it says what the cut is' says out 'a fixed cut for 2 columns'
ok 'why a row is rejected' grep -q '^Row 7 is rejected: its score .* times the cut' out
ok 'by which column, beside what others have' says out 'a is 24; the middle of all is 10.025, give or take 0.148'
ok 'and no other' not grep -q '^ *b is 201' out
ok 'how near that another is' grep -q '^Row 0 is accepted: its score .* % of the cut' out
ok 'simulated' run 0 mn filter cloud.csv --explain
ok 'the rate is said' says out 'in at most 5 % of tables' 'All rows are taken to be as precise'
ok 'and how much is rejected' says out 'The rejected rows have 12.5 % of all rows.'
ok 'of rows with items' run 0 mn filter cloud.csv --explain --items few
ok 'how many of these' says out 'The rejected rows have 36.4 % of all items.'
ok 'rows are not as precise' not grep -q 'All rows are taken' out
ok 'three that are far, and near each other' run 0 mn filter two.csv --cut fixed --explain
ok 'are said to agree' says out \
    '3 of the 3 rejected rows agree with one another and not with the 4 accepted: 4, 5, 6;'
ok 'as JSON' run 0 mn filter two.csv --cut fixed --explain --json
ok 'they are listed' says_json 'x["agree"] == [4, 5, 6]'
ok 'union' run 0 mn filter cloud.csv --explain --method union
ok 'says what its parts say' grep -q '^Row 7 is rejected: .* by pos-lof, .* by mad\.$' out
ok 'as JSON' run 0 mn filter cloud.csv --method union --json
ok 'so' says_json \
    '[p["method"] for p in x["parts"]] == ["pos-lof", "mad"] and near(s, [max(a / x["parts"][0]["threshold"],
      b / x["parts"][1]["threshold"]) for a, b in zip(x["parts"][0]["scores"], x["parts"][1]["scores"])])'
ok 'as JSON' run 0 mn filter cloud.csv --explain --json
ok 'all of it' says_json \
    '(lambda r: r[7]["rejected"] and r[7]["worst"][0]["name"] == "a" and
      abs(r[7]["worst"][0]["spread"] - 0.14826) < 1e-9 and
      r[7]["of_threshold"] > 1 > r[0]["of_threshold"] and
      "Row 7 is rejected" in r[7]["text"][0] and len(x["about"]) == 3)(x["explain"])'
ok 'what is missing' run 0 mn filter holes.csv --explain
ok 'is named' says out 'Row 1 is rejected: it has numbers that are missing' 'c0 is missing'
ok 'five rows' run 0 mn filter five.csv --explain
ok 'are accepted, and it is said why' says out 'a fixed cut for 2 columns' 'too few rows differ' 'Row 4 is accepted: its score' 'of 5 rows or fewer none'
ok 'a ratio' run 0 mn filter cloud.csv --ratio 0.25 --explain
ok 'is explained' says out 'The 25 % of the rows' ', among the highest.'

# refuses CODE WORDS OPTIONS
refuses() {
    run "$1" mn filter two.csv $3 && silent out && says err "$2"
}
printf '1\n2\n' >short
printf '1\n0\n3\n4\n5\n6\n7\n' >zero
printf '1\n2\nx\n4\n5\n6\n7\n' >word
printf '1\n2\n-3\n4\n5\n6\n7\n' >negative
ok 'too few weights' refuses 65 'has 2 lines, the matrix 7 rows' '--weights short'
ok 'a weight in words' refuses 65 "word:3: found 'x'" '--weights word'
printf '1\n2\000\n3\n4\n5\n6\n7\n' >binary
ok 'a byte that is no text' refuses 65 'has a NUL byte' '--weights binary'
ok 'a negative weight' refuses 65 '-3' '--weights negative'
ok 'weights that are missing' refuses 66 nowhere '--weights nowhere'
ok 'a number for no row' refuses 65 "zero:2: found '0'" '--items zero'
ok 'too few items' refuses 65 'has 2 lines, the matrix 7 rows' '--items short'
ok 'items that are missing' refuses 66 nowhere '--items nowhere'
printf '1,1\n1,1\n' >two-errors.csv
ok 'too few errors' refuses 65 'has 2 rows of 2 columns, the matrix 7 of 2' '--errors two-errors.csv'
sed 's/$/,1/' two.csv >wide.csv
ok 'too many columns of them' refuses 65 'has 7 rows of 3 columns, the matrix 7 of 2' '--errors wide.csv'
sed '3s/.*/1,-2/' two.csv >minus.csv
ok 'a negative error' refuses 65 "minus.csv: row 2 (from 0), column 'c1': found -2" '--errors minus.csv'
sed '3s/.*/1,x/' two.csv >text.csv
ok 'an error in words' refuses 65 'text.csv:3' '--errors text.csv'
ok 'errors that are missing' refuses 66 nowhere '--errors nowhere'
(echo b,a && cat two.csv) >swapped.csv
(echo a,b && cat two.csv) >names.csv
ok 'columns in another order' run 65 mn filter names.csv --errors swapped.csv
ok 'are named' says err "swapped.csv: column 1 is 'b', in the matrix 'a'"
for rate in 0 -1 0.6 nan x; do
    ok "a rate of $rate" refuses 2 "--target-fpr $rate: expected a number from 0.001 to 0.5" "--target-fpr $rate"
done
ok 'a rate without a simulated cut' refuses 2 'needs --cut simulated' '--target-fpr 0.1 --cut fixed'
ok 'a cut of no name' refuses 2 'expected fixed or simulated' '--cut sharp'
ok 'a cut and a threshold' refuses 2 '--threshold and --cut simulated exclude' '--cut simulated --threshold 2'
ok 'a rate and a ratio' refuses 2 '--ratio and --cut simulated exclude' '--target-fpr 0.1 --ratio 0.1'
ok 'a cut that the method lacks' refuses 2 '--method lof has no --cut simulated' '--method lof --cut simulated'
ok 'an estimate of no name' refuses 2 'expected mean, median' '--robust average'
ok 'a share of half' refuses 2 '--share 0.5' '--robust nnm --share 0.5'
ok 'a share of nothing' refuses 2 '--share needs --robust' '--share 0.2'
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
