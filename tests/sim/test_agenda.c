/* The agenda against a list that is searched from end to end. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/random.h"
#include "sim/agenda.h"

#define CARS      7
#define PEOPLE    40
#define PERIOD_MS 50
#define BEGAN_MS  1000
#define STEPS     3000

/* What is due by the plainest means: [kind][number], INT64_MAX never. */
struct plain {
    int64_t at_ms[3][PEOPLE];
};

static struct agenda_item plain_first(const struct plain *plain)
{
    struct agenda_item first = {.at_ms = INT64_MAX};
    for (int kind = AGENDA_CAR; kind <= AGENDA_PERSON; kind++) {
        const uint32_t count = kind == AGENDA_PERSON ? PEOPLE : CARS;
        for (uint32_t i = 0; i < count; i++) {
            if (plain->at_ms[kind][i] < first.at_ms) {
                first = (struct agenda_item){
                    .kind = (enum agenda_kind)kind, .number = i, .at_ms = plain->at_ms[kind][i]};
            }
        }
    }
    return first;
}

static void begin(struct random *random, struct agenda *agenda, struct plain *plain)
{
    int64_t heartbeats_ms[CARS];
    int64_t people_ms[PEOPLE];
    for (uint32_t i = 0; i < CARS; i++) {
        heartbeats_ms[i] = random_between(random, 1, PERIOD_MS);
        plain->at_ms[AGENDA_CAR][i] = INT64_MAX;
        plain->at_ms[AGENDA_HEARTBEAT][i] = BEGAN_MS + heartbeats_ms[i];
    }
    for (uint32_t i = 0; i < PEOPLE; i++) {
        people_ms[i] = BEGAN_MS + random_between(random, 0, 300);
        plain->at_ms[AGENDA_PERSON][i] = people_ms[i];
    }
    agenda_init(agenda, BEGAN_MS, heartbeats_ms, CARS, PERIOD_MS, people_ms, PEOPLE);
}

/* Cars plan anew at any time, also for a moment that others have. */
static void plan_some_car(struct random *random, struct agenda *agenda, struct plain *plain,
                          int64_t now_ms)
{
    const uint32_t car = (uint32_t)random_below(random, CARS);
    const int64_t at_ms =
        random_below(random, 4) == 0 ? INT64_MAX : now_ms + random_between(random, 0, 20);
    plain->at_ms[AGENDA_CAR][car] = at_ms;
    agenda_put_car(agenda, car, at_ms);
}

Test(agenda, gives_what_is_due_in_the_order_of_a_plain_search)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct random random;
        struct agenda agenda;
        struct plain plain;
        random_init(&random, seed);
        begin(&random, &agenda, &plain);
        for (int step = 0; step < STEPS; step++) {
            const struct agenda_item expected = plain_first(&plain);
            struct agenda_item item = {0};
            cr_assert(agenda_peek(&agenda, &item));
            cr_assert(item.kind == expected.kind && item.number == expected.number &&
                          item.at_ms == expected.at_ms,
                      "seed %d, step %d", (int)seed, step);
            if (item.kind == AGENDA_CAR) {
                plain.at_ms[AGENDA_CAR][item.number] = INT64_MAX;
                agenda_put_car(&agenda, item.number, INT64_MAX);
            } else {
                agenda_pop(&agenda, &item);
                plain.at_ms[item.kind][item.number] =
                    item.kind == AGENDA_PERSON ? INT64_MAX : item.at_ms + PERIOD_MS;
            }
            plan_some_car(&random, &agenda, &plain, item.at_ms);
        }
        agenda_free(&agenda);
    }
}

Test(agenda, of_nobody_has_nothing_due)
{
    struct agenda agenda;
    struct agenda_item item;
    agenda_init(&agenda, BEGAN_MS, NULL, 0, PERIOD_MS, NULL, 0);
    cr_expect_not(agenda_peek(&agenda, &item));
    agenda_free(&agenda);
}
