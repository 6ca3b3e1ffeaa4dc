# SYNOPSIS
#
#   MN_CHECK_HDF5
#
# DESCRIPTION
#
#   HDF5 of the same build as PETSc's: the Open MPI build under Debian's name,
#   else a generic one, else what the wrappers h5pcc or h5cc show, else -lhdf5
#   on the compiler's own path. A serial build works too, as long as nothing
#   else in the process brings a parallel one. Sets and substitutes HDF5_CFLAGS,
#   HDF5_LIBS.
#
AC_DEFUN([MN_CHECK_HDF5], [
  AC_ARG_VAR([HDF5_CFLAGS], [compiler flags for HDF5])
  AC_ARG_VAR([HDF5_LIBS], [linker flags for HDF5])
  mn_hdf5_found=no
  AS_IF([test -n "$HDF5_LIBS"], [MN_TRY_HDF5([$HDF5_LIBS])], [
    for mn_module in hdf5-openmpi hdf5-mpi hdf5; do
      AS_IF([$PKG_CONFIG --exists $mn_module 2>/dev/null], [
        HDF5_CFLAGS=`$PKG_CONFIG --cflags $mn_module`
        HDF5_LIBS=`$PKG_CONFIG --libs $mn_module`
        MN_TRY_HDF5([$mn_module `$PKG_CONFIG --modversion $mn_module`])
        break])
    done
    for mn_wrapper in h5pcc h5cc; do
      AS_IF([test "$mn_hdf5_found" = no && command -v $mn_wrapper >/dev/null 2>&1],
            [MN_HDF5_BY_WRAPPER])
    done
    AS_IF([test "$mn_hdf5_found" = no],
          [HDF5_CFLAGS=; HDF5_LIBS=-lhdf5
           MN_TRY_HDF5([-lhdf5])])
  ])
  AS_IF([test "$mn_hdf5_found" = no],
        [MN_MISSING([libhdf5-openmpi-dev], [HDF5 1.10 or later])])
])

# MN_TRY_HDF5(FOUND): sets mn_hdf5_found to FOUND when HDF5_CFLAGS and HDF5_LIBS
# do. H5public.h of a parallel build includes mpi.h.
AC_DEFUN([MN_TRY_HDF5], [
  HDF5_CFLAGS="$HDF5_CFLAGS $MPI_CFLAGS"
  HDF5_LIBS="$HDF5_LIBS $MPI_LIBS"
  MN_TRY_LINK([HDF5], [hdf5.h], [H5Pset_file_image H5PLset_loading_state],
              [mn_hdf5_found="$1"], [])
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
