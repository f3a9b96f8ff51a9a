/* The accounts of the dispatcher's own ledger, to be laid beside what others make of its journal.
 */
#ifndef SIM_TRIAL_BALANCE_H
#define SIM_TRIAL_BALANCE_H

#include <jansson.h>
#include <stdint.h>

#include "core/core.h"

struct trial_balance {
    uint32_t count;
    struct account_view accounts[LEDGER_SERVICE_COUNT + 1]; /* used ones; all riders are one */
};

/* Ask for it, as finance would; `output` is overwritten. */
void trial_balance_take(struct core *core, int64_t now_ms, struct core_output *output,
                        struct trial_balance *balance);

/* By the account's name its debits and credits, posted and pending; the caller's. */
json_t *trial_balance_json(const struct trial_balance *balance);

#endif
