# function: the ABI, the registry and the built-in functions.
noinst_LIBRARIES += src/function/libfunction.a
src_function_libfunction_a_SOURCES = \
	src/function/bound.c \
	src/function/bound.h \
	src/function/linreg.c \
	src/function/moments.c \
	src/function/registry.c \
	src/function/registry.h
src_function_libfunction_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util \
	-I$(top_srcdir)/src/function $(GSL_CFLAGS) $(BLAS_CFLAGS)
# GSL calls BLAS through CBLAS, which OpenBLAS has: it must come before gslcblas.
FUNCTION_LIBS = src/function/libfunction.a $(UTIL_LIBS) $(BLAS_LIBS) $(GSL_LIBS)

metaneuroninclude_HEADERS += src/function/metaneuron/function.h

check_PROGRAMS += tests/unit/check_function
tests_unit_check_function_SOURCES = tests/unit/check_function.c tests/unit/unit.h
tests_unit_check_function_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_function_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)
