#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/random.h"
#include "core/ledger.h"
#include "core/limits.h"

#define BALANCE_MAX (PENCE_MAX * (INT64_C(1) << 14))

static struct arena arena;

static struct ledger *fresh(uint32_t accounts, uint32_t transfers)
{
    size_t size = ledger_cost(accounts, transfers);
    arena_init(&arena, calloc(1, size), size);
    return ledger_init(&arena, accounts, transfers);
}

static void done(void)
{
    free(arena.block);
}

TestSuite(ledger, .fini = done);

static struct ledger_transfer hold(uint64_t id, int64_t pence)
{
    return (struct ledger_transfer){.id = id,
                                    .ride = id,
                                    .debit = LEDGER_RIDERS,
                                    .credit = LEDGER_FARE_INCOME,
                                    .amount_pence = pence,
                                    .kind = LEDGER_HOLD};
}

static struct ledger_transfer resolve(uint64_t id, uint64_t pending, int64_t pence,
                                      enum ledger_kind kind)
{
    struct ledger_transfer transfer = hold(id, pence);
    transfer.pending = pending;
    transfer.kind = kind;
    return transfer;
}

Test(ledger, posts_a_hold_once_and_releases_the_rest)
{
    struct ledger *ledger = fresh(260, 8);
    struct ledger_transfer first = hold(1, 500);
    struct ledger_transfer post = resolve(2, 1, 420, LEDGER_POST);
    struct ledger_transfer again = resolve(3, 1, 420, LEDGER_POST);
    cr_assert_eq(ledger_apply(ledger, &first, 1), LEDGER_OK);
    cr_assert_eq(ledger_account(ledger, LEDGER_RIDERS).debits_pending, 500);
    cr_assert_eq(ledger_holds(ledger), 1);
    cr_assert_eq(ledger_apply(ledger, &post, 1), LEDGER_OK);
    cr_assert_eq(ledger_account(ledger, LEDGER_RIDERS).debits_pending, 0);
    cr_assert_eq(ledger_account(ledger, LEDGER_RIDERS).debits_posted, 420);
    cr_assert_eq(ledger_account(ledger, LEDGER_FARE_INCOME).credits_posted, 420);
    cr_assert_eq(ledger_apply(ledger, &again, 1), LEDGER_HOLD_RESOLVED);
    cr_assert_eq(ledger_apply(ledger, &post, 1), LEDGER_EXISTS);
    cr_assert_eq(ledger_holds(ledger), 0);
}

#define TRANSFER(id, pending, ride, debit, credit, pence, kind)                                    \
    {                                                                                              \
        id, pending, ride, debit, credit, pence, kind, 0, 0, 0, 0, 0, false                        \
    }

Test(ledger, refuses_what_makes_no_sense)
{
    struct ledger *ledger = fresh(260, 8);
    struct ledger_transfer first = hold(1, 500);
    cr_assert_eq(ledger_apply(ledger, &first, 1), LEDGER_OK);
    struct ledger_transfer good = hold(2, 10);
    static const struct {
        const char *what;
        struct ledger_transfer change;
        enum ledger_result result;
    } rows[] = {
        {"id 0", TRANSFER(0, 0, 1, 256, 0, 10, LEDGER_MOVE), LEDGER_BAD_TRANSFER},
        {"equal accounts", TRANSFER(2, 0, 1, 256, 256, 10, LEDGER_MOVE), LEDGER_BAD_TRANSFER},
        {"debit unknown", TRANSFER(2, 0, 1, 260, 0, 10, LEDGER_MOVE), LEDGER_BAD_TRANSFER},
        {"credit unknown", TRANSFER(2, 0, 1, 0, 260, 10, LEDGER_MOVE), LEDGER_BAD_TRANSFER},
        {"negative", TRANSFER(2, 0, 1, 256, 0, -1, LEDGER_MOVE), LEDGER_BAD_TRANSFER},
        {"too much", TRANSFER(2, 0, 1, 256, 0, PENCE_MAX + 1, LEDGER_MOVE), LEDGER_BAD_TRANSFER},
        {"kind 0", TRANSFER(2, 0, 1, 256, 0, 10, (enum ledger_kind)0), LEDGER_BAD_TRANSFER},
        {"kind 6", TRANSFER(2, 0, 1, 256, 0, 10, (enum ledger_kind)6), LEDGER_BAD_TRANSFER},
        {"move of a hold", TRANSFER(2, 1, 1, 256, 0, 10, LEDGER_MOVE), LEDGER_BAD_TRANSFER},
        {"hold of a hold", TRANSFER(2, 1, 1, 256, 0, 10, LEDGER_HOLD), LEDGER_BAD_TRANSFER},
        {"post of none", TRANSFER(2, 0, 1, 256, 0, 10, LEDGER_POST), LEDGER_BAD_TRANSFER},
        {"void with amount", TRANSFER(2, 1, 1, 256, 0, 10, LEDGER_VOID), LEDGER_BAD_TRANSFER},
        {"other accounts", TRANSFER(2, 1, 1, 257, 0, 10, LEDGER_POST), LEDGER_BAD_TRANSFER},
        {"no such hold", TRANSFER(2, 9, 1, 256, 0, 10, LEDGER_POST), LEDGER_NO_SUCH_HOLD},
        {"over the hold", TRANSFER(2, 1, 1, 256, 0, 501, LEDGER_POST), LEDGER_OVER_HOLD},
        {"other content", TRANSFER(1, 0, 1, 256, 0, 499, LEDGER_HOLD), LEDGER_EXISTS_DIFFERENT},
        {"other ride", TRANSFER(1, 0, 7, 256, 0, 500, LEDGER_HOLD), LEDGER_EXISTS_DIFFERENT},
        {"the same", TRANSFER(1, 0, 1, 256, 0, 500, LEDGER_HOLD), LEDGER_EXISTS},
    };
    uint64_t before = ledger_digest(ledger);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(ledger_check(ledger, &rows[i].change, 1), rows[i].result, "%s", rows[i].what);
        cr_assert_eq(ledger_apply(ledger, &rows[i].change, 1), rows[i].result, "%s", rows[i].what);
        cr_assert_eq(ledger_digest(ledger), before, "%s", rows[i].what);
    }
    cr_assert_eq(ledger_apply(ledger, &good, 1), LEDGER_OK);
}

Test(ledger, keeps_open_holds_and_forgets_the_oldest_of_the_rest)
{
    struct ledger *ledger = fresh(260, 3);
    struct ledger_transfer transfers[] = {hold(1, 5), resolve(2, 0, 6, LEDGER_MOVE),
                                          resolve(3, 0, 7, LEDGER_MOVE),
                                          resolve(4, 0, 8, LEDGER_MOVE)};
    for (int i = 0; i < 4; i++)
        cr_assert_eq(ledger_apply(ledger, &transfers[i], 1), LEDGER_OK);
    cr_assert_eq(ledger_check(ledger, &transfers[0], 1), LEDGER_EXISTS);
    cr_assert_eq(ledger_check(ledger, &transfers[1], 1), LEDGER_OK); /* forgotten */
    cr_assert_eq(ledger_check(ledger, &transfers[2], 1), LEDGER_EXISTS);
    struct ledger_transfer more[] = {hold(5, 1), hold(6, 1), hold(7, 1)};
    cr_assert_eq(ledger_apply(ledger, &more[0], 1), LEDGER_OK);
    cr_assert_eq(ledger_apply(ledger, &more[1], 1), LEDGER_OK);
    cr_assert_eq(ledger_apply(ledger, &more[2], 1), LEDGER_FULL);
    struct ledger_transfer post = resolve(8, 1, 5, LEDGER_POST);
    cr_assert_eq(ledger_apply(ledger, &post, 1),
                 LEDGER_OK); /* takes the slot of what it resolves */
    cr_assert_eq(ledger_apply(ledger, &more[2], 1), LEDGER_OK);
}

/* The model: every transfer remembered in one array, searched from the front, and applied one after
 * another to a copy of all, which is thrown away where the group does not hold. */
#define ACCOUNTS 260
#define MODEL    24

struct model {
    struct ledger_transfer transfers[MODEL]; /* remembered, oldest first */
    enum ledger_hold_state states[MODEL];
    uint32_t count;
    struct ledger_account accounts[ACCOUNTS];
};

static int model_find(const struct model *model, uint64_t id)
{
    for (uint32_t i = 0; i < model->count; i++) {
        if (model->transfers[i].id == id)
            return (int)i;
    }
    return -1;
}

/* As ids are given: all but the time. */
static bool is_equal(struct ledger_transfer a, struct ledger_transfer b)
{
    return a.id == b.id && a.pending == b.pending && a.ride == b.ride && a.debit == b.debit &&
           a.credit == b.credit && a.amount_pence == b.amount_pence && a.kind == b.kind &&
           a.policy == b.policy && a.refers == b.refers && a.expires_ms == b.expires_ms &&
           a.area == b.area && a.linked == b.linked;
}

static bool is_bad(const struct ledger_transfer *transfer)
{
    bool resolves = transfer->kind == LEDGER_POST || transfer->kind == LEDGER_VOID ||
                    transfer->kind == LEDGER_EXPIRE;
    bool releases = resolves && transfer->kind != LEDGER_POST;
    return transfer->id == 0 || transfer->debit >= ACCOUNTS || transfer->credit >= ACCOUNTS ||
           transfer->debit == transfer->credit || transfer->amount_pence < 0 ||
           transfer->amount_pence > PENCE_MAX || resolves != (transfer->pending != 0) ||
           (releases && transfer->amount_pence != 0) || transfer->expires_ms < 0 ||
           (transfer->kind != LEDGER_HOLD && transfer->expires_ms != 0);
}

static void model_remove(struct model *model, uint32_t at)
{
    for (uint32_t i = at + 1; i < model->count; i++) {
        model->transfers[i - 1] = model->transfers[i];
        model->states[i - 1] = model->states[i];
    }
    model->count--;
}

static void model_append(struct model *model, const struct ledger_transfer *transfer,
                         enum ledger_hold_state state)
{
    for (uint32_t i = 0; model->count == MODEL && i < MODEL; i++) {
        if (model->states[i] != LEDGER_HOLD_OPEN)
            model_remove(model, i);
    }
    cr_assert(model->count < MODEL);
    model->transfers[model->count] = *transfer;
    model->states[model->count++] = state;
}

static enum ledger_result model_judge(const struct model *model,
                                      const struct ledger_transfer *transfer)
{
    if (is_bad(transfer))
        return LEDGER_BAD_TRANSFER;
    int known = model_find(model, transfer->id);
    if (known >= 0)
        return is_equal(model->transfers[known], *transfer) ? LEDGER_EXISTS
                                                            : LEDGER_EXISTS_DIFFERENT;
    if (transfer->pending == 0)
        return LEDGER_OK;
    int held = model_find(model, transfer->pending);
    if (held < 0 || model->states[held] == LEDGER_HOLD_NONE)
        return LEDGER_NO_SUCH_HOLD;
    if (model->states[held] != LEDGER_HOLD_OPEN)
        return LEDGER_HOLD_RESOLVED;
    const struct ledger_transfer *of = &model->transfers[held];
    if (of->debit != transfer->debit || of->credit != transfer->credit)
        return LEDGER_BAD_TRANSFER;
    if (transfer->kind == LEDGER_EXPIRE &&
        (of->expires_ms == 0 || of->expires_ms > transfer->at_ms))
        return LEDGER_HOLD_LASTS;
    if (transfer->kind == LEDGER_POST && of->expires_ms != 0 && of->expires_ms <= transfer->at_ms)
        return LEDGER_HOLD_EXPIRED;
    return transfer->amount_pence > of->amount_pence ? LEDGER_OVER_HOLD : LEDGER_OK;
}

static void model_move(struct model *model, const struct ledger_transfer *transfer)
{
    struct ledger_account *debit = &model->accounts[transfer->debit];
    struct ledger_account *credit = &model->accounts[transfer->credit];
    if (transfer->kind == LEDGER_HOLD) {
        debit->debits_pending += transfer->amount_pence;
        credit->credits_pending += transfer->amount_pence;
        model_append(model, transfer, LEDGER_HOLD_OPEN);
        return;
    }
    if (transfer->pending != 0) {
        int held = model_find(model, transfer->pending);
        struct ledger_transfer of = model->transfers[held];
        debit->debits_pending -= of.amount_pence;
        credit->credits_pending -= of.amount_pence;
        model_remove(model, (uint32_t)held);
        model_append(model, &of,
                     transfer->kind == LEDGER_POST   ? LEDGER_HOLD_POSTED
                     : transfer->kind == LEDGER_VOID ? LEDGER_HOLD_VOIDED
                                                     : LEDGER_HOLD_OVER);
    }
    debit->debits_posted += transfer->amount_pence;
    credit->credits_posted += transfer->amount_pence;
    model_append(model, transfer, LEDGER_HOLD_NONE);
}

static uint32_t model_open(const struct model *model)
{
    uint32_t open = 0;
    for (uint32_t i = 0; i < model->count; i++)
        open += model->states[i] == LEDGER_HOLD_OPEN;
    return open;
}

static enum ledger_result model_apply(struct model *model, const struct ledger_transfer *transfers,
                                      uint32_t count)
{
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (transfers[i].linked == (i == count - 1))
            return LEDGER_BAD_GROUP;
        for (uint32_t j = i + 1; j < count; j++) {
            if (transfers[i].id == transfers[j].id ||
                (transfers[i].pending > 0 && transfers[i].pending == transfers[j].pending))
                return LEDGER_BAD_GROUP;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        enum ledger_result result = model_judge(model, &transfers[i]);
        if (result != LEDGER_OK && result != LEDGER_EXISTS)
            return result;
        known += result == LEDGER_EXISTS;
    }
    if (known > 0)
        return known == count ? LEDGER_EXISTS : LEDGER_EXISTS_DIFFERENT;
    struct model after = *model;
    bool is_full = false;
    for (uint32_t i = 0; i < count && !is_full; i++) {
        is_full = transfers[i].pending == 0 && model_open(&after) == MODEL;
        if (!is_full)
            model_move(&after, &transfers[i]);
    }
    for (uint32_t i = 0; i < ACCOUNTS && !is_full; i++) {
        const struct ledger_account *account = &after.accounts[i];
        if (account->debits_pending > BALANCE_MAX || account->debits_posted > BALANCE_MAX ||
            account->credits_pending > BALANCE_MAX || account->credits_posted > BALANCE_MAX)
            return LEDGER_OVERFLOW;
    }
    if (is_full)
        return LEDGER_FULL;
    *model = after;
    return LEDGER_OK;
}

/* Makes it resolve an old hold, mostly as it may. */
static void draw_resolution(struct random *random, const struct ledger_transfer *old,
                            struct ledger_transfer *transfer)
{
    transfer->debit = old->debit;
    transfer->credit = old->credit;
    transfer->pending = old->id + (random_below(random, 20) == 0 ? 1000 : 0);
    transfer->kind = (enum ledger_kind)random_between(random, LEDGER_POST, LEDGER_EXPIRE);
    transfer->expires_ms = 0;
    transfer->amount_pence =
        transfer->kind != LEDGER_POST ? 0 : old->amount_pence - random_between(random, -1, 20);
    if (random_below(random, 12) == 0)
        transfer->credit = (transfer->credit + 1) % ACCOUNTS;
}

/* Mostly sensible; sometimes an old id again, with the same content or with other. */
static struct ledger_transfer any_transfer(struct random *random, const struct model *model,
                                           uint64_t *next_id, uint64_t holds_in_ten)
{
    struct ledger_transfer transfer = {.id = *next_id};
    transfer.ride = random_below(random, 5);
    transfer.debit = LEDGER_RIDERS + (uint32_t)random_below(random, 5);
    transfer.credit = (uint32_t)random_below(random, 3);
    transfer.amount_pence = random_between(random, -1, 300);
    transfer.policy = (uint32_t)random_below(random, 2);
    transfer.kind = random_below(random, 10) < holds_in_ten ? LEDGER_HOLD : LEDGER_MOVE;
    if (random_below(random, 20) == 0)
        transfer.amount_pence = PENCE_MAX - random_between(random, -1, 3);
    if (transfer.kind == LEDGER_HOLD && random_below(random, 3) == 0)
        transfer.expires_ms = (int64_t)*next_id + random_between(random, -1, 40);
    if (model->count > 0) {
        const struct ledger_transfer *old = &model->transfers[random_below(random, model->count)];
        if (random_below(random, 16) == 0)
            return *old;
        if (random_below(random, 2) == 0 && old->kind == LEDGER_HOLD)
            draw_resolution(random, old, &transfer);
        if (random_below(random, 16) == 0)
            transfer.id = old->id;
    }
    if (transfer.id == *next_id)
        (*next_id)++;
    return transfer;
}

static uint32_t any_group(struct random *random, const struct model *model, uint64_t *next_id,
                          uint64_t holds_in_ten, struct ledger_transfer *transfers)
{
    uint32_t count = random_below(random, 3) > 0 ? 1 : (uint32_t)random_below(random, 4) + 1;
    for (uint32_t i = 0; i < count; i++) {
        transfers[i] = any_transfer(random, model, next_id, holds_in_ten);
        transfers[i].at_ms = (int64_t)*next_id;
        transfers[i].linked = i + 1 < count;
    }
    if (random_below(random, 50) == 0)
        transfers[random_below(random, count)].linked ^= true;
    return count;
}

static void check_same(const struct ledger *ledger, const struct model *model)
{
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        struct ledger_account account = ledger_account(ledger, i);
        cr_assert(memcmp(&account, &model->accounts[i], sizeof account) == 0);
    }
    struct ledger_account riders = {0};
    for (uint32_t i = LEDGER_RIDERS; i < ACCOUNTS; i++) {
        riders.debits_pending += model->accounts[i].debits_pending;
        riders.debits_posted += model->accounts[i].debits_posted;
        riders.credits_pending += model->accounts[i].credits_pending;
        riders.credits_posted += model->accounts[i].credits_posted;
    }
    const struct ledger_account sums = ledger_riders(ledger);
    cr_assert(memcmp(&sums, &riders, sizeof sums) == 0);
    uint32_t cursor = 0;
    uint32_t count = 0;
    struct ledger_transfer transfer;
    enum ledger_hold_state state;
    while (ledger_transfer_next(ledger, &cursor, &transfer, &state)) {
        int at = model_find(model, transfer.id);
        cr_assert(at >= 0 && is_equal(transfer, model->transfers[at]));
        cr_assert_eq(state, model->states[at]);
        count++;
    }
    cr_assert_eq(count, model->count);
    cr_assert_eq(ledger_holds(ledger), model_open(model));
    const struct ledger_transfer *first = NULL;
    for (uint32_t i = 0; i < model->count; i++) {
        const struct ledger_transfer *hold = &model->transfers[i];
        if (model->states[i] == LEDGER_HOLD_OPEN && hold->expires_ms > 0 &&
            (first == NULL || hold->expires_ms < first->expires_ms))
            first = hold;
    }
    cr_assert_eq(ledger_expires_next(ledger, &transfer), first != NULL);
    cr_assert(first == NULL || transfer.expires_ms == first->expires_ms);
}

/* From the newest settled one back, then the open holds, each once. */
static void check_walk_back(const struct ledger *ledger, const struct model *model)
{
    uint64_t last = 0;
    uint32_t open = 0;
    uint32_t at = model->count;
    struct ledger_transfer transfer;
    enum ledger_hold_state state;
    while (ledger_transfer_before(ledger, &last, &transfer, &state)) {
        if (state == LEDGER_HOLD_OPEN) {
            open++;
            continue;
        }
        cr_assert_eq(open, 0);
        do {
            cr_assert(at > 0);
            at--;
        } while (model->states[at] == LEDGER_HOLD_OPEN);
        cr_assert_eq(transfer.id, model->transfers[at].id);
    }
    cr_assert_eq(open, model_open(model));
    last = UINT64_MAX;
    cr_assert_not(ledger_transfer_before(ledger, &last, &transfer, &state));
}

/* A fresh ledger with the content of another. */
static struct ledger *copy_of(const struct ledger *ledger, struct arena *copy_arena)
{
    size_t size = ledger_cost(ACCOUNTS, MODEL);
    arena_init(copy_arena, calloc(1, size), size);
    struct ledger *copy = ledger_init(copy_arena, ACCOUNTS, MODEL);
    for (uint32_t i = 0; i < ledger_account_count(ledger); i++) {
        struct ledger_account account = ledger_account(ledger, i);
        cr_assert(ledger_restore_account(copy, i, &account));
    }
    uint32_t cursor = 0;
    struct ledger_transfer transfer;
    enum ledger_hold_state state;
    while (ledger_transfer_next(ledger, &cursor, &transfer, &state)) {
        cr_assert(ledger_restore_transfer(copy, &transfer, state));
        cr_assert_not(ledger_restore_transfer(copy, &transfer, state));
    }
    cr_assert_eq(ledger_digest(copy), ledger_digest(ledger));
    return copy;
}

/* Accounts that are nearly full from the start. */
static void begin_nearly_full(struct ledger *ledger, struct model *model)
{
    model->accounts[0].credits_posted = BALANCE_MAX - 50000;
    model->accounts[LEDGER_RIDERS].debits_posted = BALANCE_MAX - 50000;
    cr_assert(ledger_restore_account(ledger, 0, &model->accounts[0]));
    cr_assert(ledger_restore_account(ledger, LEDGER_RIDERS, &model->accounts[LEDGER_RIDERS]));
}

Test(ledger, does_as_a_naive_model_does_and_so_does_its_copy)
{
    struct random random;
    random_init(&random, 7);
    uint64_t seen[LEDGER_RESULT_COUNT] = {0};
    for (int round = 0; round < 10; round++) {
        struct ledger *ledger = fresh(ACCOUNTS, MODEL);
        struct arena copy_arena = {0};
        struct ledger *copy = NULL;
        struct model model = {.count = 0};
        uint64_t next_id = 1;
        if (round % 2 == 1)
            begin_nearly_full(ledger, &model);
        for (int step = 0; step < 20000; step++) {
            uint64_t holds_in_ten = step % 1000 < 200 ? 10 : 4;
            if (step == 10000)
                copy = copy_of(ledger, &copy_arena);
            struct ledger_transfer group[LEDGER_GROUP_MAX];
            uint32_t count = any_group(&random, &model, &next_id, holds_in_ten, group);
            uint64_t before = step % 64 == 0 ? ledger_digest(ledger) : 0;
            enum ledger_result want = model_apply(&model, group, count);
            cr_assert_eq(ledger_check(ledger, group, count), want, "round %d step %d", round, step);
            cr_assert_eq(ledger_apply(ledger, group, count), want);
            seen[want]++;
            if (copy != NULL)
                cr_assert_eq(ledger_apply(copy, group, count), want);
            if (step % 64 == 0 && want != LEDGER_OK)
                cr_assert_eq(ledger_digest(ledger), before);
            if (step % 16 == 0) {
                check_same(ledger, &model);
                check_walk_back(ledger, &model);
                cr_assert_eq(ledger_difference_pence(ledger), 0);
            }
        }
        cr_assert_eq(ledger_digest(copy), ledger_digest(ledger));
        free(copy_arena.block);
        if (round < 9)
            done();
    }
    for (int result = LEDGER_OK; result < LEDGER_RESULT_COUNT; result++)
        cr_assert(seen[result] > 0, "never %s", ledger_result_text((enum ledger_result)result));
}

Test(ledger, applies_linked_transfers_all_or_none)
{
    struct ledger *ledger = fresh(260, 8);
    struct ledger_transfer pay = hold(1, 500);
    cr_assert_eq(ledger_apply(ledger, &pay, 1), LEDGER_OK);
    struct ledger_transfer group[] = {resolve(2, 1, 480, LEDGER_POST),
                                      resolve(3, 0, 80, LEDGER_MOVE)};
    group[0].linked = true;
    group[1].debit = LEDGER_FARE_INCOME;
    group[1].credit = LEDGER_FARE_INCOME;
    uint64_t before = ledger_digest(ledger);
    cr_assert_eq(ledger_apply(ledger, group, 2), LEDGER_BAD_TRANSFER);
    cr_assert_eq(ledger_digest(ledger), before);
    group[1].credit = LEDGER_VAT;
    cr_assert_eq(ledger_apply(ledger, group, 2), LEDGER_OK);
    cr_assert_eq(ledger_apply(ledger, group, 2), LEDGER_EXISTS);
    cr_assert_eq(ledger_account(ledger, LEDGER_VAT).credits_posted, 80);
    cr_assert_eq(ledger_account(ledger, LEDGER_FARE_INCOME).debits_posted, 80);
    cr_assert_eq(ledger_account(ledger, LEDGER_FARE_INCOME).credits_posted, 480);
    cr_assert_eq(ledger_holds(ledger), 0);
}

Test(ledger, refuses_to_restore_what_contradicts_itself)
{
    struct ledger *ledger = fresh(260, 2);
    struct ledger_account account = {.debits_pending = 5};
    struct ledger_account wild = {.debits_posted = BALANCE_MAX + 1};
    struct ledger_transfer open = hold(1, 5);
    struct ledger_transfer more = hold(2, 6);
    struct ledger_transfer move = resolve(3, 0, 1, LEDGER_MOVE);
    cr_assert_not(ledger_restore_account(ledger, 260, &account));
    cr_assert_not(ledger_restore_account(ledger, 3, &wild));
    cr_assert(ledger_restore_account(ledger, LEDGER_RIDERS, &account));
    cr_assert_not(ledger_restore_account(ledger, LEDGER_RIDERS, &account));
    cr_assert_not(ledger_restore_transfer(ledger, &open, LEDGER_HOLD_OPEN)); /* no credit yet */
    account = (struct ledger_account){.credits_pending = 5};
    cr_assert(ledger_restore_account(ledger, LEDGER_FARE_INCOME, &account));
    cr_assert_not(ledger_restore_transfer(ledger, &more, LEDGER_HOLD_OPEN));
    cr_assert_not(ledger_restore_transfer(ledger, &open, LEDGER_HOLD_NONE));
    cr_assert_not(ledger_restore_transfer(ledger, &move, LEDGER_HOLD_POSTED));
    cr_assert(ledger_restore_transfer(ledger, &open, LEDGER_HOLD_OPEN));
    cr_assert(ledger_restore_transfer(ledger, &move, LEDGER_HOLD_NONE));
    cr_assert_not(ledger_restore_transfer(ledger, &more, LEDGER_HOLD_VOIDED)); /* full */
}
