/* One table of every field of every fact: by it facts are made and compared. New fields go to its
 * end, so that those of before keep their values in test_golden.c. */
#ifndef TESTS_WIRE_RANDOM_FIELD_H
#define TESTS_WIRE_RANDOM_FIELD_H

#include <stddef.h>

#include "core/fact.h"

enum range {
    ANY, /* all values of an unsigned integer */
    FROM_1,
    NOT_LAST, /* all but the highest: ids and nodes */
    POSITIVE, /* int64_t from 0 */
    TIME,     /* up to the year 2100 */
    AMOUNT,
    ACCOUNT_SUM,
    DAY, /* any int32_t */
    SEATS,
    PARTY, /* set with wheelchairs */
    WALK,  /* metres */
    FLAG,
    PLACE,
    POINT,
    STOPS,
    REST,      /* set with the place */
    ENUM_STOP, /* enums: from 1 to their last */
    ENUM_REFUSAL,
    ENUM_STATE,
    ENUM_CANCEL,
    ENUM_CANCEL_OR_0,
    ENUM_LEDGER,
    ENUM_HOLD_OR_0,
    ZERO,
    TEXT,
    OPTION,      /* a struct reason_option */
    OPTIONS,     /* set with the array behind it */
    HAS_NEAREST, /* set with the option */
    ENUM_CONSTRAINT_OR_0,
    ENUM_MOVE,
    PRICED, /* the policy's number, set with the fare behind it; or 0 */
    NAME,   /* a text that is not empty */
    CLASS,
    SCHEME,
    ENUM_PLACES,
    ENUM_LEDGER_TODAY,
    GROUP, /* set with the transfers behind it */
    CAPS,
    RATE,
    REFUND,
    BILL,
    ENUM_VISIT,
    BATTERY,
    DWELL,
    POWER,
    ENUM_PAYMENT_KIND,
    ENUM_PAYMENT_STATE,
    WORK,       /* a struct fact_work */
    WORK_SINCE, /* set with all that stands behind it */
    OUTCOME,    /* a struct settlement_outcome */
    CLOSING,    /* set with the transfers behind it */
    SET_BEFORE, /* these */
    BOOKS,      /* a struct settlement_books */
};

struct random_field {
    enum fact_kind kind;
    const char *name;
    size_t offset;
    size_t size;
    enum range range;
};

extern const struct random_field random_fields[];
extern const size_t random_field_count;

#endif
