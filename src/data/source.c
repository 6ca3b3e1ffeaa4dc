/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends each call on a source to the format of its file. */
#include "data/source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/choice.h"
#include "data/csv.h"
#include "data/format.h"
#include "data/hdf.h"
#include "util/alike.h"
#include "util/file.h"
#include "util/place.h"

struct source {
    char *location;
    const struct format *format;
    void *table;
    struct choice choice;
    const char **names; /* of the chosen columns; the table owns the texts */
};

/* Cuts PATH:/OBJECT in two. Returns the path, which the caller frees; *object
 * points into location, or is NULL. The longest path that exists wins. */
static char *split_location(const char *location, const char **object, struct err *e)
{
    char *path = strdup(location);

    *object = NULL;
    if (!path)
        return err_null(err_memory(e, location));
    while (!file_exists(path)) {
        char *colon = NULL;
        for (char *p = path; (p = strstr(p, ":/")); p++)
            colon = p;
        if (!colon || colon == path) {
            memcpy(path, location, strlen(location) + 1);
            *object = NULL;
            break;
        }
        *object = location + (colon - path) + 1;
        *colon = '\0';
    }
    return path;
}

int source_stamp(const char *location, struct source_stamp *stamp, struct err *e)
{
    const char *object;
    char *path = split_location(location, &object, e);
    struct stat st;

    if (!path)
        return -1;
    int rc = stat(path, &st) < 0 ? err_errno(e, ERR_OPEN, "%s: cannot be looked at", path) : 0;
    if (rc == 0)
        *stamp = (struct source_stamp){.size = (uint64_t)st.st_size,
                                       .time_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
                                                  st.st_mtim.tv_nsec};
    free(path);
    return rc;
}

/* Refuses what cannot be read by ranges, before an open() that could block. */
static int check_kind(const char *path, struct err *e)
{
    struct stat st;

    if (stat(path, &st) < 0) {
        err_errno(e, ERR_OPEN, "%s: cannot be opened for reading", path);
        alike_file(path, e);
        return -1;
    }
    if (S_ISREG(st.st_mode))
        return 0;
    return err_set(e, ERR_INPUT, "%s: is a %s, expected a CSV or HDF5 file", path,
                   S_ISDIR(st.st_mode)    ? "directory"
                   : S_ISFIFO(st.st_mode) ? "pipe"
                   : S_ISSOCK(st.st_mode) ? "socket"
                                          : "device");
}

/* Files that are neither, and could be taken for CSV that is damaged. */
static int check_foreign(const char *path, const char *bytes, struct err *e)
{
    static const struct {
        const char *bytes, *name, *advice;
    } known[] = {
        {"CDF\1", "netCDF-3 file", "nccopy -k netCDF-4 converts it"},
        {"CDF\2", "netCDF-3 file", "nccopy -k netCDF-4 converts it"},
        {"CDF\5", "netCDF-3 file", "nccopy -k netCDF-4 converts it"},
        {"MATLAB 5", "MATLAB file before version 7.3", "save it by save(…, '-v7.3')"},
        {"\x93NUMPY", "NumPy file", "save it by numpy.savetxt() or h5py"},
        {"PAR1", "Parquet file", "convert it to CSV"},
        {"ARROW1", "Arrow file", "convert it to CSV"},
        {"PK\3\4", "ZIP archive, as spreadsheets are", "save it as CSV"},
        {"\x1f\x8b", "gzip file", "unpack it"},
        {"BZh", "bzip2 file", "unpack it"},
        {"\xfd\x37zXZ", "xz file", "unpack it"},
        {"\x28\xb5\x2f\xfd", "Zstandard file", "unpack it"},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (memcmp(bytes, known[i].bytes, strlen(known[i].bytes)) == 0)
            return err_set(e, ERR_INPUT, "%s: is a %s, expected a CSV or HDF5 file; %s", path,
                           known[i].name, known[i].advice);
    return 0;
}

/* Effect: sets *format to what the first bytes tell. HDF5's signature stands at
 * byte 0, or after a user block at 512, 1024, 2048 and so on. */
static int sniff(const char *path, const struct format **format, struct err *e)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    char bytes[sizeof signature - 1];
    uint64_t size;
    int rc = -1;
    int fd = file_open(path, e);

    if (fd < 0)
        return -1;
    *format = &csv_format;
    if (file_size(fd, path, &size, e) < 0)
        goto done;
    for (uint64_t at = 0; size >= sizeof bytes && at <= size - sizeof bytes;
         at = at ? 2 * at : 512) {
        if (file_pread(fd, path, bytes, sizeof bytes, at, e) < 0)
            goto done;
        if (memcmp(bytes, signature, sizeof bytes) == 0) {
            *format = &hdf_format;
            break;
        }
    }
    rc = 0;
    /* MATLAB's own header stands in the user block, too. */
    if (*format == &csv_format && size >= sizeof bytes)
        rc = file_pread(fd, path, bytes, sizeof bytes, 0, e) < 0 ? -1
                                                                 : check_foreign(path, bytes, e);
done:
    file_close(fd);
    return rc;
}

static int open_table(struct source *s, const struct source_options *o, struct err *e)
{
    const char *object;
    int rc = -1;
    char *path = split_location(s->location, &object, e);

    if (!path || check_kind(path, e) < 0 || sniff(path, &s->format, e) < 0)
        goto done;
    s->table = s->format->open(path, object, o, e);
    rc = s->table ? 0 : -1;
done:
    free(path);
    return rc;
}

static int choose(struct source *s, const struct source_options *o, struct err *e)
{
    if (choice_make(&s->choice, s->format, s->table, s->location, o, e) < 0 ||
        s->format->choose(s->table, &s->choice, e) < 0)
        return -1;
    s->names = err_alloc(s->choice.count, sizeof *s->names, s->location, e);
    if (!s->names)
        return -1;
    for (size_t i = 0; i < s->choice.count; i++)
        s->names[i] = s->format->column_name(s->table, s->choice.columns[i]);
    return 0;
}

struct source *source_open(const char *location, const struct source_options *o, struct err *e)
{
    struct source *s = NULL;

    if (o->missing < SOURCE_MISSING_ERROR || o->missing > SOURCE_MISSING_NAN)
        return err_null(err_set(e, ERR_SOFTWARE, "%s: no policy for missing values", location));
    if (o->columns && o->columns_count == 0)
        return err_null(err_set(e, ERR_INPUT, "%s: no column is chosen", location));
    if (o->columns && o->wide)
        return err_null(err_set(e, ERR_SOFTWARE, "%s: columns of a matrix are chosen", location));
    s = err_alloc(1, sizeof *s, location, e);
    if (!s)
        return NULL;
    s->location = strdup(location);
    if (!s->location)
        err_memory(e, location);
    if (!s->location || open_table(s, o, e) < 0 || choose(s, o, e) < 0) {
        source_close(s);
        return NULL;
    }
    return s;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->table)
        s->format->close(s->table);
    choice_free(&s->choice);
    free(s->names);
    free(s->location);
    free(s);
}

size_t source_columns(const struct source *s)
{
    return s->choice.count;
}

const char *const *source_column_names(const struct source *s)
{
    return s->names;
}

const char *source_unit(const struct source *s, size_t i)
{
    return s->format->unit(s->table, s->choice.columns[i]);
}

const char *source_notes(const struct source *s)
{
    return s->format->notes(s->table);
}

uint64_t source_rows(const struct source *s)
{
    return s->format->rows(s->table);
}

int source_read(struct source *s, uint64_t first, size_t count, double *data, size_t *kept,
                struct err *e)
{
    uint64_t rows = source_rows(s);

    if (first > rows || count > rows - first)
        return err_set(e, ERR_SOFTWARE,
                       "%s: rows %" PRIu64 " to %" PRIu64 " are wanted, but it has %" PRIu64,
                       s->location, first, first + count, rows);
    if (count == 0) {
        *kept = 0;
        return 0;
    }
    return s->format->read(s->table, first, count, data, kept, e);
}
