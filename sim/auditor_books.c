#include "sim/auditor_books.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/auditor.h"
#include "sim/grow.h"

/* What a ride came to by the facts, and what was posted for it by the transfers. */
struct auditor_books_ride {
    enum ride_state state;
    enum cancel_by cancelled_by;
    struct rider_id rider;
    int64_t quote_pence;
    int64_t fare_pence;
    int64_t concession_pence;
    int64_t charged_pence; /* -1 not yet */
    int64_t saved_pence;
    int64_t vat_permille;
    int64_t late_pence; /* given back for lateness */
    int64_t fee_pence;
    int64_t refunded_pence;
    int64_t adjusted_pence;
    int64_t fall_pence;
    int32_t travel_day;
    int64_t day_cap_pence; /* by the rider's class when it was charged */
    int64_t week_cap_pence;
    bool is_out; /* refunded as a whole */
    int64_t held_pence;
    int64_t by_rider_pence; /* debits less credits of the rider's account */
    int64_t by_funder_pence;
    int64_t by_caps_pence;
    int64_t by_late_pence;
    int64_t vat_pence; /* credits less debits */
};

struct auditor_books_hold {
    bool is_open;
    uint64_t ride;
    int64_t amount_pence;
};

struct auditor_books_account {
    int64_t pending_pence; /* debits less credits */
    int64_t posted_pence;
    int64_t closed_pence; /* by settlements, into the surplus; not taken off */
};

static struct map_key rider_key(struct rider_id rider)
{
    return (struct map_key){.high = rider.high, .low = rider.low};
}

void auditor_books_init(struct auditor_books *books, const struct scenario *scenario)
{
    const uint32_t count = scenario->class_count + 1;
    const size_t size = map_cost(count);
    struct arena arena;
    *books = (struct auditor_books){
        .classes = grow_new(count, sizeof *books->classes),
        .class_max = count,
        .class_memory = grow_new(size, 1),
    };
    arena_init(&arena, books->class_memory, size);
    map_init(&books->classes_by_rider, &arena, count);
}

void auditor_books_free(struct auditor_books *books)
{
    free(books->classes);
    free(books->class_memory);
    free(books->rides);
    free(books->holds);
    free(books->accounts);
}

static struct auditor_books_ride *find_ride(struct auditor *auditor, uint64_t ride,
                                            const char *what)
{
    struct auditor_books *books = &auditor->books;
    if (ride == 0 || ride > books->ride_count) {
        auditor_fail(auditor, "%s of ride %" PRIu64 ", which was never booked", what, ride);
        return NULL;
    }
    return &books->rides[ride];
}

static void touch(struct auditor *auditor, uint64_t ride)
{
    struct auditor_books *books = &auditor->books;
    for (uint32_t i = 0; i < books->touched_count; i++) {
        if (books->touched[i] == ride) {
            return;
        }
    }
    if (books->touched_count == AUDITOR_BOOKS_TOUCHED_MAX) {
        auditor_fail(auditor, "one step moves the money of too many rides");
        return;
    }
    books->touched[books->touched_count++] = ride;
}

/* ---- What rides come to ---- */

static void take_booked(struct auditor *auditor, const struct fact_booked *booked)
{
    struct auditor_books *books = &auditor->books;
    if (booked->ride.value != books->ride_count + 1) {
        auditor_fail(auditor, "ride %" PRIu64 " is booked after ride %" PRIu64, booked->ride.value,
                     books->ride_count);
        return;
    }
    books->ride_count++;
    books->rides =
        grow(books->rides, &books->ride_capacity, books->ride_count + 1, sizeof *books->rides);
    books->rides[books->ride_count] = (struct auditor_books_ride){
        .state = RIDE_BOOKED,
        .rider = booked->rider,
        .quote_pence = booked->quote_pence,
        .fare_pence = booked->fare_pence,
        .concession_pence = booked->fare.lines.concession_pence,
        .charged_pence = -1,
    };
    if (booked->quote_pence > booked->fare_pence - booked->fare.lines.concession_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " is quoted above its fare", booked->ride.value);
    }
}

static void take_ended(struct auditor *auditor, const struct fact *fact, enum ride_state state)
{
    struct auditor_books_ride *ride = find_ride(auditor, fact->ride.ride.value, "an end");
    if (ride != NULL) {
        ride->state = state;
        ride->cancelled_by = fact->ride.by;
        touch(auditor, fact->ride.ride.value);
    }
}

static int32_t monday_of(int32_t day)
{
    int32_t monday = day;
    while (calendar_travel_week(monday - 1) == calendar_travel_week(day)) {
        monday--;
    }
    return monday;
}

static void take_class(struct auditor *auditor, const struct fact_rider_class *said)
{
    struct auditor_books *books = &auditor->books;
    uint32_t index = 0;
    if (!map_get(&books->classes_by_rider, rider_key(said->rider), &index)) {
        index = books->class_count;
        if (index == books->class_max) {
            auditor_fail(auditor, "more riders have a class than riders.csv says");
            return;
        }
        books->class_count++;
        CHECK(map_put(&books->classes_by_rider, rider_key(said->rider), index));
    }
    books->classes[index] = said->class;
}

/* The caps of that day, for a rider of the class known now. */
static struct caps caps_of(const struct auditor *auditor, struct rider_id rider, int32_t day)
{
    const struct auditor_books *books = &auditor->books;
    uint32_t index = 0;
    uint32_t class = 0;
    if (map_get(&books->classes_by_rider, rider_key(rider), &index) &&
        day <= books->classes[index].class_until_day) {
        class = books->classes[index].class;
    }
    return policy_caps(auditor->scenario->config.policy, day, class)->caps;
}

static void take_charged(struct auditor *auditor, const struct fact_charged *charged)
{
    const uint64_t id = charged->ride.value;
    struct auditor_books_ride *ride = find_ride(auditor, id, "a charge");
    if (ride == NULL) {
        return;
    }
    if (ride->charged_pence >= 0 || ride->state != RIDE_ALIGHTED) {
        auditor_fail(auditor, "ride %" PRIu64 " is charged twice or before its end", id);
    }
    if (charged->charged_pence < 0 || charged->charged_pence > ride->quote_pence ||
        charged->charged_pence + charged->cap_saved_pence + ride->concession_pence !=
            ride->fare_pence ||
        charged->compensation_pence < 0 || charged->compensation_pence > charged->charged_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " is charged %" PRId64 "p on a quote of %" PRId64 "p",
                     id, charged->charged_pence, ride->quote_pence);
    }
    ride->charged_pence = charged->charged_pence;
    ride->saved_pence = charged->cap_saved_pence;
    ride->vat_permille = charged->vat_permille;
    ride->late_pence = charged->compensation_pence;
    ride->travel_day = charged->travel_day;
    ride->day_cap_pence = caps_of(auditor, ride->rider, ride->travel_day).day_pence;
    ride->week_cap_pence = caps_of(auditor, ride->rider, monday_of(ride->travel_day)).week_pence;
    touch(auditor, id);
}

static void take_fee(struct auditor *auditor, const struct fact_fee *fee)
{
    const uint64_t id = fee->ride.value;
    struct auditor_books_ride *ride = find_ride(auditor, id, "a fee");
    if (ride == NULL) {
        return;
    }
    const bool by_rider = ride->state == RIDE_NO_SHOW ||
                          (ride->state == RIDE_CANCELLED && ride->cancelled_by == CANCEL_BY_RIDER);
    if (!by_rider || ride->fee_pence != 0 || fee->fee_pence < 1 ||
        fee->fee_pence > ride->quote_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " costs a fee of %" PRId64 "p that it must not", id,
                     fee->fee_pence);
    }
    ride->fee_pence = fee->fee_pence;
    ride->vat_permille = fee->vat_permille;
    touch(auditor, id);
}

static int64_t paid_pence(const struct auditor_books_ride *ride)
{
    return (ride->charged_pence > 0 ? ride->charged_pence : 0) + ride->fee_pence;
}

static void take_refunded(struct auditor *auditor, const struct fact_refunded *refunded)
{
    const uint64_t id = refunded->ride.value;
    const struct bill_refund *refund = &refunded->refund;
    struct auditor_books_ride *ride = find_ride(auditor, id, "a refund");
    if (ride == NULL) {
        return;
    }
    ride->refunded_pence += refund->refund_pence;
    ride->adjusted_pence += refund->adjusted_pence;
    ride->fall_pence += ride->state == RIDE_ALIGHTED ? refunded->fall_pence : 0;
    if (ride->is_out || ride->refunded_pence > paid_pence(ride) - ride->late_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " is refunded above what was paid", id);
    }
    if (refund->refund_pence < refund->adjusted_pence) {
        auditor_fail(auditor, "a refund of ride %" PRIu64 " raises what its rider pays", id);
    }
    ride->is_out = refund->asked_pence == 0;
    touch(auditor, id);
}

/* ---- What was posted ---- */

static struct auditor_books_account *find_account(struct auditor_books *books, uint32_t number)
{
    const size_t count = (size_t)number + 1;
    if (count > books->account_count) {
        books->accounts =
            grow(books->accounts, &books->account_capacity, count, sizeof *books->accounts);
        memset(&books->accounts[books->account_count], 0,
               (count - books->account_count) * sizeof *books->accounts);
        books->account_count = count;
    }
    return &books->accounts[number];
}

int64_t auditor_books_posted_pence(const struct auditor_books *books, uint32_t account)
{
    return account < books->account_count
               ? books->accounts[account].posted_pence + books->accounts[account].closed_pence
               : 0;
}

/* `pence` more debits than credits in one account for a ride. */
static void lay_beside(struct auditor_books_ride *ride, uint32_t account, int64_t pence)
{
    if (account >= LEDGER_RIDERS) {
        ride->by_rider_pence += pence;
    } else if (account >= LEDGER_CONCESSION && account < LEDGER_CONCESSION + LEDGER_SCHEMES_MAX) {
        ride->by_funder_pence += pence;
    } else if (account == LEDGER_CAP_DISCOUNT) {
        ride->by_caps_pence += pence;
    } else if (account == LEDGER_COMPENSATION) {
        ride->by_late_pence += pence;
    } else if (account == LEDGER_VAT) {
        ride->vat_pence -= pence;
    }
}

static void post(struct auditor *auditor, const struct ledger_transfer *transfer,
                 struct auditor_books_ride *ride, int64_t pending, int64_t posted)
{
    struct auditor_books *books = &auditor->books;
    find_account(books, transfer->debit)->pending_pence += pending;
    find_account(books, transfer->debit)->posted_pence += posted;
    find_account(books, transfer->credit)->pending_pence -= pending;
    find_account(books, transfer->credit)->posted_pence -= posted;
    if (ride != NULL) {
        lay_beside(ride, transfer->debit, posted);
        lay_beside(ride, transfer->credit, -posted);
    }
}

static void resolve_hold(struct auditor *auditor, const struct ledger_transfer *transfer,
                         struct auditor_books_ride *ride)
{
    struct auditor_books_hold *hold = transfer->pending > 0 && transfer->pending < transfer->id
                                          ? &auditor->books.holds[transfer->pending]
                                          : NULL;
    if (hold == NULL || !hold->is_open || hold->ride != transfer->ride ||
        transfer->amount_pence > hold->amount_pence) {
        auditor_fail(auditor, "transfer %" PRIu64 " resolves no open hold of its ride",
                     transfer->id);
        return;
    }
    hold->is_open = false;
    if (ride != NULL) {
        ride->held_pence -= hold->amount_pence;
    }
    post(auditor, transfer, ride, -hold->amount_pence,
         transfer->kind == LEDGER_POST ? transfer->amount_pence : 0);
}

static void take_hold(struct auditor *auditor, const struct ledger_transfer *transfer,
                      struct auditor_books_ride *ride)
{
    if (ride != NULL) {
        if (transfer->amount_pence != ride->quote_pence || ride->held_pence != 0) {
            auditor_fail(auditor, "ride %" PRIu64 " has another hold than its quote",
                         transfer->ride);
        }
        ride->held_pence += transfer->amount_pence;
    }
    auditor->books.holds[transfer->id] = (struct auditor_books_hold){
        .is_open = true, .ride = transfer->ride, .amount_pence = transfer->amount_pence};
    post(auditor, transfer, ride, transfer->amount_pence, 0);
}

/* A settlement closes an account of income or cost: what it came to is still to be reported. */
static void note_closing(struct auditor_books *books, const struct ledger_transfer *transfer)
{
    if (transfer->credit == LEDGER_SURPLUS) {
        find_account(books, transfer->debit)->closed_pence -= transfer->amount_pence;
    } else if (transfer->debit == LEDGER_SURPLUS) {
        find_account(books, transfer->credit)->closed_pence += transfer->amount_pence;
    }
}

static void take_transfer(struct auditor *auditor, const struct ledger_transfer *transfer)
{
    struct auditor_books *books = &auditor->books;
    struct auditor_books_ride *ride =
        transfer->ride == 0 ? NULL : find_ride(auditor, transfer->ride, "a transfer");
    if (transfer->id != books->transfer_count + 1 || (ride == NULL && transfer->ride != 0) ||
        transfer->debit == transfer->credit || transfer->amount_pence < 0) {
        auditor_fail(auditor, "transfer %" PRIu64 " is out of order", transfer->id);
        return;
    }
    books->transfer_count++;
    books->holds =
        grow(books->holds, &books->hold_capacity, books->transfer_count + 1, sizeof *books->holds);
    books->holds[transfer->id] = (struct auditor_books_hold){0};
    if (ride != NULL) {
        touch(auditor, transfer->ride);
    }
    switch (transfer->kind) {
    case LEDGER_HOLD:
        take_hold(auditor, transfer, ride);
        return;
    case LEDGER_POST:
    case LEDGER_VOID:
    case LEDGER_EXPIRE:
        resolve_hold(auditor, transfer, ride);
        return;
    case LEDGER_MOVE:
        post(auditor, transfer, ride, 0, transfer->amount_pence);
        note_closing(books, transfer);
        return;
    }
}

void auditor_books_fact(struct auditor *auditor, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_RIDE_BOOKED:
        take_booked(auditor, &fact->booked);
        return;
    case FACT_RIDE_ALIGHTED:
        take_ended(auditor, fact, RIDE_ALIGHTED);
        return;
    case FACT_RIDE_CANCELLED:
        take_ended(auditor, fact, RIDE_CANCELLED);
        return;
    case FACT_RIDE_NO_SHOW:
        take_ended(auditor, fact, RIDE_NO_SHOW);
        return;
    case FACT_RIDER_CLASS:
        take_class(auditor, &fact->rider_class);
        return;
    case FACT_RIDE_CHARGED:
        take_charged(auditor, &fact->charged);
        return;
    case FACT_RIDE_FEE:
        take_fee(auditor, &fact->fee);
        return;
    case FACT_RIDE_REFUNDED:
        take_refunded(auditor, &fact->refunded);
        return;
    case FACT_SETTLEMENT_APPROVED:
        for (uint32_t i = 0; i < fact->approved.count; i++) {
            take_transfer(auditor, &fact->approved.transfers[i]);
        }
        return;
    case FACT_TRANSFER:
        take_transfer(auditor, &fact->transfer);
        return;
    case FACT_TRANSFERS:
        for (uint32_t i = 0; i < fact->transfers.count; i++) {
            take_transfer(auditor, &fact->transfers.transfers[i]);
        }
        return;
    default:
        return;
    }
}

/* ---- One beside the other ---- */

/* The net amount that, with VAT at the rate, is nearest to the gross; half a penny goes to VAT. */
static int64_t vat_within(int64_t gross_pence, int64_t vat_permille)
{
    const int64_t parts = gross_pence * vat_permille;
    const int64_t whole = 1000 + vat_permille;
    return parts / whole + (2 * (parts % whole) >= whole ? 1 : 0);
}

static void check_ride(struct auditor *auditor, uint64_t id)
{
    const struct auditor_books_ride *ride = &auditor->books.rides[id];
    const bool ridden = ride->state == RIDE_ALIGHTED;
    if (ride->state == RIDE_BOOKED) {
        return;
    }
    if (ride->held_pence != 0) {
        auditor_fail(auditor, "ride %" PRIu64 " has ended and money is still held", id);
    }
    if (ridden != (ride->charged_pence >= 0)) {
        auditor_fail(auditor, "ride %" PRIu64 " is not charged as it should be", id);
    }
    const int64_t concession_pence = ridden && !ride->is_out ? ride->concession_pence : 0;
    const int64_t saved_pence = ride->is_out ? 0 : ride->saved_pence;
    const int64_t left_pence = ride->is_out ? 0 : paid_pence(ride) - ride->refunded_pence;
    const int64_t adjusted_pence = ride->adjusted_pence;
    const int64_t adjusted_vat_pence = adjusted_pence >= 0
                                           ? vat_within(adjusted_pence, ride->vat_permille)
                                           : -vat_within(-adjusted_pence, ride->vat_permille);
    if (ride->by_rider_pence !=
            paid_pence(ride) - ride->late_pence - ride->refunded_pence + adjusted_pence ||
        ride->by_funder_pence != concession_pence ||
        ride->by_caps_pence != saved_pence - adjusted_pence ||
        ride->by_late_pence != ride->late_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " is not posted for what it came to", id);
    }
    if (ride->vat_pence !=
        vat_within(left_pence + concession_pence, ride->vat_permille) + adjusted_vat_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " has %" PRId64 "p of VAT posted", id,
                     ride->vat_pence);
    }
}

void auditor_books_step(struct auditor *auditor)
{
    for (uint32_t i = 0; i < auditor->books.touched_count; i++) {
        check_ride(auditor, auditor->books.touched[i]);
    }
    auditor->books.touched_count = 0;
}

static int compare_riders(const void *left, const void *right)
{
    const struct auditor_books_ride *a = left;
    const struct auditor_books_ride *b = right;
    if (a->rider.high != b->rider.high) {
        return a->rider.high < b->rider.high ? -1 : 1;
    }
    if (a->rider.low != b->rider.low) {
        return a->rider.low < b->rider.low ? -1 : 1;
    }
    return (a->travel_day > b->travel_day) - (a->travel_day < b->travel_day);
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What one rider pays on a day and in a week, and the caps that counted there; where the class
 * changed meanwhile, the higher. */
struct spent {
    int64_t day_pence;
    int64_t week_pence;
    int64_t fall_pence; /* the week's total fell by so much: a day may have been filled again */
    int64_t day_cap_pence;
    int64_t week_cap_pence;
};

/* Sums of each rider's charges by travel day and week, less what their total fell by; the rides are
 * sorted for it. */
static void check_caps(struct auditor *auditor)
{
    struct auditor_books *books = &auditor->books;
    struct spent spent = {0};
    if (books->ride_count == 0) {
        return;
    }
    qsort(books->rides + 1, books->ride_count, sizeof *books->rides, compare_riders);
    struct auditor_books_ride *const rides = books->rides;
    CHECK(rides != NULL);
    for (uint64_t i = 1; i <= books->ride_count; i++) {
        const struct auditor_books_ride *ride = &rides[i];
        const struct auditor_books_ride *next = i < books->ride_count ? &rides[i + 1] : NULL;
        const bool more = next != NULL && rider_id_equal(ride->rider, next->rider);
        const bool more_week = more && calendar_travel_week(ride->travel_day) ==
                                           calendar_travel_week(next->travel_day);
        if (ride->charged_pence >= 0) {
            spent.day_pence += ride->charged_pence;
            spent.week_pence += ride->charged_pence;
            spent.day_cap_pence = most(spent.day_cap_pence, ride->day_cap_pence);
            spent.week_cap_pence = most(spent.week_cap_pence, ride->week_cap_pence);
        }
        spent.fall_pence += ride->fall_pence;
        if ((spent.fall_pence == 0 && spent.day_pence > spent.day_cap_pence) ||
            (!more_week && spent.week_pence - spent.fall_pence > spent.week_cap_pence)) {
            auditor_fail(auditor, "a rider pays more than the cap of a day or a week");
        }
        if (!more || ride->travel_day != next->travel_day) {
            spent.day_pence = 0;
            spent.day_cap_pence = 0;
        }
        if (!more_week) {
            spent = (struct spent){0};
        }
    }
}

void auditor_books_finish(struct auditor *auditor, int64_t ledger_difference_pence)
{
    struct auditor_books *books = &auditor->books;
    int64_t pending_pence = 0;
    int64_t posted_pence = 0;
    auditor_books_step(auditor);
    for (uint64_t i = 1; i <= books->ride_count; i++) {
        check_ride(auditor, i);
    }
    for (size_t i = 0; i < books->account_count; i++) {
        pending_pence += books->accounts[i].pending_pence;
        posted_pence += books->accounts[i].posted_pence;
    }
    if (pending_pence != 0 || posted_pence != 0 || ledger_difference_pence != 0) {
        auditor_fail(auditor, "the books do not balance");
    }
    check_caps(auditor);
}
