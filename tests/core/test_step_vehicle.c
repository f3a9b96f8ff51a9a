/* What a vehicle says of where it is, and what it is told for it. */
#include <criterion/criterion.h>

#include "core/view.h"
#include "tests/core/service_tell.h"

static int64_t leaves_s(const struct service *s)
{
    return (plan_leaves_ms(&s->core->plans[0], 0) - SERVICE_START_MS) / 1000;
}

/* It was to set off for a rider at 40. At 41 that rider cancels and another books, who is not to be
 * met before 200: by what is known then the vehicle turns at b, and sets off from there at 170. But
 * it is still at a, from where it has to set off at 140, and must hear of that. */
Test(step_vehicle, is_told_again_when_to_set_off_where_it_has_not_set_off_yet)
{
    struct service *s = service_open("a--b--c--d\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const uint64_t first = service_book(s, .from = "c", .to = "d", .from_s = 100);
    service_car(s, 1)->muted = true;
    service_run(s, 10);
    service_tell(s, 1, 'a', false);
    service_run(s, 24);
    service_tell(s, 1, 'a', false);
    service_run(s, 38);
    service_tell(s, 1, 'a', false);
    service_run(s, 41);
    service_cancel(s, first, 1);
    cr_assert_neq(service_book(s, .from = "c", .to = "d", .from_s = 200), 0);
    cr_assert_eq(leaves_s(s), 170);
    const uint32_t told = s->plans_told;
    service_tell(s, 1, 'a', false);
    cr_assert_eq(leaves_s(s), 140);
    cr_assert_eq(s->plans_told, told + 1);
    service_tell(s, 1, 'a', false);
    cr_assert_eq(s->plans_told, told + 1, "once is enough");
    service_free(s);
}

static int64_t asks_since_s(const struct service *s)
{
    struct vehicle_view view;
    view_vehicle(s->core, 0, &view);
    return view.help_since_ms == 0 ? -1 : (view.help_since_ms - SERVICE_START_MS) / 1000;
}

Test(step_vehicle, that_asks_for_help_is_given_no_new_ride_and_is_seen_to_ask)
{
    struct service *s = service_open("a--b--c--d\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_run(s, 10);
    cr_expect_eq(asks_since_s(s), -1);
    uint32_t told = s->vehicles_told;
    service_tell(s, 1, 'a', true);
    cr_expect_eq(s->vehicles_told, told + 1, "who watches the fleet hears of it at once");
    service_run(s, 40);
    service_tell(s, 1, 'a', true);
    cr_expect_eq(asks_since_s(s), 10);
    cr_expect_eq(service_book(s, .from = "b", .to = "d"), 0);
    cr_expect_eq(s->answer.refused.reason, REFUSAL_NO_VEHICLE_IN_TIME);
    told = s->vehicles_told;
    service_tell(s, 1, 'a', false);
    cr_expect_eq(s->vehicles_told, told + 1);
    cr_expect_eq(asks_since_s(s), -1);
    cr_expect_neq(service_book(s, .from = "b", .to = "d"), 0);
    service_free(s);
}

/* It stands at a, 30 s from whom it is to meet by 600 at the latest: at 580 that cannot be kept any
 * more, and another is nearer by then. */
Test(step_vehicle, that_asks_for_help_loses_who_cannot_be_met_in_time)
{
    struct service *s = service_open("a--b--c--d--e\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "b", .to = "d"), 0);
    service_car(s, 1)->muted = true;
    service_vehicle(s, 2, 'b', 4, 0);
    for (int64_t at_s = 10; at_s <= 700; at_s += 10) {
        service_run(s, at_s);
        service_tell(s, 1, 'a', true);
        service_run(s, at_s + 1);
        const uint32_t has = s->core->plans[1].stop_count;
        cr_expect_eq(has > 0, at_s >= 580, "at %ld s the other has %u stops", (long)at_s, has);
        if (has > 0)
            break;
    }
    service_free(s);
}
