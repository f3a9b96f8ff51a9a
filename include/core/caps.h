/* Fare caps: what a rider pays in one travel day and in one week (Monday to Sunday) has an upper
 * limit, whatever the number of rides, one limit for one person. As Transport for London does it:
 * days are capped one after another, and the week caps their sum.
 *
 * For the present and the previous week an account keeps the fares of each day. What a week then
 * costs follows from these sums alone, so the order in which journeys come to be known does not
 * matter: a journey costs what the week's total rises by, and one taken out gives back what the
 * total falls by. Late journeys of weeks before are charged, and refunded, each for itself. */
#ifndef CORE_CAPS_H
#define CORE_CAPS_H

#include <stdbool.h>
#include <stdint.h>

#define CAP_NONE_PENCE INT64_MAX
#define CAPS_DAYS      7
#define CAPS_WEEKS     2

/* The caps of one class of riders on one day. */
struct caps {
    int64_t day_pence; /* 0 to PENCE_MAX, or CAP_NONE_PENCE */
    int64_t week_pence;
};

/* The caps of one week. */
struct caps_rule {
    int64_t day_pence[CAPS_DAYS]; /* Monday to Sunday; each as in struct caps */
    int64_t week_pence;
};

struct caps_week {
    int32_t week;                   /* calendar_travel_week() */
    int64_t fares_pence[CAPS_DAYS]; /* of each day: fares that count, before caps */
    int64_t charged_pence;          /* less what was given back */
};

/* Of one rider. All zero: no journey yet. */
struct cap_account {
    struct caps_week weeks[CAPS_WEEKS]; /* the present and the previous, by week modulo 2 */
};

/* Is it one that journeys can lead to: nothing below 0, nor too large, weeks where they belong? */
bool caps_sound(const struct cap_account *account);

/* The same caps on all days. */
struct caps_rule caps_rule(const struct caps *caps);

/* 0 Monday to 6 Sunday: the place of a travel day in its week. */
uint32_t caps_weekday(int32_t day);

/* Is the day's week kept, or would it be? Else its journeys stand each for itself. */
bool caps_keeps(const struct cap_account *account, int32_t day);

/* What a week's fares come to: each day at most its cap, all days at most the week's. */
int64_t caps_payable(const struct caps_rule *rule, const int64_t fares_pence[CAPS_DAYS]);

/* What a journey of `fare_pence` (at most its quote, after any concession) on `day` costs, by the
 * rule of that day's week: 0 to the fare. Where caps were lowered since, no more than they leave.
 * O(1), as all here. */
int64_t caps_charge(const struct caps_rule *rule, const struct cap_account *account, int32_t day,
                    int64_t fare_pence);

/* How much of its caps a rider has used on `day` and in its week. */
struct caps_status {
    int64_t day_spent_pence; /* what the day's fares come to under the caps */
    int64_t day_cap_pence;   /* or CAP_NONE_PENCE, as below */
    int64_t day_left_pence;  /* the most that further journeys of the day can cost together */
    int64_t week_spent_pence;
    int64_t week_cap_pence;
    int64_t week_left_pence; /* ... and those of the rest of the week */
};

void caps_status(const struct caps_rule *rule, const struct cap_account *account, int32_t day,
                 struct caps_status *status);

/* Take in that journey at that charge. False, and nothing changed, where the sums would overflow.
 */
bool caps_record(struct cap_account *account, int32_t day, int64_t fare_pence,
                 int64_t charged_pence);

/* What the rider's total falls by when a journey, charged so much, is taken out again: 0 or more.
 * It is less than the charge where other journeys, so far saved by the caps, now count in its
 * place, and may be more where it was itself saved by journeys that were taken out since. Where
 * caps were lowered meanwhile, it is the charge as long as the total is above them. */
int64_t caps_fall(const struct caps_rule *rule, const struct cap_account *account, int32_t day,
                  int64_t fare_pence, int64_t charged_pence);

/* Take it out. False, and nothing changed, when there is no such journey to take out. */
bool caps_remove(struct cap_account *account, int32_t day, int64_t fare_pence, int64_t fall_pence);

#endif
