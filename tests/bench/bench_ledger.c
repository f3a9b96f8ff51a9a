/* Transfers that one core posts to the ledger in a second of processor time, as rides make them.
 * Each ride holds its quote; some thousand rides later the fare, what a cap saved and the VAT are
 * posted, linked.
 *
 *   bench_ledger [RIDES [RIDERS [REMEMBERED]]] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/random.h"
#include "core/ledger.h"

#define UNDER_WAY        4096 /* rides between their booking and their end */
#define TRANSFERS_A_RIDE 4

static int64_t now_ns(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint32_t rider_of(uint64_t ride, uint32_t riders)
{
    uint64_t mixed = ride * UINT64_C(0x9e3779b97f4a7c15);
    return LEDGER_RIDERS + (uint32_t)((mixed >> 32) % riders);
}

static void book(struct ledger *ledger, uint64_t ride, uint32_t riders)
{
    const struct ledger_transfer hold = {
        .id = TRANSFERS_A_RIDE * ride,
        .ride = ride,
        .debit = rider_of(ride, riders),
        .credit = LEDGER_FARE_INCOME,
        .amount_pence = 300,
        .kind = LEDGER_HOLD,
        .policy = 1,
    };
    CHECK(ledger_apply(ledger, &hold, 1) == LEDGER_OK);
}

static void end(struct ledger *ledger, uint64_t ride, uint32_t riders)
{
    const uint64_t id = TRANSFERS_A_RIDE * ride;
    const struct ledger_transfer group[] = {
        {.id = id + 1,
         .pending = id,
         .ride = ride,
         .debit = rider_of(ride, riders),
         .credit = LEDGER_FARE_INCOME,
         .amount_pence = 240,
         .kind = LEDGER_POST,
         .policy = 1,
         .linked = true},
        {.id = id + 2,
         .ride = ride,
         .debit = LEDGER_CAP_DISCOUNT,
         .credit = LEDGER_FARE_INCOME,
         .amount_pence = 60,
         .kind = LEDGER_MOVE,
         .policy = 1,
         .linked = true},
        {.id = id + 3,
         .ride = ride,
         .debit = LEDGER_FARE_INCOME,
         .credit = LEDGER_VAT,
         .amount_pence = 40,
         .kind = LEDGER_MOVE,
         .policy = 1},
    };
    CHECK(ledger_apply(ledger, group, 3) == LEDGER_OK);
}

static uint32_t number(int count, char **arguments, int at, uint32_t otherwise)
{
    if (at >= count)
        return otherwise;
    const unsigned long value = strtoul(arguments[at], NULL, 10);
    if (value < UNDER_WAY || value > UINT32_C(1) << 28) {
        fprintf(stderr, "usage: bench_ledger [RIDES [RIDERS [REMEMBERED]]], each %d or more\n",
                UNDER_WAY);
        exit(2);
    }
    return (uint32_t)value;
}

int main(int count, char **arguments)
{
    const uint32_t rides = number(count, arguments, 1, 2000000);
    const uint32_t riders = number(count, arguments, 2, 100000);
    const uint32_t remembered = number(count, arguments, 3, 1000000);
    const size_t size = ledger_cost(LEDGER_RIDERS + riders, remembered);
    struct arena arena;
    arena_init(&arena, calloc(1, size), size);
    struct ledger *ledger = ledger_init(&arena, LEDGER_RIDERS + riders, remembered);
    const int64_t from_ns = now_ns();
    for (uint64_t ride = 1; ride <= rides + UNDER_WAY; ride++) {
        if (ride <= rides)
            book(ledger, ride, riders);
        if (ride > UNDER_WAY)
            end(ledger, ride - UNDER_WAY, riders);
    }
    const int64_t taken_ns = now_ns() - from_ns;
    CHECK(ledger_holds(ledger) == 0);
    CHECK(ledger_difference_pence(ledger) == 0);
    const uint64_t transfers = (uint64_t)rides * TRANSFERS_A_RIDE;
    printf("%" PRIu64 " transfers in %.3f s: %.2f million a second, %" PRId64 " ns each\n",
           transfers, (double)taken_ns / 1e9, (double)transfers * 1e3 / (double)taken_ns,
           taken_ns / (int64_t)transfers);
    printf("%" PRIu32 " accounts, %" PRIu32 " transfers remembered, %.1f MiB for life\n",
           LEDGER_RIDERS + riders, remembered, (double)size / (1 << 20));
    free(arena.block);
    return 0;
}
