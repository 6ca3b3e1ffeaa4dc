# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every test on two clusters begins with, after tests/t/lib.sh: a home of each
# centre, and words for what its jobs do. Sourced; plain POSIX shell.
#
#   at CLUSTER COMMAND…     on its login node, in its home $A or $B, which no other sees
#   carry [OPTION…]         both ways between $A/exchange and $B/exchange (carry.sh)
#   carry_from CLUSTER [OPTION…]   one way
#   submit AT OPTION…       sbatch there; the job's number in $job, its cluster in $on
#   until_job STATE         waits for the job's state
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

[ -n "${METANEURON_TESTBED2:-}" ] ||
    skip_all "${TESTBED_MISSING:-needs the test bed: make check-federation}"
testbed=$top_srcdir/slurm/testbed
A=$METANEURON_TESTBED2/alpha/home/${T##*/}
B=$METANEURON_TESTBED2/beta/home/${T##*/}
unset METANEURON_SITE
# Ranks of all nodes share the cores of this machine.
OMPI_MCA_hwloc_base_binding_policy=none
export METANEURON METANEURON_TESTBED2 OMPI_MCA_hwloc_base_binding_policy
job=
on=

home_of() {
    case $1 in
    alpha) echo "$A" ;;
    beta) echo "$B" ;;
    esac
}

at() {
    _at=$1
    shift
    "$testbed" in "$_at" env -C "$(home_of "$_at")" HOME="$(home_of "$_at")" "$@"
}

carry_from() {
    _from=$1
    _to=alpha
    [ "$_from" = beta ] || _to=beta
    shift
    bash "$top_srcdir/tests/federation/carry.sh" "$@" "$_from" "$(home_of "$_from")/exchange" \
        "$(home_of $_to)/exchange"
}

carry() {
    carry_from alpha "$@" && carry_from beta "$@"
}

mkdir -p "$A/exchange" "$B/exchange" || exit 99
leave() {
    trap '' EXIT
    for _node in an1 an2 bn1 bn2; do
        "$testbed" join $_node
        "$testbed" start $_node
    done >/dev/null 2>&1
    for _on in alpha beta; do
        at $_on scancel -M $_on --name "${T##*/}" 2>/dev/null
        until_true 60 no_jobs $_on
    done
    cd / && rm -rf "$T" "$A" "$B"
}
trap leave EXIT

no_jobs() {
    [ -z "$(at "$1" squeue -h -M "$1" --name "${T##*/}" 2>&1 | grep -v '^CLUSTER')" ]
}

# submit CLUSTER OPTION…: whose plain sbatch may start it at the other. It may be told
# from those of other tests by its name.
submit() {
    _at=$1
    shift
    _said=$(at "$_at" sbatch --parsable -J "${T##*/}" "$@" 2>"$T/err") ||
        { sed 's/^/# /' "$T/err"; return 1; }
    job=${_said%;*}
    on=$_at
    [ "$_said" = "$job" ] || on=${_said#*;}
}

# job_field FIELD [JOB CLUSTER]
job_field() {
    at "${3:-$on}" scontrol -M "${3:-$on}" -o show job "${2:-$job}" 2>/dev/null |
        sed -n "s/.*\\<$1=\\([^ ]*\\).*/\\1/p" | head -n 1
}

# until_true SECONDS COMMAND…: tries ten times a second.
until_true() {
    _tries=$(($1 * 10))
    shift
    while [ "$_tries" -gt 0 ]; do
        "$@" >/dev/null 2>&1 && return 0
        _tries=$((_tries - 1))
        sleep 0.1
    done
    echo "# waited in vain for: $*"
    return 1
}

# in_state STATE [JOB CLUSTER]
in_state() {
    [ "$(job_field JobState "$2" "$3")" = "$1" ]
}

# until_job STATE [SECONDS]
until_job() {
    until_true "${2:-60}" in_state "$1" && return
    echo "# job $job at $on is $(job_field JobState), $(job_field Reason)," \
        "exit code $(job_field ExitCode)"
    return 1
}

# Where it runs, by the first letters of its nodes' names: a at alpha, b at beta.
runs_at() {
    in_state RUNNING && case $(job_field NodeList) in
    "${1%"${1#?}"}"n*) return 0 ;;
    *) return 1 ;;
    esac
}

# restarted [N]
restarted() {
    [ "$(job_field Restarts)" -ge "${1:-1}" ] && in_state RUNNING
}
