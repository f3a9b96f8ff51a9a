/* The account is first turned to the day of the journey, if that is later; what room is left is
 * then the same question for the day and for the week. */
#include "core/caps.h"

#include "base/check.h"
#include "core/calendar.h"

static struct cap_account turned(const struct cap_account *account, int32_t day)
{
    struct cap_account now = *account;
    int32_t week = calendar_travel_week(day);
    if (day > now.day) {
        now.day = day;
        now.day_pence = 0;
    }
    if (week > now.week) {
        now.week = week;
        now.week_pence = 0;
    }
    return now;
}

/* `charge`, but no more than the cap leaves; a cap may have been lowered below what was paid. */
static int64_t limited(int64_t charge, int64_t cap, int64_t so_far)
{
    int64_t room = cap > so_far ? cap - so_far : 0;
    return charge < room ? charge : room;
}

int64_t caps_charge(const struct caps *caps, const struct cap_account *account, int32_t day,
                    int64_t fare_pence)
{
    CHECK(caps->day_pence >= 0);
    CHECK(caps->week_pence >= 0);
    CHECK(fare_pence >= 0);
    struct cap_account now = turned(account, day);
    int64_t charge = limited(fare_pence, caps->day_pence, now.day_pence);
    return limited(charge, caps->week_pence, now.week_pence);
}

void caps_record(struct cap_account *account, int32_t day, int64_t charged_pence)
{
    CHECK(charged_pence >= 0);
    struct cap_account now = turned(account, day);
    CHECK(now.day_pence <= INT64_MAX - charged_pence);
    CHECK(now.week_pence <= INT64_MAX - charged_pence);
    now.day_pence += charged_pence;
    now.week_pence += charged_pence;
    *account = now;
}
