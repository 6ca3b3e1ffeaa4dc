#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Contracts: two ways to write one, one id; and what is wrong with a spec.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

spec=$jobs_dir/breast-cancer/contract.yaml

# --- build, check, show
ok 'build' run 0 mn contract build "$spec" -o c.h5
id=$(cut -d' ' -f1 out)
ok 'prints the id and the name of the file' same "$(cat out)" "$id  c.h5"
ok 'the id has 64 hex digits' grep -qx '[0-9a-f]\{64\}  c.h5' out
ok 'show' run 0 mn contract show c.h5
ok 'shows id, title and function' says out "id $id" 'Measurements of cell nuclei' '"moments"'
ok 'show --canonical' run 0 mn contract show c.h5 --canonical
ok 'is one line' lines 1 out
ok 'its SHA-256 is the id' same "$(tr -d '\n' <out | sha256sum | cut -d' ' -f1)" "$id"
ok 'of the spec, before the function is asked, there is one too' \
    run 0 mn contract show "$spec" --canonical
ok 'check of the descriptor' run 0 mn contract check c.h5
ok 'says the id' says out "$id"
ok 'check of the spec' run 0 mn contract check "$spec"
ok 'says the same id' says out "$id"
ok 'build again' run 0 mn contract build "$spec" -o c2.h5
ok 'gives the same id' says out "$id"
ok 'and the same bytes' cmp c.h5 c2.h5
ok 'HDF5 tools read it' run 0 timeout 60 h5dump -a /contract/title c.h5
sed 's/^title: .*/title: Another/' "$spec" >other.yaml
ok 'another title' run 0 mn contract build other.yaml -o other.h5
ok 'is another contract' not grep -q "$id" out
cp "$spec" hint.yaml && printf 'resources:\n  ranks_per_slave: 3\n' >>hint.yaml
ok 'a hint' run 0 mn contract build hint.yaml -o hint.h5
ok 'is no part of the contract' says out "$id"
grep -v '^ *#' "$spec" | sed 's/moments/moments\n  params: {order: 4}/; s/10 min/600 s/' >same.yaml
ok 'what says the same in other words' run 0 mn contract build same.yaml -o same.h5
ok 'is the same contract' says out "$id"

# --- work instead of data
ok 'build of a contract over work' run 0 mn contract build "$jobs_dir/pi/contract.yaml" -o pi.h5
pi=$(cut -d' ' -f1 out)
ok 'check of it' run 0 mn contract check pi.h5
ok 'says its id' says out "$pi"
ok 'show' run 0 mn contract show pi.h5 --canonical
ok 'has the work and the defaults of the function' says out '"units":10000}' '"strike":100'
ok 'no group of data is in the file' run 0 timeout 60 h5dump -n pi.h5
ok 'but one of work' says out /work
ok 'only' not grep -q /data out
ok 'the functions say over what they are' run 0 mn function list
ok 'data' grep -q '^moments *data ' out
ok 'or work' grep -q '^wait *work ' out
ok 'each for itself, too' run 0 mn function show montecarlo
ok 'beside its digest' says out 'builtin:montecarlo@1' 'over work'

# --- specs with errors: file, line, and the key
# wrong LINE WORDS: the spec on standard input.
wrong() {
    cat >wrong.yaml
    run 65 mn contract build wrong.yaml -o wrong.h5 && silent out && lines 1 err &&
        says err "wrong.yaml:$1:" "$2" && [ ! -e wrong.h5 ]
}
base='title: t
function: {name: moments}
data: {name: d, slaves: 2}'
printf '%s\n' "$base" >base.yaml
ok 'a small spec is well' run 0 mn contract build base.yaml -o base.h5
ok 'an unknown key' wrong 4 colour <<END
$base
colour: red
END
ok 'a key that came later' wrong 4 'share_min: is unknown in a contract of format 1' <<END
$base
limits: {share_min: 0.5}
format: 1
END
ok 'an unknown key in a group' wrong 3 'data.colour' <<END
title: t
function: {name: moments}
data: {name: d, slaves: 2, colour: red}
END
ok 'a key twice' wrong 4 title <<END
$base
title: u
END
ok 'a number in words' wrong 3 'data.slaves' <<END
title: t
function: {name: moments}
data: {name: d, slaves: two}
END
ok 'a number out of range' wrong 3 '65536' <<END
title: t
function: {name: moments}
data: {name: d, slaves: 65537}
END
ok 'a word that is no choice' wrong 5 'pos-lof lof mad none' <<END
$base
filter:
  method: magic
END
ok 'a time without its unit' wrong 6 't_max' <<END
$base
filter:
  weight:
    t_max: 3 parsecs
END
ok 'neither data nor work' wrong 1 'neither data nor work' <<END
title: t
function: {name: moments}
END
ok 'both data and work' wrong 4 'work: is there besides data' <<END
$base
work: {units: 9}
END
ok 'work without its units' wrong 3 'work.units' <<END
title: t
function: {name: moments}
work: {check: 0.5}
END
ok 'a range that is no power of two' wrong 3 'work.range' <<END
title: t
function: {name: moments}
work: {units: 9, range: 3}
END
ok 'slaves to wait for, of work' wrong 4 'limits.slaves_min' <<END
title: t
function: {name: moments}
work: {units: 9}
limits: {slaves_min: 1}
END
ok 'a list where a value belongs' wrong 4 author <<END
$base
author: [a, b]
END
ok 'an alias' wrong 1 'alias' <<END
title: &t t
function: {name: moments}
data: {name: d, slaves: 2}
author: *t
END
ok 'a tab' wrong 5 'YAML' <<END
$base
filter:
	method: lof
END
ok 'a missing title' run 65 sh -c 'sed 1d base.yaml >x.yaml && timeout 60 "$0" contract build x.yaml -o x.h5' "$METANEURON"
ok 'is named' says err x.yaml title
ok 'an unknown function' run 65 sh -c \
    'sed s/moments/magic/ base.yaml >x.yaml && timeout 60 "$0" contract build x.yaml -o x.h5' "$METANEURON"
ok 'is named, with those that there are' says err x.yaml "'magic'" linreg moments
ok 'work for a function over data' run 65 sh -c \
    'sed "s/^data.*/work: {units: 9}/" base.yaml >x.yaml && timeout 60 "$0" contract build x.yaml -o x.h5' "$METANEURON"
ok 'is refused with both names' says err x.yaml 'moments: computes over data' 'has work'
ok 'a check of it as well' run 65 mn contract check x.yaml
ok 'data for a function without' run 65 sh -c \
    'sed s/moments/wait/ base.yaml >x.yaml && timeout 60 "$0" contract build x.yaml -o x.h5' "$METANEURON"
ok 'is refused with its name' says err x.yaml 'wait: computes units, has no use for data'
ok 'an unknown parameter' run 65 sh -c \
    'sed "s/moments}/moments, params: {colour: 3}}/" base.yaml >x.yaml &&
     timeout 60 "$0" contract build x.yaml -o x.h5' "$METANEURON"
ok 'is named' says err x.yaml colour
ok 'a parameter out of range' run 65 sh -c \
    'sed "s/moments}/moments, params: {order: 5}}/" base.yaml >x.yaml &&
     timeout 60 "$0" contract build x.yaml -o x.h5' "$METANEURON"
ok 'is named' says err x.yaml order
ok 'nothing was written' not test -e x.h5

# --- descriptors from elsewhere
golden=$top_srcdir/tests/data
ok 'the golden contract over work' run 0 mn contract show "$golden/contract-work-v1/contract.h5"
ok 'has its id' says out "id $(cat "$golden/contract-work-v1/id")"
if ! find_python numpy,h5py; then
    skip 'descriptors by h5py' 'needs Python 3 with numpy and h5py'
    done_testing
fi
describe() {
    "$py" "$scripts/describe.py" "$@"
}
ok 'h5py writes the same contract' \
    run 0 describe hospitals p.h5 "$jobs_dir/breast-cancer/hospital-1.csv"
ok 'which is a contract' run 0 mn contract check p.h5
ok 'of the same id' says out "$id"
ok 'though its file differs' not cmp -s c.h5 p.h5
ok 'it runs' run 0 mn run p.h5 --quiet --data "$hospitals" --ledger l
ok 'and verifies' run 0 mn verify result.h5 --ledger l

h5py=$top_srcdir/tests/contract_h5py.py
ok 'h5py writes the golden contracts' run 0 "$py" "$h5py" v1.h5
ok 'the one of format 2' run 0 "$py" "$h5py" --v2 v2.h5
ok 'one over work' run 0 "$py" "$h5py" --work work-v1.h5
ok 'over data: a contract' run 0 mn contract show v1.h5
ok 'of the same id' says out "id $(cat "$golden/contract-v1/id")"
ok 'of format 2: a contract' run 0 mn contract show v2.h5
ok 'of the same id as that' says out "id $(cat "$golden/contract-v2/id")"
ok 'over work: a contract' run 0 mn contract show work-v1.h5
ok 'of the same id as its twin' says out "id $(cat "$golden/contract-work-v1/id")"
for kind in sites part filter data; do
    ok "of later keys: $kind" run 0 "$py" "$h5py" --$kind $kind.h5
    ok 'is a contract' run 0 mn contract show $kind.h5
    ok 'of the same id as its twin' says out "id $(cat "$golden/contract-$kind-v2/id")"
done

# refused KIND WORDS
refused() {
    run 0 describe wrong "$1" "$1.h5" && run 65 mn contract check "$1.h5" && lines 1 err &&
        says err "$1.h5" "$2"
}
describe wrong nothing nothing.h5
ok 'a small descriptor is well' run 0 mn contract check nothing.h5
ok 'an unknown attribute' refused attribute colour
ok 'an unknown group' refused group palette
ok 'a missing title, in HDF5' refused title title
ok 'a text for a number' refused type slaves
ok 'a fraction for a whole number' refused fraction slaves
ok 'a negative number' refused negative slaves
ok 'an array for a value' refused array slaves
ok 'a NaN' refused nan kappa
ok 'data and work, in HDF5' refused both work
ok 'neither, in HDF5' refused neither 'neither data nor work'
ok 'a descriptor over work' run 0 describe wrong work work.h5
ok 'is a contract' run 0 mn contract show work.h5 --canonical
ok 'that shows its work, and no data' says out '"work":{"check":0.05,"range":0,"tolerance":0,"units":9}'
ok 'and nothing of data' not grep -q '"data"' out
ok 'a soft link' refused soft columns
ok 'an external link' refused external columns
ok 'external storage' refused storage columns
ok 'a dataset beyond all bounds' refused huge model
ok 'texts of variable length in a dataset' refused vlen columns
ok 'a reference' refused reference slaves
done_testing
