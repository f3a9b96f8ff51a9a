/* Is a policy (core/policy.h) sound: ranges, ids, periods that overlap, and days that no row
 * rules? What comes from a file is named by table and row, so that the reader can say the line. */
#ifndef CORE_POLICY_FAULT_H
#define CORE_POLICY_FAULT_H

#include "core/policy.h"

#define POLICY_FAULT_NO_ROW UINT32_MAX

enum policy_table {
    POLICY_TABLE_HEAD, /* the policy as a whole, its classes, holidays and areas */
    POLICY_TABLE_TARIFFS,
    POLICY_TABLE_NATIONAL,
    POLICY_TABLE_CAPS,
    POLICY_TABLE_CONCESSIONS,
    POLICY_TABLE_FEES,
    POLICY_TABLE_LATENESS,
    POLICY_TABLE_VAT,
    POLICY_TABLE_WATERFALLS,
    POLICY_TABLE_COSTS,
    POLICY_TABLE_COUNT,
};

struct policy_fault {
    const char *why;         /* a constant sentence, NULL where the policy is sound */
    enum policy_table table; /* where ... */
    uint32_t row;            /* ... and in which row; POLICY_FAULT_NO_ROW: a case has none at all */
    uint32_t other;          /* the row that the ids or periods of both meet; or _NO_ROW */
    int32_t day;             /* of an overlap or a hole, the first; else 0 */
    uint32_t part;           /* of a case without a row: which (policy_fault_case_text()) */
};

/* The first fault, by table and row. O(rows^2). */
struct policy_fault policy_fault(const struct policy *policy);

/* The beginning of a row of a table but the head; CHECKs that it is there. */
const struct policy_row *policy_fault_row(const struct policy *policy, enum policy_table table,
                                          uint32_t row);
uint32_t policy_fault_row_max(enum policy_table table);
uint32_t policy_fault_row_count(const struct policy *policy, enum policy_table table);

const char *policy_fault_table_text(enum policy_table table); /* its key in the file: "tariffs" */

/* What `part` of a table is: "small, private"; of caps the class's name; else "". */
const char *policy_fault_case_text(const struct policy *policy, enum policy_table table,
                                   uint32_t part);

#endif
