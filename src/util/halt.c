/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flag that signals set. */
#include "util/halt.h"

#include <signal.h>
#include <stddef.h>

/* A signal handler reaches nothing but a variable of the whole process. */
static volatile sig_atomic_t asked;

static void on_signal(int number)
{
    (void)number;
    asked = 1;
}

void halt_on_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGUSR1};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        /* A launcher may pass USR1 on twice; a second TERM or INT is impatience. */
        action.sa_flags = numbers[i] == SIGUSR1 ? SA_RESTART : SA_RESTART | (int)SA_RESETHAND;
        sigaction(numbers[i], &action, NULL);
    }
}

bool halt_asked(void)
{
    return asked != 0;
}
