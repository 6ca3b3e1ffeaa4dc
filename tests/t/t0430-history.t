#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What people ask a ledger: which records, who has computed what, what that counts, as it was then.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json,hashlib

history() {
    timeout 60 "$py" "$scripts/history.py" "$@"
}
for k in 1 2 3 4 5 6 7; do
    awk -v k=$k 'BEGIN { print k == 7 ? "a,c" : "a,b"; for (i = 1; i <= 20 + k; i++)
        print ((i * 7 + k) % 11) * (k == 3 ? 90 : 1) "," (i * 5 + k) % 13 }' >site$k.csv
done
printf '%s\n' 'title: t' 'function: {name: moments}' 'limits: {slaves_min: 6}' \
    'data: {name: d, split: files, slaves: 7, columns: [a, b]}' >c.yaml
ok 'a contract' run 0 mn contract build c.yaml -o c.h5
sed 's/moments}/kmeans, params: {k: 2, tolerance: 0}}/; s/^title: t/title: r\nrounds: 2/' c.yaml >r.yaml
ok 'one by rounds' run 0 mn contract build r.yaml -o r.h5
go() {
    run "$1" mn run "$2" --quiet --ledger l --out out.h5 --again --data 'd=site{slave}.csv'
}
ok 'a run' go 0 c.h5
SLURM_JOB_ID=7 SLURM_JOB_END_TIME=$(($(date +%s) + 100000)) SLURM_CLUSTER_NAME=here
SLURM_JOB_ACCOUNT=physics
export SLURM_JOB_ID SLURM_JOB_END_TIME SLURM_CLUSTER_NAME SLURM_JOB_ACCOUNT
ok 'one by rounds, in a job' go 0 r.h5
unset SLURM_JOB_ID SLURM_JOB_END_TIME SLURM_CLUSTER_NAME SLURM_JOB_ACCOUNT
for i in 1 2 3 4; do
    ok "run $i more" go 0 c.h5
done
mv site1.csv away.csv && mv site2.csv away2.csv
ok 'one that is not settled' go 66 c.h5
ok 'spread over four months' run 0 history spread l/log
ok 'it is a chain' run 0 "$py" "$scripts/chain.py" check l/log

# --- against the records alone, at times before, between and after the runs
begin=1700000000
for days in 1 35 70 130 400; do
    at=$((begin + days * 86400))
    for by in slave node account; do
        ok "$by after $days days" run 0 mn ledger history --ledger l --at $at --by $by --json
        cp out said.json
        ok 'is what the records say' run 0 history $by l/log $at said.json
    done
    for slave in here/d/1 here/d/3 here/d/7; do
        ok "$slave" run 0 mn ledger history $slave --ledger l --at $at --json
        cp out said.json
        ok 'is what the records say' run 0 history one l/log $at said.json $slave
    done
done
ok 'without --at it is now' run 0 mn ledger history --ledger l
ok 'for people' grep -q '^here/d/3  *6  *6  *0  *0 .* 6 rejected$' out
ok 'and one slave' run 0 mn ledger history here/d/3 --ledger l
ok 'with all its runs' same "$(grep -c ' rejected .*score: ' out)" 6
ok 'one of which is open' same "$(grep -c ' open ' out)" 1
ok 'and what makes the weight' says out 'count nothing for 7 d' 'half every 90 d'
ok 'the account of a job' run 0 mn ledger history --by account --ledger l
ok 'has its run' grep -q '^physics  *1  *12 ' out
ok 'balance as it was then' run 0 mn ledger balance l --at $((begin + 86400)) --json
ok 'has what one run has earned' "$py" -c "
import json
x = json.load(open('out'))
assert sum(a['credits'] for a in x['accounts']) == 100000000 + 20000, x"
ok 'balance at an earlier time' run 0 mn ledger balance l --at 2020-01-01
ok 'before there was anything' says out 'held by all' ' 0.00'
ok 'a slave that is not there' run 65 mn ledger history here/D/3 --ledger l
ok 'is named with one that is' says err "has no slave here/D/3" "there is 'here/d/3'"
ok 'a slave and sums' run 2 mn ledger history here/d/3 --by node --ledger l
ok 'sums by something else' run 2 mn ledger history --by weather --ledger l
ok 'tell what there is' says err 'expected slave, node or account'
for time in 2026-02-30 2026-1-1 2026-01-01T00:00Z yesterday 1.1234567 -1 '' 1e9; do
    ok "the time '$time'" run 2 mn ledger history --ledger l "--at=$time"
    ok 'is none' says err 'expected YYYY-MM-DD'
done

# --- show: each filter against grep
shows() {
    _number=$1
    shift
    run 0 mn ledger show l "$@" && lines "$_number" out
}
ok 'a type' shows "$(grep -c ' settle ' l/log)" --type settle
ok 'two' shows "$(grep -cE ' (settle|job) ' l/log)" --type settle,job
ok 'one after the other' shows "$(grep -cE ' (settle|job) ' l/log)" --type settle --type job
ok 'no such type' run 2 mn ledger show l --type settle,bogus
ok 'is said' says err '--type bogus: there is no such type'
cp -R l new
"$py" -c "
import sys
sys.path.insert(0, '$scripts')
sys.argv = ['x', 'check', 'l/log']
import chain
texts = [chain.split(x)[0] for x in chain.read('new/log')]
texts.append('9 ' + texts[-1].split(' ')[1] + ' bogus what=no batch=1')
chain.write('new/log', texts)" >/dev/null
ok 'but of a newer ledger' run 0 mn ledger show new --type bogus
ok 'it is one' lines 1 out
ok 'a slave' shows "$(grep -c ' slave=here/d/3 ' l/log)" --slave here/d/3
ok 'the name of another begins so' shows 0 --slave here/d/
key=$(sed -n 's/^[0-9]* [0-9.]* publish .* sum=\([0-9a-f]\{16\}\).*/\1/p' l/log | sed -n 2p)
id=$(sed -n 's/^[0-9]* [0-9.]* publish contract=\([0-9a-f]*\) .*/\1/p' l/log | sed -n 2p)
ok 'a run' shows $((1 + $(grep -c " run=$key " l/log))) --run "$key"
ok 'by its first digits' shows $((1 + $(grep -c " run=$key " l/log))) --run "${key%????????}"
ok 'a run that is not there' run 65 mn ledger show l --run 0123456789abcdef
ok 'a contract' shows $((1 + $(grep -c " run=$key " l/log))) --contract "${id%?????????????????}"
ok 'and one type of it' shows 2 --contract "$id" --type aggregate
ok 'a contract that is not there' run 65 mn ledger show l --contract 0123
ok 'what is none' run 2 mn ledger show l --contract xyz
ok 'since' shows "$(awk -v t=$((begin + 60 * 86400)) '$2 >= t' l/log | wc -l)" \
    --since $((begin + 60 * 86400))
ok 'until' shows "$(awk -v t=$((begin + 60 * 86400)) '$2 <= t' l/log | wc -l)" \
    --until $((begin + 60 * 86400))
ok 'both, by date' shows "$(awk -v a=1701388800 -v b=1703980800 '$2 >= a && $2 <= b' l/log | wc -l)" \
    --since 2023-12-01 --until 2023-12-31T00:00:00Z
ok 'all of it as JSON' run 0 mn ledger show l --json --type settle --slave here/d/3
ok 'is a list' "$py" -c "
import json
x = json.load(open('out'))
assert len(x) == 6 and all(r['type'] == 'settle' and r['slave'] == 'here/d/3' for r in x)"

# --- ranges are their slaves'
printf '%s\n' 'title: work' 'function: {name: montecarlo, params: {experiment: pi, samples: 100, seed: 1}}' \
    'work: {units: 16, range: 2, check: 0.5}' >work.yaml
ok 'work without data' run 0 mn contract build work.yaml -o work.h5
ok 'by three slaves' run 0 mpi 4 run work.h5 --quiet --ledger w --out work-r.h5
now=$(($(date +%s) + 1))
for by in slave node account; do
    ok "$by" run 0 mn ledger history --ledger w --at $now --by $by --json
    cp out said.json
    ok 'is what the records say' run 0 history $by w/log $now said.json
done
slave=$(sed -n 's/.* claim .*slave=\([^ ]*\) .*/\1/p' w/log | head -n 1)
ok 'a slave with its ranges' run 0 mn ledger show w --slave "$slave"
ok 'has them' lines "$(grep -cE " slave=$slave(#[0-9]*)? " w/log)" out
done_testing
