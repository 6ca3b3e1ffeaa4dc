#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The course of jobs/README.md: every command, those under mpirun among them, prints what
# it says.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

mkdir bin course course/jobs && ln -s "$METANEURON" bin/metaneuron
cp -R "$jobs_dir"/. course/jobs && chmod -R u+w course
ln -s "$(cd "$top_srcdir" && pwd)/src" course/src
mpirun_of_documents
need_petsc 'an uncertain medium' >/dev/null || { WITHOUT_PETSC=yes && export WITHOUT_PETSC; }
unset MAKEFLAGS MFLAGS MAKELEVEL
PATH=$T/bin:$(dirname "$py"):$PATH
export PATH
timeout 1500 "$py" "$scripts/course.py" "$jobs_dir/README.md" "$T/course/jobs"
