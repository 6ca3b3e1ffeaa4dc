# contract: the object, its two forms and its id.
noinst_LIBRARIES += src/contract/libcontract.a
src_contract_libcontract_a_SOURCES = \
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
	src/contract/lists.c \
	src/contract/load.c \
	src/contract/load.h \
	src/contract/schema.c \
	src/contract/schema.h \
	src/contract/spec.c \
	src/contract/spec.h \
	src/contract/work.c
src_contract_libcontract_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS) $(JANSSON_CFLAGS)
CONTRACT_LIBS = src/contract/libcontract.a $(H5_LIBS) $(YAML_LIBS)
EXTRA_DIST += src/contract/DESIGN src/contract/FORMAT

check_PROGRAMS += tests/unit/check_contract
tests_unit_check_contract_SOURCES = tests/unit/check_contract.c tests/unit/contract_fixture.h tests/unit/unit.h
tests_unit_check_contract_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_contract_LDADD = $(CONTRACT_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_document
tests_unit_check_document_SOURCES = tests/unit/check_document.c tests/unit/contract_fixture.h tests/unit/unit.h
tests_unit_check_document_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_document_LDADD = $(CONTRACT_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_spec
tests_unit_check_spec_SOURCES = tests/unit/check_spec.c tests/unit/contract_fixture.h tests/unit/unit.h
tests_unit_check_spec_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_spec_LDADD = $(CONTRACT_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/mutate_contract
tests_unit_mutate_contract_SOURCES = tests/unit/mutate_contract.c
tests_unit_mutate_contract_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_mutate_contract_LDADD = $(CONTRACT_LIBS)

EXTRA_DIST += \
	tests/contract_h5py.py \
	tests/data/contract-v1/canonical.json \
	tests/data/contract-v1/contract.h5 \
	tests/data/contract-v1/contract.yaml \
	tests/data/contract-v1/id \
	tests/data/contract-work-v1/canonical.json \
	tests/data/contract-work-v1/contract.h5 \
	tests/data/contract-work-v1/contract.yaml \
	tests/data/contract-work-v1/id
