# report: results, views and ledgers as text, in memory.
noinst_LIBRARIES += src/report/libreport.a
src_report_libreport_a_SOURCES = \
	src/report/arrays.c \
	src/report/notes.c \
	src/report/survey.c \
	src/report/survey.h \
	src/report/balances.c \
	src/report/colour.c \
	src/report/colour.h \
	src/report/contract.c \
	src/report/contract.h \
	src/report/csv.c \
	src/report/demo.c \
	src/report/demo.h \
	src/report/doctor.c \
	src/report/doctor.h \
	src/report/function.c \
	src/report/function.h \
	src/report/history.c \
	src/report/history.h \
	src/report/judgement.c \
	src/report/judgement.h \
	src/report/ledger.h \
	src/report/outcome.c \
	src/report/outcome.h \
	src/report/outcome_private.h \
	src/report/outcome_words.c \
	src/report/preparation.c \
	src/report/prune.c \
	src/report/prune.h \
	src/report/ranges.c \
	src/report/receipt.c \
	src/report/receipt.h \
	src/report/records.c \
	src/report/result.c \
	src/report/result.h \
	src/report/result_json.c \
	src/report/result_private.h \
	src/report/rounds.c \
	src/report/run.c \
	src/report/run.h \
	src/report/share.c \
	src/report/share.h \
	src/report/site.c \
	src/report/site_audit.c \
	src/report/site.h \
	src/report/site_case.c \
	src/report/site_done.c \
	src/report/site_peers.c \
	src/report/site_private.h \
	src/report/site_review.c \
	src/report/site_rules.c \
	src/report/site_words.c \
	src/report/slaves.c \
	src/report/trust.c \
	src/report/trust.h \
	src/report/verdict.c \
	src/report/verdict.h \
	src/report/view.c \
	src/report/view.h \
	src/report/view_private.h \
	src/report/view_work.c \
	src/report/what_if.c \
	src/report/what_if.h
REPORT_LIBS = src/report/libreport.a $(SITE_LIBS)
nobase_dist_doc_DATA += src/report/DESIGN

REPORT_TESTS = tests/unit/check_report tests/unit/check_centre
$(REPORT_TESTS): LDADD = $(REPORT_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(REPORT_TESTS)
