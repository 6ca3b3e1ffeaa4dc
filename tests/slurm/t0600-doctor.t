#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The doctor on two nodes: by srun, by mpirun, and by an srun that shares no PMIx.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"

# in_job OPTION… -- WORD…: the words as a batch job; output in out, exit code in $code.
in_job() {
    options=
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    { echo '#!/bin/sh'; echo "$*"; } >job.sh
    rm -f out
    # shellcheck disable=SC2086 # words without spaces
    job=$(sbatch --parsable -o out $options job.sh 2>err) || return
    until_gone
    code=$(job_field ExitCode)
    code=${code%%:*}
}
doctor="$METANEURON doctor --ledger $T/l --out $T/r.h5"

ok 'by srun, four ranks on two nodes' in_job -N2 -n4 -- srun --mpi=pmix "$doctor"
ok 'a run would work' same "$code" 0
ok 'it counts ranks and nodes as Slurm does' says out '4 ranks by'
ok 'names both nodes' says out mn1 mn2
ok 'locks hold between the nodes' says out 'on 2 nodes, and each sees what another has appended'
ok 'clocks are compared' grep -q '^ok *clock' out
ok 'the time that is left is known' grep -q ' time *[1-9][0-9]* s left' out
ok 'nothing is left behind' same "$(find . -name '.metaneuron*')" ''

ok 'by mpirun' in_job -N2 -n4 -- mpirun "$doctor"
ok 'a run would work' same "$code" 0
ok 'on two nodes' says out '4 ranks by mpirun' 'on 2 nodes'

ok 'by srun without PMIx' in_job -N2 -n4 -- srun --mpi=none "$doctor"
ok 'a run would not work' test "$code" -ne 0
ok 'and what to do is said' says out '--mpi=pmix'
done_testing
