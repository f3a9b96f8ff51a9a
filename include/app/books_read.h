/* The open books of a month, from a journal and nothing else: every fact goes through fact_apply()
 * as in recovery, and the sums are held against the ledger that this leads to.
 *
 * The daily root is a chain over the journal's records in order, from 32 zero bytes on:
 *     root = SHA-256 (root before | bytes of the record's fact as written)
 * so that the root of a day stands for everything the journal held by then. */
#ifndef APP_BOOKS_READ_H
#define APP_BOOKS_READ_H

#include "app/books_sheets.h"
#include "store/store_error.h"

#define BOOKS_READ_SETTLEMENT UINT64_MAX

/* Is it a month such as "2026-09"? */
bool books_read_is_month(const char *text);

/* Fill `sheets`, whose period, time zone, policy and local areas are set, from the journal folder,
 * up to fact `up_to` (0: all), with the month's settlement if that is no later than
 * sheets->settlement_fact (BOOKS_READ_SETTLEMENT: whenever it was). A bar is shown where standard
 * error is a terminal. True, and books_done() is the caller's; or false and *error: the period or
 * zone is none, the journal is damaged, does not reach `up_to`, holds nothing of the month, does
 * not begin with its first record, never adopted the policy, or settled the month for another
 * result than these books. */
MUST_CHECK bool books_read(const char *journal, uint64_t up_to, struct books_sheets *sheets,
                           struct store_error *error);

#endif
