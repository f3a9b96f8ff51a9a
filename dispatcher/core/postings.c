/* Every group is written in the order of its reading: what the rider pays first. */
#include "core/postings.h"

#include "base/check.h"

struct writer {
    const struct ride *ride;
    const struct postings_terms *terms;
    struct fact_transfers *group;
    uint64_t refers;
};

/* Where there is something to move. */
static struct ledger_transfer *move(struct writer *writer, uint32_t debit, uint32_t credit,
                                    int64_t pence)
{
    struct fact_transfers *group = writer->group;
    CHECK(pence >= 0 && group->count < LEDGER_GROUP_MAX);
    struct ledger_transfer *transfer = &group->transfers[group->count];
    *transfer = (struct ledger_transfer){
        .id = writer->terms->next_transfer + group->count,
        .ride = writer->ride->id.value,
        .debit = debit,
        .credit = credit,
        .amount_pence = pence,
        .kind = LEDGER_MOVE,
        .policy = writer->terms->policy,
        .refers = writer->refers,
    };
    if (pence > 0) {
        if (group->count > 0) {
            group->transfers[group->count - 1].linked = true;
        }
        group->count++;
    }
    return transfer;
}

/* From `debit` to `credit`, or back where it is below 0. */
static void move_signed(struct writer *writer, uint32_t debit, uint32_t credit, int64_t pence)
{
    if (pence >= 0) {
        (void)move(writer, debit, credit, pence);
    } else {
        (void)move(writer, credit, debit, -pence);
    }
}

static uint32_t income_of(const struct ride *ride)
{
    return ride->bill.fee_pence > 0 ? LEDGER_FEE_INCOME : LEDGER_FARE_INCOME;
}

/* What the scheme's funder pays for a ride that took place. */
static int64_t concession_of(const struct ride *ride)
{
    return ride->state == RIDE_ALIGHTED ? ride->fare.lines.concession_pence : 0;
}

static uint32_t funder_of(const struct ride *ride)
{
    const uint32_t scheme = ride->fare.scheme > 0 ? ride->fare.scheme : 1;
    CHECK(scheme <= LEDGER_SCHEMES_MAX);
    return LEDGER_CONCESSION + scheme - 1;
}

/* VAT due on what is paid for a ride, by whomever, when so much of it was given back. */
static int64_t vat_left(const struct ride *ride, int64_t given_back_pence)
{
    const int64_t gross_pence = postings_paid_pence(ride) + concession_of(ride) - given_back_pence;
    return bill_vat_pence(gross_pence, ride->bill.vat_permille);
}

/* Below 0 where other rides cost less. */
static int64_t vat_adjusted(const struct ride *ride, const struct bill_refund *refund)
{
    const bool more = refund->adjusted_pence >= 0;
    const int64_t vat_pence = bill_vat_pence(
        more ? refund->adjusted_pence : -refund->adjusted_pence, ride->bill.vat_permille);
    return more ? vat_pence : -vat_pence;
}

static void resolve_hold(struct writer *writer)
{
    const struct ride *ride = writer->ride;
    struct ledger_transfer *transfer =
        move(writer, writer->terms->rider_account, LEDGER_FARE_INCOME, ride->charged_pence);
    transfer->kind = ride->charged_pence > 0 ? LEDGER_POST : LEDGER_VOID;
    transfer->pending = ride->hold;
    writer->group->count = 1; /* a void counts too, though it moves nothing */
}

void postings_end(const struct ride *ride, const struct postings_terms *terms,
                  struct fact_transfers *group)
{
    const struct bill *bill = &ride->bill;
    struct writer writer = {.ride = ride, .terms = terms, .group = group};
    group->count = 0;
    if (ride->hold != 0) {
        resolve_hold(&writer);
    }
    (void)move(&writer, terms->rider_account, LEDGER_FEE_INCOME, bill->fee_pence);
    (void)move(&writer, funder_of(ride), LEDGER_FARE_INCOME, concession_of(ride));
    (void)move(&writer, LEDGER_CAP_DISCOUNT, LEDGER_FARE_INCOME, bill->cap_saved_pence);
    (void)move(&writer, income_of(ride), LEDGER_VAT, vat_left(ride, 0));
    (void)move(&writer, LEDGER_COMPENSATION, terms->rider_account, bill->compensation_pence);
}

void postings_refund(const struct ride *ride, const struct postings_terms *terms,
                     struct fact_transfers *group)
{
    const struct bill *bill = &ride->bill;
    CHECK(bill->refund_count > 0);
    const struct bill_refund *refund = &bill->refunds[bill->refund_count - 1];
    const bool all = refund->asked_pence == 0;
    const uint32_t rider = terms->rider_account;
    const uint32_t income = income_of(ride);
    const int64_t before_pence = bill->refunded_pence - refund->refund_pence;
    struct writer writer = {.ride = ride, .terms = terms, .group = group, .refers = bill->transfer};
    group->count = 0;
    (void)move(&writer, income, rider, refund->refund_pence);
    if (all) {
        (void)move(&writer, LEDGER_FARE_INCOME, funder_of(ride), concession_of(ride));
        (void)move(&writer, LEDGER_FARE_INCOME, LEDGER_CAP_DISCOUNT, bill->cap_saved_pence);
    }
    const int64_t vat_pence = all ? 0 : vat_left(ride, bill->refunded_pence);
    (void)move(&writer, LEDGER_VAT, income, vat_left(ride, before_pence) - vat_pence);
    /* Other rides cost more or less, by as much as the caps now save less or more on them. */
    move_signed(&writer, rider, LEDGER_CAP_DISCOUNT, refund->adjusted_pence);
    move_signed(&writer, LEDGER_FARE_INCOME, LEDGER_VAT, vat_adjusted(ride, refund));
}

static const struct postings_terms any_terms = {.next_transfer = 1, .rider_account = LEDGER_RIDERS};

bool postings_has_end(const struct ride *ride)
{
    struct fact_transfers group;
    postings_end(ride, &any_terms, &group);
    return group.count > 0;
}

bool postings_has_refund(const struct ride *ride)
{
    struct fact_transfers group;
    postings_refund(ride, &any_terms, &group);
    return group.count > 0;
}

int64_t postings_paid_pence(const struct ride *ride)
{
    return ride->charged_pence + ride->bill.fee_pence;
}

int64_t postings_left_pence(const struct ride *ride)
{
    return postings_paid_pence(ride) - ride->bill.compensation_pence - ride->bill.refunded_pence;
}

int64_t postings_vat_pence(const struct ride *ride)
{
    const struct bill *bill = &ride->bill;
    int64_t vat_pence = bill->is_out ? 0 : vat_left(ride, bill->refunded_pence);
    for (uint32_t i = 0; i < bill->refund_count; i++) {
        vat_pence += vat_adjusted(ride, &bill->refunds[i]);
    }
    return vat_pence;
}

int64_t postings_counted_pence(const struct ride *ride)
{
    const int64_t due_pence = ride->charged_pence + ride->bill.cap_saved_pence;
    return due_pence < ride->quote_pence ? due_pence : ride->quote_pence;
}
