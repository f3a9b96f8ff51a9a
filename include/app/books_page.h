/* The open books on one page: HTML that needs no other file and no script. Every chart has its
 * table beside it and its figures written on it, and nothing is told by colour alone (WCAG 2.2). */
#ifndef APP_BOOKS_PAGE_H
#define APP_BOOKS_PAGE_H

#include <stdio.h>

#include "app/books_sheets.h"

void books_page_write(const struct books_sheets *sheets, FILE *out);

#endif
