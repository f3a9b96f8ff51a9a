/* What an operator says of a rider rules the fare and the caps of what is booked from then on. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/core/service.h"

#define MAP "a--b--c--d--e\n"
#define DAY 20514 /* 2026-03-02, when services begin */

static void say(struct service *s, uint64_t rider, struct rider_class class)
{
    const struct event event = {.kind = EVENT_SET_RIDER_CLASS,
                                .request = {5},
                                .rider_class = {.rider = {0, rider}, .by = {7, 8}, .class = class}};
    service_step(s, &event);
}

/* A class of children with a cap of 90 pence a day, and a pass that makes rides half price. */
static struct service *open_classes(void)
{
    struct service *s = service_open(MAP);
    struct policy *policy = &s->policy;
    policy->class_count = 2;
    snprintf(policy->classes[1], sizeof policy->classes[1], "child");
    policy->caps[1] = policy->caps[0];
    snprintf(policy->caps[1].row.id, sizeof policy->caps[1].row.id, "caps-child");
    policy->caps[1].class = 1;
    policy->caps[1].caps.day_pence = 90;
    policy->caps_count = 2;
    struct policy_concession *pass = &policy->concessions[policy->concession_count++];
    *pass = (struct policy_concession){
        .row = policy->caps[0].row,
        .scheme = 3,
        .rider_permille = 500,
        .hours = {.count = 1,
                  .windows = {{.weekdays = true, .free_days = true, .until_minute = 1440}}}};
    snprintf(pass->row.id, sizeof pass->row.id, "pass");
    snprintf(pass->name, sizeof pass->name, "City pass");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    return s;
}

static int64_t quote(struct service *s, uint64_t rider)
{
    const uint64_t ride = service_book(s, .from = "b", .to = "d", .rider = rider);
    return core_ride(s->core, (struct ride_id){ride})->quote_pence;
}

Test(step_rider, class_and_scheme_rule_what_is_booked_until_their_last_day)
{
    struct service *s = open_classes();
    cr_expect_eq(quote(s, 1), 160);
    say(s, 1, (struct rider_class){.scheme = 3, .scheme_until_day = DAY});
    cr_assert_eq(s->answer.kind, MESSAGE_RIDER_CLASS);
    cr_expect_eq(s->fact_count, 1);
    cr_expect_eq(quote(s, 1), 80);
    say(s, 2, (struct rider_class){.class = 1, .class_until_day = DAY}); /* not seen before */
    cr_expect_eq(quote(s, 2), 90);
    say(s, 3, (struct rider_class){1, 3, DAY - 1, DAY - 1}); /* both over */
    cr_expect_eq(quote(s, 3), 160);
    service_restart(s);
    cr_expect_eq(state_rider_class(state_rider(s->core->state, (struct rider_id){0, 2}), DAY), 1);
    service_free(s);
}

/* The ride keeps what it was priced with, whatever is said of the rider after. */
Test(step_rider, a_receipt_names_the_class_and_the_scheme_that_it_was_priced_with)
{
    struct service *s = open_classes();
    struct event event = {.kind = EVENT_GET_RECEIPT, .request = {6}, .ride.any_rider = true};
    say(s, 1, (struct rider_class){1, 3, DAY, DAY});
    const uint64_t with_pass = service_book(s, .from = "b", .to = "d");
    say(s, 1, (struct rider_class){0});
    const uint64_t without = service_book(s, .from = "b", .to = "d", .rider = 2);
    service_run(s, 1200);
    service_restart(s);
    event.ride.ride.value = with_pass;
    service_step(s, &event);
    cr_assert_eq(s->answer.kind, MESSAGE_RECEIPT);
    cr_expect_eq(s->answer.receipt.fare.class, 1);
    cr_expect_eq(s->answer.receipt.fare.scheme, 3);
    cr_expect_str_eq(s->answer.receipt.class_name, "child");
    cr_expect_str_eq(s->answer.receipt.scheme_name, "City pass");
    cr_expect_str_eq(s->answer.receipt.policy.id, s->policy.row.id);
    event.ride.ride.value = without;
    service_step(s, &event);
    cr_assert_eq(s->answer.kind, MESSAGE_RECEIPT);
    cr_expect_str_eq(s->answer.receipt.class_name, s->policy.classes[0]);
    cr_expect_str_eq(s->answer.receipt.scheme_name, "");
    service_free(s);
}

Test(step_rider, to_say_the_same_twice_changes_nothing_more)
{
    struct service *s = open_classes();
    say(s, 1, (struct rider_class){.class = 1, .class_until_day = DAY});
    say(s, 1, (struct rider_class){.class = 1, .class_until_day = DAY});
    cr_expect_eq(s->fact_count, 0);
    cr_expect_eq(s->answer.rider_class.class.class, 1);
    say(s, 1, (struct rider_class){0});
    cr_expect_eq(s->fact_count, 1);
    service_free(s);
}

Test(step_rider, refuses_what_the_policy_does_not_have_and_more_riders_than_fit)
{
    struct service *s = open_classes();
    say(s, 1, (struct rider_class){.class = 2, .class_until_day = DAY});
    cr_expect(s->answer.kind == MESSAGE_ERROR && s->answer.error == MESSAGE_ERROR_NOT_FOUND);
    say(s, 1, (struct rider_class){.scheme = 4, .scheme_until_day = DAY});
    cr_expect(s->answer.kind == MESSAGE_ERROR && s->answer.error == MESSAGE_ERROR_NOT_FOUND);
    for (uint64_t rider = 1; rider <= 64; rider++) {
        say(s, rider, (struct rider_class){.class = 1, .class_until_day = DAY});
        cr_assert_eq(s->answer.kind, MESSAGE_RIDER_CLASS);
    }
    say(s, 65, (struct rider_class){.class = 1, .class_until_day = DAY});
    cr_expect(s->answer.kind == MESSAGE_ERROR && s->answer.error == MESSAGE_ERROR_BUSY);
    service_free(s);
}
