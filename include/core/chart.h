/* The chart of accounts of the ledger (core/ledger.h). */
#ifndef CORE_CHART_H
#define CORE_CHART_H

#include <stdint.h>

#define LEDGER_SCHEMES_MAX 8  /* concession schemes with an account each */
#define CHART_TEXT_MAX     32 /* bytes of a name, with the NUL */

/* The chart of accounts; numbers are kept for ever. Riders' accounts follow, one each, from
 * LEDGER_RIDERS on. "Debit" and "credit" say on which side an account grows. */
enum ledger_account_id {
    LEDGER_FARE_INCOME,   /* credit: fares in full, less VAT and what was refunded */
    LEDGER_COUNCIL,       /* credit: what the council has received as its revenue */
    LEDGER_FEE_INCOME,    /* credit: fees for cancelling late and for not coming, less VAT */
    LEDGER_VAT,           /* credit: VAT due */
    LEDGER_CAP_DISCOUNT,  /* debit: what the caps saved riders */
    LEDGER_COMPENSATION,  /* debit: paid to riders for lateness */
    LEDGER_CONCESSION,    /* debit: + scheme 0 to LEDGER_SCHEMES_MAX - 1: due from its funder */
    LEDGER_ENERGY = 16,   /* debit: costs by category */
    LEDGER_CLEANING,      /* debit */
    LEDGER_MAINTENANCE,   /* debit */
    LEDGER_INSURANCE,     /* debit */
    LEDGER_CONNECTIVITY,  /* debit */
    LEDGER_REMOTE_HELP,   /* debit */
    LEDGER_CAPITAL,       /* debit */
    LEDGER_OTHER_COST,    /* debit */
    LEDGER_PAYABLE,       /* credit: owed to suppliers */
    LEDGER_BANK,          /* debit: clearing of what riders pay and suppliers are paid */
    LEDGER_RESERVE,       /* credit: ring-fenced, of a service that may only recover its costs */
    LEDGER_RENEWALS,      /* credit: reserve for new vehicles */
    LEDGER_DEBT_SERVICE,  /* credit: set aside for loans */
    LEDGER_WARD_FUND,     /* credit: set aside for wards and communities */
    LEDGER_SURPLUS,       /* credit: of the period that is being settled */
    LEDGER_LOSS,          /* debit: carried into the periods that follow */
    LEDGER_SERVICE_COUNT, /* up to LEDGER_RIDERS numbers are free */
    LEDGER_RIDERS = 256,  /* + rider number: debit: what the rider owes */
};

/* "fare_income"; "rider" from LEDGER_RIDERS on; "free" for numbers not given away. */
const char *chart_text(uint32_t account);

#endif
