# data: partitions and the blocks that they are read in.
noinst_LIBRARIES += src/data/libdata.a
src_data_libdata_a_SOURCES = \
	src/data/choice.c \
	src/data/choice.h \
	src/data/csv.c \
	src/data/csv.h \
	src/data/csv_field.c \
	src/data/csv_field.h \
	src/data/csv_index.c \
	src/data/csv_index.h \
	src/data/csv_reader.c \
	src/data/csv_reader.h \
	src/data/csv_row.c \
	src/data/csv_row.h \
	src/data/format.h \
	src/data/hdf.c \
	src/data/hdf.h \
	src/data/number.c \
	src/data/number.h \
	src/data/source.c \
	src/data/source.h
src_data_libdata_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util
src_data_libdata_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
DATA_LIBS = src/data/libdata.a $(H5_LIBS)

EXTRA_DIST += src/data/DESIGN src/data/FORMAT

check_PROGRAMS += tests/unit/check_number
tests_unit_check_number_SOURCES = tests/unit/check_number.c tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_number_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_number_LDADD = $(DATA_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_csv
tests_unit_check_csv_SOURCES = tests/unit/check_csv.c tests/unit/data_fixture.h tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_csv_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_csv_LDADD = $(DATA_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_csv_rows
tests_unit_check_csv_rows_SOURCES = tests/unit/check_csv_rows.c tests/unit/data_fixture.h tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_csv_rows_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_csv_rows_LDADD = $(DATA_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_hdf
tests_unit_check_hdf_SOURCES = tests/unit/check_hdf.c tests/unit/data_fixture.h tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_hdf_CPPFLAGS = $(UNIT_CPPFLAGS) $(HDF5_CFLAGS)
tests_unit_check_hdf_LDADD = $(DATA_LIBS) $(UNIT_LIBS)
