# make attacks: how often filters reject the honest, and miss attackers; timed in minutes, so no part
# of make check.
ATTACK_MADE = tests/attacks/clean
EXTRA_PROGRAMS += $(ATTACK_MADE)
CLEANFILES += $(ATTACK_MADE)
ATTACK_COMMON = \
	tests/attacks/draw.c \
	tests/attacks/draw.h \
	tests/attacks/round.c \
	tests/attacks/round.h \
	tests/attacks/rows.c \
	tests/attacks/rows.h \
	tests/attacks/shapes.c \
	tests/attacks/shapes.h
ATTACK_LIBS = $(STATS_LIBS) $(FUNCTION_LIBS) $(DATA_LIBS)
tests_attacks_clean_SOURCES = tests/attacks/clean.c $(ATTACK_COMMON)
tests_attacks_clean_LDADD = $(ATTACK_LIBS)
