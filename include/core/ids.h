/* Names of things. Each is a struct of its own, so that a ride cannot be passed as a vehicle. */
#ifndef CORE_IDS_H
#define CORE_IDS_H

#include <stdbool.h>
#include <stdint.h>

/* A person, pseudonymous (an operator too): the first 128 bits of SHA-256 over the token's subject
 * (net/identity.h). The core and its journal never hold a name, an address or a telephone number.
 */
struct rider_id {
    uint64_t high;
    uint64_t low;
};

/* The key a client gives its booking (a UUID), so that asking twice books once. */
struct booking_key {
    uint64_t high;
    uint64_t low;
};

/* A ride, numbered from 1 in order of booking. 0 names none. */
struct ride_id {
    uint64_t value;
};

/* A vehicle, as numbered by the fleet's owner (vehicles.csv). UINT32_MAX names none. */
struct vehicle_id {
    uint32_t value;
};

#define VEHICLE_NONE ((struct vehicle_id){UINT32_MAX})

/* Who waits for an answer: made by the shell, handed back untouched. 0 names nobody. */
struct request_id {
    uint64_t value;
};

static inline bool rider_id_equal(struct rider_id a, struct rider_id b)
{
    return a.high == b.high && a.low == b.low;
}

static inline bool booking_key_equal(struct booking_key a, struct booking_key b)
{
    return a.high == b.high && a.low == b.low;
}

#endif
