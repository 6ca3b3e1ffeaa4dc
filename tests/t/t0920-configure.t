#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What configure says of libraries that do not fit together, where Debian's Open MPI and MPICH
# stand side by side.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

configure=$(cd "$top_srcdir" && pwd)/configure
[ -x "$configure" ] || skip_all 'there is no configure'
for command in mpicc.openmpi mpicc.mpich pkg-config; do
    command -v $command >/dev/null 2>&1 || skip_all "there is no $command"
done
pkg-config --exists hdf5-openmpi || skip_all 'there is no HDF5 of Open MPI (libhdf5-openmpi-dev)'
unset MPI_CFLAGS MPI_LIBS HDF5_CFLAGS HDF5_LIBS PETSC_CFLAGS PETSC_LIBS MPIRUN CPPFLAGS CFLAGS LDFLAGS

# configures CODE WORD…: in a directory of its own.
configures() {
    _code=$1
    shift
    rm -rf build && mkdir build
    (cd build && timeout 300 "$configure" -q "$@") >out 2>err
    same $? "$_code"
}
of_open_mpi="HDF5_CFLAGS=$(pkg-config --cflags hdf5-openmpi)"
lib_of_open_mpi="HDF5_LIBS=$(pkg-config --libs hdf5-openmpi)"

ok "MPICH with Open MPI's HDF5 and mpirun" configures 1 CC=mpicc.mpich --without-petsc \
    "$of_open_mpi" "$lib_of_open_mpi" MPIRUN=mpirun.openmpi
ok 'is refused' says err 'these do not fit together:'
ok 'by name' says err 'is built with another MPI than MPICH' libmpi.so libmpich.so
ok 'with the packages to install' says err libhdf5-mpich-dev libhdf5-dev
ok 'the mpirun, too' says err "MPIRUN=mpirun.openmpi is not there or another MPI's" mpirun.mpich
if pkg-config --exists PETSc; then
    ok "MPICH with Open MPI's PETSc" configures 1 CC=mpicc.mpich
    ok 'is refused by name' says err 'PETSc (' 'is built with another MPI than MPICH'
    ok 'and the way out is said' says err --without-petsc
else
    skip "Open MPI's PETSc" 'it is not there'
fi
if pkg-config --exists hdf5-mpich || pkg-config --exists hdf5-serial; then
    ok 'MPICH with an HDF5 that fits' configures 0 CC=mpicc.mpich --without-petsc
    ok 'finds both, and their mpirun' grep -q \
        'MPI  *MPICH.*HDF5  *hdf5-\(mpich\|serial\) .*PETSc  *none.*mpirun  *mpirun.mpich ' \
        "$(tr '\n' ' ' <out >line && echo line)"
else
    skip 'an HDF5 that fits' 'there is none of MPICH, nor a serial one'
fi
if pkg-config --exists PETSc && pkg-config --exists hdf5-serial; then
    ok 'a serial HDF5, where PETSc brings a parallel one' configures 1 CC=mpicc.openmpi \
        "HDF5_CFLAGS=$(pkg-config --cflags hdf5-serial)" "HDF5_LIBS=$(pkg-config --libs hdf5-serial)"
    ok 'is refused by name' says err 'is built with another HDF5' libhdf5_openmpi libhdf5_serial
else
    skip 'a serial HDF5 and PETSc' 'one of them is not there'
fi
ok 'a word that --with-petsc does not know' configures 1 --with-petsc=/opt/petsc
ok 'is refused with the variable to use' says err PETSC_DIR
done_testing
