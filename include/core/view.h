/* What is shown of rides, vehicles and the whole: durable state with what is expected next. */
#ifndef CORE_VIEW_H
#define CORE_VIEW_H

#include "core/inside.h"

void view_ride(const struct core *core, const struct ride *ride, struct ride_view *view);
void view_policy(const struct core *core, uint32_t number, struct policy_name *name);
/* A name of the policy into its place, zeroed behind it. */
void view_name(const char *name, char text[POLICY_ID_MAX]);
void view_explanation(const struct ride *ride, struct explanation_view *view);
void view_vehicle(const struct core *core, uint32_t index, struct vehicle_view *view);
/* `rider` may be NULL: who never booked or paid. */
void view_payment(const struct core *core, const struct state_rider *rider,
                  struct payment_view *view);
void view_statistics(const struct core *core, struct statistics_view *view);

#endif
