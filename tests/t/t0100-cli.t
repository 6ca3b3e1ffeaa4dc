#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line: help, usage errors, and what is said about bad input.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# refuses CODE WORDS COMMAND…: the exit code, one line on standard error (two
# when it is the usage that is wrong) with these words, nothing on the other.
refuses() {
    wanted=$1
    words=$2
    shift 2
    run "$wanted" "$@" && silent out && says err "$words" || return 1
    head -n 1 err | grep -q '^metaneuron' || return 1
    [ "$wanted" -eq 2 ] && [ "$(wc -l <err)" -le 2 ] || lines 1 err
}

helps() {
    run 0 mn "$@" --help && says out "Usage: metaneuron $*" && silent err
}

# --- help and version
ok '--help goes to standard output' run 0 mn --help
ok 'and has the exit codes' says out 'Exit codes' 65 66 70 74 75 76 77
for command in $(sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p' out); do
    ok "$command --help" helps "$command"
done
mn contract --help >wanted
ok 'help of a command' run 0 mn help contract
ok 'is that which it has' cmp out wanted
ok 'of what is none' run 2 mn help ttest
ok 'there were commands' test "$tests" -ge 9
ok '--version' run 0 mn --version
ok 'names the program' says out metaneuron HDF5
ok 'no command at all is a usage error' run 2 mn
ok 'and prints the usage to standard error' says err Usage

# --- usage
ok 'an unknown command' refuses 2 "'nosuch'" mn nosuch
for command in contract run launch explain result verify ledger data filter function; do
    ok "$command: an unknown option" refuses 2 '--nosuch' mn "$command" --nosuch
    ok "$command: an unknown short option" refuses 2 "$command" mn "$command" -Z
    ok "$command: nothing to work on" refuses 2 "$command" mn "$command"
done
ok 'site: an unknown option' refuses 2 '--nosuch' mn site --nosuch
ok 'site: an unknown verb' refuses 2 "'bogus'" mn site bogus
ok 'site: no centre' refuses 66 'site init' mn site --dir nowhere
ok 'an option without its value' refuses 2 '--data needs a value' mn run --data
ok 'contract: an unknown verb' refuses 2 "'bogus'" mn contract bogus x
ok 'contract build: no -o' refuses 2 '-o' mn contract build x.yaml
ok 'result: an unknown verb' refuses 2 "'bogus'" mn result bogus x
ok 'result export: no format' refuses 2 '--csv' mn result export x
ok 'result export: two formats' refuses 2 '--csv' mn result export --csv --json x
ok 'ledger: an unknown verb' refuses 2 "'bogus'" mn ledger bogus x
ok 'run: two contracts' refuses 2 'one contract' mn run a b
ok 'run: data without a name' refuses 2 '=x' mn run a --data =x
ok 'run: data without a place' refuses 2 'x=' mn run a --data x=
ok 'run: no number of ranks' refuses 2 "'0'" mn run a --ranks-per-slave 0
ok 'run: ranks in words' refuses 2 "'two'" mn run a --ranks two
ok 'run: no slave of that number' refuses 2 '--skip-slave 0' mn run a --skip-slave 0
ok 'launch: no launcher' refuses 2 'mpirun -n 9' mn launch a
ok 'launch: nor behind --' refuses 2 'mpirun -n 9' mn launch a --
ok 'launch: no contract' refuses 2 'one contract' mn launch -- mpirun
ok 'launch: no time' refuses 2 '--lease never' mn launch a --lease never -- mpirun
ok 'launch: no number' refuses 2 '--retries -1' mn launch a --retries -1 -- mpirun
ok 'launch: data without a name' refuses 2 '=x' mn launch a --data =x -- mpirun
ok 'launch: not under a launcher' refuses 2 'itself' env OMPI_COMM_WORLD_SIZE=1 "$METANEURON" \
    launch a -- mpirun
ok 'launch: no such contract' refuses 66 'nosuch.h5' mn launch nosuch.h5 --ledger l -- mpirun
ok 'filter: no method' refuses 2 'pos-lof' mn filter a --method nosuch
ok 'filter: no number' refuses 2 '--threshold x' mn filter a --threshold x
ok 'filter: no neighbours' refuses 2 '--k 0' mn filter a --k 0
ok 'filter: threshold and ratio' refuses 2 'exclude' mn filter a --ratio 0.1 --threshold 2
ok 'function: show needs a name' refuses 2 'name' mn function show

# --- files that are not what they should be
mkdir directory
: >empty
build_hospitals
ok 'the example is a contract' run 0 mn contract check c.h5
head -c 5000 c.h5 >cut.h5
head -c 4096 "$METANEURON" >binary
printf 'a,b\n1,2\n3,4\n' >table.csv

# bad COMMAND…: with each file that is none of its files as last word.
bad() {
    name=$*
    ok "$name: a missing file" refuses 66 missing.h5 mn "$@" missing.h5
    ok "$name: a directory" refuses 65 directory mn "$@" directory
    ok "$name: an empty file" refuses 65 empty mn "$@" empty
    ok "$name: a file that is cut" refuses 65 cut.h5 mn "$@" cut.h5
    ok "$name: something binary" refuses 65 binary mn "$@" binary
}
bad contract check
bad contract show
bad result show
bad filter
bad run --ledger ledger --data nuclei=x
ok 'contract build: a missing spec' refuses 66 missing.yaml mn contract build missing.yaml -o x.h5
ok 'contract build: an empty spec' refuses 65 empty mn contract build empty -o x.h5
ok 'contract build: HDF5 is no spec' refuses 65 c.h5 mn contract build c.h5 -o x.h5
ok 'and nothing was written' not test -e x.h5
ok 'result show: CSV is no result' refuses 65 table.csv mn result show table.csv
ok 'result show: a contract is no result' refuses 65 c.h5 mn result show c.h5
ok 'contract check: CSV is no contract' refuses 65 table.csv:1 mn contract check table.csv
ok 'verify: a missing result' refuses 66 missing.h5 mn verify missing.h5 --ledger directory
ok 'verify: a missing ledger' refuses 66 nowhere mn verify c.h5 --ledger nowhere
ok 'ledger show: a missing ledger' refuses 66 nowhere mn ledger show nowhere
ok 'ledger verify: a directory without one' refuses 66 directory mn ledger verify directory
ok 'ledger balance: a file' refuses 66 empty mn ledger balance empty
ok 'function show: an unknown function' refuses 65 "'nosuch'" mn function show nosuch

# --- run, before anything is computed
ok 'run: data of another name' refuses 2 'is called nuclei' mn run c.h5 --ledger l --data x=y
ok 'run: no data' refuses 2 '--data nuclei=PATH' mn run c.h5 --ledger l
ok 'run: files without {slave}' refuses 2 '{slave}' mn run c.h5 --ledger l --data nuclei=x.csv
ok 'run: a result that has no directory' refuses 66 nowhere \
    mn run c.h5 --ledger l --data "$hospitals" --out nowhere/r.h5
ok 'run: a result that is a directory' refuses 66 directory \
    mn run c.h5 --ledger l --data "$hospitals" --out directory
ok 'run: a result in the place of the contract' refuses 2 'is the contract' \
    mn run c.h5 --ledger l --data "$hospitals" --out ./c.h5
ok 'nothing of this came into a ledger' not test -e l
ok 'run: a ledger that is a file' refuses 66 empty mn run c.h5 --ledger empty --data "$hospitals"
ok 'run: a site without a proper name' refuses 2 "'a b'" \
    mn run c.h5 --ledger m --data "$hospitals" --site 'a b'
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked && chmod 555 locked
    ok 'run: a result that may not be written' refuses 66 locked \
        mn run c.h5 --ledger l --data "$hospitals" --out locked/r.h5
    ok 'contract build: where nothing may be written' refuses 66 locked \
        mn contract build "$jobs_dir/breast-cancer/contract.yaml" -o locked/c.h5
else
    skip 'what may not be written' 'root may write everywhere'
fi
ok 'contract build: no directory' refuses 66 nowhere \
    mn contract build "$jobs_dir/breast-cancer/contract.yaml" -o nowhere/c.h5

# --- run, with a slave whose data is bad: who it is, and why
for k in 1 2 3 4 5 6 7 8; do
    cp "$jobs_dir/breast-cancer/hospital-$k.csv" "h-$k.csv"
done
chmod u+w h-*.csv
sed -i '10s/^[^,]*/12.x/' h-3.csv
ok 'a bad cell' run 65 mn run c.h5 --quiet --ledger l --data 'nuclei=h-{slave}.csv'
ok 'how many answered' says err '7 of 8 slaves answered, 8 are needed'
ok 'is where it is' says err "slave 3: $T/h-3.csv:10: column 'mean_radius' has text"
ok 'what it has, here' says err "slave here/nuclei/3: found '12.x'"
ok 'it is in the ledger' grep -q 'here/nuclei/3 .* reason=contents ' l/log
ok 'with its words beside it' grep -q '^here/nuclei/3 .*h-3.csv:10: ' l/logs/*/declines
ok 'but not what it has' not grep -rq '12\.x' l
ok 'no result was written' not test -e result.h5
ok 'under mpirun, the same exit code' run 65 mpi 4 run c.h5 --quiet --ledger l2 \
    --data 'nuclei=h-{slave}.csv'
ok 'and the same words' says err 'slave 3:' 'h-3.csv:10:'
cp "$jobs_dir/breast-cancer/hospital-3.csv" h-3.csv
ok 'put right, the run goes on' run 0 mn run c.h5 --quiet --ledger l --data 'nuclei=h-{slave}.csv'
ok 'with what was there' says out resumed
ok 'and verifies' run 0 mn verify result.h5 --ledger l

sed -i '1s/mean_radius/radius/' h-3.csv
ok 'a column that is missing' refuses 65 "slave 3: $T/h-3.csv: has no column 'mean_radius'" \
    mn run c.h5 --quiet --ledger k --data 'nuclei=h-{slave}.csv'
head -n 1 "$jobs_dir/breast-cancer/hospital-3.csv" >h-3.csv
ok 'a partition without rows' refuses 65 'slave 3: the partition has no rows' \
    mn run c.h5 --quiet --ledger k3 --data 'nuclei=h-{slave}.csv'
rm h-3.csv
ok 'a partition that is missing' refuses 66 "slave 3: $T/h-3.csv" \
    mn run c.h5 --quiet --ledger k2 --data 'nuclei=h-{slave}.csv'
ok 'files that are numbered from 0' refuses 66 'from 1' \
    sh -c 'mv h-1.csv h-0.csv; mv h-8.csv h-1.csv; exec timeout 60 "$0" "$@"' \
    "$METANEURON" run c.h5 --force --quiet --ledger k4 --data 'nuclei=h-{slave}.csv'

# --- output that cannot be written
if [ -w /dev/full ]; then
    ok 'a full disk under standard output' run 74 sh -c 'timeout 60 "$0" --help >/dev/full' \
        "$METANEURON"
    ok 'is an error' says err 'standard output'
else
    skip 'a full disk' 'there is no /dev/full'
fi

# --- descriptors that are closed, as a daemon may start it: no file gets their numbers
build_hospitals || exit 99
closed() {
    rm -rf k5 closed.h5
    sh -c 'timeout 60 "$0" "$@" '"$2" "$METANEURON" run c.h5 --quiet --ledger k5 \
        --data "$hospitals" --out closed.h5
    same $? "$1" && run 0 mn verify closed.h5 --ledger k5 && run 0 mn ledger verify k5
}
for descriptors in '<&-' '2>&-' '<&- 2>&-'; do
    ok "a run with $descriptors" closed 0 "$descriptors"
done
for descriptors in '>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    ok "a run with $descriptors, whose answer nobody sees" closed 74 "$descriptors"
done
ok 'launch with all of them' sh -c 'timeout 60 "$0" "$@" <&- >&- 2>&-' "$METANEURON" launch c.h5 \
    --quiet --ledger k6 --data "$hospitals" --out launched.h5 -- env
ok 'is settled' run 0 mn verify launched.h5 --ledger k6

# --- little room for addresses, as some sites give: no thread of a BLAS is started for nothing
ok 'within 250 MB' run 0 sh -c 'ulimit -v 250000; exec timeout 60 "$0" doctor --ledger k7' \
    "$METANEURON"
ok 'the doctor speaks' says out 'a run would work here'
ok 'and a run' run 0 sh -c 'ulimit -v 250000; exec timeout 60 "$0" "$@"' "$METANEURON" run c.h5 \
    --quiet --ledger k7 --data "$hospitals" --out small.h5
ok 'has the same bits' same "$(field aggregate state k7)" "$(field aggregate state k6)"
ok 'a contract that needs LAPACK' run 0 mn contract build "$jobs_dir/linreg/contract.yaml" -o fit.h5
for room in 150000 170000 180000 190000 200000 210000; do
    code=0
    (ulimit -v $room; exec timeout -k 1 60 "$METANEURON" run fit.h5 --quiet --again --ledger k8 \
        --data "$hospitals" --out fit-r.h5) >out 2>err || code=$?
    ok "with less it ends, in words or well: $room KiB" \
        eval '[ $code -eq 0 ] || { [ $code -ne 124 ] && [ $code -ne 137 ] && [ -s err ]; }'
done
ok 'and one thread' same "$("$METANEURON" doctor --ledger k7 | grep -c 'blas .* 1 thread a rank')" 1
done_testing
