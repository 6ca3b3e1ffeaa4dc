# slurm: a cluster on one machine to try things on.
EXTRA_DIST += slurm/testbed
