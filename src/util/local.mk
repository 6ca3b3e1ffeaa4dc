# util: libc and libcrypto; jansson for the canonical text form.
noinst_LIBRARIES += src/util/libutil.a
src_util_libutil_a_SOURCES = \
	src/util/buf.c \
	src/util/buf.h \
	src/util/child.c \
	src/util/child.h \
	src/util/clock.c \
	src/util/clock.h \
	src/util/directory.c \
	src/util/directory.h \
	src/util/err.c \
	src/util/err.h \
	src/util/file.c \
	src/util/file.h \
	src/util/flat.c \
	src/util/flat.h \
	src/util/halt.c \
	src/util/halt.h \
	src/util/hash.c \
	src/util/hash.h \
	src/util/json.c \
	src/util/json.h \
	src/util/key.c \
	src/util/key.h \
	src/util/lock.c \
	src/util/lock.h \
	src/util/parse.c \
	src/util/parse.h \
	src/util/paths.c \
	src/util/paths.h \
	src/util/place.c \
	src/util/place.h \
	src/util/probe.c \
	src/util/probe.h \
	src/util/runner.c \
	src/util/runner.h \
	src/util/runner_private.h \
	src/util/runner_serve.c \
	src/util/socket.c \
	src/util/socket.h \
	src/util/store.c \
	src/util/store.h \
	src/util/tail.c \
	src/util/tail.h \
	src/util/text.c \
	src/util/text.h \
	src/util/versions.h
src_util_libutil_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
UTIL_LIBS = src/util/libutil.a $(CRYPTO_LIBS) $(JANSSON_LIBS)

metaneuroninclude_HEADERS += src/util/metaneuron/block.h
EXTRA_DIST += src/util/DESIGN

check_PROGRAMS += tests/unit/check_util
tests_unit_check_util_SOURCES = tests/unit/check_util.c tests/unit/unit.h
tests_unit_check_util_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_util_LDADD = $(UTIL_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_flat
tests_unit_check_flat_SOURCES = tests/unit/check_flat.c tests/unit/unit.h
tests_unit_check_flat_CPPFLAGS = $(UNIT_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_check_flat_LDADD = $(UTIL_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_probe
tests_unit_check_probe_SOURCES = tests/unit/check_probe.c tests/unit/unit.h
tests_unit_check_probe_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_probe_LDADD = $(UTIL_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_runner
tests_unit_check_runner_SOURCES = tests/unit/check_runner.c tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_runner_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_runner_LDADD = $(UTIL_LIBS) $(UNIT_LIBS)
