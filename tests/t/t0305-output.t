#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a command writes replaces nobody else's file.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# As a user has it, without what lib.sh adds.
user() {
    timeout -k 10 120 "$METANEURON" "$@"
}

printf 'a,b\n' >all.csv
i=0
while [ $i -lt 80 ]; do
    i=$((i + 1))
    echo "$i,$((i * i % 17))" >>all.csv
    [ $((i % 10)) -ne 0 ] || { head -n 1 all.csv; tail -n 10 all.csv; } >part-$((i / 10)).csv
done
spec() {
    printf 'title: %s\nfunction: {name: moments}\ndata: {name: t, slaves: 8, split: %s}\n' "$1" "$2"
}
spec First rows >first.yaml && cp first.yaml copy.yaml
spec Second rows >second.yaml
spec Parts files >parts.yaml
for i in first second parts; do
    user contract build $i.yaml -o $i.h5 >/dev/null || exit 1
done
sha256sum ./*.csv ./*.yaml ./*.h5 >sums
same() {
    sha256sum --quiet -c sums
}
go() {
    run "$1" user run first.h5 --data t=all.csv --quiet --ledger "$2" $3
}

## Other people's files

for file in all.csv first.yaml second.h5 part-3.csv; do
    ok "--out $file is refused" go 2 L "--out $file"
    ok 'and says what to do' says err "--out $file: is there already" 'give another name, or --force'
done
ok 'one of the slaves files is refused' run 2 user run parts.h5 --data 't=part-{slave}.csv' \
    --quiet --ledger L --out part-1.csv
ok 'so is a link to nothing' eval 'ln -s nosuch nothing && go 2 L "--out nothing"'
ok 'so is a link to one' eval 'ln -s all.csv link && go 2 L "--out link"'
ok 'the contract even with --force' go 2 L '--out first.h5 --force'
ok 'and a heartbeat over data' go 2 L '--out new.h5 --heartbeat all.csv'
ok 'which says so' says err '--heartbeat all.csv: is there already, and is no heartbeat'
ok 'nothing was begun' test ! -e L/log -o "$(user ledger show L 2>/dev/null | grep -c publish)" = 0
ok 'a dry run sees it' eval 'go 66 L "--out all.csv --dry-run" || go 2 L "--out all.csv --dry-run" ||
    go 65 L "--out all.csv --dry-run"; says out "PROBLEM  --out all.csv: is there already"'
ok 'all files are as they were' same

## Results

ok 'a new name is fine' go 0 L '--out r.h5'
ok 'the ledger is no place for a result' go 2 L '--out L/log --again'
ok 'and is intact' run 0 user ledger verify L
ok 'what is settled is shown' go 0 L '--out r.h5'
ok 'another contract does not replace it' run 2 user run second.h5 --data t=all.csv --quiet \
    --ledger L --out r.h5
ok 'nor the same in another ledger' go 2 M '--out r.h5'
ok 'and whose it is is said' says err 'holds the result of run' '--again'
ok 'which holds of the default name too' eval 'cp r.h5 result.h5 && go 2 M ""'
ok 'a new run of it does' go 0 L '--out r.h5 --again'
ok 'in another ledger too' go 0 M '--out r.h5 --again'
ok 'with --force anything is replaced' run 0 user run second.h5 --data t=all.csv --quiet \
    --ledger L --out r.h5 --force
ok 'a damaged result is nobodys' eval 'head -c 3000 r.h5 >cut.h5; go 2 L "--out cut.h5 --again"'

: >beat
ok 'an empty file becomes a heartbeat' go 0 L '--out s.h5 --again --heartbeat beat'
ok 'and goes on as one' go 0 L '--out s.h5 --again --heartbeat beat'

## A crash between the result and the settlement

killed() {
    METANEURON_FAULTS="after-$1=kill" timeout -k 10 120 "$FAULTS" run first.h5 --data t=all.csv \
        --quiet --ledger "$2" --out "$3" $4
    [ $? -ne 0 ] && [ -s "$3" ]
}
ok 'killed with a new result in place' killed link:k.h5 K k.h5
ok 'the same command knows it again' go 0 K '--out k.h5'
ok 'killed with a result in another ones place' killed rename:k.h5 K k.h5 --again
ok 'the same command knows that, too' go 0 K '--out k.h5'
METANEURON_FAULTS='before-open:*/state-3*=kill' "$FAULTS" run first.h5 --data t=all.csv \
    --quiet --ledger K --out k.h5 --again
ok 'a new run that was killed on the way' test $? -ne 0
ok 'may replace what was there when it began' go 0 K '--out k.h5'
ok 'killed before the result is in place' eval '! killed rename:*/result K own2.h5 --again'
ok 'what somebody else puts there is kept' eval 'cp all.csv own2.h5 && go 2 K "--out own2.h5"'
ok 'as it was' cmp all.csv own2.h5

## A ledger's directory, and the demo's

mkdir E
ok 'a heartbeat in a ledger, which is to be made' go 2 E '--out e.h5 --heartbeat E/log'
ok 'is refused' says err 'is a file of the ledger'
ok 'nothing was put there' rmdir E
ok 'nor is a result put there' go 2 K '--out K/log --again --force'
ok 'a heartbeat is not the result' go 2 K '--out k.h5 --heartbeat k.h5 --again --force'
ok 'data that is named twice' go 2 K '--out k.h5 --data t=first.yaml'
for file in contract result; do
    mkdir "demo-$file" && cp all.csv "demo-$file/$file.h5"
    ok "the demo keeps another's $file" run 2 user demo --dir "demo-$file" --jobs "$jobs_dir"
    ok 'as it was' cmp all.csv "demo-$file/$file.h5"
done
ok 'and replaces its own' eval 'run 0 user demo --dir own-demo --jobs "$jobs_dir" &&
    run 0 user demo --dir own-demo --jobs "$jobs_dir" --again'

## Contracts

ok 'a spec is no place for its contract' run 2 user contract build first.yaml -o first.yaml
ok 'not even with --force' run 2 user contract build first.yaml -o first.yaml --force
for file in copy.yaml all.csv second.h5 r.h5; do
    ok "nor is $file" run 2 user contract build first.yaml -o $file
done
ok 'the contract of the spec is' run 0 user contract build first.yaml -o first.h5
sed 's/moments/covariance/' first.yaml >edited.yaml
ok 'and of an edited one' run 0 user contract build edited.yaml -o first.h5
ok 'with --force any is' run 0 user contract build second.yaml -o first.h5 --force
done_testing
