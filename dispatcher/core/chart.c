/* Names of accounts, as exports and lists print them. */
#include "core/chart.h"

#include <stddef.h>

static const char *const texts[LEDGER_SERVICE_COUNT] = {
    [LEDGER_FARE_INCOME] = "fare_income",
    [LEDGER_COUNCIL] = "council_revenue",
    [LEDGER_FEE_INCOME] = "fee_income",
    [LEDGER_VAT] = "vat",
    [LEDGER_CAP_DISCOUNT] = "cap_discount",
    [LEDGER_COMPENSATION] = "compensation",
    [LEDGER_CONCESSION] = "concession_1",
    [LEDGER_CONCESSION + 1] = "concession_2",
    [LEDGER_CONCESSION + 2] = "concession_3",
    [LEDGER_CONCESSION + 3] = "concession_4",
    [LEDGER_CONCESSION + 4] = "concession_5",
    [LEDGER_CONCESSION + 5] = "concession_6",
    [LEDGER_CONCESSION + 6] = "concession_7",
    [LEDGER_CONCESSION + 7] = "concession_8",
    [LEDGER_ENERGY] = "energy",
    [LEDGER_CLEANING] = "cleaning",
    [LEDGER_MAINTENANCE] = "maintenance",
    [LEDGER_INSURANCE] = "insurance",
    [LEDGER_CONNECTIVITY] = "connectivity",
    [LEDGER_REMOTE_HELP] = "remote_help",
    [LEDGER_CAPITAL] = "capital",
    [LEDGER_OTHER_COST] = "other_cost",
    [LEDGER_PAYABLE] = "payable",
    [LEDGER_BANK] = "bank",
    [LEDGER_RESERVE] = "reserve",
    [LEDGER_RENEWALS] = "renewals",
    [LEDGER_DEBT_SERVICE] = "debt_service",
    [LEDGER_WARD_FUND] = "ward_fund",
    [LEDGER_SURPLUS] = "surplus",
    [LEDGER_LOSS] = "loss",
};
_Static_assert(LEDGER_CONCESSION + LEDGER_SCHEMES_MAX <= LEDGER_ENERGY, "an account each");

const char *chart_text(uint32_t account)
{
    if (account >= LEDGER_RIDERS)
        return "rider";
    if (account >= LEDGER_SERVICE_COUNT || texts[account] == NULL)
        return "free";
    return texts[account];
}
