# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every test on two clusters begins with, after tests/t/lib.sh: a home of each
# centre, and words for what its jobs do. Sourced; plain POSIX shell.
#
#   at CLUSTER COMMAND…     on its login node, in its home $A or $B, which no other sees
#   carry [OPTION…]         both ways between $A/exchange and $B/exchange (carry.sh)
#   carry_from CLUSTER [OPTION…]   one way
#   site CLUSTER VERB…      metaneuron site there
#   centres                 both are made, know each other, and have data and a policy
#   submit AT OPTION…       sbatch there; the job's number in $job, its cluster in $on
#   until_job STATE         waits for the job's state
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

[ -n "${METANEURON_TESTBED2:-}" ] ||
    skip_all "${TESTBED_MISSING:-needs the test bed: make check-federation}"
testbed=$top_srcdir/slurm/testbed
A=$METANEURON_TESTBED2/alpha/home/${T##*/}
B=$METANEURON_TESTBED2/beta/home/${T##*/}
unset METANEURON_SITE METANEURON_SITE_DIR
# Where it finds its batch script, whatever the build directory is.
mkdir "$T/bin" && cp "$METANEURON" "$T/bin" && ln -s "$top_srcdir/slurm" "$T/slurm" || exit 99
METANEURON=$T/bin/metaneuron
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

site() {
    _at=$1
    shift
    at "$_at" timeout -k 10 120 "$METANEURON" site "$@"
}

# value FILE KEY…: in a JSON document.
value() {
    "$py" -c 'import json, sys
x = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    x = x[int(key) if key.isdigit() else key]
print(x)' "$@"
}

# policy CLUSTER [SED…]: lets alpha ask for what the tests ask; altered.
policy() {
    _policy=$(home_of "$1")/.local/share/metaneuron/site/policy.yaml
    sed "s/^cluster:.*/cluster: $1/" "$top_srcdir/tests/federation/policy.yaml" >"$T/policy" || return
    [ $# -lt 2 ] || sed -i "$2" "$T/policy" || return
    cp "$T/policy" "$_policy" && site "$1" policy check && site "$1" policy accept
}

# Of eight hospitals without the one in another unit.
rows_of() {
    case $1 in
    alpha) _list='1 2 3' ;;
    beta) _list='4 6 7 8' ;;
    esac
    for _n in $_list; do
        [ "$_n" = 1 ] || [ "$_n" = 4 ] && cat "$jobs_dir/breast-cancer/hospital-$_n.csv" ||
            sed 1d "$jobs_dir/breast-cancer/hospital-$_n.csv"
    done
}

fingerprint() {
    site "$1" id --json >"$T/id" && value "$T/id" fingerprint
}

centres() {
    for _site in alpha beta; do
        run 0 site $_site init $_site --exchange exchange --cluster $_site || return
    done
    carry || return
    for _pair in alpha:beta beta:alpha; do
        run 0 site "${_pair%:*}" peer add "${_pair#*:}" --fingerprint "$(fingerprint "${_pair#*:}")" ||
            return
    done
    for _site in alpha beta; do
        rows_of $_site >"$(home_of $_site)/nuclei.csv"
        run 0 site $_site data add nuclei nuclei.csv && run 0 policy $_site || return
    done
}

# job_of CLUSTER [ROUND]: the number of the job that computes there.
job_of() {
    cat "$(home_of "$1")/.local/share/metaneuron/site/runs/$key/round-${2:-1}/job"
}

# said CLUSTER [ROUND]: what it has said.
said() {
    cat "$(home_of "$1")/.local/share/metaneuron/site/runs/$key/round-${2:-1}/job.out"
}

# ask SPEC [OPTION…]: alpha publishes it, of both; and its key is in $key.
ask() {
    cp "$1" "$A/spec.yaml"
    shift
    run 0 at alpha "$METANEURON" contract build spec.yaml -o contract.h5 --force &&
        run 0 site alpha publish contract.h5 --sites alpha,beta "$@" --json || return
    key=$(value out name)
}

# spec NAME ROUNDS PARAMETERS: NAME.yaml, over the data of both.
spec() {
    cat >"$1.yaml" <<END
title: Test of $1
rounds: $2
function: {name: $1, params: {$3}}
data:
  name: nuclei
  split: sites
  slaves: 2
  columns: [mean_radius, mean_texture, mean_area, malignant]
END
}

# until_computed CLUSTER [ROUND]: its job is $job then, which has ended well.
until_computed() {
    on=$1
    job=$(job_of "$@") && until_job COMPLETED && return
    said "$@" | tail -n 15 | sed 's/^/# /'
    return 1
}

# case_of WORD BEGINNING
case_of() {
    case $1 in
    "$2"*) return 0 ;;
    esac
    echo "# '$1' does not begin with '$2'"
    return 1
}

# tick [OPTION…]: what cron does at both; the options are carry's.
tick() {
    site alpha step >>"$T/steps" 2>&1
    site beta step >>"$T/steps" 2>&1
    carry "$@" >>"$T/steps" 2>&1
}

# The run is settled, and beta has its result.
settled() {
    site beta --json >"$T/state" 2>/dev/null && ! grep -q '"next"' "$T/state" &&
        grep -q " settle run=$key " "$A/.local/share/metaneuron/site/ledger/log" &&
        grep -q " settle run=$key " "$B/.local/share/metaneuron/site/ledger/peers/alpha/log"
}

tick_until_settled() {
    tick
    settled
}

# by_itself: nobody types, until it is settled.
by_itself() {
    : >"$T/steps"
    until_true 300 tick_until_settled && return
    tail -n 30 "$T/steps" | sed 's/^/# /'
    return 1
}

# pooled SPEC: the same over the data of both in one run; its state is $pooled.
pooled() {
    sed 's/split: sites/split: files/; s/slaves: .*/slaves: 2/' "$1" >pooled.yaml
    cp "$A/nuclei.csv" part-1.csv && cp "$B/nuclei.csv" part-2.csv || return
    rm -rf pooled
    mn contract build pooled.yaml -o pooled.h5 >out 2>err &&
        run 0 mn run pooled.h5 --data "nuclei=$T/part-{slave}.csv" --ledger pooled --out p.h5 ||
        return
    pooled=$(field aggregate state pooled)
    expr "$pooled" : 'sha256:[0-9a-f]\{64\}$' >/dev/null
}

# What alpha's ledger says of the last run.
settled_state() {
    field aggregate state "$A/.local/share/metaneuron/site/ledger"
}

mkdir -p "$A/exchange" "$B/exchange" || exit 99
leave() {
    trap '' EXIT
    for _node in an1 an2 bn1 bn2; do
        "$testbed" join $_node
        "$testbed" start $_node
    done >/dev/null 2>&1
    for _on in alpha beta; do
        at $_on scancel -M $_on --user root 2>/dev/null
        until_true 60 no_jobs $_on
    done
    cd / && rm -rf "$T" "$A" "$B"
}
trap leave EXIT

no_jobs() {
    ! at "$1" squeue -h -M "$1" 2>&1 | grep -qv '^CLUSTER'
}

# submit CLUSTER OPTION…: whose plain sbatch may start it at the other.
submit() {
    _at=$1
    shift
    _said=$(at "$_at" sbatch --parsable "$@" 2>"$T/err") ||
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
