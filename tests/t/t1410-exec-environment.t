#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# exec: the environment of programs, which is the documented one whatever a rank has.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

mkdir programs tmp || exit 99
TMPDIR=$T/tmp
METANEURON_FUNCTIONS=$T/programs
export TMPDIR METANEURON_FUNCTIONS
unset OMP_NUM_THREADS CUDA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES

# contract PROGRAM LENGTH: into c.h5
contract() {
    cat >c.yaml <<END
title: Environment
function:
  name: exec
  params:
    {program: $1, sha256: "$(mn function digest "programs/$1")", form: text, length: $2, time: 60}
data: {name: table, split: rows, slaves: 1}
END
    mn contract build c.yaml -o c.h5 >out 2>err
}
printf 'x,y\n0.5,1.25\n2.5,3.5\n4,5\n' >table.csv

# --- the environment that the kernel was given, before a shell adds to it
cat >programs/sees.sh <<'END'
#!/bin/sh
tr '\0' '\n' </proc/$$/environ >&2
awk 'END { print NR - 1, 1 }' "$2" >"$4"
END
contract sees.sh 2
# A rank with much that a program must not see.
loaded() {
    env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 LD_LIBRARY_PATH=/opt/none \
        SLURM_PROCID=1 PMIX_RANK=0 OPENBLAS_NUM_THREADS=7 GOTO_NUM_THREADS=1 \
        PYTHONHOME=/nowhere EMPTY= METANEURON_ROUND=9 "$@"
}
sees() {
    rm -rf l
    loaded "$METANEURON" run c.h5 --force --quiet --data table=table.csv --ledger l --out r.h5 "$@"
}
# Sorted, the directory as DIRECTORY.
seen() {
    sed "s|=$T/tmp/metaneuron-[A-Za-z0-9]*\$|=DIRECTORY|" l/logs/*/slave-1.stderr | sort
}
# is NAME=VALUE…: these are all.
is() {
    seen >given
    printf '%s\n' "$@" HOME=DIRECTORY LC_ALL=C.UTF-8 METANEURON_FIRST=0 METANEURON_ROUND=1 \
        PWD=DIRECTORY TMPDIR=DIRECTORY | sort | diff - given
}
ok 'a program says its environment' run 0 sees
ok 'it is a fixed one' is OMP_NUM_THREADS=1 "PATH=$PATH"
ok 'with devices and threads' run 0 env OMP_NUM_THREADS=2 CUDA_VISIBLE_DEVICES=3 \
    ROCR_VISIBLE_DEVICES=1,2 "$METANEURON" run c.h5 --force --quiet --data table=table.csv \
    --ledger d --out d.h5
mv d l.d && rm -rf l && mv l.d l
ok 'which are passed' is OMP_NUM_THREADS=2 CUDA_VISIBLE_DEVICES=3 ROCR_VISIBLE_DEVICES=1,2 "PATH=$PATH"
sed 's/=.*//' given >names
sed -n '/^Its environment/,/^form:/s/^    \([A-Z_]*\)   *[^ ].*/\1/p' "$top_srcdir/src/function/FORMAT" |
    sort >documented
ok 'that list is the documented one' diff documented names
ok 'under mpirun' run 0 mpi 2 run c.h5 --quiet --data table=table.csv --ledger lm --out r.h5
mv lm l.d && rm -rf l && mv l.d l
ok 'it is the same' is OMP_NUM_THREADS=1 "PATH=$PATH"

# --- what the site passes; Hydra hands all on by itself
hand_on=
[ "$MPI_FLAVOUR" != openmpi ] || hand_on='-x LD_LIBRARY_PATH'
ok 'variables are passed by name' run 0 sees --pass-env LD_LIBRARY_PATH,EMPTY --pass-env=NOT_THERE \
    --pass-env EMPTY,PATH
ok 'and no others' is OMP_NUM_THREADS=1 "PATH=$PATH" LD_LIBRARY_PATH=/opt/none EMPTY=
ok 'launch hands the names on' run 0 loaded env -u PMIX_RANK \
    -u SLURM_PROCID "$METANEURON" launch c.h5 --quiet --data table=table.csv \
    --ledger ll --out r.h5 --force --pass-env LD_LIBRARY_PATH -- $mpirun -n 2 $hand_on
mv ll l.d && rm -rf l && mv l.d l
ok 'to the programs' is OMP_NUM_THREADS=1 "PATH=$PATH" LD_LIBRARY_PATH=/opt/none
if need_sandbox 'in the sandbox'; then
    ok 'in the sandbox' run 0 sees $sandbox --pass-env LD_LIBRARY_PATH
    ok 'it is the same' is OMP_NUM_THREADS=1 "PATH=$PATH" LD_LIBRARY_PATH=/opt/none
fi
ok 'a rank without PATH' run 0 env -u PATH "$METANEURON" run c.h5 --force --quiet \
    --data table=table.csv --ledger lp --out r.h5
mv lp l.d && rm -rf l && mv l.d l
ok 'has programs with one' is OMP_NUM_THREADS=1 PATH=/usr/local/bin:/usr/bin:/bin
for name in LC_ALL HOME TMPDIR PWD METANEURON_ROUND METANEURON_FUNCTIONS; do
    ok "$name is not to be passed" run 2 sees --pass-env "$name"
    ok 'which is said' says err "$name is set for each program"
done
for name in '' 1A A=B 'A,,B' 'A B' "Ä"; do
    ok "no name: '$name'" run 2 sees --pass-env="$name"
    ok 'which is said' says err "is no variable's name"
done
ok 'nor does launch take one' run 2 mn launch c.h5 --data table=table.csv --pass-env HOME -- "$MPIRUN"
ok 'too many names' run 2 sees --pass-env "$(seq -f V%g -s , 65)"

# --- a locale with a decimal comma
cat >comma.src <<'END'
comment_char %
escape_char /
LC_NUMERIC
decimal_point ","
thousands_sep "."
grouping 3;3
END LC_NUMERIC
END
printf '#!/bin/sh\n%s\n' \
    "awk -F, 'NR > 1 { x += \$1; y += \$2 } END { print NR - 1, x, y }' \"\$2\" >\"\$4\"" >programs/sums.sh
contract sums.sh 3
half() {
    printf '0.5\n' | LOCPATH=$T LC_ALL=comma_XX awk '{ print $1 + 1 }'
}
localedef -c -i comma.src "$T/comma_XX" >/dev/null 2>&1
if [ "$(half)" != 1 ]; then
    skip 'sums under a decimal comma' 'no awk here obeys a locale that localedef makes (mawk, locales)'
else
    for more in '' '--pass-env LOCPATH,LC_NUMERIC,LANG'; do
        rm -rf lc
        ok "sums under a decimal comma $more" run 0 env LOCPATH="$T" LC_ALL=comma_XX \
            LC_NUMERIC=comma_XX LANG=comma_XX "$METANEURON" run c.h5 --force --quiet \
            --data table=table.csv --ledger lc --out r.h5 $more
        mn result export r.h5 --csv >out 2>err
        ok 'are right' says out sum,0,,7 sum,1,,9.75
    done
fi
ok 'all is cleared away' rmdir tmp

done_testing
