/* Double entry after TigerBeetle's model: accounts with pending and posted debits and credits, and
 * immutable transfers with ids given by the caller. A pending transfer (a hold) is resolved at
 * most once, by a post of at most its amount, by a void, or by an expiry once its time is over.
 * Linked transfers are one group, all or nothing. The same id with the same content is harmless,
 * with other content an error. Corrections are further transfers, which name the one they correct.
 * Whole pence; a transfer that would overflow is refused. */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/chart.h"

#define LEDGER_GROUP_MAX 21 /* transfers linked with one another: what ends a month has most */

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
    LEDGER_EXPIRE,   /* as VOID, from the hold's expires_ms on; a post is then refused */
};

struct ledger_transfer {
    uint64_t id;      /* given by the caller, never 0 */
    uint64_t pending; /* the hold that POST, VOID and EXPIRE resolve, else 0 */
    uint64_t ride;    /* what it is for; 0 no ride */
    uint32_t debit;   /* account; POST, VOID and EXPIRE repeat the hold's */
    uint32_t credit;
    int64_t amount_pence; /* 0 to PENCE_MAX */
    enum ledger_kind kind;
    uint32_t policy;    /* number of the policy that it rests on; 0 not known */
    uint64_t refers;    /* the transfer that this one corrects; 0 none */
    int64_t expires_ms; /* HOLD: when it may expire; 0 never, and always for other kinds */
    int64_t at_ms;      /* when it is made; no part of what makes two transfers the same */
    uint32_t area;      /* costs: the supplier's area; 0 none */
    bool linked;        /* stands and falls with the next of its group */
};

enum ledger_result {
    LEDGER_OK,
    LEDGER_EXISTS,           /* same id, same content: nothing done, harmless */
    LEDGER_EXISTS_DIFFERENT, /* same id, other content; or of a group, some were made and others not
                              */
    LEDGER_BAD_TRANSFER,     /* id 0, unknown account, equal accounts, amount out of range */
    LEDGER_BAD_GROUP,        /* linked the wrong way, an id twice, or a hold resolved twice */
    LEDGER_NO_SUCH_HOLD,
    LEDGER_HOLD_RESOLVED, /* posted, voided or expired before */
    LEDGER_HOLD_EXPIRED,  /* a post of a hold whose time is over */
    LEDGER_HOLD_LASTS,    /* an expiry before its time, or of a hold that never expires */
    LEDGER_OVER_HOLD,     /* a post of more than was held */
    LEDGER_OVERFLOW,
    LEDGER_FULL,
    LEDGER_RESULT_COUNT,
};

struct ledger; /* in the arena */

size_t ledger_cost(uint32_t accounts, uint32_t transfers);

/* `transfers` holds or remembers that many transfers: holds stay until resolved, of the others
 * the latest are remembered for LEDGER_EXISTS. CHECKs that the arena has room. */
struct ledger *ledger_init(struct arena *arena, uint32_t accounts, uint32_t transfers);

/* Would these `count` transfers (1 to LEDGER_GROUP_MAX, linked with one another; one stands alone)
 * be accepted, all of them? Nothing is changed. A hold cannot be resolved in its own group. */
MUST_CHECK enum ledger_result ledger_check(const struct ledger *ledger,
                                           const struct ledger_transfer *transfers, uint32_t count);

/* Apply them, all or nothing. On any result but LEDGER_OK the ledger is unchanged. O(1) each,
 * but for a hold that expires before others made earlier: O(these). */
MUST_CHECK enum ledger_result ledger_apply(struct ledger *ledger,
                                           const struct ledger_transfer *transfers, uint32_t count);

/* The same id and content? When they were made does not count. */
bool ledger_same(const struct ledger_transfer *a, const struct ledger_transfer *b);

struct ledger_account ledger_account(const struct ledger *ledger, uint32_t account);

/* The sums of all riders' accounts. O(1). */
struct ledger_account ledger_riders(const struct ledger *ledger);

/* Posted (and pending) debits minus credits over all accounts: 0, or the books are broken. */
int64_t ledger_difference_pence(const struct ledger *ledger);

/* Holds not yet resolved. */
uint32_t ledger_holds(const struct ledger *ledger);

/* The open hold that expires first; false when none ever does. O(1). */
MUST_CHECK bool ledger_expires_next(const struct ledger *ledger, struct ledger_transfer *hold);

/* Sum of hashes of every account and remembered transfer, each with its place in the order of
 * forgetting: equal for equal ledgers, however they came to be so. O(accounts + transfers). */
uint64_t ledger_digest(const struct ledger *ledger);

/* What a snapshot holds of a transfer (core/fact.h). */
enum ledger_hold_state {
    LEDGER_HOLD_NONE, /* not a hold */
    LEDGER_HOLD_OPEN,
    LEDGER_HOLD_POSTED,
    LEDGER_HOLD_VOIDED,
    LEDGER_HOLD_OVER, /* expired */
};

/* Walk the remembered transfers in the order that a fresh ledger takes them in: *cursor from 0;
 * true and one, or false at the end. Holds not yet resolved come last. O(1). */
MUST_CHECK bool ledger_transfer_next(const struct ledger *ledger, uint32_t *cursor,
                                     struct ledger_transfer *transfer,
                                     enum ledger_hold_state *state);

/* The transfer with this id; false when it is not remembered. O(1). */
MUST_CHECK bool ledger_transfer(const struct ledger *ledger, uint64_t id,
                                struct ledger_transfer *transfer, enum ledger_hold_state *state);

/* Walk them for readers who come back later: the newest settled first, open holds at the end.
 * *last is 0 to begin, then the id of the one given. False at the end, and when *last is forgotten:
 * then all behind it are. A hold resolved in between is given once more. O(1). */
MUST_CHECK bool ledger_transfer_before(const struct ledger *ledger, uint64_t *last,
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
