#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by ok
# The page of centres: its examples run as they stand, each at the centre that it names, and it has
# every key, rule and verb.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

page=$top_srcdir/man/metaneuron-site.7
mkdir bin blocks home/alpha home/beta || exit 99
ln -s "$METANEURON" bin/metaneuron || exit 99
# What rsync calls in place of ssh: the other centre's home is on this machine.
cat >bin/there <<END
#!/bin/sh
cd "$T/home/\${1%.example}" && shift && exec sh -c "\$*"
END
chmod +x bin/there
PATH=$T/bin:$PATH
RSYNC_RSH=$T/bin/there
export PATH RSYNC_RSH
unset METANEURON_SITE_DIR
rows() { cp "$jobs_dir/breast-cancer/hospital-$2.csv" "$T/home/$1/nuclei.csv"; }
rows alpha 1
rows beta 2
ln -s "$jobs_dir" home/alpha/jobs
ln -s "$jobs_dir" home/beta/jobs

house=.local/share/metaneuron/site
# at SITE COMMAND…: as its operator.
at() {
    _site=$1
    shift
    (cd "$T/home/$_site" && HOME=$T/home/$_site && export HOME && timeout -k 10 300 "$@")
}
site() {
    _of=$1
    shift
    at "$_of" metaneuron site "$@"
}

# carry FROM TO: what a centre has published is in the other's copy.
carry() {
    [ ! -d "home/$1/exchange/$1" ] || [ ! -d "home/$2/exchange" ] ||
        cp -R "home/$1/exchange/$1" "home/$2/exchange/"
}
# What cron does at both, without a step.
tick() {
    carry alpha beta
    carry beta alpha
    site alpha sync && site beta sync
    carry alpha beta
    carry beta alpha
}
fingerprint() {
    site "$1" id | sed -n 's/^fingerprint *//p'
}

# --- the examples
awk -v to="$T/blocks" '
    /^\.EE/ { file = "" }
    file { gsub(/\\\(aq/, "\047"); gsub(/\\-/, "-"); gsub(/\\e/, "\\"); print >file }
    /^\.EX/ { file = sprintf("%s/%02d.sh", to, ++n) }
' "$page"

# A copy of beta that alpha has not seen goes on, too.
contradict() {
    cp -R "home/beta/$house" kept
    sed -i 's/days: 30/days: 31/' "home/beta/$house/policy.yaml"
    site beta policy accept
    carry beta alpha
    site alpha sync
    rm -rf "home/beta/$house" home/beta/.local/state
    mv kept "home/beta/$house"
    sed -i 's/days: 30/days: 32/' "home/beta/$house/policy.yaml"
    site beta policy accept
    carry beta alpha
    site alpha sync
}
suspended() {
    site alpha peer list >out 2>err && grep -q "^beta .*$1 " out
}

# Before the block is run; $key is the first run that alpha has published.
prepare() {
    case $1 in
    *'put back'*)
        cp -R "home/beta/$house" newest
        rm -r "home/beta/$house"
        at beta tar -C .local/share/metaneuron -xzf house.tar.gz
        cp home/beta/exchange/beta/log published
        ok 'an older house says nothing' run 3 site beta policy accept
        ok 'and says why' says err 'older copy'
        rm -rf home/beta/.local/state
        ok 'nor where nobody remembers but its peers' run 3 site beta policy accept
        ok 'which it names' says err 'alpha has cosigned'
        ok 'nor does it take back what was published' cmp published home/beta/exchange/beta/log
        rm -r "home/beta/$house" && mv newest "home/beta/$house"
        ;;
    *'a new key'*)
        site alpha key rotate >out 2>err
        tick >out 2>err
        ok 'after a rotation an audit finds as much' run 4 site beta audit "$key"
        ok 'and nothing wrong' says out ' 0 wrong'
        ;;
    *suspended*)
        contradict >out 2>err
        ok 'a peer that contradicts itself is suspended' suspended SUSPENDED
        site alpha peer restore beta >out 2>err
        site alpha sync >out 2>err
        ok 'restored, it is so again' suspended SUSPENDED
        ;;
    esac
}

# try BLOCK: it ends as it says.
try() {
    title=$(sed -n 1p "$1")
    with=$(expr "$title" : '.*, with \([a-z][a-z-]*\)$')
    ends=$(expr "$title" : '.*ends with \([0-9]*\)$')
    where=$(expr "$title" : '.*at \([a-z]*\)')
    name="$(basename "$1" .sh)$title: $(sed -n 2p "$1" | cut -c1-60)"
    case $title in
    '# crontab'* | '# scrontab'*)
        sed -i 's/^#.*//; s/^[-0-9*/]* \* \* \* \* //' "$1"
        ! grep -q '^rsync' "$1" || with=rsync
        ;;
    esac
    if [ -n "$with" ] && ! command -v "$with" >/dev/null 2>&1; then
        skip "$name" "there is no $with"
        return
    fi
    key=$(sed -n 's/.* open run=\([0-9a-f]*\) .*/\1/p' "home/alpha/$house/ledger/log" 2>/dev/null | head -n 1)
    [ ! -d "home/alpha/$house/peers/beta" ] || tick >out 2>err
    prepare "$title"
    carry alpha beta
    carry beta alpha
    other=beta
    [ "$where" != beta ] || other=alpha
    ! grep -q FINGERPRINT "$1" || sed -i "s/FINGERPRINT/$(fingerprint $other)/" "$1"
    sed -i "s/\\<RUN\\>/$key/" "$1"
    ok "$name" run "${ends:-0}" at "$where" sh -eu "$1"
}
count=0
for block in blocks/*.sh; do
    count=$((count + 1))
    try "$T/$block"
    case $title in
    *suspended*) ok 'a peer that is taken up again' suspended known ;;
    esac
done
ok 'there are examples' [ "$count" -ge 25 ]
ok 'both have the result' cmp home/alpha/survey-result.h5 home/beta/survey-result.h5
log=home/alpha/$house/ledger/log
ok 'one run was settled' [ "$(sed -n 's/.* settle run=\([0-9a-f]*\) .*/\1/p' "$log" | sort -u | wc -l)" -eq 1 ]
ok 'one was closed' [ "$(grep -c ' close run=' "$log")" -eq 1 ]

# --- what it names is there, and all is named
sed 's/\\-/-/g; s/\\fR//g; s/\\&//g' "$page" >text
tr -s ' ,;|' '\n\n\n\n' <text | sed 's/[.:]*$//' | sort -u >words
sed -n '/^    KEY |/,/^$/s/^    \([a-z][A-Za-z.-]*\) |.*/\1/p' "$top_srcdir/src/site/FORMAT" >keys
ok 'the format has keys' [ "$(wc -l <keys)" -ge 28 ]
while read -r name; do
    grep -qxF -- "$name" words || echo "$name"
done <keys >out
ok 'each key of a policy is in the page' silent out
sed -n '/^    RULE |/,/^$/s/^    \([a-z][a-z.*-]*\) |.*/\1/p' "$top_srcdir/src/site/FORMAT" |
    sed 's/functions\.\*/functions.N/; s/data\.\*/data.NAME/' >rules
ok 'the format has rules' [ "$(wc -l <rules)" -ge 36 ]
while read -r name; do
    grep -qxF -- "$name" words || echo "$name"
done <rules >out
ok 'each rule is, too' silent out
mn site --help | sed -n 's/^  \([a-z][a-z-]*\).*/\1/p' | grep -v '^--' | sort -u >verbs
grep -o '\(metaneuron \|B "*\)site [a-z][a-z-]*' text | sed 's/.*site //' | sort -u >named
comm -13 verbs named >out
ok 'each verb of the page is one' silent out
ok 'of which there are some' [ "$(wc -l <named)" -ge 15 ]

for verb in '' $(cat verbs); do
    # shellcheck disable=SC2086 # none, or one word
    mn site $verb --help
done >helps 2>&1
printf '%s\n' --append --delay-updates --delete --exclude --inplace --no-links --cpus-per-task --mem \
    --partition --time --key --ledger --slaves >others
grep -o -- '--[a-z][a-z-]*' text | sort -u | grep -vxF -f others >options
while read -r name; do
    grep -qF -- " $name" helps || echo "$name"
done <options >out
ok 'each option of the page is one' silent out
ok 'of which there are some, too' [ "$(wc -l <options)" -ge 15 ]

# --- a policy with every key
all=$jobs_dir/federation/policy-all.yaml
ok 'the policy with comments is one' run 0 mn site policy check "$all"
while read -r name; do
    last=${name##*.}
    grep -q "\\<$last:" "$all" || echo "$name"
done <keys >out
ok 'with every key' silent out
for key in rows-min sites-min disclose; do
    grep -v "^    $key:" "$all" >fewer.yaml
    ok "without $key it is one, too" run 0 mn site policy check fewer.yaml
done
sed 's/^    rows-min:/    rows-least:/' "$all" >other.yaml
ok 'with another key it is none' run 65 mn site policy check other.yaml
ok 'which is named' says err rows-least

if command -v groff >/dev/null 2>&1 && groff -t -man -Tascii /dev/null >/dev/null 2>&1; then
    groff -t -ww -man -Tascii "$page" >/dev/null 2>out
    ok 'it is formatted without a warning' silent out
else
    skip 'it is formatted without a warning' 'there is no groff'
fi
done_testing
