# ledger: a room per folder, each an archive, in the order in which they call each other.
LEDGER_ARCHIVES = \
	src/ledger/trust/libtrust.a \
	src/ledger/fold/libfold.a \
	src/ledger/libledger.a \
	src/ledger/proof/libproof.a
noinst_LIBRARIES += $(LEDGER_ARCHIVES)
LEDGER_LIBS = $(LEDGER_ARCHIVES) $(UTIL_LIBS)

src_ledger_libledger_a_SOURCES = \
	src/ledger/access.c \
	src/ledger/access.h \
	src/ledger/append.c \
	src/ledger/append.h \
	src/ledger/chain.c \
	src/ledger/chain.h \
	src/ledger/decode.c \
	src/ledger/encode.c \
	src/ledger/genesis.c \
	src/ledger/genesis.h \
	src/ledger/handle.c \
	src/ledger/handle.h \
	src/ledger/leaves.c \
	src/ledger/leaves.h \
	src/ledger/ledger.c \
	src/ledger/ledger.h \
	src/ledger/lines.c \
	src/ledger/lines.h \
	src/ledger/names.h \
	src/ledger/prefix.c \
	src/ledger/prefix.h \
	src/ledger/record.c \
	src/ledger/record.h \
	src/ledger/repair.c \
	src/ledger/repair.h \
	src/ledger/snapshot.c \
	src/ledger/snapshot.h \
	src/ledger/tiles.c \
	src/ledger/tiles.h \
	src/ledger/try.c \
	src/ledger/repair.c \
	src/ledger/repair.h \
	src/ledger/types.c \
	src/ledger/types.h

src_ledger_trust_libtrust_a_SOURCES = \
	src/ledger/trust/audit.c \
	src/ledger/trust/audit.h \
	src/ledger/trust/believe.c \
	src/ledger/trust/believe.h \
	src/ledger/trust/change.c \
	src/ledger/trust/change.h \
	src/ledger/trust/copy.c \
	src/ledger/trust/copy.h \
	src/ledger/trust/copy_log.c \
	src/ledger/trust/copy_log.h \
	src/ledger/trust/cosign.c \
	src/ledger/trust/cosign.h \
	src/ledger/trust/kept.c \
	src/ledger/trust/kept.h \
	src/ledger/trust/peers.c \
	src/ledger/trust/peers.h \
	src/ledger/trust/prove.c \
	src/ledger/trust/prove.h \
	src/ledger/trust/sign.c \
	src/ledger/trust/sign.h

src_ledger_fold_libfold_a_SOURCES = \
	src/ledger/fold/accounts.c \
	src/ledger/fold/accounts.h \
	src/ledger/fold/asked.c \
	src/ledger/fold/asked.h \
	src/ledger/fold/credits.c \
	src/ledger/fold/credits.h \
	src/ledger/fold/keys.c \
	src/ledger/fold/keys.h \
	src/ledger/fold/history.c \
	src/ledger/fold/history.h \
	src/ledger/fold/reason.c \
	src/ledger/fold/reason.h \
	src/ledger/fold/run.c \
	src/ledger/fold/run.h \
	src/ledger/fold/run_name.c \
	src/ledger/fold/runs.c \
	src/ledger/fold/runs.h \
	src/ledger/fold/share.c \
	src/ledger/fold/share.h

src_ledger_proof_libproof_a_SOURCES = \
	src/ledger/proof/checkpoint.c \
	src/ledger/proof/checkpoint.h \
	src/ledger/proof/note.c \
	src/ledger/proof/note.h \
	src/ledger/proof/note_key.c \
	src/ledger/proof/note_key.h \
	src/ledger/proof/policy.c \
	src/ledger/proof/policy.h \
	src/ledger/proof/policy_inside.h \
	src/ledger/proof/policy_read.c \
	src/ledger/proof/receipt.c \
	src/ledger/proof/receipt.h \
	src/ledger/proof/evidence.c \
	src/ledger/proof/evidence.h \
	src/ledger/proof/tree.c \
	src/ledger/proof/tree.h

nobase_dist_doc_DATA += src/ledger/DESIGN src/ledger/FORMAT

TESTS += tests/t/t0100-ledger-by-hand.t
EXTRA_DIST += tests/t/t0100-ledger-by-hand.t tests/data/ledger-v1/key.pub tests/data/ledger-v1/log

LEDGER_TESTS = \
	tests/unit/check_accounts \
	tests/unit/check_append \
	tests/unit/check_leaves \
	tests/unit/check_cosign \
	tests/unit/check_crash \
	tests/unit/check_failing \
	tests/unit/check_kept \
	tests/unit/check_killed \
	tests/unit/check_ledger \
	tests/unit/check_note \
	tests/unit/check_policy \
	tests/unit/check_prove \
	tests/unit/check_receipt \
	tests/unit/check_record \
	tests/unit/check_share \
	tests/unit/check_tamper \
	tests/unit/check_torn \
	tests/unit/check_tree \
	tests/unit/check_trust
# The crash laboratory. The clock and what is drawn are led through tests/crash/lab.c.
CRASH_LAB = \
	tests/crash/disk.c \
	tests/crash/disk.h \
	tests/crash/image.c \
	tests/crash/lab.c \
	tests/crash/lab.h \
	tests/crash/scenario.c \
	tests/crash/state.c \
	tests/crash/states.c \
	tests/crash/states.h \
	tests/crash/watch.c \
	tests/crash/watch.h
CRASH_WRAPS = $(AM_LDFLAGS) -Wl,--wrap=clock_utc_us -Wl,--wrap=random_bytes
tests_unit_check_crash_SOURCES = tests/unit/check_crash.c $(CRASH_LAB)
tests_unit_check_crash_LDFLAGS = $(CRASH_WRAPS)
tests_unit_check_failing_SOURCES = tests/unit/check_failing.c $(CRASH_LAB)
tests_unit_check_failing_LDFLAGS = $(CRASH_WRAPS)
tests_unit_check_killed_SOURCES = tests/unit/check_killed.c \
	tests/crash/self.c \
	tests/crash/self.h \
	tests/crash/writer.c \
	tests/crash/writer.h
tests_unit_check_killed_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=file_lock
$(LEDGER_TESTS): LDADD = $(LEDGER_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(LEDGER_TESTS)
