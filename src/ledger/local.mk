# ledger: records, the chain, and folds over them.
noinst_LIBRARIES += src/ledger/libledger.a
src_ledger_libledger_a_SOURCES = \
	src/ledger/access.c \
	src/ledger/access.h \
	src/ledger/accounts.c \
	src/ledger/accounts.h \
	src/ledger/append.c \
	src/ledger/append.h \
	src/ledger/chain.c \
	src/ledger/chain.h \
	src/ledger/credits.c \
	src/ledger/credits.h \
	src/ledger/decode.c \
	src/ledger/encode.c \
	src/ledger/handle.c \
	src/ledger/handle.h \
	src/ledger/ledger.c \
	src/ledger/ledger.h \
	src/ledger/lines.c \
	src/ledger/lines.h \
	src/ledger/names.h \
	src/ledger/reason.c \
	src/ledger/reason.h \
	src/ledger/record.c \
	src/ledger/record.h \
	src/ledger/run.c \
	src/ledger/run.h \
	src/ledger/runs.c \
	src/ledger/runs.h \
	src/ledger/share.c \
	src/ledger/share.h \
	src/ledger/types.c \
	src/ledger/types.h
LEDGER_LIBS = src/ledger/libledger.a $(UTIL_LIBS)
nobase_dist_doc_DATA += src/ledger/DESIGN src/ledger/FORMAT

TESTS += tests/t/t0100-ledger-by-hand.t
EXTRA_DIST += tests/t/t0100-ledger-by-hand.t tests/data/ledger-v1/key.pub tests/data/ledger-v1/log

LEDGER_TESTS = \
	tests/unit/check_accounts \
	tests/unit/check_append \
	tests/unit/check_ledger \
	tests/unit/check_record \
	tests/unit/check_share \
	tests/unit/check_torn
$(LEDGER_TESTS): LDADD = $(LEDGER_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(LEDGER_TESTS)
