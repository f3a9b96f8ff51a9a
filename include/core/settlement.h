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
 * Pure: no clock, no allocation. The caller says what month it is. */
#ifndef CORE_SETTLEMENT_H
#define CORE_SETTLEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ids.h"
#include "core/ledger.h"
#include "core/policy.h"

#define SETTLEMENT_PERIODS_MAX   136 /* remembered: to test cost recovery over ten years */
#define SETTLEMENT_TRANSFERS_MAX 24  /* 12 accounts are closed, 8 lines, and what a loss needs */

/* Months since January 1970 of a civil day, and its first day. */
int32_t settlement_period(int32_t civil_day);
int32_t settlement_first_day(int32_t period);

/* What happened in one month. */
struct settlement_books {
    int32_t period;
    int64_t balances[LEDGER_SERVICE_COUNT]; /* pence: credits less debits, of what was posted */
    uint64_t transfer_count;
    uint64_t hash; /* of all its transfers, in order */
    bool settled;
    int64_t result_pence;        /* once settled, as below */
    struct rider_id proposed_by; /* people, by their pseudonyms */
    struct rider_id approved_by;
    uint64_t proposal; /* digest of the last one made; 0 none */
};

/* Months without a transfer are there too, from the first one on, without a hole. */
struct settlement_register {
    uint32_t count;
    struct settlement_books books[SETTLEMENT_PERIODS_MAX];
};

/* What is known besides when a month is settled. */
struct settlement_terms {
    const struct policy_waterfall *waterfall; /* of the month's last day */
    uint32_t policy;                          /* its number */
    int32_t today;                            /* the month it is */
    int64_t loss_pence;                       /* carried: LEDGER_LOSS, debits less credits */
    int64_t reserve_pence;                    /* LEDGER_RESERVE, credits less debits */
};

struct settlement {
    int32_t period;
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
    uint32_t line_count;   /* of the waterfall */
    int64_t lines_pence[POLICY_LINES_MAX];
    uint64_t digest; /* of all that, the month's hash and the terms; never 0 */
    uint32_t transfer_count;
    struct ledger_transfer transfers[SETTLEMENT_TRANSFERS_MAX]; /* linked; ids for the caller */
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

/* Take in a transfer that the ledger has posted (or refused to hold any longer), made in `period`,
 * which never falls. The oldest months are forgotten. O(months passed). */
void settlement_add(struct settlement_register *all, int32_t period,
                    const struct ledger_transfer *transfer);

/* NULL where it is not known. */
const struct settlement_books *settlement_books(const struct settlement_register *all,
                                                int32_t period);

/* What settling `period` would come to. Nothing is changed; *settlement is untouched but for OK. */
MUST_CHECK enum settlement_result settlement_compute(const struct settlement_register *all,
                                                     int32_t period,
                                                     const struct settlement_terms *terms,
                                                     struct settlement *settlement);

/* The same, and remember it as `by`'s proposal, in place of any earlier one. */
MUST_CHECK enum settlement_result settlement_propose(struct settlement_register *all,
                                                     int32_t period,
                                                     const struct settlement_terms *terms,
                                                     struct rider_id by,
                                                     struct settlement *settlement);

/* Settle it as proposed: OK, and then the caller posts settlement->transfers, all or nothing.
 * `digest` is that of the proposal which `by` has seen. On any other result nothing is changed. */
MUST_CHECK enum settlement_result settlement_approve(struct settlement_register *all,
                                                     int32_t period,
                                                     const struct settlement_terms *terms,
                                                     struct rider_id by, uint64_t digest,
                                                     struct settlement *settlement);

const char *settlement_result_text(enum settlement_result result);

#endif
