#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Halted in good order, by signals to one process, to a rank, and to mpirun, or by the end
# of the job's time: what is done is saved, the same command does not compute it again.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"
see_nothing # as ledgers are put back here

data_contract
undisturbed
METANEURON_UNIT_SECONDS=0.004 # so that a rank looks at its signals after every unit
export METANEURON_UNIT_SECONDS

# withdrew SLAVE UNITS: that is in the ledger.
withdrew() {
    same "$(field withdraw slave l) $(field withdraw units l)" "here/nuclei/$1 $2"
}

# --- one process
for signal in usr1 term int; do
    ok "one process: $signal" ends 75 "after-unit:1/4=$signal" mn $words
    ok 'says so' says err 'halted: 1 of 4 results are in' 'the same command goes on'
    ok 'the slave withdrew with its units' withdrew 2 5
    ok 'the same command goes on' goes_on mn
    ok 'and computes nothing again' covered 0
done
ok 'usr1 twice' ends 75 'after-unit:1/4=usr1;after-unit:1/5=usr1' mn $words
ok 'is usr1' withdrew 2 5
ok 'without checkpoints' ends 75 'after-unit:1/4=usr1' mn $words --checkpoint 0
ok 'nothing is saved' same "$(find l/runs -name 'units-*')" ''
ok 'the same command goes on' goes_on mn
ok 'and computes it again' covered 5
ok 'halted three times: first' ends 75 'after-unit:0/1=usr1' mn $words
ok 'second' run 75 faulty 'after-unit:0/5=usr1' mn $words
ok 'third' run 75 faulty 'after-unit:2/0=usr1' mn $words
ok 'the same command goes on' goes_on mn
ok 'and computes nothing again' covered 0
ok 'halted before it began' ends 75 'after-rename:*/key.pub=usr1' mn $words
ok 'the same command goes on' goes_on mn
ok 'and computes nothing again' covered 0
ok 'halted after the last unit, it comes to its end' ends 0 'after-unit:3/9=usr1' mn $words
ok 'as it should' as_expected
afresh
METANEURON_UNIT_SECONDS=0.05
ok 'the time is up' run 75 mn $words --time-left 1.2
ok 'says so' says err 'halted'
METANEURON_UNIT_SECONDS=0.004
ok 'the same command goes on' goes_on mn
ok 'and computes nothing again' covered 0

# --- what was saved is not what the ledger says
# damaged HOW UNITS WORDS: so many are computed again, and these words, if any, say why.
damaged() {
    cp -R before l && rm -f trace && cp trace-before trace
    saved=$(echo l/runs/*/units-2-0)
    case $1 in
    truncated) head -c 100 "$saved" >x && cp x "$saved" ;;
    empty) : >"$saved" ;;
    absent) rm "$saved" ;;
    longer) echo >>"$saved" ;;
    bit) printf x | dd of="$saved" bs=1 seek=300 conv=notrunc 2>/dev/null ;;
    joined) cp "$saved" "${saved%0}7" ;; # a second file, which the ledger knows nothing of
    other) cp other/runs/*/units-2-0 "$saved" ;;
    slave) cp "$saved" "${saved%2-0}3-0" ;; # of another partition
    esac
    ok "a checkpoint that is $1" goes_on mn
    [ -z "$3" ] || ok 'says so' says told "$3"
    ok 'is not used' covered "$2"
    rm -rf l r.h5
}
sealed='-0 has not the run'
ok 'another run' ends 75 'after-unit:1/6=usr1' mn $words
mv l other
ok 'halted' ends 75 'after-unit:1/6=usr1' mn $words
mv l before
mv trace trace-before
ok 'the ledger says what is saved' not same "$(field withdraw state before)" \
    "sha256:$(printf '%064d' 0)"
damaged empty 7 'has no seal'
damaged absent 7 'not what the ledger says was saved'
for how in truncated longer bit other; do
    damaged $how 7 "here/nuclei/2: saved units are not used, but computed again: units-2$sealed"
done
damaged joined 0 'units-2-7 has not the run'
damaged slave 0 "here/nuclei/3: saved units are not used, but computed again: units-3$sealed"

METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY
ok 'killed, so that the ledger knows nothing' killed 'after-unit:1/6=kill' mn $words
rm -rf before && mv l before
mv trace trace-before
unset METANEURON_SAVE_EVERY
damaged empty 7 'has no seal'
damaged absent 7 ''
for how in truncated longer bit other; do
    damaged $how 7 "here/nuclei/2: saved units are not used, but computed again: units-2$sealed"
done
damaged slave 1 "here/nuclei/3: saved units are not used, but computed again: units-3$sealed"

# --- ranks
# team SIZE…: ranks per slave, with one slave at a time
team() {
    _size=$1
    shift
    mpi $((_size + 1)) "$@" --ranks-per-slave "$_size" --lease 20
}
for who in '1@1 usr1' '2@1 term' '3@2 int' '2@2 parent-usr1' '3@0 usr1'; do
    size=${who%@*}
    rank=${who#*@}
    signal=${rank#* }
    rank=${rank% *}
    point="after-unit:1/*@$rank#2"
    [ "$rank" -ne 0 ] || point='after-rename:*/state-1' # which the master writes
    ok "$size ranks per slave: $signal to rank $rank" ends 75 "$point=$signal" team "$size" $words
    ok 'is halted' says err 'halted' 'the same command goes on'
    [ "$rank" -eq 0 ] || ok 'the slave withdrew' test "$(field withdraw units l)" -ge 1
    ok 'the same command goes on' goes_on team "$size"
    ok 'and computes nothing again' covered 0
done
METANEURON_UNIT_SECONDS=0.3
for signal in term int; do # mpirun sends SIGTERM after a second, and SIGKILL after another
    ok "mpirun: $signal" killed "after-unit:0/0=parent-$signal" team 2 $words
    ok 'is halted' says err 'halted' 'the same command goes on'
    METANEURON_UNIT_SECONDS=0.004
    ok 'the same command goes on' goes_on team 2
    ok 'and computes nothing again' covered 0
    METANEURON_UNIT_SECONDS=0.3
done
METANEURON_UNIT_SECONDS=0.004
ok 'a team of 2 is halted' ends 75 'after-unit:1/*@1#4=usr1' team 2 $words
cp -R l before2
cp trace trace2
for size in 1 3; do
    rm -rf l && cp -R before2 l && cp trace2 trace
    ok "a team of $size goes on" goes_on team $size
    ok 'with nodes that lie within its shares' at_most 4
done
rm -rf l && cp -R before2 l && cp trace2 trace
ok 'one process goes on' goes_on mn
ok 'and computes nothing again' covered 0
done_testing
