/* A calendar for the core (core/calendar.h) from the time zone database: TZif files (RFC 8536)
 * below /usr/share/zoneinfo, or $TZDIR. Debian lists every change up to 2037 in them. */
#ifndef INPUT_TIMEZONE_H
#define INPUT_TIMEZONE_H

#include "core/calendar.h"
#include "input/input_error.h"

/* The changes of the clocks of zone `name` ("Europe/London") for 10 years each side of `around_ms`.
 * False and *error when there is no such zone or its file is damaged; *calendar untouched. */
MUST_CHECK bool timezone_load(const char *name, int64_t around_ms, struct calendar *calendar,
                              struct input_error *error);

/* The moment that a civil time begins to be shown: `day` since 1970-01-01, `second` of the day. */
int64_t timezone_moment_ms(const struct calendar *calendar, int64_t day, int64_t second);

/* "2026-03-02" to days since 1970-01-01; false when it is no date. */
MUST_CHECK bool timezone_parse_day(const char *text, int64_t *day);

/* The other way; a day before 1970 is "ever". */
#define TIMEZONE_DAY_MAX 32 /* bytes, with the NUL */
void timezone_format_day(int64_t day, char text[TIMEZONE_DAY_MAX]);

#endif
