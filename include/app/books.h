/* The open books of one civil month, summed up from the facts of a journal: pure, so that what is
 * published can be worked out again, by anybody, from the journal alone.
 *
 * What is kept is sums over many. No rider, place or time of one ride is in it, and what counts
 * fewer than BOOKS_LEAST rides is withheld (books_withhold). */
#ifndef APP_BOOKS_H
#define APP_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "core/calendar.h"
#include "core/fact.h"

#define BOOKS_LEAST      10    /* a count from 1 to one less is withheld */
#define BOOKS_AREAS_MAX  64    /* suppliers' areas in one month */
#define BOOKS_DAYS_MAX   31    /* days of a month */
#define BOOKS_ITEM_PENCE 50000 /* spending above this is listed by itself */
#define BOOKS_RIDERS     LEDGER_RIDERS
#define BOOKS_ACCOUNTS   (LEDGER_RIDERS + 1) /* the service's; all riders' as one */
#define BOOKS_CATEGORIES (LEDGER_OTHER_COST - LEDGER_ENERGY + 1)

/* What is paid for. Fares are one group, fees another; what belongs to no ride stands alone. */
enum books_type {
    BOOKS_SMALL_SHARED,
    BOOKS_SMALL_PRIVATE,
    BOOKS_LARGE_SHARED,
    BOOKS_LARGE_PRIVATE,
    BOOKS_FARES, /* so many types of fares */
    BOOKS_CANCELLED = BOOKS_FARES,
    BOOKS_NO_SHOW,
    BOOKS_PER_RIDE, /* so many types of what is paid for rides */
    BOOKS_NO_RIDE = BOOKS_PER_RIDE,
    BOOKS_TYPES,
};

/* Posted, in pence. */
struct books_account {
    int64_t opening_pence; /* debits less credits before the month */
    int64_t debits_pence;  /* within it */
    int64_t credits_pence;
};

/* Into (below 0: out of) an income account within the month, by where it came from. */
struct books_income {
    uint64_t rides;       /* charged in the month */
    int64_t riders_pence; /* charged to riders, less what they were given back */
    int64_t concession_pence;
    int64_t cap_discount_pence;
    int64_t vat_pence; /* below 0: due on it */
    int64_t other_pence;
};

struct books_scheme {
    uint64_t rides;
    int64_t pence; /* due from the funder, less what was taken back */
};

struct books_area {
    uint32_t area;                                   /* its number in the policy; 0 not known */
    int64_t pence[BOOKS_DAYS_MAX][BOOKS_CATEGORIES]; /* spent, by day of the month */
};

struct books {
    const struct calendar *calendar;
    int32_t first_day; /* civil days since 1970-01-01: the month's first, */
    int32_t end_day;   /* and the next month's */
    struct books_account accounts[BOOKS_ACCOUNTS];
    struct books_income income[BOOKS_TYPES];
    struct books_scheme schemes[LEDGER_SCHEMES_MAX];
    uint32_t area_count;
    struct books_area areas[BOOKS_AREAS_MAX]; /* by number */
    uint8_t *rides;                           /* [ride_room] by ride: what kind it is of */
    uint64_t ride_room;
};

/* Empty books of the days from `first_day` to before `end_day`, BOOKS_DAYS_MAX at the most.
 * `calendar` is borrowed. What books_take() allocates is given back by books_done(). */
void books_init(struct books *books, const struct calendar *calendar, int32_t first_day,
                int32_t end_day);
void books_done(struct books *books);

/* Take in every fact of a journal from the first, in order, that fact_apply() has accepted; facts
 * after the month are ignored. NULL, or why it cannot be: out of memory, too many areas. O(1). */
MUST_CHECK const char *books_take(struct books *books, const struct fact *fact);

int64_t books_closing_pence(const struct books_account *account); /* debits less credits */
int64_t books_net_pence(const struct books_income *income);
void books_add(struct books_income *sum, const struct books_income *income);

/* Spent in an area, and in a category (of all areas), within the month. */
int64_t books_area_pence(const struct books_area *area);
int64_t books_category_pence(const struct books *books, uint32_t category);
int64_t books_spend_pence(const struct books *books);

/* Rides that were charged in the month, of all types of fares. */
uint64_t books_rides(const struct books *books);

/* Which of `count` rows are withheld, whose rides add up to a total that may be known? All with 1
 * to BOOKS_LEAST - 1 rides; and if any is, then more, the least first, until two or more rows with
 * BOOKS_LEAST rides or more are, so that neither the total nor other rows give a small one away. */
void books_withhold(const uint64_t *rides, uint32_t count, bool *withheld);

/* Of a row: its rides, or 1 where there is money without any, of a ride of another month. */
uint64_t books_weight(const struct books_income *income);

const char *books_type_text(enum books_type type);

#endif
