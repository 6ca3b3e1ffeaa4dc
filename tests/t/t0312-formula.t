#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A formula in a spec: it is the columns that it stands for, and what is fitted is what R 4.2 fits by
# the same formula.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

awk 'BEGIN {
    print "age,sex,site,bmi,crp,ill,visits"; s = 12345
    for (i = 1; i <= 800; i++) {
        for (k = 0; k < 6; k++) {
            s = (s * 1103515245 + 12345) % 2147483648
            u[k] = int(s / 65536) % 1000
        }
        age = 20 + u[0] % 60; sex = u[1] % 2 ? "M" : "F"; site = substr("abc", 1 + u[2] % 3, 1)
        bmi = 18 + u[3] / 50; e = (u[4] + u[5]) / 500 - 1
        crp = 2 + bmi / 10 + (sex == "M") * age / 50 + age * age / 4000 + (site == "b") / 2 + e
        ill = age / 40 + (sex == "M") / 2 + 2 * e > 1.4
        printf "%d,%s,%s,%s,%.3f,%d,%d\n", age, u[5] % 29 ? sex : "", site, u[4] % 11 ? bmi : "",
            crp, ill, (u[4] % 7) * (1 + age / 40 + (site == "c")) / 3
    } }' >people.csv

# spec FUNCTION FORMULA [MORE]: FUNCTION may have parameters behind it
spec() {
    cat <<END
title: People
rounds: ${rounds:-30}
function: {name: $1}
data:
  name: people
  slaves: 8
  missing: skip
  factors: {sex: [F, M], site: [a, b, c]}
  formula: "$2"
${3:-}
END
}
build() {
    spec "$2" "$3" >"$1.yaml"
    run 0 mn contract build "$1.yaml" -o "$1.h5"
}
go() { run 0 mn run "$1.h5" --quiet --data people=people.csv --ledger "$1-l" --out "$1-r.h5"; }
# as_r NAME: the result has the numbers of a table of R's, which is the input: a row, its coefficient,
# standard error and p-value; or "is NAME VALUE"
as_r() {
    mn result export "$1-r.h5" --csv | grep -v '^#' >found.csv
    awk -v FS=, 'NR == FNR { found[$1 "," $2] = $4; next }
        function near(key, wanted, most) {
            n++
            if (!(key in found) || (d = found[key] / wanted - 1) > most || d < -most) {
                print "# " key ": " found[key] " is not " wanted; bad = 1
            }
        }
        { split($0, w, " ") }
        w[1] == "is" { near(w[2] ",0", w[3], 1e-8); next }
        { near("coefficients," w[1], w[2], 1e-8); near("standard_error," w[1], w[3], 1e-8)
          near("p_value," w[1], w[4], 1e-6) }
        END { exit bad || n < 20 }' found.csv -
}

# In R: d <- read.csv("people.csv", na.strings = ""), sex and site factors with the levels above;
# summary(m)$coefficients, deviance(m), AIC(m), nobs(m).

# --- lm(crp ~ log(bmi) + age * sex + I(age^2) + site, d)
rounds=1
ok 'a contract by a formula' build lm linreg 'crp ~ log(bmi) + age * sex + I(age^2) + site'
ok 'is fitted' go lm
rounds=30
ok 'as by lm' as_r lm <<'END'
intercept -3.23699256699463e+00 5.30187439801400e-01 1.69344198787450e-09
log(bmi) 2.67429149211515e+00 1.42701044147509e-01 6.77148950834872e-64
age 1.42853765259189e-02 1.12018863473023e-02 2.02635442539809e-01
sex.M 1.21180217043226e-01 1.84826314329596e-01 5.12267265767806e-01
I(age^2) 9.28719359923483e-05 1.12479699393524e-04 4.09266476769976e-01
site.b 4.00763223156627e-01 7.53814324805510e-02 1.42147660878448e-07
site.c -1.09731556004525e-01 7.44185850806866e-02 1.40788527493412e-01
age:sex.M 1.63445268127569e-02 3.56011716157322e-03 5.22295976503731e-06
is rows 713
is aic 1725.11778564577
is r_squared 0.598798128003452
END
ok 'it verifies' run 0 mn verify lm-r.h5 --ledger lm-l
ok 'on five ranks' run 0 mpi 5 run lm.h5 --quiet --data people=people.csv --ledger mpi-l \
    --out mpi-r.h5
ok 'it has the same bits' same "$(field aggregate state lm-l)" "$(field aggregate state mpi-l)"

# --- glm(ill ~ log(bmi) + sex + age:sex + C(site), binomial, d, control = list(epsilon = 1e-14))
ok 'a factor with all levels in an interaction' build bin \
    'glm, params: {family: binomial, tolerance: 1e-12}' 'ill ~ log(bmi) + sex + age:sex + C(site)'
ok 'is fitted, too' go bin
ok 'as by glm' as_r bin <<'END'
intercept 1.62374469136178345 1.89825976240454142 0.39233753048224229
log(bmi) -0.23379765266547456 0.56893466652210067 0.68111699393420955
sex.M 0.45354128697122792 0.71102243133999554 0.52355701807407673
site.b -0.03486035359096324 0.30300097069228693 0.90840525042552600
site.c -0.20189656158286462 0.29328408075359619 0.49120135231202627
sex.F:age 0.02034459656868751 0.00892064114432486 0.02257091646719793
sex.M:age 0.02698286807371046 0.01234414958918634 0.02882415836159129
is rows 713
is deviance 487.80378349908
is aic 501.80378349908
END
ok 'logreg is given it' build logreg 'logreg, params: {tolerance: 1e-12}' \
    'ill ~ log(bmi) + sex + age:sex + C(site)'
ok 'and runs' go logreg
ok 'to the same' as_r logreg <<'END'
intercept 1.62374469136178345 1.89825976240454142 0.39233753048224229
log(bmi) -0.23379765266547456 0.56893466652210067 0.68111699393420955
sex.M 0.45354128697122792 0.71102243133999554 0.52355701807407673
site.b -0.03486035359096324 0.30300097069228693 0.90840525042552600
site.c -0.20189656158286462 0.29328408075359619 0.49120135231202627
sex.F:age 0.02034459656868751 0.00892064114432486 0.02257091646719793
sex.M:age 0.02698286807371046 0.01234414958918634 0.02882415836159129
END

# --- glm(visits ~ age + I(age^2) + sex:site - 1, poisson, d, control = list(epsilon = 1e-14))
ok 'factors by factors, without a constant' build poi \
    'glm, params: {family: poisson, tolerance: 1e-12}' 'visits ~ age + I(age^2) + sex:site - 1'
ok 'are fitted' go poi
ok 'as by glm of counts' as_r poi <<'END'
age 1.99767015395032e-02 9.44549020406919e-03 3.44345516634543e-02
I(age^2) -9.64673289374077e-05 9.24606904529703e-05 2.96793895158788e-01
sex.F:site.a -5.34883265886783e-02 2.30327950366814e-01 8.16361850715333e-01
sex.M:site.a -2.39377647745089e-01 2.37846649929129e-01 3.14205445329758e-01
sex.F:site.b -1.23910192581172e-01 2.29849710569480e-01 5.89823218048235e-01
sex.M:site.b -3.12275960190147e-01 2.31370541447641e-01 1.77118972420416e-01
sex.F:site.c 4.05436877352564e-01 2.29557040851206e-01 7.73672458915289e-02
sex.M:site.c 2.64398625369991e-01 2.28119343955416e-01 2.46441344269720e-01
is rows 782
is deviance 1331.97384400247
is aic 2980.49589273905
END
ok 'on five ranks, too' run 0 mpi 5 run poi.h5 --quiet --data people=people.csv \
    --ledger mpoi-l --out mpoi-r.h5
mn result export mpoi-r.h5 --csv | grep -v '^#' >five.csv
mn result export poi-r.h5 --csv | grep -v '^#' >one.csv
ok 'all is the same' cmp five.csv one.csv

# --- it is what it stands for, and nothing else
sed '/formula/d; s/linreg}/linreg, params: {target: crp}}/' lm.yaml >hand.yaml
cat >>hand.yaml <<'END'
  derive: {log(bmi): "log(bmi)", I(age^2): "age^2", "age:sex.M": "age * (sex == 'M')"}
  columns: [crp, log(bmi), age, sex, I(age^2), site, "age:sex.M"]
END
ok 'the same by hand' run 0 mn contract build hand.yaml -o hand.h5
ok 'is the same contract' cmp hand.h5 lm.h5
ok 'which is shown' run 0 mn contract show lm.h5
ok 'with what the formula stands for' says out '"age:sex.M": "age * (sex == \"M\")"' '"target": "crp"'
ok 'and without it' not grep -q formula out
ok 'for a network' build train 'train, params: {loss: squared}' 'crp ~ bmi + sex + site'
ok 'there is one as well' run 0 mn run train.h5 --dry-run --data people=people.csv --ledger l
ok 'over these columns' says out 'computes over crp, bmi, sex.M, site.b, site.c'

# --- what is no formula
wrong() {
    spec "${3:-linreg}" "$1" "${4:-}" >x.yaml
    run 65 mn contract build x.yaml -o x.h5 && says err 'x.yaml:9: data.formula' "$2"
}
ok 'a text that is no factor' wrong 'crp ~ sex + site + C(place)' \
    'byte 22: place is no factor: declare its levels under data.factors (metaneuron data levels'
ok 'what depends on others' wrong 'crp ~ sex:site' 'byte 11: an interaction of factors without'
ok 'another function' wrong 'crp ~ sex' 'is for linreg, logreg, glm and train' kmeans
ok 'columns besides' wrong 'crp ~ sex' 'says what data.columns says' linreg '  columns: [crp]'
ok 'a target besides' wrong 'crp ~ sex' 'says what function.params.target says' \
    'linreg, params: {target: crp}'
done_testing
