# stats: numbers in, numbers out.
noinst_LIBRARIES += src/stats/libstats.a
src_stats_libstats_a_SOURCES = \
	src/stats/cut.c \
	src/stats/agree.c \
	src/stats/agree.h \
	src/stats/cut.h \
	src/stats/cut_deviation.c \
	src/stats/cut_sample.c \
	src/stats/cut_sample.h \
	src/stats/distance.c \
	src/stats/distance.h \
	src/stats/chance.c \
	src/stats/chance.h \
	src/stats/estimate.c \
	src/stats/estimate.h \
	src/stats/estimate_distance.c \
	src/stats/estimate_geometric.c \
	src/stats/estimate_mean.c \
	src/stats/estimate_near.c \
	src/stats/estimate_private.h \
	src/stats/filter.c \
	src/stats/filter.h \
	src/stats/filter_check.c \
	src/stats/filter_columns.c \
	src/stats/filter_columns.h \
	src/stats/filter_decide.c \
	src/stats/filter_explain.c \
	src/stats/filter_name.c \
	src/stats/filter_private.h \
	src/stats/filter_reject.c \
	src/stats/filter_rows.c \
	src/stats/filter_score.c \
	src/stats/filter_sieve.c \
	src/stats/lof.c \
	src/stats/lof.h \
	src/stats/robust.c \
	src/stats/robust.h \
	src/stats/scale.c \
	src/stats/scale.h \
	src/stats/spectrum.c \
	src/stats/spectrum.h \
	src/stats/weight.c \
	src/stats/weight.h
src_stats_libstats_a_SOURCES += src/stats/filter_block.c src/stats/filter_cut.c
src_stats_libstats_a_SOURCES += src/stats/filter_add.c
src_stats_libstats_a_SOURCES += src/stats/posdist.c src/stats/posdist.h
src_stats_libstats_a_SOURCES += src/stats/ties.c src/stats/ties.h
STATS_LIBS = src/stats/libstats.a $(UTIL_LIBS) $(BLAS_LIBS)
src_stats_libstats_a_SOURCES += src/stats/gram.c src/stats/gram.h
src_stats_libstats_a_SOURCES += src/stats/minima.c src/stats/minima.h
src_stats_libstats_a_SOURCES += src/stats/nearest.c src/stats/nearest.h
src_stats_libstats_a_SOURCES += src/stats/pairs.c src/stats/pairs.h
src_stats_libstats_a_SOURCES += src/stats/panels.c src/stats/panels.h
src_stats_libstats_a_SOURCES += src/stats/squares.c src/stats/squares.h
src_stats_libstats_a_CPPFLAGS = $(AM_CPPFLAGS) $(BLAS_CFLAGS)
# Nobody reads errno after sqrt(), which then is one instruction.
src_stats_libstats_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS) -fno-math-errno

nobase_dist_doc_DATA += src/stats/DESIGN

STATS_TESTS = \
	tests/unit/check_estimate \
	tests/unit/check_agree \
	tests/unit/check_distance \
	tests/unit/check_filter \
	tests/unit/check_lof \
	tests/unit/check_pos \
	tests/unit/check_property \
	tests/unit/check_radius \
	tests/unit/check_weight
STATS_TESTS += tests/unit/check_blocks
STATS_TESTS += tests/unit/check_posdist
STATS_TESTS += tests/unit/check_union
STATS_TESTS += tests/unit/check_decide
STATS_TESTS += tests/unit/check_ties
$(STATS_TESTS): LDADD = $(STATS_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(STATS_TESTS)

# Weights from a ledger's history.
HISTORY_TESTS = tests/unit/check_history40
$(HISTORY_TESTS): LDADD = $(STATS_LIBS) $(LEDGER_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(HISTORY_TESTS)

# What must hold of every round, of more rounds, and others with each seed.
.PHONY: soak-property
soak: soak-property
soak-property: tests/unit/check_property tests/unit/check_radius
	$(AM_TESTS_ENVIRONMENT) CK_DEFAULT_TIMEOUT=7200 PROPERTY_CASES=3000 PROPERTY_SEED=$(SOAK_SEED) tests/unit/check_property
	$(AM_TESTS_ENVIRONMENT) CK_DEFAULT_TIMEOUT=7200 PROPERTY_CASES=3000 PROPERTY_SEED=$(SOAK_SEED) tests/unit/check_radius
