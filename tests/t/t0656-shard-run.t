#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run --shard: the same decisions, the same bits and the same file as a run whose master holds all
# results, for any number of ranks; it can be killed anywhere, and goes on; what it cannot do it
# says before.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

METANEURON_FUNCTIONS=$T
export METANEURON_FUNCTIONS
numbers=140001 # in a state: three blocks, the last of which is not full
cat >wide.sh <<'END'
#!/bin/sh
while [ $# -gt 1 ]; do
    case $1 in
    --in) in=$2 ;;
    --out) out=$2 ;;
    esac
    shift 2
done
awk -F, -v numbers=NUMBERS '
    NR > 1 { rows++; n = NF; for (i = 1; i <= n; i++) sum[i % n] += $i }
    END { print rows; for (i = 1; i < numbers; i++) printf "%.17g\n", sum[i % n] * (1 + i % 997 / 1000) }
' "$in" >"$out"
END
sed "s/NUMBERS/$numbers/" wide.sh >w && mv w wide.sh && chmod +x wide.sh
cat >c.yaml <<END
title: Wide
function:
  name: exec
  params: {program: wide.sh, sha256: "$(mn function digest wide.sh)", form: text, length: $numbers}
data:
  name: nuclei
  split: files
  slaves: 8
  columns: [mean_radius, mean_texture, mean_smoothness]
limits: {slaves_min: 7}
END
ok 'a contract of many numbers' run 0 mn contract build c.yaml -o c.h5
words="run c.h5 --quiet --data $hospitals --ledger l --out r.h5 --no-states"

# --- the same, whoever has what
afresh
ok 'one process holds all' run 0 mn $words
expected=$(field aggregate state l)
mv r.h5 whole.h5
# decisions LEDGER: what was decided, and by how much.
decisions() {
    sed -n 's/^[0-9]* [0-9.]* filter run=[0-9a-f]* \(.*\) prev=.*/\1/p' "$1/log"
}
decisions l >wanted
ok 'and rejects one' grep -q 'decision=rejected' wanted

# alike: of all that is not of the time and place of a run, both files have the same.
alike() {
    timeout 60 "$py" "$scripts/alike.py" whole.h5 r.h5 aggregate/mean
}

# same_as_whole: what is settled is what one process had.
same_as_whole() {
    same "$(field aggregate state l)" "$expected" && decisions l >found && diff found wanted >out &&
        same "$(grep -c ' publish ' l/log)" 1 && unique submit && unique filter && unique settle &&
        run 0 mn ledger verify l && run 0 mn verify --no-states r.h5 --ledger l
}
for layout in 1x1 2x1 4x1 5x2; do
    n=${layout%x*}
    afresh
    if [ "$n" -eq 1 ]; then
        ok 'one process, in parts' run 0 mn $words --shard
    else
        ok "$layout (ranks x ranks per slave)" run 0 mpi "$n" $words --shard \
            --ranks-per-slave "${layout#*x}"
    fi
    ok 'says what each rank had' same "$(grep -c ' rank [0-9]* sent ' out)" "$n"
    ok 'the same decisions and bits, verified' same_as_whole
    if find_python numpy,h5py; then
        ok 'and the same file' alike
    else
        skip 'and the same file' 'there is no Python with numpy and h5py here'
    fi
done

# --- with states
words=${words% --no-states}
afresh
ok 'one process holds all, with states' run 0 mn $words
mv r.h5 whole.h5
cp l/log log
for n in 1 3; do
    afresh
    if [ "$n" -eq 1 ]; then
        ok 'one process, in parts, with states' run 0 mn $words --shard
    else
        ok "$n ranks, with states" run 0 mpi "$n" $words --shard
    fi
    ok 'the same bits, verified in full' run 0 mn verify r.h5 --ledger l
    [ -z "$py" ] || ok 'and the same file' alike
done
afresh
ok 'without one slave' run 0 mpi 3 $words --shard --skip-slave 3
ok 'is verified in full' run 0 mn verify r.h5 --ledger l
words="$words --no-states"

# --- killed, and gone on with
# gone_on N: the command comes to the right end, and computes what is in but once.
gone_on() {
    run 0 mpi "$1" $words --shard && cp out told && same_as_whole
}
for fault in 'after-rename:*/state-3' 'after-pwrite:*~ aggregate ' 'after-link:r.h5'; do
    ok "3 ranks, $fault" killed "$fault=kill" mpi 3 $words --shard
    ok 'the same command goes on' gone_on 3
done
ok 'and says that results were there' says told 'resumed'
ok 'what was begun in one process' killed 'after-rename:*/state-7=kill' mn $words --shard
ok 'is gone on with by more ranks' gone_on 5
ok 'what was begun' killed 'after-rename:*/state-7=kill' mn $words --shard
for state in l/runs/*/state-2; do
    printf x | dd of="$state" bs=1 seek=500000 conv=notrunc 2>/dev/null
done
ok 'and of which a state is damaged, is gone on with' run 0 mpi 2 $words --shard
ok 'that one was computed again' same "$(grep -c ' submit .*/nuclei/2 ' l/log)" 2
ok 'and the bits are the same' same "$(field aggregate state l)" "$expected"

# --- what goes wrong on one rank
ok 'states that cannot be kept' ends 74 'before-write:*/state-[23]*=enospc' mpi 3 $words --shard
ok 'are told of' says err 'state-2' 'No space left'
ok 'the same command goes on' gone_on 3
ok 'a state that is gone when it is read' ends 66 'before-open:*/state-5=eacces' mpi 3 $words --shard
ok 'is told of by the master' says err 'state-5'
ok 'the same command goes on' gone_on 3
ok 'a rank that stops when it reads' ends 75 'before-open:*/state-?@1=stop' \
    mpi 3 $words --shard --lease 2
ok 'is lost' says err 'rank 1 gave no sign of life'
ok 'the same command goes on' gone_on 3
ok 'a full disk' ends 74 'before-fsync:r.h5*=enospc' mpi 3 $words --shard
ok 'leaves no half result' test ! -e r.h5
ok 'the same command goes on' gone_on 3

# --- what it cannot do
# refused CODE WORDS: of the contract in x.yaml.
refused() {
    run 0 mn contract build x.yaml -o x.h5 && rm -rf lx &&
        run "$1" mn run x.h5 --data "$hospitals" --ledger lx --out x-r.h5 --no-states --shard &&
        says err "$2"
}
sed 's/^  params: {/  params: {features: 100000, model: 3, update: mean, /; s/^title/rounds: 2\ntitle/' c.yaml >x.yaml
ok 'not many features by rounds' refused 76 'has rounds and compares 100000 numbers'
{ sed 's/^  params: {/  params: {features: 100000, /' c.yaml; echo 'aggregate: {robust: krum}'; } >x.yaml
ok 'no estimate that needs all of them' refused 76 'the estimate krum, which needs all of the 100000'
printf 'title: Work\nfunction: {name: wait}\nwork: {units: 10}\n' >x.yaml
ok 'no work' run 0 mn contract build x.yaml -o x.h5
ok 'which it says' run 2 mn run x.h5 --ledger lx --no-states --shard
done_testing
