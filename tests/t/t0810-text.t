#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Text from elsewhere: whatever is in a file, a program's output or the command line, no terminal,
# spreadsheet or reader of JSON is misled by what a command prints of it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python h5py

text() {
    "$py" "$scripts/text.py" "$@"
}
H=$(text string)
B=$(text bytes)
# shown CODE COMMAND…: run, and nothing that is printed does harm.
shown() {
    run "$@" && text clean out err
}
json() {
    text json out "$1"
}

# --- a contract
printf 'title: "%s"\ndescription: "%s"\n' "$(text yaml)" "$(text yaml)" >odd.yaml
cat >>odd.yaml <<'END'
function: {name: moments}
data: {name: d, split: rows, slaves: 6}
limits: {slaves_min: 1, share_min: 0}
END
{
    printf '"%s","-1.5","@sum","+1x"," -x"\n' "$(text line | sed 's/"/""/g')"
    seq 1 60 | awk '{ print $1 % 7 "," $1 % 5 "," $1 % 3 "," $1 % 4 "," $1 }'
} >odd.csv
ok 'a contract' shown 0 mn contract build odd.yaml -o odd.h5
ok 'is checked' shown 0 mn contract check odd.h5
ok 'is shown' shown 0 mn contract show odd.h5
sed 1d out >document && mv document out
ok 'with every character' json 'd["contract"]["title"] == H and d["contract"]["description"] == H'
mn contract show odd.h5 | sed -n '1s/^id //p' >id
ok 'its canonical text' run 0 mn contract show odd.h5 --canonical
ok 'has the bytes that the id is of' same "$(tr -d '\n' <out | sha256sum | cut -d' ' -f1)" "$(cat id)"
ok 'but on a terminal' text terminal seen "$METANEURON" contract show odd.h5 --canonical
ok 'does no harm there' text clean seen
ok 'and is the same' text json seen 'd["contract"]["title"] == H'
ok 'a dry run' shown 0 mn run odd.h5 --dry-run --data d=odd.csv
ok 'a run' shown 0 mn run odd.h5 --data d=odd.csv --ledger odd --out odd-result.h5
ok 'has the title, in one line' grep -q '^=HYPERLINK("x"),<U+001B>\[31m<U+000A>do: run it<U+000D>' out
ok 'as JSON' shown 0 mn run odd.h5 --data d=odd.csv --ledger odd --out odd-result.h5 --json
ok 'has every character' json 'd["title"] == H and d["aggregate"]["mean"]["rows"][0] == LINE'
ok 'a result' shown 0 mn result show odd-result.h5 --slaves --rounds
ok 'as CSV' shown 0 mn result export odd-result.h5 --csv
ok 'has no formula' text csv out \
    '[r[1] for r in rows if r[0] == "mean"] == ["'"'"'" + SHOWN.replace("<U+000A>", ""), "-1.5", "'"'@sum"'", "'"'+1x"'", "'"' -x"'"]'
ok 'nor where a comma or a semicolon ends a cell of the lines before it' text csv out \
    'lines and not any(re.search("[,;] *[=+@-]", t) for t in lines)'
ok 'and numbers are numbers' text csv out 'min(float(r[3]) for r in rows[1:]) < 0'
ok 'as JSON' shown 0 mn result export odd-result.h5 --json
ok 'has every character' json 'd["title"] == H and d["aggregate"]["mean"]["rows"][0] == LINE'
ok 'a matrix' shown 0 mn filter odd.csv
ok 'and in words' shown 0 mn filter odd.csv --explain --robust median
ok 'as JSON' shown 0 mn filter odd.csv --explain --robust median --json
ok 'kinds of its columns' shown 0 mn data columns odd.csv
ok 'levels of one' shown 0 mn data levels odd.csv --column @sum
text line >>odd.csv
ok 'what is no number in it' shown 65 mn filter odd.csv
ok 'and in the data of a run' shown 65 mn run odd.h5 --dry-run --data d=odd.csv

# --- a ledger, as another site could have written it
build_hospitals
SLURM_JOB_ID=7 SLURM_JOB_END_TIME=9999999999 mn run c.h5 --quiet --data "$hospitals" --ledger l \
    --out result.h5 >out 2>err
mkdir data
for k in 1 2 4 5 6 7 8; do
    ln -s "$jobs_dir/breast-cancer/hospital-$k.csv" data/$k.csv
done
ok 'a run that misses a slave' shown 66 mn run c.h5 --quiet --ledger part --out part.h5 \
    --data "nuclei=$T/data/{slave}.csv"
for ledger in l part; do
    ok "$ledger: harmful records" text ledger $ledger/log
    ok "$ledger: and one of a later version" text unknown $ledger/log
    # What was signed was another.
    rm -rf $ledger/checkpoint $ledger/checkpoints "$HOME/.local/state/metaneuron/seen"
    ok "$ledger: verify" shown 0 mn ledger verify $ledger
    ok "$ledger: show" shown 0 mn ledger show $ledger
    ok "$ledger: show --json" shown 0 mn ledger show $ledger --json
    ok "$ledger: has every character" json \
        'all(x["node"] == H for x in d if x["type"] in ("view", "claim", "decline"))'
    ok "$ledger: and the record of a later version apart" json \
        'd[-1]["type"] == "zzlater" and d[-1]["seq"] == len(d) - 1 and d[-1]["time"] > 1e9 and
         d[-1]["fields"]["type"] == "settle" and d[-1]["fields"]["text"] == H and
         d[-1]["fields"]["bytes"] == "<0xFF><0xC2>x" and
         set(d[-1]) == {"seq", "time", "type", "fields", "sum"} and
         all(("credits" in x) == (x["type"] == "settle") for x in d)'
    for by in slave node account; do
        ok "$ledger: history by $by" shown 0 mn ledger history --ledger $ledger --by $by
        ok "$ledger: history by $by --json" shown 0 mn ledger history --ledger $ledger --by $by --json
    done
    ok "$ledger: history of one" shown 0 mn ledger history "$H/nuclei/5" --ledger $ledger
    ok "$ledger: as JSON" shown 0 mn ledger history "$H/nuclei/5" --ledger $ledger --json
    ok "$ledger: has every character" json 'd["slave"] == H + "/nuclei/5" and
        all(c["node"] == H for c in d["computations"])'
    ok "$ledger: history of none" shown 65 mn ledger history "$H/none" --ledger $ledger
    ok "$ledger: show of one" shown 0 mn ledger show $ledger --slave "$H/nuclei/5" --type "claim,view"
    ok "$ledger: show of no type" shown 2 mn ledger show $ledger --type "$H"
    ok "$ledger: prune" shown 0 mn ledger prune $ledger --days 0 --dry-run
    ok "$ledger: balance" shown 0 mn ledger balance $ledger
    ok "$ledger: balance --json" shown 0 mn ledger balance $ledger --json
    key=$(sed -n 's/.* run=\([0-9a-f]\{16\}\) .*/\1/p' $ledger/log | head -n 1)
    ok "$ledger: status" shown 0 mn status --ledger $ledger
    ok "$ledger: status --all" shown 0 mn status --ledger $ledger --all
    ok "$ledger: status --json" shown 0 mn status --ledger $ledger --json
    ok "$ledger: has every character" json 'd["function"] == H and any(s["why"] == H for s in d["slaves"])'
    for k in 1 3 5; do
        ok "$ledger: explain $k" shown 0 mn explain "$key" "$H/nuclei/$k" --ledger $ledger
    done
    ok "$ledger: explain by another name" shown 65 mn explain "$key" "$H/none" --ledger $ledger
done
ok 'a run that is settled, watched' shown 0 timeout 60 "$METANEURON" status --ledger l --watch
ok 'balances have every character' eval 'run 0 mn ledger balance l --json && json \
    "any(a[\"account\"].startswith(H) for a in d[\"accounts\"])"'
ok 'a result whose ledger says harm' shown 3 mn verify result.h5 --ledger l

# --- a status file, of a run that goes on
ok 'a harmful status file' text status part/runs/*/status
ok 'is shown' shown 0 text holding part/runs/*/lock "$METANEURON" status --ledger part
ok 'as the run is going on' says out ' ranks)' 'do: run it'
ok 'all of it' shown 0 text holding part/runs/*/lock "$METANEURON" status --ledger part --all
ok 'as JSON' shown 0 text holding part/runs/*/lock "$METANEURON" status --ledger part --json
ok 'has every character' json 'd["title"] == d["host"] == d["stage"] == d["job"] == H'
ok 'explained' shown 0 text holding part/runs/*/lock "$METANEURON" explain "$key" 3 --ledger part

# --- a result of somebody else
cp result.h5 other.h5
ok 'a harmful result' text result other.h5
ok 'is shown' shown 0 mn result show other.h5 --slaves --rounds --unfiltered
ok 'as JSON' shown 0 mn result export other.h5 --json
ok 'has every character' json 'd["title"] == d["origin"] == d["version"] == H and
    d["slaves"][2]["node"] == H[:40] + "2" and d["slaves"][4]["why"] == H + "4" and
    d["aggregate"]["mean"]["rows"][3] == H + "3" and d["aggregate"]["mean"]["help"] == H'
ok 'as CSV' shown 0 mn result export other.h5 --csv
ok 'has no formula' text csv out 'not any(re.match(" *[=+@-]", c) for r in rows for c in r[:3])'
ok 'is not verified' shown 3 mn verify other.h5 --ledger l
ok 'and replaced only if it is ours' shown 2 "$METANEURON" run c.h5 --quiet --data "$hospitals" \
    --ledger l2 --out other.h5

# --- a centre of somebody else
for site in one two; do
    mn site init $site --exchange "$T/exchange" --dir "$T/$site" >out 2>err || exit 99
done
for pair in 'one two' 'two one'; do
    print=$(mn site id --dir "$T/${pair#* }" | sed -n 's/^fingerprint *//p')
    mn site peer add "${pair#* }" --fingerprint "$print" --dir "$T/${pair% *}" >out 2>err || exit 99
done
sed 's/split: rows, slaves: 6/split: sites, slaves: 2, columns: ["'"$(text yaml | sed 's/[\\&/]/\\&/g')"'", b]/' odd.yaml \
    >sites.yaml
printf 'author: "%s"\n' "$(text yaml)" >>sites.yaml
ok 'a contract over centres' shown 0 mn contract build sites.yaml -o sites.h5
ok 'is published' shown 0 mn site publish sites.h5 --sites two,one --dir "$T/one"
ok 'is taken in' shown 0 mn site sync --dir "$T/two"
printf 'a,b\n1,2\n3,4\n' >plain.csv
mn site data add d plain.csv --dir "$T/two" >out 2>err
looked_at() {
    for verb in '' inbox show 'policy try' sync 'peer list' 'data list' policy doctor id review step; do
        for form in '' --json; do
            # shellcheck disable=SC2086
            mn site $verb $form --dir "$1" >out 2>err
            ok "site $verb $form, of $2" text clean out err
        done
    done
}
looked_at "$T/two" 'who may not ask'
cat >"$T/two/policy.yaml" <<'END'
policy: 1
expires: 2099-12-31
cluster: none
approvers: {quorum: 0}
authors: [one]
functions:
  - {code: builtin:moments@1, params: {order: [1, 2]}, start: ask, release: ask}
data:
  d: {authors: [one], columns: [], rows-min: 10, rows-of-parameters: 1, result-max: 256, rounds-max: 1,
      sites-min: 1, cells-min: 0, queries: {distinct: 7, days: 30}, disclose: states}
END
mn site policy accept --dir "$T/two" >out 2>err || exit 99
looked_at "$T/two" 'who may'
ok 'a column that is not there' shown 65 mn site policy try --dir "$T/two"
printf '"%s",b\n1,2\n' "$(text string | sed 's/"/""/g')" >columns.csv
ok 'a column of two lines' eval 'mn site data add d columns.csv --dir "$T/two" >out 2>err; text clean out err'
ok 'is none' shown 65 mn site policy try --dir "$T/two"
ok 'the inbox' shown 0 mn site inbox --dir "$T/two" --json
ok 'has every character' json 'd[0]["title"] == H'
ok 'and show' shown 0 mn site show --dir "$T/two" --json
ok 'has every character' json 'd["contract"]["contract"]["description"] == H and
    d["contract"]["contract"]["author"] == H and d["contract"]["data"]["columns"][0] == H'
printf 'policy: 1\n"%s": 2\n' "$(text yaml)" >odd-policy.yaml
ok 'a policy with a harmful key' shown 65 mn site policy check odd-policy.yaml --dir "$T/two"
cp odd-policy.yaml "$T/two/policy.yaml"
ok 'is shown' shown 0 mn site policy show --dir "$T/two"
for name in "$H" "$B"; do
    ok 'no centre of that name' shown 2 mn site init "$name" --exchange x --dir y
    ok 'no peer' shown 65 mn site peer revoke "$name" --dir "$T/two"
    ok 'no data' shown 2 mn site data add "$name" x --dir "$T/two"
    ok 'no table' shown 2 mn site data add x "$name" --dir "$T/two"
    ok 'no house' shown 66 mn site --dir "$name"
    ok 'no such run' shown 65 mn site show "$name" --dir "$T/two"
    ok 'no such verb' shown 2 mn site "$name"
done
# Places with such names.
place=$(printf 'odd\033[31m\377')
ok 'a centre in a harmful place' shown 0 mn site init three --exchange "$T/$place" --dir "$T/$place-house"
cp plain.csv "$place.csv"
ok 'with data in one' shown 0 mn site data add d "$place.csv" --dir "$T/$place-house"
looked_at "$T/$place-house" 'a harmful place'
ok 'is told' eval 'mn site data list --dir "$T/$place-house" >out 2>err; says out "odd<U+001B>[31m<0xFF>.csv"'
# What a peer says that it must not: of no rule, with no code, and of a function that is none.
key=$(sed -n 's/.* open run=\([0-9a-f]*\) .*/\1/p' one/ledger/log | tail -n 1)
for words in "approve run=$key file=sha256:$(printf '%064d' 1) rule=%1B[31m" "refuse run=$key rule==HYPERLINK(1)" \
    "close run=$key code=%1B[31m" 'recall data=%0A' \
    "publish contract=%1B[31m file=sha256:$(printf '%064d' 1) function=%1B]0;x%07 slaves=1 rounds=1 data=-"; do
    "$py" "$scripts/chain.py" append one/ledger/log "$words"
    # The centre that says it signs it.
    mn site sync --dir "$T/one" >out 2>err || { cat err; exit 99; }
    ok "${words%% *}: is taken in" shown 0 mn site sync --dir "$T/two"
    for form in '' --json; do
        ok "site $form, of ${words%% *}" shown 0 mn site $form --dir "$T/two"
    done
    ok "of ${words%% *}: counts for nothing" eval 'run 0 mn site --dir "$T/two" && says out "counts for nothing"'
done
# Names and links in the exchange that are no centre's.
mkdir "exchange/$H" && printf 'x' >"exchange/one/files/$H" && ln -s /etc/passwd exchange/one/id-2
ok 'an exchange with harmful names' shown 0 mn site sync --dir "$T/two"

# --- programs, and who starts them
printf '#!/bin/sh\ncat "%s" >&2\nexit 1\n' "$T/harm" >odd.sh
printf '%s' "$B" >harm
chmod +x odd.sh
METANEURON_FUNCTIONS=$T
export METANEURON_FUNCTIONS
cat >exec.yaml <<END
title: A program
function:
  name: exec
  params: {program: odd.sh, sha256: "$(mn function digest ./odd.sh)", form: text, length: 2}
data: {name: d, split: rows, slaves: 2, columns: [x]}
END
seq 0 40 | sed '1s/.*/x/' >x.csv
mn contract build exec.yaml -o exec.h5 >out 2>err
mn run exec.h5 --quiet --data d=x.csv --ledger exec --out exec-result.h5 >out 2>err
ok 'a program that fails' test $? -gt 2
ok 'is quoted' eval 'text clean out err && says err "do: run it"'
ok 'in the ledger, too' shown 0 mn ledger show exec --json
ok 'and by explain' shown 0 mn explain "$(sed -n 's/.* run=\([0-9a-f]*\) .*/\1/p' exec/log | head -n 1)" 1 \
    --ledger exec
cat >launcher <<END
#!/bin/sh
cat "$T/harm"
printf '\none\\n\\ttwo\\r\\n{"a": "\303\251"}\\n'
cat "$T/harm" >&2
exit 1
END
chmod +x launcher
mn launch c.h5 --retries 0 --data "$hospitals" --ledger launched --out launched.h5 -- ./launcher >out 2>err
ok 'a launcher that prints it' test $? -gt 2
ok 'is passed on' eval 'text passed out err && says out "do: run it" "<0xFF>" && says err "do: run it"'
ok 'with its lines' eval 'grep -qx one out && grep -qx "	two" out && grep -qxF "{\"a\": \"$(printf "\303\251")\"}" out'

# --- a function of somebody else
CC=${CC:-cc}
sed 's/\.\(help\|summary\) = ".*"/.\1 = HARM/' "$top_srcdir/contrib/functions/collatz.c" >harm.c
printf '#define HARM "%s"\n' "$(text c)" >harm.h
if $CC -fPIC -shared -include ./harm.h -I"$top_srcdir/src/util" -I"$top_srcdir/src/function" \
    -o collatz.so harm.c 2>err; then
    ok 'a function' shown 0 mn function show ./collatz.so
    ok 'has harmful texts' grep -q '^collatz  =HYPERLINK.*U+202E' out
    ok 'and is listed' shown 0 mn function list
else
    skip 'a function' 'there is no compiler here'
fi

# --- the command line and the environment
ok 'no command' shown 2 mn "$H"
ok 'no verb' shown 2 mn contract "$H" x
ok 'no option' shown 2 mn run "--$H"
ok 'no value' shown 2 mn filter odd.csv --method "$H"
ok 'no option, of bytes' shown 2 mn run "--$B"
for name in "$H" "$B"; do
    ok 'no contract' shown 66 mn contract show "$name"
    ok 'no result' shown 66 mn result show "$name"
    ok 'no matrix' shown 66 mn filter "$name"
    ok 'no data to look into' shown 66 mn data levels "$name"
    ok 'no ledger' shown 66 mn ledger show "$name"
    ok 'no run' shown 2 mn status "$name" --ledger l
    ok 'no slave' shown 65 mn explain "$key" "$name" --ledger part
    ok 'no function' shown 65 mn function show "$name"
    ok 'no site' shown 2 mn run c.h5 --site "$name" --data "$hospitals" --ledger none --out x.h5
    ok 'no data' shown 66 mn run c.h5 --data "nuclei=$name{slave}" --ledger none --out x.h5
    (METANEURON_LEDGER=$name && export METANEURON_LEDGER && shown 66 mn status) >told 2>&1
    ok 'a ledger that the environment names' same "$?" 0
done
name=$(printf 'd\377\033[31m')
ok 'a doctor of odd places' shown 66 mn doctor --ledger "$name" --out "$name/x.h5"
ok 'as JSON' shown 66 mn doctor --json --ledger "$name" --out "$name/x.h5"
ok 'names them' json 'any("d<0xFF>" in x["text"] for x in d["findings"])'
METANEURON_JOBS=$jobs_dir
export METANEURON_JOBS
ok 'a demo in a place that has no UTF-8' shown 0 mn demo --json --dir "$name"
ok 'says where' json 'd["ledger"] == "d<0xFF>\x1b[31m/ledger"'
ok 'and in words' shown 0 mn demo --dir "$name"
ok 'with what can be looked at' says out 'd<0xFF><U+001B>[31m/ledger'
ok 'its contract is found' shown 0 mn contract check "$name/contract.h5"
ok 'centres in such a place' shown 0 mn site demo --dir "$name-site"
ok 'say where' says out 'd<0xFF><U+001B>[31m-site/alpha/house'
done_testing
