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
    struct ledger *ledger = fresh(20, 8);
    struct ledger_transfer first = hold(1, 500);
    struct ledger_transfer post = resolve(2, 1, 420, LEDGER_POST);
    struct ledger_transfer again = resolve(3, 1, 420, LEDGER_POST);
    cr_assert_eq(ledger_apply(ledger, &first), LEDGER_OK);
    cr_assert_eq(ledger_account(ledger, LEDGER_RIDERS).debits_pending, 500);
    cr_assert_eq(ledger_holds(ledger), 1);
    cr_assert_eq(ledger_apply(ledger, &post), LEDGER_OK);
    cr_assert_eq(ledger_account(ledger, LEDGER_RIDERS).debits_pending, 0);
    cr_assert_eq(ledger_account(ledger, LEDGER_RIDERS).debits_posted, 420);
    cr_assert_eq(ledger_account(ledger, LEDGER_FARE_INCOME).credits_posted, 420);
    cr_assert_eq(ledger_apply(ledger, &again), LEDGER_HOLD_RESOLVED);
    cr_assert_eq(ledger_apply(ledger, &post), LEDGER_EXISTS);
    cr_assert_eq(ledger_holds(ledger), 0);
}

Test(ledger, refuses_what_makes_no_sense)
{
    struct ledger *ledger = fresh(20, 8);
    struct ledger_transfer first = hold(1, 500);
    cr_assert_eq(ledger_apply(ledger, &first), LEDGER_OK);
    struct ledger_transfer good = hold(2, 10);
    static const struct {
        const char *what;
        struct ledger_transfer change;
        enum ledger_result result;
    } rows[] = {
        {"id 0", {0, 0, 1, 16, 0, 10, LEDGER_MOVE}, LEDGER_BAD_TRANSFER},
        {"equal accounts", {2, 0, 1, 16, 16, 10, LEDGER_MOVE}, LEDGER_BAD_TRANSFER},
        {"debit unknown", {2, 0, 1, 20, 0, 10, LEDGER_MOVE}, LEDGER_BAD_TRANSFER},
        {"credit unknown", {2, 0, 1, 0, 20, 10, LEDGER_MOVE}, LEDGER_BAD_TRANSFER},
        {"negative", {2, 0, 1, 16, 0, -1, LEDGER_MOVE}, LEDGER_BAD_TRANSFER},
        {"too much", {2, 0, 1, 16, 0, PENCE_MAX + 1, LEDGER_MOVE}, LEDGER_BAD_TRANSFER},
        {"kind 0", {2, 0, 1, 16, 0, 10, (enum ledger_kind)0}, LEDGER_BAD_TRANSFER},
        {"kind 5", {2, 0, 1, 16, 0, 10, (enum ledger_kind)5}, LEDGER_BAD_TRANSFER},
        {"move of a hold", {2, 1, 1, 16, 0, 10, LEDGER_MOVE}, LEDGER_BAD_TRANSFER},
        {"hold of a hold", {2, 1, 1, 16, 0, 10, LEDGER_HOLD}, LEDGER_BAD_TRANSFER},
        {"post of none", {2, 0, 1, 16, 0, 10, LEDGER_POST}, LEDGER_BAD_TRANSFER},
        {"void with amount", {2, 1, 1, 16, 0, 10, LEDGER_VOID}, LEDGER_BAD_TRANSFER},
        {"other accounts", {2, 1, 1, 17, 0, 10, LEDGER_POST}, LEDGER_BAD_TRANSFER},
        {"no such hold", {2, 9, 1, 16, 0, 10, LEDGER_POST}, LEDGER_NO_SUCH_HOLD},
        {"over the hold", {2, 1, 1, 16, 0, 501, LEDGER_POST}, LEDGER_OVER_HOLD},
        {"other content", {1, 0, 1, 16, 0, 499, LEDGER_HOLD}, LEDGER_EXISTS_DIFFERENT},
        {"other ride", {1, 0, 7, 16, 0, 500, LEDGER_HOLD}, LEDGER_EXISTS_DIFFERENT},
        {"the same", {1, 0, 1, 16, 0, 500, LEDGER_HOLD}, LEDGER_EXISTS},
    };
    uint64_t before = ledger_digest(ledger);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(ledger_check(ledger, &rows[i].change), rows[i].result, "%s", rows[i].what);
        cr_assert_eq(ledger_apply(ledger, &rows[i].change), rows[i].result, "%s", rows[i].what);
        cr_assert_eq(ledger_digest(ledger), before, "%s", rows[i].what);
    }
    cr_assert_eq(ledger_apply(ledger, &good), LEDGER_OK);
}

Test(ledger, keeps_open_holds_and_forgets_the_oldest_of_the_rest)
{
    struct ledger *ledger = fresh(20, 3);
    struct ledger_transfer transfers[] = {hold(1, 5), resolve(2, 0, 6, LEDGER_MOVE),
                                          resolve(3, 0, 7, LEDGER_MOVE),
                                          resolve(4, 0, 8, LEDGER_MOVE)};
    for (int i = 0; i < 4; i++)
        cr_assert_eq(ledger_apply(ledger, &transfers[i]), LEDGER_OK);
    cr_assert_eq(ledger_check(ledger, &transfers[0]), LEDGER_EXISTS);
    cr_assert_eq(ledger_check(ledger, &transfers[1]), LEDGER_OK); /* forgotten */
    cr_assert_eq(ledger_check(ledger, &transfers[2]), LEDGER_EXISTS);
    struct ledger_transfer more[] = {hold(5, 1), hold(6, 1), hold(7, 1)};
    cr_assert_eq(ledger_apply(ledger, &more[0]), LEDGER_OK);
    cr_assert_eq(ledger_apply(ledger, &more[1]), LEDGER_OK);
    cr_assert_eq(ledger_apply(ledger, &more[2]), LEDGER_FULL);
    struct ledger_transfer post = resolve(8, 1, 5, LEDGER_POST);
    cr_assert_eq(ledger_apply(ledger, &post), LEDGER_OK); /* takes the slot of what it resolves */
    cr_assert_eq(ledger_apply(ledger, &more[2]), LEDGER_OK);
}

/* The model: every transfer ever made in one array, searched from the front; balances summed anew
 * from it. */
#define ACCOUNTS 20
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

static bool is_equal(const struct ledger_transfer *a, const struct ledger_transfer *b)
{
    return a->id == b->id && a->pending == b->pending && a->ride == b->ride &&
           a->debit == b->debit && a->credit == b->credit && a->amount_pence == b->amount_pence &&
           a->kind == b->kind;
}

static bool is_bad(const struct ledger_transfer *transfer)
{
    bool resolves = transfer->kind == LEDGER_POST || transfer->kind == LEDGER_VOID;
    return transfer->id == 0 || transfer->debit >= ACCOUNTS || transfer->credit >= ACCOUNTS ||
           transfer->debit == transfer->credit || transfer->amount_pence < 0 ||
           transfer->amount_pence > PENCE_MAX || resolves != (transfer->pending != 0) ||
           (transfer->kind == LEDGER_VOID && transfer->amount_pence != 0);
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

static enum ledger_result model_apply(struct model *model, const struct ledger_transfer *transfer)
{
    if (is_bad(transfer))
        return LEDGER_BAD_TRANSFER;
    int known = model_find(model, transfer->id);
    if (known >= 0)
        return is_equal(&model->transfers[known], transfer) ? LEDGER_EXISTS
                                                            : LEDGER_EXISTS_DIFFERENT;
    struct ledger_account debit = model->accounts[transfer->debit];
    struct ledger_account credit = model->accounts[transfer->credit];
    int held = -1;
    int64_t *to_debit =
        transfer->kind == LEDGER_HOLD ? &debit.debits_pending : &debit.debits_posted;
    int64_t *to_credit =
        transfer->kind == LEDGER_HOLD ? &credit.credits_pending : &credit.credits_posted;
    if (transfer->pending != 0) {
        held = model_find(model, transfer->pending);
        if (held < 0 || model->states[held] == LEDGER_HOLD_NONE)
            return LEDGER_NO_SUCH_HOLD;
        if (model->states[held] != LEDGER_HOLD_OPEN)
            return LEDGER_HOLD_RESOLVED;
        const struct ledger_transfer *of = &model->transfers[held];
        if (of->debit != transfer->debit || of->credit != transfer->credit)
            return LEDGER_BAD_TRANSFER;
        if (transfer->amount_pence > of->amount_pence)
            return LEDGER_OVER_HOLD;
        debit.debits_pending -= of->amount_pence;
        credit.credits_pending -= of->amount_pence;
    }
    *to_debit += transfer->amount_pence;
    *to_credit += transfer->amount_pence;
    if (*to_debit > BALANCE_MAX || *to_credit > BALANCE_MAX)
        return LEDGER_OVERFLOW;
    uint32_t open = 0;
    for (uint32_t i = 0; i < model->count; i++)
        open += model->states[i] == LEDGER_HOLD_OPEN;
    if (held < 0 && open == MODEL)
        return LEDGER_FULL;
    model->accounts[transfer->debit] = debit;
    model->accounts[transfer->credit] = credit;
    if (held >= 0) {
        struct ledger_transfer of = model->transfers[held];
        model_remove(model, (uint32_t)held);
        model_append(model, &of,
                     transfer->kind == LEDGER_POST ? LEDGER_HOLD_POSTED : LEDGER_HOLD_VOIDED);
    }
    model_append(model, transfer,
                 transfer->kind == LEDGER_HOLD ? LEDGER_HOLD_OPEN : LEDGER_HOLD_NONE);
    return LEDGER_OK;
}

/* Mostly sensible; sometimes an old id again, with the same content or with other. */
static struct ledger_transfer any_transfer(struct random *random, const struct model *model,
                                           uint64_t *next_id, uint64_t holds_in_ten)
{
    struct ledger_transfer transfer = {.id = *next_id};
    transfer.ride = random_below(random, 5);
    transfer.debit = (uint32_t)random_below(random, ACCOUNTS + 1);
    transfer.credit = (uint32_t)random_below(random, 3);
    transfer.amount_pence = random_between(random, -1, 300);
    transfer.kind = random_below(random, 10) < holds_in_ten ? LEDGER_HOLD : LEDGER_MOVE;
    if (random_below(random, 20) == 0)
        transfer.amount_pence = PENCE_MAX - random_between(random, -1, 3);
    if (model->count > 0) {
        const struct ledger_transfer *old = &model->transfers[random_below(random, model->count)];
        if (random_below(random, 16) == 0)
            return *old;
        if (random_below(random, 2) == 0 && old->kind == LEDGER_HOLD) {
            transfer.debit = old->debit;
            transfer.credit = old->credit;
            transfer.pending = old->id + (random_below(random, 20) == 0 ? 1000 : 0);
            transfer.kind = random_below(random, 2) == 0 ? LEDGER_POST : LEDGER_VOID;
            transfer.amount_pence = transfer.kind == LEDGER_VOID
                                        ? 0
                                        : old->amount_pence - random_between(random, -1, 20);
            if (random_below(random, 12) == 0)
                transfer.credit = (transfer.credit + 1) % ACCOUNTS;
        }
        if (random_below(random, 16) == 0)
            transfer.id = old->id;
    }
    if (transfer.id == *next_id)
        (*next_id)++;
    return transfer;
}

static void check_same(const struct ledger *ledger, const struct model *model)
{
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        struct ledger_account account = ledger_account(ledger, i);
        cr_assert(memcmp(&account, &model->accounts[i], sizeof account) == 0);
    }
    uint32_t cursor = 0;
    uint32_t count = 0;
    uint32_t open = 0;
    struct ledger_transfer transfer;
    enum ledger_hold_state state;
    while (ledger_transfer_next(ledger, &cursor, &transfer, &state)) {
        int at = model_find(model, transfer.id);
        cr_assert(at >= 0 && is_equal(&transfer, &model->transfers[at]));
        cr_assert_eq(state, model->states[at]);
        count++;
        open += state == LEDGER_HOLD_OPEN;
    }
    cr_assert_eq(count, model->count);
    cr_assert_eq(ledger_holds(ledger), open);
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

Test(ledger, does_as_a_naive_model_does_and_so_does_its_copy)
{
    struct random random;
    random_init(&random, 7);
    uint64_t seen[LEDGER_FULL + 1] = {0};
    for (int round = 0; round < 10; round++) {
        struct ledger *ledger = fresh(ACCOUNTS, MODEL);
        struct arena copy_arena = {0};
        struct ledger *copy = NULL;
        struct model model = {.count = 0};
        uint64_t next_id = 1;
        if (round % 2 == 1) {
            /* Nearly full from the start. */
            model.accounts[0].credits_posted = BALANCE_MAX - 50000;
            model.accounts[ACCOUNTS - 1].debits_posted = BALANCE_MAX - 50000;
            cr_assert(ledger_restore_account(ledger, 0, &model.accounts[0]));
            cr_assert(ledger_restore_account(ledger, ACCOUNTS - 1, &model.accounts[ACCOUNTS - 1]));
        }
        for (int step = 0; step < 30000; step++) {
            uint64_t holds_in_ten = step % 1000 < 200 ? 10 : 4;
            if (step == 15000)
                copy = copy_of(ledger, &copy_arena);
            struct ledger_transfer transfer = any_transfer(&random, &model, &next_id, holds_in_ten);
            enum ledger_result want = model_apply(&model, &transfer);
            cr_assert_eq(ledger_check(ledger, &transfer), want, "round %d step %d", round, step);
            cr_assert_eq(ledger_apply(ledger, &transfer), want);
            seen[want]++;
            if (copy != NULL)
                cr_assert_eq(ledger_apply(copy, &transfer), want);
            cr_assert_eq(ledger_difference_pence(ledger), 0);
            if (step % 16 == 0)
                check_same(ledger, &model);
        }
        cr_assert_eq(ledger_digest(copy), ledger_digest(ledger));
        free(copy_arena.block);
        if (round < 9)
            done();
    }
    for (int result = LEDGER_OK; result <= LEDGER_FULL; result++)
        cr_assert(seen[result] > 0, "never %s", ledger_result_text((enum ledger_result)result));
}

Test(ledger, refuses_to_restore_what_contradicts_itself)
{
    struct ledger *ledger = fresh(20, 2);
    struct ledger_account account = {.debits_pending = 5};
    struct ledger_account wild = {.debits_posted = BALANCE_MAX + 1};
    struct ledger_transfer open = hold(1, 5);
    struct ledger_transfer more = hold(2, 6);
    struct ledger_transfer move = resolve(3, 0, 1, LEDGER_MOVE);
    cr_assert_not(ledger_restore_account(ledger, 20, &account));
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
