# object: calls a shared object in a sandbox; libc, and two files of util.
pkglibexec_PROGRAMS += metaneuron-object
metaneuron_object_SOURCES = \
	src/object/ask.h \
	src/object/calls.c \
	src/object/calls.h \
	src/object/object.c \
	src/util/buf.c \
	src/util/buf.h \
	src/util/wire.c \
	src/util/wire.h
metaneuron_object_CPPFLAGS = $(AM_CPPFLAGS)
nobase_dist_doc_DATA += src/object/DESIGN
