/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the file of a location, and the format that it has. */
#include "data/location.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/csv.h"
#include "data/hdf.h"
#include "util/alike.h"
#include "util/file.h"
#include "util/place.h"

char *location_split(const char *location, const char **object, struct err *e)
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

void *location_open(const char *location, const struct source_options *o, bool texts,
                    const struct format **format, struct err *e)
{
    const char *object;
    void *table = NULL;
    char *path = location_split(location, &object, e);

    if (path && check_kind(path, e) == 0 && sniff(path, format, e) == 0)
        table = (*format)->open(path, object, o, texts, e);
    free(path);
    return table;
}
