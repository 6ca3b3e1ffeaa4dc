#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The ready contracts of iterative functions: against numpy on the pooled rows, and R.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

look() {
    timeout 300 "$py" "$scripts/iterative.py" "$@"
}
# go CONTRACT.yaml DATA RESULT.h5
go() {
    rm -rf l
    mn contract build "$1" -o c.h5 >/dev/null && mn run c.h5 --quiet --data "$2" --ledger l --out "$3"
}
# among RESULT.h5 DATA: the same contract under mpirun, to m.h5.
among() {
    rm -rf m
    mpi 4 run c.h5 --quiet --data "$1" --ledger m --out m.h5
}
# with_r RESULT.h5 r-glm|r-lloyd ARGUMENT…: what R says of it.
with_r() {
    _result=$1 _look=$2
    shift 2
    timeout 300 Rscript --vanilla "$scripts/iterative.R" "$@" >numbers && look "$_look" "$_result" numbers
}
honest=$(for k in 1 2 3 4 6 7 8; do echo "$jobs_dir/breast-cancer/hospital-$k.csv"; done)
digits=$jobs_dir/pca/digits.csv
r_is_here() {
    command -v Rscript >/dev/null 2>&1
}

# --- logreg: hospital 5 has its lengths in the wrong unit
ok 'logreg' run 0 go "$jobs_dir/logreg/contract.yaml" "$hospitals" g.h5
ok 'has converged' says out 'converged'
ok 'rejects hospital 5 in each round' run 0 look rejected g.h5 1 5
ok 'is the pooled fit to 1e-8' run 0 look logreg g.h5 0 $honest
ok 'verifies' run 0 mn verify g.h5 --ledger l
ok 'under mpirun' run 0 among "$hospitals"
ok 'the same bits in all rounds' run 0 look equal g.h5 m.h5
if r_is_here; then
    run 0 look table g.h5 rows.csv $honest
    ok 'agrees with R' run 0 with_r g.h5 r-glm logreg rows.csv
else
    skip 'agrees with R' 'Rscript is not installed'
fi

# In units of few rows, that the ranks of a slave share: other bits, and always the same.
sed 's/slaves: 8/&\n  unit_rows: 16/; s/^rounds:/resources: {ranks_per_slave: 2}\n&/' \
    "$jobs_dir/logreg/contract.yaml" >units.yaml
ok 'in units of 16 rows' run 0 go units.yaml "$hospitals" u.h5
ok 'is the pooled fit to 1e-8' run 0 look logreg u.h5 0 $honest
ok 'under mpirun, two ranks a slave' run 0 among "$hospitals"
ok 'the same bits in all rounds' run 0 look equal u.h5 m.h5

# A hospital that has taken 0 for malignant: as many, but its scores are not like the others'.
mkdir flip && for k in 1 2 3 4 5 6 7 8; do
    awk -F, -v OFS=, -v k=$k 'k == 3 && NR > 1 { $NF = 1 - $NF } { print }' \
        "$jobs_dir/breast-cancer/hospital-$k.csv" >flip/$k.csv
done
ok 'flipped labels' run 0 go "$jobs_dir/logreg/contract.yaml" 'nuclei=flip/{slave}.csv' f.h5
ok 'are rejected beside a wrong unit' run 0 timeout 120 "$py" "$scripts/compare.py" rejected f.h5 3 5
ok 'and the fit is that of the others' run 0 look logreg f.h5 0 \
    $(for k in 1 2 4 6 7 8; do echo "flip/$k.csv"; done)

# All columns separate the labels: no fit without a ridge.
sed '/columns:/d' "$jobs_dir/logreg/contract.yaml" >all.yaml
ok 'separated labels' run 76 go all.yaml "$hospitals" s.h5
ok 'are said to be' says err 'grows without limit' 'set a ridge above 0'
sed 's/target: malignant/&, ridge: 1}/; s/params:/params: {/' all.yaml >ridge.yaml
ok 'with a ridge' run 0 go ridge.yaml "$hospitals" r.h5
ok 'rejects hospital 5 in each round' run 0 look rejected r.h5 1 5
ok 'it is the pooled fit of thirty columns to 1e-8' run 0 look logreg r.h5 1 $honest
ok 'and verifies' run 0 mn verify r.h5 --ledger l

# --- glm
ok 'poisson' run 0 go "$jobs_dir/poisson-regression/contract.yaml" "digits=$digits" p.h5
ok 'rejects nobody' run 0 look rejected p.h5 1
ok 'is the pooled fit to 1e-8' run 0 look poisson p.h5 0 "$digits"
ok 'verifies' run 0 mn verify p.h5 --ledger l
ok 'under mpirun' run 0 among "digits=$digits"
ok 'the same bits in all rounds' run 0 look equal p.h5 m.h5
if r_is_here; then
    run 0 look table p.h5 rows.csv "$digits"
    ok 'agrees with R' run 0 with_r p.h5 r-glm poisson rows.csv
else
    skip 'agrees with R' 'Rscript is not installed'
fi

# --- kmeans
ok 'kmeans' run 0 go "$jobs_dir/kmeans/contract.yaml" "digits=$digits" k.h5
ok 'rejects nobody' run 0 look rejected k.h5 1
ok 'is Lloyd from the same seeds' run 0 look kmeans k.h5 "$digits"
ok 'that are no rows and lead within 3 % of the best' run 0 look seeds k.h5 0.03 "$digits"
ok 'verifies' run 0 mn verify k.h5 --ledger l
ok 'under mpirun' run 0 among "digits=$digits"
ok 'the same bits in all rounds' run 0 look equal k.h5 m.h5
if r_is_here; then
    run 0 look table k.h5 rows.csv "$digits" && run 0 look start k.h5 start.csv
    ok 'agrees with R' run 0 with_r k.h5 r-lloyd lloyd rows.csv start.csv
else
    skip 'agrees with R' 'Rscript is not installed'
fi
cat >two.yaml <<'END'
title: Two clusters
rounds: 100
function: {name: kmeans, params: {k: 2, least: 5}}
data: {name: nuclei, split: files, slaves: 8, columns: [mean_radius, mean_texture, mean_smoothness, mean_concave_points, mean_symmetry]}
END
ok 'hospitals' run 0 go two.yaml "$hospitals" k.h5
ok 'without the fifth in each round' run 0 look rejected k.h5 1 5
ok 'are in clusters of the others' run 0 look kmeans k.h5 $honest
done_testing
