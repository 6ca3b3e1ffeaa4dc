# SYNOPSIS
#
#   MN_ARG_PETSC
#   MN_CHECK_PETSC
#
# DESCRIPTION
#
#   --without-petsc builds without it: functions over PETSc then say that they are
#   not there. Else PETSc with real scalars, of the same MPI and the same HDF5 as this
#   program: by pkg-config (PETSC_DIR and PETSC_ARCH are searched
#   too), else under PETSC_DIR, which is /usr/lib/petsc where Debian's package
#   has put it, else on the compiler's own path. Sets and substitutes
#   PETSC_CFLAGS, PETSC_LIBS. It is loaded at run time, not linked: so defines
#   MN_PETSC_NAME and MN_PETSC_DIR, the library's name without lib and its directory.
#   The conditional HAVE_PETSC is for Makefiles.
#
AC_DEFUN([MN_ARG_PETSC], [
  AC_ARG_WITH([petsc],
    [AS_HELP_STRING([--without-petsc], [build without PETSc: poisson cannot solve then])],
    [AS_CASE([$withval], [yes|no], [],
      [AC_MSG_ERROR([--with-petsc=$withval: expected yes or no; PETSC_DIR says where PETSc is])])],
    [with_petsc=yes])
  AM_CONDITIONAL([HAVE_PETSC], [test "$with_petsc" = yes])
])

AC_DEFUN([MN_CHECK_PETSC], [
  mn_petsc_found="none (--without-petsc)"
  AS_IF([test "$with_petsc" = yes], [MN_FIND_PETSC])
])

AC_DEFUN([MN_FIND_PETSC], [
  AC_ARG_VAR([PETSC_DIR], [where PETSc is])
  AC_ARG_VAR([PETSC_ARCH], [the build below PETSC_DIR, if it has several])
  AC_ARG_VAR([PETSC_CFLAGS], [compiler flags for PETSc])
  AC_ARG_VAR([PETSC_LIBS], [linker flags for PETSc])
  mn_petsc_found=no; mn_petsc_mixed=
  MN_LIBRARY_OF([mn_hdf5_file], [H5open], [H5open], [$HDF5_LIBS])
  AS_IF([test -n "$PETSC_LIBS"], [MN_TRY_PETSC([$PETSC_LIBS])], [
    mn_save_PKG_CONFIG_PATH=$PKG_CONFIG_PATH
    AS_IF([test -n "$PETSC_DIR"], [
      PKG_CONFIG_PATH="$PETSC_DIR/$PETSC_ARCH/lib/pkgconfig:$PETSC_DIR/lib/pkgconfig:$PKG_CONFIG_PATH"
      export PKG_CONFIG_PATH])
    for mn_module in PETSc petsc; do
      AS_IF([$PKG_CONFIG --exists $mn_module 2>/dev/null], [
        PETSC_CFLAGS=`$PKG_CONFIG --cflags $mn_module`
        PETSC_LIBS=`$PKG_CONFIG --libs $mn_module`
        MN_TRY_PETSC([$mn_module `$PKG_CONFIG --modversion $mn_module`])
        break])
    done
    PKG_CONFIG_PATH=$mn_save_PKG_CONFIG_PATH
    for mn_dir in $PETSC_DIR /usr/lib/petsc ""; do
      for mn_name in petsc petsc_real; do
        AS_IF([test "$mn_petsc_found" = no && { test -z "$mn_dir" || test -d "$mn_dir"; }], [
          PETSC_CFLAGS=${mn_dir:+"-I$mn_dir/include -I$mn_dir/$PETSC_ARCH/include"}
          PETSC_LIBS="${mn_dir:+-L$mn_dir/$PETSC_ARCH/lib} -l$mn_name"
          MN_TRY_PETSC([-l$mn_name${mn_dir:+ in $mn_dir}])])
      done
    done
  ])
  AS_IF([test "$mn_petsc_found" = no && test -n "$mn_petsc_mixed"],
    [MN_MIXED([PETSc ($mn_petsc_mixed) is built with another $mn_petsc_what:
    it would load $mn_petsc_other beside $mn_petsc_own.
    Set PETSC_DIR to a PETSc that is built for $mn_mpi_name, and HDF5_CFLAGS and
    HDF5_LIBS to the HDF5 that it brings; or give --without-petsc])],
    [test "$mn_petsc_found" = no && test "$mn_mpi_debian" = mpich],
    [MN_MISSING([], [PETSc 3.18 or later, real scalars, for $mn_mpi_name: set PETSC_DIR, or
  give --without-petsc])],
    [test "$mn_petsc_found" = no],
    [MN_MISSING([petsc-dev libpetsc-real-dev],
                [PETSc 3.18 or later, real scalars; or give --without-petsc])])
  mn_petsc_name=`AS_ECHO(["$PETSC_LIBS"]) | sed 's/.*-l\([[^ ]]*petsc[[^ ]]*\).*/\1/'`
  mn_petsc_dir=`AS_ECHO(["$PETSC_LIBS"]) | sed -n 's/.*-L\([[^ ]]*petsc[[^ ]]*\).*/\1/p'`
  AC_DEFINE_UNQUOTED([MN_PETSC_NAME], ["$mn_petsc_name"], [name of PETSc's library])
  AC_DEFINE_UNQUOTED([MN_PETSC_DIR], ["$mn_petsc_dir"], [directory of PETSc's library, if known])
])

# MN_TRY_PETSC(FOUND): sets mn_petsc_found to FOUND when PETSC_CFLAGS and
# PETSC_LIBS do. A build with complex scalars does not; one with another MPI would not
# compile, so that is looked at first.
AC_DEFUN([MN_TRY_PETSC], [
  PETSC_CFLAGS="$PETSC_CFLAGS $MPI_CFLAGS"
  PETSC_LIBS="$PETSC_LIBS $MPI_LIBS"
  mn_fits=yes
  MN_PETSC_HAS_OWN([MPI_Get_library_version], [$mn_mpi_file], [MPI than $mn_mpi_name], [$1])
  MN_PETSC_HAS_OWN([H5open], [$mn_hdf5_file], [HDF5 than $mn_hdf5_found], [$1])
  AS_IF([test $mn_fits = yes], [
    MN_TRY_LINK([PETSC], [petscksp.h], [KSPSolve], [mn_petsc_found="$1"], [],
                [#ifdef PETSC_USE_COMPLEX
                 #error "complex scalars"
                 #endif])])
])

# MN_PETSC_HAS_OWN(FUNCTION, OWN, WHAT, FOUND): sets mn_fits to no when the function that it
# calls is not in the file OWN.
AC_DEFUN([MN_PETSC_HAS_OWN], [
  MN_LIBRARY_OF([mn_other], [$1], [KSPSolve], [$PETSC_LIBS])
  MN_ARE_MIXED([$2], [$mn_other], [
    mn_fits=no
    AS_IF([test -z "$mn_petsc_mixed"],
          [mn_petsc_mixed="$4"; mn_petsc_what="$3"
           mn_petsc_other=$mn_other; mn_petsc_own=$2])])
])
