/* The vehicles behind all that they have planned, those first that end nearest to the pick-up. */
#ifndef CORE_INSERTION_ENDS_H
#define CORE_INSERTION_ENDS_H

#include "core/insertion_inside.h"

/* Put into *best the first in the total order, if it precedes that. What is left out costs more. */
void insertion_ends_try(struct insertion_search *search, struct fleet *fleet,
                        struct insertion *best);

#endif
