/* Receipts and statements: what a ride came to, and what a month's rides did, from what is kept
 * with each ride. Pure; nothing is worked out anew by the rules of today. */
#ifndef CORE_RECEIPT_H
#define CORE_RECEIPT_H

#include "core/fact.h"
#include "core/message.h"

/* Of an ended ride; `policy` is left to the caller, for it is not kept with the ride. */
void receipt_show(const struct ride *ride, struct receipt_view *receipt);

/* Add a receipt to its month's statement, which begins as zeros but for its month. */
void receipt_add(struct statement_view *statement, const struct receipt_view *receipt);

#endif
