# slurm: a batch script, and a cluster on one machine to try it on.
slurmdir = $(pkgdatadir)/slurm
dist_slurm_DATA = \
	slurm/README.md \
	slurm/metaneuron.sbatch
dist_slurm_SCRIPTS = slurm/testbed
EXTRA_DIST += \
	$(FEDERATION_TESTS) \
	$(SLURM_TESTS) \
	tests/federation/carry.sh \
	tests/federation/lib.sh \
	tests/federation/policy.yaml \
	tests/slurm/hold.py \
	tests/slurm/lib.sh \
	tests/slurm/run.sh

# make check-slurm: as root, minutes long, so no part of make check. In this
# order, and one at a time: there is one cluster.
SLURM_TESTS = \
	tests/slurm/t0100-run.t \
	tests/slurm/t0200-requeue.t \
	tests/slurm/t0300-nodes.t \
	tests/slurm/t0350-bad-node.t \
	tests/slurm/t0400-array.t \
	tests/slurm/t0500-resources.t \
	tests/slurm/t0600-doctor.t \
	tests/slurm/t0700-work.t

.PHONY: check-slurm
check-slurm: metaneuron$(EXEEXT)
	@top_srcdir='$(abs_top_srcdir)' $(SHELL) $(srcdir)/tests/slurm/run.sh \
	  $(MAKE) $(AM_MAKEFLAGS) -j1 check-TESTS TESTS='$(SLURM_TESTS)'

# make check-federation: the same on two clusters in a federation.
FEDERATION_TESTS = \
	tests/federation/t0050-carry.t \
	tests/federation/t0100-clusters.t \
	tests/federation/t0200-flow.t \
	tests/federation/t0300-rounds.t \
	tests/federation/t0400-bad-carrying.t \
	tests/federation/t0500-trouble.t

.PHONY: check-federation
check-federation: metaneuron$(EXEEXT)
	@top_srcdir='$(abs_top_srcdir)' $(SHELL) $(srcdir)/tests/slurm/run.sh --two \
	  $(MAKE) $(AM_MAKEFLAGS) -j1 check-TESTS TESTS='$(FEDERATION_TESTS)'
