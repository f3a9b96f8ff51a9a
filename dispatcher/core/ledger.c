/* Transfers lie in a fixed array and in one of two lists: holds not yet resolved, which must stay,
 * and all others, of which the oldest gives its slot to the next transfer when the array is full.
 */
#include "core/ledger.h"

#include <string.h>

#include "base/check.h"
#include "base/map.h"
#include "core/digest.h"
#include "core/limits.h"

#define NO_SLOT         UINT32_MAX
#define BALANCE_MAX     (PENCE_MAX * (INT64_C(1) << 14))
#define DIGEST_ACCOUNT  1
#define DIGEST_TRANSFER 2

struct entry {
    struct ledger_transfer transfer;
    enum ledger_hold_state state;
    uint32_t older; /* in its list */
    uint32_t newer;
};

struct list {
    uint32_t oldest; /* or NO_SLOT */
    uint32_t newest;
};

struct ledger {
    struct ledger_account *accounts; /* [account_count] */
    struct entry *entries;           /* [entry_max] */
    struct map by_id;                /* transfer id -> entry */
    struct list open;                /* holds not yet resolved, in order of making */
    struct list closed;              /* the others, in order of making or of resolution */
    uint32_t account_count;
    uint32_t account_high; /* accounts from here on were never touched */
    uint32_t entry_max;
    uint32_t entry_count;
    uint32_t open_count;
};

/* The four balances that one transfer leads to, worked out before any is written. */
struct change {
    struct ledger_account debit;
    struct ledger_account credit;
};

static const char *const result_texts[] = {
    [LEDGER_OK] = "ok",
    [LEDGER_EXISTS] = "the transfer was made before",
    [LEDGER_EXISTS_DIFFERENT] = "another transfer has this id",
    [LEDGER_BAD_TRANSFER] = "the transfer makes no sense",
    [LEDGER_NO_SUCH_HOLD] = "the hold is not known",
    [LEDGER_HOLD_RESOLVED] = "the hold was posted or voided before",
    [LEDGER_OVER_HOLD] = "the post is more than was held",
    [LEDGER_OVERFLOW] = "a balance would be too large",
    [LEDGER_FULL] = "the ledger holds no more transfers",
};

static struct map_key key_of(uint64_t id)
{
    return (struct map_key){.low = id};
}

static const struct entry *find(const struct ledger *ledger, uint64_t id)
{
    uint32_t slot;
    CHECK(ledger->entries != NULL);
    return map_get(&ledger->by_id, key_of(id), &slot) ? &ledger->entries[slot] : NULL;
}

static void append(struct ledger *ledger, struct list *list, uint32_t slot)
{
    struct entry *entry = &ledger->entries[slot];
    entry->older = list->newest;
    entry->newer = NO_SLOT;
    if (list->newest == NO_SLOT)
        list->oldest = slot;
    else
        ledger->entries[list->newest].newer = slot;
    list->newest = slot;
}

static void take_out(struct ledger *ledger, struct list *list, uint32_t slot)
{
    const struct entry *entry = &ledger->entries[slot];
    if (entry->older == NO_SLOT)
        list->oldest = entry->newer;
    else
        ledger->entries[entry->older].newer = entry->newer;
    if (entry->newer == NO_SLOT)
        list->newest = entry->older;
    else
        ledger->entries[entry->newer].older = entry->older;
}

size_t ledger_cost(uint32_t accounts, uint32_t transfers)
{
    return arena_cost(1, sizeof(struct ledger)) +
           arena_cost(accounts, sizeof(struct ledger_account)) +
           arena_cost(transfers, sizeof(struct entry)) + map_cost(transfers);
}

struct ledger *ledger_init(struct arena *arena, uint32_t accounts, uint32_t transfers)
{
    CHECK(accounts > 0);
    CHECK(transfers > 0);
    struct ledger *ledger = arena_take(arena, 1, sizeof *ledger);
    CHECK(ledger != NULL);
    ledger->accounts = arena_take(arena, accounts, sizeof *ledger->accounts);
    ledger->entries = arena_take(arena, transfers, sizeof *ledger->entries);
    CHECK(ledger->accounts != NULL && ledger->entries != NULL);
    map_init(&ledger->by_id, arena, transfers);
    ledger->open = (struct list){NO_SLOT, NO_SLOT};
    ledger->closed = (struct list){NO_SLOT, NO_SLOT};
    ledger->account_count = accounts;
    ledger->entry_max = transfers;
    return ledger;
}

static bool is_same(const struct ledger_transfer *a, const struct ledger_transfer *b)
{
    return a->id == b->id && a->pending == b->pending && a->ride == b->ride &&
           a->debit == b->debit && a->credit == b->credit && a->amount_pence == b->amount_pence &&
           a->kind == b->kind;
}

static bool is_sound(const struct ledger *ledger, const struct ledger_transfer *transfer)
{
    if (transfer->id == 0 || transfer->debit == transfer->credit)
        return false;
    if (transfer->debit >= ledger->account_count || transfer->credit >= ledger->account_count)
        return false;
    if (transfer->amount_pence < 0 || transfer->amount_pence > PENCE_MAX)
        return false;
    switch (transfer->kind) {
    case LEDGER_MOVE:
    case LEDGER_HOLD:
        return transfer->pending == 0;
    case LEDGER_POST:
        return transfer->pending != 0;
    case LEDGER_VOID:
        return transfer->pending != 0 && transfer->amount_pence == 0;
    }
    return false;
}

static enum ledger_result judge_hold(const struct ledger *ledger,
                                     const struct ledger_transfer *transfer)
{
    const struct entry *hold = find(ledger, transfer->pending);
    if (hold == NULL || hold->state == LEDGER_HOLD_NONE)
        return LEDGER_NO_SUCH_HOLD;
    if (hold->state != LEDGER_HOLD_OPEN)
        return LEDGER_HOLD_RESOLVED;
    if (hold->transfer.debit != transfer->debit || hold->transfer.credit != transfer->credit)
        return LEDGER_BAD_TRANSFER;
    if (transfer->amount_pence > hold->transfer.amount_pence)
        return LEDGER_OVER_HOLD;
    return LEDGER_OK;
}

static struct change change_by(const struct ledger *ledger, const struct ledger_transfer *transfer)
{
    struct change change = {
        .debit = ledger->accounts[transfer->debit],
        .credit = ledger->accounts[transfer->credit],
    };
    int64_t pending = 0;
    int64_t posted = transfer->amount_pence;
    if (transfer->kind == LEDGER_HOLD) {
        pending = transfer->amount_pence;
        posted = 0;
    } else if (transfer->kind == LEDGER_POST || transfer->kind == LEDGER_VOID) {
        pending = -find(ledger, transfer->pending)->transfer.amount_pence;
    }
    change.debit.debits_pending += pending;
    change.debit.debits_posted += posted;
    change.credit.credits_pending += pending;
    change.credit.credits_posted += posted;
    return change;
}

static bool fits(const struct change *change)
{
    return change->debit.debits_pending <= BALANCE_MAX &&
           change->debit.debits_posted <= BALANCE_MAX &&
           change->credit.credits_pending <= BALANCE_MAX &&
           change->credit.credits_posted <= BALANCE_MAX;
}

enum ledger_result ledger_check(const struct ledger *ledger, const struct ledger_transfer *transfer)
{
    if (!is_sound(ledger, transfer))
        return LEDGER_BAD_TRANSFER;
    const struct entry *known = find(ledger, transfer->id);
    if (known != NULL)
        return is_same(&known->transfer, transfer) ? LEDGER_EXISTS : LEDGER_EXISTS_DIFFERENT;
    const bool resolves = transfer->kind == LEDGER_POST || transfer->kind == LEDGER_VOID;
    if (resolves) {
        enum ledger_result result = judge_hold(ledger, transfer);
        if (result != LEDGER_OK)
            return result;
    }
    struct change change = change_by(ledger, transfer);
    if (!fits(&change))
        return LEDGER_OVERFLOW;
    if (!resolves && ledger->open_count == ledger->entry_max)
        return LEDGER_FULL;
    return LEDGER_OK;
}

/* A free slot, or the one of the oldest transfer that need not stay. */
static uint32_t take_slot(struct ledger *ledger)
{
    if (ledger->entry_count < ledger->entry_max)
        return ledger->entry_count++;
    uint32_t slot = ledger->closed.oldest;
    CHECK(slot != NO_SLOT);
    take_out(ledger, &ledger->closed, slot);
    map_remove(&ledger->by_id, key_of(ledger->entries[slot].transfer.id));
    return slot;
}

static void remember(struct ledger *ledger, const struct ledger_transfer *transfer,
                     enum ledger_hold_state state)
{
    uint32_t slot = take_slot(ledger);
    ledger->entries[slot] = (struct entry){.transfer = *transfer, .state = state};
    append(ledger, state == LEDGER_HOLD_OPEN ? &ledger->open : &ledger->closed, slot);
    if (state == LEDGER_HOLD_OPEN)
        ledger->open_count++;
    CHECK(map_put(&ledger->by_id, key_of(transfer->id), slot));
}

static void resolve(struct ledger *ledger, uint64_t id, enum ledger_hold_state state)
{
    uint32_t slot;
    CHECK(map_get(&ledger->by_id, key_of(id), &slot));
    CHECK(ledger->entries[slot].state == LEDGER_HOLD_OPEN);
    take_out(ledger, &ledger->open, slot);
    ledger->open_count--;
    ledger->entries[slot].state = state;
    append(ledger, &ledger->closed, slot);
}

static void touch(struct ledger *ledger, uint32_t account)
{
    if (account >= ledger->account_high)
        ledger->account_high = account + 1;
}

enum ledger_result ledger_apply(struct ledger *ledger, const struct ledger_transfer *transfer)
{
    enum ledger_result result = ledger_check(ledger, transfer);
    if (result != LEDGER_OK)
        return result;
    struct change change = change_by(ledger, transfer);
    ledger->accounts[transfer->debit] = change.debit;
    ledger->accounts[transfer->credit] = change.credit;
    touch(ledger, transfer->debit);
    touch(ledger, transfer->credit);
    if (transfer->kind == LEDGER_POST)
        resolve(ledger, transfer->pending, LEDGER_HOLD_POSTED);
    else if (transfer->kind == LEDGER_VOID)
        resolve(ledger, transfer->pending, LEDGER_HOLD_VOIDED);
    remember(ledger, transfer, transfer->kind == LEDGER_HOLD ? LEDGER_HOLD_OPEN : LEDGER_HOLD_NONE);
    return LEDGER_OK;
}

struct ledger_account ledger_account(const struct ledger *ledger, uint32_t account)
{
    CHECK(account < ledger->account_count);
    return ledger->accounts[account];
}

uint32_t ledger_account_count(const struct ledger *ledger)
{
    return ledger->account_high;
}

/* Unsigned sums, which may wrap on the way and are exact in the end. */
int64_t ledger_difference_pence(const struct ledger *ledger)
{
    uint64_t posted = 0;
    uint64_t pending = 0;
    for (uint32_t i = 0; i < ledger->account_high; i++) {
        const struct ledger_account *account = &ledger->accounts[i];
        posted += (uint64_t)account->debits_posted - (uint64_t)account->credits_posted;
        pending += (uint64_t)account->debits_pending - (uint64_t)account->credits_pending;
    }
    return (int64_t)(posted != 0 ? posted : pending);
}

uint32_t ledger_holds(const struct ledger *ledger)
{
    return ledger->open_count;
}

static uint64_t account_digest(const struct ledger_account *account, uint32_t number)
{
    uint64_t digest = digest_add(DIGEST_ACCOUNT, number);
    digest = digest_add_signed(digest, account->debits_pending);
    digest = digest_add_signed(digest, account->debits_posted);
    digest = digest_add_signed(digest, account->credits_pending);
    return digest_add_signed(digest, account->credits_posted);
}

static uint64_t entry_digest(const struct entry *entry, uint32_t place)
{
    const struct ledger_transfer *transfer = &entry->transfer;
    uint64_t digest = digest_add(DIGEST_TRANSFER, place);
    digest = digest_add(digest, transfer->id);
    digest = digest_add(digest, transfer->pending);
    digest = digest_add(digest, transfer->ride);
    digest = digest_add(digest, transfer->debit);
    digest = digest_add(digest, transfer->credit);
    digest = digest_add_signed(digest, transfer->amount_pence);
    digest = digest_add(digest, (uint64_t)transfer->kind);
    return digest_add(digest, (uint64_t)entry->state);
}

static uint64_t list_digest(const struct ledger *ledger, const struct list *list)
{
    uint64_t digest = 0;
    uint32_t place = 0;
    for (uint32_t slot = list->oldest; slot != NO_SLOT; slot = ledger->entries[slot].newer)
        digest += entry_digest(&ledger->entries[slot], place++);
    return digest;
}

static bool is_blank(const struct ledger_account *account)
{
    return account->debits_pending == 0 && account->debits_posted == 0 &&
           account->credits_pending == 0 && account->credits_posted == 0;
}

uint64_t ledger_digest(const struct ledger *ledger)
{
    uint64_t digest = list_digest(ledger, &ledger->open) + list_digest(ledger, &ledger->closed);
    for (uint32_t i = 0; i < ledger->account_high; i++) {
        if (!is_blank(&ledger->accounts[i]))
            digest += account_digest(&ledger->accounts[i], i);
    }
    return digest;
}

/* A cursor is 0, then the slot of the next transfer + 1, then past all slots. */
bool ledger_transfer_next(const struct ledger *ledger, uint32_t *cursor,
                          struct ledger_transfer *transfer, enum ledger_hold_state *state)
{
    uint32_t slot = *cursor - 1;
    if (*cursor == 0)
        slot = ledger->closed.oldest != NO_SLOT ? ledger->closed.oldest : ledger->open.oldest;
    if (slot >= ledger->entry_count)
        return false;
    const struct entry *entry = &ledger->entries[slot];
    *transfer = entry->transfer;
    *state = entry->state;
    uint32_t next = entry->newer;
    if (next == NO_SLOT && entry->state != LEDGER_HOLD_OPEN)
        next = ledger->open.oldest;
    *cursor = next == NO_SLOT ? NO_SLOT : next + 1;
    return true;
}

static bool in_range(int64_t balance)
{
    return balance >= 0 && balance <= BALANCE_MAX;
}

bool ledger_restore_account(struct ledger *ledger, uint32_t account,
                            const struct ledger_account *content)
{
    if (account >= ledger->account_count || !is_blank(&ledger->accounts[account]))
        return false;
    if (!in_range(content->debits_pending) || !in_range(content->debits_posted) ||
        !in_range(content->credits_pending) || !in_range(content->credits_posted))
        return false;
    ledger->accounts[account] = *content;
    touch(ledger, account);
    return true;
}

/* An open hold must be covered by what its accounts have pending. */
static bool is_covered(const struct ledger *ledger, const struct ledger_transfer *hold)
{
    return ledger->accounts[hold->debit].debits_pending >= hold->amount_pence &&
           ledger->accounts[hold->credit].credits_pending >= hold->amount_pence;
}

bool ledger_restore_transfer(struct ledger *ledger, const struct ledger_transfer *transfer,
                             enum ledger_hold_state state)
{
    if (state < LEDGER_HOLD_NONE || state > LEDGER_HOLD_VOIDED)
        return false;
    if ((transfer->kind == LEDGER_HOLD) != (state != LEDGER_HOLD_NONE))
        return false;
    if (!is_sound(ledger, transfer) || find(ledger, transfer->id) != NULL)
        return false;
    if (state == LEDGER_HOLD_OPEN && !is_covered(ledger, transfer))
        return false;
    if (ledger->entry_count == ledger->entry_max)
        return false;
    remember(ledger, transfer, state);
    return true;
}

const char *ledger_result_text(enum ledger_result result)
{
    CHECK(result >= LEDGER_OK && result <= LEDGER_FULL);
    return result_texts[result];
}
