#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The DESIGN of each layer lists its files, each with the sentence that the file begins with.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# design TREE: compares them, and prints each file of which one is missing or another.
design() (
    cd "$1" || exit 2
    bad=0
    for layer in src/*/; do
        layer=${layer%/}
        # FILE TAB SENTENCE, of DESIGN: a name and what follows it, on indented lines too.
        awk -v layer="$layer" '
        function flush() { if (file != "") print layer "/" file "\t" text; file = "" }
        /^ *[a-z0-9_\/]+\.c +[^ ]/ {
            flush(); file = $1; text = $0
            sub(/^ *[^ ]+ +/, "", text); next
        }
        file != "" && /^ +[^ ]/ { sub(/^ +/, ""); text = text " " $0; next }
        { flush() }
        END { flush() }' "$layer/DESIGN" | LC_ALL=C sort >"$scratch/said"
        # The same, of the files: the comment in the second line, to its full stop.
        find "$layer" -name '*.c' ! -name skeleton_text.c | LC_ALL=C sort | while read -r file; do
            awk -v file="$file" '
            NR == 1 { next }
            NR == 2 && !/^\/\* / { exit }
            { text = text (NR > 2 ? " " : "") $0 }
            /\*\/$/ { exit }
            END {
                sub(/^\/\* /, "", text); sub(/ *\*\/$/, "", text); gsub(/ +\* +/, " ", text)
                if (!sub(/\.$/, "", text)) text = "(no sentence)"
                print file "\t" text
            }' "$file"
        done >"$scratch/begun"
        awk -F'\t' '
        function first(text) { return tolower(substr(text, 1, 1)) substr(text, 2) }
        FNR == NR { said[$1] = first($2); next }
        !($1 in said) { print $1 ": is not in DESIGN"; next }
        said[$1] != first($2) { print $1 ": begins \"" $2 "\", DESIGN has \"" said[$1] "\"" }
        { delete said[$1] }
        END { for (file in said) print file ": is in DESIGN only" }' \
            "$scratch/said" "$scratch/begun" >"$scratch/differ"
        [ -s "$scratch/begun" ] || echo "$layer: has no files to look at"
        cat "$scratch/differ"
        [ -s "$scratch/begun" ] && [ ! -s "$scratch/differ" ] || bad=1
    done
    exit $bad
)
scratch=$PWD/design
mkdir "$scratch"

ok 'each file begins with its sentence in DESIGN' run 0 design "$top_srcdir"
ok 'nothing is said when all is well' silent out

copy() {
    rm -rf tree && mkdir tree && cp -R "$top_srcdir/src" tree/ && chmod -R u+w tree
}
copy && sed -i '2s/.*/\/* Does something else. *\//' tree/src/engine/flow/filter.c
ok 'another sentence is found' run 1 design tree
ok 'with both' says out 'src/engine/flow/filter.c: begins "Does something else", DESIGN has'
copy && sed -i 2d tree/src/util/buf.c
ok 'so is a file without one' run 1 design tree
ok 'by its name' says out 'src/util/buf.c: begins "(no sentence)"'
copy && cp tree/src/util/buf.c tree/src/util/puff.c
ok 'and one that is in no DESIGN' run 1 design tree
ok 'by its name too' says out 'src/util/puff.c: is not in DESIGN'
copy && rm tree/src/util/buf.c
ok 'and one that is gone' run 1 design tree
ok 'which DESIGN still has' says out 'src/util/buf.c: is in DESIGN only'
done_testing
