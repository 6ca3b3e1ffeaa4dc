# SYNOPSIS
#
#   MN_LIBRARY_OF(VARIABLE, FUNCTION, OF, LIBS)
#   MN_ARE_MIXED(ONE, OTHER, IF-MIXED)
#   MN_MIXED(TEXT)
#
# DESCRIPTION
#
#   Two builds of one library in one process are trouble that no linker sees: an HDF5 that was
#   built with Open MPI, say, in a program that calls MPICH. MN_LIBRARY_OF links a program with
#   LIBS, runs it, and asks the system's loader which file has the FUNCTION that the library
#   with the function OF would call. VARIABLE is that file; it is empty where that library
#   calls no such function, is an archive, or where the program cannot be linked or run.
#
#   MN_ARE_MIXED does IF-MIXED when both files are known and not the same. MN_MIXED notes
#   libraries that do not fit together; MN_MISSING_REPORT ends configure with them.
#
AC_DEFUN([MN_MIXED], [mn_mixed="$mn_mixed
  $1"])

AC_DEFUN([MN_ARE_MIXED],
  [AS_IF([test -n "$1" && test -n "$2" && ! test "$1" -ef "$2"], [$3])])

AC_DEFUN([MN_LIBRARY_OF], [
  AC_MSG_CHECKING([whose $2 is called by $3])
  mn_save_LIBS=$LIBS; LIBS="$4 -ldl $LIBS"
  $1=; rm -f conftest.file
  AC_RUN_IFELSE([AC_LANG_SOURCE([[
#include <dlfcn.h>
#include <stdio.h>

char $3(void);

static const char *file_of(void *symbol)
{
    Dl_info info;

    return symbol && dladdr(symbol, &info) ? info.dli_fname : NULL;
}

int main(void)
{
    char (*volatile called)(void) = $3; /* or the linker would leave out its library */
    const char *file = file_of(dlsym(RTLD_NEXT, "$3")), *found;
    void *library = file ? dlopen(file, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    FILE *out = fopen("conftest.file", "w");

    found = library ? file_of(dlsym(library, "$2")) : NULL;
    if (called && out && found)
        fprintf(out, "%s\n", found);
    return out ? fclose(out) : 1;
}
]])], [test ! -s conftest.file || read -r $1 <conftest.file], [], [:])
  rm -f conftest.file
  LIBS=$mn_save_LIBS
  AC_MSG_RESULT([${$1:-none, or not known}])
])
