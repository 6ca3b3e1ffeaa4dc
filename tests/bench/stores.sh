#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints how to compile with, or link, those databases that pkg-config finds.
#
#   stores.sh cflags | libs
for store in sqlite3:SQLITE lmdb:LMDB; do
    name=${store%:*}
    pkg-config --exists "$name" 2>/dev/null || continue
    [ "$1" = libs ] || printf '%s ' "-DBENCH_${store#*:}"
    pkg-config --"$1" "$name"
done
