/* Sums over the transfers of the ledger. What kind of ride a transfer is for is remembered by the
 * ride's number, one byte each, since a refund may come long after the ride. */
#include "app/books.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST UINT64_C(65536)

/* The byte of a ride: its type, and its concession scheme above it. */
#define TYPE_BITS   4
#define TYPE_MASK   ((1u << TYPE_BITS) - 1)
#define RIDE_IS_SET 0x08u
_Static_assert(BOOKS_TYPES <= RIDE_IS_SET, "a type fits below the mark");
_Static_assert(LEDGER_SCHEMES_MAX < 16, "a scheme fits above it");

void books_init(struct books *books, const struct calendar *calendar, int32_t first_day,
                int32_t end_day)
{
    CHECK(first_day < end_day);
    CHECK(end_day - first_day <= BOOKS_DAYS_MAX);
    memset(books, 0, sizeof *books);
    books->calendar = calendar;
    books->first_day = first_day;
    books->end_day = end_day;
}

void books_done(struct books *books)
{
    free(books->rides);
    books->rides = NULL;
}

/* False when there is no memory. */
static bool remember(struct books *books, uint64_t ride, uint8_t byte)
{
    uint64_t room = books->ride_room == 0 ? ROOM_FIRST : books->ride_room;
    while (room <= ride) {
        room *= 2;
    }
    if (room != books->ride_room) {
        uint8_t *rides = realloc(books->rides, room);
        if (rides == NULL)
            return false;
        memset(rides + books->ride_room, 0, room - books->ride_room);
        books->rides = rides;
        books->ride_room = room;
    }
    books->rides[ride] = byte;
    return true;
}

static uint8_t ride_byte(const struct books *books, uint64_t ride)
{
    return ride < books->ride_room ? books->rides[ride] : 0;
}

static enum books_type ride_type(const struct books *books, uint64_t ride)
{
    const uint8_t byte = ride_byte(books, ride);
    return byte == 0 ? BOOKS_NO_RIDE : (enum books_type)(byte & TYPE_MASK & ~RIDE_IS_SET);
}

static bool take_booked(struct books *books, const struct fact_booked *booked)
{
    const unsigned type = (booked->fare.kind == POLICY_LARGE ? BOOKS_LARGE_SHARED : 0u) +
                          (booked->trip.shared ? 0u : 1u);
    const unsigned scheme = booked->fare.lines.concession_pence > 0 ? booked->fare.scheme : 0;
    return remember(books, booked->ride.value, (uint8_t)(scheme << TYPE_BITS | RIDE_IS_SET | type));
}

/* What is paid for it from now on is a fee. */
static bool take_not_taken(struct books *books, struct ride_id ride, enum books_type type)
{
    return remember(books, ride.value, (uint8_t)(RIDE_IS_SET | (unsigned)type));
}

static uint32_t account_index(uint32_t account)
{
    return account < LEDGER_RIDERS ? account : BOOKS_RIDERS;
}

static bool is_concession(uint32_t account)
{
    return account >= LEDGER_CONCESSION && account < LEDGER_CONCESSION + LEDGER_SCHEMES_MAX;
}

/* Income that is moved to the period's result is no other income, nor are costs less for it. */
static bool is_closing(uint32_t account)
{
    return account == LEDGER_SURPLUS || account == LEDGER_LOSS;
}

/* `pence` came into income, or went out of it below 0, from account `from`. */
static void take_income(struct books *books, uint64_t ride, uint32_t from, int64_t pence)
{
    struct books_income *income = &books->income[ride_type(books, ride)];
    if (is_closing(from))
        return;
    if (from >= LEDGER_RIDERS)
        income->riders_pence += pence;
    else if (is_concession(from))
        income->concession_pence += pence;
    else if (from == LEDGER_CAP_DISCOUNT)
        income->cap_discount_pence += pence;
    else if (from == LEDGER_VAT)
        income->vat_pence += pence;
    else
        income->other_pence += pence;
    if (is_concession(from))
        books->schemes[from - LEDGER_CONCESSION].pence += pence;
}

/* The area's sums, put in by number; NULL when there is no room. */
static struct books_area *find_area(struct books *books, uint32_t number)
{
    uint32_t at = 0;
    while (at < books->area_count && books->areas[at].area < number) {
        at++;
    }
    if (at < books->area_count && books->areas[at].area == number)
        return &books->areas[at];
    if (books->area_count == BOOKS_AREAS_MAX)
        return NULL;
    memmove(&books->areas[at + 1], &books->areas[at],
            (books->area_count - at) * sizeof books->areas[0]);
    books->area_count++;
    books->areas[at] = (struct books_area){.area = number};
    return &books->areas[at];
}

static bool is_cost(uint32_t account)
{
    return account >= LEDGER_ENERGY && account <= LEDGER_OTHER_COST;
}

/* Spent on the cost account, or taken back below 0. */
static bool take_cost(struct books *books, const struct ledger_transfer *transfer, uint32_t account,
                      int32_t day, int64_t pence)
{
    struct books_area *area = find_area(books, transfer->area);
    if (area != NULL)
        area->pence[day - books->first_day][account - LEDGER_ENERGY] += pence;
    return area != NULL;
}

static bool is_income(uint32_t account)
{
    return account == LEDGER_FARE_INCOME || account == LEDGER_FEE_INCOME;
}

/* False when there are more areas than are kept. */
static bool take_transfer(struct books *books, const struct ledger_transfer *transfer, int32_t day)
{
    struct books_account *debit = &books->accounts[account_index(transfer->debit)];
    struct books_account *credit = &books->accounts[account_index(transfer->credit)];
    const int64_t pence = transfer->amount_pence;
    bool taken = true;
    if (transfer->kind != LEDGER_MOVE && transfer->kind != LEDGER_POST)
        return true;
    if (day < books->first_day) {
        debit->opening_pence += pence;
        credit->opening_pence -= pence;
        return true;
    }
    debit->debits_pence += pence;
    credit->credits_pence += pence;
    if (is_income(transfer->credit))
        take_income(books, transfer->ride, transfer->debit, pence);
    if (is_income(transfer->debit))
        take_income(books, transfer->ride, transfer->credit, -pence);
    if (is_cost(transfer->debit) && !is_closing(transfer->credit))
        taken = take_cost(books, transfer, transfer->debit, day, pence);
    if (is_cost(transfer->credit) && !is_closing(transfer->debit))
        taken = taken && take_cost(books, transfer, transfer->credit, day, -pence);
    return taken;
}

static void count_ride(struct books *books, uint64_t ride, int32_t day)
{
    const unsigned scheme = ride_byte(books, ride) >> TYPE_BITS;
    if (day < books->first_day)
        return;
    books->income[ride_type(books, ride)].rides++;
    if (scheme > 0 && scheme <= LEDGER_SCHEMES_MAX)
        books->schemes[scheme - 1].rides++;
}

static bool take_group(struct books *books, const struct ledger_transfer *transfers, uint32_t count,
                       int32_t day)
{
    bool taken = true;
    for (uint32_t i = 0; i < count; i++) {
        taken = take_transfer(books, &transfers[i], day) && taken;
    }
    return taken;
}

const char *books_take(struct books *books, const struct fact *fact)
{
    static const char NO_MEMORY[] = "out of memory";
    static const char TOO_MANY[] = "the month has suppliers in more areas than are kept";
    const int32_t day = calendar_civil(books->calendar, fact->at_ms).day;
    if (day >= books->end_day)
        return NULL;
    switch (fact->kind) {
    case FACT_RIDE_BOOKED:
        return take_booked(books, &fact->booked) ? NULL : NO_MEMORY;
    case FACT_RIDE_CANCELLED:
        return take_not_taken(books, fact->ride.ride, BOOKS_CANCELLED) ? NULL : NO_MEMORY;
    case FACT_RIDE_NO_SHOW:
        return take_not_taken(books, fact->ride.ride, BOOKS_NO_SHOW) ? NULL : NO_MEMORY;
    case FACT_RIDE_CHARGED:
        count_ride(books, fact->charged.ride.value, day);
        return NULL;
    case FACT_RIDE_FEE:
        count_ride(books, fact->fee.ride.value, day);
        return NULL;
    case FACT_TRANSFER:
        return take_transfer(books, &fact->transfer, day) ? NULL : TOO_MANY;
    case FACT_TRANSFERS:
        return take_group(books, fact->transfers.transfers, fact->transfers.count, day) ? NULL
                                                                                        : TOO_MANY;
    case FACT_SETTLEMENT_APPROVED:
        return take_group(books, fact->approved.transfers, fact->approved.count, day) ? NULL
                                                                                      : TOO_MANY;
    default:
        return NULL;
    }
}

int64_t books_closing_pence(const struct books_account *account)
{
    return account->opening_pence + account->debits_pence - account->credits_pence;
}

int64_t books_net_pence(const struct books_income *income)
{
    return income->riders_pence + income->concession_pence + income->cap_discount_pence +
           income->vat_pence + income->other_pence;
}

void books_add(struct books_income *sum, const struct books_income *income)
{
    sum->rides += income->rides;
    sum->riders_pence += income->riders_pence;
    sum->concession_pence += income->concession_pence;
    sum->cap_discount_pence += income->cap_discount_pence;
    sum->vat_pence += income->vat_pence;
    sum->other_pence += income->other_pence;
}

int64_t books_area_pence(const struct books_area *area)
{
    int64_t pence = 0;
    for (uint32_t day = 0; day < BOOKS_DAYS_MAX; day++) {
        for (uint32_t category = 0; category < BOOKS_CATEGORIES; category++) {
            pence += area->pence[day][category];
        }
    }
    return pence;
}

int64_t books_category_pence(const struct books *books, uint32_t category)
{
    int64_t pence = 0;
    CHECK(category < BOOKS_CATEGORIES);
    for (uint32_t i = 0; i < books->area_count; i++) {
        for (uint32_t day = 0; day < BOOKS_DAYS_MAX; day++) {
            pence += books->areas[i].pence[day][category];
        }
    }
    return pence;
}

int64_t books_spend_pence(const struct books *books)
{
    int64_t pence = 0;
    for (uint32_t i = 0; i < books->area_count; i++) {
        pence += books_area_pence(&books->areas[i]);
    }
    return pence;
}

uint64_t books_rides(const struct books *books)
{
    uint64_t rides = 0;
    for (uint32_t type = 0; type < BOOKS_FARES; type++) {
        rides += books->income[type].rides;
    }
    return rides;
}

/* The row with the fewest rides, of those with any that are not withheld; or `count`. */
static uint32_t least_shown(const uint64_t *rides, uint32_t count, const bool *withheld)
{
    uint32_t least = count;
    for (uint32_t i = 0; i < count; i++) {
        if (!withheld[i] && rides[i] > 0 && (least == count || rides[i] < rides[least]))
            least = i;
    }
    return least;
}

void books_withhold(const uint64_t *rides, uint32_t count, bool *withheld)
{
    uint32_t rows = 0;
    uint64_t hidden = 0;
    for (uint32_t i = 0; i < count; i++) {
        withheld[i] = rides[i] > 0 && rides[i] < BOOKS_LEAST;
        rows += withheld[i] ? 1 : 0;
        hidden += withheld[i] ? rides[i] : 0;
    }
    while (rows > 0 && (rows < 2 || hidden < BOOKS_LEAST)) {
        const uint32_t least = least_shown(rides, count, withheld);
        if (least == count)
            break;
        withheld[least] = true;
        rows++;
        hidden += rides[least];
    }
}

uint64_t books_weight(const struct books_income *income)
{
    const bool is_empty = income->riders_pence == 0 && income->concession_pence == 0 &&
                          income->cap_discount_pence == 0 && income->vat_pence == 0 &&
                          income->other_pence == 0;
    return income->rides == 0 && !is_empty ? 1 : income->rides;
}

const char *books_type_text(enum books_type type)
{
    static const char *const TEXTS[BOOKS_TYPES] = {
        [BOOKS_SMALL_SHARED] = "small_shared", [BOOKS_SMALL_PRIVATE] = "small_private",
        [BOOKS_LARGE_SHARED] = "large_shared", [BOOKS_LARGE_PRIVATE] = "large_private",
        [BOOKS_CANCELLED] = "cancelled",       [BOOKS_NO_SHOW] = "no_show",
        [BOOKS_NO_RIDE] = "no_ride",
    };
    CHECK(type < BOOKS_TYPES);
    return TEXTS[type];
}
