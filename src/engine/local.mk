# engine: a room per folder, each an archive, in the order in which they call each other. MPI's
# flags are for transport alone: no other room can include mpi.h.
ENGINE_ARCHIVES = \
	src/engine/libengine.a \
	src/engine/verify/libverify.a \
	src/engine/launch/liblaunch.a \
	src/engine/doctor/libdoctor.a \
	src/engine/prune/libprune.a \
	src/engine/pool/libpool.a \
	src/engine/flow/libflow.a \
	src/engine/slave/libslave.a \
	src/engine/judge/libjudge.a \
	src/engine/view/libview.a \
	src/engine/plan/libplan.a \
	src/engine/shard/libshard.a \
	src/engine/result/libresult.a \
	src/engine/transport/libtransport.a \
	src/engine/state/libstate.a
noinst_LIBRARIES += $(ENGINE_ARCHIVES)
ENGINE_LIBS = $(ENGINE_ARCHIVES) $(CONTRACT_LIBS) $(LEDGER_LIBS) $(STATS_LIBS) \
	$(FUNCTION_LIBS) $(DATA_LIBS) $(MPI_LIBS) $(HWLOC_LIBS)

src_engine_libengine_a_SOURCES = \
	src/engine/engine.c \
	src/engine/engine.h

src_engine_verify_libverify_a_SOURCES = \
	src/engine/verify/absent.c \
	src/engine/verify/commitments.c \
	src/engine/verify/compare.c \
	src/engine/verify/complain.c \
	src/engine/verify/complain.h \
	src/engine/verify/decisions.c \
	src/engine/verify/head.c \
	src/engine/verify/order.c \
	src/engine/verify/replay.c \
	src/engine/verify/rounds.c \
	src/engine/verify/slaves.c \
	src/engine/verify/standing.c \
	src/engine/verify/standing.h \
	src/engine/verify/subject.c \
	src/engine/verify/verify.c \
	src/engine/verify/verify.h \
	src/engine/verify/what_if.c \
	src/engine/verify/what_if.h

src_engine_prune_libprune_a_SOURCES = \
	src/engine/prune/prune.c \
	src/engine/prune/prune.h

src_engine_launch_liblaunch_a_SOURCES = \
	src/engine/launch/attempt.c \
	src/engine/launch/blame.c \
	src/engine/launch/command.c \
	src/engine/launch/describe.c \
	src/engine/launch/launch.c \
	src/engine/launch/launch.h \
	src/engine/launch/ledger.c \
	src/engine/launch/output.c \
	src/engine/launch/parts.h \
	src/engine/launch/policy.c \
	src/engine/launch/quiet.c \
	src/engine/launch/slurm.c \
	src/engine/launch/status.c

src_engine_doctor_libdoctor_a_SOURCES = \
	src/engine/doctor/doctor.c \
	src/engine/doctor/doctor.h \
	src/engine/doctor/facts.h \
	src/engine/doctor/findings.c \
	src/engine/doctor/findings.h \
	src/engine/doctor/judge.c \
	src/engine/doctor/judge_ranks.c \
	src/engine/doctor/judge_shared.c \
	src/engine/doctor/see.c \
	src/engine/doctor/shared.c

src_engine_pool_libpool_a_SOURCES = \
	src/engine/pool/groups.c \
	src/engine/pool/groups.h \
	src/engine/pool/nodes.c \
	src/engine/pool/nodes.h \
	src/engine/pool/partitions.c \
	src/engine/pool/partitions.h \
	src/engine/pool/pool.c \
	src/engine/pool/pool.h \
	src/engine/pool/range.c \
	src/engine/pool/range.h \
	src/engine/pool/ranges.c \
	src/engine/pool/ranges.h \
	src/engine/pool/ranges_inspect.c \
	src/engine/pool/ranges_inspect.h \
	src/engine/pool/ranges_offer.c \
	src/engine/pool/ranges_offer.h \
	src/engine/pool/ranges_states.c \
	src/engine/pool/ranges_states.h \
	src/engine/pool/schedule.c \
	src/engine/pool/schedule.h

src_engine_flow_libflow_a_SOURCES = \
	src/engine/flow/aggregate.c \
	src/engine/flow/aggregate.h \
	src/engine/flow/answered.c \
	src/engine/flow/answered.h \
	src/engine/flow/claim.c \
	src/engine/flow/claim.h \
	src/engine/flow/columns.c \
	src/engine/flow/columns.h \
	src/engine/flow/divide.c \
	src/engine/flow/divide.h \
	src/engine/flow/exclude.c \
	src/engine/flow/exclude.h \
	src/engine/flow/filter.c \
	src/engine/flow/filter.h \
	src/engine/flow/job.c \
	src/engine/flow/job.h \
	src/engine/flow/open.c \
	src/engine/flow/open.h \
	src/engine/flow/openings.c \
	src/engine/flow/openings.h \
	src/engine/flow/notes.c \
	src/engine/flow/notes.h \
	src/engine/flow/prepared.c \
	src/engine/flow/prepared.h \
	src/engine/flow/pool.h \
	src/engine/flow/provenance.c \
	src/engine/flow/provenance.h \
	src/engine/flow/publish.c \
	src/engine/flow/publish.h \
	src/engine/flow/rejected.c \
	src/engine/flow/rejected.h \
	src/engine/flow/report.h \
	src/engine/flow/service.c \
	src/engine/flow/service.h \
	src/engine/flow/settle.c \
	src/engine/flow/settle.h \
	src/engine/flow/shards.c \
	src/engine/flow/shards.h \
	src/engine/flow/shards_accept.c \
	src/engine/flow/shards_merge.c \
	src/engine/flow/shards_private.h \
	src/engine/flow/shards_rounds.c \
	src/engine/flow/shards_states.c \
	src/engine/flow/shards_write.c \
	src/engine/flow/sign.c \
	src/engine/flow/sign.h \
	src/engine/flow/show.c \
	src/engine/flow/show.h \
	src/engine/flow/status.c \
	src/engine/flow/status.h \
	src/engine/flow/submit.c \
	src/engine/flow/submit.h \
	src/engine/flow/update.c \
	src/engine/flow/update.h \
	src/engine/flow/write.c \
	src/engine/flow/write.h

src_engine_slave_libslave_a_SOURCES = \
	src/engine/slave/agree.c \
	src/engine/slave/agree.h \
	src/engine/slave/claim.c \
	src/engine/slave/claim.h \
	src/engine/slave/compute.c \
	src/engine/slave/compute.h \
	src/engine/slave/shards.c \
	src/engine/slave/shards.h \
	src/engine/slave/shards_bind.c \
	src/engine/slave/shards_merge.c \
	src/engine/slave/shards_private.h \
	src/engine/slave/shards_read.c \
	src/engine/slave/pace.c \
	src/engine/slave/pace.h \
	src/engine/slave/side.h \
	src/engine/slave/slave.c \
	src/engine/slave/slave.h \
	src/engine/slave/submit.c \
	src/engine/slave/submit.h \
	src/engine/slave/together.c \
	src/engine/slave/together.h

src_engine_judge_libjudge_a_SOURCES = \
	src/engine/judge/decisions.c \
	src/engine/judge/decisions.h \
	src/engine/judge/merge.c \
	src/engine/judge/merge.h \
	src/engine/judge/parties.c \
	src/engine/judge/parties.h \
	src/engine/judge/recorded.c \
	src/engine/judge/recorded.h \
	src/engine/judge/robust.c \
	src/engine/judge/robust.h \
	src/engine/judge/weights.c \
	src/engine/judge/weights.h

src_engine_view_libview_a_SOURCES = \
	src/engine/view/agreement.c \
	src/engine/view/agreement.h \
	src/engine/view/declines.c \
	src/engine/view/declines.h \
	src/engine/view/document.c \
	src/engine/view/document.h \
	src/engine/view/explain.c \
	src/engine/view/judgement.c \
	src/engine/view/view.c \
	src/engine/view/view.h
src_engine_view_libview_a_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)

src_engine_plan_libplan_a_SOURCES = \
	src/engine/plan/bind.c \
	src/engine/plan/bind_host.c \
	src/engine/plan/bind.h \
	src/engine/plan/changed.c \
	src/engine/plan/changed.h \
	src/engine/plan/devices.c \
	src/engine/plan/devices.h \
	src/engine/plan/divide.c \
	src/engine/plan/dry_run.c \
	src/engine/plan/dry_run_columns.c \
	src/engine/plan/dry_run_columns.h \
	src/engine/plan/dry_run.h \
	src/engine/plan/deal.c \
	src/engine/plan/deal.h \
	src/engine/plan/given.c \
	src/engine/plan/given.h \
	src/engine/plan/here.c \
	src/engine/plan/here.h \
	src/engine/plan/holes.c \
	src/engine/plan/holes.h \
	src/engine/plan/kinds.c \
	src/engine/plan/kinds.h \
	src/engine/plan/options.h \
	src/engine/plan/output.c \
	src/engine/plan/output.h \
	src/engine/plan/partition.c \
	src/engine/plan/partition.h \
	src/engine/plan/partition_path.c \
	src/engine/plan/plan.c \
	src/engine/plan/plan.h \
	src/engine/plan/gpus.c \
	src/engine/plan/gpus.h \
	src/engine/plan/memory.c \
	src/engine/plan/memory.h \
	src/engine/plan/resources.c \
	src/engine/plan/resources.h \
	src/engine/plan/shards.c \
	src/engine/plan/shards.h \
	src/engine/plan/slurm.c \
	src/engine/plan/slurm.h
src_engine_plan_libplan_a_CPPFLAGS = $(AM_CPPFLAGS) $(HWLOC_CFLAGS)

src_engine_shard_libshard_a_SOURCES = \
	src/engine/shard/shard.c \
	src/engine/shard/shard.h \
	src/engine/shard/shard_collect.c \
	src/engine/shard/shard_deliver.c \
	src/engine/shard/shard_estimate.c \
	src/engine/shard/shard_filter.c \
	src/engine/shard/shard_merge.c \
	src/engine/shard/shard_private.h \
	src/engine/shard/together.c \
	src/engine/shard/together.h

src_engine_result_libresult_a_SOURCES = \
	src/engine/result/agreed.c \
	src/engine/result/agreed.h \
	src/engine/result/format.c \
	src/engine/result/format.h \
	src/engine/result/load.c \
	src/engine/result/load.h \
	src/engine/result/name.c \
	src/engine/result/name.h \
	src/engine/result/preparation.c \
	src/engine/result/preparation.h \
	src/engine/result/read.c \
	src/engine/result/read_rounds.c \
	src/engine/result/result.c \
	src/engine/result/result.h \
	src/engine/result/rounds.c \
	src/engine/result/word.c \
	src/engine/result/word.h \
	src/engine/result/write.c \
	src/engine/result/write_column.c \
	src/engine/result/write_rounds.c

src_engine_transport_libtransport_a_SOURCES = \
	src/engine/transport/launcher.c \
	src/engine/transport/launcher.h \
	src/engine/transport/local.c \
	src/engine/transport/message.c \
	src/engine/transport/message.h \
	src/engine/transport/mpi.c \
	src/engine/transport/mpi_bytes.c \
	src/engine/transport/mpi_bytes.h \
	src/engine/transport/mpi_exchange.c \
	src/engine/transport/mpi_incoming.c \
	src/engine/transport/mpi_incoming.h \
	src/engine/transport/mpi_messages.c \
	src/engine/transport/mpi_private.h \
	src/engine/transport/mpi_team.c \
	src/engine/transport/private.h \
	src/engine/transport/transport.c \
	src/engine/transport/transport.h
src_engine_transport_libtransport_a_CPPFLAGS = $(AM_CPPFLAGS) $(MPI_CFLAGS)

src_engine_state_libstate_a_SOURCES = \
	src/engine/state/commitment.c \
	src/engine/state/compared.c \
	src/engine/state/compared.h \
	src/engine/state/commitment.h \
	src/engine/state/digest.c \
	src/engine/state/digest.h \
	src/engine/state/opening.c \
	src/engine/state/opening.h \
	src/engine/state/reduction.c \
	src/engine/state/reduction.h \
	src/engine/state/saved.c \
	src/engine/state/saved.h \
	src/engine/state/saved_check.c \
	src/engine/state/saved_file.c \
	src/engine/state/saved_file.h \
	src/engine/state/submitted.c \
	src/engine/state/submitted.h
nobase_dist_doc_DATA += src/engine/DESIGN src/engine/FORMAT

ENGINE_TESTS = \
	tests/unit/check_collect \
	tests/unit/check_collect_rounds \
	tests/unit/check_collector_lies \
	tests/unit/check_costs \
	tests/unit/check_disclose \
	tests/unit/check_doctor \
	tests/unit/check_given \
	tests/unit/check_launch \
	tests/unit/check_nodes \
	tests/unit/check_partition \
	tests/unit/check_pool \
	tests/unit/check_reduction \
	tests/unit/check_result \
	tests/unit/check_opening \
	tests/unit/check_saved \
	tests/unit/check_shard \
	tests/unit/check_status \
	tests/unit/check_transport
$(ENGINE_TESTS): LDADD = $(ENGINE_LIBS) $(UNIT_LIBS)
tests_unit_check_costs_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=strcmp
check_PROGRAMS += $(ENGINE_TESTS)
