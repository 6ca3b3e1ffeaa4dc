#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Whether every layer keeps to the layers below it.
#
#   layers.sh SOURCE [BUILD]
#
# reads SOURCE/src/*/*.[ch] and the archives BUILD/src/LAYER/libLAYER.a, and
# prints each violation on a line. Exit code 0: none; 1: some; 2: there was
# nothing to look at, which is no proof of anything.

source=$1
build=
[ $# -lt 2 ] || build=$(cd "$2" && pwd) || exit 2
NM=${NM:-nm}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/metaneuron-layers.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT

# LAYER: the layers that it may call. This is the table of the layers.
cat >"$scratch/layers" <<'END'
util:
h5: util
ledger: util
contract: util h5
stats: util
function: util h5
data: util h5
engine: util h5 ledger contract stats function data
site: util h5 ledger contract stats function data engine
report: util ledger contract stats function data engine site
cli: util h5 ledger contract stats function data engine site report
END

# HEADER PLACES: foreign headers, and who may include them.
cat >"$scratch/headers" <<'END'
hdf5.h ^src/h5/
H5.*\.h ^src/h5/
mpi.h ^src/(engine/transport_mpi|function/team)\.c$
petsc.*\.h ^src/function/petsc_calls\.h$
yaml.h ^src/contract/
openssl/.* ^src/util/
seccomp.h ^src/h5/
hwloc.h ^src/engine/
jansson.h ^src/(util/|contract/|report/|engine/status_document\.c$)
(gsl/.*|cblas.h|lapacke?.h) ^src/(stats|function)/
getopt.h ^src/cli/
(dlfcn|link).h ^src/function/loader\.c$
END

# SYMBOL PLACES: what archives may refer to that is no layer's.
cat >"$scratch/symbols" <<'END'
H5.* ^src/h5/
(MPI|PMPI|ompi|OMPI|PMIX)_.* ^src/(engine/transport_mpi|function/(petsc|poisson_solve|team))\.c$
(Petsc|KSP|DMDA|MatCreate|VecCreate).* ^$
yaml_.* ^src/contract/
(EVP|BIO|PEM|RAND|SHA256|OSSL)_.* ^src/util/
seccomp_.* ^src/h5/
hwloc_.* ^src/engine/
json_.* ^src/(util/|contract/|report/|engine/status_document\.c$)
(gsl|cblas|LAPACKE)_.* ^src/(stats|function)/
END

# FUNCTION PLACES: functions of libc, in the text and in the archives. Only cli
# prints and exits; only function/loader.c loads code; only util/file.c touches files, but for the sandboxed child,
# which must not be able to, and says so by what it opens before.
cat >"$scratch/functions" <<'END'
printf|fprintf|vprintf|vfprintf|dprintf|vdprintf ^src/cli/
puts|fputs|putchar|fputc|putc|perror|fwrite ^src/cli/
exit|abort|quick_exit|assert|__assert_fail ^src/cli/
_exit ^src/(h5/reader|h5/sandbox|util/child|util/runner_serve)\.c$
_Exit ^src/engine/transport\.c$
open|openat|creat|fopen|freopen ^src/(util/file|h5/reader|h5/sandbox)\.c$
write ^src/(util/file|h5/sandbox)\.c$
pwrite|rename|link|symlink|unlink|remove|rmdir|mkdir|truncate|ftruncate|fsync|fdatasync|sync|access ^src/util/file\.c$
fcntl|flock|lockf|mkstemp|tmpfile|memfd_create ^src/util/file\.c$
dlopen|dlmopen|dlsym|dlvsym ^src/function/loader\.c$
system|popen|execl|execlp|execv|execve ^$
execvp ^src/util/child\.c$
strcpy|stpcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok ^$
END

cd "$source" || exit 2
files=$(find src -name '*.[ch]' 2>/dev/null | sort)
[ -n "$files" ] || { echo "$source: no sources to look at"; exit 2; }

# What is in the text: includes, and calls outside comments and strings.
awk -v tables="$scratch" '
function complain(text) { print FILENAME ":" FNR ": " text; bad++ }
function owner(path) { sub("^src/", "", path); sub("/.*", "", path); return path }
function check_layer(from, to) {
    if (from != to && !((from, to) in may)) complain(from " may not call " to)
}
function check_include(line,    name, quoted) {
    name = line
    quoted = line ~ /^[ \t]*#[ \t]*include[ \t]*"/
    sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", name)
    sub(/[">].*/, "", name)
    includes++
    if (name == "config.h")
        return
    if (name ~ /^metaneuron\//) {
        if (!(name in installed)) complain("<" name "> is installed by no layer")
        else check_layer(layer, installed[name])
    } else if (quoted) {
        if (!("src/" name in known)) complain("\"" name "\" is no file of the form layer/name.h")
        else check_layer(layer, owner("src/" name))
    } else if ("src/" name in known) {
        complain("<" name "> is ours: it belongs in quotes")
    } else {
        for (i = 1; i <= headers; i++)
            if (name ~ "^(" header[i] ")$" && FILENAME !~ header_place[i])
                complain("<" name "> may not be included here")
    }
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
    for (i = 1; i < ARGC; i++) {
        known[ARGV[i]] = 1
        if (match(ARGV[i], /\/metaneuron\//))
            installed[substr(ARGV[i], RSTART + 1)] = owner(ARGV[i])
    }
}
FNR == 1 {
    comment = 0
    layer = owner(FILENAME)
    if (!(layer in is_layer)) complain(layer " is no layer")
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

# What the archives define and need: LAYER OBJECT KIND SYMBOL. Objects are
# called libLAYER_a-NAME.o, for src/LAYER/NAME.c.
for layer in $(sed 's/:.*//' "$scratch/layers"); do
    archive=$build/src/$layer/lib$layer.a
    if [ -f "$archive" ]; then
        $NM -A -g "$archive" | sed "s/^.*\.a[:[]//; s/[]]*:/ /; s/^/$layer /" |
            sed 's/ lib[a-z0-9]*_a-/ /; s/\.o / /' | awk '{ print $1, $2, $(NF - 1), $NF }'
    elif [ "$layer" != cli ] && [ -d "src/$layer" ]; then
        echo "$archive: is missing" >&2
        echo "$layer - - -"
    fi
done >"$scratch/nm"

awk -v tables="$scratch" '
function complain(text) { print text; bad++ }
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
}
$3 == "-" { complain("layer " $1 " has no archive"); missing = 1; next }
FNR == NR { if ($3 !~ /^[Uvw]$/) home[$4] = $1; next }
$3 ~ /^[Uvw]$/ {
    needed++
    path = "src/" $1 "/" $2 ".c"
    sub(/@.*/, "", $4)
    if ($4 in home) {
        if (home[$4] != $1 && !(($1, home[$4]) in may))
            complain(path ": " $1 " may not call " home[$4] ": " $4)
        next
    }
    for (i = 1; i <= rules; i++)
        if ($4 ~ "^(" name[i] ")$" && path !~ place[i])
            complain(path ": may not call " $4)
}
END {
    if (missing || !needed) { print "no symbols were seen"; exit 2 }
    print "# " needed " undefined symbols" > "/dev/stderr"
    exit bad ? 1 : 0
}' "$scratch/nm" "$scratch/nm"
archives=$?
[ $code -gt $archives ] && exit $code
exit $archives
