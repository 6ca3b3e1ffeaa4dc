#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Whether every room keeps to the rooms below it, and no files call each other in a circle.
#
#   layers.sh SOURCE [BUILD]
#
# reads the sources SOURCE/src/ROOM/*.[ch] and the objects BUILD/src/ROOM/*.o that were made
# of them, and prints each violation on a line. Exit code 0: none; 1: some; 2: there was
# nothing to look at, which is no proof of anything.

source=$1
build=
[ $# -lt 2 ] || build=$(cd "$2" && pwd) || exit 2
NM=${NM:-nm}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/metaneuron-layers.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT

# ROOM: the rooms that it may call, a room being a folder. This is the table of the rooms;
# it is in such an order that each calls only what stands before it, but for the functions:
# their registry names them all, and below says who may ask it.
cat >"$scratch/layers" <<'END'
util:
h5: util
ledger/proof: util
ledger: util ledger/proof
ledger/fold: util ledger/proof ledger
ledger/trust: util ledger/proof ledger ledger/fold
recipe: util
contract: util h5 recipe
stats: util
data: util h5 recipe
function/common: util function
function/describe: util function function/common
function/compare: util function function/common
function/fit: util function function/common
function/cluster: util function function/common
function/train: util function function/common
function/exec: util h5 function function/common object
object: util function
function/pde: util function function/common
function/sweep: util function function/common
function/work: util function function/common
function/prepared: util function function/common
function: util h5 function/describe function/compare function/fit function/cluster function/train function/exec function/pde function/sweep function/work
engine/state: util function
engine/transport: util function
engine/shard: util stats engine/state engine/transport
engine/result: util h5 ledger ledger/fold contract stats function
engine/plan: util h5 recipe ledger ledger/fold contract stats data function function/exec function/prepared engine/state engine/result
engine/view: util ledger ledger/fold engine/result
engine/judge: util ledger ledger/fold contract stats function engine/state engine/result
engine/slave: util ledger ledger/fold contract function engine/state engine/transport engine/shard engine/plan
engine/flow: util h5 ledger ledger/proof ledger/fold ledger/trust contract stats function data engine/state engine/transport engine/shard engine/result engine/plan engine/view engine/judge engine/slave
engine/pool: util h5 ledger ledger/fold contract function engine/state engine/transport engine/result engine/plan engine/judge engine/flow
engine/prune: util ledger ledger/fold
engine/doctor: util h5 ledger ledger/trust engine/transport engine/plan
engine/launch: util h5 ledger ledger/fold ledger/trust contract engine/plan engine/view
engine/verify: util h5 ledger ledger/proof ledger/fold ledger/trust contract function engine/state engine/result engine/plan engine/judge
engine: util h5 engine/transport engine/result engine/plan engine/judge engine/slave engine/flow engine/pool
site/exchange: util
site/house: util ledger/proof ledger ledger/fold ledger/trust site/exchange
site/fold: util ledger/proof ledger ledger/fold site/house
site/mirror: util ledger/proof ledger ledger/fold ledger/trust site/exchange site/house site/fold
site/policy: util h5 ledger ledger/proof ledger/fold contract data engine/plan site/house site/fold
site: util h5 ledger/proof ledger ledger/fold ledger/trust contract stats function data engine engine/state engine/transport engine/result engine/plan engine/judge engine/flow engine/verify site/exchange site/house site/fold site/mirror site/policy
site/audit: util h5 ledger/proof ledger ledger/fold ledger/trust contract stats function data engine engine/state engine/transport engine/result engine/plan engine/judge engine/flow engine/verify site/exchange site/house site/fold site/mirror site/policy site
report: util ledger ledger/proof ledger/fold ledger/trust contract stats function data engine engine/transport engine/result engine/plan engine/view engine/prune engine/doctor engine/launch engine/verify site site/audit site/exchange site/house site/fold site/mirror site/policy
cli: util h5 ledger ledger/proof ledger/fold ledger/trust contract stats function data engine engine/transport engine/result engine/plan engine/view engine/prune engine/doctor engine/launch engine/verify site site/audit site/exchange site/house site/fold site/mirror site/policy report
END

# HEADER PLACES: foreign headers and those of the registry, and who may include them.
cat >"$scratch/headers" <<'END'
hdf5.h ^src/h5/
H5.*\.h ^src/h5/
mpi.h ^src/(engine/transport/mpi(_[a-z]+)?\.[ch]|function/common/team\.c)$
petsc.*\.h ^src/function/pde/petsc_calls\.h$
yaml.h ^src/(contract|site/policy)/
openssl/.* ^src/util/
seccomp.h ^src/(h5/|function/exec/exec_filter\.c$)
hwloc.h ^src/engine/plan/
jansson.h ^src/(util/|contract/|engine/view/document\.c$|function/exec/exec_serve\.c$)
gsl/.* ^src/function/common/tails\.c$
(cblas.h|lapacke?.h) ^src/(function/|stats/gram\.c$|util/blas\.c$)
getopt.h ^src/cli/
(dlfcn|link).h ^src/(function/loader|object/object)\.c$
function/registry.h ^src/(function/registry\.c|engine/plan/bind\.c|cli/|report/)
END

# SYMBOL PLACES: what archives may refer to that is no layer's.
cat >"$scratch/symbols" <<'END'
H5.* ^src/h5/
(MPI|PMPI|ompi|OMPI|PMIX)_.* ^src/(engine/transport/mpi(_[a-z]+)?|function/(pde/petsc|pde/poisson_solve|common/team))\.c$
(Petsc|KSP|DMDA|MatCreate|VecCreate).* ^$
yaml_.* ^src/(contract|site/policy)/
(EVP|BIO|PEM|RAND|SHA256|OSSL|CRYPTO)_.* ^src/util/
seccomp_.* ^src/(h5/|function/exec/exec_filter\.c$)
hwloc_.* ^src/engine/plan/
json_.* ^src/(util/|contract/|engine/view/document\.c$|function/exec/exec_serve\.c$)
gsl_.* ^src/function/common/tails\.c$
(cblas|LAPACKE)_.* ^src/(function/|stats/gram\.c$|util/blas\.c$)
stdout|stderr ^src/cli/print\.c$
END

# FUNCTION PLACES: functions of libc, in the text and in the archives. Only cli/print.c
# prints, and only cli exits; only function/loader.c loads code; only util/io.c makes the calls
# that files are read, written, synced, named and locked by, but for the sandboxed child, which must
# not be able to, and says so by what it opens before. What is left to other files of util walks
# trees, asks, or makes what is in memory.
cat >"$scratch/functions" <<'END'
printf|fprintf|vprintf|vfprintf|dprintf|vdprintf ^src/(cli/print|object/object)\.c$
puts|fputs|putchar|fputc|putc|perror|fwrite|psignal|syslog|warnx|errx ^src/cli/print\.c$
puts_unlocked|fputs_unlocked|putchar_unlocked|fputc_unlocked|putc_unlocked|fwrite_unlocked ^$
exit|abort|quick_exit|assert|__assert_fail ^src/cli/
_exit ^src/(h5/reader|h5/sandbox|util/child|util/runner_serve)\.c$
_Exit ^src/engine/transport/transport\.c$
open|creat|fopen|freopen ^src/(util/io|h5/reader|h5/sandbox|object/object)\.c$
openat ^src/(util/(beneath|directory|holder|tighten)|h5/reader|h5/sandbox|object/object)\.c$
write ^src/(util/io|h5/sandbox|object/object)\.c$
pread|pwrite|preadv|pwritev|rename|link|symlink|unlink|remove|mkdir|truncate|ftruncate|fallocate|posix_fallocate|fsync|fdatasync|sync ^src/util/io\.c$
renameat|renameat2|linkat|unlinkat|rmdir|mkdirat ^src/util/directory\.c$
access|faccessat ^src/util/place\.c$
fcntl ^src/util/(io|file|store)\.c$
flock|lockf|mkstemp|tmpfile ^$
memfd_create ^src/util/store\.c$
umask|chmod|fchmod|chown|fchown|lchown|fchownat ^src/util/(owner|tighten)\.c$
fchmodat ^src/util/(directory|owner|tighten)\.c$
dlopen|dlmopen|dlsym|dlvsym ^src/(function/loader|object/object)\.c$
system|popen|execl|execlp|execv ^$
execve ^src/cli/preload\.c$
execvp ^src/util/child\.c$
strcpy|stpcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok ^$
END

# FUNCTION PLACES: functions of ours that put text as it is on a page, and what is no page where
# only pages are shown. By all else that makes a page strings are cleaned (util/page.h).
cat >"$scratch/own" <<'END'
page_own ^src/(util/page|util/json_page|cli/options)\.[ch]$
page_json|page_pass ^src/(util/page|cli/print)\.[ch]$
page_quote ^src/util/
print_json ^src/cli/(print|cmd_contract)\.[ch]$
print_passed ^src/cli/(print|cmd_launch)\.[ch]$
buf_add|buf_addf|buf_adds|buf_addc ^src/(util|h5|ledger|recipe|contract|stats|function|data|engine|site|cli/(cmd_launch|run_options|site_demo_place|skeleton)\.c$)
END

cd "$source" || exit 2
files=$(find src -name '*.[ch]' 2>/dev/null | sort)
[ -n "$files" ] || { echo "$source: no sources to look at"; exit 2; }

# What is in the text: includes, and calls outside comments and strings.
awk -v tables="$scratch" '
function complain(text) { print FILENAME ":" FNR ": " text; bad++ }
function owner(path) {
    sub("^src/", "", path); sub("/[^/]*$", "", path); sub("/metaneuron$", "", path)
    return path
}
function check_layer(from, to) {
    if (from != to && !((from, to) in may)) complain(from " may not call " to)
}
function check_include(line,    name, quoted) {
    name = line
    quoted = line ~ /^[ \t]*#[ \t]*include[ \t]*"/
    sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", name)
    sub(/[">].*/, "", name)
    includes++
    if (name ~ /^metaneuron\//) {
        if (!(name in installed)) complain("<" name "> is installed by no layer")
        else check_layer(layer, installed[name])
    } else if (quoted) {
        if (!("src/" name in known)) complain("\"" name "\" is no file of the form room/name.h")
        else check_layer(layer, owner("src/" name))
    } else if ("src/" name in known)
        complain("<" name "> is ours: it belongs in quotes")
    for (i = 1; i <= headers; i++)
        if (name ~ "^(" header[i] ")$" && FILENAME !~ header_place[i])
            complain("<" name "> may not be included here")
}
function check_calls(line,    name) {
    for (i = 1; i <= functions; i++) {
        if (FILENAME ~ func_place[i] ||
            !match(line, "(^|[^A-Za-z0-9_.>])(" func_name[i] ")[ \t]*[(]"))
            continue
        name = substr(line, RSTART, RLENGTH - 1)
        gsub(/[^A-Za-z0-9_]/, "", name)
        complain("may not call " name)
    }
}
BEGIN {
    while ((getline line < (tables "/layers")) > 0) {
        n = split(line, word, /:? +|:$/)
        is_layer[word[1]] = 1
        for (i = 2; i <= n; i++) if (word[i] != "") may[word[1], word[i]] = 1
    }
    while ((getline line < (tables "/headers")) > 0) {
        split(line, word, " "); header[++headers] = word[1]; header_place[headers] = word[2]
    }
    while ((getline line < (tables "/functions")) > 0) {
        split(line, word, " "); func_name[++functions] = word[1]; func_place[functions] = word[2]
    }
    while ((getline line < (tables "/own")) > 0) {
        split(line, word, " "); func_name[++functions] = word[1]; func_place[functions] = word[2]
    }
    for (i = 1; i < ARGC; i++) {
        known[ARGV[i]] = 1
        if (match(ARGV[i], /\/metaneuron\//))
            installed[substr(ARGV[i], RSTART + 1)] = owner(ARGV[i])
    }
}
FNR == 1 {
    comment = 0
    layer = owner(FILENAME)
    if (!(layer in is_layer)) complain(layer " is no room")
}
/^[ \t]*#[ \t]*include/ && !comment { check_include($0); next }
{
    line = $0
    gsub(/\\./, "", line)
    gsub(/"[^"]*"/, "\"\"", line)
    text = ""
    while (line != "") {
        if (comment) {
            at = index(line, "*/")
            if (!at) break
            line = substr(line, at + 2); comment = 0
        } else {
            at = index(line, "/*")
            text = text (at ? substr(line, 1, at - 1) " " : line)
            if (!at) break
            line = substr(line, at + 2); comment = 1
        }
    }
    sub(/\/\/.*/, "", text)
    check_calls(text)
}
END {
    if (!includes) { print "no include was seen"; exit 2 }
    print "# " ARGC - 1 " files, " includes " includes" > "/dev/stderr"
    exit bad ? 1 : 0
}' $files
code=$?
[ -n "$build" ] || exit $code
[ $code -ne 2 ] || exit 2

# What the objects define and need: FILE KIND SYMBOL. Objects are called
# src/ROOM/[libNAME_a-]FILE.o; one whose source is gone, or that has a newer one beside it, was
# left by an earlier build.
(cd "$build" && find -L src -name '*.o' -printf '%T@ %p\n' | sort -rn) | while read -r _ object; do
    file=$(echo "$object" | sed 's,[^/]*-\([^/]*\)$,\1,; s/\.o$/.c/')
    [ ! -f "$file" ] || echo "$file $object"
done | awk '!seen[$1]++' >"$scratch/objects"
cut -d' ' -f2 "$scratch/objects" | (cd "$build" && xargs "$NM" -A -g) |
    awk '{ at = index($0, ":"); object = substr($0, 1, at - 1); file = object
           sub(/[^\/]*-/, "", file); sub(/\.o$/, ".c", file)
           print file, $(NF - 1), $NF }' >"$scratch/nm"

# Each source must have been looked at, or nothing was proved.
# Without PETSc one file stands for two.
absent='pde/poisson_absent\.c' present='pde/(petsc|poisson_solve)\.c'
! grep -q "$absent" "$scratch/objects" || absent=$present
find src -name '*.c' | grep -Ev "$absent" | sort >"$scratch/sources"
cut -d' ' -f1 "$scratch/objects" | sort -u | comm -23 "$scratch/sources" - >"$scratch/unseen"
if [ -s "$scratch/unseen" ] || [ ! -s "$scratch/sources" ]; then
    sed 's/$/: has no object/' "$scratch/unseen"
    exit 2
fi

awk -v tables="$scratch" '
function complain(text) { print text; bad++ }
function owner(path) { sub("^src/", "", path); sub("/[^/]*$", "", path); return path }
BEGIN {
    while ((getline line < (tables "/layers")) > 0) {
        n = split(line, word, /:? +|:$/)
        for (i = 2; i <= n; i++) if (word[i] != "") may[word[1], word[i]] = 1
    }
    while ((getline line < (tables "/symbols")) > 0) {
        split(line, word, " "); name[++rules] = word[1]; place[rules] = word[2]
    }
    while ((getline line < (tables "/functions")) > 0) {
        split(line, word, " ")
        name[++rules] = "(__|__isoc99_)?(" word[1] ")(64|_2|64_2|_chk)?"; place[rules] = word[2]
    }
    while ((getline line < (tables "/own")) > 0) {
        split(line, word, " "); own_name[++owns] = word[1]; own_place[owns] = word[2]
    }
}
FNR == NR { if ($2 !~ /^[Uvw]$/) home[$3] = $1; next }
$2 ~ /^[Uvw]$/ {
    needed++
    from = owner($1)
    sub(/@.*/, "", $3)
    if ($3 in home) {
        to = owner(home[$3])
        if (to != from && !((from, to) in may))
            complain($1 ": " from " may not call " to ": " $3)
        if (home[$3] != $1) print $1, home[$3] > (tables "/calls")
        for (i = 1; i <= owns; i++)
            if ($3 ~ "^(" own_name[i] ")$" && $1 !~ own_place[i])
                complain($1 ": may not call " $3)
        next
    }
    for (i = 1; i <= rules; i++)
        if ($3 ~ "^(" name[i] ")$" && $1 !~ place[i])
            complain($1 ": may not call " $3)
}
END {
    if (!needed) { print "no symbols were seen"; exit 2 }
    print "# " needed " undefined symbols" > "/dev/stderr"
    exit bad ? 1 : 0
}' "$scratch/nm" "$scratch/nm"
objects=$?

# An order in which every file stands before those that it calls exists, or there is a circle,
# whose files are named.
if [ -f "$scratch/calls" ] && ! tsort "$scratch/calls" >/dev/null 2>"$scratch/circle"; then
    sed -n 's/^tsort: \(src.*\)/\1/p' "$scratch/circle" | tr '\n' ' ' |
        sed 's/ $/: call each other in a circle\n/'
    [ $objects -ne 0 ] || objects=1
fi
[ $code -gt $objects ] && exit $code
exit $objects
