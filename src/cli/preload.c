/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps OpenBLAS from starting threads when it is loaded. */

#include <string.h>
#include <unistd.h>

/* OpenBLAS starts a thread per core, with 128 MiB of addresses each, before main() begins; where
 * there is a limit of these (ulimit -v) it waits for them for ever. This is called before it, and
 * starts the program anew with the variable that asks for one thread. A rank owns one core, so
 * more are never used. OPENBLAS_NUM_THREADS is the user's: it counts before this one. */
static const char one_thread[] = "GOTO_NUM_THREADS=1";

enum { ENVIRONMENT_MOST = 8192 }; /* variables; with more the threads are started */

static void ask_for_one_thread(int argc, char **argv, char **environment)
{
    static char *more[ENVIRONMENT_MOST + 2];
    size_t n = 0, name = strcspn(one_thread, "=") + 1;

    (void)argc;
    for (; environment[n] && n < ENVIRONMENT_MOST; n++) {
        if (strncmp(environment[n], one_thread, name) == 0)
            return;
        more[n] = environment[n];
    }
    if (environment[n])
        return;
    more[n] = (char *)one_thread;
    execve("/proc/self/exe", argv, more); /* where that fails, it is as it was */
}

/* What stands in this section is called before what any library has to begin with. */
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int, char **,
                                                            char **) = ask_for_one_thread;
