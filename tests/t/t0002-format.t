#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The code is formatted as .clang-format says.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

for tool in clang-format-14 clang-format; do
    command -v $tool >/dev/null 2>&1 && break
    tool=
done
[ -n "$tool" ] && $tool --version | grep -q 'version 14\.' ||
    skip_all 'clang-format 14, whose taste .clang-format fixes, is not here'

cd "${top_srcdir:-$(dirname "$0")/../..}" || exit 1
files=$(find src tests contrib -name '*.[ch]' ! -name skeleton_text.c | sort)
ok 'there is code to look at' test "$(echo "$files" | wc -l)" -gt 50
# shellcheck disable=SC2086 # one word per file
ok 'it is formatted' $tool --dry-run --Werror $files
done_testing
