# make attacks: how often filters reject the honest, and miss attackers; timed in minutes, so no part
# of make check.
ATTACK_MADE = \
	tests/attacks/clean \
	tests/attacks/fits \
	tests/attacks/grid \
	tests/attacks/product \
	tests/attacks/thresholds
EXTRA_PROGRAMS += $(ATTACK_MADE)
CLEANFILES += $(ATTACK_MADE)
ATTACK_COMMON = \
	tests/attacks/attack.c \
	tests/attacks/attack.h \
	tests/attacks/dice.c \
	tests/attacks/dice.h \
	tests/attacks/round.c \
	tests/attacks/round.h \
	tests/attacks/rows.c \
	tests/attacks/rows.h \
	tests/attacks/shapes.c \
	tests/attacks/shapes.h \
	tests/attacks/tally.c \
	tests/attacks/tally.h \
	tests/attacks/words.c \
	tests/attacks/words.h
ATTACK_LIBS = $(STATS_LIBS) $(FUNCTION_LIBS) $(DATA_LIBS)
tests_attacks_clean_SOURCES = tests/attacks/clean.c $(ATTACK_COMMON) tests/attacks/alarms.c tests/attacks/alarms.h
tests_attacks_clean_LDADD = $(ATTACK_LIBS)
tests_attacks_fits_SOURCES = tests/attacks/fits.c $(ATTACK_COMMON)
tests_attacks_fits_LDADD = $(ATTACK_LIBS)
tests_attacks_grid_SOURCES = tests/attacks/grid.c $(ATTACK_COMMON)
tests_attacks_grid_LDADD = $(ATTACK_LIBS)
tests_attacks_product_SOURCES = tests/attacks/product.c $(ATTACK_COMMON)
tests_attacks_product_LDADD = $(ATTACK_LIBS)
# It needs nothing but the filter, so that it can be carried to a machine of many cores.
tests_attacks_thresholds_SOURCES = \
	tests/attacks/alarms.c \
	tests/attacks/alarms.h \
	tests/attacks/dice.c \
	tests/attacks/dice.h \
	tests/attacks/round.c \
	tests/attacks/round.h \
	tests/attacks/shapes.c \
	tests/attacks/shapes.h \
	tests/attacks/thresholds.c
tests_attacks_thresholds_LDADD = $(FUNCTION_LIBS) $(STATS_LIBS)
EXTRA_DIST += tests/attacks/false-alarms.csv tests/attacks/report.py tests/attacks/run.sh tests/attacks/runs.py \
	tests/attacks/thresholds.sh

# ATTACKS_SEEDS=20 for ten times as many rounds; more words: run.sh. make attacks-clean is the other half:
# rounds in which all are honest. make attacks-runs is that part of make attacks which calls metaneuron
# run, and takes the longest.
ATTACKS_OUT = tests/attacks/out
.PHONY: attacks attacks-clean attacks-runs clean-attacks thresholds
# What tests/attacks/false-alarms.csv holds, made again: hours of one core; what is broken off goes on (thresholds.sh).
thresholds: tests/attacks/clean tests/attacks/thresholds
	$(AM_V_at)$(MKDIR_P) '$(ATTACKS_OUT)'
	$(AM_V_at)$(SHELL) $(srcdir)/tests/attacks/thresholds.sh tests/attacks '$(srcdir)' \
		'$(ATTACKS_OUT)/false-alarms.csv'
ATTACK = $(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/attacks/run.sh tests/attacks \
	'$(srcdir)' '$(ATTACKS_OUT)'
attacks: $(ATTACK_MADE) metaneuron$(EXEEXT) $(FAULTS)
	$(ATTACK)
attacks-runs: metaneuron$(EXEEXT) $(FAULTS)
	$(ATTACK) runs
attacks-clean: tests/attacks/clean
	$(AM_V_at)$(MKDIR_P) '$(ATTACKS_OUT)'
	$(AM_V_at)tests/attacks/clean --source '$(srcdir)' --csv '$(ATTACKS_OUT)/clean.csv'
clean-attacks:
	-rm -rf '$(ATTACKS_OUT)'
clean-local: clean-attacks
