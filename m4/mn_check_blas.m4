# SYNOPSIS
#
#   MN_CHECK_BLAS
#
# DESCRIPTION
#
#   OpenBLAS, which brings LAPACK. Another BLAS and LAPACK may be given by
#   BLAS_LIBS; Debian's default libblas is the slow reference one and is never
#   chosen by itself. Sets and substitutes BLAS_CFLAGS, BLAS_LIBS.
#
AC_DEFUN([MN_CHECK_BLAS], [
  AC_ARG_VAR([BLAS_CFLAGS], [compiler flags for BLAS and LAPACK])
  AC_ARG_VAR([BLAS_LIBS], [linker flags for BLAS and LAPACK])
  mn_blas_found=no
  AS_IF([test -z "$BLAS_LIBS"], [
    AS_IF([$PKG_CONFIG --exists openblas 2>/dev/null], [
      BLAS_CFLAGS=`$PKG_CONFIG --cflags openblas`
      BLAS_LIBS=`$PKG_CONFIG --libs openblas`
      mn_blas_found="openblas `$PKG_CONFIG --modversion openblas`"],
      [BLAS_LIBS=-lopenblas; mn_blas_found=-lopenblas])
  ], [mn_blas_found="$BLAS_LIBS"])
  AC_MSG_CHECKING([for dtpqrt_, dtrtrs_, dsfrk_, dsyevd_ and cblas_dgemm in $BLAS_LIBS])
  mn_save_LIBS=$LIBS; LIBS="$BLAS_LIBS $LIBS"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([void dtpqrt_(void); void dtrtrs_(void);
                                   void dsfrk_(void); void dsyevd_(void);
                                   void cblas_dgemm(void);],
                                  [dtpqrt_(); dtrtrs_(); dsfrk_(); dsyevd_(); cblas_dgemm();])],
                 [AC_MSG_RESULT([yes])], [AC_MSG_RESULT([no]); mn_blas_found=no])
  LIBS=$mn_save_LIBS
  AS_IF([test "$mn_blas_found" = no], [MN_MISSING([libopenblas-dev], [OpenBLAS with LAPACK])])
])
