#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Functions from shared objects: found by their digests, refused for reasons that are
# said, and the same bits whoever computes.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

examples=$top_builddir/contrib/functions
user=$HOME/.local/share/metaneuron/functions
unset METANEURON_FUNCTIONS
digest_of() {
    mn function digest "$1"
}

# with DIRECTORIES COMMAND…: on that search path.
with() {
    METANEURON_FUNCTIONS=$1
    export METANEURON_FUNCTIONS
    shift
    "$@"
    _code=$?
    unset METANEURON_FUNCTIONS
    return $_code
}

# spec NAME DIGEST GROUP…: a contract's text.
spec() {
    printf 'title: Test of %s\nfunction:\n  name: %s\n  digest: %s\n' "$1" "$1" "$2"
    shift 2
    printf '%s\n' "$@"
}

awk 'BEGIN { print "x,y"; for (i = 1; i <= 999; i++) print i "," i * i % 1009 + 1 }' >table.csv
table='data: {name: table, slaves: 4, unit_rows: 16}'

# --- digests, the list, what is shown
ok 'a digest' run 0 mn function digest "$examples/geomean.so"
ok 'is that of the bytes' same "$(cat out)" "sha256:$(sha256sum <"$examples/geomean.so" | cut -c1-64)"
geomean=$(cat out)
pearson=$(digest_of "$examples/pearson.so")
collatz=$(digest_of "$examples/collatz.so")
ok 'of no file' run 66 mn function digest ./none.so
ok 'of a name that is nowhere' run 65 mn function digest none
ok 'where it was looked for is said' says err 'no none.so' "$user"
ok 'the list has files of the search path' with "$examples" run 0 mn function list
ok 'by digest and path' says out "$geomean  $examples/geomean.so" "$pearson" moments
ok 'in their order' same "$(sed -n 's/ *file .*//p' out | tr '\n' ' ')" 'collatz geomean geomedian pearson '
ok 'without the path there are none' run 0 mn function list
ok 'none' not grep -q ' file ' out
ok 'one is shown by its path' run 0 mn function show "$examples/collatz.so"
ok 'as a built-in one is' says out 'collatz  Steps' "digest $collatz" 'over work' first 'default 1'
ok 'and by its name' with "$examples" run 0 mn function show pearson
ok 'it is' says out 'pearson  Corr' "file $examples/pearson.so" 'over data'
ok 'built-in ones come first' run 0 mn function show moments
ok 'so' says out 'builtin:moments@1'
ok 'a file is a function' run 0 mn function verify "$examples/geomean.so"
ok 'which one is said' says out 'function geomean, version 1, over data' "$geomean"

# --- one that was built with the header of before a table had counts
mkdir -p older/metaneuron
grep -v 'int (\*counts)\|_LEAST\|_COUNTS' "$top_srcdir/src/function/metaneuron/function.h" \
    >older/metaneuron/function.h
cp "$top_srcdir/src/util/metaneuron/block.h" older/metaneuron
sed '/\.counts = /d; s/^static int counts/static __attribute__((unused)) int counts/' \
    "$top_srcdir/contrib/functions/geomean.c" >older/geomean.c
if ${CC:-cc} -std=gnu11 -Iolder -fPIC -shared older/geomean.c -o older/geomean.so -lm 2>/dev/null; then
    ok 'an older object is a function' run 0 mn function show older/geomean.so
    ok 'that declares no counts' says out 'geomean  Geom' 'over data'
    ok 'none' not grep -q 'count rows' out
    older=$(digest_of older/geomean.so)
    spec geomean "$older" "$table" >older.yaml
    ok 'a contract of it' with "$PWD/older" run 0 mn contract build older.yaml -o older.h5
    ok 'runs' with "$PWD/older" run 0 mn run older.h5 --quiet --data table=table.csv \
        --ledger older-ledger --out older-result.h5
    ok 'and verifies' with "$PWD/older" run 0 mn verify older-result.h5 --ledger older-ledger
else
    skip 'older objects' "there is no compiler (${CC:-cc})"
fi
ok 'one of today' run 0 mn function show "$examples/geomean.so"
ok 'says which numbers are counts' says out 'over data; says which numbers of a state count rows'

# --- contracts
spec geomean "$geomean" "$table" >geomean.yaml
spec pearson "$pearson" "$table" >pearson.yaml
spec collatz "$collatz" 'work: {units: 5000, check: 0.2}' >collatz.yaml
ok 'a contract needs the file' run 65 mn contract build geomean.yaml -o geomean.h5
ok 'and says so' says err 'function geomean' 'no geomean.so'
for name in geomean pearson collatz; do
    ok "a contract of $name" with "$examples" run 0 mn contract build $name.yaml -o $name.h5
    ok "$name is here" with "$examples" run 0 mn function verify $name.h5
    ok "$name: which file" says out "$name.h5: wants function $name" "$examples/$name.so"
    ok "$name is not here" run 3 mn function verify $name.h5
done
spec moments '' "$table" >moments.yaml
ok 'a contract of a built-in function' run 0 mn contract build moments.yaml -o moments.h5
ok 'wants a built-in function' run 0 mn function verify moments.h5
ok 'it says' says out 'built in: builtin:moments@1'
spec nosuch '' "$table" >nosuch.yaml
ok 'a function that is nowhere' run 65 mn contract build nosuch.yaml -o nosuch.h5
ok 'may be a file' says err "'nosuch' is not known" 'digests'

# at RANKS NAME [OPTION…]: runs it in a new ledger, and it verifies.
at() {
    ranks=$1
    contract=$2.h5
    shift 2
    rm -rf l r.h5
    if [ "$ranks" -eq 1 ]; then
        run 0 mn run "$contract" --quiet "$@" --ledger l --out r.h5
    else
        run 0 mpi "$ranks" run "$contract" --quiet "$@" --ledger l --out r.h5
    fi
    [ "$code" -eq 0 ] && run 0 mn verify r.h5 --ledger l && run 0 mn ledger verify l
}
for name in geomean pearson collatz; do
    case $name in collatz) set -- ;; *) set -- --data table=table.csv ;; esac
    ok "$name in one process" with "$examples" at 1 $name "$@"
    expected=$(field aggregate state l)
    mn result export r.h5 --csv >$name.csv
    ok "$name by 3 ranks" with "$examples" at 3 $name "$@"
    ok "$name: the same bits" same "$(field aggregate state l)" "$expected"
done
ok 'the ledger has the digest' grep -q " publish .*function=$collatz " l/log
ok 'a result needs the file to be verified' run 3 mn verify r.h5 --ledger l
ok 'and says so' says out 'no collatz.so'

# value NAME ARRAY: the last column of its first line.
value() {
    sed -n "s/^$2,.*,//p" "$1.csv" | head -n 1
}
ok 'the geometric mean is right' awk -F, -v found="$(value geomean geomean)" '
    NR > 1 { s += log($1) } END { exit (found / exp(s / (NR - 1)) - 1) ^ 2 > 1e-20 }' table.csv
ok 'the correlation is right' awk -F, -v found="$(value pearson r)" '
    NR > 1 { n++; x += $1; y += $2; xx += $1 * $1; yy += $2 * $2; xy += $1 * $2 }
    END { r = (n * xy - x * y) / sqrt(n * xx - x * x) / sqrt(n * yy - y * y)
          exit (found - r) ^ 2 > 1e-20 }' table.csv
ok 'up to 5000, 3711 takes longest, 237 steps' same \
    "$(value collatz most) $(value collatz number)" '237 3711'
printf 'x\n1\n-1\n' >negative.csv
ok 'what a callback says is said' with "$examples" run 65 mn run geomean.h5 --quiet \
    --data table=negative.csv --ledger l-negative
ok 'so' says err 'geomean: column x: found -1, expected > 0'

# --- the search path
mkdir -p one two "$user" && cp "$examples/geomean.so" "$user/"
ok 'the user has a place for files' run 0 mn function verify geomean.h5
ok 'this one' says out "$user/geomean.so"
cp "$examples/geomean.so" two/ && printf x >>two/geomean.so
ok 'one with other bytes comes first, and is passed by' with "one:two::" run 0 \
    mn function verify geomean.h5
ok 'for that with the right ones' says out "$user/geomean.so"
other=$(digest_of two/geomean.so)
spec geomean "$other $geomean" "$table" >either.yaml
ok 'of several digests' with "one:two" run 0 mn contract build either.yaml -o either.h5
ok 'the first file is taken' with "one:two" run 0 mn function verify either.h5
ok 'it is' says out 'two/geomean.so' "$other"
rm -rf "$user"

# --- other bytes after the contract was made
ok 'other bytes are refused' with two run 65 mn run geomean.h5 --quiet --data table=table.csv \
    --ledger l-other
ok 'both digests are said' says err "wants $geomean" "two/geomean.so is $other"
ok 'once, by the master: nobody was asked' same "$(grep -c -e ' decline ' -e ' view ' l-other/log)" 0
ok 'with the right ones it goes on' with "$examples" run 0 mn run geomean.h5 --quiet \
    --data table=table.csv --ledger l-other --out other-r.h5
ok 'the same run' same "$(grep -c ' publish ' l-other/log)" 1
ok 'a dry run says it before' with two run 65 mn run geomean.h5 --dry-run --data table=table.csv
ok 'so' says out PROBLEM "$other"
ok 'verify, too' with two run 3 mn function verify geomean.h5
ok 'with both' says err "$geomean" "$other"

# One rank of three has other bytes. A slave declines, once, and the others compute.
cat >rank.sh <<END
#!/bin/sh
METANEURON_FUNCTIONS=$examples
[ "\${OMPI_COMM_WORLD_RANK:-\$PMI_RANK}" -ne "\$OTHER" ] || METANEURON_FUNCTIONS=$T/two
export METANEURON_FUNCTIONS
exec "$METANEURON" "\$@"
END
chmod +x rank.sh
metaneuron=$METANEURON
# other_at RANK CODE: 3 ranks, of which that one has other bytes.
other_at() {
    METANEURON=$T/rank.sh
    OTHER=$1
    export OTHER
    run "$2" mpi 3 run geomean.h5 --quiet --data table=table.csv --ledger "l-$1" --out "r-$1.h5"
    _code=$?
    METANEURON=$metaneuron
    return $_code
}
ok 'one of two slaves has other bytes' other_at 2 0
ok 'it declines, by the digest' grep -q " lacking .*$other" l-2/logs/*/declines
ok 'once, and the other one computes' same "$(grep -c ' decline ' l-2/log)" 1
ok 'all of it' says out '4 of 4 slaves answered'
ok 'the result verifies' with "$examples" run 0 mn verify r-2.h5 --ledger l-2
ok 'the master has other bytes' other_at 0 65
ok 'and says so' says err "wants $geomean" "two/geomean.so is $other"

# --- what is refused: a file that would be loaded has a constructor, which tells
CC=${CC:-cc}
compiles() {
    echo 'int x;' >x.c && $CC -fPIC -shared x.c -o x.so 2>/dev/null
}
if ! compiles; then
    skip 'functions that are refused, and new ones' "there is no compiler ($CC)"
    done_testing
fi
headers="-I$top_srcdir/src/function -I$top_srcdir/src/util"
mkdir bad
# build NAME SED: from geomean.c.
build() {
    sed "$2" "$top_srcdir/contrib/functions/geomean.c" >"bad/$1.c"
    # shellcheck disable=SC2086 # two words
    $CC -std=gnu11 $headers -fPIC -shared "bad/$1.c" -o "bad/$1.so" -lm 2>err
}
# refused NAME SED WORDS: by verify, and with the digest in a contract.
refused() {
    build "$1" "$2" && run 3 mn function verify "bad/$1.so" && says err "bad/$1.so" "$3" &&
        spec "$1" "$(digest_of "bad/$1.so")" "$table" >bad.yaml &&
        with bad run 65 mn contract check bad.yaml && says err "function $1" "$3"
}
ok 'no entry symbol' refused nosymbol 's/metaneuron_function =/other =/' \
    'exports no metaneuron_function'
echo 'int metaneuron_function(void) { return 0; }' >code.c
$CC -fPIC -shared code.c -o bad/code.so
ok 'the entry is code' run 3 mn function verify bad/code.so
ok 'is said' says err 'is no variable'
ok 'another ABI' refused abi 's/\.abi = .*/.abi = 77,/' 'ABI 77; this program has ABI 1'
ok 'a table that is too small' refused small 's/\.size = .*/.size = 64,/' 'table has 64 bytes'
ok 'one that is larger than it is' refused large 's/\.size = .*/.size = 4096,/' 'says that they are 4096'
ok 'a missing callback' refused lacks '/\.features = /d' 'lacks a callback'
ok 'an unresolved symbol' refused unresolved \
    's/^static int length/int nowhere(void);&/;s/\*n = 1 + 2/*n = (size_t)nowhere() + 2/' 'nowhere'
ok 'no name' refused noname '/^    \.name = "/d' "whose name ''"
printf 'no program' >bad/text.so
ok 'no shared object' run 3 mn function verify bad/text.so
build wrongname 's/x/x/'
spec wrongname "$(digest_of bad/wrongname.so)" "$table" >bad.yaml
ok 'another name' with bad run 65 mn contract check bad.yaml
ok 'is said' says err "called 'geomean', expected 'wrongname'"
build version 's/"geomean",/"version",/;s/\.version = "1"/.version = "2"/'
spec version "$(digest_of bad/version.so)" "$table" >bad.yaml
ok 'another version' with bad run 65 mn contract check bad.yaml
ok 'is said' says err 'wants version 1' 'has version 2'
spec geomean "$geomean" 'work: {units: 10}' >bad.yaml
ok 'over data, and not over work' with "$examples" run 65 mn contract check bad.yaml
ok 'is said' says err 'computes over data'

# Nothing is loaded that no contract names: the constructor leaves a file.
build moments "s/\"geomean\",/\"moments\",/
\$a __attribute__((constructor)) static void tell(void) { FILE *f = fopen(\"$T/loaded\", \"w\"); if (f) fclose(f); }"
for command in 'function list' 'contract check moments.yaml' 'function verify moments.h5' \
    'function digest bad/moments.so' 'function digest moments' 'function show moments' \
    'run moments.h5 --quiet --data table=table.csv --ledger l-moments'; do
    # shellcheck disable=SC2086 # words
    ok "$command" with bad run 0 mn $command
done
spec moments "$geomean" "$table" >bad.yaml
ok 'a digest that is another' with bad run 65 mn contract check bad.yaml
ok 'none of these loads a file' test ! -e loaded
spec moments "$(digest_of bad/moments.so)" "$table" >bad.yaml
ok 'the digest of this one does' with bad run 0 mn contract check bad.yaml
ok 'so' test -e loaded

# --- function new
ok 'a new function' run 0 mn function new mine
ok 'says what to do' says out 'cd mine && make check'
ok 'it is not overwritten' run 65 mn function new mine
ok 'so' says err 'mine: is there already'
ok 'one without data' run 0 mn function new other --work
for name in Mine 9 a/b ../a '' a.b moments; do
    ok "'$name' is no name for one" run 2 mn function new "$name"
done
ok '--work goes with new' run 2 mn function list --work
if command -v make >/dev/null 2>&1; then
    for name in mine other; do
        # Not as part of the make that runs this test.
        ok "$name is built, run and right" run 0 env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make \
            -C $name CC="$CC" CPPFLAGS="$headers" METANEURON="$METANEURON" check
        ok "$name: it is put where it is found" run 0 env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
            make -C $name CC="$CC" CPPFLAGS="$headers" METANEURON="$METANEURON" check install
        ok "$name: it is" test -s "$user/$name.so"
        ok "$name: it says so" says out "$name: the result is right" verified
        ok "$name: without a warning" not grep -q warning err
        ok "$name: all of it has the name" not grep -rq '@NAME@' $name
    done
else
    skip 'new functions are built' 'there is no make'
fi
done_testing
