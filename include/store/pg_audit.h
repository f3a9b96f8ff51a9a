/* Rows of the table audit: what operators and finance officers did, and to what. */
#ifndef STORE_PG_AUDIT_H
#define STORE_PG_AUDIT_H

#include "store/pg_project.h"

/* "rider 5f01..." */
void pg_audit_rider(struct pg_project *project, const struct fact *fact, struct rider_id by,
                    struct rider_id rider, const char *detail);

/* "ride 17", "arc 4711" */
void pg_audit_number(struct pg_project *project, const struct fact *fact, struct rider_id by,
                     const char *what, int64_t number, const char *detail);

#endif
