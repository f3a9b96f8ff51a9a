#include "store/pg_audit.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/pg_row.h"

static void add(struct pg_project *project, const struct fact *fact, struct rider_id by,
                const char *subject, const char *detail)
{
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_AUDIT]);
    pg_row_int(&row, (int64_t)fact->seq);
    pg_row_int(&row, fact->at_ms);
    pg_row_rider(&row, by);
    pg_row_text(&row, fact_kind_text(fact->kind));
    pg_row_text(&row, subject);
    pg_row_text(&row, detail);
}

void pg_audit_rider(struct pg_project *project, const struct fact *fact, struct rider_id by,
                    struct rider_id rider, const char *detail)
{
    char subject[48];
    snprintf(subject, sizeof subject, "rider %016" PRIx64 "%016" PRIx64, rider.high, rider.low);
    add(project, fact, by, subject, detail);
}

void pg_audit_number(struct pg_project *project, const struct fact *fact, struct rider_id by,
                     const char *what, int64_t number, const char *detail)
{
    char subject[48];
    snprintf(subject, sizeof subject, "%s %" PRId64, what, number);
    add(project, fact, by, subject, detail);
}
