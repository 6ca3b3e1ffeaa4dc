# SYNOPSIS
#
#   MN_CHECK_MPI
#   MN_CHECK_MPIRUN
#
# DESCRIPTION
#
#   MPI for C: nothing to add when CC is itself a wrapper (mpicc), else what
#   pkg-config says (Open MPI's names first, then MPICH's), else what the
#   wrapper mpicc says of itself. Sets and substitutes MPI_CFLAGS, MPI_LIBS; sets
#   mn_mpi to openmpi, mpich, intel or unknown, by what mpi.h defines, mn_mpi_name
#   to its name, mn_mpi_file to its library's file, and mn_mpi_debian to what Debian's
#   packages are called by. MPICH is whatever descends from it: Cray MPICH, MVAPICH. So defines MN_MPI_NAME, and
#   MN_SRUN_MPI and MN_SRUN_PMI: what srun calls the PMI by which that MPI starts.
#
#   MN_CHECK_MPIRUN finds the mpirun of that MPI, for the tests: of MPIRUN, mpirun,
#   mpiexec and Debian's names the first that says so of itself. An MPIRUN of
#   another MPI is noted as one that does not fit. Sets and substitutes MPIRUN, and
#   MPI_FLAVOUR for the tests.
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
  MN_MPI_FLAVOUR
  MN_LIBRARY_OF([mn_mpi_file], [MPI_Get_library_version], [MPI_Init], [$MPI_LIBS])
])

AC_DEFUN([MN_MPI_FLAVOUR], [
  AC_MSG_CHECKING([whose MPI that is])
  mn_mpi=unknown
  MN_MPI_DEFINES([MPICH_VERSION], [mpich])
  MN_MPI_DEFINES([I_MPI_VERSION], [intel])
  MN_MPI_DEFINES([OMPI_MAJOR_VERSION], [openmpi])
  AS_CASE([$mn_mpi],
    [openmpi], [mn_mpi_name="Open MPI"],
    [mpich], [mn_mpi_name=MPICH],
    [intel], [mn_mpi_name="Intel MPI"],
    [mn_mpi_name="an unknown MPI"])
  AC_MSG_RESULT([$mn_mpi_name])
  mn_mpi_debian=$mn_mpi; mn_srun_mpi=pmix; mn_srun_pmi=PMIx
  AS_CASE([$mn_mpi],
    [mpich|intel], [mn_mpi_debian=mpich; mn_srun_mpi=pmi2; mn_srun_pmi=PMI-2],
    [unknown], [mn_mpi_debian=openmpi])
  AS_IF([test "$mn_mpi_found" != no], [mn_mpi_found="$mn_mpi_name, $mn_mpi_found"])
  AC_DEFINE_UNQUOTED([MN_MPI_NAME], ["$mn_mpi_name"], [the MPI that this is built with])
  AC_DEFINE_UNQUOTED([MN_SRUN_MPI], ["$mn_srun_mpi"], [srun's --mpi for that MPI])
  AC_DEFINE_UNQUOTED([MN_SRUN_PMI], ["$mn_srun_pmi"], [what that is called])
])

# MN_MPI_DEFINES(MACRO, FLAVOUR)
AC_DEFUN([MN_MPI_DEFINES], [
  mn_save_CPPFLAGS=$CPPFLAGS; CPPFLAGS="$CPPFLAGS $MPI_CFLAGS"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <mpi.h>
#ifndef $1
#error another one
#endif]], [])], [mn_mpi=$2])
  CPPFLAGS=$mn_save_CPPFLAGS
])

AC_DEFUN([MN_CHECK_MPIRUN], [
  AC_ARG_VAR([MPIRUN], [the mpirun of that MPI, for the tests])
  AC_MSG_CHECKING([for the mpirun of $mn_mpi_name])
  mn_given=$MPIRUN; MPIRUN=
  for mn_mpirun in ${mn_given:-mpirun mpiexec mpirun.$mn_mpi_debian mpiexec.$mn_mpi_debian}; do
    AS_IF([test -z "$MPIRUN" && command -v $mn_mpirun >/dev/null 2>&1], [
      AS_CASE([`$mn_mpirun --version 2>&1`],
        [*"Open MPI"*|*OpenRTE*|*"Open RTE"*], [mn_whose=openmpi],
        [*"Intel(R) MPI"*], [mn_whose=intel],
        [*HYDRA*|*MPICH*|*mpich*], [mn_whose=mpich],
        [mn_whose=unknown])
      AS_CASE([$mn_mpi:$mn_whose], [unknown:*|*:unknown], [mn_whose=$mn_mpi])
      AS_IF([test $mn_whose = $mn_mpi], [MPIRUN=$mn_mpirun])])
  done
  AC_MSG_RESULT([${MPIRUN:-none}])
  AS_IF([test -n "$mn_given" && test -z "$MPIRUN"],
        [MN_MIXED([MPIRUN=$mn_given is not there or another MPI's, but mpi.h is that of
    $mn_mpi_name ($mn_mpi_found): give MPIRUN=mpirun.$mn_mpi_debian or its path])])
  AC_SUBST([MPI_FLAVOUR], [$mn_mpi])
])
