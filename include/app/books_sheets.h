/* The open books (app/books.h) as CSV files. The same books make the same bytes, so that published
 * files can be held against files made anew. */
#ifndef APP_BOOKS_SHEETS_H
#define APP_BOOKS_SHEETS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "app/books.h"

#define BOOKS_SHEETS_ROOT   32 /* bytes of a daily root: SHA-256 */
#define BOOKS_SHEETS_PERIOD 8  /* bytes of "2026-09", with the NUL */
#define BOOKS_SHEETS_ZONE   64 /* of "Europe/London" */
#define BOOKS_SHEETS_LOCAL  32 /* areas that count as local */
#define BOOKS_SHEETS_ABOUT  0  /* the sheet that says what the others are made from */

/* What is published: the books, and what somebody must know to make them again. */
struct books_sheets {
    char period[BOOKS_SHEETS_PERIOD];
    char timezone[BOOKS_SHEETS_ZONE];
    bool is_whole;                    /* the journal goes on behind the month */
    uint64_t last_fact;               /* number of the last one counted */
    uint8_t policy[POLICY_HASH_SIZE]; /* that says which areas are local; all 0 none */
    uint32_t local_count; /* numbers of areas where spending counts as kept local, ascending */
    uint32_t local[BOOKS_SHEETS_LOCAL];
    uint32_t root_count;                              /* days, from the month's first */
    uint8_t roots[BOOKS_DAYS_MAX][BOOKS_SHEETS_ROOT]; /* after each day's last record */
    struct books books;
    uint64_t settlement_fact;             /* that settled the month; 0: none did yet */
    struct settlement_outcome settlement; /* what it came to, if one did */
};

/* NULL from `sheet` on that there is none: "trial_balance.csv". */
const char *books_sheets_name(uint32_t sheet);

void books_sheets_write(const struct books_sheets *sheets, uint32_t sheet, FILE *out);

bool books_sheets_has_policy(const struct books_sheets *sheets);
bool books_sheets_is_local(const struct books_sheets *sheets, uint32_t area);

/* Which rows are withheld: of a group of types, [count] from `first`; true when the group's total
 * is withheld too. Of schemes likewise, [LEDGER_SCHEMES_MAX]. */
bool books_sheets_withhold(const struct books *books, uint32_t first, uint32_t count,
                           bool *withheld);
bool books_sheets_withhold_schemes(const struct books *books, bool *withheld);

/* Pence for each ride, half a penny up; `rides` over 0. */
int64_t books_sheets_per_ride(int64_t pence, uint64_t rides);

/* Kept local of a thousand, rounded down; 0 where nothing was spent. */
int64_t books_sheets_permille(int64_t part_pence, int64_t all_pence);

#endif
