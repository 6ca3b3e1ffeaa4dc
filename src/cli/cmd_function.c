/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows functions, and checks files of others. */

#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "cli/skeleton.h"
#include "engine/plan/bind.h"
#include "function/loader.h"
#include "function/registry.h"
#include "report/function.h"
#include "util/file.h"
#include "util/place.h"

struct words {
    bool work;
};

static const struct options_entry entries[] = {
    {"work", NULL, NULL, options_flag, WORD(work)},
    {0},
};

static const struct options options = {
    "function",
    "Usage: metaneuron function list\n"
    "       metaneuron function show NAME[@VERSION]|FILE.so\n"
    "       metaneuron function digest FILE.so\n"
    "       metaneuron function verify CONTRACT.h5|FILE.so\n"
    "       metaneuron function new NAME [--work]\n"
    "\n"
    "list names the functions that are built in, and whether over data or over work, and\n"
    "the files on the search path, with their digests; it loads none. show prints one\n"
    "with its parameters. digest prints what a contract names a file by. verify says\n"
    "whether the function that a contract wants is here, or a file is a function. new\n"
    "makes a directory to begin a function with; --work: one that needs no data.\n"
    "show and verify load the file that they are given, which runs code of its own.\n",
    .list = entries,
};

/* Whether a word is the path of a file, and no name. */
static bool is_path(const char *word)
{
    size_t n = strlen(word);

    return strchr(word, '/') || (n > 3 && strcmp(word + n - 3, ".so") == 0);
}

/* Returns a built-in function, or that of a file: at a path, or on the search path. */
static const struct function *find(const char *word, struct search_file *file, struct err *e)
{
    const struct function *f = is_path(word) ? NULL : registry_find(word, NULL);

    if (f)
        return f;
    if (is_path(word))
        return loader_open(word, file, e);
    if (search_look(word, file, NULL) < 0)
        return registry_find(word, e);
    return loader_open(file->path, file, e);
}

static int show_function(struct page *text, const char *word, struct err *e)
{
    struct search_file file = {0};
    const struct function *f = find(word, &file, e);

    if (f)
        report_function(text, f, &file);
    return f ? 0 : -1;
}

static int digest(const char *word, struct err *e)
{
    struct search_file file;

    if ((is_path(word) || file_exists(word) ? search_hash(word, &file, e)
                                            : search_look(word, &file, e)) < 0)
        return -1;
    print_answer("%s\n", file.digest);
    return 0;
}

static int verify_file(const char *path, struct err *e)
{
    struct search_file file;
    const struct function *f = loader_open(path, &file, e);

    if (!f)
        return -1;
    print_answer("%s: function %s, version %s, over %s; %s\n", path, f->name, f->version,
                 report_function_kind(f), file.digest);
    return 0;
}

static int verify_contract(const char *path, struct err *e)
{
    struct search_file file;
    struct contract *c = cli_contract(path, e);
    const struct function *f = c ? engine_function(c, &file, e) : NULL;

    if (f && file.path[0])
        print_answer("%s: wants function %s, which is here: %s, %s\n", path, c->function, file.path,
                     file.digest);
    else if (f)
        print_answer("%s: wants function %s, which is built in: %s\n", path, c->function,
                     c->digest);
    else if (c)
        err_context(e, "%s", path);
    contract_destroy(c);
    return f ? 0 : -1;
}

/* Sets *is to whether the file is a shared object or another program. */
static int is_elf(const char *path, bool *is, struct err *e)
{
    static const char magic[] = {0x7f, 'E', 'L', 'F'};
    char start[sizeof magic];
    uint64_t size;
    int fd = file_open(path, e), rc = fd < 0 ? -1 : file_size(fd, path, &size, e);

    *is = rc == 0 && size >= sizeof magic;
    if (*is && (rc = file_pread(fd, path, start, sizeof start, 0, e)) == 0)
        *is = memcmp(start, magic, sizeof magic) == 0;
    file_close(fd);
    return rc;
}

/* What is not here, or is no function, is a verification that failed. */
static int verify_either(const char *path, struct err *e)
{
    struct err why = {0};
    bool elf;

    if (is_elf(path, &elf, e) < 0)
        return -1;
    if ((elf ? verify_file(path, &why) : verify_contract(path, &why)) == 0)
        return 0;
    return err_set(e, why.code == ERR_INPUT ? ERR_VERIFY : why.code, "%s", why.text);
}

static int make(const char *name, bool work, struct err *e)
{
    if (skeleton_write(name, work, e) < 0)
        return -1;
    print_answer(
        "%s/: %s.c, Makefile, contract.yaml, test.sh, README.md; next: cd %s && make check\n", name,
        name, name);
    return 0;
}

int cmd_function(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {0};
    struct page text = print_page();
    int code = options_read(&options, argc, argv, &w), rc;

    if (code >= 0)
        return code;
    const char *verb = optind < argc ? argv[optind] : "";
    const char *word = argc - optind == 2 ? argv[optind + 1] : NULL;
    if (w.work && strcmp(verb, "new") != 0)
        return cli_usage("function", "--work goes with new");
    if (argc - optind == 1 && strcmp(verb, "list") == 0)
        rc = report_functions(&text, &e);
    else if (word && strcmp(verb, "show") == 0)
        rc = show_function(&text, word, &e);
    else if (word && strcmp(verb, "digest") == 0)
        rc = digest(word, &e);
    else if (word && strcmp(verb, "verify") == 0)
        rc = verify_either(word, &e);
    else if (word && strcmp(verb, "new") == 0)
        rc = make(word, w.work, &e);
    else
        return cli_usage("function",
                         "expected list, or show, digest, verify or new and a name or file");
    code = cli_print(&text, 0);
    return rc < 0 ? cli_fail(&e) : code;
}
