/* A folder of published books: sheets as CSV and a page, written at once or not at all, and held
 * against books made anew. */
#ifndef APP_BOOKS_FOLDER_H
#define APP_BOOKS_FOLDER_H

#include "app/books_sheets.h"
#include "store/store_error.h"

/* Is it not there yet, or there and empty? False and *error; asked first, as reading takes long. */
MUST_CHECK bool books_folder_is_free(const char *folder, struct store_error *error);

/* Write into `folder`, which is not there yet or is empty. Whatever is written stands in a folder
 * beside it until all of it does. False and *error, and nothing is left. */
MUST_CHECK bool books_folder_write(const struct books_sheets *sheets, const char *folder,
                                   struct store_error *error);

/* What the published books say they were made from (about.csv): period, time zone, whole or not,
 * last fact, policy and local areas. False and *error names the line. */
MUST_CHECK bool books_folder_about(const char *folder, struct books_sheets *sheets,
                                   struct store_error *error);

/* Hold each file in `folder` against `sheets` and say each difference on `out`: file, row, column,
 * what was published and what is recomputed. True and how many there are; false and *error when a
 * file cannot be read for another reason than that it is not there, which is a difference. */
MUST_CHECK bool books_folder_compare(const struct books_sheets *sheets, const char *folder,
                                     FILE *out, uint64_t *differences, struct store_error *error);

#endif
