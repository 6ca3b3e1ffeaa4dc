/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text, against strtod. */
#include "scratch.h"

#include <inttypes.h>
#include <math.h>

#include "data/number.h"

static void same_as_strtod(const char *text)
{
    char *end;
    double slow = strtod(text, &end), fast = 7;
    const char *stop = number_read(text, &fast);

    ck_assert_msg(stop == end, "'%s': stopped at %td, strtod at %td", text, stop - text,
                  end - text);
    ck_assert_msg(memcmp(&fast, &slow, sizeof fast) == 0, "'%s' gave %a, strtod %a", text, fast,
                  slow);
}

/* The slow obvious version is strtod(). */
START_TEST(numbers_are_those_of_strtod)
{
    static const char *const corners[] = {
        "0",
        "-0",
        "0.0",
        "-0e5",
        "1",
        "+1",
        "1.",
        ".5",
        "-.5",
        "1e",
        "1e+",
        "1E5",
        "1e-5",
        "1.5.2",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993e1",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        "99999999999999999999",
        "1e22",
        "1e23",
        "8.5e22",
        "123456789012345678e27",
        "123456789012345678e-27",
        "9999999999999999999e27",
        "9999999999999999999e-27",
        "1e28",
        "1e-28",
        "1e308",
        "1.8e308",
        "1e-320",
        "5e-324",
        "2e-324",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e999999",
        "00000000000000000000000001.5",
        "0.00000000000000000000000000015",
        "0.000000000000000000000000000000000000000001234567890123456789",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "7.2057594037927933e16",
        "1x",
        "3,4",
        "123456789012345678901234567890",
    };

    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++)
        same_as_strtod(corners[i]);
    double v;
    for (const char *const *p = (const char *const[]){"", "-", "+", ".", "-.", "e5", "x", " 1",
                                                      "--1", "inf", "nan", NULL};
         *p; p++)
        ck_assert_msg(!number_read(*p, &v), "'%s'", *p);
}
END_TEST

START_TEST(random_numbers_are_those_of_strtod)
{
    char text[64];

    for (int i = 0; i < 300000; i++) {
        uint64_t bits = draw(), form = draw() % 4;
        double v;
        memcpy(&v, &bits, sizeof v);
        if (form == 0 && isfinite(v)) { /* any double, any length */
            snprintf(text, sizeof text, "%.*e", (int)(draw() % 21), v);
        } else if (form == 1) { /* an integer and an exponent near the fast limits */
            snprintf(text, sizeof text, "%" PRIu64 "e%d", draw() >> draw() % 64,
                     (int)(draw() % 64) - 32);
        } else if (form == 2) { /* fixed point */
            snprintf(text, sizeof text, "-%" PRIu64 ".%0*" PRIu64, draw() >> draw() % 64,
                     (int)(draw() % 20), draw() >> draw() % 64);
        } else { /* near the middle of two doubles */
            uint64_t m = draw() >> 11 | UINT64_C(1) << 52;
            snprintf(text, sizeof text, "%" PRIu64 "%s", m * 2 + 1, draw() % 2 ? "e0" : ".5");
        }
        same_as_strtod(text);
    }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, numbers_are_those_of_strtod);
    tcase_add_test(t, random_numbers_are_those_of_strtod);
}

UNIT_MAIN("number", add)
