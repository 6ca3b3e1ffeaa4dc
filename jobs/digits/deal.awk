# SPDX-License-Identifier: GPL-3.0-or-later
# Deals the rows of a table to eight parts, part-1.csv … part-8.csv, one after the other.
#
#   awk -v liars='2 5 7' -f deal.awk digits.csv
#
# Those that are named as liars get wrong labels: the last column d becomes 9 - d.
BEGIN {
    FS = OFS = ","
    n = split(liars, names, " ")
    for (i = 1; i <= n; i++)
        lies["part-" names[i] ".csv"] = 1
}
NR == 1 {
    for (k = 1; k <= 8; k++)
        print >("part-" k ".csv")
    next
}
{
    part = "part-" (NR - 2) % 8 + 1 ".csv"
    if (part in lies)
        $NF = 9 - $NF
    print >part
}
