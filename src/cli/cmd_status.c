/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/status_work.h"
#include "engine/view.h"
#include "util/clock.h"
#include "util/text.h"

struct words {
    const char *ledger;
    bool watch, all, json;
};

static const struct options_entry entries[] = {
    {"ledger", "DIR", "the ledger (default: ~/.local/share/metaneuron/ledger)", options_text,
     WORD(ledger)},
    {"watch", NULL,
     "again every second until the run is settled; not on a terminal: a\nline whenever something "
     "has changed",
     options_flag, WORD(watch)},
    {"all", NULL, "all slaves, however many they are", options_flag, WORD(all)},
    {"json", NULL, "everything as one JSON document", options_flag, WORD(json)},
    {0},
};

static const struct options options = {
    "status",
    "Usage: metaneuron status [RUN] [OPTION…]\n"
    "\n"
    "Shows how a run stands, from its ledger and status file: nothing is locked, asked\n"
    "or changed. RUN is a run's key or its first 4 digits or more; default: the last one.\n"
    "\n",
    .list = entries,
};

enum { ROWS = 29 }; /* of the table: with what stands around it, 40 lines at most */

static void print_number(double value, const char *format, const char *unit)
{
    if (isnan(value))
        printf(" %*s", 8 + (int)strlen(unit), "-");
    else {
        printf(format, value);
        fputs(unit, stdout);
    }
}

static void print_row(const struct view_slave *s, bool colour)
{
    char name[600], units[48] = "-";
    bool red = colour && view_is_trouble(s);

    if (s->units)
        snprintf(units, sizeof units, "%" PRIu64 "/%" PRIu64, s->units_done, s->units);
    if (!s->name[0])
        snprintf(name, sizeof name, "%" PRIu64, s->partition);
    printf("  %s%-26s %-9s ", red ? "\033[31m" : "",
           s->name[0] ? text_printable(name, sizeof name, s->name) : name, view_part_name(s->part));
    printf("%-12s %10" PRIu64 " %9s", text_printable(name, sizeof name, s->node), s->items, units);
    print_number(view_rate(s), " %8.3g", s->units_done ? " u/s" : " i/s");
    print_number(s->silent, " %8.1f", " s");
    printf("  %.120s%s\n", text_printable(name, sizeof name, s->why), red ? "\033[0m" : "");
}

/* Which slaves come first when not all are shown. */
static int urgency(const struct view_slave *s)
{
    return view_is_trouble(s)                                                                ? 0
           : s->part == VIEW_COMPUTING || s->part == VIEW_OFFERED || s->part == VIEW_CLAIMED ? 1
                                                                                             : 2;
}

static void print_table(const struct view *v, bool all, bool colour)
{
    size_t shown = 0;
    bool whole = all || v->count <= ROWS;

    printf("  %-26s %-9s %-12s %10s %9s %12s %10s\n", "slave", "state", "node", "items", "units",
           "rate", "silent");
    for (int level = 0; level < (whole ? 1 : 3); level++)
        for (size_t k = 0; k < v->count && (whole || shown < ROWS); k++)
            if (whole || urgency(&v->slaves[k]) == level) {
                print_row(&v->slaves[k], colour);
                shown++;
            }
    if (shown < v->count)
        printf("  … and %zu more (--all)\n", v->count - shown);
}

/* Counts of slaves, in words: "3 answered, 5 waiting". */
static void print_counts(const struct view *v)
{
    const char *comma = "";

    for (int part = VIEW_REJECTED; part >= VIEW_WAITING; part--)
        if (v->parts[part]) {
            printf("%s%zu %s", comma, v->parts[part], view_part_name((enum view_part)part));
            comma = ", ";
        }
}

static size_t count_of(const struct view *v)
{
    size_t n = 0;

    for (int part = VIEW_WAITING; part <= VIEW_REJECTED; part++)
        n += v->parts[part];
    return n;
}

static void print_view(const struct view *v, const char *directory, bool all)
{
    const struct status_document *d = &v->document;
    char text[600];

    if (d->count)
        printf("%s\n", text_printable(text, sizeof text, d->title));
    printf("  contract  %s\n  function  %s\n", v->run.contract,
           text_printable(text, sizeof text, v->run.function));
    printf("  run       %s in ledger %s\n  stage     %s", v->run.key, directory, view_stage(v));
    if (v->state == VIEW_RUNNING && d->count)
        printf(" (process %" PRIu64 " on %s, %" PRIu64 " ranks)", d->pid,
               text_printable(text, sizeof text, d->host), d->ranks);
    else if (v->state == VIEW_INTERRUPTED)
        printf(": nobody works on it; the same `metaneuron run` command goes on");
    if (v->run.updated)
        printf("\n  round     %" PRIu64 ", of %" PRIu64 " at most%s", v->run.last_round,
               v->run.rounds, v->run.converged ? ": converged" : "");
    printf("\n  %s    %zu: ", status_is_work(v) ? "ranges" : "slaves", count_of(v));
    print_counts(v);
    if (v->run.attempts)
        printf("; %" PRIu64 " attempts", v->run.attempts);
    printf("\n  time      %.1f s %s", v->elapsed,
           v->state == VIEW_RUNNING ? "since it was published"
                                    : "from publication to its last sign");
    if (!isnan(v->time_left))
        printf(", about %.0f s left to gather", v->time_left);
    printf("\n\n");
    if (status_is_work(v) && !all)
        status_print_work(v, cli_colour());
    else
        print_table(v, all, cli_colour());
}

/* What --watch prints into a log. */
static void print_line(const struct view *v)
{
    printf("%s %s: ", v->run.key, view_stage(v));
    print_counts(v);
    putchar('\n');
    fflush(stdout);
}

static json_t *slave_json(const struct view_slave *s)
{
    const struct run_slave *k = s->known;
    bool decided = k && k->filtered;

    return json_pack(
        "{s:s,s:I,s:s,s:s,s:I,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:I,s:I}", "name", s->name,
        "partition", (json_int_t)s->partition, "state", view_part_name(s->part), "node", s->node,
        "items", (json_int_t)s->items, "units_done", (json_int_t)s->units_done, "units",
        (json_int_t)s->units, "seconds", cli_json_number(s->seconds), "rate",
        cli_json_number(view_rate(s)), "silent", cli_json_number(s->silent), "group",
        s->live && s->live->group >= 0 ? json_integer(s->live->group) : json_null(), "first_rank",
        s->live && s->live->first_rank >= 0 ? json_integer(s->live->first_rank) : json_null(),
        "score", cli_json_number(decided ? k->score : NAN), "threshold",
        cli_json_number(decided ? k->threshold : NAN), "why", s->why, "credits",
        (json_int_t)(k ? k->credits : 0), "attempts", (json_int_t)(k ? k->attempts : 0));
}

static json_t *view_json(const struct view *v)
{
    const struct status_document *d = &v->document;
    json_t *slaves = json_array(), *counts = json_object();

    for (size_t i = 0; i < v->count; i++)
        json_array_append_new(slaves, slave_json(&v->slaves[i]));
    for (int part = VIEW_WAITING; part <= VIEW_REJECTED; part++)
        json_object_set_new(counts, view_part_name((enum view_part)part),
                            json_integer((json_int_t)v->parts[part]));
    json_t *document = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:I,s:o,s:I,s:o,s:o,s:o}", "run", v->run.key, "contract",
        v->run.contract, "function", v->run.function, "state", view_state_name(v->state), "stage",
        view_stage(v), "title", d->count ? json_string(d->title) : json_null(), "published",
        json_real((double)v->run.time_us * 1e-6), "attempts", (json_int_t)v->run.attempts,
        "elapsed", cli_json_number(v->elapsed), "units", (json_int_t)d->units, "time_left",
        cli_json_number(v->time_left), "counts", counts, "slaves", slaves);
    if (document && v->run.updated) {
        json_object_set_new(document, "round", json_integer((json_int_t)v->run.last_round));
        json_object_set_new(document, "rounds", json_integer((json_int_t)v->run.rounds));
        json_object_set_new(document, "converged", json_boolean(v->run.converged));
    }
    if (document && d->count) {
        json_object_set_new(document, "host", json_string(d->host));
        json_object_set_new(document, "pid", json_integer((json_int_t)d->pid));
        json_object_set_new(document, "job", json_string(d->job));
        json_object_set_new(document, "ranks", json_integer((json_int_t)d->ranks));
        json_object_set_new(document, "units_done", json_integer((json_int_t)d->units_done));
        json_object_set_new(document, "started", json_real(d->started));
        json_object_set_new(document, "written", json_real(d->written));
    }
    return document;
}

/* Looks until the run is settled. */
static int watch(struct ledger *l, const char *key, bool all, struct err *e)
{
    bool terminal = isatty(STDOUT_FILENO) == 1, first = true, settled = false;
    size_t before[VIEW_REJECTED + 1] = {0};
    char stage[64] = "";

    while (!settled) {
        struct view v;
        if (view_read(l, key, &v, e) < 0)
            return -1;
        settled = v.state == VIEW_SETTLED;
        if (terminal) {
            printf("\033[H\033[2J");
            print_view(&v, ledger_directory(l), all);
            fflush(stdout);
        } else if (first || strcmp(stage, view_stage(&v)) != 0 ||
                   memcmp(before, v.parts, sizeof before) != 0) {
            print_line(&v);
        }
        first = false;
        memcpy(before, v.parts, sizeof before);
        snprintf(stage, sizeof stage, "%s", view_stage(&v));
        view_free(&v);
        if (ferror(stdout))
            return 0; /* main says so */
        if (!settled)
            clock_pause(1);
        if (ledger_refresh(l, e) < 0)
            return -1;
    }
    return 0;
}

/* Returns the exit code: a status file that cannot be used is told of, after what
 * the ledger says. */
static int show(struct ledger *l, const char *key, bool all, bool json)
{
    struct view v;
    struct err e = {0};
    int code = 0;

    if (view_read(l, key, &v, &e) < 0)
        return cli_fail(&e);
    if (json)
        cli_print_json(view_json(&v));
    else
        print_view(&v, ledger_directory(l), all);
    if (v.damage.code != ERR_NONE)
        code = cli_fail(&v.damage);
    view_free(&v);
    return code;
}

int cmd_status(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {0};
    char directory[PATH_MAX], key[RUN_HEX + 1];
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind > 1)
        return cli_usage("status", "expected one run at most");
    if (w.watch && w.json)
        return cli_usage("status", "--watch and --json exclude each other");
    if (cli_ledger(w.ledger, directory, NULL, &e) < 0)
        return cli_fail(&e);
    struct ledger *l = ledger_open_read(directory, &e);
    if (!l || runs_choose(l, argv[optind], key, &e) < 0 ||
        (w.watch && watch(l, key, w.all, &e) < 0))
        code = cli_fail(&e);
    else
        code = w.watch ? 0 : show(l, key, w.all, w.json);
    ledger_close(l);
    return code;
}
