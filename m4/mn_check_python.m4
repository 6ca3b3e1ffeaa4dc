# SYNOPSIS
#
#   MN_CHECK_PYTHON
#
# DESCRIPTION
#
#   A Python for the tests: the first that has numpy and h5py, of $PYTHON, the
#   python3 on the path and the system's own; else any, with which those tests
#   are skipped. Nothing that is installed needs it. Sets and substitutes PYTHON.
#
AC_DEFUN([MN_CHECK_PYTHON], [
  AC_ARG_VAR([PYTHON], [a Python with numpy and h5py, for the tests])
  AC_MSG_CHECKING([for a Python with numpy and h5py])
  mn_python_found=no
  for mn_python in $PYTHON python3 /usr/bin/python3; do
    AS_IF([test "$mn_python_found" = no &&
           $mn_python -c 'import numpy, h5py' >/dev/null 2>&1],
          [mn_python_found=`command -v $mn_python`])
  done
  AC_MSG_RESULT([$mn_python_found])
  AS_IF([test "$mn_python_found" != no], [PYTHON=$mn_python_found],
        [AC_PATH_PROG([PYTHON], [python3], [])])
])
