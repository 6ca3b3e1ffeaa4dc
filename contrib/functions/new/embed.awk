# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the files named on the command line as a C array of their lines, each file
# after its name.
BEGIN {
    print "/* Made by contrib/functions/new/embed.awk. */"
    print "#include \"cli/skeleton.h\"\n"
    print "const struct skeleton_line skeleton_lines[] = {"
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    name = FILENAME
    sub(/.*\//, "", name)
    printf "    {\"%s\", \"%s\"},\n", name, $0
}
END { print "    {0, 0}};" }
