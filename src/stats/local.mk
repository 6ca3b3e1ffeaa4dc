# stats: numbers in, numbers out.
noinst_LIBRARIES += src/stats/libstats.a
src_stats_libstats_a_SOURCES = \
	src/stats/filter.c \
	src/stats/filter.h \
	src/stats/weight.c \
	src/stats/weight.h
src_stats_libstats_a_CPPFLAGS = $(AM_CPPFLAGS) $(GSL_CFLAGS)
STATS_LIBS = src/stats/libstats.a $(UTIL_LIBS) $(GSL_LIBS)

check_PROGRAMS += tests/unit/check_filter
tests_unit_check_filter_SOURCES = tests/unit/check_filter.c tests/unit/unit.h
tests_unit_check_filter_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_filter_LDADD = $(STATS_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_weight
tests_unit_check_weight_SOURCES = tests/unit/check_weight.c tests/unit/unit.h
tests_unit_check_weight_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_weight_LDADD = $(STATS_LIBS) $(UNIT_LIBS)
