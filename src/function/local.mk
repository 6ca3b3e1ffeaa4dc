# function: the ABI, the registry and the built-in functions.
noinst_LIBRARIES += src/function/libfunction.a
src_function_libfunction_a_SOURCES = \
	src/function/bound.c \
	src/function/bound.h \
	src/function/bound_call.c \
	src/function/bound_call.h \
	src/function/bound_rounds.c \
	src/function/builtin.h \
	src/function/host.h \
	src/function/loader.c \
	src/function/loader.h \
	src/function/params.c \
	src/function/params.h \
	src/function/registry.c \
	src/function/registry.h \
	src/function/search.c \
	src/function/search.h \
	src/function/table.h \
	src/function/cluster/kmeans.c \
	src/function/cluster/kmeans_plan.c \
	src/function/cluster/kmeans_plan.h \
	src/function/cluster/kmeans_read.c \
	src/function/cluster/kmeans_rows.c \
	src/function/cluster/kmeans_seed.c \
	src/function/cluster/kmeans_step.c \
	src/function/common/central.c \
	src/function/common/central.h \
	src/function/common/central_read.c \
	src/function/common/cholesky.c \
	src/function/common/cholesky.h \
	src/function/common/column.c \
	src/function/common/column.h \
	src/function/common/lapack.h \
	src/function/common/normal.c \
	src/function/common/normal.h \
	src/function/common/numbers.c \
	src/function/common/numbers.h \
	src/function/common/passes.c \
	src/function/common/passes.h \
	src/function/common/philox.c \
	src/function/common/philox.h \
	src/function/common/profile.c \
	src/function/common/profile.h \
	src/function/common/team.c \
	src/function/common/team.h \
	src/function/common/tell.c \
	src/function/common/tell.h \
	src/function/common/triangle.c \
	src/function/common/triangle.h \
	src/function/describe/axes.c \
	src/function/describe/axes.h \
	src/function/describe/axes_find.c \
	src/function/describe/axes_private.h \
	src/function/common/counts.c \
	src/function/common/counts.h \
	src/function/describe/covariance.c \
	src/function/describe/histogram.c \
	src/function/describe/histogram_plan.c \
	src/function/describe/histogram_plan.h \
	src/function/describe/moments.c \
	src/function/describe/pca.c \
	src/function/describe/quantile.c \
	src/function/describe/scatter.c \
	src/function/describe/scatter.h \
	src/function/describe/scatter_read.c \
	src/function/common/sketch.c \
	src/function/common/sketch.h \
	src/function/exec/exec.c \
	src/function/exec/exec.h \
	src/function/exec/exec_call.c \
	src/function/exec/exec_call.h \
	src/function/exec/exec_end.c \
	src/function/exec/exec_environment.c \
	src/function/exec/exec_file.c \
	src/function/exec/exec_filter.c \
	src/function/exec/exec_merge.c \
	src/function/exec/exec_object.c \
	src/function/exec/exec_object.h \
	src/function/exec/exec_object_call.c \
	src/function/exec/exec_object_calls.c \
	src/function/exec/exec_place.c \
	src/function/exec/exec_program.c \
	src/function/exec/exec_rounds.c \
	src/function/exec/exec_run.c \
	src/function/exec/exec_sandbox.c \
	src/function/exec/exec_serve.c \
	src/function/exec/exec_sum.c \
	src/function/exec/exec_try.c \
	src/function/exec/exec_words.c \
	src/function/fit/family.c \
	src/function/fit/family.h \
	src/function/fit/fit.c \
	src/function/fit/fit.h \
	src/function/fit/glm.c \
	src/function/fit/linreg.c \
	src/function/fit/logreg.c \
	src/function/fit/newton.c \
	src/function/fit/newton.h \
	src/function/fit/newton_callbacks.h \
	src/function/fit/newton_read.c \
	src/function/fit/newton_step.c \
	src/function/fit/partial.c \
	src/function/fit/partial.h \
	src/function/pde/poisson.c \
	src/function/pde/poisson_field.c \
	src/function/pde/poisson_options.c \
	src/function/pde/poisson_private.h \
	src/function/pde/poisson_report.c \
	src/function/pde/poisson_state.h \
	src/function/pde/poisson_wave.c \
	src/function/sweep/sweep.c \
	src/function/sweep/sweep_callbacks.h \
	src/function/sweep/sweep_data.c \
	src/function/sweep/sweep_finish.c \
	src/function/sweep/sweep_grid.c \
	src/function/sweep/sweep_open.c \
	src/function/sweep/sweep_points.c \
	src/function/sweep/sweep_private.h \
	src/function/train/learner.h \
	src/function/train/learner_body.h \
	src/function/train/learner_double.c \
	src/function/train/learner_single.c \
	src/function/train/mlp.c \
	src/function/train/mlp.h \
	src/function/train/network_body.h \
	src/function/train/train.c \
	src/function/train/train_features.c \
	src/function/train/train_finish.c \
	src/function/train/train_plan.c \
	src/function/train/train_plan.h \
	src/function/train/train_result.h \
	src/function/work/montecarlo.c \
	src/function/work/wait.c
if HAVE_PETSC
src_function_libfunction_a_SOURCES += \
	src/function/pde/petsc.c \
	src/function/pde/petsc_calls.h \
	src/function/pde/poisson_solve.c
else
src_function_libfunction_a_SOURCES += src/function/pde/poisson_absent.c
endif
src_function_libfunction_a_CPPFLAGS = $(AM_CPPFLAGS) $(BLAS_CFLAGS) $(GSL_CFLAGS) $(PETSC_CFLAGS) \
	$(MPI_CFLAGS) $(SECCOMP_CFLAGS) -DPKGLIBDIR='"$(pkglibdir)"' -DPKGLIBEXECDIR='"$(pkglibexecdir)"'
src_function_libfunction_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
# GSL calls BLAS: OpenBLAS comes before gslcblas.
FUNCTION_LIBS = src/function/libfunction.a $(H5_LIBS) $(BLAS_LIBS) $(GSL_LIBS) $(MPI_LIBS)

metaneuroninclude_HEADERS += src/function/metaneuron/function.h
nobase_dist_doc_DATA += src/function/DESIGN src/function/FORMAT
EXTRA_DIST += \
	tests/data/functions-v1/key.pub \
	tests/data/functions-v1/linreg-result.h5 \
	tests/data/functions-v1/linreg.h5 \
	tests/data/functions-v1/log \
	tests/data/functions-v1/quantile-result.h5 \
	tests/data/functions-v1/quantile.h5

FUNCTION_TESTS = \
	tests/unit/check_counts \
	tests/unit/check_covariance \
	tests/unit/check_exec \
	tests/unit/check_function \
	tests/unit/check_histogram \
	tests/unit/check_linreg \
	tests/unit/check_moments \
	tests/unit/check_montecarlo \
	tests/unit/check_pca \
	tests/unit/check_poisson \
	tests/unit/check_poisson_sample \
	tests/unit/check_quantile \
	tests/unit/check_sweep \
	tests/unit/check_train \
	tests/unit/check_train_read \
	tests/unit/check_wait
FUNCTION_TESTS += tests/unit/check_compare
$(FUNCTION_TESTS): LDADD = $(FUNCTION_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(FUNCTION_TESTS)

# Those that run rounds, with a filter, by tests/unit/rounds.h.
src_function_libfunction_a_SOURCES += src/function/prepared/prepared.c src/function/prepared/prepared.h
src_function_libfunction_a_SOURCES += src/function/prepared/prepared_learn.c
src_function_libfunction_a_SOURCES += src/function/prepared/prepared_private.h
src_function_libfunction_a_SOURCES += src/function/prepared/prepared_rows.c
src_function_libfunction_a_SOURCES += src/function/common/tails.c src/function/common/tails.h
src_function_libfunction_a_SOURCES += src/function/compare/anova.c src/function/compare/chisq.c
src_function_libfunction_a_SOURCES += src/function/compare/groups.c src/function/compare/groups.h
src_function_libfunction_a_SOURCES += src/function/compare/factor.c src/function/compare/factor.h
src_function_libfunction_a_SOURCES += src/function/compare/ttest.c
src_function_libfunction_a_SOURCES += src/function/fit/tests.c src/function/fit/tests.h

ROUNDS_TESTS = \
	tests/unit/check_glm \
	tests/unit/check_kmeans \
	tests/unit/check_kmeans_seed \
	tests/unit/check_logreg \
	tests/unit/check_meagre
ROUNDS_TESTS += tests/unit/check_prepared tests/unit/check_summary
$(ROUNDS_TESTS): LDADD = $(STATS_LIBS) $(FUNCTION_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(ROUNDS_TESTS)
