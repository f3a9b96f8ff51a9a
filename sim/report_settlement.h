/* Where a run's result would go, were it settled as one month by its policy: "if settled now". */
#ifndef SIM_REPORT_SETTLEMENT_H
#define SIM_REPORT_SETTLEMENT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "core/settlement.h"

/* `balances_pence` are credits less debits of the service's accounts at the end of the run, and
 * `month` the civil month of that (core/calendar.h). */
void report_settlement_make(const int64_t balances_pence[LEDGER_SERVICE_COUNT],
                            const struct policy *policy, int32_t month,
                            struct settlement_outcome *outcome);

/* The object of docs/scenario.md's "if_settled_now"; the caller's. */
json_t *report_settlement_json(const struct settlement_outcome *outcome);

/* A line for people. */
void report_settlement_print(const struct settlement_outcome *outcome, FILE *file);

/* A figure for the report page: a waterfall, and the table that says the same. */
void report_settlement_write(const struct settlement_outcome *outcome, FILE *file);

#endif
