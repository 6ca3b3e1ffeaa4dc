#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a file of data holds: levels of its text columns, as lines for a spec, and kinds of columns.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# prints WORDS…: the last command has printed this, and nothing else.
prints() {
    printf '%b' "$@" >expected
    cmp expected out
}

cat >a.csv <<'END'
sex,age,site,visit,note,empty
F,12,"a ""b"" c",2020-01-02,"x,y",
M,13, yes ,2021-01-02,"l1
l2",NA
"NA",NA,1,2022-02-02,"",
F,,1,?,"x,y",""
END
ok 'levels of text columns' run 0 mn data levels a.csv
ok '... as lines of YAML, in quotes where it needs them' prints 'factors:\n  sex: [F, M, "NA"]\n' \
    '  site: ["1", "a \\"b\\" c", "yes"]\n  note: ["l1\\u000al2", "x,y"]\n'
ok '... with a name before the path, and counts' run 0 mn data levels d=a.csv --counts --column sex
ok '... in a comment' prints 'factors:\n  sex: [F, M, "NA"]  # F 2, M 1, "NA" 1\n'
ok '... missing ones, too' run 0 mn data levels a.csv --column note --counts
ok '... are counted' says out '"x,y" 2, missing 1'
ok 'a column that is asked for' run 0 mn data levels a.csv --column age
ok '... whatever it holds' prints 'factors:\n  age: ["12", "13"]\n'
ok 'more values than that' run 0 mn data levels a.csv --most 2
ok '... are no factor' says out '# sex: no factor, as it has more than 2 values' '  note: ['
ok 'no values at all' run 0 mn data levels a.csv --column empty
ok '... are none either' says out '# empty: no factor, as it has no value'
ok 'kinds of columns' run 0 mn data columns a.csv
ok '... with what is missing, and what differs' prints '4 rows\n' \
    'column                   kind          missing     distinct\n' \
    'sex                      text                0            3\n' \
    'age                      number              2            2\n' \
    'site                     text                0            3\n' \
    'visit                    date                1            3\n' \
    'note                     text                1            2\n' \
    'empty                    empty               4            0\n'
awk 'BEGIN { print "id,one"; for (i = 0; i < 5000; i++) print "p" i ",x" }' >many.csv
ok 'a key' run 0 mn data levels many.csv
ok '... is no factor, nor is a constant' prints 'factors:\n' \
    '  # id: no factor, as it has more than 100 values\n' \
    '  # one: no factor, as it has one value only\n'
ok 'a file of numbers' run 0 mn data levels many.csv --column one --most 65536
printf 'a,b\n1,2\n' >numbers.csv
ok '... without texts' run 0 mn data levels numbers.csv
ok '... says so' prints '# no column of text\n'

ok 'a column that is not there' run 65 mn data levels a.csv --column sax
ok '... is named, with those that are' says err "has no column 'sax'" 'it has: sex, age'
printf 'a\ngr\366n\n' >latin.csv
ok 'what is not UTF-8' run 65 mn data levels latin.csv
ok '... is told with its place' says err "latin.csv:2: column 'a' has text that is not UTF-8" "found 'gr<0xF6>n'"
printf 'a,b\nx,y""\n' >quote.csv
ok 'quotes where none can be' run 65 mn data columns quote.csv
ok '... are told' says err 'quote.csv:2: field 2 has a quote'
printf 'a\n\033[31mx\n\342\200\256y\n' >odd.csv
ok 'what a terminal would obey' run 0 mn data levels odd.csv
ok '... is seen' prints 'factors:\n  a: ["\\u001b[31mx", "\\u202ey"]\n'
ok 'a file that is not there' run 66 mn data levels nothing.csv
ok 'no such verb' run 2 mn data show a.csv
ok 'no number' run 2 mn data levels a.csv --most 1
ok '... is told' says err '--most 1: expected a number from 2 to 65536'
ok 'columns have no counts' run 2 mn data columns a.csv --counts

if ! find_python numpy,h5py; then
    skip 'files by h5py' 'needs python3-numpy and python3-h5py'
    done_testing
fi
ok 'a file of h5py' run 0 "$py" - <<'END'
import h5py
import numpy as np

f = h5py.File('a.h5', 'w')
f['number'] = np.array([1.5, 2, np.nan, 1e22])
f['fixed'] = np.array([b'ab', b'c', 'ü'.encode(), b''], dtype='S4')
f.create_dataset('variable', data=['x', 'NA', '', 'x'], dtype=h5py.string_dtype())
f.create_dataset('enum', data=np.array([1, 2, 2, 1]), dtype=h5py.enum_dtype({'F': 1, 'M': 2}))
f['flag'] = np.array([True, False, True, True])
f = h5py.File('b.h5', 'w')
f['many'] = np.where(np.arange(9000) % 9 == 0, np.nan, np.arange(9000.0))
f['few'] = np.arange(9000) % 2
f['digits'] = np.array(['%04d' % i for i in range(9000)], dtype='S4')
f['time'] = np.arange(9000)
f['time'].attrs['units'] = 'days since 2001-01-01'
f['grid'] = np.zeros((2, 2))
END
ok 'levels in HDF5' run 0 mn data levels a.h5 --counts
ok '... of strings, enumerations and booleans' prints 'factors:\n' \
    '  enum: [F, M]  # F 2, M 2\n  fixed: [ab, c, "ü"]  # ab 1, c 1, "ü" 1, missing 1\n' \
    '  flag: ["FALSE", "TRUE"]  # "FALSE" 1, "TRUE" 3\n' \
    '  variable: ["NA", x]  # "NA" 1, x 2, missing 1\n'
ok 'numbers as texts' run 0 mn data levels a.h5 --column number
ok '... are the shortest' prints 'factors:\n  number: ["1.5", "1e+22", "2"]\n'
ok 'kinds of columns in HDF5' run 0 mn data columns b.h5:/
ok '... as the file says' prints '9000 rows\n' \
    'column                   kind          missing     distinct\n' \
    'digits                   text                0     over 100\n' \
    'few                      number              0            2\n' \
    'many                     number           1000     over 100\n' \
    'time                     number              0     over 100\n'
ok '... with what is none' says err "note: left out of /" "'grid' (2-D)" "'time' is read in 'days since"
done_testing
