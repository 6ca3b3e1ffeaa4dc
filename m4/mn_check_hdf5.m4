# SYNOPSIS
#
#   MN_CHECK_HDF5
#
# DESCRIPTION
#
#   HDF5, of a build with the MPI that MN_CHECK_MPI has found or a serial one: Debian's
#   build for that MPI, else a generic name, else a serial one, else what the wrappers
#   h5pcc or h5cc show, else -lhdf5 on the compiler's own path. A build with another MPI
#   is passed over; if that is all there is, or it was given, configure ends with it.
#   PETSc may bring an HDF5 of its own (MN_CHECK_PETSC). Sets and substitutes HDF5_CFLAGS,
#   HDF5_LIBS; run after MN_CHECK_MPI.
#
AC_DEFUN([MN_CHECK_HDF5], [
  AC_ARG_VAR([HDF5_CFLAGS], [compiler flags for HDF5])
  AC_ARG_VAR([HDF5_LIBS], [linker flags for HDF5])
  mn_hdf5_found=no; mn_hdf5_mixed=
  AS_IF([test -n "$HDF5_LIBS"], [MN_TRY_HDF5([$HDF5_LIBS])], [
    for mn_module in hdf5-$mn_mpi_debian hdf5-mpi hdf5 hdf5-serial; do
      AS_IF([test "$mn_hdf5_found" = no && $PKG_CONFIG --exists $mn_module 2>/dev/null], [
        HDF5_CFLAGS=`$PKG_CONFIG --cflags $mn_module`
        HDF5_LIBS=`$PKG_CONFIG --libs $mn_module`
        MN_TRY_HDF5([$mn_module `$PKG_CONFIG --modversion $mn_module`])])
    done
    for mn_wrapper in h5pcc h5cc; do
      AS_IF([test "$mn_hdf5_found" = no && command -v $mn_wrapper >/dev/null 2>&1],
            [MN_HDF5_BY_WRAPPER])
    done
    AS_IF([test "$mn_hdf5_found" = no],
          [HDF5_CFLAGS=; HDF5_LIBS=-lhdf5
           MN_TRY_HDF5([-lhdf5])])
  ])
  AS_IF([test "$mn_hdf5_found" = no && test -n "$mn_hdf5_mixed"],
    [MN_MIXED([HDF5 ($mn_hdf5_mixed) is built with another MPI than $mn_mpi_name
    ($mn_mpi_found): it would load $mn_hdf5_other beside
    $mn_mpi_file. Install a build for $mn_mpi_name or a serial one (Debian:
    libhdf5-$mn_mpi_debian-dev or libhdf5-dev) or point HDF5_CFLAGS and HDF5_LIBS to one; or
    give CC, or MPI_CFLAGS and MPI_LIBS, of the MPI that HDF5 has])],
    [test "$mn_hdf5_found" = no],
    [MN_MISSING([libhdf5-$mn_mpi_debian-dev], [HDF5 1.10 or later])])
])

# MN_TRY_HDF5(FOUND): sets mn_hdf5_found to FOUND when HDF5_CFLAGS and HDF5_LIBS
# do. H5public.h of a parallel build includes mpi.h.
AC_DEFUN([MN_TRY_HDF5], [
  HDF5_CFLAGS="$HDF5_CFLAGS $MPI_CFLAGS"
  HDF5_LIBS="$HDF5_LIBS $MPI_LIBS"
  MN_TRY_LINK([HDF5], [hdf5.h], [H5Pset_file_image H5PLset_loading_state],
              [mn_hdf5_found="$1"], [])
  AS_IF([test "$mn_hdf5_found" != no], [
    MN_LIBRARY_OF([mn_other], [MPI_Get_library_version], [H5open], [$HDF5_LIBS])
    MN_ARE_MIXED([$mn_mpi_file], [$mn_other], [
      AS_IF([test -z "$mn_hdf5_mixed"], [mn_hdf5_mixed=$mn_hdf5_found; mn_hdf5_other=$mn_other])
      mn_hdf5_found=no])])
])

# The shared library where the wrapper points, since PETSc brings that; only
# where there is none, all that the wrapper shows, which may be archives.
AC_DEFUN([MN_HDF5_BY_WRAPPER], [
  mn_cflags=; mn_where=; mn_libs=
  for mn_word in `$mn_wrapper -show`; do
    AS_CASE([$mn_word],
      [-I*|-D*], [mn_cflags="$mn_cflags $mn_word"],
      [-L*|-Wl,*], [mn_where="$mn_where $mn_word"; mn_libs="$mn_libs $mn_word"],
      [*/libhdf5.a|*/libhdf5.so], [
        mn_where="$mn_where -L`AS_DIRNAME([$mn_word])`"; mn_libs="$mn_libs $mn_word"],
      [-l*|*.a|*.so], [mn_libs="$mn_libs $mn_word"])
  done
  HDF5_CFLAGS=$mn_cflags; HDF5_LIBS="$mn_where -lhdf5"
  MN_TRY_HDF5([by the wrapper $mn_wrapper])
  AS_IF([test "$mn_hdf5_found" = no], [
    HDF5_CFLAGS=$mn_cflags; HDF5_LIBS=$mn_libs
    MN_TRY_HDF5([by the wrapper $mn_wrapper, archives])])
])
