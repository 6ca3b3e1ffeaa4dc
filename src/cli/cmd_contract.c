/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "engine/plan/bind.h"

static const char help[] =
    "Usage: metaneuron contract build SPEC.yaml -o CONTRACT.h5\n"
    "       metaneuron contract check SPEC.yaml|CONTRACT.h5\n"
    "       metaneuron contract show  SPEC.yaml|CONTRACT.h5 [--canonical]\n"
    "\n"
    "build writes the HDF5 descriptor of a spec and prints its id. check says whether\n"
    "a spec or descriptor is a contract that could be run here. show prints it;\n"
    "--canonical as the one text whose SHA-256 is the id.\n";

enum { CANONICAL = 256 };

static const struct option options[] = {
    {"canonical", no_argument, NULL, CANONICAL},
    {"out", required_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int build(const char *spec, const char *out, struct err *e)
{
    struct contract *c = contract_from_spec(spec, e);
    int rc = c ? engine_complete(c, e) : -1;

    if (c && rc < 0)
        err_context(e, "%s", spec);
    if (rc == 0)
        rc = contract_write(c, out, e);
    if (rc == 0)
        printf("%s  %s\n", c->id, out);
    contract_destroy(c);
    return rc;
}

static int check(const char *path, struct err *e)
{
    struct contract *c = cli_contract(path, e);
    char id[SHA256_HEX + 1];
    int rc = -1;

    if (c) {
        memcpy(id, c->id, sizeof id);
        rc = engine_complete(c, e);
        if (rc < 0)
            err_context(e, "%s", path);
    }
    if (rc == 0 && strcmp(id, c->id) == 0)
        printf("%s: a contract, id %s\n", path, c->id);
    else if (rc == 0)
        printf("%s: a contract; with the function's defaults written out (as build does) its id "
               "is %s\n",
               path, c->id);
    contract_destroy(c);
    return rc;
}

static int show_canonical(const struct contract *c, struct err *e)
{
    struct buf text = {0};
    int rc = contract_canonical(c, &text, e);

    if (rc == 0)
        printf("%s\n", text.data);
    buf_free(&text);
    return rc;
}

static int show(const char *path, bool canonical, struct err *e)
{
    struct contract *c = cli_contract(path, e);
    struct buf text = {0};
    int rc = c ? contract_canonical(c, &text, e) : -1;

    if (rc == 0 && canonical) {
        rc = show_canonical(c, e);
    } else if (rc == 0) {
        json_t *json = json_loads(text.data, JSON_DECODE_ANY, NULL);
        printf("id %s\n", c->id);
        if (json)
            cli_print_json(json);
    }
    buf_free(&text);
    contract_destroy(c);
    return rc;
}

int cmd_contract(int argc, char **argv)
{
    struct err e = {0};
    const char *out = NULL;
    bool canonical = false;
    int c, code = 0, rc;

    while ((c = cli_option(argc, argv, "contract", help, options, &code)) != -1) {
        if (c == 'h' || c == '?')
            return code;
        if (c == 'o')
            out = optarg;
        if (c == CANONICAL)
            canonical = true;
    }
    if (argc - optind != 2)
        return cli_usage("contract", "expected build, check or show, and one file");
    const char *verb = argv[optind], *path = argv[optind + 1];
    if (strcmp(verb, "build") == 0) {
        if (!out)
            return cli_usage("contract", "build needs -o CONTRACT.h5");
        rc = build(path, out, &e);
    } else if (strcmp(verb, "check") == 0) {
        rc = check(path, &e);
    } else if (strcmp(verb, "show") == 0) {
        rc = show(path, canonical, &e);
    } else {
        return cli_usage("contract", "'%s': expected build, check or show", verb);
    }
    return rc < 0 ? cli_fail(&e) : 0;
}
