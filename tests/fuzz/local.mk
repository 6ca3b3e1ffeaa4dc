# Fuzz targets: tests/fuzz/NAME.c, a line in the list of what it is linked with, and seeds in
# tests/fuzz/seeds/NAME. Here each is a test, by a driver that damages its seeds; make fuzz builds
# them once more, with clang and libFuzzer, in a build directory below this one.
FUZZ_MAIN = tests/fuzz/libdriver.a
FUZZ_LIBS = $(FUZZ_MAIN) tests/fuzz/libfuzz.a
check_LIBRARIES = tests/fuzz/libdriver.a tests/fuzz/libfuzz.a
tests_fuzz_libdriver_a_SOURCES = tests/fuzz/driver.c
tests_fuzz_libfuzz_a_SOURCES = tests/fuzz/document.c tests/fuzz/fuzz.c tests/fuzz/fuzz.h

FUZZ_UTIL = \
	tests/fuzz/age
$(FUZZ_UTIL): LDADD = $(FUZZ_LIBS) $(UTIL_LIBS)

FUZZ_RECIPE = \
	tests/fuzz/expression
$(FUZZ_RECIPE): LDADD = $(FUZZ_LIBS) $(RECIPE_LIBS)

FUZZ_LEDGER = \
	tests/fuzz/chain \
	tests/fuzz/evidence \
	tests/fuzz/note \
	tests/fuzz/policy \
	tests/fuzz/receipt \
	tests/fuzz/record \
	tests/fuzz/snapshot \
	tests/fuzz/words
$(FUZZ_LEDGER): LDADD = $(FUZZ_LIBS) $(LEDGER_LIBS)

FUZZ_H5 = \
	tests/fuzz/answer
$(FUZZ_H5): LDADD = $(FUZZ_LIBS) $(H5_LIBS)

FUZZ_SOURCE = \
	tests/fuzz/csv
$(FUZZ_SOURCE): LDADD = $(FUZZ_LIBS) $(DATA_LIBS)

FUZZ_FUNCTION = \
	tests/fuzz/object
$(FUZZ_FUNCTION): LDADD = $(FUZZ_LIBS) $(FUNCTION_LIBS)
tests_fuzz_object_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=exec_object_ask,--wrap=err_alloc

FUZZ_CONTRACT = \
	tests/fuzz/contract \
	tests/fuzz/spec
$(FUZZ_CONTRACT): LDADD = $(FUZZ_LIBS) $(CONTRACT_LIBS)

# Rooms of engine, with what they call, and no more.
FUZZ_TRANSPORT = \
	tests/fuzz/message
$(FUZZ_TRANSPORT): LDADD = $(FUZZ_LIBS) src/engine/transport/libtransport.a $(UTIL_LIBS)

FUZZ_VIEW = \
	tests/fuzz/status
$(FUZZ_VIEW): LDADD = $(FUZZ_LIBS) src/engine/view/libview.a $(LEDGER_LIBS)

FUZZ_RESULT = \
	tests/fuzz/result
$(FUZZ_RESULT): LDADD = $(FUZZ_LIBS) src/engine/result/libresult.a $(CONTRACT_LIBS) \
	$(LEDGER_LIBS) $(STATS_LIBS) $(FUNCTION_LIBS)
tests_fuzz_result_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=reader_read

FUZZ_SITE = \
	tests/fuzz/federation \
	tests/fuzz/identity \
	tests/fuzz/proof \
	tests/fuzz/roster \
	tests/fuzz/rules \
	tests/fuzz/sealed
$(FUZZ_SITE): LDADD = $(FUZZ_LIBS) $(SITE_LIBS)

FUZZ_TESTS = $(FUZZ_UTIL) $(FUZZ_LEDGER) $(FUZZ_H5) $(FUZZ_SOURCE) $(FUZZ_FUNCTION) $(FUZZ_CONTRACT) \
	$(FUZZ_TRANSPORT) $(FUZZ_VIEW) $(FUZZ_RESULT) $(FUZZ_SITE)
FUZZ_TESTS += $(FUZZ_RECIPE)
check_PROGRAMS += $(FUZZ_TESTS)
FUZZ_DICTS = tests/fuzz/chain.dict tests/fuzz/record.dict tests/fuzz/rules.dict
FUZZ_DICTS += tests/fuzz/expression.dict
EXTRA_DIST += $(FUZZ_DICTS) tests/fuzz/run.sh tests/fuzz/seeds

# For longer, or some of them: make fuzz FUZZ_SECONDS=600 FUZZ_TARGETS='record chain'. With -j 2
# two of them run at a time.
FUZZ_SECONDS = 20
FUZZ_TARGETS = $(FUZZ_TESTS:tests/fuzz/%=%)
FUZZ_CC = clang
FUZZ_CONFIGURE =
FUZZ_CHOSEN = $(FUZZ_TARGETS:%=tests/fuzz/%)
FUZZ_TRY = echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -x c -o fuzz/try - >/dev/null 2>&1
.PHONY: fuzz clean-fuzz
fuzz:
	@$(MKDIR_P) fuzz; $(FUZZ_TRY) || { \
		echo "SKIP: $@: $(FUZZ_CC) makes no program with libFuzzer (Debian:" \
		"contrib/bootstrap packages fuzz; elsewhere give FUZZ_CC=…)"; exit 0; }; \
	cd fuzz && { test -f Makefile || '$(abs_top_srcdir)/configure' -q CC='$(FUZZ_CC)' \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' --enable-sanitize --without-petsc \
		$(FUZZ_CONFIGURE); } && \
	FUZZ_SECONDS='$(FUZZ_SECONDS)' $(MAKE) $(AM_MAKEFLAGS) check-TESTS check_DATA= \
		check_LIBRARIES=tests/fuzz/libfuzz.a check_PROGRAMS='$(FUZZ_CHOSEN)' \
		TESTS='$(FUZZ_CHOSEN)' FUZZ_MAIN=-fsanitize=fuzzer \
		LOG_COMPILER='$(SHELL) $(abs_top_srcdir)/tests/fuzz/run.sh'
clean-fuzz:
	-rm -rf fuzz
