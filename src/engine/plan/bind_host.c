/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives a bound function what its programs are run with. */
#include "engine/plan/bind.h"

#include <stdio.h>
#include <string.h>

#include "engine/plan/devices.h"
#include "function/exec/exec.h"
#include "function/loader.h"

struct host bind_options(const struct engine_options *o, struct reader *r)
{
    return (struct host){
        .runner = o->runner,
        .reader = r,
        .sandbox = o->sandbox,
        .pass_env = o->pass_env,
        .pass_env_count = o->pass_env_count,
    };
}

int bind_try_sandbox(const struct engine_options *o, struct reader *r, struct err *e)
{
    const struct host host = bind_options(o, r);

    return exec_sandbox_try(&host, e);
}

static const struct function *make(const void *context, const struct search_file *file,
                                   const char *bytes, size_t len, struct err *e)
{
    const struct host host = bind_options(context, NULL);

    if (!host.runner)
        return err_null(err_set(e, ERR_SOFTWARE, "there is no process to start programs"));
    return exec_object_open(&host, file, bytes, len, e);
}

void bind_shut_in(const struct engine_options *o)
{
    if (o->sandbox.on)
        loader_make_by(make, o);
}

bool bind_sets_variable(const char *name)
{
    return exec_environment_sets(name);
}

/* The devices that this process has by now are those of its slave. */
static int find_devices(struct host *h, struct err *e)
{
    struct buf b = {0};

    devices_files("", &b);
    buf_addc(&b, '\0');
    int rc = buf_failed(&b)              ? err_memory(e, "devices")
             : b.len > sizeof h->devices ? err_set(e, ERR_SOFTWARE, "too many devices")
                                         : 0;
    if (rc == 0)
        memcpy(h->devices, b.data, b.len);
    buf_free(&b);
    return rc;
}

int bind_host(struct bound *b, struct host *h, const char *ledger, const char *run, const char *who,
              struct err *e)
{
    int n = snprintf(h->log_name, sizeof h->log_name, "logs/%s/%s.stderr", run, who);

    if (n < 0 || (size_t)n >= sizeof h->log_name)
        return err_set(e, ERR_SOFTWARE, "logs/%s/%s.stderr: the name is too long", run, who);
    n = snprintf(h->log, sizeof h->log, "%s/%s", ledger, h->log_name);
    if (n < 0 || (size_t)n >= sizeof h->log)
        return err_set(e, ERR_OPEN, "%s/%s: the path is too long", ledger, h->log_name);
    if (h->sandbox.on && find_devices(h, e) < 0)
        return -1;
    bound_set_host(b, h);
    return 0;
}
