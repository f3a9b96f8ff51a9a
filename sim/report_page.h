/* A run as one HTML page that needs nothing else: tables, and plots as inline SVG. */
#ifndef SIM_REPORT_PAGE_H
#define SIM_REPORT_PAGE_H

#include "sim/report.h"

/* False when the file cannot be written. */
MUST_CHECK bool report_page_write(const struct report *report, const struct world *world,
                                  FILE *file);

#endif
