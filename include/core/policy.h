/* What a council has decided about money, as dated rows: fares, caps, concessions, fees,
 * compensation, VAT, what is done with a surplus, and what the service pays for. Read from YAML by
 * input/policy_file.h, borrowed by struct core_config, and looked up here by pure functions: no
 * clock, no allocation, and no input that says how many others want to travel.
 *
 * Every row rests on a resolution and holds from one travel day to another (core/calendar.h:
 * 04:30 to 04:29 civil time; the day's number is that of its date), both included. For one case (a
 * tariff for small vehicles, shared; the caps of a class) no two rows hold on one day, and no day
 * lies unruled between two rows; core/policy_fault.h finds both.
 *
 * The policy itself holds from one day to another too. Offers are made within that period alone.
 * What was booked within it may end after it, so every lookup moves a day outside the period to
 * its nearest day: who charges a ride always finds a row where one is obligatory.
 *
 * Amounts are whole pence, 0 to PENCE_MAX if nothing else is said. Shares are permille. */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/caps.h"
#include "core/limits.h"
#include "core/tariff.h"

#define POLICY_ID_MAX         32 /* bytes with the NUL, as the texts below; zeroed behind it */
#define POLICY_TEXT_MAX       96
#define POLICY_HASH_SIZE      32 /* SHA-256 */
#define POLICY_CLASSES_MAX    8
#define POLICY_SCHEMES_MAX    8 /* numbers 1 to 8: each has an account of the ledger */
#define POLICY_HOLIDAYS_MAX   128
#define POLICY_WINDOWS_MAX    8
#define POLICY_AREAS_MAX      32
#define POLICY_TARIFFS_MAX    32
#define POLICY_NATIONAL_MAX   8
#define POLICY_CAPS_MAX       32
#define POLICY_CONCESSION_MAX 32
#define POLICY_FEES_MAX       16
#define POLICY_LATENESS_MAX   16
#define POLICY_STEPS_MAX      4
#define POLICY_VAT_MAX        8
#define POLICY_WATERFALLS_MAX 8
#define POLICY_LINES_MAX      8
#define POLICY_COSTS_MAX      64
#define POLICY_COSTS_A_DAY    12 /* in force on one day: each is a transfer of one group */
#define POLICY_HOURS          24
#define POLICY_MILLIPENCE_MAX (INT64_C(100000) * 1000) /* one rate of cost: 1,000 pounds */
#define POLICY_DAY_MIN        (-700000)                /* about 1,900 years each way */
#define POLICY_DAY_MAX        700000
#define POLICY_ALL_PERMILLE   1000
#define POLICY_NONE_PENCE     INT64_MAX /* of a cap or a limit: there is none */

/* Vehicles are small or large by the people that they are designed for, the driver's or attendant's
 * place among them. Passenger transport in vehicles designed for 10 or more is zero-rated (VAT Act
 * 1994, schedule 8, group 8, item 4(a); a seat given up for a wheelchair counts), so that tariffs
 * are told apart at the same number. */
#define POLICY_LARGE_FROM 10
enum policy_kind { POLICY_SMALL, POLICY_LARGE, POLICY_KIND_COUNT };

enum policy_kind policy_kind(uint32_t designed_for);

/* What each row begins with. */
struct policy_row {
    char id[POLICY_ID_MAX];           /* unique in the policy: a-z, 0-9, - and . */
    char resolution[POLICY_TEXT_MAX]; /* what it rests on, UTF-8 */
    int32_t from_day;                 /* travel days, POLICY_DAY_MIN to _MAX, both included */
    int32_t until_day;
};

/* A time of day: minutes after civil midnight, until_minute not included. */
struct policy_window {
    bool weekdays;  /* Monday to Friday but bank holidays */
    bool free_days; /* Saturdays, Sundays and bank holidays */
    uint16_t from_minute;
    uint16_t until_minute; /* from_minute + 1 to 1440; a night is two windows */
};

struct policy_hours {
    uint32_t count; /* 0 to POLICY_WINDOWS_MAX; 0 is never */
    struct policy_window windows[POLICY_WINDOWS_MAX];
};

/* The fare of one kind of vehicle, shared or private. Case: kind and shared; obligatory. */
struct policy_tariff {
    struct policy_row row;
    enum policy_kind kind;
    bool shared;
    struct tariff tariff;
    int64_t off_peak_permille; /* taken off in the off-peak hours: 0 to 1000 */
    struct policy_hours off_peak;
};

/* A cap that the country sets on any single fare, as England's national single fare cap. Optional,
 * and dated: never a constant of the program. */
struct policy_national {
    struct policy_row row;
    int64_t single_pence; /* 0 to TARIFF_RATE_MAX_PENCE */
    bool shared_only;     /* not for a ride alone, as for concessions */
};

/* Case: class; obligatory for each. */
struct policy_caps {
    struct policy_row row;
    uint32_t class;
    struct caps caps;
};

/* Part of the fare that somebody else pays for some riders. Case: scheme. Optional. */
struct policy_concession {
    struct policy_row row;
    uint32_t scheme;              /* 1 to POLICY_SCHEMES_MAX, the same for ever */
    char name[POLICY_ID_MAX];     /* of the scheme */
    char funder[POLICY_TEXT_MAX]; /* who pays the rest */
    int64_t rider_permille;       /* the rider's part of the fare, 0 to 1000 */
    bool shared_only;             /* not for a ride alone */
    struct policy_hours hours;
};

/* What a rider pays for a ride that did not take place by their own doing. Optional: no fee. */
struct policy_fees {
    struct policy_row row;
    int64_t free_after_booking_ms; /* cancelling is free so long after booking; 0 to a day */
    int64_t free_before_pickup_ms; /* ... and until so long before the pick-up promised */
    int64_t cancel_pence;          /* later than both; 0 to TARIFF_RATE_MAX_PENCE, as no_show_ */
    int64_t no_show_pence;
};

/* What a rider gets back for a late vehicle, by itself. Optional: nothing. */
struct policy_lateness {
    struct policy_row row;
    uint32_t step_count; /* 1 to POLICY_STEPS_MAX; lateness and share rise from step to step */
    struct policy_step {
        int64_t late_ms; /* the vehicle came so much after the time promised, or more; over 0 */
        int64_t back_permille; /* of the charge: over 0 to 1000 */
    } steps[POLICY_STEPS_MAX];
};

/* Obligatory. The rate is on the net amount: 200 permille are a sixth of the gross. */
struct policy_vat {
    struct policy_row row;
    int64_t rate_permille[POLICY_KIND_COUNT]; /* by the vehicle used; 0 to 1000 */
};

/* What law lets a council do with a surplus (Local Government Act 2003, sections 93 and 95). */
enum policy_mode {
    POLICY_COST_RECOVERY, /* the council itself: no profit, one year with another */
    POLICY_COMPANY,       /* a company of the council's: what is left is a dividend */
    POLICY_OTHER,         /* what another resolution says */
};

/* Who bears a period's loss. */
enum policy_loss {
    POLICY_LOSS_CARRIED, /* the surpluses of later periods, before any line of the waterfall */
    POLICY_LOSS_RESERVE, /* the cost-recovery reserve as far as it goes; the rest is carried */
    POLICY_LOSS_COUNCIL, /* the council's revenue */
};

enum policy_use {
    POLICY_DEBT_SERVICE,
    POLICY_RENEWALS_RESERVE,
    POLICY_WARD_FUND,
    POLICY_COST_RECOVERY_RESERVE,
    POLICY_COUNCIL_REVENUE,
};

/* Obligatory. Operating costs come before all lines. Each line then takes, of what is left,
 *     the least of: fixed + share of what is left (rounded down), most, what is left.
 * The last takes everything: 1000 permille, and no most. It is never debt service; in the mode
 * cost_recovery it is the cost-recovery reserve, and no line goes to the council's revenue. */
struct policy_waterfall {
    struct policy_row row;
    enum policy_mode mode;
    int64_t rolling_years; /* over which cost recovery is tested: 1 to 10 */
    enum policy_loss loss;
    uint32_t line_count; /* 1 to POLICY_LINES_MAX */
    struct policy_line {
        char name[POLICY_ID_MAX];
        enum policy_use use;
        int64_t fixed_pence; /* each period of a month */
        int64_t share_permille;
        int64_t most_pence; /* or POLICY_NONE_PENCE */
    } lines[POLICY_LINES_MAX];
};

enum policy_cost_category {
    POLICY_ENERGY,
    POLICY_CLEANING,
    POLICY_MAINTENANCE,
    POLICY_INSURANCE,
    POLICY_CONNECTIVITY,
    POLICY_REMOTE_HELP,
    POLICY_CAPITAL,
    POLICY_OTHER_COST,
    POLICY_COST_CATEGORIES,
};

enum policy_unit {
    POLICY_PER_KM,          /* driven */
    POLICY_PER_HOUR,        /* of a vehicle in service */
    POLICY_PER_KWH,         /* bought */
    POLICY_PER_RIDE,        /* brought to its end */
    POLICY_PER_MINUTE,      /* of remote help */
    POLICY_PER_VEHICLE_DAY, /* a vehicle in service on a travel day */
    POLICY_PER_VISIT,       /* to be cleaned; of all categories but cleaning, to be inspected */
    POLICY_UNIT_COUNT,
};

/* What the service pays for something. Case: category and unit. Optional: it costs nothing. */
struct policy_cost {
    struct policy_row row;
    enum policy_cost_category category;
    enum policy_unit unit;
    int64_t rate_millipence[POLICY_HOURS]; /* by civil hour; thousandths of a penny a unit, 0 to
                                              POLICY_MILLIPENCE_MAX. All the same but for energy */
    char supplier[POLICY_TEXT_MAX];
    uint32_t area; /* the supplier's: a number of `areas`, 0 not known */
};

/* Where suppliers are. */
struct policy_area {
    uint32_t area;            /* over 0, the same for ever; unique */
    char name[POLICY_ID_MAX]; /* "Preston" */
    bool is_local;            /* spending there counts as kept local */
};

struct policy {
    struct policy_row row; /* of the whole; its id is the policy's */
    char name[POLICY_TEXT_MAX];
    uint8_t hash[POLICY_HASH_SIZE]; /* of the files it was read from; zeros: the built-in one */
    uint32_t class_count;           /* 1 to POLICY_CLASSES_MAX; riders are of class 0 by default. */
    char classes[POLICY_CLASSES_MAX][POLICY_ID_MAX]; /* numbers are for ever: only append */
    uint32_t holiday_count;
    int32_t holidays[POLICY_HOLIDAYS_MAX]; /* civil days since 1970-01-01, ascending */
    uint32_t area_count;
    struct policy_area areas[POLICY_AREAS_MAX];
    uint32_t tariff_count; /* 0 to the array's length, as all */
    struct policy_tariff tariffs[POLICY_TARIFFS_MAX];
    uint32_t national_count;
    struct policy_national national[POLICY_NATIONAL_MAX];
    uint32_t caps_count;
    struct policy_caps caps[POLICY_CAPS_MAX];
    uint32_t concession_count;
    struct policy_concession concessions[POLICY_CONCESSION_MAX];
    uint32_t fees_count;
    struct policy_fees fees[POLICY_FEES_MAX];
    uint32_t lateness_count;
    struct policy_lateness lateness[POLICY_LATENESS_MAX];
    uint32_t vat_count;
    struct policy_vat vat[POLICY_VAT_MAX];
    uint32_t waterfall_count;
    struct policy_waterfall waterfalls[POLICY_WATERFALLS_MAX];
    uint32_t cost_count;
    struct policy_cost costs[POLICY_COSTS_MAX];
};

/* What runs where no file is given: the amounts of docs/policy.md for every kind of vehicle, for
 * ever; VAT by capacity; no concessions, no fees, no compensation, no costs; a surplus stays in
 * the cost-recovery reserve. */
void policy_default(struct policy *policy);

/* Lookups in a sound policy; `day` is a travel day. O(rows of the table), as all below. A pointer
 * is borrowed from the policy, and NULL only where it is said. */
bool policy_holds(const struct policy *policy, int32_t day); /* within its period? */
const struct policy_tariff *policy_tariff(const struct policy *policy, int32_t day,
                                          enum policy_kind kind, bool shared);
const struct policy_national *policy_national(const struct policy *policy, int32_t day); /* NULL */

/* What a class, or a scheme, is called, whose numbers are the same for ever; "" where the policy
 * has none of that number, scheme 0 among them. */
const char *policy_class_name(const struct policy *policy, uint32_t class);
const char *policy_scheme_name(const struct policy *policy, uint32_t scheme);

/* A class that the policy does not have is class 0. */
const struct policy_caps *policy_caps(const struct policy *policy, int32_t day, uint32_t class);

/* NULL: none in force, scheme 0 among them. */
const struct policy_concession *policy_concession(const struct policy *policy, int32_t day,
                                                  uint32_t scheme);

/* Are these the hours, on civil day `civil_day` at `minute`? O(windows + log holidays). */
bool policy_in_hours(const struct policy *policy, const struct policy_hours *hours,
                     int32_t civil_day, uint32_t minute);

/* The fee for cancelling at `at_ms` a ride booked at `booked_ms` that was promised a pick-up at
 * `promised_ms`, and that for not coming. Who charges them limits them by the quote. */
int64_t policy_cancel_pence(const struct policy *policy, int32_t day, int64_t booked_ms,
                            int64_t promised_ms, int64_t at_ms);
int64_t policy_no_show_pence(const struct policy *policy, int32_t day);

/* The rows behind them, to explain a fee; NULL: none in force. */
const struct policy_fees *policy_fees(const struct policy *policy, int32_t day);
const struct policy_lateness *policy_lateness(const struct policy *policy, int32_t day);

/* What the rider gets back of `charge_pence` when the vehicle came `late_ms` late (may be
 * negative): half a penny up, at most the charge. */
int64_t policy_lateness_pence(const struct policy *policy, int32_t day, int64_t late_ms,
                              int64_t charge_pence);

/* Rate of VAT on the net amount, 0 to 1000. */
int64_t policy_vat_permille(const struct policy *policy, int32_t day, enum policy_kind kind);

/* VAT within `gross_pence` (0 to PENCE_MAX), half a penny up; the rest is net, so that both add up
 * to the gross exactly. */
int64_t policy_vat_pence(const struct policy *policy, int32_t day, enum policy_kind kind,
                         int64_t gross_pence);

const struct policy_waterfall *policy_waterfall(const struct policy *policy, int32_t day);

/* What a line takes of `left_pence` (0 to PENCE_MAX). */
int64_t policy_line_pence(const struct policy_line *line, int64_t left_pence);

/* The rate in force for a category and unit; NULL: it costs nothing. Sums are kept in thousandths
 * of a penny by who uses it, so that rounding does not drift. */
const struct policy_cost *policy_cost(const struct policy *policy, int32_t day,
                                      enum policy_cost_category category, enum policy_unit unit);

/* NULL where no area has the number. */
const struct policy_area *policy_area(const struct policy *policy, uint32_t area);

const char *policy_kind_text(enum policy_kind kind);
const char *policy_mode_text(enum policy_mode mode); /* as in the file: "cost_recovery" */
const char *policy_loss_text(enum policy_loss loss);
const char *policy_use_text(enum policy_use use);
const char *policy_category_text(enum policy_cost_category category);
const char *policy_unit_text(enum policy_unit unit); /* "km", "kwh", ... */

#endif
