/* The vehicles on their way, those with a leg that may be led over the pick-up. */
#ifndef CORE_INSERTION_LEGS_H
#define CORE_INSERTION_LEGS_H

#include "core/insertion_inside.h"

/* Put into *best the first in the total order, if it precedes that. What is left out costs more, or
 * breaks a limit. */
void insertion_legs_try(struct insertion_search *search, struct fleet *fleet,
                        struct insertion *best);

#endif
