#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# result and run: what they print for people and for programs agrees.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json,csv

build_hospitals
job() {
    mn run c.h5 --data "$hospitals" --ledger l "$@"
}
# holds EXPRESSION: with j the document of result.json, r that of run.json, c the
# lines of result.csv, and head what precedes them.
holds() {
    "$py" -c '
import csv, json, sys
j, r = json.load(open("result.json")), json.load(open("run.json"))
text = open("result.csv").read().splitlines()
head = [t for t in text if t.startswith("#")]
c = list(csv.DictReader(t for t in text if not t.startswith("#")))
sys.exit(0 if eval(sys.argv[1]) else "does not hold: " + sys.argv[1])' "$1"
}

# --- a dry run
ok 'a dry run' run 0 job --dry-run --ranks 9
ok 'says what it would do' says out 'no problem seen' 'builtin:moments@1' '569 in 8 partitions' \
    'hospital-8.csv' '1 master, 8 groups of 1' 'mean_radius'
ok 'what it would need' grep -Eq '^memory .* (KiB|MiB|GiB) per slave rank' out
ok 'on disk too' grep -Eq '^disk .* (KiB|MiB)' out
ok 'and does nothing' not test -e l
ok 'nor writes a result' not test -e result.h5
ok 'problems' run 66 mn run c.h5 --dry-run --data 'nuclei=nowhere/{slave}.csv'
ok 'are said, one for each partition' same "$(grep -c 'PROBLEM  slave [1-8]: .*nowhere/' out)" 8
ok 'too few ranks' run 2 job --dry-run --ranks 2 --ranks-per-slave 3
ok 'are said' says out 'PROBLEM' 'there are 1 ranks besides the master'
ok 'data that is not named' run 2 mn run c.h5 --dry-run

# --- a run as JSON
ok 'run --json' run 0 job --json --quiet
cp out run.json
ok 'result export --json' run 0 mn result export result.h5 --json
cp out result.json
ok 'result export --csv' run 0 mn result export result.h5 --csv
cp out result.csv
ok 'what the run says of slaves is in the result' holds \
    'all({k: s[k] for k in t} == t for s, t in zip(r["slaves"], j["slaves"]))'
ok 'so is the rest of it' holds 'all(r[k] == j[k] for k in j if k != "slaves")'
ok 'the run says more' holds 'set(r) - set(j) == {"shown", "resumed", "stopped", "emission", "messages", "notes"}'
ok 'it was computed' holds 'r["shown"] is False and r["resumed"] is False'
ok 'credits add up' holds 'sum(s["credits"] for s in r["slaves"]) == r["emission"] == 20000'
ok 'there are eight slaves' holds '[s["name"] for s in j["slaves"]] == \
    ["here/nuclei/%d" % k for k in range(1, 9)]'
ok 'one is rejected' holds '[s["decision"] for s in j["slaves"]] == \
    ["accepted"] * 4 + ["rejected"] + ["accepted"] * 3'
ok 'with its why' holds '"mean(mean_radius)" in j["slaves"][4]["why"]'
ok 'its score is above the threshold' holds 'j["slaves"][4]["score"] > j["threshold"]'
ok 'stakes are one in sum' holds 'abs(sum(s["share"] for s in j["slaves"]) - 1) < 1e-12'
ok 'the contract is named' holds "j['contract'] == '$(mn contract show c.h5 | sed -n 's/^id //p')'"
ok 'so are run and ledger' holds \
    "j['run'] == '$(sed -n 's/^1 .* sum=\(.\{16\}\).*/\1/p' l/log)' and \
     j['origin'] == '$(field genesis origin l)'"
ok 'the aggregate is of the honest' holds 'set(j["aggregate"]["count"]["values"]) == {498}'
ok 'without the filter it is of all' holds 'set(j["unfiltered"]["count"]["values"]) == {569}'
ok 'arrays say what they are' holds 'all(a["help"] for a in j["aggregate"].values())'

# --- CSV
ok 'CSV has the values of JSON, to the last digit' holds \
    '[(x["array"], x["row"], float(x["value"])) for x in c] == \
     [(n, k, v) for n, a in j["aggregate"].items() for k, v in zip(a["rows"], a["values"])]'
ok 'and before them where they are from' holds \
    'any(j["contract"] in h for h in head) and any(j["run"] in h for h in head) and \
     any(j["version"] in h for h in head)'
ok 'all at the top' holds 'text[:len(head)] == head and text[len(head)] == "array,row,column,value"'

# --- for people
ok 'result show' run 0 mn result show result.h5
ok 'has where it is from' says out 'Measurements of cell nuclei' 'builtin:moments@1' \
    '8 of 8 answered, 1 rejected by pos-lof' 'metaneuron'
ok 'and the answer' grep -q '^worst_area .* 498 ' out
ok 'without slaves' not grep -q nuclei/5 out
ok 'result show --slaves' run 0 mn result show result.h5 --slaves
ok 'has them, and why' says out 'here/nuclei/1' 'REJECTED' 'rejected  here/nuclei/5: score: mean('
ok 'result show --unfiltered' run 0 mn result show result.h5 --unfiltered
ok 'has all rows' grep -q '^worst_area .* 569 ' out
ok 'no colours in a file' not grep -q "$(printf '\033')" out
ok 'HDF5 tools read it' run 0 timeout 60 h5dump -d /aggregate/mean -d /aggregate/mean_rows result.h5
ok 'with its labels' says out mean_radius worst_fractal_dimension
ok 'the contract is in it' run 0 timeout 60 h5dump -d /contract -b LE -o contract.bin result.h5
ok 'byte for byte' cmp contract.bin c.h5

# --- shown again
ok 'the same command again' run 0 job --json --quiet
cp out run.json
ok 'shows what is settled' holds 'r["shown"] is True and all(r[k] == j[k] for k in j if k != "slaves")'
ok 'with its credits' holds 'sum(s["credits"] for s in r["slaves"]) == r["emission"] == 20000'

# --- titles that a terminal or a table could stumble over
printf 'title: "a \\"quoted\\", \\x1b[31mred\\x07 one"\nfunction: {name: moments}\n' >odd.yaml
printf 'data: {name: d, split: rows, slaves: 6}\n' >>odd.yaml
{
    printf '"x, 1","say ""y"""\n'
    seq 1 60 | awk '{ print $1 % 7 "," $1 % 5 }'
} >odd.csv
ok 'a contract with odd words' run 0 mn contract build odd.yaml -o odd.h5
ok 'runs' run 0 mn run odd.h5 --quiet --data d=odd.csv --ledger odd --out odd-result.h5
ok 'without an escape on the terminal' not grep -q "$(printf '\033')" out
ok 'nor in a dry run' run 0 mn run odd.h5 --dry-run --data d=odd.csv
ok 'is there one' not grep -q "$(printf '\033')" out
mkdir "$(printf 'esc\033[31m')"
ok 'nor when something is wrong' run 66 mn run odd.h5 --quiet --ledger odd2 \
    --data "d=$(printf 'esc\033[31m')/x"
ok 'is there one' not grep -q "$(printf '\033')" err
ok 'beside the ledger is why' grep -q 'esc.*31m/x' odd2/logs/*/declines
ok 'and shows it' run 0 mn ledger show odd2
ok 'without an escape' not grep -q "$(printf '\033')" out
ok 'as CSV' run 0 mn result export odd-result.h5 --csv
cp out result.csv
ok 'there is none either' not grep -q "$(printf '\033')" out
ok 'as JSON' run 0 mn result export odd-result.h5 --json
cp out result.json
ok 'names come through' holds 'j["aggregate"]["mean"]["rows"] == ["x, 1", "say \"y\""]'
ok 'in CSV too' holds '[x["row"] for x in c if x["array"] == "mean"] == ["x, 1", "say \"y\""]'
ok 'the title is whole in JSON' holds 'j["title"] == "a \"quoted\", \x1b[31mred\x07 one"'

# --- regression: arrays of one number, and rows of other names
sed 's/name: moments/name: linreg\n  params: {target: mean_area}/' \
    "$jobs_dir/breast-cancer/contract.yaml" >fit.yaml
ok 'a regression' run 0 mn contract build fit.yaml -o fit.h5
ok 'runs' run 0 mn run fit.h5 --quiet --data "$hospitals" --ledger l --out fit-result.h5 --json
cp out run.json
mn result export fit-result.h5 --json >result.json
mn result export fit-result.h5 --csv >result.csv
ok 'its arrays are there' holds '{"coefficients", "r_squared", "standard_error"} <= set(j["aggregate"])'
ok 'coefficients have names' holds 'j["aggregate"]["coefficients"]["rows"][:2] == ["intercept", "mean_radius"]'
ok 'a number is a number' holds '0.9 < j["aggregate"]["r_squared"]["values"][0] < 1'
ok 'CSV agrees' holds '[float(x["value"]) for x in c] == \
    [v for a in j["aggregate"].values() for v in a["values"]]'
ok 'verify' run 0 mn verify fit-result.h5 --ledger l
done_testing
