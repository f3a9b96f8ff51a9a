/* EVENT_GET_RECEIPT, EVENT_LIST_RECEIPTS and EVENT_GET_CAP_STATUS: what a rider has paid and may
 * still pay, for the rider; and the receipt of any ride for who answers for the money. */
#ifndef CORE_STEP_RECEIPT_H
#define CORE_STEP_RECEIPT_H

#include "core/inside.h"

#define RECEIPT_MONTHS_MAX 24   /* statements: the last so many months with rides */
#define RECEIPT_SCAN_MAX   4096 /* rides that they are made of */

void step_receipt(struct core *core, const struct event *event);

/* O(LIST_PAGE_MAX); the first page, with the statements, O(RECEIPT_SCAN_MAX). */
void step_receipt_list(struct core *core, const struct event *event);

void step_receipt_caps(struct core *core, const struct event *event);

#endif
