# slurm: a batch script, and a cluster on one machine to try it on.
slurmdir = $(pkgdatadir)/slurm
dist_slurm_DATA = \
	slurm/README.md \
	slurm/metaneuron.sbatch
EXTRA_DIST += slurm/testbed
