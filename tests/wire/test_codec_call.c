/* The table of calls, held against the services that the .proto files describe. */
#include "wire/codec_call.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "commonwheel/v1/operator.pb-c.h"
#include "commonwheel/v1/rider.pb-c.h"

static const ProtobufCServiceDescriptor *const services[] = {
    &commonwheel__v1__rider_service__descriptor,
    &commonwheel__v1__operator_service__descriptor,
    &commonwheel__v1__finance_service__descriptor,
};

Test(codec_call, has_every_call_of_every_service_and_no_other)
{
    size_t count = 0;
    size_t described = 0;
    const struct codec_call *calls = codec_calls(&count);
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        for (unsigned j = 0; j < services[i]->n_methods; j++) {
            char path[128];
            int length = snprintf(path, sizeof path, "/%s/%s", services[i]->name,
                                  services[i]->methods[j].name);
            const struct codec_call *call = codec_call_find(path, (size_t)length);
            cr_expect(call != NULL && call->decode != NULL && call->encode != NULL, "%s", path);
            cr_expect(call != NULL &&
                      call->streaming == (strncmp(services[i]->methods[j].name, "Watch", 5) == 0));
            described++;
        }
    }
    cr_expect(described == count && calls != NULL);
}

Test(codec_call, finds_no_call_by_another_path)
{
    static const char *const paths[] = {"",
                                        "/",
                                        "/commonwheel.v1.RiderService/",
                                        "/commonwheel.v1.RiderService/Quot",
                                        "/commonwheel.v1.RiderService/Quotes",
                                        "/commonwheel.v1.riderservice/Quote"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        cr_expect(codec_call_find(paths[i], strlen(paths[i])) == NULL, "%s", paths[i]);
}

Test(codec_call, refuses_bytes_that_are_no_request)
{
    static uint8_t long_request[CODEC_REQUEST_MAX + 1];
    static const struct {
        const char *name;
        size_t size;
        uint8_t bytes[16];
    } rows[] = {
        {"a length past the end", 3, {0x0a, 5, 0}},
        {"a length of 2 GiB", 7, {0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 0}},
        {"a length of 2^64 - 1",
         12,
         {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0}},
        {"an endless varint",
         11,
         {0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
        {"field number 0", 2, {0x00, 0x00}},
        {"a group", 2, {0x0b, 0x0c}},
    };
    struct codec_caller caller = {{1, 2}, false};
    size_t count = 0;
    const struct codec_call *calls = codec_calls(&count);
    for (size_t i = 0; i < count; i++) {
        struct event event;
        cr_expect_str_eq(calls[i].decode(long_request, sizeof long_request, &caller, &event),
                         "message: too long");
        for (size_t j = 0; j < sizeof rows / sizeof rows[0]; j++)
            cr_expect(calls[i].decode(rows[j].bytes, rows[j].size, &caller, &event) != NULL,
                      "%s: %s", calls[i].path, rows[j].name);
    }
}

Test(codec_call, refuses_a_request_of_nothing_but_fields)
{
    static uint8_t fields[CODEC_REQUEST_MAX];
    struct codec_caller caller = {{1, 2}, false};
    size_t count = 0;
    const struct codec_call *calls = codec_calls(&count);
    for (size_t i = 0; i < sizeof fields; i += 2) {
        fields[i] = 0x7a; /* field 15, unknown everywhere */
        fields[i + 1] = 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct event event;
        cr_expect_str_eq(calls[i].decode(fields, sizeof fields, &caller, &event),
                         "message: too complex");
    }
}

Test(codec_call, gives_no_bytes_for_messages_of_other_calls)
{
    size_t count = 0;
    const struct codec_call *calls = codec_calls(&count);
    for (size_t i = 0; i < count; i++) {
        static const enum message_kind kinds[] = {MESSAGE_ERROR, MESSAGE_WELCOME, MESSAGE_PLAN,
                                                  MESSAGE_ACK};
        for (size_t j = 0; j < sizeof kinds / sizeof kinds[0]; j++) {
            struct message message = {.kind = kinds[j]};
            uint8_t bytes[CODEC_REPLY_MAX];
            size_t size = 99;
            cr_expect(calls[i].encode(&message, bytes, &size) == CODEC_REPLY_NONE && size == 0,
                      "%s", calls[i].path);
        }
    }
}
