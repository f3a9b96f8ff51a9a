/* Payments and receipts as facts change them. Receipts lie in a ring: the oldest reference is
 * forgotten when there is no more room, which is some tens of thousands later. */
#include "core/state_payments.h"

#include <string.h>

#include "core/digest.h"

#define RECORD_PAYMENT 70 /* what their hashes begin with */
#define RECORD_RECEIPT 71

/* One for every eighth rider that may be, and some where those are few. */
static uint32_t receipt_max(const struct core_limits *limits)
{
    return limits->riders_max / 8 + 64;
}

size_t state_payments_cost(const struct core_limits *limits)
{
    return arena_cost(receipt_max(limits), sizeof(struct payment_receipt)) +
           map_cost(receipt_max(limits));
}

void state_payments_init(struct state *state, struct arena *arena)
{
    state->receipt_max = receipt_max(&state->limits);
    state->receipts = arena_take(arena, state->receipt_max, sizeof *state->receipts);
    CHECK(state->receipts != NULL);
    map_init(&state->receipts_by_reference, arena, state->receipt_max);
}

/* 128 bits of a reference. Two references of one key are not told apart, so the one that comes
 * later is refused: by chance that never happens, and by intent it harms only who intends it. */
static struct map_key reference_key(const char *reference)
{
    struct map_key key = {.high = 1, .low = 2};
    for (const char *at = reference; *at != '\0'; at++) {
        key.high = digest_add(key.high, (unsigned char)*at);
        key.low = digest_add(key.low, (unsigned char)*at);
    }
    return key;
}

const struct payment_receipt *state_payments_receipt(const struct state *state,
                                                     const char *bank_reference)
{
    uint32_t index;
    return map_get(&state->receipts_by_reference, reference_key(bank_reference), &index)
               ? &state->receipts[index]
               : NULL;
}

static void add_receipt(struct state *state, const struct payment_receipt *receipt)
{
    const uint32_t index = state->receipt_next;
    struct payment_receipt *slot = &state->receipts[index];
    CHECK(index < state->receipt_max && state->receipts != NULL);
    if (state->receipt_count == state->receipt_max)
        map_remove(&state->receipts_by_reference, reference_key(slot->bank_reference));
    else
        state->receipt_count++;
    *slot = *receipt;
    CHECK(map_put(&state->receipts_by_reference, reference_key(slot->bank_reference), index));
    state->receipt_next = (index + 1) % state->receipt_max;
}

static bool amount_fits(const struct fact_payment_due *due)
{
    if (due->kind == PAYMENT_END)
        return due->amount_pence == 0;
    return due->amount_pence >= 1 &&
           due->amount_pence <= (due->kind == PAYMENT_BILL ? PENCE_MAX : PAYMENT_MOST_PENCE);
}

static const char *due_fault(const struct state *state, const struct fact_payment_due *due)
{
    const struct state_rider *rider = state_rider_find(state, due->rider);
    static const struct payment_account none;
    const struct payment_account *account = rider != NULL ? &rider->payment : &none;
    if (due->payment != state->counters.next_payment || due->payment == UINT64_MAX)
        return "the payment's number is not the next";
    if (due->kind < PAYMENT_BILL || due->kind >= PAYMENT_KIND_COUNT)
        return "the payment is of no kind";
    if (!amount_fits(due))
        return "the payment's amount is out of range";
    if (payment_is_open(&account->last))
        return "the rider has a payment under way";
    if ((due->kind == PAYMENT_COLLECT || due->kind == PAYMENT_END) && account->agreement[0] == '\0')
        return "the rider has no agreement to pay under";
    if (due->kind == PAYMENT_REFUND &&
        due->amount_pence > account->paid_pence - account->refunded_pence)
        return "the refund is more than what came in";
    if (rider == NULL && state->rider_count == state->limits.riders_max)
        return "there are more riders than the limit allows";
    return NULL;
}

const char *state_payments_due(struct state *state, const struct fact_payment_due *due)
{
    const char *fault = due_fault(state, due);
    if (fault != NULL)
        return fault;
    struct state_rider *rider = state_rider_find(state, due->rider);
    if (rider == NULL)
        rider = state_rider_add(state, due->rider);
    rider->payment.last = (struct payment){
        .id = due->payment,
        .kind = due->kind,
        .state = PAYMENT_DUE,
        .travel_day = due->travel_day,
        .amount_pence = due->amount_pence,
    };
    if (due->kind != PAYMENT_BILL)
        state->payments_open++;
    state->counters.next_payment++;
    return NULL;
}

/* Money between bank and rider; back again for a refund. */
static struct ledger_transfer transfer_of(const struct state_rider *rider, uint64_t id,
                                          int64_t at_ms, int64_t amount_pence, bool is_refund)
{
    const uint32_t account = LEDGER_RIDERS + rider->number;
    return (struct ledger_transfer){
        .id = id,
        .debit = is_refund ? account : LEDGER_BANK,
        .credit = is_refund ? LEDGER_BANK : account,
        .amount_pence = amount_pence,
        .kind = LEDGER_MOVE,
        .at_ms = at_ms,
    };
}

static const char *transfer_fault(const struct state *state, const struct ledger_transfer *transfer)
{
    if (transfer->id < state->counters.next_transfer || transfer->id == UINT64_MAX)
        return "the transfer's number does not rise";
    const enum ledger_result result = ledger_check(state->ledger, transfer, 1);
    return result == LEDGER_OK ? NULL : ledger_result_text(result);
}

static void apply_transfer(struct state *state, const struct ledger_transfer *transfer)
{
    CHECK(ledger_apply(state->ledger, transfer, 1) == LEDGER_OK);
    state->counters.next_transfer = transfer->id + 1;
    state_settlement_posted(state, transfer, 1);
}

static bool texts_fit(const struct fact_payment_changed *changed, enum payment_kind kind)
{
    return payment_reference_valid(changed->reference, sizeof changed->reference) &&
           payment_reference_valid(changed->agreement, sizeof changed->agreement) &&
           payment_reference_valid(changed->code, sizeof changed->code) &&
           (changed->code[0] == '\0' || changed->state == PAYMENT_FAILED) &&
           (changed->agreement[0] == '\0' || kind == PAYMENT_SET_UP);
}

static const char *changed_fault(const struct state *state, const struct fact *fact)
{
    const struct fact_payment_changed *changed = &fact->payment_changed;
    const struct state_rider *rider = state_rider_find(state, changed->rider);
    if (rider == NULL)
        return "the payment is nobody's";
    const struct payment *last = &rider->payment.last;
    if (last->id != changed->payment || !payment_is_open(last))
        return "the payment is not under way";
    if (!payment_may_move(last->state, changed->state))
        return "the payment's state does not allow it";
    if (!texts_fit(changed, last->kind))
        return "the payment's reference, agreement or code makes no sense";
    if (last->kind == PAYMENT_SET_UP && changed->state == PAYMENT_DONE &&
        changed->agreement[0] == '\0' && last->agreement[0] == '\0')
        return "an agreement is set up that has no reference";
    const bool moves = changed->state == PAYMENT_DONE && payment_moves_money(last->kind);
    if (!moves)
        return changed->transfer == 0 ? NULL
                                      : "a transfer is made for a payment that moves nothing";
    const struct ledger_transfer transfer = transfer_of(
        rider, changed->transfer, fact->at_ms, last->amount_pence, last->kind == PAYMENT_REFUND);
    return transfer_fault(state, &transfer);
}

/* What it means for the rider's account that the last payment is over. */
static void settle(struct payment_account *account, enum payment_state to)
{
    const struct payment *last = &account->last;
    const bool is_done = to == PAYMENT_DONE;
    switch (last->kind) {
    case PAYMENT_COLLECT:
    case PAYMENT_SET_UP:
        if (last->kind == PAYMENT_COLLECT && !is_done && account->failures < UINT32_MAX)
            account->failures++;
        if (!is_done)
            break;
        account->failures = 0;
        if (last->kind == PAYMENT_SET_UP)
            memcpy(account->agreement, last->agreement, sizeof account->agreement);
        memcpy(account->paid, last->reference, sizeof account->paid);
        account->paid_pence = last->amount_pence;
        account->refunded_pence = 0;
        break;
    case PAYMENT_REFUND:
        account->refunded_pence += is_done ? last->amount_pence : 0;
        break;
    case PAYMENT_END: /* even where the provider knows of none: it is not used again */
        memset(account->agreement, 0, sizeof account->agreement);
        break;
    default:
        CHECK(false);
    }
}

const char *state_payments_changed(struct state *state, const struct fact *fact)
{
    const struct fact_payment_changed *changed = &fact->payment_changed;
    const char *fault = changed_fault(state, fact);
    if (fault != NULL)
        return fault;
    struct state_rider *rider = state_rider_find(state, changed->rider);
    struct payment_account *account = &rider->payment;
    struct payment *last = &account->last;
    if (changed->transfer != 0) {
        const struct ledger_transfer transfer =
            transfer_of(rider, changed->transfer, fact->at_ms, last->amount_pence,
                        last->kind == PAYMENT_REFUND);
        apply_transfer(state, &transfer);
    }
    last->state = changed->state;
    memcpy(last->code, changed->code, sizeof last->code);
    if (changed->reference[0] != '\0')
        memcpy(last->reference, changed->reference, sizeof last->reference);
    if (changed->agreement[0] != '\0')
        memcpy(last->agreement, changed->agreement, sizeof last->agreement);
    if (!payment_is_open(last)) {
        settle(account, changed->state);
        state->payments_open--;
    }
    return NULL;
}

static const char *recorded_fault(const struct state *state, const struct fact *fact)
{
    const struct fact_payment_recorded *recorded = &fact->payment_recorded;
    const struct state_rider *rider = state_rider_find(state, recorded->rider);
    if (rider == NULL)
        return "the money is from nobody";
    if (recorded->amount_pence < 1 || recorded->amount_pence > PENCE_MAX)
        return "the money is no amount";
    if (!payment_bank_valid(recorded->bank_reference, sizeof recorded->bank_reference))
        return "the bank's reference makes no sense";
    if (state_payments_receipt(state, recorded->bank_reference) != NULL)
        return "the bank's reference was recorded before";
    const struct ledger_transfer transfer =
        transfer_of(rider, recorded->transfer, fact->at_ms, recorded->amount_pence, false);
    return transfer_fault(state, &transfer);
}

const char *state_payments_recorded(struct state *state, const struct fact *fact)
{
    const struct fact_payment_recorded *recorded = &fact->payment_recorded;
    const char *fault = recorded_fault(state, fact);
    if (fault != NULL)
        return fault;
    const struct state_rider *rider = state_rider_find(state, recorded->rider);
    struct payment_receipt receipt = {
        .rider_number = rider->number,
        .amount_pence = recorded->amount_pence,
    };
    memcpy(receipt.bank_reference, recorded->bank_reference, sizeof receipt.bank_reference);
    const struct ledger_transfer transfer =
        transfer_of(rider, recorded->transfer, fact->at_ms, recorded->amount_pence, false);
    apply_transfer(state, &transfer);
    add_receipt(state, &receipt);
    return NULL;
}

bool state_payments_give(const struct state *state, uint32_t *place, struct fact *fact)
{
    while (*place < state->rider_count) {
        const struct state_rider *rider = &state->riders[(*place)++];
        if (rider->payment.last.id == 0)
            continue;
        fact->kind = FACT_SNAPSHOT_PAYMENT;
        fact->snapshot_payment = (struct fact_snapshot_payment){.rider_number = rider->number,
                                                                .account = rider->payment};
        return true;
    }
    return false;
}

/* The one that is `place` behind the oldest. */
static const struct payment_receipt *receipt_at(const struct state *state, uint32_t place)
{
    const uint32_t oldest =
        (state->receipt_next + state->receipt_max - state->receipt_count) % state->receipt_max;
    return &state->receipts[(oldest + place) % state->receipt_max];
}

bool state_payments_give_receipt(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place >= state->receipt_count)
        return false;
    fact->kind = FACT_SNAPSHOT_RECEIPT;
    fact->snapshot_receipt = *receipt_at(state, (*place)++);
    return true;
}

static bool account_is_sound(const struct payment_account *account)
{
    const struct payment *last = &account->last;
    return last->kind >= PAYMENT_BILL && last->kind < PAYMENT_KIND_COUNT &&
           last->state >= PAYMENT_DUE && last->state < PAYMENT_STATE_COUNT &&
           last->amount_pence >= 0 && last->amount_pence <= PENCE_MAX && account->paid_pence >= 0 &&
           account->paid_pence <= PAYMENT_MOST_PENCE && account->refunded_pence >= 0 &&
           account->refunded_pence <= account->paid_pence;
}

const char *state_payments_take(struct state *state, const struct fact_snapshot_payment *payment)
{
    const struct payment_account *account = &payment->account;
    if (payment->rider_number >= state->rider_count ||
        state->riders[payment->rider_number].payment.last.id != 0)
        return "a payment of the snapshot is nobody's, or there twice";
    if (account->last.id == 0 || account->last.id >= state->counters.next_payment)
        return "a payment of the snapshot has a number still to come";
    if (!account_is_sound(account))
        return "a payment of the snapshot makes no sense";
    state->riders[payment->rider_number].payment = *account;
    state->payments_open += payment_is_open(&account->last);
    return NULL;
}

const char *state_payments_take_receipt(struct state *state, const struct payment_receipt *receipt)
{
    if (state->receipt_count == state->receipt_max)
        return "the snapshot has more receipts than are remembered";
    if (receipt->rider_number >= state->rider_count || receipt->amount_pence < 1 ||
        receipt->amount_pence > PENCE_MAX ||
        !payment_bank_valid(receipt->bank_reference, sizeof receipt->bank_reference))
        return "a receipt of the snapshot makes no sense";
    if (state_payments_receipt(state, receipt->bank_reference) != NULL)
        return "a receipt of the snapshot is there twice";
    add_receipt(state, receipt);
    return NULL;
}

static uint64_t add_text(uint64_t digest, const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        digest = digest_add(digest, (unsigned char)*at);
    return digest_add(digest, 0);
}

static uint64_t account_digest(const struct state_rider *rider)
{
    const struct payment_account *account = &rider->payment;
    const struct payment *last = &account->last;
    uint64_t digest = digest_add(RECORD_PAYMENT, rider->number);
    digest = digest_add(digest, last->id);
    digest = digest_add(digest, (uint64_t)last->kind << 32 | (uint64_t)last->state);
    digest = digest_add_signed(digest, last->travel_day);
    digest = digest_add_signed(digest, last->amount_pence);
    digest = add_text(digest, last->reference);
    digest = add_text(digest, last->agreement);
    digest = add_text(digest, last->code);
    digest = add_text(digest, account->agreement);
    digest = digest_add(digest, account->failures);
    digest = add_text(digest, account->paid);
    digest = digest_add_signed(digest, account->paid_pence);
    return digest_add_signed(digest, account->refunded_pence);
}

/* Nothing where there is none, so that a state of before has the digest it had. */
uint64_t state_payments_digest(const struct state *state)
{
    uint64_t digest = 0;
    for (uint32_t i = 0; i < state->rider_count; i++) {
        if (state->riders[i].payment.last.id != 0)
            digest += account_digest(&state->riders[i]);
    }
    for (uint32_t i = 0; i < state->receipt_count; i++) {
        const struct payment_receipt *receipt = receipt_at(state, i);
        uint64_t one = digest_add(RECORD_RECEIPT, (uint64_t)i << 32 | receipt->rider_number);
        one = digest_add_signed(one, receipt->amount_pence);
        digest += add_text(one, receipt->bank_reference);
    }
    return digest;
}
