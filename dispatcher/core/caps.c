/* The total of a week is min(week's cap, sum over the days of min(fares, day's cap)). Its rise by
 * one more journey is never more than the rise of that day's part, so that a day's charges add up
 * to at most the day's cap, and never falls below 0, so that no journey lowers what others cost. */
#include "core/caps.h"

#include "base/bound.h"
#include "base/check.h"
#include "core/calendar.h"

#define MONDAY_TO_1970 3 /* as in calendar.c */

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

struct caps_rule caps_rule(const struct caps *caps)
{
    struct caps_rule rule = {.week_pence = caps->week_pence};
    for (uint32_t i = 0; i < CAPS_DAYS; i++)
        rule.day_pence[i] = caps->day_pence;
    return rule;
}

uint32_t caps_weekday(int32_t day)
{
    const int64_t monday = (int64_t)calendar_travel_week(day) * CAPS_DAYS - MONDAY_TO_1970;
    return (uint32_t)(day - monday);
}

static uint32_t place_of(int32_t week)
{
    return (uint32_t)week % CAPS_WEEKS;
}

bool caps_keeps(const struct cap_account *account, int32_t day)
{
    const int32_t week = calendar_travel_week(day);
    for (uint32_t i = 0; i < CAPS_WEEKS; i++) {
        if (account->weeks[i].week - week >= CAPS_WEEKS)
            return false;
    }
    return true;
}

bool caps_sound(const struct cap_account *account)
{
    for (uint32_t i = 0; i < CAPS_WEEKS; i++) {
        const struct caps_week *week = &account->weeks[i];
        int64_t room_pence = INT64_MAX;
        if (week->week != 0 && place_of(week->week) != i)
            return false;
        for (uint32_t day = 0; day < CAPS_DAYS; day++) {
            if (week->fares_pence[day] < 0 || week->fares_pence[day] > room_pence)
                return false;
            room_pence -= week->fares_pence[day];
        }
        if (week->charged_pence < 0)
            return false;
    }
    return true;
}

/* The day's week as far as it is known: a new one, or one that is not kept, is empty. */
static struct caps_week week_of(const struct cap_account *account, int32_t day)
{
    const int32_t week = calendar_travel_week(day);
    const struct caps_week *kept = &account->weeks[place_of(week)];
    return kept->week == week && caps_keeps(account, day) ? *kept
                                                          : (struct caps_week){.week = week};
}

int64_t caps_payable(const struct caps_rule *rule, const int64_t fares_pence[CAPS_DAYS])
{
    int64_t total_pence = 0;
    for (uint32_t i = 0; i < CAPS_DAYS; i++) {
        CHECK(fares_pence[i] >= 0 && rule->day_pence[i] >= 0);
        const int64_t day_pence = bound_least(fares_pence[i], rule->day_pence[i]);
        total_pence += bound_least(day_pence, rule->week_pence - total_pence);
    }
    return total_pence;
}

int64_t caps_charge(const struct caps_rule *rule, const struct cap_account *account, int32_t day,
                    int64_t fare_pence)
{
    CHECK(fare_pence >= 0);
    struct caps_week week = week_of(account, day);
    const int64_t before_pence = caps_payable(rule, week.fares_pence);
    week.fares_pence[caps_weekday(day)] += fare_pence;
    const int64_t after_pence = caps_payable(rule, week.fares_pence);
    return bound_least(after_pence - before_pence, most(after_pence - week.charged_pence, 0));
}

/* The fares of the day are raised to where no cap lets it cost more: what that adds is left. */
static int64_t day_left(const struct caps_rule *rule, const struct caps_week *week, uint32_t day)
{
    const int64_t cap_pence = bound_least(rule->day_pence[day], rule->week_pence);
    struct caps_week full = *week;
    if (cap_pence == CAP_NONE_PENCE)
        return CAP_NONE_PENCE;
    const int64_t before_pence = caps_payable(rule, week->fares_pence);
    full.fares_pence[day] = most(week->fares_pence[day], cap_pence);
    const int64_t after_pence = caps_payable(rule, full.fares_pence);
    return bound_least(after_pence - before_pence, most(after_pence - week->charged_pence, 0));
}

void caps_status(const struct caps_rule *rule, const struct cap_account *account, int32_t day,
                 struct caps_status *status)
{
    const struct caps_week week = week_of(account, day);
    const uint32_t place = caps_weekday(day);
    int64_t fares_pence[CAPS_DAYS] = {0};
    int64_t before_pence = 0;
    for (uint32_t i = 0; i <= place; i++) {
        before_pence = caps_payable(rule, fares_pence);
        fares_pence[i] = week.fares_pence[i];
    }
    status->day_spent_pence = caps_payable(rule, fares_pence) - before_pence;
    status->day_cap_pence = rule->day_pence[place];
    status->day_left_pence = day_left(rule, &week, place);
    status->week_spent_pence = caps_payable(rule, week.fares_pence);
    status->week_cap_pence = rule->week_pence;
    const int64_t used_pence = most(status->week_spent_pence, week.charged_pence);
    status->week_left_pence = rule->week_pence == CAP_NONE_PENCE
                                  ? CAP_NONE_PENCE
                                  : most(rule->week_pence - used_pence, 0);
}

bool caps_record(struct cap_account *account, int32_t day, int64_t fare_pence,
                 int64_t charged_pence)
{
    CHECK(charged_pence >= 0 && charged_pence <= fare_pence);
    struct caps_week week = week_of(account, day);
    int64_t fares_pence = fare_pence;
    for (uint32_t i = 0; i < CAPS_DAYS; i++) {
        if (week.fares_pence[i] > INT64_MAX - fares_pence)
            return false;
        fares_pence += week.fares_pence[i];
    }
    week.fares_pence[caps_weekday(day)] += fare_pence;
    week.charged_pence += charged_pence;
    if (caps_keeps(account, day))
        account->weeks[place_of(week.week)] = week;
    return true;
}

/* The week without the journey; false when it is not in it. */
static bool without(struct caps_week *week, int32_t day, int64_t fare_pence)
{
    int64_t *fares_pence = &week->fares_pence[caps_weekday(day)];
    if (*fares_pence < fare_pence)
        return false;
    *fares_pence -= fare_pence;
    return true;
}

int64_t caps_fall(const struct caps_rule *rule, const struct cap_account *account, int32_t day,
                  int64_t fare_pence, int64_t charged_pence)
{
    if (!caps_keeps(account, day))
        return charged_pence;
    struct caps_week week = week_of(account, day);
    const int64_t before_pence = caps_payable(rule, week.fares_pence);
    CHECK(without(&week, day, fare_pence));
    const int64_t after_pence = caps_payable(rule, week.fares_pence);
    const int64_t above_pence = most(week.charged_pence - after_pence, 0);
    return bound_least(most(before_pence - after_pence, bound_least(charged_pence, above_pence)),
                       week.charged_pence);
}

bool caps_remove(struct cap_account *account, int32_t day, int64_t fare_pence, int64_t fall_pence)
{
    CHECK(fare_pence >= 0 && fall_pence >= 0);
    if (!caps_keeps(account, day))
        return true;
    struct caps_week week = week_of(account, day);
    if (!without(&week, day, fare_pence) || week.charged_pence < fall_pence)
        return false;
    week.charged_pence -= fall_pence;
    account->weeks[place_of(week.week)] = week;
    return true;
}
