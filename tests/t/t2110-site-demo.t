#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Centres of one machine compute together: what is told, what comes of it, and what is left alone.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json
METANEURON_JOBS=$jobs_dir
export METANEURON_JOBS

demo() { mn site demo "$@"; }

# --- three centres
ok 'three centres' run 0 demo --dir d
ok 'a screen' test "$(wc -l <out)" -le 50
cp out told
ok 'the rule that denied is named' grep -q '^beta .*DENIED authors: ' told
ok 'it is mended' says told 'site policy accept'
ok 'each claims' says told 'alpha     claims 214 rows' 'beta      claims 142 rows' 'gamma     claims 142 rows'
ok 'what would leave is shown' says told '16 numbers, sealed to alpha' 'mean(mean_radius)'
ok 'three are accepted' test "$(grep -c ' accepted ' told)" -eq 3
ok 'it is verified by another' says told 'gamma     fetches the published result, and verifies filter and answer'
ok 'and cosigned' says told 'has cosigned the logs of the others'
ok 'and audited' says told 'gamma     audits alpha: ' ' 0 wrong'
ok 'what takes time is named' grep -q '^took .* set-up .* computing ' told
ok 'the home of whoever runs it is as it was' same "$(find "$HOME" -type f | wc -l)" 0
run=$(sed -n 's/^alpha .* publishes run \([0-9a-f]*\): .*/\1/p' told)

# The same numbers as one run over the three files.
mkdir rows
i=1
for site in alpha beta gamma; do
    cp "d/$site/nuclei.csv" "rows/$i.csv"
    i=$((i + 1))
done
sed -e 's/split: sites/split: files/' -e 's/slaves: 8/slaves: 3/' "$jobs_dir/federation/contract.yaml" >one.yaml
mn contract build one.yaml -o one.h5 >out 2>err
ok 'one run over all of it' run 0 mn run one.h5 --quiet --data 'nuclei=rows/{slave}.csv' --ledger one --out one-result.h5
mn result export one-result.h5 --csv | grep -v '^#' >one.csv
mn result export "d/gamma/house/runs/$run/published.h5" --csv | grep -v '^#' >published.csv
ok 'has the same answer, to the last bit' cmp one.csv published.csv

# --- what is said at the end runs as it stands
sed -n '/^look further:/,$s/^  \([^ ]*\) \(.*\)$/\2/p' told | sed 's/   (.*//' >further
ok 'there are commands' test "$(wc -l <further)" -ge 7
while read -r command; do
    case $command in
        'site demo '*) continue ;;
        'site audit '*) code=4 ;; # in part, as the run has not disclosed all
        *) code=0 ;;
    esac
    # shellcheck disable=SC2086
    ok "$command" run $code mn $command
done <further
for site in alpha beta gamma; do
    ok "$site: its log" run 0 mn ledger verify "d/$site/house/ledger"
    ok "$site: its own" run 0 mn ledger verify "d/$site/house/own"
    ok "$site: nothing is left to do" eval 'run 0 mn site step --dir "d/$site/house" && run 0 mn site --dir "d/$site/house" && says out "no run waits"'
done
ok 'no log has a name of a column, a title or a word of the contract' \
    not grep -qi -e radius -e nuclei%20 -e measure d/exchange/*/log
ok 'nothing of a state is in the exchange in clear' not grep -rqa '14.19259859' d/exchange
ok 'the published result, in part, as it has no states' run 4 mn verify "d/gamma/house/runs/$run/published.h5" --ledger d/alpha/house/ledger

# --- an audit, by who collected, and by another
ok 'who collected can check all of it' run 0 mn site audit "$run" --dir d/alpha/house
ok 'and finds nothing wrong' says out 'what was sealed was opened here' ': 0 wrong, 0 could not be checked'
ok 'another finds nothing wrong, and cannot check all' run 4 mn site audit "$run" --dir d/gamma/house
ok 'which is told' says out 'unchecked aggregate' '0 wrong, 3 could not'
ok 'an audit in JSON' run 4 mn site audit "$run" --dir d/gamma/house --json
ok 'has each finding' "$py" -c 'import json
d = json.load(open("out"))
by = {f["code"]: f["state"] for f in d["findings"]}
assert d["wrong"] == 0 and d["unchecked"] == 3 and by["late"] == by["credits"] == "right"
assert {c for c in by if by[c] == "unchecked"} == {"states", "features", "aggregate"}, by'
ok 'no identity' run 66 mn site audit "$run" --dir d/gamma/house --identity nosuch
cp d/alpha/house/keys/seal seal && chmod 600 seal
ok 'with the identity of who collected all is checked' run 0 mn site audit "$run" --dir d/gamma/house --identity seal
cp d/beta/house/keys/seal seal && chmod 600 seal
ok 'with another nothing can be opened' run 2 mn site audit "$run" --dir d/gamma/house --identity seal
ok 'which is told' says err 'nothing of run'
mn site id --dir d/alpha/house | sed -n 's/^key  *//p' >key
printf 'log %s\nquorum none\n' "$(cat key)" >keys
ok 'no evidence' run 65 mn site check-evidence keys --policy keys
ok 'no policy' run 2 mn site check-evidence keys

# --- again, elsewhere, otherwise
ok 'a second time' run 0 demo --dir d --json
ok 'is another run' "$py" -c 'import json, sys
d = json.load(open("out")); sys.exit(not (d["run"] != sys.argv[1] and d["verified"] and d["denied"] is None))' "$run"
ok 'of other number of centres' run 2 demo --dir d --sites 4
mkdir other && echo mine >other/file
ok 'a directory that no demo has made' run 2 demo --dir other
ok 'is named' says err other 'no demo has made it'
ok 'and is as it was' same "$(ls other)" file
ok 'a file' run 2 demo --dir other/file
ok 'no examples' run 66 demo --dir e --jobs other
ok 'nothing was made' not test -e e

# --- eight, one of which has another unit
ok 'eight centres' run 0 demo --dir eight --sites 8
ok 'a screen' test "$(wc -l <out)" -le 50
ok 'one is rejected' test "$(grep -c ' REJECTED ' out)" -eq 1
ok 'the one with the wrong unit' grep -q '^ *epsilon/nuclei/1 .* REJECTED ' out
ok 'for that' says out 'rejected  epsilon/nuclei/1: score: mean(mean_radius)'
done_testing
