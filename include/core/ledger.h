/* Double entry after TigerBeetle's model: accounts with pending and posted debits and credits, and
 * immutable transfers with ids given by the caller. A pending transfer (a hold) is resolved at
 * most once, by a post of at most its amount or by a void. The same id with the same content is
 * harmless, with other content an error. Whole pence; a transfer that would overflow is refused. */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* The chart of accounts; riders' accounts follow, one each, from LEDGER_RIDERS on. */
enum ledger_account_id {
    LEDGER_FARE_INCOME, /* credit: fares charged */
    LEDGER_COUNCIL,     /* credit: what is the council's */
    LEDGER_BANK,        /* debit: clearing of what riders pay */
    LEDGER_RIDERS = 16, /* + rider number: debit: what the rider owes */
};

struct ledger_account {
    int64_t debits_pending; /* pence, each 0 to PENCE_MAX * 2^14 */
    int64_t debits_posted;
    int64_t credits_pending;
    int64_t credits_posted;
};

enum ledger_kind {
    LEDGER_MOVE = 1, /* posted at once */
    LEDGER_HOLD,     /* pending */
    LEDGER_POST,     /* posts `pending`, at most its amount; the rest is released */
    LEDGER_VOID,     /* releases `pending`; amount 0 */
};

struct ledger_transfer {
    uint64_t id;      /* given by the caller, never 0 */
    uint64_t pending; /* the hold that POST and VOID resolve, else 0 */
    uint64_t ride;    /* what it is for */
    uint32_t debit;   /* account; POST and VOID repeat the hold's */
    uint32_t credit;
    int64_t amount_pence; /* 0 to PENCE_MAX */
    enum ledger_kind kind;
};

enum ledger_result {
    LEDGER_OK,
    LEDGER_EXISTS,           /* same id, same content: nothing done, harmless */
    LEDGER_EXISTS_DIFFERENT, /* same id, other content */
    LEDGER_BAD_TRANSFER,     /* id 0, unknown account, equal accounts, amount out of range */
    LEDGER_NO_SUCH_HOLD,
    LEDGER_HOLD_RESOLVED, /* posted or voided before */
    LEDGER_OVER_HOLD,     /* a post of more than was held */
    LEDGER_OVERFLOW,
    LEDGER_FULL,
};

struct ledger; /* in the arena */

size_t ledger_cost(uint32_t accounts, uint32_t transfers);

/* `transfers` holds or remembers that many transfers: holds stay until resolved, of the others
 * the latest are remembered for LEDGER_EXISTS. CHECKs that the arena has room. */
struct ledger *ledger_init(struct arena *arena, uint32_t accounts, uint32_t transfers);

/* Would `transfer` be accepted? Nothing is changed. */
MUST_CHECK enum ledger_result ledger_check(const struct ledger *ledger,
                                           const struct ledger_transfer *transfer);

/* Apply it, all or nothing. On any result but LEDGER_OK the ledger is unchanged. O(1). */
MUST_CHECK enum ledger_result ledger_apply(struct ledger *ledger,
                                           const struct ledger_transfer *transfer);

struct ledger_account ledger_account(const struct ledger *ledger, uint32_t account);

/* Posted (and pending) debits minus credits over all accounts: 0, or the books are broken. */
int64_t ledger_difference_pence(const struct ledger *ledger);

/* Holds not yet resolved. */
uint32_t ledger_holds(const struct ledger *ledger);

/* Sum of hashes of every account and remembered transfer, each with its place in the order of
 * forgetting: equal for equal ledgers, however they came to be so. O(accounts + transfers). */
uint64_t ledger_digest(const struct ledger *ledger);

/* What a snapshot holds of a transfer (core/fact.h). */
enum ledger_hold_state {
    LEDGER_HOLD_NONE, /* not a hold */
    LEDGER_HOLD_OPEN,
    LEDGER_HOLD_POSTED,
    LEDGER_HOLD_VOIDED,
};

/* Walk the remembered transfers in the order that a fresh ledger takes them in: *cursor from 0;
 * true and one, or false at the end. Holds not yet resolved come last. O(1). */
MUST_CHECK bool ledger_transfer_next(const struct ledger *ledger, uint32_t *cursor,
                                     struct ledger_transfer *transfer,
                                     enum ledger_hold_state *state);

/* Accounts from here on were never touched. */
uint32_t ledger_account_count(const struct ledger *ledger);

/* Put back what a snapshot holds into a fresh ledger, accounts first, in the order it was written.
 * False, and nothing changed, when it does not fit, is there already or contradicts itself. */
MUST_CHECK bool ledger_restore_account(struct ledger *ledger, uint32_t account,
                                       const struct ledger_account *content);
MUST_CHECK bool ledger_restore_transfer(struct ledger *ledger,
                                        const struct ledger_transfer *transfer,
                                        enum ledger_hold_state state);

const char *ledger_result_text(enum ledger_result result);

#endif
