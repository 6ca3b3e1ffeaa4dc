# SYNOPSIS
#
#   MN_CHECK_PETSC
#
# DESCRIPTION
#
#   PETSc with real scalars, by pkg-config (PETSC_DIR and PETSC_ARCH are
#   searched too). Sets and substitutes PETSC_CFLAGS, PETSC_LIBS.
#
AC_DEFUN([MN_CHECK_PETSC], [
  AC_ARG_VAR([PETSC_CFLAGS], [compiler flags for PETSc])
  AC_ARG_VAR([PETSC_LIBS], [linker flags for PETSc])
  mn_petsc_found=no
  AS_IF([test -n "$PETSC_DIR"], [
    PKG_CONFIG_PATH="$PETSC_DIR/$PETSC_ARCH/lib/pkgconfig:$PETSC_DIR/lib/pkgconfig:$PKG_CONFIG_PATH"
    export PKG_CONFIG_PATH])
  AS_IF([test -z "$PETSC_LIBS"], [
    for mn_module in PETSc petsc; do
      AS_IF([$PKG_CONFIG --exists $mn_module 2>/dev/null], [
        PETSC_CFLAGS=`$PKG_CONFIG --cflags $mn_module`
        PETSC_LIBS=`$PKG_CONFIG --libs $mn_module`
        mn_petsc_found="$mn_module `$PKG_CONFIG --modversion $mn_module`"
        break])
    done], [mn_petsc_found="$PETSC_LIBS"])
  AS_IF([test "$mn_petsc_found" != no], [
    PETSC_CFLAGS="$PETSC_CFLAGS $MPI_CFLAGS"
    PETSC_LIBS="$PETSC_LIBS $MPI_LIBS"
    MN_TRY_LINK([PETSC], [petscksp.h], [KSPSolve], [], [mn_petsc_found=no])])
  AS_IF([test "$mn_petsc_found" = no],
        [MN_MISSING([petsc-dev libpetsc-real-dev], [PETSc 3.18 or later, real scalars])])
])
