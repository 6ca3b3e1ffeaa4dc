#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# carry.sh [OPTION…] SITE FROM TO: brings the subtree of a centre from one copy of the
# exchange directory to another, by the rsync that operators are told; or as badly as
# networks and people do.
#
#   --late GLOB      what matches (a path such as SITE/files/*) is left behind
#   --half GLOB      what matches arrives, but half of it, under its name: as by a copy
#                    tool that writes in place and is killed
#   --reorder SEED   file by file, in an order that SEED decides
#   --cut N          file by file, and after N of them no more
#   --keep STATE     carries nothing: keeps SITE as it is now in the directory STATE
#   --double STATE   carries what was kept there, once more, over what is newer
#   --kill SEED      rsync is killed at the other end, at a byte that SEED decides
#
# Exit code 0 also where something was to go wrong, and did.
set -u -o pipefail
export LC_ALL=C

options=(-rt -c --no-links '--exclude=.*')
late=()
half=
seed=
cut=
kill_seed=

# What `rsync -e` calls in place of ssh: N bytes come through to the other end, which
# then dies, it and its children, as it stands.
through() {
    local pipe server feeder

    pipe=$(mktemp -u) && mkfifo "$pipe" || exit
    exec 3<&0
    setsid "${@:3}" <"$pipe" 3<&- &
    server=$!
    # shellcheck disable=SC2016 # expanded by that shell
    setsid sh -c 'stdbuf -o0 head -c "$1" <&3 >"$2"; kill -KILL -- "-$3"' \
        sh "$1" "$pipe" "$server" >&- 2>&- &
    feeder=$!
    exec 0<&- 1>&- 3<&-
    wait "$server" 2>/dev/null
    kill -KILL -- "-$feeder" 2>/dev/null
    rm -f "$pipe"
}

# random SEED N: a whole number from 0 to N.
random() {
    awk -v seed="$1" -v n="$2" 'BEGIN { srand(seed); rand(); print int(rand() * (n + 1)) }'
}

files() {
    find "$site" -type f ! -name '.*' | sort
}

# One at a time, as they are named.
one_by_one() {
    local file

    while IFS= read -r file; do
        rsync "${options[@]}" "${late[@]}" -R "$file" "$to/" || return
    done < <(files | if [ -n "$seed" ]; then
        sort -R --random-source=<(yes "$seed")
    else
        cat
    fi | if [ -n "$cut" ]; then head -n "$cut"; else cat; fi)
}

killed() {
    local size

    size=$(files | tr '\n' '\0' | xargs -0 -r stat -c '%s' | awk '{ n += $1 + 300 } END { print n + 0 }')
    rsync "${options[@]}" "${late[@]}" -e "bash $self --through $(random "$kill_seed" "$size")" \
        "$site" "there:$to/" 2>/dev/null
    true
}

halve() {
    local file

    files | while IFS= read -r file; do
        # shellcheck disable=SC2053 # it is a pattern
        if [[ $file != $half ]] || [ ! -e "$to/$file" ]; then
            continue
        fi
        head -c $(($(stat -c '%s' "$file") / 2)) "$file" >"$to/$file" || return
    done
}

self=$(readlink -f "$0")
from=
while [ $# -gt 0 ]; do
    case $1 in
    --through) shift && through "$@"; exit ;;
    --late) late+=("--exclude=/$2") ;;
    --half) half=$2 ;;
    --reorder) seed=$2 ;;
    --cut) cut=$2 ;;
    --keep) keep=$2 ;;
    --double) from=$(readlink -f "$2") || exit ;;
    --kill) kill_seed=$2 ;;
    *) break ;;
    esac
    shift 2
done
[ $# -eq 3 ] || { sed -n '3,/^#$/s/^# //p' "$0" >&2; exit 2; }
site=$1
to=$(readlink -f "$3") || exit
cd "${from:-$2}" || exit
if [ -n "${keep:-}" ]; then
    mkdir -p "$keep" && rsync "${options[@]}" "$site" "$keep/"
    exit
fi
if [ -n "$kill_seed" ]; then
    killed
elif [ -n "$seed$cut" ]; then
    one_by_one
else
    rsync "${options[@]}" "${late[@]}" "$site" "$to/"
fi && { [ -z "$half" ] || halve; }
