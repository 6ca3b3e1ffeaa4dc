/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads how numbers stand for values, and turns them into those. */
#include "h5/packing.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "h5/attribute.h"
#include "h5/close.h"
#include "util/text.h"

/* Reads one number, or leaves *value as it is. */
static int read_one(hid_t dataset, const char *name, hid_t type, double *value, bool *used,
                    const char *what, struct err *e)
{
    double found;
    int count = attribute_numbers(dataset, name, type, &found, 1);

    if (count == 0)
        return 0;
    if (count != 1 || isnan(found))
        return err_set(e, ERR_INPUT,
                       "%s: its attribute %s is not one number, so it is not known what its "
                       "numbers mean",
                       what, name);
    *value = found;
    *used = true;
    return 0;
}

/* Adds numbers that stand for a missing value. */
static int read_holes(struct packing *p, hid_t dataset, const char *name, hid_t type,
                      const char *what, struct err *e)
{
    size_t room = PACKING_HOLES - p->holes_count;
    int count = attribute_numbers(dataset, name, type, p->holes + p->holes_count, room);

    if (count < 0 || (size_t)count > room)
        return err_set(e, ERR_INPUT,
                       "%s: its attribute %s is not a list of at most %d numbers, so it is not "
                       "known which of its numbers are missing",
                       what, name, PACKING_HOLES);
    p->holes_count += (size_t)count;
    p->used |= count > 0;
    return 0;
}

/* Limits are of numbers as they are stored. Those of another type than the numbers have may
 * be meant of values. */
static int check_limits(hid_t dataset, hid_t type, const char *what, struct err *e)
{
    static const char *const words[] = {"valid_range", "valid_min", "valid_max", "_FillValue",
                                        "missing_value"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (H5Tget_class(type) == H5T_INTEGER && attribute_is_real(dataset, words[i]))
            return err_set(e, ERR_INPUT,
                           "%s: its attribute %s is no integer, as its numbers are, so it is not "
                           "known what it says of them; convert them first",
                           what, words[i]);
    return 0;
}

static int read_range(struct packing *p, hid_t dataset, hid_t type, const char *what, struct err *e)
{
    double range[2];
    int count = attribute_numbers(dataset, "valid_range", type, range, 2);

    if (count != 0 && (count != 2 || !(range[0] <= range[1])))
        return err_set(e, ERR_INPUT,
                       "%s: its attribute valid_range is not two numbers in order, so it is not "
                       "known which of its numbers are valid",
                       what);
    if (count == 2) {
        p->least = range[0];
        p->most = range[1];
        p->used = true;
    }
    return read_one(dataset, "valid_min", type, &p->least, &p->used, what, e) < 0
               ? -1
               : read_one(dataset, "valid_max", type, &p->most, &p->used, what, e);
}

/* netCDF writes a fill value where nothing was written, and takes it for missing, but in
 * bytes, all of which can be data. */
static void read_fill(struct packing *p, hid_t dataset, hid_t type)
{
    hid_t creation = H5Dget_create_plist(dataset);
    H5D_fill_value_t kind;
    double fill;

    if (creation >= 0 && H5Tget_size(type) > 1 && p->holes_count < PACKING_HOLES &&
        H5Pfill_value_defined(creation, &kind) >= 0 && kind == H5D_FILL_VALUE_USER_DEFINED &&
        H5Pget_fill_value(creation, H5T_NATIVE_DOUBLE, &fill) >= 0) {
        p->holes[p->holes_count++] = fill;
        p->used = true;
    }
    H5Eclear2(H5E_DEFAULT);
    h5_close(creation);
}

/* Words that say what numbers mean, in letters alone, and the number that changes nothing (NaN:
 * each does). Words of everyday may say something else: they count if they are numbers. */
static const struct {
    const char *word;
    double idle;
    bool everyday;
} others[] = {
    {"scalefactor", 1, false},  {"addoffset", 0, false},      {"scale", 1, true},
    {"offset", 0, true},        {"slope", 1, true},           {"intercept", 0, true},
    {"gain", 1, true},          {"fill", NAN, true},          {"fillvalue", NAN, false},
    {"missing", NAN, true},     {"missingvalue", NAN, false}, {"codemissingvalue", NAN, false},
    {"nodata", NAN, false},     {"nodatavalue", NAN, false},  {"navalue", NAN, false},
    {"validrange", NAN, false}, {"validmin", NAN, false},     {"validmax", NAN, false},
};

/* Effect: letters are those of a name, in lower case, as far as there is room. */
static void letters_of(const char *name, char *letters, size_t room)
{
    size_t n = 0;

    for (; *name && n + 1 < room; name++)
        if (isalpha((unsigned char)*name))
            letters[n++] = (char)tolower((unsigned char)*name);
    letters[n] = '\0';
}

struct unknown {
    hid_t dataset;
    char name[64]; /* of the attribute that says it */
};

/* Whether an attribute says what numbers mean, in words that are not known here. */
static bool is_unknown(void *context, const char *name)
{
    static const char *const known[] = {"scale_factor", "add_offset", "_FillValue", "missing_value",
                                        "valid_range",  "valid_min",  "valid_max"};
    struct unknown *u = context;
    char letters[sizeof u->name];
    double x;

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(name, known[i]) == 0)
            return false;
    letters_of(name, letters, sizeof letters);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(letters, others[i].word) != 0)
            continue;
        int count = attribute_numbers(u->dataset, name, H5T_NATIVE_DOUBLE, &x, 1);
        bool idle = count == 1 && x == others[i].idle;
        if (idle || (others[i].everyday && count <= 0))
            return false;
        text_printable(u->name, sizeof u->name, name);
        return true;
    }
    return false;
}

/* What others say of their numbers in other words, or in words that change them. */
static int refuse_unknown(hid_t dataset, hid_t type, const char *what, struct err *e)
{
    struct unknown u = {.dataset = dataset};
    char text[16];

    if (attribute_any(dataset, is_unknown, &u))
        return err_set(e, ERR_INPUT,
                       "%s: its attribute %s says what its numbers mean in a way that is not "
                       "known here; convert them first (scale_factor, add_offset, _FillValue, "
                       "missing_value and valid_range are known)",
                       what, u.name);
    if (attribute_text(dataset, "_Unsigned", text, sizeof text) && strcmp(text, "false") != 0 &&
        H5Tget_class(type) == H5T_INTEGER && H5Tget_sign(type) != H5T_SGN_NONE)
        return err_set(e, ERR_INPUT,
                       "%s: its attribute _Unsigned says that its numbers are none of the type "
                       "that they have; convert them first",
                       what);
    return 0;
}

int packing_read(struct packing *p, hid_t dataset, bool netcdf, const char *what, struct err *e)
{
    hid_t type = H5Dget_type(dataset);
    bool filled = attribute_exists(dataset, "_FillValue");
    int rc = -1;

    *p = (struct packing){.scale = 1, .least = -INFINITY, .most = INFINITY};
    if (refuse_unknown(dataset, type, what, e) < 0 || check_limits(dataset, type, what, e) < 0 ||
        read_one(dataset, "scale_factor", H5T_NATIVE_DOUBLE, &p->scale, &p->used, what, e) < 0 ||
        read_one(dataset, "add_offset", H5T_NATIVE_DOUBLE, &p->offset, &p->used, what, e) < 0 ||
        read_holes(p, dataset, "_FillValue", type, what, e) < 0 ||
        read_holes(p, dataset, "missing_value", type, what, e) < 0 ||
        read_range(p, dataset, type, what, e) < 0)
        goto done;
    if (netcdf && !filled)
        read_fill(p, dataset, type);
    rc = 0;
done:
    h5_close(type);
    return rc;
}

void packing_apply(const struct packing *p, double *values, size_t count)
{
    for (size_t i = 0; p->used && i < count; i++) {
        double v = values[i];
        bool hole = v < p->least || v > p->most;
        for (size_t k = 0; k < p->holes_count; k++)
            hole |= v == p->holes[k];
        values[i] = hole ? NAN : v * p->scale + p->offset;
    }
}
