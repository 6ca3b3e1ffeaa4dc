# SYNOPSIS
#
#   MN_MIXED(TEXT)
#   MN_SAME_LIBRARY(LIBS, FUNCTION, OF, IF-OTHER)
#
# DESCRIPTION
#
#   Two builds of one library in one process are trouble that no linker sees: an HDF5 that was
#   built with Open MPI, say, in a program that calls MPICH. MN_SAME_LIBRARY links a program
#   with LIBS and MPI, runs it, and asks the system's loader whose FUNCTION it is that the
#   library with the function OF would call. Where that is another one than the program's own,
#   it sets mn_other and mn_own to the files of the two and does IF-OTHER. What cannot be
#   linked, is linked statically, or cannot be run here passes.
#
#   MN_MIXED notes libraries that do not fit together; MN_MISSING_REPORT ends configure
#   with them.
#
AC_DEFUN([MN_MIXED], [mn_mixed="$mn_mixed
  $1"])

AC_DEFUN([MN_SAME_LIBRARY], [
  AC_MSG_CHECKING([whether $1 has the same $2 as this program])
  mn_save_LIBS=$LIBS; LIBS="$1 $HDF5_LIBS $MPI_LIBS -ldl $LIBS"
  rm -f conftest.other
  mn_other=; mn_answer=yes
  AC_RUN_IFELSE([AC_LANG_SOURCE([[
#include <dlfcn.h>
#include <stdio.h>

/* Called, or the linker would leave out their libraries. */
char function_that_is_called(void) __asm__("$2");
char $3(void);

static const char *file_of(void *symbol)
{
    Dl_info info;

    return symbol && dladdr(symbol, &info) ? info.dli_fname : NULL;
}

int main(void)
{
    char (*volatile function)(void) = function_that_is_called;
    char (*volatile of)(void) = $3;
    const char *file = file_of(dlsym(RTLD_NEXT, "$3")), *own, *other;
    void *library = file ? dlopen(file, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    FILE *out = fopen("conftest.other", "w");

    own = file_of(dlsym(RTLD_NEXT, "$2"));
    other = library ? file_of(dlsym(library, "$2")) : NULL;
    if (function && of && out && own && other && own != other)
        fprintf(out, "%s %s\n", own, other);
    return out ? fclose(out) : 1;
}
]])], [test ! -s conftest.other || read -r mn_own mn_other <conftest.other],
    [mn_answer="not known"], [mn_answer="not known"])
  rm -f conftest.other
  LIBS=$mn_save_LIBS
  AS_IF([test -n "$mn_other"], [AC_MSG_RESULT([no, that of $mn_other])
    $4], [AC_MSG_RESULT([$mn_answer])])
])
