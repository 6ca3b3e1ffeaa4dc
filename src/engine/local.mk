# engine: the verbs, in the order of the flow; with MPI.
noinst_LIBRARIES += src/engine/libengine.a
src_engine_libengine_a_SOURCES = \
	src/engine/aggregate.c \
	src/engine/bind.c \
	src/engine/checkpoint.c \
	src/engine/checkpoint.h \
	src/engine/claim.c \
	src/engine/compute.c \
	src/engine/compute_together.c \
	src/engine/doctor.c \
	src/engine/doctor.h \
	src/engine/doctor_judge.c \
	src/engine/doctor_judge_ranks.c \
	src/engine/doctor_private.h \
	src/engine/doctor_see.c \
	src/engine/dry_run.c \
	src/engine/engine.c \
	src/engine/engine.h \
	src/engine/exclude.c \
	src/engine/explain.c \
	src/engine/filter.c \
	src/engine/job.c \
	src/engine/job.h \
	src/engine/launch.c \
	src/engine/launch.h \
	src/engine/launch_attempt.c \
	src/engine/launch_blame.c \
	src/engine/launch_describe.c \
	src/engine/launch_ledger.c \
	src/engine/launch_policy.c \
	src/engine/launch_private.h \
	src/engine/launch_slurm.c \
	src/engine/launch_status.c \
	src/engine/message.c \
	src/engine/message.h \
	src/engine/pace.c \
	src/engine/pace.h \
	src/engine/partition.c \
	src/engine/partition.h \
	src/engine/prepare.c \
	src/engine/provenance.c \
	src/engine/publish.c \
	src/engine/resources.c \
	src/engine/resources.h \
	src/engine/result.c \
	src/engine/result.h \
	src/engine/result_private.h \
	src/engine/result_read.c \
	src/engine/result_read_rounds.c \
	src/engine/result_rounds.c \
	src/engine/result_write.c \
	src/engine/result_write_rounds.c \
	src/engine/schedule.c \
	src/engine/schedule_private.h \
	src/engine/service.c \
	src/engine/settle.c \
	src/engine/slave.c \
	src/engine/slurm.c \
	src/engine/slurm.h \
	src/engine/status.c \
	src/engine/status.h \
	src/engine/status_document.c \
	src/engine/status_document.h \
	src/engine/submit.c \
	src/engine/transport.c \
	src/engine/transport.h \
	src/engine/transport_local.c \
	src/engine/transport_mpi.c \
	src/engine/transport_private.h \
	src/engine/tree.c \
	src/engine/tree.h \
	src/engine/update.c \
	src/engine/verify.c \
	src/engine/verify_private.h \
	src/engine/verify_replay.c \
	src/engine/verify_rounds.c \
	src/engine/view.c \
	src/engine/view.h \
	src/engine/work.c \
	src/engine/work.h \
	src/engine/work_inspect.c \
	src/engine/work_offer.c \
	src/engine/work_private.h \
	src/engine/work_states.c
src_engine_libengine_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util \
	-I$(top_srcdir)/src/function $(MPI_CFLAGS) $(HWLOC_CFLAGS) $(JANSSON_CFLAGS)
ENGINE_LIBS = src/engine/libengine.a $(CONTRACT_LIBS) $(LEDGER_LIBS) $(STATS_LIBS) \
	$(FUNCTION_LIBS) $(DATA_LIBS) $(MPI_LIBS) $(HWLOC_LIBS)
EXTRA_DIST += src/engine/DESIGN src/engine/FORMAT

check_PROGRAMS += tests/unit/check_checkpoint
tests_unit_check_checkpoint_SOURCES = tests/unit/check_checkpoint.c tests/unit/odd.h \
	tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_checkpoint_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_checkpoint_LDADD = $(ENGINE_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_engine
tests_unit_check_engine_SOURCES = tests/unit/check_engine.c tests/unit/odd.h tests/unit/unit.h
tests_unit_check_engine_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_engine_LDADD = $(ENGINE_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_status
tests_unit_check_status_SOURCES = tests/unit/check_status.c tests/unit/ledger_fixture.h \
	tests/unit/unit.h
tests_unit_check_status_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_status_LDADD = $(ENGINE_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_doctor
tests_unit_check_doctor_SOURCES = tests/unit/check_doctor.c tests/unit/unit.h
tests_unit_check_doctor_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_doctor_LDADD = $(ENGINE_LIBS) $(UNIT_LIBS)

check_PROGRAMS += tests/unit/check_launch
tests_unit_check_launch_SOURCES = tests/unit/check_launch.c tests/unit/unit.h
tests_unit_check_launch_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_launch_LDADD = $(ENGINE_LIBS) $(UNIT_LIBS)
