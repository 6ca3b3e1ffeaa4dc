# man: the manual pages.
dist_man_MANS = man/metaneuron.1 man/metaneuron-security.7 man/metaneuron-site.7
dist_check_SCRIPTS += tests/t/t0900-man.t tests/t/t0910-install.t tests/t/t0920-configure.t
dist_check_SCRIPTS += tests/t/t2130-site-manual.t
