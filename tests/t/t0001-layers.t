#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The rooms: the tree keeps to them, and the scan sees it when one does not.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

layers=$top_srcdir/tests/layers.sh
scan() {
    NM=$NM timeout 120 sh "$layers" "$@"
}

ok 'the sources keep to their layers' run 0 scan "$top_srcdir"
ok 'and so do the objects, without a circle' run 0 scan "$top_srcdir" "$top_builddir"
ok 'nothing is said when all is well' silent out

mkdir empty
ok 'a tree without sources is no proof' run 2 scan empty
mkdir -p empty/src
ok 'nor are objects that are missing' run 2 scan "$top_srcdir" empty

# catches FILE TEXT WORDS…: the text, planted at the end of a file of a copied
# tree, is found there.
catches() {
    rm -rf tree && mkdir tree && cp -R "$top_srcdir/src" tree/ && chmod -R u+w tree || return 1
    planted=$1
    printf '%b\n' "$2" >>"tree/src/$planted"
    shift 2
    run 1 scan tree && says out "src/$planted" "$@" && lines 1 out
}

ok 'an include upwards is found' \
    catches stats/lof.c '#include "engine/plan/plan.h"' 'stats may not call engine/plan'
ok 'and one from a room to one above' \
    catches engine/judge/merge.c '#include "engine/flow/job.h"' 'engine/judge may not call engine/flow'
ok 'and one from the flow to a pool' \
    catches engine/flow/filter.c '#include "engine/pool/ranges.h"' 'engine/flow may not call engine/pool'
ok 'and one from a function to another' \
    catches function/fit/glm.c '#include "function/train/mlp.h"' 'function/fit may not call function/train'
ok 'and one of the registry' \
    catches function/exec/exec.c '#include "function/registry.h"' 'may not be included here'
ok 'and one of engine to report' \
    catches engine/engine.c '#include "report/result.h"' 'engine may not call report'
ok 'and one sideways' catches data/csv.c '#include "ledger/chain.h"' 'data may not call ledger'
ok 'and one of an installed header' \
    catches stats/lof.c '#include <metaneuron/function.h>' 'stats may not call function'
ok 'and one without its layer' catches util/buf.c '#include "err.h"' 'no file of the form room/name.h'
ok 'and our own in angle brackets' catches cli/cli.c '#include <util/err.h>' 'quotes'
ok 'HDF5 is for h5 only' catches data/hdf.c '#include <hdf5.h>' 'hdf5.h'
ok 'MPI is for the transport and for teams only' catches engine/flow/settle.c '#include <mpi.h>' 'mpi.h'
ok 'PETSc is for one header only' catches function/describe/moments.c '#include <petscksp.h>' 'petscksp.h'
ok 'libyaml is for contract only' catches util/json.c '#include <yaml.h>' 'yaml.h'
ok 'libcrypto is for util only' catches ledger/chain.c '#include <openssl/evp.h>' 'openssl'
ok 'a layer below cli does not print' \
    catches ledger/record.c 'void f(void) { printf("x"); }' 'printf'
ok 'nor exit' catches stats/lof.c 'void f(void) { exit(1); }' 'exit'
ok 'nor does report print' catches report/slaves.c 'void f(void) { puts("x"); }' 'puts'
ok 'nor cli but in one place' catches cli/cmd_status.c 'void f(char *a) { printf("%s", a); }' 'printf'
ok 'what is shown is put on a page' \
    catches report/slaves.c 'void f(struct buf *b) { buf_adds(b, "x"); }' 'buf_adds'
ok 'and that not as it is' \
    catches cli/cmd_status.c 'void f(struct page *p, char *a) { page_own(p, a); }' 'page_own'
ok 'nor open files of its own' catches engine/flow/settle.c 'int f(void) { return open("x", 0); }' 'open'
ok 'nor load code of its own' catches engine/plan/bind.c 'void *f(void) { return dlopen("x", 2); }' 'dlopen'
ok 'strcpy is for nobody' catches cli/main.c 'void f(char *a) { strcpy (a, a); }' 'strcpy'

fine() {
    rm -rf tree && mkdir tree && cp -R "$top_srcdir/src" tree/ && chmod -R u+w tree || return 1
    printf '%b\n' "$2" >>"tree/src/$1"
    run 0 scan tree
}
ok 'a comment may speak of printf()' \
    fine stats/lof.c '/* never printf(x)\\n * nor exit(1) */ int n; /* strcpy(a) */'
ok 'so may a string' fine stats/lof.c 'const char *s = "\\"exit(1)";'
ok 'a member may be called open' fine data/csv.c 'int f(struct a *b) { return b->open(1); }'

mkdir -p tree/src/colour && echo '#include "util/err.h"' >tree/src/colour/red.c
ok 'a folder that is no room is found' run 1 scan tree
ok 'by its name' says out 'colour is no room'

# planted ROOM/FILE CODE WORDS…: the code, compiled in place of that file's own, is found.
CC=${CC:-cc}
planted() {
    rm -rf built && mkdir built && (cd "$top_builddir" && find src -name '*.o') |
        while read -r object; do
            mkdir -p "built/${object%/*}" && ln -s "$top_builddir/$object" "built/$object" || return 1
        done
    planted=$1
    echo "$2" >planted.c
    shift 2
    rm -f "built/src/$planted.o" "built/src/${planted%/*}"/*-"${planted##*/}.o" &&
        $CC -c planted.c -o "built/src/$planted.o" || return 1
    run 1 scan "$top_srcdir" built && says out "src/$planted.c" "$@" && lines 1 out
}
if echo 'int x;' >x.c && $CC -c x.c 2>/dev/null; then
    ok 'a call upwards is found in an object' \
        planted util/hash 'void ledger_close(void *); void f(void) { ledger_close(0); }' \
        'util may not call ledger: ledger_close'
    ok 'and one from a room to one above' \
        planted engine/judge/weights \
        'int filter(void *, void *); int judge_weights(void); int judge_weights(void) { return filter(0, 0); }' \
        'engine/judge may not call engine/flow: filter'
    ok 'and one from a function to another' \
        planted function/work/wait 'int mlp_start(void); int f(void) { return mlp_start(); }' \
        'function/work may not call function/train: mlp_start'
    ok 'and one of HDF5' planted data/choice 'int H5open(void); int f(void) { return H5open(); }' 'H5open'
    ok 'and one of MPI' planted engine/flow/settle \
        'int MPI_Barrier(void *); int f(void) { return MPI_Barrier(0); }' 'MPI_Barrier'
    ok 'and one of printf' planted report/slaves \
        'int printf(const char *, ...); int f(void) { return printf("a"); }' printf
    ok 'and one of standard error' planted cli/progress \
        'extern void *stderr; int vfdprintf(void *); int f(void) { return vfdprintf(stderr); }' stderr
    ok 'and one of a string that is not cleaned' planted report/slaves \
        'void buf_adds(void *, const char *); void f(void) { buf_adds(0, "a"); }' buf_adds
    ok 'and JSON that report makes itself' planted report/slaves \
        'void *json_string(const char *); void *f(void) { return json_string("a"); }' json_string
    ok 'and PETSc is not linked' planted function/fit/glm \
        'int KSPSolve(void); int f(void) { return KSPSolve(); }' 'KSPSolve'
    ok 'and one of fopen' planted stats/lof \
        'void *fopen(const char *, const char *); void *f(void) { return fopen("a", "r"); }' fopen
    ok 'files that call each other in a circle are found' \
        planted engine/slave/claim \
        'int submit(void); int claim_again(void); int claim_again(void) { return submit(); }' \
        'src/engine/slave/submit.c' 'call each other in a circle'
else
    skip 'planted objects' 'there is no compiler here'
fi
done_testing
