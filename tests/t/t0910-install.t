#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What man page and pages name is there after `make install`, and works from there.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# Installed as a user would, but below a directory of this test.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
install_here() {
    make -s -C "$top_builddir" install DESTDIR="$T/root" >out 2>err </dev/null
}
ok 'make install' install_here
bin=$(find root -name metaneuron -path '*/bin/*' -type f)
prefix=$T/${bin%/bin/metaneuron}
share=$prefix/share/metaneuron
doc=$prefix/share/doc/metaneuron
[ -d "$share" ] && [ -d "$doc" ] || skip_all 'the directories are not the usual ones'

# named FILE…: the paths of the source tree that these pages name.
named() {
    sed 's/\\-/-/g; s/{slave}/1/g' "$@" |
        grep -oE '(src|jobs|contrib|slurm)/[A-Za-z0-9_./-]*[A-Za-z0-9]' | sort -u
}
# missing FILE…: those that are not installed. Only a clone has the bootstrap.
missing() {
    for path in $(named "$@" | grep -vx 'contrib/bootstrap'); do
        [ -e "$doc/$path" ] || [ -e "$share/$path" ] || echo "$path"
    done
}
for page in README.md man/metaneuron.1 man/metaneuron-site.7 slurm/README.md \
    contrib/functions/README.md jobs/README.md jobs/federation/README.md jobs/any-language/README.md jobs/ridge/README.md; do
    ok "$page names what is there" same "$(missing "$top_srcdir/$page")" ''
done
ok 'pages do name something' test "$(named "$top_srcdir/README.md" | wc -l)" -ge 8

# prefixed: the paths that the man page names below the prefix.
prefixed() {
    sed 's/\\-/-/g' "$top_srcdir/man/metaneuron.1" | grep -oE 'PREFIX/(share|include)/[A-Za-z0-9_./-]*' |
        sort -u
}
for path in $(prefixed); do
    ok "$path" test -e "$prefix/${path#PREFIX/}"
done
ok 'each layer with a format has its text' same \
    "$(cd "$top_srcdir" && ls src/*/FORMAT src/*/DESIGN)" "$(cd "$doc" && ls src/*/FORMAT src/*/DESIGN)"

# --- and it works
ok 'the module has the prefix' same \
    "$(sed -n 's/^set prefix //p' "$share/contrib/modulefile")" "${prefix#"$T/root"}"
ok 'the test bed can be run' run 2 "$share/slurm/testbed" bogus
ok 'the batch script is whole' bash -n "$share/slurm/metaneuron.sbatch"
ok 'the demo finds its examples' run 0 "$prefix/bin/metaneuron" demo
compile() {
    "${CC:-cc}" -std=c11 -O2 -ffp-contract=off -fPIC -shared -I"$prefix/include" "$1" -o "$2" -lm >out 2>err
}
for example in collatz geomean geomedian pearson; do
    ok "example $example compiles" compile "$share/contrib/functions/$example.c" "$example.so"
    ok 'and is a function' run 0 "$prefix/bin/metaneuron" function verify "./$example.so"
done
done_testing
