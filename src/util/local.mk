# util: libc and libcrypto; jansson for the canonical text form; utf8proc for characters. What
# uses blas.c links BLAS itself.
noinst_LIBRARIES += src/util/libutil.a
src_util_libutil_a_SOURCES = \
	src/util/age.c \
	src/util/age.h \
	src/util/age_crypt.c \
	src/util/age_header.c \
	src/util/age_identity.c \
	src/util/age_private.h \
	src/util/alike.c \
	src/util/alike.h \
	src/util/arena.c \
	src/util/arena.h \
	src/util/base64.c \
	src/util/base64.h \
	src/util/bech32.c \
	src/util/bech32.h \
	src/util/beneath.c \
	src/util/beneath.h \
	src/util/blas.c \
	src/util/blas.h \
	src/util/buf.c \
	src/util/buf.h \
	src/util/child.c \
	src/util/child.h \
	src/util/clock.c \
	src/util/clock.h \
	src/util/crew.c \
	src/util/crew.h \
	src/util/directory.c \
	src/util/directory.h \
	src/util/err.c \
	src/util/err.h \
	src/util/file.c \
	src/util/file.h \
	src/util/filesystem.c \
	src/util/filesystem.h \
	src/util/flat.c \
	src/util/flat.h \
	src/util/halt.c \
	src/util/halt.h \
	src/util/hash.c \
	src/util/hash.h \
	src/util/holder.c \
	src/util/holder.h \
	src/util/interpreter.c \
	src/util/interpreter.h \
	src/util/io.c \
	src/util/io.h \
	src/util/json.c \
	src/util/json.h \
	src/util/json_page.c \
	src/util/json_page.h \
	src/util/key.c \
	src/util/key.h \
	src/util/lock.c \
	src/util/lock.h \
	src/util/lookup.c \
	src/util/lookup.h \
	src/util/mounts.c \
	src/util/mounts.h \
	src/util/owner.c \
	src/util/owner.h \
	src/util/page.c \
	src/util/page.h \
	src/util/parse.c \
	src/util/parse.h \
	src/util/paths.c \
	src/util/paths.h \
	src/util/place.c \
	src/util/place.h \
	src/util/probe.c \
	src/util/probe.h \
	src/util/printed.c \
	src/util/printed.h \
	src/util/reasons.c \
	src/util/reasons.h \
	src/util/runner.c \
	src/util/runner.h \
	src/util/runner_private.h \
	src/util/runner_serve.c \
	src/util/runner_stay.c \
	src/util/runner_stay.h \
	src/util/seal.c \
	src/util/seal.h \
	src/util/show.c \
	src/util/show.h \
	src/util/socket.c \
	src/util/socket.h \
	src/util/space.c \
	src/util/space.h \
	src/util/store.c \
	src/util/store.h \
	src/util/tail.c \
	src/util/tail.h \
	src/util/text.c \
	src/util/text.h \
	src/util/tighten.c \
	src/util/tighten.h \
	src/util/versions.h \
	src/util/wire.c \
	src/util/wire.h
src_util_libutil_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS) \
	$(UTF8PROC_CFLAGS) $(BLAS_CFLAGS)
src_util_libutil_a_SOURCES += src/util/elementary.c src/util/elementary.h
# Nobody reads errno or flags of arithmetic here: so the loops of elementary.c become vectors.
src_util_libutil_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS) -fno-math-errno -fno-trapping-math
UTIL_LIBS = src/util/libutil.a $(CRYPTO_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS)

metaneuroninclude_HEADERS += src/util/metaneuron/block.h
nobase_dist_doc_DATA += src/util/DESIGN
EXTRA_DIST += tests/data/vectors/age tests/data/vectors/ed25519

UTIL_TESTS = \
	tests/unit/check_age \
	tests/unit/check_base64 \
	tests/unit/check_filesystem \
	tests/unit/check_flat \
	tests/unit/check_key \
	tests/unit/check_page \
	tests/unit/check_probe \
	tests/unit/check_runner \
	tests/unit/check_seal \
	tests/unit/check_util
UTIL_TESTS += tests/unit/check_elementary
$(UTIL_TESTS): LDADD = $(UTIL_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(UTIL_TESTS)
