# data: partitions and the blocks that they are read in.
noinst_LIBRARIES += src/data/libdata.a
src_data_libdata_a_SOURCES = \
	src/data/csv.c \
	src/data/csv.h \
	src/data/source.c \
	src/data/source.h
src_data_libdata_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util
DATA_LIBS = src/data/libdata.a $(H5_LIBS)

check_PROGRAMS += tests/unit/check_data
tests_unit_check_data_SOURCES = tests/unit/check_data.c tests/unit/unit.h
tests_unit_check_data_CPPFLAGS = $(UNIT_CPPFLAGS) $(HDF5_CFLAGS)
tests_unit_check_data_LDADD = $(DATA_LIBS) $(UNIT_LIBS)
