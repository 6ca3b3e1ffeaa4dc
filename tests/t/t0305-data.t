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
ok '... and it is said what to do' says err 'holds only numbers and missing values' \
    "found '1.5', 'NA'" 'put a line of names before it'
ok '... by the dry run, too' go 65 rows.csv --dry-run
ok '... in the same words' says out PROBLEM 'holds only numbers and missing values' \
    "; found '1.5', 'NA'"
ok 'the filter takes it for a row' run 0 mn filter rows.csv
ok '... which has a hole' says out 'pos-lof: 1 of 4 rows rejected'

printf 'a,b,\n1,2,\n3,4,\n5,6,\n7,9,\n' >comma.csv
ok 'an empty column leaves no row' go 65 comma.csv
ok '... and is named, with why it is there' says err "'c2' has none in any" \
    "column 3 has no name and is called 'c2' (the first line ends with a comma)"
ok '... by the dry run, too' go 65 comma.csv --dry-run
ok '... in the same words' says out PROBLEM "'c2' has none in any" NOTE

printf 'gr\366\337e,b\n1,2\n3,4\n5,6\n7,9\n' >latin.csv
ok 'names that are not UTF-8' go 65 latin.csv
ok '... are shown, with the file and what to do' says err 'latin.csv: the name of column 1' \
    "'gr<0xF6><0xDF>e', is not UTF-8: save the file as UTF-8"
ok '... by the dry run, too' go 65 latin.csv --dry-run
ok '... in the same words' says out "PROBLEM  slave 1: $T/latin.csv: the name of column 1"
sed '1s/.*/a,b/' latin.csv >utf8.csv
ok '... and UTF-8 is read' go 0 utf8.csv

printf 'a,b\n1,\n5,\n,4\n,9\n' >holes.csv
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
ok '... and says where' says out "PROBLEM  slave 1:" "late.csv:5: column 'b' has text" "; found 'x'"

# A file that is neither, by its first bytes.
foreign() {
    printf "$1" >foreign
    printf '%0100d' 0 >>foreign
    go 65 foreign && says err "foreign: is a $2"
}
ok 'netCDF-3 is named' foreign 'CDF\001' 'netCDF-3 file'
ok '... as is NumPy' foreign '\223NUMPY' 'NumPy file'
ok '... and what is packed' foreign '\037\213\010' 'gzip file'
ok 'a file that is not there' go 66 nothing.h5

if ! find_python numpy,h5py; then
    skip 'files by h5py and others' 'needs python3-numpy and python3-h5py'
    done_testing
fi

write() {
    run 0 "$py" "$scripts/containers.py" write "$@"
}

# believed NAME [CONTRACT]: it is read as it is meant.
believed() {
    write "$1" f.h5 && go 0 f.h5 --json && mv out json &&
        run 0 "$py" "$scripts/containers.py" check f.h5 json
}

# refused NAME WORDS…: it is not read, by a dry run neither, for this reason.
refused() {
    _name=$1
    shift
    write "$_name" f.h5 && go 65 f.h5 && says err "$@" && go 65 f.h5 --dry-run &&
        says out PROBLEM "$@"
}

# told WORDS…: the last file's report and dry run say this.
told() {
    go 0 f.h5 && says out 'note ' "$@" && go 0 f.h5 --dry-run && says out NOTE "$@"
}

# --- what cannot be read, and why
ok 'a file by h5py that nothing else reads' write lzf lzf.h5
ok '... is no bad contents, nor will the same command do' go 66 lzf.h5
ok '... the filter is named' says err 'compressed with lzf (filter 32000), a filter that is not'
ok '... by the dry run, too' go 66 lzf.h5 --dry-run
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

# --- what a file says of its numbers
ok 'columns among much else' believed mixed
ok '... which is told' told "'cube' (of 3 dimensions or more)" "'far' (an external link)" \
    "'flag' (booleans)" "'g' (a group)" "'label' (text)" "'one' (a single value)" \
    "'rows' (compound rows)" "'grid' (2-D)" "'other' (2-D)"
ok 'several tables are named' refused several \
    'which table? it has /test (40 x 2), /train (40 x 3); name one as PATH:/OBJECT'
ok '... as are groups' refused groups 'which table? it has /one (columns), /two (columns)'
ok 'packed numbers' believed packed
ok '... and a grid of them' believed packed_grid
ok 'a scale that is text' refused packed_text 'attribute scale_factor is not one number'
ok 'two scales' refused packed_many 'attribute scale_factor is not one number'
ok 'a range of another type' refused packed_real_range 'attribute valid_range is no integer'
ok 'another word for it' refused packed_otherwise 'attribute ScaleFactor says what'
ok 'words that say nothing of numbers' write packed_words words.h5
ok '... are no harm' go 0 words.h5
for file in words.h5.*[0-9]; do
    ok "one of the other words: $file" go 65 "$file"
    ok '... is refused by name' says err 'says what its numbers mean in a way that is not known'
done
ok 'of those that were made' same "$(ls words.h5.*[0-9] | wc -l)" 19
ok 'numbers of another type' refused packed_unsigned 'attribute _Unsigned says'
ok 'times, if all columns are read' refused seconds "column 't' holds times ('days since 2001"

ok 'a matrix of MATLAB' believed matlab_matrix
ok '... and vectors as columns' believed matlab_vectors
ok '... beside text, which is told' told "'s' (text)"
ok '... and several matrices' refused matlab_two 'which table? it has /M (40 x 3), /N (40 x 2)'
ok '... and sparse ones' refused matlab_sparse 'is a sparse matrix of MATLAB'
ok 'a matrix of Octave' believed octave
ok 'AnnData' believed anndata
ok '... of which parts are left out' told '/X of AnnData is read'
ok '... by its groups' go 0 f.h5:/obs
ok '... without what is no number' says out "'kind' (a group)"
ok '... and not by codes' go 65 f.h5:/obs/kind
ok '... which is said' says err 'is a categorical of AnnData'
ok '... and not if it is sparse' refused anndata_sparse 'is a csr_matrix of AnnData'

# --- by their own libraries
if find_python numpy,h5py,pandas,tables; then
    ok 'a frame of pandas' believed pandas_fixed
    ok '... which is told' told 'a frame of pandas is read without its index'
    ok '... of several types' believed pandas_blocks
    ok '... of which some are left out' told "'flag' (booleans), 't' (times)"
    ok '... with text' believed pandas_text
    ok '... a series' believed pandas_series
    ok '... two in one file' refused pandas_two 'which table? it has /df (pandas), /other (pandas)'
    ok '... in table format' refused pandas_table 'is a frame_table of pandas' "format='fixed'"
    ok 'an array of PyTables' believed pytables
else
    skip 'files by pandas and PyTables' 'needs python3-pandas, python3-tables and python3-h5py'
fi
if find_python numpy,h5py,netCDF4; then
    ok 'a grid of netCDF' believed netcdf_grid
    ok 'variables of netCDF are not of one length' refused netcdf \
        "expected columns of one length; choose the columns to read"
    cat >c.yaml <<END
title: Some
function: {name: moments}
data: {name: d, split: rows, slaves: 2, missing: skip, columns: [temp, wind, code]}
END
    run 0 mn contract build c.yaml -o c.h5
    ok '... but those that are chosen' believed netcdf
else
    skip 'files by netCDF4' 'needs python3-netcdf4 and python3-h5py'
fi

# --- times, and units of several files
find_python numpy,h5py
cat >c.yaml <<END
title: Times
function: {name: moments}
data: {name: d, split: files, slaves: 2, missing: skip, columns: [t, x]}
END
run 0 mn contract build c.yaml -o c.h5
ok 'times are written' write seconds t1.h5
cp t1.h5 t2.h5
ok '... and read if they are chosen' go 0 't{slave}.h5'
ok '... which is told' says out "column 't' is read in 'days since 2001-01-01'"
ok 'other times are written' write seconds_later t2.h5
ok '... and not read with them' go 65 't{slave}.h5'
ok '... which is said' says err 'the units of its columns are not those of the other slaves'
ok '... by the dry run, too' go 65 't{slave}.h5' --dry-run
ok '... in other words' says out 'PROBLEM  slave 2: the units of its columns'

# Names whose difference nobody sees.
names() {
    printf 'a\302\240b,cafe\314\201,Age ,z\342\200\213w,gr\366\n1,2,3,4,5\n2,3,4,5,6\n' >names.csv
    cat >c.yaml <<END
title: A name
function: {name: moments}
data: {name: d, split: rows, slaves: 1, columns: ["$1"]}
END
    mn contract build c.yaml -o c.h5 >out 2>err && go 65 names.csv --dry-run && shift && says out "$@"
}
ok 'a no-break space is shown' names 'a b' \
    "no column 'a b'; there is 'a<U+00A0>b', which differs only by its white space; it has: a<U+00A0>b,"
ok '... and case' names age "'Age', which differs only by its case"
ok '... and a character without width' names zw \
    "'z<U+200B>w', which differs only by its characters that are not seen"
ok '... and bytes that are not UTF-8' names grö "'gr<0xF6>', which differs only by its encoding"
ok 'another Unicode form of a name is known' names café "which differs only by its Unicode form"
contract skip
ok 'a file of nearly that name is named' go 66 Names.csv
ok '... in the error' says err "there is 'names.csv', which differs only by its case"

printf 'a,Mass\n1,2\n2,3\n' >p1.csv
printf 'a,mass\n1,2\n2,3\n' >p2.csv
sed 's/rows/files/' c.yaml >files.yaml
mn contract build files.yaml -o c.h5 >out 2>err
ok 'slaves whose columns look alike' go 65 'p{slave}.csv'
ok '... hear what differs' says err "which differs only by its case"
sed 's/moments/linreg, params: {target: MASS}/' c.yaml >c1.yaml
mn contract build c1.yaml -o c.h5 >out 2>err
ok 'a parameter that names a column' go 65 p1.csv
ok '... hears of one that looks alike' says err "there is 'Mass', which differs only by its case"

done_testing
