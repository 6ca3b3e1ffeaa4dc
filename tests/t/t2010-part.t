#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A contract over centres, and what one centre computes of it: refused as a whole; a part is an
# ordinary run of one slave over all ranks, whose state has the bits of the same slave in a run
# over files, whatever is killed in between.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"
need_python numpy,h5py
OPENBLAS_NUM_THREADS=1
export OPENBLAS_NUM_THREADS

bc=$jobs_dir/breast-cancer
# state LEDGER ROUND K: the digest of what slave K has submitted in that round.
state() {
    sed -n "s/^[0-9]* [0-9.]* submit .*round=$2 slave=[^ ]*\/$3 .*state=\(sha256:[0-9a-f]*\) .*/\1/p" \
        "$1/log" | tail -n 1
}
count() {
    grep -c " $1 " "$2/log"
}
# spec SPLIT FUNCTION COLUMNS …: a contract over eight, at the centres or here.
spec() {
    _split=$1 _function=$2 _columns=$3
    shift 3
    printf '%s\n' 'title: Over eight' "function: $_function" \
        "data: {name: nuclei, split: $_split, slaves: 8, columns: [$_columns], unit_rows: 3}" "$@"
}
# both NAME FUNCTION COLUMNS …: NAME-sites.h5, NAME-files.h5, and what comes of the second.
both() {
    _name=$1
    shift
    spec sites "$@" >"$_name-sites.yaml" && spec files "$@" >"$_name-files.yaml" &&
        mn contract build "$_name-sites.yaml" -o "$_name-sites.h5" &&
        mn contract build "$_name-files.yaml" -o "$_name-files.h5" &&
        mn run "$_name-files.h5" --quiet --data "nuclei=$where" \
            --ledger "$_name-l" --out "$_name-r.h5"
}
where=$bc/hospital-{slave}.csv
three="mean_radius, mean_area, worst_area"

# --- the contract, and who is not to run it
ok 'a contract over centres, and its twin over files' run 0 both moments '{name: moments}' "$three"
ok 'is a contract' run 0 mn contract check moments-sites.h5
ok 'over centres' says out 'moments-sites.h5: a contract over centres, id '
ok 'show has it' run 0 mn contract show moments-sites.h5 --canonical
ok 'and nothing of parts' says out '"split":"sites"'
ok 'none' not grep -q '"part"' out
whole="moments-sites.h5 --data nuclei=$bc/hospital-3.csv --ledger none"
# not_run: it says what is to be done, and nothing is made.
not_run() {
    run 2 "$@" && silent out && says err 'over centres (data.split: sites)' \
        'metaneuron site publish' 'metaneuron site compute' && [ ! -e none ] && [ ! -e result.h5 ]
}
ok 'it is not run' not_run mn run $whole
ok 'by several ranks neither' not_run mpi 2 run $whole
ok 'nor launched' not_run mn launch $whole -- $mpirun -n 2
ok 'nor looked at before' not_run mn run $whole --dry-run

# --- a part of it
ok 'a part' run 0 mn contract part moments-sites.h5 -o part.h5
ok 'prints its id and its file' grep -qx '[0-9a-f]\{64\}  part.h5' out
id=$(cut -c-64 out)
ok 'is a contract' run 0 mn contract check part.h5
ok 'a part of another' says out "part.h5: a contract, a centre's part of another, id $id"
ok 'is shown' run 0 mn contract show part.h5
ok 'with the contract that it is of' says out '"part": 1' \
    "$(mn contract show moments-sites.h5 | sed -n '1s/id //p')"
ok 'made again' run 0 mn contract part moments-sites.h5 --round 1 -o again.h5
ok 'it is the same' says out "$id"
ok 'to the byte' cmp part.h5 again.h5
ok 'a file that is something else stays' run 2 mn contract part moments-sites.h5 -o "$T/trace"
ok 'unless it is a contract of that title' run 0 mn contract part moments-sites.h5 -o part.h5
cp moments-sites.h5 kept.h5
ok 'the contract itself is kept' run 2 mn contract part kept.h5 -o kept.h5 --force
ok 'says so' says err 'is what it is made from'
ok 'a round that there is not' run 65 mn contract part moments-sites.h5 --round 2 -o x.h5
ok 'says which there are' says err 'round 2: the contract has rounds 1 to 1'
ok 'no round at all' run 2 mn contract part moments-sites.h5 --round 0 -o x.h5
ok 'a part of a part' run 65 mn contract part part.h5 -o x.h5
ok 'there is none' says err 'is a part itself'
ok 'of a contract over files' run 65 mn contract part moments-files.h5 -o x.h5
ok 'neither' says err 'is not over centres'
ok 'of a spec' run 65 mn contract part moments-sites.yaml -o x.h5
ok 'nowhere to' run 2 mn contract part moments-sites.h5
head -c 20 part.h5 >odd
ok 'a model that is no doubles' run 65 mn contract part moments-sites.h5 --model odd -o x.h5
ok 'says so' says err 'odd: has 20 bytes, expected doubles'
: >odd
ok 'nor is nothing' run 65 mn contract part moments-sites.h5 --model odd -o x.h5
ok 'no model that is there' run 66 mn contract part moments-sites.h5 --model nosuch -o x.h5
ok 'nothing was written' not [ -e x.h5 ]

ok 'a dry run' run 0 mn run part.h5 --dry-run --ranks 6 --data "nuclei=$bc/hospital-3.csv" --ledger l
ok 'says what it is' says out 'part       of round 1, of one centre' \
    '6: 1 master, 1 groups of 5 for 1 slaves' '71 rows, 24 units' 'no problem seen'
ok 'without its state it would be nothing' run 2 mn run part.h5 --no-states \
    --data "nuclei=$bc/hospital-3.csv" --ledger l
ok 'says so' says err "a centre's part of another, whose result is its state"

# --- computed, by one process and by several, undisturbed and not
words="run part.h5 --quiet --data nuclei=$bc/hospital-3.csv --ledger l --out r.h5"
units=24
expected=$(state moments-l 1 3)
ok 'what slave 3 has over files' grep -qx 'sha256:[0-9a-f]\{64\}' <<END
$expected
END
# right RUNNER…: the part comes to its end, with the same bits.
right() {
    goes_on "$@" && same "$(state l 1 1)" "$expected"
}
afresh
ok 'one process' right mn
ok 'computes every unit once' covered 0
ok 'one aggregate, no model' same "$(count aggregate l)/$(count update l)" 1/0
afresh
ok 'four ranks' right mpi 4
ok 'share the units' covered 0
ok 'three of them one slave' same "$(awk '{ print $1 }' trace | sort -u | wc -l)" 3
ok 'it is settled' run 0 mpi 4 $words
ok 'and shown again' says out 'settled already' 'part      of round 1: the state of this centre'
METANEURON_UNIT_SECONDS=0.004
export METANEURON_UNIT_SECONDS
ok 'halted' ends 75 'after-unit:0/*@2#3=usr1' mpi 4 $words
ok 'it has saved its units' test "$(field withdraw units l)" -ge 1
ok 'the state of the run' run 0 mn status --ledger l
ok 'is told' says out 'nuclei/1'
ok 'of the slave, too' run 0 mn explain "$(sed -n 's/.* publish .*sum=\(.\{8\}\).*/\1/p' l/log)" 1 \
    --ledger l
ok 'that it withdrew' says out 'withdr'
ok 'the same command goes on' right mpi 4
ok 'and computes nothing again' covered 0
ok 'killed' killed 'after-unit:0/*@1#4=kill' mpi 4 $words
ok 'the same command goes on, with fewer' right mpi 3
METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY
ok 'killed, with units saved' killed 'after-unit:0/9=kill' mn $words
unset METANEURON_SAVE_EVERY
ok 'the same command goes on' right mn
ok 'and knows most of them' at_most 2
unset METANEURON_UNIT_SECONDS
afresh
ok 'launched' run 0 mn launch part.h5 --data "nuclei=$bc/hospital-3.csv" --ledger l --out r.h5 \
    -- $mpirun -n 3
ok 'with the same bits' same "$(state l 1 1)" "$expected"

# --- its result
ok 'it verifies' run 0 mn verify r.h5 --ledger l
ok 'as far as it goes' says out '1 states, 0 rejected, the aggregate has the same bits' \
    "a centre's part of round 1: neither updated nor finished"
ok 'it is shown' run 0 mn result show r.h5 --rounds
ok 'as what it is' says out 'part       of round 1: the state of one centre' '71 of 71 items'
ok 'as JSON' run 0 mn result export r.h5 --json
ok 'too' says out '"part": 1'
# forged WORDS HOW…: that is found.
forged() {
    _words=$1
    shift
    cp r.h5 f.h5 && timeout 60 "$py" "$scripts/tamper.py" f.h5 "$@" &&
        run 3 mn verify f.h5 --ledger l && says out "$_words"
}
ok 'another state' forged 'WRONG' bit /rounds/1/states 0,4
ok 'another aggregate' forged '/aggregate_state' bit /aggregate_state 4
ok 'an answer that nobody has finished' forged '/aggregate/mean' add /aggregate/mean
ok 'it takes no other round for its own' forged 'WRONG' byte /contract 4000

# --- by rounds, with models
# model RESULT ROUND FILE: what that round began with.
model() {
    timeout 60 "$py" -c 'import sys, h5py
h5py.File(sys.argv[1])["/rounds/models"][int(sys.argv[2]) - 1].tofile(sys.argv[3])' "$@"
}
# part NAME ROUND K RUNNER…: of slave K's file; its state is that of the run over files.
part() {
    _name=$1 _round=$2 _k=$3
    shift 3
    rm -rf l r.h5
    model "$_name-r.h5" "$_round" model.bin &&
        run 0 mn contract part "$_name-sites.h5" --round "$_round" --model model.bin -o part.h5 &&
        run 0 "$@" run part.h5 --quiet --data "nuclei=$(echo "$where" | sed "s/{slave}/$_k/")" \
            --ledger l --out r.h5 &&
        same "$(state l 1 1)" "$(state "$_name-l" "$_round" "$_k")" && run 0 mn verify r.h5 --ledger l &&
        says out "a centre's part of round $_round: neither" && same "$(count update l)" 1
}
# first NAME K: of round 1, which needs no model.
first() {
    rm -rf l r.h5
    run 0 mn contract part "$1-sites.h5" -o part.h5 &&
        run 0 mn run part.h5 --quiet --data "nuclei=$(echo "$where" | sed "s/{slave}/$2/")" \
            --ledger l --out r.h5 && same "$(state l 1 1)" "$(state "$1-l" 1 "$2")"
}
diagnosis='mean_radius, mean_texture, mean_smoothness, malignant'
ok 'logreg over files' run 0 both logreg '{name: logreg, params: {target: malignant}}' \
    "$diagnosis" 'rounds: 3'
ok 'its first round, at a centre' first logreg 4
ok 'the second' part logreg 2 4 mn
ok 'the second of another, by ranks' part logreg 2 7 mpi 3
ok 'the result has the model' same "$(timeout 60 "$py" -c 'import h5py
f = h5py.File("r.h5")
print(f["/rounds/models_round"][:].tolist(), f["/rounds"].attrs["converged"], len(f["/aggregate"]))')" \
    '[0] 0 0'
ok 'another model' forged 'the model of round 0 is not the one in the ledger' bit /rounds/models 0,17
ok 'it has not converged' forged '/rounds@converged' attribute /rounds converged 1
ok 'and no more' run 0 mn result show r.h5 --rounds
ok 'nothing has converged' not grep -q converged out
ok 'the second round without a model' run 0 mn contract part logreg-sites.h5 --round 2 -o none.h5
ok 'cannot be' run 65 mn run none.h5 --quiet --data "nuclei=$bc/hospital-4.csv" --ledger none-l
ok 'says why' says err 'a part of round 2 needs the model of that round'
head -c 16 model.bin >short.bin
ok 'nor with another' run 0 mn contract part logreg-sites.h5 --round 2 --model short.bin -o short.h5
ok 'one' run 65 mn run short.h5 --quiet --data "nuclei=$bc/hospital-4.csv" --ledger none-l
ok 'says why' says err "the contract's has 2"
ok 'what is not by rounds has no second one' sh -c \
    'sed "s/^title/rounds: 3\ntitle/" moments-sites.yaml >three.yaml'
ok 'of a function with one round' run 65 mn contract build three.yaml -o three.h5

# --- what only all centres together can do
head -n 2 "$bc/hospital-4.csv" >one.csv
ok 'a centre with one row' run 0 mn contract part logreg-sites.h5 -o part.h5
words="run part.h5 --quiet --data nuclei=$T/one.csv"
ok 'has a part all the same' run 0 mn $words --ledger one-l --out one.h5
ok 'which verifies' run 0 mn verify one.h5 --ledger one-l
sed 's/split: files, slaves: 8/slaves: 1/' logreg-files.yaml >alone.yaml
ok 'alone, as a contract of one' run 0 mn contract build alone.yaml -o alone.h5
ok 'it would come to nothing' run 76 mn run alone.h5 --quiet --data "nuclei=$T/one.csv" \
    --ledger alone-l --out alone-r.h5

# --- training, by all ranks at once, where rounds have keys of their own
where=$T/parts/part-{slave}.csv
mkdir parts
(cd parts && awk -v liars= -f "$jobs_dir/digits/deal.awk" "$jobs_dir/pca/digits.csv")
pixels=$(head -n 1 parts/part-1.csv | cut -d, -f20-28)
ok 'train over files' run 0 both train \
    "{name: train, params: {target: digit, classes: 10, layers: '8', epochs: 2, test_every: 5}}" \
    "$pixels, digit" 'rounds: 3'
ok 'its first round, at a centre' first train 2
ok 'the second' part train 2 2 mn
ok 'the third' part train 3 5 mn
done_testing
