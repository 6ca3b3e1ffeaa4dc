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

# bash-completion looks for a file with the command's own name.
contrib/completions/metaneuron: contrib/completions/metaneuron.bash
	$(AM_V_GEN)$(MKDIR_P) contrib/completions && cp $< $@

# The tests that need no mpirun: what a build with sanitizers can run.
.PHONY: check-alone
check-alone:
	@set -- ; for t in $(TESTS); do \
	  case $$t in *.t) grep -Eqi '(^|[^a-z_])mpi(run)?([^a-z]|$$)' $(srcdir)/$$t && continue ;; esac; \
	  set -- "$$@" "$$t"; done; $(MAKE) $(AM_MAKEFLAGS) check TESTS="$$*"
