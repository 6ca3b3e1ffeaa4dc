/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What slaves say of how their data is read: a sentence a line, in the run's report.
 */
#ifndef ENGINE_FLOW_NOTES_H
#define ENGINE_FLOW_NOTES_H

#include "engine/flow/job.h"

/* Master only. Effect: adds the lines of text that no slave has said before, and keeps
 * them in the run's directory. */
int notes_add(struct job *j, const char *slave, const char *text, struct err *e);

/* Master only. Effect: takes up the notes of a run that is resumed. */
int notes_resume(struct job *j, struct err *e);

#endif
