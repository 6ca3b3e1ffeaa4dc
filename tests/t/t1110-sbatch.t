#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The batch script, and what the program makes of a batch job, by programs that answer as
# Slurm does; tests/slurm has the same on a real one.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
unset SLURM_NTASKS SLURM_STEP_NUM_TASKS SLURM_PROCID SLURM_RESTART_COUNT

mkdir bin
cat >bin/mpirun <<'END_OF'
#!/bin/sh
printf '%s\n' "$*" >>"$T/words"
exec "$@"
END_OF
# As on two nodes: what is to be done on each is done twice.
cat >bin/srun <<'END_OF'
#!/bin/sh
echo x >>"$T/steps"
if [ "$1" = "--mpi=$srun_mpi" ]; then
    cat "$T/srun.says" >&2
    exit 1
fi
while :; do
    case $1 in
    --*) shift ;;
    *) break ;;
    esac
done
"$@" && "$@"
END_OF
cat >bin/scontrol <<'END_OF'
#!/bin/sh
printf '%s\n' "$*" >>"$T/asked"
END_OF
cat >bin/squeue <<'END_OF'
#!/bin/sh
printf '%s\n' "$*" >>"$T/asked"
echo 1:00:00 1700000000
END_OF
chmod +x bin/*
export T

# sbatch CODE [NAME=VALUE…] WORD…: the script as job 7.
batch() {
    code=$1
    shift
    : >words
    : >asked
    : >steps
    run "$code" env PATH="$T/bin:$PATH" SLURM_JOB_ID=7 SLURM_JOB_NUM_NODES=2 \
        SLURM_CLUSTER_NAME=here METANEURON="$METANEURON" "$@"
}
script=$top_srcdir/slurm/metaneuron.sbatch
number_of() {
    grep -c " $1 " "${2:-l}/log"
}
build_hospitals || exit 99
options="--data $hospitals --ledger l --out r.h5 --quiet"

# --- --again is for the first start of a job
ok 'a job' batch 0 bash "$script" c.h5 $options
ok 'settles its run' same "$(number_of publish)" 1
ok 'another with --again' batch 0 bash "$script" c.h5 $options --again
ok 'begins a run of its own' same "$(number_of publish)" 2
ok 'requeued' batch 0 SLURM_RESTART_COUNT=1 bash "$script" c.h5 $options --again
ok 'it shows that run' same "$(number_of publish)" 2
ok 'and says so' says err 'start 2 of the batch job' '--again was for the first'
ok 'a run without launch' batch 0 SLURM_RESTART_COUNT=1 "$METANEURON" run c.h5 $options --again
ok 'is the same' same "$(number_of publish)" 2
ok 'a dry run' batch 0 SLURM_RESTART_COUNT=1 "$METANEURON" run c.h5 $options --again --dry-run
ok 'says the same' says out 'is settled and would be shown'
ok 'not outside a job' run 0 env SLURM_RESTART_COUNT=1 "$METANEURON" run c.h5 $options --again
ok 'where it is as given' same "$(number_of publish)" 3

# --- what accounting joins it with: one record for each start in another job
ok 'each run says in which job it was computed' same "$(number_of job)" 2
ok 'not the one outside of a job' same "$(number_of publish)" 3
ok 'what the environment does not say is -' grep -q \
    ' job run=[0-9a-f]* cluster=here job=7 task=- user=- account=- submit=1700000000 ' l/log
mkdir j
mn run c.h5 --data 'nuclei=nowhere-{slave}.csv' --ledger j/l --out j/r.h5 >/dev/null 2>&1
in_job() {
    batch "$1" SLURM_JOB_ID="$2" SLURM_JOB_USER=alice "SLURM_JOB_ACCOUNT=$3" \
        SLURM_ARRAY_TASK_ID="$4" SLURM_ARRAY_JOB_ID=11 "$METANEURON" run c.h5 \
        --data 'nuclei=nowhere-{slave}.csv' --ledger j/l --out j/r.h5
}
ok 'a start outside of a job' same "$(number_of job j/l)" 0
ok 'one in a job, of an array' in_job 66 12 physics 3
ok 'and again in it' in_job 66 12 physics 3
ok 'are one record' same "$(number_of job j/l)" 1
ok 'with the number that sacct has for the task' grep -q \
    ' cluster=here job=12 task=3 user=alice account=physics submit=1700000000 ' j/l/log
ok 'the last task has the number of the array' in_job 66 11 physics 4
ok 'what is no name' in_job 66 13 'a b' x
ok 'is -' grep -q ' job=13 task=- user=alice account=- submit=1700000000 ' j/l/log
ok 'all of one run' same "$(number_of publish j/l)-$(number_of job j/l)" 1-3
ok 'a long name, too' in_job 66 14 "$(printf '%080d' 1)" 5
ok 'is none' grep -q ' job=14 task=5 user=alice account=- ' j/l/log
ok 'of what is no job there is no record' in_job 66 -9 physics 3
ok 'as before' same "$(number_of job j/l)" 4
ok 'the ledger is intact' run 0 mn ledger verify j/l
ok 'and a result with one verifies' run 0 mn verify r.h5 --ledger l
ok 'a settled run of a job' batch 0 SLURM_JOB_USER=alice "$METANEURON" run c.h5 $options --again
ok 'verifies, too' run 0 mn verify r.h5 --ledger l
ok 'which tells that the record is believed' says out 'ledger: job, prune: in which batch jobs'

# --- what is settled with too little in its answer is settled
sed 's/^data:/limits: {share_min: 0.9}\ndata:/' "$jobs_dir/breast-cancer/contract.yaml" >share.yaml
ok 'a contract that asks for much' run 0 mn contract build share.yaml -o share.h5
ok 'of which too little is in the answer' batch 78 bash "$script" share.h5 --data "$hospitals" \
    --ledger little --out little.h5 --quiet
ok 'says so' says err '87.5 % of the items' '90 % (limits.share_min)'
ok 'after one attempt' same "$(number_of attempt little)" 1
ok 'and is not requeued' not grep requeue asked

# --- one task of an array is not the array
cat >bin/mpirun-dies <<'END_OF'
#!/bin/sh
echo 'metaneuron: halted: as it would be' >&2
exit 75
END_OF
chmod +x bin/mpirun-dies
cp bin/mpirun mpirun && cp bin/mpirun-dies bin/mpirun
ok 'a task of an array that is halted' batch 75 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=3 \
    bash "$script" c.h5 --data "$hospitals" --ledger new --out n.h5 --retries 0
ok 'requeues itself alone' says asked 'requeue 7_3'
ok 'and asks for its own time' says asked '-j 7_3 '
ok 'and nothing else' not grep -E '(requeue|JobId=|-j )7( |$)' asked
ok 'a job' batch 75 bash "$script" c.h5 --data "$hospitals" --ledger new --out n.h5 --retries 0
ok 'is requeued by its number' grep -qx 'requeue 7' asked
ok 'not for ever' batch 75 SLURM_RESTART_COUNT=10 bash "$script" c.h5 --data "$hospitals" \
    --ledger new --out n.h5 --retries 0 --again
ok 'with the way on' says err 'the same sbatch without --again goes on'
cp mpirun bin/mpirun

# --- the ledger of the environment, wherever --ledger is an option
with_ledger() {
    wanted=$1
    shift
    run "$wanted" env METANEURON_LEDGER="$T/e" "$METANEURON" "$@"
}
ok 'run' with_ledger 0 run c.h5 --data "$hospitals" --out e.h5 --quiet
ok 'has it' says out "in ledger $T/e"
key=$(sed -n 's/^[0-9]* [0-9.]* publish .* sum=\([0-9a-f]\{16\}\).*/\1/p' e/log)
ok 'launch' with_ledger 0 launch c.h5 --data "$hospitals" --out e.h5 --quiet -- "$T/bin/mpirun"
ok 'hands it on' says words "--ledger=$T/e"
ok 'and shows that run' says out "run $key"
for command in 'status' "explain $key 1" 'ledger verify' 'ledger balance' 'ledger show' \
    'verify e.h5' 'doctor'; do
    ok "$command" with_ledger 0 $command
done
ok 'of which the last says so' says out "$T/e"
ok '--ledger counts before it' with_ledger 0 ledger balance --ledger l
ok 'what is empty is not there' run 0 env METANEURON_LEDGER= "$METANEURON" run c.h5 \
    --data "$hospitals" --out h.h5 --quiet
ok 'so it has its usual place' test -s "$HOME/.local/share/metaneuron/ledger/log"
ok 'in a job, too' batch 0 METANEURON_LEDGER="$T/e" bash "$script" c.h5 --data "$hospitals" \
    --out e.h5 --quiet
ok 'it is that run' says out "run $key"
ok 'demo' with_ledger 0 demo --again --dir d --jobs "$jobs_dir"
ok 'has it, too' same "$(number_of publish e)" 2

# --- srun whose MPI plugin does not fit is tried once
for words in 'srun: error: Invalid MPI type '"'pmix'"', --mpi=list for acceptable types' \
    'srun: error: cannot find mpi plugin for mpi/pmix' \
    "OMPI was not built with SLURM's PMI support and therefore cannot execute."; do
    echo "$words" >srun.says
    ok "srun says: $words" batch 70 METANEURON_LAUNCH=srun bash "$script" c.h5 \
        --data "$hospitals" --ledger new --out n.h5
    ok 'once' lines 1 steps
    ok 'and is not requeued' not grep requeue asked
    ok 'what to do is said' says err 'srun --mpi=list'
done
ok 'another failure' sh -c 'echo srun: error: n1: task 1: Killed >srun.says'
ok 'is tried again' batch 75 METANEURON_LAUNCH=srun bash "$script" c.h5 --data "$hospitals" \
    --ledger new --out n.h5 --retries 1 --backoff 0.01
ok 'as often as it may be' lines 2 steps

# --- a job of several kinds of nodes
ok 'a heterogeneous job' batch 0 SLURM_HET_SIZE=2 bash "$script" c.h5 $options
ok 'says that it uses one component' says err 'has 2 components' '--het-group=0-1'
ok 'launch, told to use both' batch 0 SLURM_HET_SIZE=2 "$METANEURON" launch c.h5 $options -- \
    env srun --het-group=0,1
ok 'does not' not grep components err
ok 'the doctor' batch 0 SLURM_HET_SIZE=2 "$METANEURON" doctor --ledger l
ok 'says it' grep -q '^note .*launch .*2 components' out

# --- data is copied to the nodes
METANEURON_STAGE="$T/node scratch"
export METANEURON_STAGE
chmod 644 c.h5
mkdir many
for k in 1 2 3 4 5 6 7 8; do
    mkdir -p "my data/site $k"
    cp "$jobs_dir/breast-cancer/hospital-$k.csv" "my data/site $k/[a] b.csv"
    cp "$jobs_dir/breast-cancer/hospital-$k.csv" "many/h-$k.csv"
done
echo x >many/h-1-old.csv
staged() {
    batch "$1" bash "$script" c.h5 --data "$2" --ledger s --out s.h5 --quiet
}
copies="$METANEURON_STAGE/metaneuron-$(id -u)"
umask 022
ok 'data in directories with spaces' staged 0 "nuclei=$T/my data/site {slave}/[a] b.csv"
ok 'is read from the copies' grep -q -F -e "--data=nuclei=$copies/" words
ok 'all of it' same "$(find "$copies" -type f | wc -l)" 8
ok 'which are the same' cmp "$(find "$copies" -path '*site 3*' -type f)" 'my data/site 3/[a] b.csv'
ok 'nobody else can read or write them' same "$(find "$copies" -perm /077)" ''
ok 'what the answer is' run 0 mn run c.h5 --data "$hospitals" --ledger alone --out a.h5 --quiet
ok 'it is' same "$(field aggregate state s)" "$(field aggregate state alone)"
inode=$(find "$copies" -path '*site 3*' -type f -printf '%i %C@\n')
ok 'the next start' staged 0 "nuclei=$T/my data/site {slave}/[a] b.csv"
ok 'finds them' same "$(find "$copies" -path '*site 3*' -type f -printf '%i %C@\n')" "$inode"
echo 9 >>"$(find "$copies" -path '*site 3*' -type f)"
ok 'one that was altered' staged 0 "nuclei=$T/my data/site {slave}/[a] b.csv"
ok 'is made again' cmp "$(find "$copies" -path '*site 3*' -type f)" 'my data/site 3/[a] b.csv'
rm -f s.h5 # by another name of the data, it is another run
ok 'as a relative path' staged 0 'nuclei=many/h-{slave}.csv'
ok 'only the numbered ones' same "$(find "$copies" -name 'h-*' | wc -l)" 8
rm many/h-*.csv
ok 'data that is missing' staged 66 'nuclei=many/h-{slave}.csv'
ok 'is named, and nothing is begun' says err 'many/h-{slave}.csv' 'no such file'
ok 'no rank, at least' silent words
ok 'one file' staged 66 'nuclei=many/all.csv'
ok 'likewise' says err 'many/all.csv' 'is missing'
ok 'a variable that nobody expands' staged 66 'nuclei=$SCRATCH/all.csv'
ok 'is part of a name' says err '$SCRATCH/all.csv'
harm=$(printf 'a\033[31m\ndo: run it\302\233\342\200\256')
ok 'a name that a terminal would obey' staged 66 "nuclei=$harm"
ok 'is told harmlessly' says err "a\\E[31m\\ndo: run it" 'is missing'
ok 'in one line, of ASCII' same "$(grep -c 'is missing' err)$(LC_ALL=C grep -c '[^ -~]' err)" 10
for wrong in '$TMPDIR/x' 'a/b' '~/x'; do
    METANEURON_STAGE=$wrong
    ok "copies to $wrong" staged 2 "nuclei=$T/my data/site {slave}/[a] b.csv"
    ok 'is refused' says err "METANEURON_STAGE=$wrong"
done
ok 'and nothing made' test ! -e '$TMPDIR' -a ! -e a -a ! -e '~'
METANEURON_STAGE=$T/other
mkdir other && ln -s "$T/node scratch" "other/metaneuron-$(id -u)"
ok 'a directory that is not the user'\''s own' staged 74 "nuclei=$T/my data/site {slave}/[a] b.csv"
ok 'is not used' says err 'not a directory of this user'
METANEURON_STAGE=/dev/null/x
ok 'one that cannot be made' staged 74 "nuclei=$T/my data/site {slave}/[a] b.csv"
ok 'is named' says err '/dev/null/x' 'could not be copied'
unset METANEURON_STAGE
done_testing
