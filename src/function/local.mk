# function: the ABI, the registry and the built-in functions.
noinst_LIBRARIES += src/function/libfunction.a
src_function_libfunction_a_SOURCES = \
	src/function/axes.c \
	src/function/axes.h \
	src/function/axes_find.c \
	src/function/axes_private.h \
	src/function/bound.c \
	src/function/bound.h \
	src/function/bound_private.h \
	src/function/bound_rounds.c \
	src/function/builtin.h \
	src/function/central.c \
	src/function/central.h \
	src/function/central_read.c \
	src/function/cholesky.c \
	src/function/cholesky.h \
	src/function/counts.c \
	src/function/counts.h \
	src/function/covariance.c \
	src/function/exec.c \
	src/function/exec.h \
	src/function/exec_file.c \
	src/function/exec_merge.c \
	src/function/exec_program.c \
	src/function/exec_rounds.c \
	src/function/exec_run.c \
	src/function/exec_sandbox.c \
	src/function/exec_sum.c \
	src/function/family.c \
	src/function/family.h \
	src/function/fit.c \
	src/function/fit.h \
	src/function/glm.c \
	src/function/histogram.c \
	src/function/histogram_plan.c \
	src/function/histogram_plan.h \
	src/function/host.h \
	src/function/kmeans.c \
	src/function/kmeans_plan.h \
	src/function/kmeans_read.c \
	src/function/kmeans_rows.c \
	src/function/kmeans_seed.c \
	src/function/kmeans_step.c \
	src/function/lapack.h \
	src/function/learner.h \
	src/function/learner_body.h \
	src/function/learner_double.c \
	src/function/learner_single.c \
	src/function/linreg.c \
	src/function/loader.c \
	src/function/loader.h \
	src/function/logreg.c \
	src/function/mlp.c \
	src/function/mlp.h \
	src/function/moments.c \
	src/function/montecarlo.c \
	src/function/network_body.h \
	src/function/newton.c \
	src/function/newton.h \
	src/function/newton_callbacks.h \
	src/function/newton_read.c \
	src/function/newton_step.c \
	src/function/normal.c \
	src/function/normal.h \
	src/function/numbers.c \
	src/function/numbers.h \
	src/function/params.c \
	src/function/params.h \
	src/function/passes.c \
	src/function/passes.h \
	src/function/pca.c \
	src/function/petsc.c \
	src/function/petsc_calls.h \
	src/function/philox.c \
	src/function/philox.h \
	src/function/poisson.c \
	src/function/poisson_field.c \
	src/function/poisson_options.c \
	src/function/poisson_private.h \
	src/function/poisson_report.c \
	src/function/poisson_solve.c \
	src/function/poisson_state.h \
	src/function/poisson_wave.c \
	src/function/profile.c \
	src/function/profile.h \
	src/function/quantile.c \
	src/function/registry.c \
	src/function/registry.h \
	src/function/team.c \
	src/function/team.h \
	src/function/tell.c \
	src/function/tell.h \
	src/function/scatter.c \
	src/function/scatter.h \
	src/function/scatter_read.c \
	src/function/search.c \
	src/function/search.h \
	src/function/sketch.c \
	src/function/sketch.h \
	src/function/sweep.c \
	src/function/sweep_data.c \
	src/function/sweep_finish.c \
	src/function/sweep_grid.c \
	src/function/sweep_open.c \
	src/function/sweep_points.c \
	src/function/sweep_private.h \
	src/function/train.c \
	src/function/train_features.c \
	src/function/train_finish.c \
	src/function/train_plan.c \
	src/function/train_plan.h \
	src/function/train_result.h \
	src/function/triangle.c \
	src/function/triangle.h \
	src/function/wait.c
src_function_libfunction_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util \
	-I$(top_srcdir)/src/function $(GSL_CFLAGS) $(BLAS_CFLAGS) $(PETSC_CFLAGS) $(MPI_CFLAGS) \
	-DPKGLIBDIR='"$(pkglibdir)"'
src_function_libfunction_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
# GSL calls BLAS through CBLAS, which OpenBLAS has: it must come before gslcblas.
FUNCTION_LIBS = src/function/libfunction.a $(H5_LIBS) $(BLAS_LIBS) $(GSL_LIBS) $(MPI_LIBS)

metaneuroninclude_HEADERS += src/function/metaneuron/function.h
EXTRA_DIST += src/function/DESIGN src/function/FORMAT

check_PROGRAMS += tests/unit/check_function
tests_unit_check_function_SOURCES = tests/unit/check_function.c tests/unit/unit.h
tests_unit_check_function_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_function_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_moments
tests_unit_check_moments_SOURCES = tests/unit/check_moments.c tests/unit/function.h \
	tests/unit/unit.h
tests_unit_check_moments_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_moments_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_covariance
tests_unit_check_covariance_SOURCES = tests/unit/check_covariance.c tests/unit/function.h \
	tests/unit/unit.h
tests_unit_check_covariance_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_covariance_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_exec
tests_unit_check_exec_SOURCES = tests/unit/check_exec.c tests/unit/function.h \
	tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_exec_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_exec_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/check_glm
tests_unit_check_glm_SOURCES = tests/unit/check_glm.c tests/unit/function.h \
	tests/unit/rounds.h tests/unit/slow_glm.h tests/unit/unit.h
tests_unit_check_glm_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_glm_LDADD = $(STATS_LIBS) $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_histogram
tests_unit_check_histogram_SOURCES = tests/unit/check_histogram.c tests/unit/function.h \
	tests/unit/unit.h
tests_unit_check_histogram_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_histogram_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_kmeans
tests_unit_check_kmeans_SOURCES = tests/unit/check_kmeans.c tests/unit/function.h \
	tests/unit/rounds.h tests/unit/unit.h
tests_unit_check_kmeans_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_kmeans_LDADD = $(STATS_LIBS) $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_linreg
tests_unit_check_linreg_SOURCES = tests/unit/check_linreg.c tests/unit/function.h \
	tests/unit/unit.h
tests_unit_check_linreg_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_linreg_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_logreg
tests_unit_check_logreg_SOURCES = tests/unit/check_logreg.c tests/unit/function.h \
	tests/unit/rounds.h tests/unit/slow_glm.h tests/unit/unit.h
tests_unit_check_logreg_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_logreg_LDADD = $(STATS_LIBS) $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_montecarlo
tests_unit_check_montecarlo_SOURCES = tests/unit/check_montecarlo.c tests/unit/function.h \
	tests/unit/unit.h
tests_unit_check_montecarlo_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_montecarlo_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_pca
tests_unit_check_pca_SOURCES = tests/unit/check_pca.c tests/unit/function.h tests/unit/unit.h
tests_unit_check_pca_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_pca_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_poisson
tests_unit_check_poisson_SOURCES = tests/unit/check_poisson.c tests/unit/function.h \
	tests/unit/leaks.h tests/unit/unit.h
tests_unit_check_poisson_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_poisson_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_quantile
tests_unit_check_quantile_SOURCES = tests/unit/check_quantile.c tests/unit/function.h \
	tests/unit/unit.h
tests_unit_check_quantile_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_quantile_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_sweep
tests_unit_check_sweep_SOURCES = tests/unit/check_sweep.c tests/unit/function.h \
	tests/unit/leaks.h tests/unit/unit.h
tests_unit_check_sweep_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_sweep_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_train
tests_unit_check_train_SOURCES = tests/unit/check_train.c tests/unit/function.h \
	tests/unit/train_case.h tests/unit/unit.h
tests_unit_check_train_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_train_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_train_read
tests_unit_check_train_read_SOURCES = tests/unit/check_train_read.c tests/unit/function.h \
	tests/unit/train_case.h tests/unit/unit.h
tests_unit_check_train_read_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_train_read_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_wait
tests_unit_check_wait_SOURCES = tests/unit/check_wait.c tests/unit/function.h tests/unit/unit.h
tests_unit_check_wait_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_check_wait_LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)
