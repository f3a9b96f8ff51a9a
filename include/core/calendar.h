/* Civil time of the council's place, for fare caps: the travel day runs from 04:30 to 04:29 the
 * next day, the week from Monday to Sunday of travel days, as Transport for London defines them.
 * Days of 23 and 25 hours exist; so the table of clock changes is an input, made by the shell from
 * the time zone database. */
#ifndef CORE_CALENDAR_H
#define CORE_CALENDAR_H

#include <stdint.h>

#include "core/limits.h"

struct calendar_change {
    int64_t from_ms;  /* since 1970-01-01 00:00 UTC */
    int32_t offset_s; /* seconds east of UTC from then on */
};

struct calendar {
    uint32_t count;                               /* 1 to CALENDAR_MAX */
    struct calendar_change changes[CALENDAR_MAX]; /* by from_ms; the first holds before it too */
};

/* Travel day at `at_ms`: days since Thursday 1970-01-01. O(log count). */
int32_t calendar_travel_day(const struct calendar *calendar, int64_t at_ms);

/* When the next travel day begins, after `at_ms`. O(log count). */
int64_t calendar_next_travel_day_ms(const struct calendar *calendar, int64_t at_ms);

/* The civil day (days since 1970-01-01, from midnight) and the minute of it, 0 to 1439. */
struct calendar_civil {
    int32_t day;
    uint32_t minute;
};

struct calendar_civil calendar_civil(const struct calendar *calendar, int64_t at_ms);

/* Of a civil or travel day: 0 Monday to 6 Sunday. */
uint32_t calendar_day_of_week(int32_t day);

/* Hour of the civil day, 0 to 23; and when the next begins. O(log count). A change of the clocks by
 * less than an hour, or within the hour, makes a shorter or longer one. */
uint32_t calendar_hour(const struct calendar *calendar, int64_t at_ms);
int64_t calendar_next_hour_ms(const struct calendar *calendar, int64_t at_ms);

/* Day of the civil week at `at_ms`: 0 Monday to 6 Sunday. O(log count). */
uint32_t calendar_weekday(const struct calendar *calendar, int64_t at_ms);

/* Month of a civil day in the Gregorian calendar: months since that of January 1970. */
int32_t calendar_month(int32_t day);

/* The first civil day of such a month; from March of the year 0 on. */
int32_t calendar_month_begins(int32_t month);

/* Week of a travel day: weeks since that of Monday 1969-12-29. */
int32_t calendar_travel_week(int32_t travel_day);

#endif
