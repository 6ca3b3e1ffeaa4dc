# SYNOPSIS
#
#   MN_CHECK_LIB(NAME, MODULES, HEADER, FUNCTIONS, LIBS, DEBIAN-PACKAGE, TITLE)
#   MN_MISSING(DEBIAN-PACKAGE, TITLE)
#   MN_MISSING_REPORT
#
# DESCRIPTION
#
#   MN_CHECK_LIB looks for a library by pkg-config under each of MODULES in
#   turn, else on the compiler's own path (so CPPFLAGS=-I… LDFLAGS=-L… find a
#   library under a prefix) with LIBS. HEADER and FUNCTIONS must then compile
#   and link. Sets and substitutes NAME_CFLAGS and NAME_LIBS, which the caller
#   may also preset, and mn_NAME_found for the summary.
#
#   MN_MISSING notes a package that is missing; MN_MISSING_REPORT ends
#   configure with one message that names them all, or first all that do not fit
#   together (MN_MIXED).
#
AC_DEFUN([MN_MISSING], [m4_ifval([$1], [mn_missing="$mn_missing $1"])
  mn_missing_titles="$mn_missing_titles
  $2m4_ifval([$1], [ (Debian package: $1)])"])

AC_DEFUN([MN_MISSING_REPORT], [
  AS_IF([test -n "$mn_mixed"], [
    AC_MSG_ERROR([these do not fit together:$mn_mixed])])
  AS_IF([test -n "$mn_missing_titles"], [
    AC_MSG_ERROR([these are missing:$mn_missing_titles
${mn_missing:+
On Debian or Ubuntu:   apt-get install$mn_missing}
Under a prefix:        ./configure CPPFLAGS=-I/prefix/include LDFLAGS=-L/prefix/lib
                       or PKG_CONFIG_PATH=/prefix/lib/pkgconfig])])
])

AC_DEFUN([MN_CHECK_LIB], [
  AC_ARG_VAR([$1_CFLAGS], [compiler flags for $7])
  AC_ARG_VAR([$1_LIBS], [linker flags for $7])
  mn_$1_found=no
  AS_IF([test -z "$$1_LIBS"], [
    for mn_module in $2; do
      AS_IF([$PKG_CONFIG --exists $mn_module 2>/dev/null], [
        $1_CFLAGS=`$PKG_CONFIG --cflags $mn_module`
        $1_LIBS=`$PKG_CONFIG --libs $mn_module`
        mn_$1_found="$mn_module `$PKG_CONFIG --modversion $mn_module`"
        break])
    done
    AS_IF([test "$mn_$1_found" = no], [$1_LIBS="$5"; mn_$1_found="$5"])
  ], [mn_$1_found="$$1_LIBS"])
  MN_TRY_LINK([$1], [$3], [$4], [], [mn_$1_found=no])
  AS_IF([test "$mn_$1_found" = no], [MN_MISSING([$6], [$7])])
])

# MN_TRY_LINK(NAME, HEADER, FUNCTIONS, IF-YES, IF-NO, LINES): compile and link
# with NAME_CFLAGS and NAME_LIBS; LINES follow the header.
AC_DEFUN([MN_TRY_LINK], [
  AC_MSG_CHECKING([for $3 in $$1_LIBS])
  mn_save_CPPFLAGS=$CPPFLAGS; mn_save_LIBS=$LIBS
  CPPFLAGS="$CPPFLAGS $$1_CFLAGS"; LIBS="$$1_LIBS $LIBS"
  mn_body=
  for mn_function in $3; do
    mn_body="$mn_body if (!(void *)&$mn_function) return 1;"
  done
  AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <$2>
$6]], [$mn_body])],
    [AC_MSG_RESULT([yes])
     $4],
    [AC_MSG_RESULT([no])
     $5])
  CPPFLAGS=$mn_save_CPPFLAGS; LIBS=$mn_save_LIBS
])
