# h5: the only layer that calls HDF5.
noinst_LIBRARIES += src/h5/libh5.a
src_h5_libh5_a_SOURCES = \
	src/h5/answer.c \
	src/h5/answer.h \
	src/h5/attribute.c \
	src/h5/attribute.h \
	src/h5/close.h \
	src/h5/enumeration.c \
	src/h5/enumeration.h \
	src/h5/filter.c \
	src/h5/filter.h \
	src/h5/flavour.c \
	src/h5/flavour.h \
	src/h5/h5err.c \
	src/h5/h5err.h \
	src/h5/packing.c \
	src/h5/packing.h \
	src/h5/prepare.c \
	src/h5/prepare.h \
	src/h5/reader.c \
	src/h5/reader.h \
	src/h5/sandbox.c \
	src/h5/sandbox.h \
	src/h5/slabs.c \
	src/h5/slabs.h \
	src/h5/slabs_private.h \
	src/h5/table.c \
	src/h5/table.h \
	src/h5/table_add.c \
	src/h5/table_find.c \
	src/h5/table_frame.c \
	src/h5/table_label.c \
	src/h5/table_list.c \
	src/h5/table_open.c \
	src/h5/table_private.h \
	src/h5/table_shape.c \
	src/h5/table_text.c \
	src/h5/value.c \
	src/h5/value.h \
	src/h5/walk.c \
	src/h5/walk.h \
	src/h5/writer.c \
	src/h5/writer.h
src_h5_libh5_a_CPPFLAGS = $(AM_CPPFLAGS) $(HDF5_CFLAGS) $(SECCOMP_CFLAGS)
H5_LIBS = src/h5/libh5.a $(UTIL_LIBS) $(HDF5_LIBS) $(SECCOMP_LIBS)
nobase_dist_doc_DATA += src/h5/DESIGN

H5_TESTS = \
	tests/unit/check_reader \
	tests/unit/check_sandbox \
	tests/unit/check_table
tests_unit_check_reader_SOURCES = tests/unit/check_reader.c tests/unit/hostile.c
$(H5_TESTS): LDADD = $(H5_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(H5_TESTS)
