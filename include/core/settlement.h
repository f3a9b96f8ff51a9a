/* The end of a civil month: what the service earned, less what it cost, goes where the policy's
 * waterfall says. One person proposes it, another approves it; it is then posted once.
 *
 *     income   fares and fees, less VAT (which is in accounts of its own), caps and compensation;
 *              concessions are within fares, whoever pays them
 *     result   income less costs
 *     surplus  first makes good the loss carried from before, then goes through the lines in order
 *     loss     borne as the policy says
 *
 * Every account of income and cost is closed for the month into LEDGER_SURPLUS, which ends at 0.
 *
 * A month's books are a sum and a running hash over its transfers, in their order. Transfers are
 * dated when they are made, so no transfer comes to a month that is over: corrections, and what the
 * settlement of a month posts itself, are part of the open one. What touches LEDGER_SURPLUS is
 * never income or cost.
 *
 * Pure: no clock, no allocation. Months are those of calendar_month(); the last one begun is open,
 * all before it are over. Who keeps the register is core/state_settlement.h. */
#ifndef CORE_SETTLEMENT_H
#define CORE_SETTLEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "core/ids.h"
#include "core/ledger.h"
#include "core/policy.h"

#define SETTLEMENT_PERIODS_MAX   136 /* remembered: to test cost recovery over ten years */
#define SETTLEMENT_TRANSFERS_MAX 21  /* 12 accounts are closed, a loss made good, and 8 lines */

/* What is known besides when a month is settled. */
struct settlement_terms {
    const struct policy_waterfall *waterfall; /* of the month's last day */
    uint32_t policy;                          /* its number */
    int64_t loss_pence;                       /* carried: LEDGER_LOSS, debits less credits */
    int64_t reserve_pence;                    /* LEDGER_RESERVE, credits less debits */
};

/* What a line of the waterfall takes. */
struct settlement_line {
    char name[POLICY_ID_MAX]; /* zeroed behind its end */
    enum policy_use use;
    int64_t pence;
};

/* What settling a month comes to. */
struct settlement_outcome {
    uint32_t policy;
    int64_t income_pence; /* below 0 where more was given back than came in */
    int64_t cost_pence;
    int64_t result_pence;    /* income less cost */
    int64_t made_good_pence; /* of the loss carried */
    int64_t from_reserve_pence;
    int64_t from_council_pence;
    int64_t carried_pence; /* of this month's loss */
    int64_t rolling_pence; /* results of the rolling years, this one among them: in the mode
                              cost_recovery more than 0 says that charges exceed cost */
    bool exceeds_cost;     /* ... that they do */
    uint32_t line_count;   /* of the waterfall; all 0 behind them */
    struct settlement_line lines[POLICY_LINES_MAX];
    uint64_t digest; /* of all that and the month's hash; never 0 */
};

/* What happened in one month. */
struct settlement_books {
    int32_t period;
    uint64_t first_transfer;                /* its transfers have numbers from this on, up to the
                                               next month's first */
    int64_t balances[LEDGER_SERVICE_COUNT]; /* pence: credits less debits, of what was posted */
    uint64_t transfer_count;
    uint64_t hash;                     /* of all its transfers, in order */
    struct settlement_outcome outcome; /* as last proposed; digest 0: never */
    struct rider_id proposed_by;       /* people, by their pseudonyms */
    int64_t proposed_ms;
    bool settled; /* as proposed */
    struct rider_id approved_by;
    int64_t settled_ms;
};

/* Months without a transfer are there too, from the first one on, without a hole. */
struct settlement_register {
    uint32_t count;
    struct settlement_books books[SETTLEMENT_PERIODS_MAX];
};

enum settlement_result {
    SETTLEMENT_OK,
    SETTLEMENT_EXISTS, /* approved before, by the same person and alike: nothing done, harmless */
    SETTLEMENT_UNKNOWN_PERIOD,
    SETTLEMENT_NOT_OVER,
    SETTLEMENT_EARLIER_OPEN, /* a month before it is not settled: its loss would be missed */
    SETTLEMENT_SETTLED,
    SETTLEMENT_NOT_PROPOSED,
    SETTLEMENT_SAME_PERSON, /* who proposed it cannot approve it */
    SETTLEMENT_STALE,       /* another proposal was made since, or what it rests on has changed */
    SETTLEMENT_TOO_LARGE,   /* an amount is over PENCE_MAX */
    SETTLEMENT_RESULT_COUNT,
};

/* `period` begins, later than all before, and with it every month between; `next` is the number of
 * the next transfer. The first month of a register takes over what accounts hold by then:
 * `opening` [LEDGER_SERVICE_COUNT], credits less debits, or NULL for nothing. The oldest months are
 * forgotten. O(months passed). */
void settlement_begin(struct settlement_register *all, int32_t period, uint64_t next,
                      const int64_t *opening);

/* Take in a transfer that the ledger has taken, as part of the last month begun; before the first
 * one nothing is kept. */
void settlement_add(struct settlement_register *all, const struct ledger_transfer *transfer);

/* NULL where it is not known. */
const struct settlement_books *settlement_books(const struct settlement_register *all,
                                                int32_t period);

/* What settling `period` comes to. *outcome is untouched but for OK. */
MUST_CHECK enum settlement_result settlement_compute(const struct settlement_register *all,
                                                     int32_t period,
                                                     const struct settlement_terms *terms,
                                                     struct settlement_outcome *outcome);

/* May `by` approve the proposal with this digest, which is what they have seen? */
MUST_CHECK enum settlement_result settlement_review(const struct settlement_register *all,
                                                    int32_t period,
                                                    const struct settlement_terms *terms,
                                                    struct rider_id by, uint64_t digest);

/* NULL where the outcome may be that of the month's books, under some policy; else a constant
 * sentence. */
const char *settlement_fault(const struct settlement_books *books,
                             const struct settlement_outcome *outcome);

/* The account that a line of the waterfall goes to. */
uint32_t settlement_account(enum policy_use use);

/* What settling posts, of an outcome without a fault: linked, the first with number `next`. */
uint32_t settlement_transfers(const struct settlement_books *books,
                              const struct settlement_outcome *outcome, uint64_t next,
                              struct ledger_transfer transfers[SETTLEMENT_TRANSFERS_MAX]);

/* Are these what it posts, from whatever number on? */
bool settlement_is_posted(const struct settlement_books *books,
                          const struct settlement_outcome *outcome,
                          const struct ledger_transfer *transfers, uint32_t count);

#endif
