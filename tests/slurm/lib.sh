# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every test on a cluster begins with, after tests/t/lib.sh: a contract whose
# run can be held, and words for what a job does. Sourced; plain POSIX shell.
#
#   submit [OPTION…] -- WORD…   sbatch; the job's number in $job
#   hold N, release             holds the run after N submissions, lets it go on
#   until_job STATE [SECONDS]   waits for the job's state
#
# A run is held by the lock of its ledger, which it needs for the next record: so
# what happens in the middle of a run does happen there, on any machine.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

[ -n "${SLURM_CONF:-}" ] || skip_all "${TESTBED_MISSING:-needs the test bed: make check-slurm}"
need_python json

METANEURON_SITE=cluster
# Ranks of both nodes share the cores of this machine.
OMPI_MCA_hwloc_base_binding_policy=none
OMPI_MCA_btl_vader_single_copy_mechanism=none
export METANEURON METANEURON_SITE OMPI_MCA_hwloc_base_binding_policy \
    OMPI_MCA_btl_vader_single_copy_mechanism
job=
holder=

leave() {
    trap '' EXIT
    release
    [ -z "$job" ] || scancel "$job" 2>/dev/null
    [ -z "$job" ] || until_gone
    cd / && rm -rf "$T"
}
trap leave EXIT

# submit [OPTION…] -- WORD…
submit() {
    options=
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    # shellcheck disable=SC2086 # words without spaces
    job=$(sbatch --parsable $options "$top_srcdir/slurm/metaneuron.sbatch" "$@" 2>"$T/err") ||
        { sed 's/^/# /' "$T/err"; return 1; }
}

# What the job has said so far.
said() {
    cat "metaneuron-$job.out" 2>/dev/null
}

job_field() {
    scontrol -o show job "$job" 2>/dev/null | sed -n "s/.*\<$1=\([^ ]*\).*/\1/p" | head -n 1
}

job_state() {
    job_field JobState
}

# until SECONDS COMMAND…: tries ten times a second.
until_true() {
    tries=$(($1 * 10))
    shift
    while [ "$tries" -gt 0 ]; do
        "$@" >/dev/null 2>&1 && return 0
        tries=$((tries - 1))
        sleep 0.1
    done
    echo "# waited in vain for: $*"
    return 1
}

in_state() {
    [ "$(job_state)" = "$1" ]
}

until_job() {
    until_true "${2:-60}" in_state "$1" && return
    echo "# job $job is $(job_state), $(job_field Reason), exit code $(job_field ExitCode)"
    said | tail -n 15 | sed 's/^/# /'
    return 1
}

gone() {
    [ -z "$(squeue -h -j "$job" -t PD,R,CG,S 2>/dev/null)" ]
}

until_gone() {
    until_true 60 gone
}

restarts() {
    job_field Restarts
}

restarted() {
    [ "$(restarts)" -ge "${1:-1}" ] && in_state RUNNING
}

# exits CODE: the job has ended with it.
exits() {
    until_gone && same "$(job_field ExitCode)" "$1:0"
}

# hold N [LEDGER]: in the background, takes the ledger's lock when there are N
# submissions; the file `held` says so.
hold() {
    rm -f held
    "$py" "$top_srcdir/tests/slurm/hold.py" "${2:-l}" "$1" held &
    holder=$!
}

held() {
    until_true 60 test -e held
}

release() {
    [ -z "$holder" ] && return
    kill "$holder" 2>/dev/null
    wait "$holder" 2>/dev/null
    holder=
}

count() {
    grep -c " $1 " "${2:-l}/log"
}

# claimed_after LEDGER: slaves that claimed again what they had submitted.
claimed_after() {
    awk '{ for (i = 4; i <= NF; i++) if ($i ~ /^slave=/) slave = $i }
        $3 == "submit" { done[slave] = 1 }
        $3 == "claim" && done[slave] { print slave }' "$1/log"
}

# Every slave of the ledger's only run has computed, submitted and settled once.
once() {
    same "$(count publish "$1")" 1 && same "$(count submit "$1")" "$slaves" &&
        same "$(sed -n 's/.* submit .* slave=\([^ ]*\) .*/\1/p' "$1/log" | sort -u | wc -l)" \
            "$slaves" &&
        same "$(claimed_after "$1")" "" &&
        same "$(count aggregate "$1")" 1 && same "$(count settle "$1")" "$slaves"
}

# begin OPTION…: a job in the ledger l, held in the middle of its run.
begin() {
    rm -rf l r.h5
    hold 1
    submit "$@" -- c.h5 --data "$data" --ledger l --out r.h5 && held || return
    before=$(count submit)
    echo "# held after $before submissions"
    [ "$before" -ge 1 ] && [ "$before" -lt $slaves ]
}

# right LEDGER RESULT: the answer of one process, once, and it verifies.
right() {
    same "$(field aggregate state "$1")" "$expected" && once "$1" &&
        run 0 mn ledger verify "$1" && run 0 mn verify "$2" --ledger "$1"
}

# Eight partitions of 13 MB, each with a first row of its own.
slaves=8
data="points=$T/part-{slave}.csv"
build_points() {
    awk 'BEGIN { srand(7); for (i = 0; i < 30000; i++) {
        for (k = 0; k < 7; k++) printf "%.6f,", rand(); printf "%.6f\n", rand() } }' >rows
    for k in $(seq $slaves); do
        { echo a,b,c,d,e,f,g,h; echo "$k,0.$k,0,0,0,0,0,1"; cat rows rows rows rows rows rows; } \
            >"part-$k.csv"
    done
    rm rows
    describe c
    run 0 mn run c.h5 --quiet --data "$data" --ledger alone --out alone.h5
    expected=$(field aggregate state alone)
    expr "$expected" : 'sha256:[0-9a-f]\{64\}$' >/dev/null
}

# describe NAME [LINES]: a contract, with more lines in it.
describe() {
    cat >"$1.yaml" <<END
title: Test of $1
function: {name: moments}
data:
  name: points
  split: files
  slaves: $slaves
  unit_rows: 4096
  columns: [a, b, c, d, e, f, g, h]
${2:-}
END
    mn contract build "$1.yaml" -o "$1.h5" >out 2>err
}
