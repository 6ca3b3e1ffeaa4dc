#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The exit code of a run that is not settled says whether the same command can go on: 75, or
# that it would end so every time: then what is wrong has a code of its own, and nothing is
# tried again.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# spec NAME LINE…: builds NAME.h5, over the data d of three slaves, unless the lines have another.
spec() {
    _name=$1
    shift
    {
        echo "title: $_name"
        printf '%s\n' "$@"
        case "$*" in *data:*) ;; *) echo 'data: {name: d, slaves: 3, split: files}' ;; esac
    } >"$_name.yaml"
    mn contract build "$_name.yaml" -o "$_name.h5" >out 2>err
}
moments='function: {name: moments}'
none='filter: {method: none}'
# go CODE NAME [OPTION…]: a run of its own.
go() {
    _code=$1 _name=$2
    shift 2
    run "$_code" mn run "$_name.h5" --quiet --data "d=$data" --ledger "l-$_name" "$@"
}
# sees CODE NAME: a dry run.
sees() {
    run "$1" mn run "$2.h5" --dry-run --data "d=$data" --ledger none
}
# Appends a line to starts, and runs the command: a launcher.
cat >counting <<'END2'
#!/bin/sh
echo x >>"$STARTS"
exec "$@"
END2
chmod +x counting
STARTS=$T/starts
export STARTS
# launched CODE NAME [OPTION…]: once, and not again.
launched() {
    _code=$1 _name=$2
    shift 2
    rm -f starts
    run "$_code" mn launch "$_name.h5" --quiet --data "d=$data" --ledger "l-launch-$_name" \
        --backoff 0.01 --retries 3 "$@" -- ./counting &&
        lines 1 starts
}

mkdir whole
for k in 1 2 3; do
    printf 'x,y,z\n' >"whole/$k.csv"
    for i in 1 2 3 4 5 6 7 8; do echo "$i,$((i * k)),1"; done >>"whole/$k.csv"
done
data=whole/{slave}.csv

# --- nothing was accepted
ok 'a contract that nothing can meet' spec range "$moments" "$none" \
    'limits: {plausible: {mean(x): [100, 200]}}'
ok 'all is in, and rejected' go 76 range
ok 'why is said, with slave and node' says err 'none of the 3 results' \
    '3 slaves (here/d/1, here/d/2, here/d/3): implausible: mean(x) is 4.5, not 100 to 200 (node ' \
    '--again'
ok 'the same command ends so again' go 76 range
ok 'with what was there' same "$(grep -c ' submit ' l-range/log)" 3
ok 'and is not tried again' launched 76 range
ok 'which is said' says err 'not repeated'

# --- a function that cannot succeed on what was accepted
ok 'a column that is constant' spec constant 'function: {name: linreg, params: {target: y}}' "$none"
ok 'is no matter of time' go 76 constant
ok 'is named' says err "'z' is linearly dependent"
ok 'every time' go 76 constant
ok 'nor is it tried again' launched 76 constant
mkdir apart
for k in 1 2 3; do
    printf 'x,y\n1,0\n2,0\n3,0\n4,1\n5,1\n6,1\n' >"apart/$k.csv"
done
data=apart/{slave}.csv
ok 'a model that does not exist' spec apart 'function: {name: logreg, params: {target: y}}' "$none" \
    'rounds: 50'
ok 'after some rounds' go 76 apart
ok 'is said' says err "logreg:"
ok 'and not tried again' launched 76 apart
data=whole/{slave}.csv

# --- what no node has
ok 'too much memory' spec big "$moments" 'resources: {memory: 1 PiB}'
ok 'is declined' go 76 big
ok 'by name' says err 'memory:' '1.0 PiB asked for'
ok 'before, too' sees 76 big
ok 'and is not tried again' launched 76 big
ok 'too many GPUs' spec gpus "$moments" 'resources: {gpus: 64}'
ok 'are declined' go 76 gpus
ok 'before, too' sees 76 gpus

# --- time is another matter: the next job may have more
ok 'more time than is left' spec time "$moments" 'resources: {time: 2 h}'
SLURM_JOB_END_TIME=$(($(date +%s) + 3600))
export SLURM_JOB_END_TIME
ok 'is declined' go 75 time
ok 'in words' says err 'time:' 's left in this job'
ok 'before, too' sees 75 time
ok 'but not tried again in this job' launched 75 time
unset SLURM_JOB_END_TIME
ok 'and in another one it goes on' go 0 time --out time-result.h5

# --- data
ok 'a contract' spec plain "$moments"
mkdir gone bad both
cp whole/1.csv whole/2.csv gone
data=gone/{slave}.csv
ok 'a file that is missing is 66' go 66 plain
ok 'before, too' sees 66 plain
ok 'and not tried again' launched 66 plain
cp whole/1.csv whole/2.csv bad && printf 'x,y,z\n1,2\n' >bad/3.csv
data=bad/{slave}.csv
ok 'bad contents are 65' go 65 plain
ok 'before, too' sees 65 plain
ok 'and not tried again' launched 65 plain
cp whole/1.csv bad/3.csv both
data=both/{slave}.csv
ok 'both: the first that never comes says what' go 66 plain
ok 'before, too' sees 66 plain
ok 'and all are told' says out '2.csv' 'slave 3'
ok 'it is not tried again' launched 66 plain
data=whole/{slave}.csv
ok 'ranks that are too few' run 2 mn run plain.h5 --dry-run --ranks 2 --ranks-per-slave 3 \
    --data "d=$data" --ledger none

# --- one that may still come is waited for only if that is enough
ok 'two of three are enough' spec two "$moments" 'limits: {slaves_min: 2}'
data=gone/{slave}.csv
ok 'one never comes, whom all wait for' go 66 plain --skip-slave 1
ok 'one that was excluded would be enough' go 75 two --skip-slave 1
data=whole/{slave}.csv
ok 'before, too' run 75 mn run two.h5 --dry-run --skip-slave 1 --skip-slave 3 --skip-slave 1 \
    --data "d=$data" --ledger none
ok 'in words' says out '1 slaves are asked, 2 are needed (--skip-slave)'
ok 'two are enough before, too' run 0 mn run two.h5 --dry-run --skip-slave 1 --data "d=$data" \
    --ledger none
ok 'one that the contract does not have' run 2 mn run two.h5 --dry-run --skip-slave 4 \
    --data "d=$data" --ledger none
data=gone/{slave}.csv
ok 'and is' go 0 two --out two-result.h5

# --- the ranks of one job
data=whole/{slave}.csv
ok 'under mpirun' run 76 mpi 3 run range.h5 --quiet --data "d=$data" --ledger l-mpi
ok 'memory, under mpirun' run 76 mpi 3 run big.h5 --quiet --data "d=$data" --ledger l-mpi
ok 'work that no rank can do' spec work 'function: {name: wait}' 'resources: {memory: 1 PiB}' \
    'work: {units: 8}' '# data:'
ok 'is declined' run 76 mpi 3 run work.h5 --quiet --ledger l-mpi
ok 'alone, too' run 76 mn run work.h5 --quiet --ledger l-mpi
ok 'before, too' run 76 mn run work.h5 --dry-run --ledger l-mpi
done_testing
