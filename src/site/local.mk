# site: a room per folder, each an archive, in the order in which they call each other.
SITE_ARCHIVES = \
	src/site/audit/libsiteaudit.a \
	src/site/libsite.a \
	src/site/policy/libsitepolicy.a \
	src/site/mirror/libmirror.a \
	src/site/fold/libsitefold.a \
	src/site/house/libhouse.a \
	src/site/exchange/libexchange.a
noinst_LIBRARIES += $(SITE_ARCHIVES)
SITE_LIBS = $(SITE_ARCHIVES) $(ENGINE_LIBS)

src_site_libsite_a_SOURCES = \
	src/site/answer.c \
	src/site/assemble.c \
	src/site/collect.c \
	src/site/consider.c \
	src/site/data.c \
	src/site/fetch.c \
	src/site/init.c \
	src/site/job.c \
	src/site/next.c \
	src/site/opening.c \
	src/site/opening.h \
	src/site/part.c \
	src/site/pool.c \
	src/site/pool.h \
	src/site/publish.c \
	src/site/review.c \
	src/site/site.c \
	src/site/step.c \
	src/site/submit.c \
	src/site/take.c \
	src/site/site.h \
	src/site/roster.c \
	src/site/roster.h \
	src/site/sealed.c \
	src/site/sealed.h

src_site_audit_libsiteaudit_a_SOURCES = \
	src/site/audit/audit.c \
	src/site/audit/audit.h \
	src/site/audit/centres.c \
	src/site/audit/check.c \
	src/site/audit/cover.c \
	src/site/audit/evidence.c \
	src/site/audit/finding.c \
	src/site/audit/inside.h \
	src/site/audit/judge.c \
	src/site/audit/judge.h \
	src/site/audit/log.c \
	src/site/audit/models.c \
	src/site/audit/proof.c \
	src/site/audit/proof.h \
	src/site/audit/states.c \
	src/site/audit/times.c

src_site_policy_libsitepolicy_a_SOURCES = \
	src/site/policy/approvals.c \
	src/site/policy/approvals.h \
	src/site/policy/finding.c \
	src/site/policy/force.c \
	src/site/policy/questions.c \
	src/site/policy/questions.h \
	src/site/policy/rows.c \
	src/site/policy/rows.h \
	src/site/policy/rows_sort.c \
	src/site/policy/rules.c \
	src/site/policy/rules.h \
	src/site/policy/rules_claim.c \
	src/site/policy/rules_data.c \
	src/site/policy/rules_function.c \
	src/site/policy/rules_inside.h \
	src/site/policy/rules_job.c \
	src/site/policy/rules_read.c \
	src/site/policy/rules_result.c \
	src/site/policy/rules_value.c \
	src/site/policy/rules_value.h \
	src/site/policy/snapshots.c \
	src/site/policy/snapshots.h \
	src/site/policy/template.c
src_site_policy_libsitepolicy_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS)

src_site_mirror_libmirror_a_SOURCES = \
	src/site/mirror/hearing.c \
	src/site/mirror/hearing.h \
	src/site/mirror/mirror.c \
	src/site/mirror/mirror.h \
	src/site/mirror/own.c \
	src/site/mirror/own.h \
	src/site/mirror/sync.c \
	src/site/mirror/sync.h \
	src/site/mirror/taken.c \
	src/site/mirror/taken.h \
	src/site/mirror/vouched.c \
	src/site/mirror/vouched.h

src_site_fold_libsitefold_a_SOURCES = \
	src/site/fold/collector.c \
	src/site/fold/federation.c \
	src/site/fold/federation.h \
	src/site/fold/inside.h \
	src/site/fold/join.c \
	src/site/fold/look.c \
	src/site/fold/party.c

src_site_house_libhouse_a_SOURCES = \
	src/site/house/fields.c \
	src/site/house/fields.h \
	src/site/house/house.c \
	src/site/house/house.h \
	src/site/house/name.c \
	src/site/house/identity.c \
	src/site/house/identity.h \
	src/site/house/payload.c \
	src/site/house/payload.h \
	src/site/house/peers.c \
	src/site/house/peers.h \
	src/site/house/peers_change.c \
	src/site/house/say.c \
	src/site/house/say.h

src_site_exchange_libexchange_a_SOURCES = \
	src/site/exchange/publish.c \
	src/site/exchange/publish.h \
	src/site/exchange/reading.c \
	src/site/exchange/reading.h
nobase_dist_doc_DATA += src/site/DESIGN src/site/FORMAT

# Tests of this layer, each linked with it and those below.
SITE_TESTS =
SITE_TESTS += tests/unit/check_approvals
SITE_TESTS += tests/unit/check_audit
SITE_TESTS += tests/unit/check_federation
SITE_TESTS += tests/unit/check_fold
SITE_TESTS += tests/unit/check_hostile_collector
SITE_TESTS += tests/unit/check_hostile_results
SITE_TESTS += tests/unit/check_hostile_site
SITE_TESTS += tests/unit/check_identity
SITE_TESTS += tests/unit/check_mirror
SITE_TESTS += tests/unit/check_peers
SITE_TESTS += tests/unit/check_publish
SITE_TESTS += tests/unit/check_questions
SITE_TESTS += tests/unit/check_reading
SITE_TESTS += tests/unit/check_rules
SITE_TESTS += tests/unit/check_sealed
SITE_TESTS += tests/unit/check_site_kills
SITE_TESTS += tests/unit/check_snapshots
SITE_TESTS += tests/unit/check_sync
tests_unit_check_mirror_SOURCES = tests/unit/check_mirror.c tests/crash/self.c tests/crash/self.h
tests_unit_check_publish_SOURCES = tests/unit/check_publish.c tests/crash/self.c tests/crash/self.h
tests_unit_check_site_kills_SOURCES = tests/unit/check_site_kills.c tests/crash/self.c tests/crash/self.h
tests_unit_check_sync_SOURCES = tests/unit/check_sync.c tests/crash/self.c tests/crash/self.h
$(SITE_TESTS): LDADD = $(SITE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(SITE_TESTS)
