#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The ready contracts of functions over data: against numpy, on the hospitals' data.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

compare() {
    timeout 120 "$py" "$scripts/functions.py" "$@"
}
# go CONTRACT.yaml DATA RESULT.h5
go() {
    rm -rf l
    mn contract build "$1" -o c.h5 >/dev/null && mn run c.h5 --quiet --data "$2" --ledger l --out "$3"
}
# Hospital 5 has its lengths in the wrong unit.
honest=$(for k in 1 2 3 4 6 7 8; do echo "$jobs_dir/breast-cancer/hospital-$k.csv"; done)
fifth_is_rejected() {
    timeout 120 "$py" "$scripts/compare.py" rejected "$1" 5
}

# --- histogram
ok 'histogram' run 0 go "$jobs_dir/histogram/contract.yaml" "$hospitals" h.h5
ok 'rejects hospital 5' run 0 fifth_is_rejected h.h5
ok 'agrees with numpy' run 0 compare histogram h.h5 $honest
ok 'verifies' run 0 mn verify h.h5 --ledger l
sed "s/edges:.*/edges: '10:20:10; 10,15.5,30', x: mean_radius, y: mean_texture}/; s/params:/params: {/" \
    "$jobs_dir/histogram/contract.yaml" | grep -v '# lower' >two.yaml
ok 'of two columns' run 0 go two.yaml "$hospitals" h.h5
ok 'rejects hospital 5' run 0 fifth_is_rejected h.h5
ok 'agrees with numpy' run 0 compare histogram2d h.h5 $honest

# --- linreg
ok 'linreg' run 0 go "$jobs_dir/linreg/contract.yaml" "$hospitals" f.h5
ok 'rejects hospital 5' run 0 fifth_is_rejected f.h5
ok 'agrees with numpy' run 0 compare linreg f.h5 $honest
ok 'verifies' run 0 mn verify f.h5 --ledger l

# --- ttest, anova, chisq: groups that are derived
for name in ttest anova chisq; do
    ok "$name" run 0 go "$jobs_dir/$name/contract.yaml" "$hospitals" g.h5
    ok 'rejects hospital 5' run 0 fifth_is_rejected g.h5
    ok 'agrees with numpy' run 0 compare $name g.h5 $honest
    ok 'verifies' run 0 mn verify g.h5 --ledger l
done

# --- regression: a table as people have it
awk -f "$jobs_dir/regression/patients.awk" >patients.csv
ok 'regression' run 0 go "$jobs_dir/regression/contract.yaml" patients=patients.csv s.h5
ok 'rejects nobody' run 0 timeout 120 "$py" "$scripts/compare.py" rejected s.h5
ok 'agrees with numpy' run 0 compare regression s.h5 patients.csv
ok 'verifies' run 0 mn verify s.h5 --ledger l

# --- quantile
ok 'quantile' run 0 go "$jobs_dir/quantile/contract.yaml" "$hospitals" q.h5
ok 'rejects hospital 5' run 0 fifth_is_rejected q.h5
ok 'agrees with numpy to the bound that it states' run 0 compare quantile q.h5 $honest
ok 'verifies' run 0 mn verify q.h5 --ledger l

# --- covariance
ok 'covariance' run 0 go "$jobs_dir/covariance/contract.yaml" "$hospitals" v.h5
ok 'rejects hospital 5' run 0 fifth_is_rejected v.h5
ok 'agrees with numpy' run 0 compare covariance v.h5 $honest
ok 'verifies' run 0 mn verify v.h5 --ledger l

# A column out of step with the others: nothing that is asked of one column shows it.
mkdir apart && for k in 1 2 3 4 5 6 7 8; do
    awk -F, -v OFS=, -v hospital=$k 'hospital == 3 && NR > 1 { x = $1; $1 = held ? held : x; held = x }
        { print }' "$jobs_dir/breast-cancer/hospital-$k.csv" >apart/$k.csv
done
cat >three.yaml <<'END'
title: Three columns
function: {name: covariance}
data: {name: nuclei, split: files, slaves: 8, columns: [mean_radius, mean_perimeter, mean_texture]}
END
sed 's/covariance/moments/' three.yaml >means.yaml
ok 'a column that is out of step' run 0 go means.yaml 'nuclei=apart/{slave}.csv' v.h5
ok 'is not seen in moments' run 0 fifth_is_rejected v.h5
ok 'but' run 0 go three.yaml 'nuclei=apart/{slave}.csv' v.h5
ok 'in correlations' run 0 timeout 120 "$py" "$scripts/compare.py" rejected v.h5 3 5

# --- pca
ok 'pca' run 0 go "$jobs_dir/pca/contract.yaml" "digits=$jobs_dir/pca/digits.csv" p.h5
ok 'rejects nobody' run 0 timeout 120 "$py" "$scripts/compare.py" rejected p.h5
ok 'agrees with numpy and with what is published' run 0 compare pca p.h5 "$jobs_dir/pca/digits.csv"
ok 'verifies' run 0 mn verify p.h5 --ledger l
done_testing
