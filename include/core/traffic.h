/* Travel times by the hour: what road/speeds.h knows comes into force at the turn of each hour
 * (where it learns, each quarter), in slices between other work, and then plans are timed anew
 * (core/retime.h). Where the configuration says so, it learns from where vehicles report to be on
 * their drives.
 *
 * What was learnt is not durable: after a restart it begins with the profile. */
#ifndef CORE_TRAFFIC_H
#define CORE_TRAFFIC_H

#include "core/inside.h"

#define TRAFFIC_LEARN_MS  900000 /* what was learnt comes into force so often */
#define TRAFFIC_ARCS_MAX  4096   /* of the longest drive that is learnt from */
#define TRAFFIC_DRIVE_MS  20000  /* a vehicle's drive is looked at so often */
#define TRAFFIC_NODES_MAX 4000   /* of which one wake event makes travel times */

/* Arena bytes; and its part of the core. Both nothing where travel times are free flow. */
size_t traffic_cost(const struct core_config *config, const struct road_network *network);
void traffic_init(struct core *core, struct arena *arena);

/* After recovery: the times of the hour, at once. */
void traffic_start(struct core *core);

/* The driving time of an arc that opens again. */
uint32_t traffic_weight(const struct core *core, uint32_t arc);

/* When there is something to do; INT64_MAX never. */
int64_t traffic_due_ms(const struct core *core);

/* In a wake event: begin with the next hour, or go on. False when there was nothing to do. */
bool traffic_step(struct core *core);

/* A vehicle was at `place` at `at_ms`. Costs a road query and a path every TRAFFIC_DRIVE_MS. */
void traffic_see(struct core *core, uint32_t index, struct road_place place, int64_t at_ms);

/* Its drive ended, or is another: what comes is not the way from where it was. */
void traffic_forget(struct core *core, uint32_t index);

#endif
