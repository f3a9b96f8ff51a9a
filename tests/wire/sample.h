/* One event and one message of each kind, with a different value in every field. */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include "core/event.h"
#include "core/message.h"

#define SAMPLE_VEHICLE ((struct vehicle_id){17})
#define SAMPLE_RIDER   ((struct rider_id){UINT64_C(0x1122334455667788), 9})

struct event sample_event(enum event_kind kind);
/* Two options, and a move. */
struct reason sample_reason(void);

struct message sample_message(enum message_kind kind);

#endif
