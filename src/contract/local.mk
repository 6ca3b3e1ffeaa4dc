# contract: the object, its two forms and its id.
noinst_LIBRARIES += src/contract/libcontract.a
src_contract_libcontract_a_SOURCES = \
	src/contract/asked.c \
	src/contract/asked.h \
	src/contract/canonical.c \
	src/contract/canonical.h \
	src/contract/check.c \
	src/contract/complain.c \
	src/contract/complain.h \
	src/contract/contract.c \
	src/contract/contract.h \
	src/contract/document.c \
	src/contract/document.h \
	src/contract/events.c \
	src/contract/events.h \
	src/contract/formula.c \
	src/contract/formula.h \
	src/contract/formula_code.c \
	src/contract/formula_columns.c \
	src/contract/formula_known.c \
	src/contract/formula_parse.c \
	src/contract/formula_read.h \
	src/contract/formula_terms.c \
	src/contract/formula_text.c \
	src/contract/formula_variable.c \
	src/contract/lists.c \
	src/contract/load.c \
	src/contract/load.h \
	src/contract/part.c \
	src/contract/recipe_load.c \
	src/contract/recipe_spec.c \
	src/contract/recipe_write.c \
	src/contract/counts.c \
	src/contract/counts.h \
	src/contract/schema.c \
	src/contract/schema.h \
	src/contract/spec.c \
	src/contract/spec.h \
	src/contract/versions.c \
	src/contract/work.c
src_contract_libcontract_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS) $(JANSSON_CFLAGS)
CONTRACT_LIBS = src/contract/libcontract.a src/recipe/librecipe.a $(H5_LIBS) $(YAML_LIBS)
nobase_dist_doc_DATA += src/contract/DESIGN src/contract/FORMAT
EXTRA_DIST += \
	tests/contract_h5py.py \
	tests/data/contract-data-v2/canonical.json \
	tests/data/contract-data-v2/contract.h5 \
	tests/data/contract-data-v2/contract.yaml \
	tests/data/contract-data-v2/id \
	tests/data/contract-filter-v2/canonical.json \
	tests/data/contract-filter-v2/contract.h5 \
	tests/data/contract-filter-v2/contract.yaml \
	tests/data/contract-filter-v2/id \
	tests/data/contract-part-v2/canonical.json \
	tests/data/contract-part-v2/contract.h5 \
	tests/data/contract-part-v2/id \
	tests/data/contract-sites-v2/canonical.json \
	tests/data/contract-sites-v2/contract.h5 \
	tests/data/contract-sites-v2/contract.yaml \
	tests/data/contract-sites-v2/id \
	tests/data/contract-v1/canonical.json \
	tests/data/contract-v1/contract.h5 \
	tests/data/contract-v1/contract.yaml \
	tests/data/contract-v1/id \
	tests/data/contract-v2/canonical.json \
	tests/data/contract-v2/contract.h5 \
	tests/data/contract-v2/contract.yaml \
	tests/data/contract-v2/id \
	tests/data/contract-work-v1/canonical.json \
	tests/data/contract-work-v1/contract.h5 \
	tests/data/contract-work-v1/contract.yaml \
	tests/data/contract-work-v1/id

CONTRACT_TESTS = \
	tests/unit/check_contract \
	tests/unit/check_document \
	tests/unit/check_formula \
	tests/unit/check_part \
	tests/unit/check_preparation \
	tests/unit/check_spec \
	tests/unit/mutate_contract
$(CONTRACT_TESTS): LDADD = $(CONTRACT_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(CONTRACT_TESTS)
