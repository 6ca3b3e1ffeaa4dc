# contrib: what helps to set up, to install and to find what is installed.
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = contrib/metaneuron.pc
bashcompletiondir = $(datadir)/bash-completion/completions
bashcompletion_DATA = contrib/completions/metaneuron
CLEANFILES += contrib/completions/metaneuron
EXTRA_DIST += \
	contrib/bootstrap \
	contrib/completions/metaneuron.bash \
	contrib/modulefile

# Checks receipts where nothing else of this is installed.
nobase_dist_pkgdata_SCRIPTS = contrib/check-receipt.py

# The module has the prefix that it is installed under.
moduledir = $(pkgdatadir)/contrib
module_DATA = contrib/installed/modulefile
CLEANFILES += contrib/installed/modulefile
contrib/installed/modulefile: contrib/modulefile Makefile
	$(AM_V_GEN)$(MKDIR_P) contrib/installed && \
		sed 's|^set prefix .*|set prefix $(prefix)|' $(srcdir)/contrib/modulefile >$@

# Functions that the program does not need, for its tests and as examples.
FUNCTION_EXAMPLES = \
	contrib/functions/collatz.so \
	contrib/functions/geomean.so \
	contrib/functions/geomedian.so \
	contrib/functions/pearson.so
nobase_dist_pkgdata_DATA += \
	contrib/functions/README.md \
	contrib/functions/collatz.c \
	contrib/functions/geomean.c \
	contrib/functions/geomedian.c \
	contrib/functions/pearson.c
check_DATA += $(FUNCTION_EXAMPLES)
CLEANFILES += $(FUNCTION_EXAMPLES)
$(FUNCTION_EXAMPLES): src/function/metaneuron/function.h src/util/metaneuron/block.h
SUFFIXES = .so
.c.so:
	$(AM_V_CCLD)$(MKDIR_P) $(@D) && $(CC) -I$(top_srcdir)/src/function -I$(top_srcdir)/src/util \
		$(CPPFLAGS) $(MN_CFLAGS) $(CFLAGS) -std=c11 -ffp-contract=off -fPIC -shared $(LDFLAGS) \
		-o $@ $< -lm

# bash-completion looks for a file with the command's own name.
contrib/completions/metaneuron: contrib/completions/metaneuron.bash
	$(AM_V_GEN)$(MKDIR_P) contrib/completions && cp $< $@

# The tests that need no mpirun: what a build with sanitizers can run.
.PHONY: check-alone
check-alone:
	@set -- ; for t in $(TESTS); do \
	  case $$t in *.t) grep -Eqi '(^|[^a-z_])mpi(run)?([^a-z]|$$)' $(srcdir)/$$t && continue ;; esac; \
	  set -- "$$@" "$$t"; done; $(MAKE) $(AM_MAKEFLAGS) check TESTS="$$*"
