# man: the manual page.
dist_man_MANS = man/metaneuron.1
