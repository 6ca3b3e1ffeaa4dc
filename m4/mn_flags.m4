# SYNOPSIS
#
#   MN_ARG_SANITIZE, MN_ARG_WERROR, MN_COMPILER_FLAGS
#
# DESCRIPTION
#
#   --enable-sanitize builds with AddressSanitizer and UBSan; --enable-werror
#   makes the warnings errors. MN_COMPILER_FLAGS substitutes MN_CFLAGS and MN_LDFLAGS.
#   -ffp-contract=off is part of the format, not a taste: merges must give the
#   same bits on processors with and without fused multiply-add.
#   VECTOR_CFLAGS lets gcc make vectors of loops of unknown length at -O2, as
#   clang does by itself.
#
AC_DEFUN([MN_ARG_SANITIZE], [
  AC_ARG_ENABLE([sanitize],
    [AS_HELP_STRING([--enable-sanitize], [build with ASan and UBSan])],
    [mn_sanitize=$enableval], [mn_sanitize=no])
])

AC_DEFUN([MN_ARG_WERROR], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
    [mn_werror=$enableval], [mn_werror=no])
])

AC_DEFUN([MN_COMPILER_FLAGS], [
  MN_CFLAGS="-std=gnu11 -ffp-contract=off -fno-fast-math -fno-common"
  MN_CFLAGS="$MN_CFLAGS -Wall -Wextra -Wformat=2 -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes"
  MN_LDFLAGS=
  AS_IF([test "$mn_werror" = yes], [MN_CFLAGS="$MN_CFLAGS -Werror"])
  AS_IF([test "$mn_sanitize" = yes], [
    MN_CFLAGS="$MN_CFLAGS -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    MN_LDFLAGS="-fsanitize=address,undefined"])
  VECTOR_CFLAGS="-ftree-vectorize -fvect-cost-model=dynamic"
  AC_MSG_CHECKING([whether $CC takes $VECTOR_CFLAGS])
  mn_save_CFLAGS=$CFLAGS; CFLAGS="$CFLAGS $VECTOR_CFLAGS"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [AC_MSG_RESULT([yes])],
                    [AC_MSG_RESULT([no]); VECTOR_CFLAGS=])
  CFLAGS=$mn_save_CFLAGS
  AC_SUBST([VECTOR_CFLAGS])
  AC_SUBST([MN_CFLAGS])
  AC_SUBST([MN_LDFLAGS])
])
