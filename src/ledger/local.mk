# ledger: records, the chain, and folds over them.
noinst_LIBRARIES += src/ledger/libledger.a
src_ledger_libledger_a_SOURCES = \
	src/ledger/accounts.c \
	src/ledger/accounts.h \
	src/ledger/chain.c \
	src/ledger/chain.h \
	src/ledger/credits.c \
	src/ledger/credits.h \
	src/ledger/ledger.c \
	src/ledger/ledger.h \
	src/ledger/record.c \
	src/ledger/record.h \
	src/ledger/runs.c \
	src/ledger/runs.h \
	src/ledger/types.c \
	src/ledger/types.h
LEDGER_LIBS = src/ledger/libledger.a $(UTIL_LIBS)
EXTRA_DIST += src/ledger/DESIGN src/ledger/FORMAT

check_PROGRAMS += tests/unit/check_ledger
tests_unit_check_ledger_SOURCES = tests/unit/check_ledger.c tests/unit/unit.h
tests_unit_check_ledger_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_ledger_LDADD = $(LEDGER_LIBS) $(UNIT_LIBS)
