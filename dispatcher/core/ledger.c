/* Transfers lie in a fixed array and each in one of three lists: open holds that never expire,
 * those that do, by the time, and all others, of which the oldest gives its slot to the next
 * transfer when the array is full. A group is judged as a whole before anything is written. */
#include "core/ledger.h"

#include <string.h>

#include "base/check.h"
#include "base/series.h"
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
    struct series by_id;             /* transfer id -> entry */
    struct list closed;              /* no open holds: in order of making or of resolution */
    struct list open;                /* holds that never expire, in order of making */
    struct list expiring;            /* holds that do, the first to expire first */
    struct ledger_account riders;    /* the sums of all from LEDGER_RIDERS on */
    uint32_t account_count;
    uint32_t account_high; /* accounts from here on were never touched */
    uint32_t entry_max;
    uint32_t entry_count;
    uint32_t open_count;
};

/* What one transfer adds to both of its accounts. */
struct effect {
    int64_t pending;
    int64_t posted;
};

static const char *const result_texts[LEDGER_RESULT_COUNT] = {
    [LEDGER_OK] = "ok",
    [LEDGER_EXISTS] = "the transfer was made before",
    [LEDGER_EXISTS_DIFFERENT] = "another transfer has this id",
    [LEDGER_BAD_TRANSFER] = "the transfer makes no sense",
    [LEDGER_BAD_GROUP] = "the transfers are not linked as a group must be",
    [LEDGER_NO_SUCH_HOLD] = "the hold is not known",
    [LEDGER_HOLD_RESOLVED] = "the hold was posted, voided or expired before",
    [LEDGER_HOLD_EXPIRED] = "the hold has expired",
    [LEDGER_HOLD_LASTS] = "the hold has not expired",
    [LEDGER_OVER_HOLD] = "the post is more than was held",
    [LEDGER_OVERFLOW] = "a balance would be too large",
    [LEDGER_FULL] = "the ledger holds no more transfers",
};

static const struct entry *find(const struct ledger *ledger, uint64_t id)
{
    uint32_t slot;
    CHECK(ledger->entries != NULL);
    return series_get(&ledger->by_id, id, &slot) ? &ledger->entries[slot] : NULL;
}

/* Behind `older`, or first where that is NO_SLOT. */
static void put_in(struct ledger *ledger, struct list *list, uint32_t slot, uint32_t older)
{
    struct entry *entry = &ledger->entries[slot];
    entry->older = older;
    entry->newer = older == NO_SLOT ? list->oldest : ledger->entries[older].newer;
    if (older == NO_SLOT)
        list->oldest = slot;
    else
        ledger->entries[older].newer = slot;
    if (entry->newer == NO_SLOT)
        list->newest = slot;
    else
        ledger->entries[entry->newer].older = slot;
}

/* The list that an entry belongs to. */
static struct list *list_of(struct ledger *ledger, const struct entry *entry)
{
    if (entry->state != LEDGER_HOLD_OPEN)
        return &ledger->closed;
    return entry->transfer.expires_ms == 0 ? &ledger->open : &ledger->expiring;
}

static void append(struct ledger *ledger, uint32_t slot)
{
    struct list *list = list_of(ledger, &ledger->entries[slot]);
    const int64_t expires_ms = ledger->entries[slot].transfer.expires_ms;
    uint32_t older = list->newest;
    while (list == &ledger->expiring && older != NO_SLOT &&
           ledger->entries[older].transfer.expires_ms > expires_ms)
        older = ledger->entries[older].older;
    put_in(ledger, list, slot, older);
}

static void take_out(struct ledger *ledger, uint32_t slot)
{
    const struct entry *entry = &ledger->entries[slot];
    struct list *list = list_of(ledger, entry);
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
           arena_cost(transfers, sizeof(struct entry)) + series_cost(transfers);
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
    series_init(&ledger->by_id, arena, transfers);
    ledger->open = (struct list){NO_SLOT, NO_SLOT};
    ledger->expiring = (struct list){NO_SLOT, NO_SLOT};
    ledger->closed = (struct list){NO_SLOT, NO_SLOT};
    ledger->account_count = accounts;
    ledger->entry_max = transfers;
    return ledger;
}

bool ledger_same(const struct ledger_transfer *a, const struct ledger_transfer *b)
{
    return a->id == b->id && a->pending == b->pending && a->ride == b->ride &&
           a->debit == b->debit && a->credit == b->credit && a->amount_pence == b->amount_pence &&
           a->kind == b->kind && a->policy == b->policy && a->refers == b->refers &&
           a->expires_ms == b->expires_ms && a->area == b->area && a->linked == b->linked;
}

static bool is_sound(const struct ledger *ledger, const struct ledger_transfer *transfer)
{
    if (transfer->id == 0 || transfer->debit == transfer->credit)
        return false;
    if (transfer->debit >= ledger->account_count || transfer->credit >= ledger->account_count)
        return false;
    if (transfer->amount_pence < 0 || transfer->amount_pence > PENCE_MAX)
        return false;
    if (transfer->expires_ms < 0 || (transfer->expires_ms > 0 && transfer->kind != LEDGER_HOLD))
        return false;
    switch (transfer->kind) {
    case LEDGER_MOVE:
    case LEDGER_HOLD:
        return transfer->pending == 0;
    case LEDGER_POST:
        return transfer->pending != 0;
    case LEDGER_VOID:
    case LEDGER_EXPIRE:
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
    const int64_t expires_ms = hold->transfer.expires_ms;
    const bool is_over = expires_ms > 0 && transfer->at_ms >= expires_ms;
    if (transfer->kind == LEDGER_EXPIRE && !is_over)
        return LEDGER_HOLD_LASTS;
    if (transfer->kind == LEDGER_POST && is_over)
        return LEDGER_HOLD_EXPIRED;
    if (transfer->amount_pence > hold->transfer.amount_pence)
        return LEDGER_OVER_HOLD;
    return LEDGER_OK;
}

static struct effect effect_of(const struct ledger *ledger, const struct ledger_transfer *transfer)
{
    if (transfer->kind == LEDGER_HOLD)
        return (struct effect){.pending = transfer->amount_pence};
    struct effect effect = {.posted = transfer->amount_pence};
    if (transfer->pending != 0)
        effect.pending = -find(ledger, transfer->pending)->transfer.amount_pence;
    return effect;
}

/* Is it sound, new, and does it resolve a hold only as it may? */
static enum ledger_result judge(const struct ledger *ledger, const struct ledger_transfer *transfer)
{
    if (!is_sound(ledger, transfer))
        return LEDGER_BAD_TRANSFER;
    const struct entry *known = find(ledger, transfer->id);
    if (known != NULL)
        return ledger_same(&known->transfer, transfer) ? LEDGER_EXISTS : LEDGER_EXISTS_DIFFERENT;
    return transfer->pending != 0 ? judge_hold(ledger, transfer) : LEDGER_OK;
}

/* Each but the last linked with the next, no id twice and no hold resolved twice. */
static bool is_group(const struct ledger_transfer *transfers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (transfers[i].linked != (i + 1 < count))
            return false;
        for (uint32_t j = 0; j < i; j++) {
            if (transfers[i].id == transfers[j].id ||
                (transfers[i].pending != 0 && transfers[i].pending == transfers[j].pending))
                return false;
        }
    }
    return true;
}

/* A group that was made before was made as a whole. */
static enum ledger_result judge_all(const struct ledger *ledger,
                                    const struct ledger_transfer *transfers, uint32_t count)
{
    if (!is_group(transfers, count))
        return LEDGER_BAD_GROUP;
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        const enum ledger_result result = judge(ledger, &transfers[i]);
        if (result != LEDGER_OK && result != LEDGER_EXISTS)
            return result;
        known += result == LEDGER_EXISTS;
    }
    if (known == 0)
        return LEDGER_OK;
    return known == count ? LEDGER_EXISTS : LEDGER_EXISTS_DIFFERENT;
}

/* What a group leads to, for each account that it touches. Sums of LEDGER_GROUP_MAX amounts above
 * BALANCE_MAX do not wrap. */
static bool all_fit(const struct ledger *ledger, const struct ledger_transfer *transfers,
                    uint32_t count)
{
    struct effect effects[LEDGER_GROUP_MAX];
    for (uint32_t i = 0; i < count; i++)
        effects[i] = effect_of(ledger, &transfers[i]);
    for (uint32_t i = 0; i < count; i++) {
        const struct ledger_account *debit = &ledger->accounts[transfers[i].debit];
        const struct ledger_account *credit = &ledger->accounts[transfers[i].credit];
        struct effect debited = {debit->debits_pending, debit->debits_posted};
        struct effect credited = {credit->credits_pending, credit->credits_posted};
        for (uint32_t j = 0; j < count; j++) {
            const bool same_debit = transfers[j].debit == transfers[i].debit;
            const bool same_credit = transfers[j].credit == transfers[i].credit;
            debited.pending += same_debit ? effects[j].pending : 0;
            debited.posted += same_debit ? effects[j].posted : 0;
            credited.pending += same_credit ? effects[j].pending : 0;
            credited.posted += same_credit ? effects[j].posted : 0;
        }
        if (debited.pending > BALANCE_MAX || debited.posted > BALANCE_MAX ||
            credited.pending > BALANCE_MAX || credited.posted > BALANCE_MAX)
            return false;
    }
    return true;
}

/* Each takes a slot, of those that are free or need not stay once the one before is made. */
static bool has_room(const struct ledger *ledger, const struct ledger_transfer *transfers,
                     uint32_t count)
{
    uint32_t open = ledger->open_count;
    for (uint32_t i = 0; i < count; i++) {
        open -= transfers[i].pending != 0;
        if (open == ledger->entry_max)
            return false;
        open += transfers[i].kind == LEDGER_HOLD;
    }
    return true;
}

enum ledger_result ledger_check(const struct ledger *ledger,
                                const struct ledger_transfer *transfers, uint32_t count)
{
    CHECK(count >= 1 && count <= LEDGER_GROUP_MAX);
    const enum ledger_result result = judge_all(ledger, transfers, count);
    if (result != LEDGER_OK)
        return result;
    if (!has_room(ledger, transfers, count))
        return LEDGER_FULL;
    return all_fit(ledger, transfers, count) ? LEDGER_OK : LEDGER_OVERFLOW;
}

/* A free slot, or the one of the oldest transfer that need not stay. */
static uint32_t take_slot(struct ledger *ledger)
{
    if (ledger->entry_count < ledger->entry_max)
        return ledger->entry_count++;
    uint32_t slot = ledger->closed.oldest;
    CHECK(slot != NO_SLOT);
    take_out(ledger, slot);
    series_remove(&ledger->by_id, slot);
    return slot;
}

static void remember(struct ledger *ledger, const struct ledger_transfer *transfer,
                     enum ledger_hold_state state)
{
    uint32_t slot = take_slot(ledger);
    ledger->entries[slot] = (struct entry){.transfer = *transfer, .state = state};
    append(ledger, slot);
    if (state == LEDGER_HOLD_OPEN)
        ledger->open_count++;
    series_put(&ledger->by_id, transfer->id, slot);
}

static void resolve(struct ledger *ledger, uint64_t id, enum ledger_hold_state state)
{
    uint32_t slot;
    CHECK(series_get(&ledger->by_id, id, &slot));
    CHECK(ledger->entries[slot].state == LEDGER_HOLD_OPEN);
    take_out(ledger, slot);
    ledger->open_count--;
    ledger->entries[slot].state = state;
    append(ledger, slot);
}

static void touch(struct ledger *ledger, uint32_t account)
{
    if (account >= ledger->account_high)
        ledger->account_high = account + 1;
}

static void debit(struct ledger_account *account, const struct effect *effect)
{
    account->debits_pending += effect->pending;
    account->debits_posted += effect->posted;
}

static void credit(struct ledger_account *account, const struct effect *effect)
{
    account->credits_pending += effect->pending;
    account->credits_posted += effect->posted;
}

static void apply_one(struct ledger *ledger, const struct ledger_transfer *transfer)
{
    static const enum ledger_hold_state resolved[] = {
        [LEDGER_POST] = LEDGER_HOLD_POSTED,
        [LEDGER_VOID] = LEDGER_HOLD_VOIDED,
        [LEDGER_EXPIRE] = LEDGER_HOLD_OVER,
    };
    const struct effect effect = effect_of(ledger, transfer);
    debit(&ledger->accounts[transfer->debit], &effect);
    credit(&ledger->accounts[transfer->credit], &effect);
    if (transfer->debit >= LEDGER_RIDERS)
        debit(&ledger->riders, &effect);
    if (transfer->credit >= LEDGER_RIDERS)
        credit(&ledger->riders, &effect);
    touch(ledger, transfer->debit);
    touch(ledger, transfer->credit);
    if (transfer->pending != 0)
        resolve(ledger, transfer->pending, resolved[transfer->kind]);
    remember(ledger, transfer, transfer->kind == LEDGER_HOLD ? LEDGER_HOLD_OPEN : LEDGER_HOLD_NONE);
}

enum ledger_result ledger_apply(struct ledger *ledger, const struct ledger_transfer *transfers,
                                uint32_t count)
{
    const enum ledger_result result = ledger_check(ledger, transfers, count);
    for (uint32_t i = 0; result == LEDGER_OK && i < count; i++)
        apply_one(ledger, &transfers[i]);
    return result;
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

struct ledger_account ledger_riders(const struct ledger *ledger)
{
    return ledger->riders;
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

bool ledger_expires_next(const struct ledger *ledger, struct ledger_transfer *hold)
{
    if (ledger->expiring.oldest == NO_SLOT)
        return false;
    *hold = ledger->entries[ledger->expiring.oldest].transfer;
    return true;
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
    digest = digest_add(digest, (uint64_t)transfer->kind << 32 | transfer->policy);
    digest = digest_add(digest, transfer->refers);
    digest = digest_add_signed(digest, transfer->expires_ms);
    digest = digest_add_signed(digest, transfer->at_ms);
    digest = digest_add(digest, (uint64_t)transfer->area << 1 | (transfer->linked ? 1 : 0));
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
    uint64_t digest = list_digest(ledger, &ledger->closed) + list_digest(ledger, &ledger->open) +
                      list_digest(ledger, &ledger->expiring);
    for (uint32_t i = 0; i < ledger->account_high; i++) {
        if (!is_blank(&ledger->accounts[i]))
            digest += account_digest(&ledger->accounts[i], i);
    }
    return digest;
}

/* The first of the lists behind the one that the entry is in; NO_SLOT behind the last. */
static uint32_t next_list(const struct ledger *ledger, const struct entry *entry, bool newest)
{
    const struct list *open = &ledger->open;
    uint32_t slot = NO_SLOT;
    if (entry->state != LEDGER_HOLD_OPEN)
        slot = newest ? open->newest : open->oldest;
    if (slot == NO_SLOT && (entry->state != LEDGER_HOLD_OPEN || entry->transfer.expires_ms == 0))
        slot = newest ? ledger->expiring.newest : ledger->expiring.oldest;
    return slot;
}

static uint32_t first_of(uint32_t closed, uint32_t open, uint32_t expiring)
{
    if (closed != NO_SLOT)
        return closed;
    return open != NO_SLOT ? open : expiring;
}

/* A cursor is 0, then the slot of the next transfer + 1, then past all slots. */
bool ledger_transfer_next(const struct ledger *ledger, uint32_t *cursor,
                          struct ledger_transfer *transfer, enum ledger_hold_state *state)
{
    uint32_t slot = *cursor - 1;
    if (*cursor == 0)
        slot = first_of(ledger->closed.oldest, ledger->open.oldest, ledger->expiring.oldest);
    if (slot >= ledger->entry_count)
        return false;
    const struct entry *entry = &ledger->entries[slot];
    *transfer = entry->transfer;
    *state = entry->state;
    const uint32_t next = entry->newer != NO_SLOT ? entry->newer : next_list(ledger, entry, false);
    *cursor = next == NO_SLOT ? NO_SLOT : next + 1;
    return true;
}

bool ledger_transfer_before(const struct ledger *ledger, uint64_t *last,
                            struct ledger_transfer *transfer, enum ledger_hold_state *state)
{
    uint32_t slot = first_of(ledger->closed.newest, ledger->open.newest, ledger->expiring.newest);
    if (*last != 0) {
        const struct entry *given = find(ledger, *last);
        if (given == NULL)
            return false;
        slot = given->older != NO_SLOT ? given->older : next_list(ledger, given, true);
    }
    if (slot == NO_SLOT)
        return false;
    *transfer = ledger->entries[slot].transfer;
    *state = ledger->entries[slot].state;
    *last = transfer->id;
    return true;
}

bool ledger_transfer(const struct ledger *ledger, uint64_t id, struct ledger_transfer *transfer,
                     enum ledger_hold_state *state)
{
    const struct entry *entry = find(ledger, id);
    if (entry != NULL) {
        *transfer = entry->transfer;
        *state = entry->state;
    }
    return entry != NULL;
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
    if (account >= LEDGER_RIDERS) {
        debit(&ledger->riders, &(struct effect){content->debits_pending, content->debits_posted});
        credit(&ledger->riders,
               &(struct effect){content->credits_pending, content->credits_posted});
    }
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
    if (state < LEDGER_HOLD_NONE || state > LEDGER_HOLD_OVER)
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
    CHECK(result >= LEDGER_OK && result < LEDGER_RESULT_COUNT);
    return result_texts[result];
}
