# data: partitions and the blocks that they are read in.
noinst_LIBRARIES += src/data/libdata.a
src_data_libdata_a_SOURCES = \
	src/data/cells.c \
	src/data/cells.h \
	src/data/choice.c \
	src/data/choice.h \
	src/data/cooking.c \
	src/data/cooking.h \
	src/data/csv.c \
	src/data/csv.h \
	src/data/csv_cells.c \
	src/data/csv_cells.h \
	src/data/csv_complain.c \
	src/data/csv_complain.h \
	src/data/csv_field.c \
	src/data/csv_field.h \
	src/data/csv_header.c \
	src/data/csv_header.h \
	src/data/csv_index.c \
	src/data/csv_index.h \
	src/data/csv_reader.c \
	src/data/csv_reader.h \
	src/data/csv_row.c \
	src/data/csv_row.h \
	src/data/format.h \
	src/data/hdf.c \
	src/data/hdf.h \
	src/data/location.c \
	src/data/location.h \
	src/data/number.c \
	src/data/number.h \
	src/data/source.c \
	src/data/source.h \
	src/data/strip.c \
	src/data/strip.h \
	src/data/survey.c \
	src/data/survey.h
src_data_libdata_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
DATA_LIBS = src/data/libdata.a $(RECIPE_LIBS) $(H5_LIBS)

nobase_dist_doc_DATA += src/data/DESIGN src/data/FORMAT

DATA_TESTS = \
	tests/unit/check_cooking \
	tests/unit/check_csv \
	tests/unit/check_csv_rows \
	tests/unit/check_hdf \
	tests/unit/check_number \
	tests/unit/check_texts
$(DATA_TESTS): LDADD = $(DATA_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(DATA_TESTS)
