# The tests: units (Check) and scripts around the commands, all speaking TAP.
TEST_EXTENSIONS = .t
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
T_LOG_DRIVER = $(TAP_DRIVER)
T_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent CK_DEFAULT_TIMEOUT=300 \
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	METANEURON='$(abs_top_builddir)/metaneuron' FAULTS='$(abs_top_builddir)/$(FAULTS)' MPIRUN='$(MPIRUN)' MPI_FLAVOUR='$(MPI_FLAVOUR)' PYTHON='$(PYTHON)' NM='$(NM)'; \
	export CK_TAP_LOG_FILE_NAME CK_VERBOSITY CK_DEFAULT_TIMEOUT top_srcdir top_builddir \
	METANEURON FAULTS MPIRUN MPI_FLAVOUR PYTHON NM;

TESTS += $(check_PROGRAMS)

# A unit test is one file tests/unit/NAME.c and one line in its layer's list, which says by
# LDADD what it is linked with: that layer and those below, which proves that they need no
# other. Make takes the archives of that list for its prerequisites (GNU make is needed).
.SECONDEXPANSION:
$(check_PROGRAMS): $$(filter %.a,$$(LDADD))
UNIT_LIBS = $(CHECK_LIBS)
UNIT_CPPFLAGS = $(CHECK_CFLAGS) $(GSL_CFLAGS) $(HDF5_CFLAGS) $(JANSSON_CFLAGS) $(MPI_CFLAGS) \
	-DTEST_DATA='"$(abs_top_srcdir)/tests/data"'
CRASH_OBJECTS = \
	tests/crash/disk.$(OBJEXT) \
	tests/crash/image.$(OBJEXT) \
	tests/crash/lab.$(OBJEXT) \
	tests/crash/scenario.$(OBJEXT) \
	tests/crash/self.$(OBJEXT) \
	tests/crash/state.$(OBJEXT) \
	tests/crash/states.$(OBJEXT) \
	tests/crash/watch.$(OBJEXT) \
	tests/crash/writer.$(OBJEXT)
UNIT_OBJECTS = $(check_PROGRAMS:@EXEEXT@=.@OBJEXT@) tests/unit/hostile.$(OBJEXT) \
	$(CRASH_OBJECTS)
$(UNIT_OBJECTS): AM_CPPFLAGS += $(UNIT_CPPFLAGS)
noinst_HEADERS = \
	tests/unit/centre_case.h \
	tests/unit/collect_case.h \
	tests/unit/contract_fixture.h \
	tests/unit/expression_case.h \
	tests/unit/data_fixture.h \
	tests/unit/federation_fixture.h \
	tests/unit/failing_io.h \
	tests/unit/filter_case.h \
	tests/unit/function.h \
	tests/unit/hostile.h \
	tests/unit/hostile_case.h \
	tests/unit/kills_case.h \
	tests/unit/kmeans_case.h \
	tests/unit/leaks.h \
	tests/unit/ledger_fixture.h \
	tests/unit/mutate.h \
	tests/unit/odd.h \
	tests/unit/poisson_case.h \
	tests/unit/rounds.h \
	tests/unit/rules_fixture.h \
	tests/unit/policy_fixture.h \
	tests/unit/property_case.h \
	tests/unit/proof_fixture.h \
	tests/unit/scratch.h \
	tests/unit/site_fixture.h \
	tests/unit/slow_glm.h \
	tests/unit/train_case.h \
	tests/unit/trust_fixture.h \
	tests/unit/unit.h \
	tests/unit/verdict_case.h

# The program with faults, which tests run in place of the installed one: the same
# objects, but with these functions led through tests/faults/faults.c and lies.c.
FAULTS = tests/faults/metaneuron-faults$(EXEEXT)
EXTRA_PROGRAMS += tests/faults/metaneuron-faults
check_DATA = $(FAULTS)
CLEANFILES += $(FAULTS)
tests_faults_metaneuron_faults_SOURCES = tests/faults/faults.c tests/faults/lies.c
tests_faults_metaneuron_faults_CPPFLAGS = $(AM_CPPFLAGS) $(MPI_CFLAGS)
tests_faults_metaneuron_faults_LDADD = $(metaneuron_OBJECTS) $(metaneuron_LDADD)
tests_faults_metaneuron_faults_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=open -Wl,--wrap=close -Wl,--wrap=write -Wl,--wrap=pwrite \
	-Wl,--wrap=fsync -Wl,--wrap=fdatasync -Wl,--wrap=rename -Wl,--wrap=link \
	-Wl,--wrap=unlink -Wl,--wrap=unlinkat -Wl,--wrap=ftruncate -Wl,--wrap=gethostname \
	-Wl,--wrap=pace_begin -Wl,--wrap=pace_end -Wl,--wrap=pace_saves -Wl,--wrap=file_lock \
	-Wl,--wrap=filesystem_see -Wl,--wrap=fcntl \
	-Wl,--wrap=reduction_create -Wl,--wrap=reduction_push_leaf \
	-Wl,--wrap=MPI_Isend -Wl,--wrap=MPI_Comm_split -Wl,--wrap=MPI_Comm_split_type \
	-Wl,--wrap=MPI_Igather

# The same suite with MPICH, in a build directory of its own below this one; some tests of it by
# TESTS, more options of configure by CHECK_MPICH_CONFIGURE='--enable-werror HDF5_LIBS=…'.
# check-mpich-smoke makes no unit tests, and is over in a minute or two.
CHECK_MPICH_CC = mpicc.mpich
CHECK_MPICH_CONFIGURE =
CHECK_MPICH_MAKE =
CHECK_MPICH_SMOKE = \
	tests/t/t0300-flow.t \
	tests/t/t0500-verify.t \
	tests/t/t1000-doctor.t \
	tests/t/t1100-launch.t
CHECK_MPICH_SKIP = command -v $(CHECK_MPICH_CC) >/dev/null 2>&1 || { \
	echo "SKIP: $@: there is no $(CHECK_MPICH_CC) (Debian: contrib/bootstrap packages mpich;" \
	"elsewhere give CHECK_MPICH_CC=…)"; exit 0; }
CHECK_MPICH_BUILD = $(MKDIR_P) mpich && cd mpich && { test -f Makefile || \
	'$(abs_top_srcdir)/configure' -q CC='$(CHECK_MPICH_CC)' --without-petsc \
	$(CHECK_MPICH_CONFIGURE); } && $(MAKE) $(AM_MAKEFLAGS) $(CHECK_MPICH_MAKE) all
.PHONY: check-mpich check-mpich-smoke clean-mpich
check-mpich:
	@$(CHECK_MPICH_SKIP); $(CHECK_MPICH_BUILD) && $(MAKE) $(AM_MAKEFLAGS) check
check-mpich-smoke:
	@$(CHECK_MPICH_SKIP); $(CHECK_MPICH_BUILD) && \
		$(MAKE) $(AM_MAKEFLAGS) check-TESTS check_PROGRAMS= TESTS='$(CHECK_MPICH_SMOKE)'
clean-mpich:
	-rm -rf mpich

# make check-nfs: as root, a ledger on NFS 4, which this machine exports to itself, in a kernel in
# user space if its own has no NFS; a minute or some, so no part of make check.
NFS_TESTS = tests/nfs/t0100-nfs.t
EXTRA_DIST += $(NFS_TESTS) tests/nfs/inside.sh
.PHONY: check-nfs
check-nfs: metaneuron$(EXEEXT) $(FAULTS)
	@$(MAKE) $(AM_MAKEFLAGS) check-TESTS check_PROGRAMS= TESTS='$(NFS_TESTS)'

# What takes too long for every check; a layer's part is a rule soak-NAME. Make it
# longer or other by make soak SOAK_MUTATIONS=100000 SOAK_SECONDS=3600 SOAK_SEED=2.
SOAK_MUTATIONS = 10000
SOAK_SECONDS = 300
SOAK_SEED = 1
SOAK_KILLS = 1000
SOAK_RECORDS = 100000
.PHONY: soak soak-contract soak-crash soak-kill soak-site soak-tamper
soak: soak-contract soak-crash soak-kill soak-site soak-tamper

# Centres are killed at every so-manieth call of each kind.
SITE_KILLS = 31
soak-site: metaneuron$(EXEEXT) $(FAULTS) tests/unit/check_site_kills
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) SITE_KILLS_EVERY=1 CK_DEFAULT_TIMEOUT=3600 tests/unit/check_site_kills
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) SITE_KILLS=$(SITE_KILLS) $(SHELL) $(srcdir)/tests/t/t2120-site-kill.t

soak-contract: tests/unit/mutate_contract
	$(AM_TESTS_ENVIRONMENT) tests/unit/mutate_contract $(SOAK_MUTATIONS) $(SOAK_SEED)

soak-tamper: tests/unit/check_tamper
	$(AM_TESTS_ENVIRONMENT) TAMPER_ALL=1 CK_DEFAULT_TIMEOUT=3600 tests/unit/check_tamper

# Every state of the crash laboratory, and writers that are killed more often.
soak-crash: tests/unit/check_crash tests/unit/check_failing tests/unit/check_killed
	$(AM_TESTS_ENVIRONMENT) CK_DEFAULT_TIMEOUT=7200 CRASH_ALL=1 tests/unit/check_crash
	$(AM_TESTS_ENVIRONMENT) CK_DEFAULT_TIMEOUT=7200 CRASH_ALL=1 tests/unit/check_failing
	$(AM_TESTS_ENVIRONMENT) CK_DEFAULT_TIMEOUT=7200 KILLED_TIMES=$(SOAK_KILLS) \
		KILLED_RECORDS=$(SOAK_RECORDS) KILLED_SEED=$(SOAK_SEED) tests/unit/check_killed

soak-kill: metaneuron$(EXEEXT) $(FAULTS)
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/t/soak-kill.sh \
		$(SOAK_SECONDS) $(SOAK_SEED)

dist_check_SCRIPTS = \
	tests/t/t0001-layers.t \
	tests/t/t0002-format.t \
	tests/t/t0003-design.t \
	tests/t/t0100-cli.t \
	tests/t/t0200-contract.t \
	tests/t/t0300-flow.t \
	tests/t/t0305-output.t \
	tests/t/t0306-changed.t \
	tests/t/t0307-others.t \
	tests/t/t0305-data.t \
	tests/t/t0307-codes.t \
	tests/t/t0308-deal.t \
	tests/t/t0309-levels.t \
	tests/t/t0309-recipe.t \
	tests/t/t0310-numbers.t \
	tests/t/t0311-learnt.t \
	tests/t/t0312-prepared.t \
	tests/t/t0312-formula.t \
	tests/t/t0320-functions.t \
	tests/t/t0325-versions.t \
	tests/t/t0330-iterative.t \
	tests/t/t0335-rounds.t \
	tests/t/t0340-train.t \
	tests/t/t0350-pde.t \
	tests/t/t0355-sweep.t \
	tests/t/t0400-ledger.t \
	tests/t/t0410-trust.t \
	tests/t/t0420-receipt.t \
	tests/t/t0430-history.t \
	tests/t/t0440-prune.t \
	tests/t/t0440-group.t \
	tests/t/t0450-filesystem.t \
	tests/t/t0500-verify.t \
	tests/t/t0510-forged.t \
	tests/t/t0520-decisions.t \
	tests/t/t0600-kill.t \
	tests/t/t0610-faults.t \
	tests/t/t0615-faults-mpi.t \
	tests/t/t0620-halt.t \
	tests/t/t0625-planted.t \
	tests/t/t0630-silent.t \
	tests/t/t0635-nodes.t \
	tests/t/t0640-liars.t \
	tests/t/t0645-lies.t \
	tests/t/t0650-work.t \
	tests/t/t0655-shard.t \
	tests/t/t0656-shard-run.t \
	tests/t/t0657-shard-kinds.t \
	tests/t/t0660-full.t \
	tests/t/t0670-share.t \
	tests/t/t0675-rejected.t \
	tests/t/t0680-attacks.t \
	tests/t/t0700-filter.t \
	tests/t/t0705-lof-exact.t \
	tests/t/t0800-result.t \
	tests/t/t0810-text.t \
	tests/t/t1000-doctor.t \
	tests/t/t1100-launch.t \
	tests/t/t1110-sbatch.t \
	tests/t/t1200-status.t \
	tests/t/t1300-functions.t \
	tests/t/t1400-exec.t \
	tests/t/t1410-exec-environment.t \
	tests/t/t1420-exec-serve.t \
	tests/t/t1430-gpus.t \
	tests/t/t1440-sandbox.t \
	tests/t/t1450-sandbox-object.t \
	tests/t/t1500-course.t \
	tests/t/t2010-part.t \
	tests/t/t2100-site.t \
	tests/t/t2110-site-demo.t \
	tests/t/t2120-site-kill.t
dist_check_SCRIPTS += tests/t/t0312-learnt-kill.t
dist_check_SCRIPTS += tests/t/t2140-site-recipe.t
TESTS += $(dist_check_SCRIPTS)
EXTRA_DIST += \
	tests/data/blocks-v1/contract.h5 \
	tests/data/blocks-v1/expected \
	tests/data/filter-v2/contract.h5 \
	tests/data/filter-v2/key.pub \
	tests/data/filter-v2/log \
	tests/data/filter-v2/result.h5 \
	tests/layers.sh \
	tests/t/chain.py \
	tests/t/history.py \
	tests/t/containers.py \
	tests/t/compare.py \
	tests/t/course.py \
	tests/t/describe.py \
	tests/t/exec.py \
	tests/t/forge.py \
	tests/t/alike.py \
	tests/t/functions.py \
	tests/t/iterative.R \
	tests/t/iterative.py \
	tests/t/rounds.py \
	tests/t/kill.py \
	tests/t/lof_exact.py \
	tests/t/make.py \
	tests/t/pde.py \
	tests/t/receipt.py \
	tests/t/soak-kill.sh \
	tests/t/soak.py \
	tests/t/survive.sh \
	tests/t/tamper.py \
	tests/t/text.py \
	tests/t/train.py \
	tests/t/lib.sh
# Ranks that judge results which none of them holds, for tests and make bench.
RANKS = tests/shard/ranks$(EXEEXT)
EXTRA_PROGRAMS += tests/shard/ranks
check_DATA += $(RANKS)
CLEANFILES += $(RANKS)
tests_shard_ranks_SOURCES = tests/shard/ranks.c
tests_shard_ranks_LDADD = $(ENGINE_LIBS)

# make bench: timed, so no part of make check. Programs are made when asked for.
BENCH_MADE = \
	tests/bench/cost \
	tests/bench/dispatch_mpi \
	tests/bench/filter \
	tests/bench/hello_mpi \
	tests/bench/ledger \
	tests/bench/make_data \
	tests/bench/moments_mpi \
	tests/bench/read_mpi \
	tests/bench/sync \
	tests/bench/train_mlp
EXTRA_PROGRAMS += $(BENCH_MADE)
CLEANFILES += $(BENCH_MADE)
EXTRA_DIST += \
	tests/bench/MODEL.md \
	tests/bench/cost.py \
	tests/bench/cost.sh \
	tests/bench/dispatch.sh \
	tests/bench/dispatch_futures.py \
	tests/bench/large.sh \
	tests/bench/filter.sh \
	tests/bench/filter_dbscan.R \
	tests/bench/filter_sklearn.py \
	tests/bench/ledger.sh \
	tests/bench/run.sh \
	tests/bench/site.sh \
	tests/bench/stores.sh \
	tests/bench/train.sh \
	tests/bench/train_torch.py
BENCH_MADE += tests/bench/expression
EXTRA_DIST += tests/bench/expression.sh tests/bench/expression_numpy.py
# For the machine that it runs on, as one would compile by hand.
BENCH_CFLAGS = -O3 -march=native
BENCH_OBJECTS = $(BENCH_MADE:=.@OBJEXT@)
$(BENCH_OBJECTS): AM_CPPFLAGS += $(HDF5_CFLAGS) $(MPI_CFLAGS)
tests_bench_cost_LDADD = $(FUNCTION_LIBS) $(DATA_LIBS)
tests_bench_dispatch_mpi_LDADD = $(MPI_LIBS)
tests_bench_expression_LDADD = $(RECIPE_LIBS)
tests_bench_filter_LDADD = $(STATS_LIBS)
tests_bench_hello_mpi_LDADD = $(MPI_LIBS)
# What a ledger is compared with is built in where pkg-config finds it.
tests_bench_ledger_SOURCES = tests/bench/ledger.c tests/bench/stores.c tests/bench/stores.h
tests_bench_ledger_CPPFLAGS = $(AM_CPPFLAGS) $(BENCH_STORES_CFLAGS)
tests_bench_ledger_LDADD = $(LEDGER_LIBS) $(BENCH_STORES_LIBS)
tests_bench_ledger_DEPENDENCIES = $(LEDGER_ARCHIVES)
BENCH_STORES_CFLAGS = `$(SHELL) $(srcdir)/tests/bench/stores.sh cflags`
BENCH_STORES_LIBS = `$(SHELL) $(srcdir)/tests/bench/stores.sh libs`
tests_bench_make_data_LDADD = $(HDF5_LIBS)
tests_bench_moments_mpi_LDADD = $(HDF5_LIBS) $(MPI_LIBS) -lm
tests_bench_read_mpi_LDADD = $(MPI_LIBS)
tests_bench_sync_LDADD = $(SITE_LIBS)
tests_bench_train_mlp_LDADD = $(FUNCTION_LIBS)

# CFLAGS comes last on a compiler's line, and would undo -O3.
bench: metaneuron$(EXEEXT)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) CFLAGS='$(CFLAGS) $(BENCH_CFLAGS)' $(BENCH_MADE)
	$(AM_V_at)METANEURON=./metaneuron MPIRUN='$(MPIRUN)' BENCH_PROGRAMS=tests/bench \
		$(SHELL) $(srcdir)/tests/bench/run.sh
	$(AM_V_at)METANEURON=./metaneuron MPIRUN='$(MPIRUN)' BENCH_PROGRAMS=tests/bench \
		$(SHELL) $(srcdir)/tests/bench/dispatch.sh
	$(AM_V_at)PYTHON='$(PYTHON)' BENCH_PROGRAMS=tests/bench $(SHELL) $(srcdir)/tests/bench/cost.sh
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) bench-filter
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) bench-expression
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) bench-ledger
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) bench-sync
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) bench-site
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) bench-large
	$(AM_V_at)MPIRUN='$(MPIRUN)' BENCH_PROGRAMS=tests/bench \
		$(SHELL) $(srcdir)/tests/bench/train.sh

# That of large results alone.
.PHONY: bench-large
bench-large: $(RANKS)
	$(AM_V_at)MPIRUN='$(MPIRUN)' MPI_FLAVOUR='$(MPI_FLAVOUR)' BENCH_PROGRAMS=tests/bench \
		$(SHELL) $(srcdir)/tests/bench/large.sh

# That of centres alone.
.PHONY: bench-site
bench-site: metaneuron$(EXEEXT)
	$(AM_V_at)METANEURON=./metaneuron BENCH_PROGRAMS=tests/bench $(SHELL) $(srcdir)/tests/bench/site.sh

# That of the filter's scores alone, built as it is installed; and how they grow.
.PHONY: bench-filter bench-growth
bench-filter: metaneuron$(EXEEXT) tests/bench/filter$(EXEEXT) tests/bench/make_data$(EXEEXT)
	$(AM_V_at)METANEURON=./metaneuron PYTHON='$(PYTHON)' BENCH_PROGRAMS=tests/bench \
		$(SHELL) $(srcdir)/tests/bench/filter.sh
bench-growth: tests/bench/filter$(EXEEXT)
	$(AM_V_at)BENCH_PROGRAMS=tests/bench $(SHELL) $(srcdir)/tests/bench/filter.sh growth

# That of expressions alone, built as they are installed.
.PHONY: bench-expression
bench-expression: tests/bench/expression$(EXEEXT)
	$(AM_V_at)PYTHON='$(PYTHON)' BENCH_PROGRAMS=tests/bench \
		$(SHELL) $(srcdir)/tests/bench/expression.sh

# That of the ledger alone.
bench-ledger: metaneuron$(EXEEXT)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) CFLAGS='$(CFLAGS) $(BENCH_CFLAGS)' \
		tests/bench/ledger$(EXEEXT)
	$(AM_V_at)METANEURON=./metaneuron MPIRUN='$(MPIRUN)' BENCH_PROGRAMS=tests/bench \
		$(SHELL) $(srcdir)/tests/bench/ledger.sh

# That of taking in what another centre says. What its user has seen, and his keys, are there, too.
BENCH_SYNC = $(abs_builddir)/tests/bench/data/sync
BENCH_RECORDS_SYNC = 1000000
BENCH_ROUNDS_SYNC = 5
bench-sync:
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) CFLAGS='$(CFLAGS) $(BENCH_CFLAGS)' tests/bench/sync$(EXEEXT)
	$(AM_V_at)rm -rf '$(BENCH_SYNC)' && $(MKDIR_P) '$(BENCH_SYNC)'
	$(AM_V_at)env XDG_CONFIG_HOME='$(BENCH_SYNC)' XDG_STATE_HOME='$(BENCH_SYNC)' \
		tests/bench/sync '$(BENCH_SYNC)/centres' $(BENCH_RECORDS_SYNC) $(BENCH_ROUNDS_SYNC)
	$(AM_V_at)rm -rf '$(BENCH_SYNC)'

clean-bench:
	-rm -rf tests/bench/data
.PHONY: bench bench-ledger bench-sync clean-bench
clean-local: clean-bench clean-fuzz clean-mpich
