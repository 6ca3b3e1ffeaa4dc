# cli: the only layer that prints.
bin_PROGRAMS += metaneuron
metaneuron_SOURCES = \
	src/cli/cli.c \
	src/cli/cli.h \
	src/cli/cmd_contract.c \
	src/cli/cmd_data.c \
	src/cli/cmd_demo.c \
	src/cli/cmd_doctor.c \
	src/cli/cmd_explain.c \
	src/cli/cmd_filter.c \
	src/cli/cmd_function.c \
	src/cli/cmd_launch.c \
	src/cli/cmd_ledger.c \
	src/cli/cmd_result.c \
	src/cli/cmd_run.c \
	src/cli/cmd_site.c \
	src/cli/cmd_status.c \
	src/cli/cmd_verify.c \
	src/cli/filter_beside.c \
	src/cli/filter_beside.h \
	src/cli/filter_table.c \
	src/cli/filter_table.h \
	src/cli/main.c \
	src/cli/ledger_prove.c \
	src/cli/ledger_history.c \
	src/cli/ledger_prune.c \
	src/cli/ledger_read.c \
	src/cli/ledger_receipt.c \
	src/cli/ledger_words.c \
	src/cli/ledger_trust.c \
	src/cli/ledger_verbs.h \
	src/cli/options.c \
	src/cli/options.h \
	src/cli/pass_env.c \
	src/cli/sandbox_options.c \
	src/cli/preload.c \
	src/cli/print.c \
	src/cli/print.h \
	src/cli/progress.c \
	src/cli/progress.h \
	src/cli/run_options.c \
	src/cli/run_options.h \
	src/cli/session.c \
	src/cli/session.h \
	src/cli/shared.c \
	src/cli/site_answer.c \
	src/cli/site_audit.c \
	src/cli/site_call.c \
	src/cli/site_centre.c \
	src/cli/site_collect.c \
	src/cli/site_compute.c \
	src/cli/site_demo.c \
	src/cli/site_demo.h \
	src/cli/site_demo_centres.c \
	src/cli/site_demo_place.c \
	src/cli/site_demo_run.c \
	src/cli/site_doctor.c \
	src/cli/site_peer.c \
	src/cli/site_policy.c \
	src/cli/site_submit.c \
	src/cli/site_verbs.h \
	src/cli/site_words.c \
	src/cli/skeleton.c \
	src/cli/trusted.c \
	src/cli/skeleton.h
metaneuron_CPPFLAGS = $(AM_CPPFLAGS) -DPKGDATADIR='"$(pkgdatadir)"'
metaneuron_LDADD = $(REPORT_LIBS)
nobase_dist_doc_DATA += src/cli/DESIGN

# The texts of `metaneuron function new`, as lines of C.
SKELETON = contrib/functions/new
SKELETON_TEXTS = \
	$(SKELETON)/README.md \
	$(SKELETON)/data.c \
	$(SKELETON)/data.sh \
	$(SKELETON)/data.yaml \
	$(SKELETON)/make.in \
	$(SKELETON)/work.c \
	$(SKELETON)/work.sh \
	$(SKELETON)/work.yaml
nodist_metaneuron_SOURCES = src/cli/skeleton_text.c
CLEANFILES += src/cli/skeleton_text.c
EXTRA_DIST += $(SKELETON)/embed.awk $(SKELETON_TEXTS)
src/cli/skeleton_text.c: $(SKELETON)/embed.awk $(SKELETON_TEXTS)
	$(AM_V_GEN)$(MKDIR_P) src/cli && (cd $(srcdir) && \
		$(AWK) -f $(SKELETON)/embed.awk $(SKELETON_TEXTS)) >$@.tmp && mv $@.tmp $@
