#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The ledger: by hand, altered, torn, and shared by several runs at once.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
see_nothing
need_python json,hashlib

chain() {
    timeout 60 "$py" "$scripts/chain.py" "$@"
}
job() {
    mn run c.h5 --quiet --data "$hospitals" "$@"
}
build_hospitals
ok 'a run' run 0 job --ledger l --out r1.h5
ok 'another' run 0 job --ledger l --out r2.h5 --again
ok 'a third under mpirun' run 0 mpi 4 run c.h5 --quiet --data "$hospitals" --ledger l \
    --out r3.h5 --again
records=$(wc -l <l/log)
runs=$(sed -n 's/^[0-9]* [0-9.]* publish .* sum=\([0-9a-f]\{16\}\).*/\1/p' l/log)

# --- show, verify, balance
ok 'verify' run 0 mn ledger verify l
ok 'says how many records' says out "$records records"
ok 'and the head' says out "$(tail -n 1 l/log | sed 's/.*sum=//')"
ok 'show' run 0 mn ledger show l
ok 'shows every record' lines "$records" out
ok 'in words' says out 'why=score: mean(mean_' 'decision=rejected'
ok 'show --ledger' run 0 mn ledger show --ledger l
ok 'is the same' lines "$records" out
ok 'there were three runs' same "$(echo "$runs" | wc -l)" 3
for key in $runs; do
    ok "show --run $key" run 0 mn ledger show l --run "$key"
    ok 'shows its publish and what has its key' \
        lines $((1 + $(grep -c " run=$key " l/log))) out
done
ok 'show --json' run 0 mn ledger show l --json
ok 'has every record' "$py" -c "
import json
x = json.load(open('out'))
assert len(x) == $records and [r['seq'] for r in x] == list(range($records))
assert x[0]['type'] == 'genesis' and x[0]['site'] == 'here'
assert [r['sum'] for r in x] == [l.split('sum=')[1].strip() for l in open('l/log')]"
ok 'balance' run 0 mn ledger balance l
ok 'adds up' not grep -q 'DOES NOT' out
ok 'hospital 5 has nothing' grep -q '^here/nuclei/5  *0\.00 ' out
ok 'balance --json' run 0 mn ledger balance l --json
cp out balance.json
ok 'is what the rules give, and credits are conserved' run 0 chain balance l/log balance.json

# --- by hand
ok 'an independent reader agrees' run 0 chain check l/log
ok 'on the number of records' same "$(cat out)" "$records"
by_hand() {
    sed -n "$1p" l/log | sed 's/ sum=[0-9a-f]*$//' | tr -d '\n' | sha256sum | cut -d' ' -f1
}
for line in 1 2 3 30 42 "$((records - 1))"; do
    total=$(by_hand "$line")
    ok "line $line: its sum" same "$(sed -n "$line s/.* sum=//p" l/log)" "$total"
    ok "line $line: the next line's prev" \
        same "$(sed -n "$((line + 1)) s/.* prev=\([0-9a-f]*\) .*/\1/p" l/log)" "$total"
done
ok 'no line has more than 4096 bytes' test "$(awk '{ if (length > n) n = length } END { print n }' l/log)" -lt 4096

# --- one bit
# located POSITION: a ledger in which that bit is flipped is refused, and the
# message has the number of the record that it is in.
located() {
    rm -rf bad && cp -R l bad && chain flip bad/log "$1" || return 1
    number=$(head -c "$1" l/log | wc -l)
    run 3 mn ledger verify bad && says err "record $number (byte" bad/log
}
bytes=$(wc -c <l/log)
for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
    ok "a bit in byte $((bytes * i / 20 + i))" located $((bytes * i / 20 + i))
done
ok 'a bit in the last byte' located $((bytes - 1))
ok 'a bit in a line feed' located $(($(head -n 20 l/log | wc -c) - 1))
ok 'an altered ledger is not written to' sh -c 'rm -rf bad && cp -R l bad'
chain flip bad/log 3000
cp bad/log before
ok 'a run refuses it' run 65 job --ledger bad --out x.h5
ok 'naming it' says err bad/log 'record' 'altered'
ok 'and leaves it alone' cmp bad/log before
ok 'without a result' not test -e x.h5
ok 'so does a repair' not test -e bad/torn
ok 'a record left out is found' sh -c 'rm -rf bad && cp -R l bad && sed -i 10d bad/log'
ok 'at its place' run 3 mn ledger verify bad
ok 'by its number' says err 'record 9 (byte'
forged() {
    rm -rf bad && cp -R l bad && chain forge bad/log "$@"
}
line=$(grep -n ' settle .*credits=2852 ' l/log | head -n 1 | cut -d: -f1)
ok 'credits that are forged with all sums after them' forged $((line - 1)) credits 2853
ok 'are found' run 3 mn ledger verify bad
ok 'by the rules' says err "record $((line - 1)) (settle)" 2853 2852
ok 'a grant that is forged' forged 0 granted 100000001
ok 'is found' run 3 mn ledger verify bad
line=$(grep -n ' settle .*slave=here/nuclei/5 decision=rejected ' l/log | head -n 1 | cut -d: -f1)
ok 'more items than can be added up' forged $((line - 1)) items 18446744073709551615
ok 'are found' run 3 mn ledger verify bad
ok 'as such' says err "record $((line - 1)) (settle): items is '18446744073709551615'" '2^53'
ok 'and keep nobody from settling' run 0 job --ledger bad --out x.h5 --again
ok 'nor from reading on' run 0 mn ledger balance bad
ok 'a result is told of it, too' run 3 mn verify x.h5 --ledger bad
ok 'in words' says out "record $((line - 1)) (settle): items is"
rm -f x.h5

# --- a torn tail
# repaired BYTES: the log, cut by so many bytes, is repaired by the next run.
repaired() {
    rm -rf cut && cp -R l1 cut && rm -rf cut/checkpoint cut/checkpoints cut/snapshot
    rm -f cut.h5 && cp r.h5 cut.h5
    truncate -s "-$1" cut/log
    keep=$(head -n "$(wc -l <cut/log)" cut/log | awk '/ batch=/ { n = NR } END { print n }')
    intact=$(head -n "$keep" cut/log | wc -c)
    tail -c "+$((intact + 1))" cut/log >tail
    run 3 mn ledger verify cut && says err 'torn: record' || return 1
    run 0 job --ledger cut --out cut.h5 || return 1
    says err 'interrupted write' "$(wc -c <tail) bytes" && cmp cut/torn/* tail &&
        says cut/log " repair bytes=$(wc -c <tail) sha256=sha256:$(sha256sum <tail | cut -d' ' -f1) " &&
        run 0 mn ledger verify cut && run 0 mn verify cut.h5 --ledger cut &&
        same "$(field aggregate state cut)" "$(field aggregate state l1)"
}
ok 'a run of its own' run 0 job --ledger l1 --out r.h5
settled=$(grep ' settle ' l1/log | wc -c)
judged=$(grep -E ' (filter|aggregate) ' l1/log | wc -c)
ok 'the last byte torn off' repaired 1
ok 'a few' repaired 100
ok 'most of the settlement' repaired $((settled - 1))
ok 'within the decisions' repaired $((settled + judged / 2))
ok 'within a submission' repaired $((settled + judged + 20))
bytes=$(wc -c <l1/log)
ok 'back to the publication' repaired $((bytes - $(head -n 1 l1/log | wc -c) - 40))
ok 'back to the genesis' sh -c 'rm -rf cut && mkdir cut && head -c 100 l1/log >cut/log'
ok 'a torn genesis leaves a new ledger' run 0 job --ledger cut --out cut.h5
ok 'with the tail kept' same "$(cat cut/torn/* | wc -c)" 100
ok 'which is intact' run 0 mn ledger verify cut

# --- several at once
pids=
for i in 1 2 3 4 5 6; do
    job --ledger many --out "many-$i.h5" --again >"many-$i" 2>&1 &
    pids="$pids $!"
done
bad=0
for pid in $pids; do
    wait "$pid" || bad=$((bad + 1))
done
ok 'six runs at once all succeed' same "$bad" 0
ok 'the ledger is intact' run 0 mn ledger verify many
ok 'no run is lost' same "$(grep -c ' publish ' many/log)" 6
ok 'each is settled once' same "$(grep -c ' settle ' many/log)" 48
ok 'there is one genesis' same "$(grep -c ' genesis ' many/log)" 1
ok 'every result verifies' sh -c \
    'for i in 1 2 3 4 5 6; do timeout 60 "$0" verify many-$i.h5 --ledger many || exit 1; done >out' \
    "$METANEURON"
ok 'balance' run 0 mn ledger balance many --json
cp out balance.json
ok 'credits are by the rules' run 0 chain balance many/log balance.json

# The same run, wanted by several at once: one does it, the others wait or see it.
pids=
for i in 1 2 3 4 5 6; do
    job --ledger once --out once.h5 >"once-$i" 2>&1 &
    pids="$pids $!"
done
bad=0
done=0
for pid in $pids; do
    wait "$pid"
    case $? in
        0) done=$((done + 1)) ;;
        75) ;;
        *) bad=$((bad + 1)) ;;
    esac
done
ok 'one run wanted six times: none fails' same "$bad" 0
ok 'one does it at least' test "$done" -ge 1
ok 'it is published once' same "$(grep -c ' publish ' once/log)" 1
ok 'and settled once' same "$(grep -c ' settle ' once/log)" 8
ok 'the ledger is intact' run 0 mn ledger verify once
ok 'its result verifies' run 0 mn verify once.h5 --ledger once
done_testing
