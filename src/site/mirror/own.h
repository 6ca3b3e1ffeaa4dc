/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others have cosigned of this centre's own ledger: it tells if that was put back to an older
 * copy, which nothing here can know. It is looked at whenever a centre is opened for changing, and
 * once more before what is new is taken in.
 */
#ifndef SITE_MIRROR_OWN_H
#define SITE_MIRROR_OWN_H

#include "site/house/peers.h"

/* Fails with ERR_VERIFY if a peer has cosigned more of this centre's ledger than it has, or another
 * history that this centre has signed: who went on from there would contradict himself. */
int own_check(struct house *h, const struct peers *p, struct err *e);

#endif
