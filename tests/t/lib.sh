# SPDX-License-Identifier: GPL-3.0-or-later
# What every test of the command line begins with: TAP, a home and a directory
# of its own, and short names for the commands. Sourced; plain POSIX shell.
#
#   ok 'what is claimed' COMMAND…     passes when the command succeeds
#   run CODE COMMAND…                 exit code as expected? output in out and err
#   mn …, mpi N …                     metaneuron alone, and under mpirun -n N
#   $mpirun …                         mpirun with the options that its MPI needs here
#   done_testing                      last line of a test
#
# Variables that begin with _ are this file's.

: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir/build}"
: "${METANEURON:=$top_builddir/metaneuron}"
: "${MPIRUN:=mpirun}"
: "${MPI_FLAVOUR:=openmpi}"
: "${PYTHON:=python3}"
: "${NM:=nm}"
jobs_dir=$top_srcdir/jobs
scripts=$top_srcdir/tests/t

# An interpreter that has the modules, by its own path: a wrapper may look into
# the home that is about to be replaced.
find_python() {
    for _python in "$PYTHON" /usr/bin/python3 python3; do
        py=$("$_python" -c "import sys, $1; print(sys.executable)" 2>/dev/null) && return 0
    done
    py=
    return 1
}
find_python numpy,h5py || find_python json

T=$(mktemp -d "${TMPDIR:-/tmp}/metaneuron-test.XXXXXX") || exit 99
trap 'cd / && rm -rf "$T"' EXIT
trap 'exit 99' HUP INT TERM
cd "$T" || exit 99
HOME=$T/home
METANEURON_SITE=here
OMPI_ALLOW_RUN_AS_ROOT=1
OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
LC_ALL=C
OMPI_MCA_orte_tmpdir_base=$T
OMPI_MCA_btl_vader_backing_directory=$T
export OMPI_MCA_orte_tmpdir_base OMPI_MCA_btl_vader_backing_directory
export HOME METANEURON_SITE OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM LC_ALL
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME SLURM_JOB_ID SLURM_JOB_END_TIME METANEURON_LEDGER
mkdir "$HOME" || exit 99

# Open MPI wants to be told that there are fewer cores than ranks; MPICH does not. And by what
# PMI either is started by srun.
case $MPI_FLAVOUR in
openmpi)
    mpirun="$MPIRUN --oversubscribe --mca btl_vader_single_copy_mechanism none --mca btl self,vader"
    ;;
*)
    mpirun=$MPIRUN
    ;;
esac
case $MPI_FLAVOUR in
mpich | intel)
    srun_mpi=pmi2
    pmi=PMI-2
    ;;
*)
    srun_mpi=pmix
    pmi=PMIx
    ;;
esac
export mpirun srun_mpi

tests=0
failures=0

# ok DESCRIPTION COMMAND [ARGUMENT…]
ok() {
    _what=$1
    shift
    tests=$((tests + 1))
    if "$@"; then
        echo "ok $tests - $_what"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $_what"
        echo "# failed: $*"
        for _file in out err; do
            [ ! -s "$T/$_file" ] || sed "s/^/# $_file: /" "$T/$_file" | cut -c1-400 | tail -n 15
        done
    fi
}

# run CODE COMMAND [ARGUMENT…]: output to $T/out and $T/err.
run() {
    _wanted=$1
    shift
    "$@" >"$T/out" 2>"$T/err"
    code=$?
    [ "$code" -eq "$_wanted" ] && return 0
    echo "# exit code $code, expected $_wanted"
    return 1
}

# Tests put one result over another as they like; what a user's run replaces is tested by
# itself (t0305-output.t).
mn() {
    case $1 in
        run | launch) _command=$1; shift; set -- "$_command" --force "$@" ;;
        contract) [ "$2" != build ] || set -- "$@" --force ;;
    esac
    timeout -k 10 120 "$METANEURON" "$@"
}

mpi() {
    _ranks=$1
    shift
    [ "$1" != run ] || { shift; set -- run --force "$@"; }
    timeout -k 10 300 $mpirun -n "$_ranks" "$METANEURON" "$@"
}

# What was seen of a ledger tells of all that is forged in it later: from here on nothing is kept.
see_nothing() {
    mkdir -p "$HOME/.local/state/metaneuron" && : >"$HOME/.local/state/metaneuron/seen"
}

# says FILE WORDS…: the file holds every one of these fixed strings.
says() {
    _file=$1
    shift
    for _words in "$@"; do
        grep -qF -- "$_words" "$_file" || { echo "# '$_words' is not in $_file"; return 1; }
    done
}

# silent FILE: there is nothing in it.
silent() {
    [ ! -s "$1" ]
}

# lines N FILE
lines() {
    [ "$(wc -l <"$2")" -eq "$1" ]
}

not() {
    ! "$@"
}

same() {
    [ "$1" = "$2" ] || { echo "# '$1' is not '$2'"; return 1; }
}

skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

done_testing() {
    echo "1..$tests"
    [ "$failures" -eq 0 ]
    exit
}

# need_python MODULES: ends the test where one is missing.
need_python() {
    find_python "$1" || skip_all "needs Python 3 with $1 (python3-numpy, python3-h5py)"
}

# mpirun_of_documents: in bin, an mpirun as examples call it, which is Open MPI's there.
mpirun_of_documents() {
    cat >bin/mpirun <<END_OF
#!/bin/sh
[ "$MPI_FLAVOUR" = openmpi ] || [ "\$1" != --oversubscribe ] || shift
exec timeout -k 10 300 $mpirun "\$@"
END_OF
    sed -i "s,$MPIRUN,$(command -v "$MPIRUN")," bin/mpirun && chmod +x bin/mpirun
}

# need_petsc WHAT: whether the program can solve; if not, WHAT is skipped.
need_petsc() {
    "$METANEURON" --version | grep -q 'PETSc: none' || return 0
    skip "$1" 'built without PETSc (--without-petsc)'
    return 1
}

# need_sandbox WHAT: whether programs can be shut in here, by the options $sandbox; if not, WHAT is
# skipped. As root they are those of nobody, who must reach $T then.
need_sandbox() {
    sandbox=--sandbox
    _as=
    if [ "$(id -u)" -eq 0 ]; then
        sandbox='--sandbox --sandbox-user nobody'
        chmod 711 "$T"
        _as="setpriv --reuid $(id -u nobody) --regid $(id -g nobody) --clear-groups"
    fi
    if ! command -v bwrap >/dev/null 2>&1; then
        skip "$1" 'there is no bwrap here (bubblewrap)'
    elif ! $_as true 2>/dev/null || ! (cd / && $_as ls "$T/home" >/dev/null 2>&1); then
        skip "$1" "the user nobody cannot reach $T"
    elif ! (cd / && $_as bwrap --unshare-all --ro-bind / / true 2>/dev/null); then
        skip "$1" 'bubblewrap does not work here'
    else
        return 0
    fi
    return 1
}

# The value of KEY in the last record of TYPE: field TYPE KEY LEDGER.
field() {
    sed -n "s/^[0-9]* [0-9.]* $1 .*[ ]*\<$2=\([^ ]*\) .*/\1/p" "$3/log" | tail -n 1
}

# The hospitals' job: a contract in $T/c.h5, and where its data is.
hospitals=nuclei=$jobs_dir/breast-cancer/hospital-{slave}.csv
build_hospitals() {
    mn contract build "$jobs_dir/breast-cancer/contract.yaml" -o c.h5 >out 2>err
}
