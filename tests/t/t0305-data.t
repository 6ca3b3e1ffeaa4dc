#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What data says of itself: names or rows, columns without values, what is told of it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# contract MISSING: the moments of all columns, by two slaves, in c.h5.
contract() {
    cat >c.yaml <<END
title: Whatever is there
function: {name: moments}
data: {name: d, split: rows, slaves: 2, missing: $1}
END
    mn contract build c.yaml -o c.h5 >out 2>err
}

# go CODE FILE [OPTION…]: runs it in a new ledger.
go() {
    _code=$1
    _file=$2
    shift 2
    rm -rf l r.h5
    run "$_code" mn run c.h5 --quiet --data d="$_file" --ledger l --out r.h5 "$@"
}

contract skip

printf '1.5,NA\n2,3\n4,5\n6,7\n' >rows.csv
ok 'a row is not taken for names' go 65 rows.csv
ok '... and it is said what to do' says err "holds only numbers and missing values ('1.5', 'NA')" \
    'put a line of names before it'
ok '... by the dry run, too' go 65 rows.csv --dry-run
ok '... in the same words' says out PROBLEM "holds only numbers and missing values ('1.5', 'NA')"
ok 'the filter takes it for a row' run 0 mn filter rows.csv
ok '... which has a hole' says out 'pos-lof: 1 of 4 rows rejected'

printf 'a,b,\n1,2,\n3,4,\n5,6,\n7,9,\n' >comma.csv
ok 'an empty column leaves no row' go 65 comma.csv
ok '... and is named, with why it is there' says err "'c2' has none in any" \
    "column 3 has no name and is called 'c2' (the first line ends with a comma)"
ok '... by the dry run, too' go 65 comma.csv --dry-run
ok '... in the same words' says out PROBLEM "'c2' has none in any" NOTE

printf 'a,b\n1,\n,4\n5,\n,9\n' >holes.csv
ok 'columns that together leave no row' go 65 holes.csv
ok '... are named' says err "'a' has none in 1, 'b' has none in 1"

printf 'a,2001\n1,2\n3,4\n5,6\n7,9\n' >year.csv
ok 'numbers can be names beside others' go 0 year.csv
ok '... which the report says' says out "note      here/d/1: numbers in the first line ('2001')"
ok '... once' lines 1 "$(grep note out >notes; echo notes)"
ok '... the dry run' go 0 year.csv --dry-run
ok '... as well' says out "  NOTE     slave 1: numbers in the first line ('2001')"
ok '... and JSON' go 0 year.csv --json
ok '... as well' says out '"notes":' 'numbers in the first line'
ok '... and the filter' run 0 mn filter year.csv
ok '... as well' says err 'note: numbers in the first line'

printf 'a,b\n1,2\n3,4\n5,6\n7,x\n' >late.csv
ok 'the dry run looks at the last rows' go 65 late.csv --dry-run
ok '... and says where' says out "PROBLEM  slave 2:" "late.csv:5: column 'b' has 'x'"

# --- what cannot be read, and why
if find_python numpy,h5py; then
    write() {
        run 0 "$py" "$scripts/containers.py" "$@"
    }

    ok 'a file by h5py that nothing else reads' write lzf lzf.h5
    ok '... is no bad contents' go 74 lzf.h5
    ok '... the filter is named' says err 'compressed with lzf (filter 32000), a filter that is not'
    ok '... by the dry run, too' go 65 lzf.h5 --dry-run
    ok '... in the same words' says out PROBLEM 'compressed with lzf (filter 32000)'
    rm -rf l
    ok 'nor is a file that is being written' run 74 "$py" "$scripts/containers.py" locked f.h5 \
        "$METANEURON" run c.h5 --quiet --data d=f.h5 --ledger l --out r.h5
    ok '... which is said' says err 'another program has it open for writing; wait until'
    ok '... and later it can be read' go 0 f.h5
    ok 'a data set that is not there' go 66 f.h5:/y
    ok '... is named' says err 'f.h5:/y: no such object in this file'
    head -c 1000 f.h5 >cut.h5
    ok 'a file that was cut is bad contents' go 65 cut.h5
else
    skip 'files by h5py' 'needs python3-numpy and python3-h5py'
fi
ok 'a file that is not there' go 66 nothing.h5

done_testing
