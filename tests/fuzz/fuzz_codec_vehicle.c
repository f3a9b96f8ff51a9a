/* Whatever is read from a vehicle can be written, and reads back the same; and so for what is sent
 * to one. */
#include <string.h>

#include "base/check.h"
#include "wire/codec_client.h"
#include "wire/codec_vehicle.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct vehicle_id vehicle = {17};

static void try_up(const uint8_t *bytes, size_t size)
{
    uint8_t once[CODEC_VEHICLE_UP_MAX];
    uint8_t twice[CODEC_VEHICLE_UP_MAX];
    struct event event;
    if (codec_vehicle_decode(bytes, size, vehicle, &event) != NULL)
        return;
    size_t once_size = codec_client_up(&event, once);
    CHECK(codec_vehicle_decode(once, once_size, vehicle, &event) == NULL);
    CHECK(codec_client_up(&event, twice) == once_size);
    CHECK(memcmp(once, twice, once_size) == 0);
}

static void try_down(const uint8_t *bytes, size_t size)
{
    uint8_t once[CODEC_VEHICLE_DOWN_MAX];
    struct message message;
    if (codec_client_down(bytes, size, vehicle, &message) != NULL)
        return;
    size_t once_size = codec_vehicle_encode(&message, once);
    CHECK(codec_client_down(once, once_size, vehicle, &message) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    try_up(bytes, size);
    try_down(bytes, size);
    return 0;
}
