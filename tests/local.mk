# The tests: units (Check) and scripts around the commands, all speaking TAP.
TEST_EXTENSIONS = .t
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
T_LOG_DRIVER = $(TAP_DRIVER)
T_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent CK_DEFAULT_TIMEOUT=300 \
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	METANEURON='$(abs_top_builddir)/metaneuron' MPIRUN='$(MPIRUN)' PYTHON='$(PYTHON)' NM='$(NM)'; \
	export CK_TAP_LOG_FILE_NAME CK_VERBOSITY CK_DEFAULT_TIMEOUT top_srcdir top_builddir \
	METANEURON MPIRUN PYTHON NM;

TESTS += $(check_PROGRAMS)

# What takes too long for every check; a layer's part is a rule soak-NAME.
.PHONY: soak soak-contract
soak: soak-contract

soak-contract: tests/unit/mutate_contract
	$(AM_TESTS_ENVIRONMENT) tests/unit/mutate_contract 10000 1

dist_check_SCRIPTS = \
	tests/t/t0001-layers.t
TESTS += $(dist_check_SCRIPTS)
EXTRA_DIST += \
	tests/layers.sh \
	tests/t/lib.sh
