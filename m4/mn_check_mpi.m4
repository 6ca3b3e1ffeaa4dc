# SYNOPSIS
#
#   MN_CHECK_MPI
#
# DESCRIPTION
#
#   MPI for C: nothing to add when CC is itself a wrapper (mpicc), else what
#   pkg-config says (Open MPI's names first, then MPICH's), else what the
#   wrapper mpicc says of itself. Sets and substitutes MPI_CFLAGS, MPI_LIBS.
#
AC_DEFUN([MN_CHECK_MPI], [
  AC_ARG_VAR([MPI_CFLAGS], [compiler flags for MPI])
  AC_ARG_VAR([MPI_LIBS], [linker flags for MPI])
  mn_mpi_found=no
  AS_IF([test -z "$MPI_LIBS"], [
    MN_TRY_LINK([MPI], [mpi.h], [MPI_Init], [mn_mpi_found="by the compiler $CC"])
    AS_IF([test "$mn_mpi_found" = no], [
      for mn_module in ompi-c ompi mpich MPICH; do
        AS_IF([$PKG_CONFIG --exists $mn_module 2>/dev/null], [
          MPI_CFLAGS=`$PKG_CONFIG --cflags $mn_module`
          MPI_LIBS=`$PKG_CONFIG --libs $mn_module`
          mn_mpi_found="$mn_module `$PKG_CONFIG --modversion $mn_module`"
          break])
      done])
    AS_IF([test "$mn_mpi_found" = no && command -v mpicc >/dev/null 2>&1], [
      MPI_CFLAGS=`mpicc --showme:compile 2>/dev/null || mpicc -compile_info 2>/dev/null | cut -d' ' -f2-`
      MPI_LIBS=`mpicc --showme:link 2>/dev/null || mpicc -link_info 2>/dev/null | cut -d' ' -f2-`
      mn_mpi_found="by the wrapper mpicc"])
  ], [mn_mpi_found="$MPI_LIBS"])
  AS_IF([test "$mn_mpi_found" != no],
        [MN_TRY_LINK([MPI], [mpi.h], [MPI_Init], [], [mn_mpi_found=no])])
  AS_IF([test "$mn_mpi_found" = no],
        [MN_MISSING([libopenmpi-dev openmpi-bin], [MPI])])
])
