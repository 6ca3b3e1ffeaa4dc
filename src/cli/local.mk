# cli: the only layer that prints.
bin_PROGRAMS += metaneuron
metaneuron_SOURCES = \
	src/cli/cli.c \
	src/cli/cli.h \
	src/cli/cmd_contract.c \
	src/cli/cmd_demo.c \
	src/cli/cmd_doctor.c \
	src/cli/cmd_explain.c \
	src/cli/cmd_filter.c \
	src/cli/cmd_function.c \
	src/cli/cmd_launch.c \
	src/cli/cmd_ledger.c \
	src/cli/cmd_result.c \
	src/cli/cmd_run.c \
	src/cli/cmd_status.c \
	src/cli/cmd_verify.c \
	src/cli/main.c \
	src/cli/progress.c \
	src/cli/progress.h \
	src/cli/report.c \
	src/cli/report.h \
	src/cli/session.c \
	src/cli/session.h \
	src/cli/status_work.c \
	src/cli/status_work.h
metaneuron_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/util -I$(top_srcdir)/src/function \
	$(JANSSON_CFLAGS) -DPKGDATADIR='"$(pkgdatadir)"'
metaneuron_LDADD = $(ENGINE_LIBS)
EXTRA_DIST += src/cli/DESIGN
