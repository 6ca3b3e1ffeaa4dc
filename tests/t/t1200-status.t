#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Looking at a run from outside: settled, interrupted, running; and at one slave.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

# until COMMAND…: asks again until it succeeds; a test that waits a minute has failed.
until_true() {
    _left=600
    until "$@" >/dev/null 2>&1; do
        _left=$((_left - 1))
        [ $_left -gt 0 ] || return 1
        sleep 0.1
    done
}

# json EXPRESSION: of d, the document in out.
json() {
    "$py" -c "import json; d = json.load(open('out')); print($1)"
}

# --- settled, with one who is rejected
build_hospitals
ok 'the hospitals' run 0 mn run c.h5 --quiet --data "$hospitals" --ledger l --heartbeat beat
ok 'the heartbeat says that it is done' grep -Eq '^[0-9]+ [0-9a-f]{16} done$' beat
ok 'no status file is left' test ! -e l/runs/*/status
ok 'status of the last run' run 0 mn status --ledger l
ok 'says how it stands' says out 'stage     settled' '1 rejected, 7 accepted' 'here/nuclei/5' \
    'mean(mean_radius)'
ok 'and nothing else' silent err
cp out whole
key=$(sed -n 's/^  run       \([0-9a-f]*\) .*/\1/p' out)
digits=$(echo "$key" | cut -c1-4)
ok 'by its first digits' run 0 mn status "$digits" --ledger l
ok 'it is the same' cmp out whole
ok 'by its key' run 0 mn status "$key" --ledger l
ok 'it is the same' cmp out whole
ok 'as JSON' run 0 mn status --ledger l --json
ok 'with the counts' same "$(json "d['state'], d['counts']['accepted'], d['counts']['rejected']")" \
    "settled 7 1"
ok 'and all slaves' same "$(json "[s['state'] for s in d['slaves']].index('rejected')")" 4
ok '--watch ends at once' run 0 mn status --ledger l --watch
ok 'with a line' lines 1 out
ok 'that says so' says out "$key settled: 1 rejected, 7 accepted"
cp l/log before
ok 'explain, accepted' run 0 mn explain "$digits" 1 --ledger l
ok 'says so' says out 'here/nuclei/1 was accepted: score' 'within the threshold' 'claimed on node' \
    'submitted' 'settled as accepted'
ok 'explain, rejected' run 0 mn explain "$key" here/nuclei/5 --ledger l
ok 'says so first' grep -q '^slave here/nuclei/5 was rejected: score .* above the threshold' out
ok 'and why, and what to do' says out 'mean(mean_radius)' 'do: look at these columns' '0.00 MNT'
ok 'looking has changed nothing' cmp before l/log

# --- what is not there
ok 'no such run' run 65 mn status "$(echo "$digits" | tr 0-9a-f 1-9a-f0)" --ledger l
ok 'says so' says err 'has no run'
ok 'too few digits' run 2 mn status abc --ledger l
ok 'no digits' run 2 mn explain zzzz 1 --ledger l
ok 'no such slave' run 65 mn explain "$key" 9 --ledger l
ok 'says what there is' says err 'no slave 9: expected 1 to 8'
ok 'nor by name' run 65 mn explain "$key" here/nuclei/9 --ledger l
ok 'no ledger' run 66 mn status --ledger nosuch
ok 'nor for explain' run 66 mn explain "$key" 1 --ledger nosuch
ok 'two runs to look at' run 2 mn status a b
ok '--watch and --json' run 2 mn status --watch --json
ok 'explain needs a slave' run 2 mn explain "$key"
mkdir altered && sed 's/builtin:moments/builtin:mamants/' l/log >altered/log
ok 'a ledger that was altered' run 65 mn status --ledger altered
ok 'a heartbeat that cannot be written' run 66 mn run c.h5 --quiet --data "$hospitals" --ledger l2 \
    --heartbeat nosuch/beat
ok 'says so' says err '--heartbeat'

# --- declined
sed 's/^data:/limits: {slaves_min: 7}\ndata:/' "$jobs_dir/breast-cancer/contract.yaml" >min.yaml
ok 'a contract that can do without one' run 0 mn contract build min.yaml -o min.h5
mkdir data
for k in 1 2 4 5 6 7 8; do
    ln -s "$jobs_dir/breast-cancer/hospital-$k.csv" data/$k.csv
done
ok 'a run without the third' run 0 mn run min.h5 --quiet --data "nuclei=$T/data/{slave}.csv" \
    --ledger declined
ok 'its status' run 0 mn status --ledger declined
ok 'says who declined, and why' grep -q 'here/nuclei/3 *declined .*data/3.csv' out
key=$(sed -n 's/^  run       \([0-9a-f]*\) .*/\1/p' out)
ok 'explain, declined' run 0 mn explain "$key" 3 --ledger declined
ok 'says why, and what to do' says out 'here/nuclei/3 declined: ' 'data/3.csv' 'do: put that right'

# What a slave said is for people; where it is not to be believed, the ledger's word is explained.
said=$(echo declined/logs/*/declines)
generic='here/nuclei/3 declined: its data, or another file that it needs, is not there'
explained() {
    run 0 mn explain "$key" 3 --ledger declined && says out "$1"
}
cp "$said" kept
chmod 644 "$said"
ok 'words that others may read' explained "$generic"
rm "$said" && ln -s "$T/kept" "$said"
ok 'a link to them' explained "$generic"
rm "$said"
ok 'none' explained "$generic"
(umask 77 && printf 'here/nuclei/3\nx\n\377\377 a b c\nhere/nuclei/3 %s missing it \033[31m\377\n' \
    "$(field decline node declined)" >"$said")
ok 'some that would do harm, and lines that are none' explained 'declined: it ?[31m?'
printf 'here/nuclei/3 %s empty the partition has no rows\n' "$(field decline node declined)" >"$said"
ok 'words for another reason' explained "$generic"
cp kept "$said"
ok 'and what it said' explained 'data/3.csv: cannot be opened'

# --- failed
ok 'a contract that needs all' run 0 mn contract build "$jobs_dir/breast-cancer/contract.yaml" \
    -o all.h5
ok 'a run without the third' run 66 mn run all.h5 --quiet --data "nuclei=$T/data/{slave}.csv" \
    --ledger failed --out failed.h5
ok 'its status' run 0 mn status --ledger failed
ok 'says that it failed' says out 'stage     failed with code 66' 'would end so again' \
    'why       7 of 8 slaves answered' 'data/3.csv'
key=$(sed -n 's/^  run       \([0-9a-f]*\) .*/\1/p' out)
ok 'as JSON' run 0 mn status --ledger failed --json
ok 'that, too' says out '"state": "failed"' '"code": 66' '"why": "7 of 8 slaves'
ok 'explain, of one that has answered' run 0 mn explain "$key" 1 --ledger failed
ok 'says what to do first' says out 'do: mend first why the run failed: 7 of 8'
cp "$jobs_dir/breast-cancer/hospital-3.csv" data/3.csv
ok 'mended, the same command goes on' run 0 mn run all.h5 --quiet \
    --data "nuclei=$T/data/{slave}.csv" --ledger failed --out failed.h5
ok 'its status' run 0 mn status --ledger failed
ok 'is that of the run' says out 'stage     settled' '7 accepted'
rm data/3.csv

# --- interrupted
# Each slave's rows go through a program, which waits where there is a pipe to be waited for.
slaves=300
mkdir programs && export METANEURON_FUNCTIONS="$T/programs"
cat >programs/sum.sh <<END
#!/bin/sh
[ ! -p "$T/gate" ] || read line <"$T/gate"
awk -F, 'NR > 1 { n++; s += \$1 } END { print n; print s }' "\$2" >"\$4"
END
cat >many.yaml <<END
title: Many slaves
function:
  name: exec
  params:
    {program: sum.sh, sha256: "$(mn function digest programs/sum.sh)", form: text, length: 2}
limits: {slaves_min: 200, share_min: 0}
data: {name: nuclei, split: rows, slaves: $slaves, columns: [mean_radius, mean_area]}
END
cat "$jobs_dir"/breast-cancer/hospital-[1-8].csv | awk 'NR == 1 || !/mean_radius/' >all.csv
ok 'a contract of many slaves' run 0 mn contract build many.yaml -o many.h5
words="run many.h5 --quiet --data nuclei=$T/all.csv --ledger many --out many-result.h5"
timeout 200 "$py" "$scripts/kill.py" it 20 many/log "$METANEURON" $words >out 2>err
ok 'a run is killed' same $? 0
ok 'its status' run 0 mn status --ledger many
ok 'says that it was interrupted' says out 'Many slaves' 'stage     interrupted' 'more (--all)'
ok 'in 40 lines' test "$(wc -l <out)" -le 40
key=$(sed -n 's/^  run       \([0-9a-f]*\) .*/\1/p' out)
ok 'all of them' run 0 mn status --ledger many --all
ok 'are all' same "$(grep -c ' here/nuclei/' out)" $slaves
ok 'explain, waiting' run 0 mn explain "$key" $slaves --ledger many
ok 'says what to do' says out "here/nuclei/$slaves waits" 'interrupted' 'do: resume'
cp many/runs/*/status status
printf x >>status && cp status "$(echo many/runs/*/status)"
ok 'a damaged status file' run 65 mn status --ledger many
ok 'is told of' says err 'runs/' 'status' 'JSON'
ok 'the ledger is shown all the same' says out 'stage     interrupted' 'waiting'

# --- work, resumed by fewer ranks: the time that is left is told by those that there are
cat >work.yaml <<END
title: Work in two starts
function: {name: montecarlo, params: {experiment: pi, samples: 200000}}
work: {units: 4000, check: 0}
END
ok 'a contract over work' run 0 mn contract build work.yaml -o work.h5
# Nothing is saved within a range: what the ledger has is what the earlier start has done, but
# for the last states, which are written ahead of their records.
work="run work.h5 --quiet --checkpoint 0 --ledger work --out work-result.h5"
timeout 200 "$py" "$scripts/kill.py" it 300 work/log "$METANEURON" $work >out 2>err
ok 'a run is killed' same $? 0
mn status --ledger work --json >out
before=$(json "sum(s['items'] for s in d['slaves'] if s['state'] == 'answered')")
ok 'in its middle' test "$before" -gt 100
"$METANEURON" $work >run.out 2>run.err &
pid=$!
estimates() {
    run 0 mn status --ledger work --json &&
        [ "$(json "d['time_left'] is not None and d['units_done'] - $before > 1000")" = True ]
}
ok 'the next start estimates' until_true estimates
ok 'by what it has computed itself' same "$(json "abs(d['time_left'] / ((d['written'] - d['started'])
    * (d['units'] - d['units_done']) / (d['units_done'] - $before)) - 1) < 0.2")" True
kill $pid
wait $pid

# --- running: the first program that is called waits for somebody to write into the pipe
rm -f beat
mkfifo gate || exit 99
job="timeout -k 10 200 $mpirun -n 2 $METANEURON $words --heartbeat beat"
$job >run.out 2>run.err &
pid=$!
one_is_busy() {
    run 0 mn status --ledger many --json &&
        same "$(json "d['state'], d['stage'], sum(d['counts'][k] for k in
                      ('offered', 'claimed', 'computing')),
                      [s['silent'] is not None for s in d['slaves'] if s['state'] == 'computing']
                      ")" "running gather 1 [True]"
}
ok 'status sees the one that is served' until_true one_is_busy
ok 'and who serves it' same "$(json "[(s['group'], s['first_rank'], s['silent'] >= 0)
    for s in d['slaves'] if s['state'] in ('offered', 'claimed', 'computing')]")" "[(0, 1, True)]"
busy=$(json "[s['partition'] for s in d['slaves']
    if s['state'] in ('offered', 'claimed', 'computing')][0]")
ok 'others wait' test "$(json "d['counts']['waiting']")" -gt 0
ok 'the run is the same' same "$(json "d['run']")" "$key"
ok 'as a table' run 0 mn status --ledger many
ok 'of at most 40 lines' test "$(wc -l <out)" -le 40
ok 'with its stage' says out 'stage     gather (process' '2 ranks'
ok 'explain, being served' run 0 mn explain "$key" "$busy" --ledger many
ok 'says so' says out 'is computing on node' 'now: computing'
ok 'explain, waiting' run 0 mn explain "$key" $slaves --ledger many
ok 'says for whom' says out "here/nuclei/$slaves waits" 'all groups of ranks are busy'
beats() {
    [ "$(cat beat)" != "$beat" ]
}
beat=$(cat beat)
ok 'the heartbeat has the run and its stage' grep -Eq "^[0-9]+ $key gather\$" beat
ok 'and goes on' until_true beats
mn status --ledger many --watch >watched 2>&1 &
watch=$!
ok 'somebody watches' until_true test -s watched
mv gate pipe
: >pipe
wait $pid
ok 'the run comes to its end' same $? 0
wait $watch
ok 'and so does who watches' same $? 0
ok 'who saw it running first' grep -q "^$key gather: " watched
ok 'and settled at last' same "$(sed -n '$s/:.*//p' watched)" "$key settled"
ok 'the slave that waited has answered' run 0 mn explain "$key" "$busy" --ledger many
ok 'and is accepted' says out ' accepted: '
ok 'the heartbeat is done' grep -q "$key done" beat
ok 'the result verifies' run 0 mn verify many-result.h5 --ledger many
done_testing
