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

dist_check_SCRIPTS = \
	tests/t/t0001-layers.t \
	tests/t/t0100-cli.t \
	tests/t/t0200-contract.t \
	tests/t/t0300-flow.t \
	tests/t/t0310-numbers.t \
	tests/t/t0400-ledger.t \
	tests/t/t0500-verify.t \
	tests/t/t0600-kill.t \
	tests/t/t0700-filter.t \
	tests/t/t0800-result.t
TESTS += $(dist_check_SCRIPTS)
EXTRA_DIST += \
	tests/layers.sh \
	tests/t/chain.py \
	tests/t/compare.py \
	tests/t/describe.py \
	tests/t/kill.py \
	tests/t/make.py \
	tests/t/tamper.py \
	tests/t/lib.sh
