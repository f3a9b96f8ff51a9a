/* Money that time settles, a bounded part in one wake event: holds expire, and after a start the
 * rides are looked through for those whose last facts a torn journal lost. */
#ifndef CORE_SETTLE_H
#define CORE_SETTLE_H

#include "core/inside.h"

#define SETTLE_RIDES_MAX  8    /* mended in one wake event: three facts each at most */
#define SETTLE_VISITS_MAX 4096 /* looked at in one */
#define SETTLE_HOLDS_MAX  16   /* expired in one */

/* When the next is due; INT64_MAX never. */
int64_t settle_due_ms(const struct core *core);

/* Do some of what is due; false where nothing had to be done. */
bool settle_step(struct core *core);

#endif
