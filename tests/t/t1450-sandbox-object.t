#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shared objects in a sandbox: the same bits as outside, and what becomes of those that lie.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

examples=$top_builddir/contrib/functions
mkdir tmp bad || exit 99
TMPDIR=$T/tmp
METANEURON_FUNCTIONS=$examples:$T/bad
export TMPDIR METANEURON_FUNCTIONS
need_sandbox 'shared objects in a sandbox' || done_testing

# contract NAME FILE GROUP…: into c.h5
contract() {
    _name=$1
    printf 'title: Test\nfunction:\n  name: %s\n  digest: %s\n' "$1" "$(mn function digest "$2")" >c.yaml
    shift 2
    printf '%s\n' "$@" >>c.yaml
    mn contract build c.yaml -o c.h5 >out 2>err
}
awk 'BEGIN { print "x,y"; for (i = 1; i <= 999; i++) print i "," i * i % 1009 + 1 }' >table.csv
table='data: {name: table, slaves: 4, unit_rows: 16}'
where='--data table=table.csv'
go() {
    rm -rf l
    mn run c.h5 --quiet $where --ledger l --out r.h5 "$@"
}
for name in geomean pearson collatz geomedian; do
    case $name in
    collatz)
        contract $name "$examples/$name.so" 'work: {units: 300, check: 0.2}'
        where=
        ;;
    geomedian)
        contract $name "$examples/$name.so" 'rounds: 3' "$table"
        ;;
    *) contract $name "$examples/$name.so" "$table" ;;
    esac
    ok "$name outside of a sandbox" run 0 go
    wanted=$(field aggregate state l)
    mn result export r.h5 --csv | grep -v '^# \(run\|time\)' >outside.csv
    ok "$name in one" run 0 go $sandbox
    ok "$name: the same bits" same "$(field aggregate state l)" "$wanted"
    mn result export r.h5 --csv | grep -v '^# \(run\|time\)' >inside.csv
    ok "$name: the same result" cmp outside.csv inside.csv
    ok "$name: is verified" run 0 mn verify r.h5 --ledger l
    rm -rf l3
    ok "$name: three ranks" run 0 mpi 3 run c.h5 --quiet $where --ledger l3 --out r3.h5 $sandbox
    ok "$name: the same bits" same "$(field aggregate state l3)" "$wanted"
    ok "$name: a dry run" run 0 mn run c.h5 $where --dry-run $sandbox --ledger l4
    where='--data table=table.csv'
done

# --- swept by a built-in function, which calls it at each point
# swept SWEEP FUNCTION GRID GROUP
swept() {
    printf 'title: Test\nfunction: {name: %s, params: {function: "%s@%s", grid: "%s"}}\n%s\n' \
        "$1" "$2" "$(mn function digest "$examples/$2.so")" "$3" "$4" >c.yaml
    mn contract build c.yaml -o c.h5 >out 2>err
    ok "$1 of $2 outside of a sandbox" run 0 go
    wanted=$(field aggregate state l)
    ok "$1 of $2 in one" run 0 go $sandbox
    ok "$1 of $2: the same bits" same "$(field aggregate state l)" "$wanted"
    ok "$1 of $2: is verified" run 0 mn verify r.h5 --ledger l
}
swept sweep_data geomean '' "$table"
where=
swept sweep collatz 'first=1,1001' 'work: {units: 100, check: 0.2}'
where='--data table=table.csv'

printf 'x\n1\n-1\n' >negative.csv
contract geomean "$examples/geomean.so" 'data: {name: table, slaves: 1}'
ok 'what a callback says' run 65 mn run c.h5 --quiet --data table=negative.csv --ledger ln $sandbox
ok 'is said' says err 'geomean: column x: found -1, expected > 0'
ok 'all is cleared away' rmdir tmp
mkdir tmp

# --- those that do what they should not
CC=${CC:-cc}
echo 'int x;' >x.c
if ! $CC -fPIC -shared x.c -o x.so 2>/dev/null; then
    skip 'objects that lie' "there is no compiler ($CC)"
    done_testing
fi
headers="-I$top_srcdir/src/function -I$top_srcdir/src/util"
# build NAME SED [CODE]: from geomean.c, with the code behind it.
build() {
    {
        echo '#include <fcntl.h>'
        echo '#include <string.h>'
        echo '#include <sys/stat.h>'
        echo '#include <unistd.h>'
        sed "s/\"geomean\",/\"$1\",/;$2" "$top_srcdir/contrib/functions/geomean.c"
        printf '%s\n' "${3:-}"
    } >"bad/$1.c"
    # shellcheck disable=SC2086 # words
    $CC -std=gnu11 $headers -fPIC -shared "bad/$1.c" -o "bad/$1.so" -lm 2>err
}
# in_accumulate CODE: what is done first in each call of accumulate.
in_accumulate() {
    printf 's|^    double [*]sum = .*|&%s;|' "$1"
}
# made NAME …: and the contract over it, for which it is loaded here, with its constructor off.
made() {
    build "$@" && OFF=1 contract "$1" "bad/$1.so" 'data: {name: table, slaves: 2, unit_rows: 16}' \
        'limits: {slaves_min: 1}' || { sed 's/^/# /' err; exit 99; }
}

# A constructor that tries to leave something, and to take something away.
made looks '' "__attribute__((constructor)) static void look(void) {
    if (getenv(\"OFF\")) return;
    FILE *f = fopen(\"$T/loaded\", \"w\");
    if (f) fclose(f);
    printf(\"%s\\n\", access(\"/etc/shadow\", F_OK) == 0 ? \"seen\" : \"nothing seen\"); fflush(stdout);
}"
ok 'one that looks around' run 0 go $sandbox
ok 'is never loaded here' not [ -e loaded ]
ok 'and outside it would be' run 0 go
ok 'so' [ -e loaded ]
rm -f loaded
# fails NAME WORDS…
fails() {
    _what=$1
    shift
    ok "$_what" run 65 go $sandbox
    ok 'is told' says err "$@"
}
made crashes "$(in_accumulate '; abort()')"
fails 'one that crashes' 'crashes: in its sandbox it was ended by signal 6'
made leaves "$(in_accumulate '; _exit(0)')"
fails 'one that leaves' 'leaves: in its sandbox it ended with exit code 0 and no answer'
made talks "$(in_accumulate '; if (write(4, "9 yes\\n", 6)) { }')"
fails 'one that answers by itself' "in its sandbox it answered"
made mute "$(in_accumulate '; close(4); close(3)')"
fails 'one that closes what it is asked by' 'in its sandbox it'
made links "$(in_accumulate '; symlink("/etc/passwd", "answer"); unlink("answer"); symlink("/etc/passwd", "answer")')"
ok 'one that leaves a link' run 65 go $sandbox
ok 'is told' says err 'links: '
made odd "$(in_accumulate '; env->error[0] = 27; env->error[1] = 0; return -1')"
fails 'one whose reason is no text' 'odd: <U+001B>'
made dies "$(in_accumulate '; static int n_; if (++n_ > 4) abort()')"
ok 'one that dies of its age' run 0 go $sandbox
contract geomean "$examples/geomean.so" 'data: {name: table, slaves: 2, unit_rows: 16}'
state=$(field aggregate state l)
ok 'and whose bits' run 0 go
ok 'are those of fresh ones' same "$state" "$(field aggregate state l)"

# A constructor that answers for the program that has loaded it: the first call, for the table.
# says NAME BODY WORDS: BODY leaves a file, and an answer.
answers() {
    made "$1" '' "__attribute__((constructor)) static void lie(void) {
        if (getenv(\"OFF\")) return;
        $2
        if (write(4, \"1 yes\\n\", 6)) { }
        pause();
    }"
    ok "an answer: $1" run 65 go $sandbox
    ok 'is refused' says err "bad/$1.so" "$3"
}
answers pipe 'mkfifo("answer", 0600);' 'answer: is not a regular file'
answers link 'symlink("/etc/passwd", "answer");' 'left no answer'
answers none '' 'left no answer'
answers huge 'int f = open("answer", O_RDWR | O_CREAT, 0600); ftruncate(f, 900l << 20);' 'at most'
answers empty 'open("answer", O_RDWR | O_CREAT, 0600);' 'a table that is none'
answers noise 'int f = open("answer", O_RDWR | O_CREAT, 0600); char b[4000]; memset(b, 0xf3, sizeof b);
    for (int i = 0; i < 9; i++) if (write(f, b, sizeof b)) { }' 'a table that is none'
answers zeros 'int f = open("answer", O_RDWR | O_CREAT, 0600); ftruncate(f, 4096);' 'a table that is none'

made collective 's/^    \.size = .*/&\n    .collective = 1,/'
ok 'one that talks by MPI' run 77 go $sandbox
ok 'is refused' says err 'talk to each other by MPI'

# --- one that hangs is ended with the run
made hangs "$(in_accumulate '; printf("began\\n"); fflush(stdout); pause()')"
timeout -k 10 300 "$METANEURON" run c.h5 --force --quiet $where --ledger lh --out r.h5 $sandbox >out 2>err &
halted=$!
while ! grep -qs began lh/logs/*/slave-1.stderr; do
    kill -0 $halted || break
done
kill -TERM "$(ps -o pid= --ppid $halted | tr -d ' ')"
wait $halted
ok 'a halt ends one that hangs' same $? 75
ok 'and leaves nothing' rmdir tmp

done_testing
