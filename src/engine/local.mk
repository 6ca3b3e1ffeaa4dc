# engine: a room per folder, each an archive, in the order in which they call each other; with MPI.
ENGINE_ARCHIVES = \
	src/engine/libengine.a \
	src/engine/verify/libverify.a \
	src/engine/launch/liblaunch.a \
	src/engine/doctor/libdoctor.a \
	src/engine/judge/libjudge.a \
	src/engine/view/libview.a \
	src/engine/plan/libplan.a \
	src/engine/result/libresult.a \
	src/engine/transport/libtransport.a \
	src/engine/state/libstate.a
noinst_LIBRARIES += $(ENGINE_ARCHIVES)
ENGINE_LIBS = $(ENGINE_ARCHIVES) $(CONTRACT_LIBS) $(LEDGER_LIBS) $(STATS_LIBS) \
	$(FUNCTION_LIBS) $(DATA_LIBS) $(MPI_LIBS) $(HWLOC_LIBS)
ENGINE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util -I$(top_srcdir)/src/function

src_engine_libengine_a_SOURCES = \
	src/engine/aggregate.c \
	src/engine/claim.c \
	src/engine/compute.c \
	src/engine/compute_together.c \
	src/engine/engine.c \
	src/engine/engine.h \
	src/engine/exclude.c \
	src/engine/filter.c \
	src/engine/job.c \
	src/engine/job.h \
	src/engine/pace.c \
	src/engine/pace.h \
	src/engine/provenance.c \
	src/engine/publish.c \
	src/engine/report.h \
	src/engine/schedule.c \
	src/engine/schedule_private.h \
	src/engine/service.c \
	src/engine/settle.c \
	src/engine/slave.c \
	src/engine/status.c \
	src/engine/status.h \
	src/engine/submit.c \
	src/engine/update.c \
	src/engine/work.c \
	src/engine/work.h \
	src/engine/work_inspect.c \
	src/engine/work_offer.c \
	src/engine/work_private.h \
	src/engine/work_states.c
src_engine_libengine_a_CPPFLAGS = $(ENGINE_CPPFLAGS) $(MPI_CFLAGS)

src_engine_verify_libverify_a_SOURCES = \
	src/engine/verify/complain.c \
	src/engine/verify/complain.h \
	src/engine/verify/replay.c \
	src/engine/verify/rounds.c \
	src/engine/verify/states.c \
	src/engine/verify/verify.c \
	src/engine/verify/verify.h
src_engine_verify_libverify_a_CPPFLAGS = $(ENGINE_CPPFLAGS)

src_engine_launch_liblaunch_a_SOURCES = \
	src/engine/launch/attempt.c \
	src/engine/launch/blame.c \
	src/engine/launch/describe.c \
	src/engine/launch/launch.c \
	src/engine/launch/launch.h \
	src/engine/launch/ledger.c \
	src/engine/launch/parts.h \
	src/engine/launch/policy.c \
	src/engine/launch/slurm.c \
	src/engine/launch/status.c
src_engine_launch_liblaunch_a_CPPFLAGS = $(ENGINE_CPPFLAGS)

src_engine_doctor_libdoctor_a_SOURCES = \
	src/engine/doctor/doctor.c \
	src/engine/doctor/doctor.h \
	src/engine/doctor/facts.h \
	src/engine/doctor/findings.c \
	src/engine/doctor/findings.h \
	src/engine/doctor/judge.c \
	src/engine/doctor/judge_ranks.c \
	src/engine/doctor/see.c
src_engine_doctor_libdoctor_a_CPPFLAGS = $(ENGINE_CPPFLAGS)

src_engine_judge_libjudge_a_SOURCES = \
	src/engine/judge/decisions.c \
	src/engine/judge/decisions.h \
	src/engine/judge/merge.c \
	src/engine/judge/merge.h \
	src/engine/judge/parties.c \
	src/engine/judge/parties.h \
	src/engine/judge/weights.c \
	src/engine/judge/weights.h
src_engine_judge_libjudge_a_CPPFLAGS = $(ENGINE_CPPFLAGS)

src_engine_view_libview_a_SOURCES = \
	src/engine/view/document.c \
	src/engine/view/document.h \
	src/engine/view/explain.c \
	src/engine/view/view.c \
	src/engine/view/view.h
src_engine_view_libview_a_CPPFLAGS = $(ENGINE_CPPFLAGS) $(JANSSON_CFLAGS)

src_engine_plan_libplan_a_SOURCES = \
	src/engine/plan/bind.c \
	src/engine/plan/bind.h \
	src/engine/plan/dry_run.c \
	src/engine/plan/dry_run.h \
	src/engine/plan/options.h \
	src/engine/plan/partition.c \
	src/engine/plan/partition.h \
	src/engine/plan/plan.c \
	src/engine/plan/plan.h \
	src/engine/plan/resources.c \
	src/engine/plan/resources.h \
	src/engine/plan/slurm.c \
	src/engine/plan/slurm.h
src_engine_plan_libplan_a_CPPFLAGS = $(ENGINE_CPPFLAGS) $(HWLOC_CFLAGS)

src_engine_result_libresult_a_SOURCES = \
	src/engine/result/format.c \
	src/engine/result/format.h \
	src/engine/result/load.c \
	src/engine/result/load.h \
	src/engine/result/name.c \
	src/engine/result/name.h \
	src/engine/result/read.c \
	src/engine/result/read_rounds.c \
	src/engine/result/result.c \
	src/engine/result/result.h \
	src/engine/result/rounds.c \
	src/engine/result/write.c \
	src/engine/result/write_rounds.c
src_engine_result_libresult_a_CPPFLAGS = $(ENGINE_CPPFLAGS)

src_engine_transport_libtransport_a_SOURCES = \
	src/engine/transport/local.c \
	src/engine/transport/message.c \
	src/engine/transport/message.h \
	src/engine/transport/mpi.c \
	src/engine/transport/private.h \
	src/engine/transport/transport.c \
	src/engine/transport/transport.h
src_engine_transport_libtransport_a_CPPFLAGS = $(ENGINE_CPPFLAGS) $(MPI_CFLAGS)

src_engine_state_libstate_a_SOURCES = \
	src/engine/state/reduction.c \
	src/engine/state/reduction.h \
	src/engine/state/saved.c \
	src/engine/state/saved.h
src_engine_state_libstate_a_CPPFLAGS = $(ENGINE_CPPFLAGS)
EXTRA_DIST += src/engine/DESIGN src/engine/FORMAT

check_PROGRAMS += tests/unit/check_saved
tests_unit_check_saved_SOURCES = tests/unit/check_saved.c tests/unit/odd.h \
	tests/unit/scratch.h tests/unit/unit.h
tests_unit_check_saved_CPPFLAGS = $(UNIT_CPPFLAGS) $(MPI_CFLAGS)
tests_unit_check_saved_LDADD = $(ENGINE_LIBS) $(UNIT_LIBS)

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
