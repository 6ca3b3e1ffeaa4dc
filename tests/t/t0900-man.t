#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples of the man page and of the README run as they stand.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# `metaneuron` and `mpirun` of the examples, on a path of their own.
mkdir bin || exit 99
ln -s "$METANEURON" bin/metaneuron || exit 99
mpirun_of_documents
PATH=$T/bin:$PATH
METANEURON_JOBS=$jobs_dir
export PATH METANEURON_JOBS

# man_blocks DIRECTORY: one file per .EX block of the section EXAMPLES.
man_blocks() {
    awk -v to="$1" '
        /^\.SH/ { inside = /EXAMPLES/ }
        inside && /^\.EE/ { block = 0 }
        block { gsub(/\\\(aq/, "\047"); gsub(/\\-/, "-"); gsub(/\\e/, "\\")
                print >file }
        inside && /^\.EX/ { block = 1; file = sprintf("%s/%02d.sh", to, ++n) }
    ' "$top_srcdir/man/metaneuron.1"
}

# readme_blocks DIRECTORY: one file per block that is fenced as sh. What
# installs, or needs another machine, is fenced as console.
readme_blocks() {
    awk -v to="$1" '
        /^```/ { if (!block && /^```sh$/) file = sprintf("%s/%02d.sh", to, ++n)
                 else file = ""
                 block = !block
                 next }
        block && file { print >file }
    ' "$top_srcdir/README.md"
}

# run_blocks NAME: in one directory, in their order, each line having to succeed.
run_blocks() {
    mkdir "$1" "$1/dir" || exit 99
    "$1_blocks" "$T/$1"
    cp -R "$jobs_dir" "$1/dir/jobs" && chmod -R u+w "$1/dir/jobs"
    found=0
    for block in "$T/$1"/*.sh; do
        [ -s "$block" ] || continue
        found=$((found + 1))
        cd "$1/dir" || exit 99
        ok "$1, block $found: $(sed -n 1p "$block" | cut -c1-60)" run 0 sh -eu "$block"
        cd "$T" || exit 99
    done
    ok "$1 has examples" [ "$found" -gt 1 ]
}

run_blocks man
run_blocks readme

# Every option that a command's help shows is in the man page, and none besides.
options_of() {
    for command in demo contract run launch status explain result verify ledger site data filter function; do
        mn $command --help
    done
}
# Those of other programs do not count, nor those that every command has.
option_names() {
    grep -o -- '--[a-z][a-z-]*' |
        grep -vx -e --mpi -e --in -e --oversubscribe -e --cflags -e --version -e --help | sort -u
}
options_of | option_names >helped
sed 's/\\-/-/g' "$top_srcdir/man/metaneuron.1" | option_names >paged
ok 'the helps show options' [ -s helped ]
comm -23 helped paged >out
ok 'the man page has every option of the helps' silent out
comm -13 helped paged >out
ok 'the man page has no other option' silent out

mn --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort >helped
sed -n 's/^\.SS \(.*\)/\1/p' "$top_srcdir/man/metaneuron.1" | sort >paged
ok 'the man page has every command' cmp helped paged

if command -v groff >/dev/null 2>&1 && groff -man -Tascii /dev/null >/dev/null 2>&1; then
    groff -ww -man -Tascii "$top_srcdir/man/metaneuron.1" >/dev/null 2>out
    ok 'the man page is formatted without a warning' silent out
else
    skip 'the man page is formatted without a warning' 'there is no groff'
fi

# --- the page of threats: each row says what can be done, what is done against it, and is tested
awk '/^\.SH/ { if (of != "") print of ":" got; of = $0; got = "" }
    previous == ".TP" && /^\.I / { got = got " " $2 }
    { previous = $0 }
    END { print of ":" got }' "$top_srcdir/man/metaneuron-security.7" |
    grep -v -e 'SH NAME' -e 'SH DESCRIPTION' -e 'SH SEE ALSO' >rows
ok 'the page of threats has rows' [ "$(wc -l <rows)" -ge 8 ]
grep -v ': can stopped found open tests$' rows >out
ok 'each with all that a row has' silent out
awk '/^\.SH/ { row = !/DESCRIPTION/ }
    after && row { print }
    { after = $0 == ".I tests" || (after && /,$/) }' \
    "$top_srcdir/man/metaneuron-security.7" | tr ', ' '\n\n' | sed '/^$/d' >tests
for test in $(cat tests); do
    [ -f "$top_srcdir/tests/$test" ] || echo "$test"
done >out
ok 'whose tests are there' silent out
ok 'some for each' [ "$(wc -l <tests)" -gt "$(wc -l <rows)" ]
if command -v groff >/dev/null 2>&1 && groff -man -Tascii /dev/null >/dev/null 2>&1; then
    groff -ww -man -Tascii "$top_srcdir/man/metaneuron-security.7" >/dev/null 2>out
    ok 'it is formatted without a warning' silent out
else
    skip 'it is formatted without a warning' 'there is no groff'
fi

done_testing
