# SYNOPSIS
#
#   MN_CHECK_HDF5
#
# DESCRIPTION
#
#   HDF5 of the same build as PETSc's: the Open MPI build under Debian's name,
#   else a generic one, else what the wrappers h5pcc or h5cc show. A serial
#   build works too, as long as nothing else in the process brings a parallel
#   one. Sets and substitutes HDF5_CFLAGS, HDF5_LIBS.
#
AC_DEFUN([MN_CHECK_HDF5], [
  AC_ARG_VAR([HDF5_CFLAGS], [compiler flags for HDF5])
  AC_ARG_VAR([HDF5_LIBS], [linker flags for HDF5])
  mn_hdf5_found=no
  AS_IF([test -z "$HDF5_LIBS"], [
    for mn_module in hdf5-openmpi hdf5-mpi hdf5; do
      AS_IF([$PKG_CONFIG --exists $mn_module 2>/dev/null], [
        HDF5_CFLAGS=`$PKG_CONFIG --cflags $mn_module`
        HDF5_LIBS=`$PKG_CONFIG --libs $mn_module`
        mn_hdf5_found="$mn_module `$PKG_CONFIG --modversion $mn_module`"
        break])
    done
    AS_IF([test "$mn_hdf5_found" = no], [
      for mn_wrapper in h5pcc h5cc; do
        AS_IF([command -v $mn_wrapper >/dev/null 2>&1], [
          mn_words=`$mn_wrapper -show`
          HDF5_CFLAGS=; HDF5_LIBS=
          for mn_word in $mn_words; do
            AS_CASE([$mn_word],
              [-I*|-D*], [HDF5_CFLAGS="$HDF5_CFLAGS $mn_word"],
              [-L*|-l*|-Wl,*|*.a|*.so], [HDF5_LIBS="$HDF5_LIBS $mn_word"])
          done
          mn_hdf5_found="by the wrapper $mn_wrapper"
          break])
      done])
    AS_IF([test "$mn_hdf5_found" = no], [HDF5_LIBS=-lhdf5; mn_hdf5_found=-lhdf5])
  ], [mn_hdf5_found="$HDF5_LIBS"])
  dnl H5public.h of a parallel build includes mpi.h.
  HDF5_CFLAGS="$HDF5_CFLAGS $MPI_CFLAGS"
  HDF5_LIBS="$HDF5_LIBS $MPI_LIBS"
  MN_TRY_LINK([HDF5], [hdf5.h], [H5Pset_file_image H5PLset_loading_state], [],
              [mn_hdf5_found=no])
  AS_IF([test "$mn_hdf5_found" = no],
        [MN_MISSING([libhdf5-openmpi-dev], [HDF5 1.10 or later])])
])
