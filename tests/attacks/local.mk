# make attacks: how often filters reject the honest, and miss attackers; timed in minutes, so no part
# of make check.
ATTACK_MADE = \
	tests/attacks/clean \
	tests/attacks/grid \
	tests/attacks/product
EXTRA_PROGRAMS += $(ATTACK_MADE)
CLEANFILES += $(ATTACK_MADE)
ATTACK_COMMON = \
	tests/attacks/attack.c \
	tests/attacks/attack.h \
	tests/attacks/draw.c \
	tests/attacks/draw.h \
	tests/attacks/round.c \
	tests/attacks/round.h \
	tests/attacks/rows.c \
	tests/attacks/rows.h \
	tests/attacks/shapes.c \
	tests/attacks/shapes.h \
	tests/attacks/tally.c \
	tests/attacks/tally.h
ATTACK_LIBS = $(STATS_LIBS) $(FUNCTION_LIBS) $(DATA_LIBS)
tests_attacks_clean_SOURCES = tests/attacks/clean.c $(ATTACK_COMMON)
tests_attacks_clean_LDADD = $(ATTACK_LIBS)
tests_attacks_grid_SOURCES = tests/attacks/grid.c $(ATTACK_COMMON)
tests_attacks_grid_LDADD = $(ATTACK_LIBS)
tests_attacks_product_SOURCES = tests/attacks/product.c $(ATTACK_COMMON)
tests_attacks_product_LDADD = $(ATTACK_LIBS)
