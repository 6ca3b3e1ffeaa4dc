#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Data that is another than was computed over is noticed, on the way and afterwards.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

for k in 1 2 3 4; do
    { echo a,b; awk -v k=$k 'BEGIN { for (i = 1; i <= 40; i++) print i * k % 23 "," i * i % 17 }'; } >p$k.csv
done
for commit in sample full; do
    cat >$commit.yaml <<END
title: Moments, with $commit
function: {name: moments}
data: {name: t, slaves: 4, split: files, commit: $commit}
END
    mn contract build $commit.yaml -o $commit.h5 >/dev/null || exit 1
done
go() {
    run "$1" mn run "$2.h5" --data 't=p{slave}.csv' --ledger "l-$2" --out "$2-r.h5" --quiet
}
# edit FILE LINE TEXT: as another would, but for its time if that is to stay.
edit() {
    cp -p "$1" before
    sed "$2s/.*/$3/" before >"$1"
}

for commit in sample full; do
    mv p4.csv away.csv
    ok "$commit: without the last file" go 66 $commit
    mv away.csv p4.csv
    edit p2.csv 5 7,7
    ok "$commit: another number in what was computed is noticed" go 65 $commit
    ok 'by slave, file and way out' says err '/t/2: ' 'p2.csv is not the data any more' '--again'
    ok 'before, too' run 65 mn run $commit.h5 --data 't=p{slave}.csv' --ledger l-$commit \
        --out $commit-r.h5 --dry-run
    ok 'in the same words' says out 'PROBLEM' '/t/2: ' 'p2.csv is not the data any more' '--again'
    edit p2.csv 41 7,7,7
    ok "$commit: so is a file that cannot be read any more" go 65 $commit
    sed '$d' before >p2.csv
    ok "$commit: and one that is shorter" go 65 $commit
    { echo a,b; awk 'BEGIN { for (i = 1; i <= 40; i++) print i * 2 % 23 "," i * i % 17 }'; } >p2.csv
    ok "$commit: the same numbers again go on" go 0 $commit
    ok "$commit: what is settled is shown" go 0 $commit
    ok 'and nothing is said' silent err
    cp -p p3.csv keep
    edit p3.csv 9 '1,1'
    ok "$commit: afterwards it is noticed, too" go 65 $commit
    cp -p keep p3.csv
    ok "$commit: the file as it was is fine" go 0 $commit
    mkdir away && mv p?.csv away
    ok "$commit: without the data it is shown" go 0 $commit
    ok 'not compared' says err 'the data of 4 slaves is not compared'
    mv away/p?.csv . && rmdir away
    ok 'nobody else can read the openings' eval \
        '[ "$(ls -l l-'$commit'/openings | grep -c "^-rw-------")" = 1 ]'
    ok 'and no result has one' eval '! strings '$commit'-r.h5 2>/dev/null |
        grep -q "$(cut -d" " -f5 l-'$commit'/openings/* | head -n 1)"'
done

cp -p p1.csv keep

# A file of another size is another one, though a sample of its rows is the same; and one without
# any bytes is there.
{ echo a,b; awk 'BEGIN { for (i = 1; i <= 20000; i++) print "1,2" }'; } >p1.csv
ok 'many rows' run 0 mn run sample.h5 --data 't=p{slave}.csv' --ledger l-many --out many-r.h5 --quiet
edit p1.csv 9000 '100001,2'
many() {
    code=$1 && shift
    run "$code" mn run sample.h5 --data 't=p{slave}.csv' --ledger l-many --out many-r.h5 --quiet "$@"
}
ok 'a number that no sample has is noticed' many 65
ok 'by slave' says err '/t/1: ' 'p1.csv is not the data any more'
ok 'before, too' many 65 --dry-run
: >p1.csv
ok 'so is an empty file' many 65
{ echo a,b; awk 'BEGIN { for (i = 1; i <= 20000; i++) print "1,2" }'; } >p1.csv
ok 'of a file of the same size that was written again' many 0
ok 'it is said that a sample was compared' says err 'the files of 1 slaves were written after' \
    'a sample of their rows'
ok 'before, too' many 0 --dry-run
ok 'in like words' says out 'NOTE' 'the files of 1 slaves were written after'
cp -p keep p1.csv
touch -d 2001-01-01 p1.csv
ok 'in the other contract a time alone is none' go 0 sample
cp -p keep p1.csv

# With an edit that changes neither size nor time, only who commits to all rows is safe.
edit p1.csv 3 '1,1' && edit p1.csv 3 "$(sed -n 3p keep | tr '0-8' '1-9')" && touch -r keep p1.csv
ok 'full: an edit that hides is noticed' go 65 full
cp -p keep p1.csv
ok 'a ledger of before has nothing to compare with' eval 'rm -r l-full/openings && go 0 full'
ok 'which is said' says err 'nothing was kept to compare it with'

# One file of which all slaves have rows, and which changes between two of them.
mkdir programs && export METANEURON_FUNCTIONS="$T/programs"
cat >programs/change.sh <<END
#!/bin/sh
[ "\$(sed -n 2p "\$2")" != 41,2 ] || sed 's/^1,2/3,4/' "$T/all.csv" | dd of="$T/all.csv" conv=notrunc 2>/dev/null
awk -F, 'NR > 1 { n++; s += \$1 } END { print n; print s }' "\$2" >"\$4"
END
{ echo a,b; awk 'BEGIN { for (i = 1; i <= 80; i++) print (i > 40 ? 41 : 1) ",2" }'; } >all.csv
cat >one.yaml <<END
title: One file
function:
  name: exec
  params:
    {program: change.sh, sha256: "$(mn function digest programs/change.sh)", form: text, length: 2}
data: {name: t, slaves: 4, split: rows, deal: blocks, columns: [a, b]}
END
ok 'one file' run 0 mn contract build one.yaml -o one.h5
ok 'that is changed meanwhile' run 65 mn run one.h5 --data t=all.csv --ledger one --out one-r.h5
ok 'is not mixed with what it was' says err 'all.csv was changed while slaves computed over it'
ok 'and nothing is settled' test ! -e one-r.h5

# A job that is started again, with another contract than before.
sed 's/full$/another/' full.yaml >third.yaml && mn contract build third.yaml -o third.h5 >/dev/null
again() {
    SLURM_JOB_ID=7 SLURM_RESTART_COUNT=$1 go 0 third
}
ok 'a job that is started again with a new contract is told' again 1
ok 'that it has begun anew' says err 'this job was started again' 'is a new one'
ok 'with the contract of before it is not' again 2
ok 'and hears nothing' silent err
ok 'nor does one that begins' eval 'rm -rf l-third && again 0 && silent err'
done_testing
