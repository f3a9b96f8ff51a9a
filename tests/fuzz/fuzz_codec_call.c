/* The first byte chooses a call. Whatever is read as its request can be written, and reads back the
 * same; whatever is read as its response can be written again. */
#include <string.h>

#include "base/check.h"
#include "wire/codec_client_money.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct codec_caller caller = {{1, 2}, false};

static void try_request(const struct codec_call *call, const uint8_t *bytes, size_t size)
{
    uint8_t once[CODEC_REQUEST_MAX];
    uint8_t twice[CODEC_REQUEST_MAX];
    size_t once_size = 0;
    size_t twice_size = 0;
    struct event event;
    if (call->decode(bytes, size, &caller, &event) != NULL)
        return;
    CHECK(codec_client_request(&event, once, &once_size));
    if (once_size == 0)
        return;
    CHECK(call->decode(once, once_size, &caller, &event) == NULL);
    CHECK(codec_client_request(&event, twice, &twice_size));
    CHECK(once_size == twice_size && memcmp(once, twice, once_size) == 0);
}

static void try_response(const struct codec_call *call, const uint8_t *bytes, size_t size)
{
    uint8_t again[CODEC_REPLY_MAX];
    size_t again_size = 0;
    struct message message;
    if (codec_client_response(call, bytes, size, &message) != NULL)
        return;
    CHECK(call->encode(&message, again, &again_size) != CODEC_REPLY_NONE);
    CHECK(codec_client_response(call, again, again_size, &message) == NULL);
}

static void try_list(const uint8_t *bytes, size_t size)
{
    struct vehicle_view vehicles[LIST_PAGE_MAX];
    uint32_t count = 0;
    uint32_t next_after = 0;
    if (codec_client_list(bytes, size, vehicles, &count, &next_after) == NULL)
        CHECK(count <= LIST_PAGE_MAX);
}

static void try_closures(const uint8_t *bytes, size_t size)
{
    struct closure_view closures[LIST_PAGE_MAX];
    uint32_t count = 0;
    uint32_t next_after = 0;
    if (codec_client_closures(bytes, size, closures, &count, &next_after) == NULL)
        CHECK(count <= LIST_PAGE_MAX);
}

static void try_payments(const uint8_t *bytes, size_t size)
{
    struct payment_view payments[LIST_PAGE_MAX];
    struct message_list_end end;
    uint32_t count = 0;
    if (codec_client_money_payments(bytes, size, payments, &count, &end) == NULL)
        CHECK(count <= LIST_PAGE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t count = 0;
    const struct codec_call *calls = codec_calls(&count);
    if (size == 0)
        return 0;
    const struct codec_call *call = &calls[bytes[0] % count];
    try_request(call, bytes + 1, size - 1);
    try_response(call, bytes + 1, size - 1);
    try_list(bytes + 1, size - 1);
    try_closures(bytes + 1, size - 1);
    try_payments(bytes + 1, size - 1);
    return 0;
}
