/* Sentences about caps. That fares, policies and classes come back as they were is for
 * test_codec_fact.c. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "commonwheel/v1/operator.pb-c.h"
#include "wire/codec_policy.h"

Test(codec_policy, says_what_a_cap_does_to_a_quote)
{
    static const struct {
        int64_t quote, saved;
        enum quote_cap cap;
        const char *text;
    } rows[] = {
        {85, 155, QUOTE_CAP_DAY, "0.85 of 2.40: you reach today's cap"},
        {5, 295, QUOTE_CAP_WEEK, "0.05 of 3.00: you reach this week's cap"},
        {0, 100, QUOTE_CAP_DAY, "0.00 of 1.00: you have reached today's cap"},
        {123456, 1, QUOTE_CAP_DAY, "1234.56 of 1234.57: you reach today's cap"},
        {240, 0, QUOTE_CAP_NONE, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct message_quote quote = {.fare_pence = 99999,
                                            .quote_pence = rows[i].quote,
                                            .cap_saved_pence = rows[i].saved,
                                            .cap = rows[i].cap};
        char text[CODEC_WORDS_MAX];
        codec_policy_cap_text(&quote, text);
        cr_expect_str_eq(text, rows[i].text, "row %zu: %s", i, text);
    }
}

Test(codec_policy, longest_amounts_fit_the_sentence)
{
    const struct message_quote quote = {
        .quote_pence = PENCE_MAX, .cap_saved_pence = PENCE_MAX, .cap = QUOTE_CAP_WEEK};
    char text[CODEC_WORDS_MAX];
    codec_policy_cap_text(&quote, text);
    cr_expect_str_eq(text, "2814749767106.56 of 5629499534213.12: you reach this week's cap");
}

#define RIDER "0123456789abcdef00000000000000ff"

static const char *set_class(const char *rider, uint32_t class, uint32_t scheme,
                             struct event *event)
{
    const char *path = "/commonwheel.v1.OperatorService/SetRiderClass";
    const struct codec_call *call = codec_call_find(path, strlen(path));
    const struct codec_caller caller = {.rider = {7, 8}};
    Commonwheel__V1__SetRiderClassRequest wire = COMMONWHEEL__V1__SET_RIDER_CLASS_REQUEST__INIT;
    uint8_t bytes[256];
    char text[64];
    snprintf(text, sizeof text, "%s", rider);
    wire.rider = text;
    wire.class_ = class;
    wire.scheme = scheme;
    wire.class_until_day = -5;
    wire.scheme_until_day = 20908;
    return call->decode(bytes, commonwheel__v1__set_rider_class_request__pack(&wire, bytes),
                        &caller, event);
}

Test(codec_policy, reads_what_an_operator_says_of_a_rider_and_answers_in_the_same_words)
{
    struct event event;
    struct message message = {.kind = MESSAGE_RIDER_CLASS};
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    cr_assert_null(set_class(RIDER, 7, 8, &event));
    const struct event_rider_class *said = &event.rider_class;
    cr_expect_eq(event.kind, EVENT_SET_RIDER_CLASS);
    cr_expect(said->rider.high == UINT64_C(0x0123456789abcdef) && said->rider.low == 0xff);
    cr_expect(said->by.high == 7 && said->by.low == 8);
    cr_expect(said->class.class == 7 && said->class.scheme == 8);
    message.rider_class = (struct rider_class_view){said->rider, said->class};
    cr_assert_eq(codec_policy_class_set(&message, bytes, &size), CODEC_REPLY_LAST);
    Commonwheel__V1__SetRiderClassResponse *answer =
        commonwheel__v1__set_rider_class_response__unpack(NULL, size, bytes);
    cr_assert_not_null(answer);
    cr_expect_str_eq(answer->rider, RIDER);
    cr_expect(answer->class_ == 7 && answer->scheme == 8);
    cr_expect(answer->class_until_day == -5 && answer->scheme_until_day == 20908);
    commonwheel__v1__set_rider_class_response__free_unpacked(answer, NULL);
}

Test(codec_policy, refuses_what_is_no_pseudonym_and_what_no_policy_can_have)
{
    static const struct {
        const char *rider;
        uint32_t class, scheme;
        const char *why;
    } rows[] = {
        {"", 0, 0, "rider: must be 32 digits 0-9 a-f"},
        {RIDER "0", 0, 0, "rider: must be 32 digits 0-9 a-f"},
        {"0123456789ABCDEF00000000000000FF", 0, 0, "rider: must be 32 digits 0-9 a-f"},
        {RIDER, 8, 0, "class: must be 0 to 7"},
        {RIDER, 0, 9, "scheme: must be 0 to 8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event;
        const char *why = set_class(rows[i].rider, rows[i].class, rows[i].scheme, &event);
        cr_assert_not_null(why, "row %zu", i);
        cr_expect_str_eq(why, rows[i].why, "row %zu", i);
    }
}
