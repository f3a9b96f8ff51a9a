/* Where each pound of a run went: from the auditor's own ledger, not the dispatcher's. */
#ifndef SIM_REPORT_MONEY_H
#define SIM_REPORT_MONEY_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/auditor_books.h"

/* Pence, after refunds. Two sums are the same gross:
 *     riders + concession + cap_discount + compensation
 *   = cap_discount + compensation + vat + net_income.
 * What is left of the net income after costs is the surplus; below 0 a loss. */
struct report_money {
    int64_t gross_pence;        /* fares in full, and fees */
    int64_t riders_pence;       /* of it paid or owed by riders */
    int64_t concession_pence;   /* ... and by the funders of concession schemes */
    int64_t cap_discount_pence; /* not asked for, for the caps */
    int64_t compensation_pence; /* given back for lateness */
    int64_t vat_pence;
    int64_t fees_pence; /* in the net income: for cancelling late, and not coming */
    int64_t net_income_pence;
    int64_t costs_pence; /* of all categories */
    int64_t surplus_pence;
};

void report_money_make(const struct auditor_books *books, struct report_money *money);

/* The object of docs/scenario.md's "money_pence"; the caller's. */
json_t *report_money_json(const struct report_money *money);

/* Two lines for people. */
void report_money_print(const struct report_money *money, FILE *file);

/* A figure for the report page: two bars, and the table that says the same. */
void report_money_write(const struct report_money *money, FILE *file);

#endif
