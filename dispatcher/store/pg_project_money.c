#include "store/pg_project_money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/pg_audit.h"
#include "store/pg_row.h"

#define JSON_MAX 2048

static void take_transfer(struct pg_project *project, const struct fact *fact,
                          const struct ledger_transfer *transfer)
{
    static const char *const KINDS[] = {[LEDGER_MOVE] = "move",
                                        [LEDGER_HOLD] = "hold",
                                        [LEDGER_POST] = "post",
                                        [LEDGER_VOID] = "void",
                                        [LEDGER_EXPIRE] = "expire"};
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_TRANSFERS]);
    pg_row_int(&row, (int64_t)transfer->id);
    pg_row_int(&row, (int64_t)fact->seq);
    pg_row_int(&row, fact->at_ms);
    pg_row_text(&row, KINDS[transfer->kind]);
    pg_row_int(&row, transfer->debit);
    pg_row_int(&row, transfer->credit);
    pg_row_int(&row, transfer->amount_pence);
    pg_row_some(&row, (int64_t)transfer->pending);
    pg_row_some(&row, (int64_t)transfer->ride);
    pg_row_some(&row, transfer->policy);
    pg_row_some(&row, (int64_t)transfer->refers);
    pg_row_some(&row, transfer->area);
    pg_row_int(&row, transfer->linked);
}

static void take_transfers(struct pg_project *project, const struct fact *fact,
                           const struct ledger_transfer *transfers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        take_transfer(project, fact, &transfers[i]);
}

static void put_limit(struct pg_row *row, int64_t pence)
{
    if (pence == CAP_NONE_PENCE)
        pg_row_null(row);
    else
        pg_row_int(row, pence);
}

static void take_caps(struct pg_project *project, uint32_t policy)
{
    for (uint32_t i = 0; i < project->config.cap_count; i++) {
        const struct pg_project_cap *cap = &project->config.caps[i];
        struct pg_row row = pg_row_begin(project->columns[PG_TABLE_CAPS]);
        pg_row_int(&row, policy);
        pg_row_int(&row, cap->class);
        pg_row_int(&row, cap->from_day);
        pg_row_int(&row, cap->until_day);
        put_limit(&row, cap->day_pence);
        put_limit(&row, cap->week_pence);
    }
}

static void take_policy(struct pg_project *project, const struct fact *fact)
{
    const struct fact_policy *policy = &fact->policy;
    const bool is_running =
        memcmp(policy->hash, project->config.policy_hash, sizeof policy->hash) == 0;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_POLICIES]);
    pg_row_int(&row, policy->number);
    pg_rows_bytes(row.next++, policy->hash, sizeof policy->hash);
    pg_row_text(&row, policy->id);
    pg_row_text(&row, policy->name);
    pg_row_int(&row, fact->at_ms);
    pg_row_int(&row, is_running);
    if (is_running)
        take_caps(project, policy->number);
}

static void take_due(struct pg_project *project, const struct fact *fact)
{
    const struct fact_payment_due *due = &fact->payment_due;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_PAYMENTS]);
    pg_project_rider(project, due->rider);
    pg_row_int(&row, (int64_t)due->payment);
    pg_row_text(&row, payment_state_text(PAYMENT_DUE));
    pg_row_rider(&row, due->rider);
    pg_row_text(&row, payment_kind_text(due->kind));
    pg_row_int(&row, due->travel_day);
    pg_row_int(&row, due->amount_pence);
    pg_row_int(&row, fact->at_ms);
    pg_row_text(&row, "");
    pg_row_text(&row, "");
    pg_row_int(&row, 0);
    pg_row_int(&row, (int64_t)fact->seq);
}

static void take_changed(struct pg_project *project, const struct fact *fact)
{
    const struct fact_payment_changed *changed = &fact->payment_changed;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_PAYMENTS]);
    pg_row_int(&row, (int64_t)changed->payment);
    pg_row_text(&row, payment_state_text(changed->state));
    pg_row_rider(&row, changed->rider);
    pg_row_null(&row);
    pg_row_null(&row);
    pg_row_null(&row);
    pg_row_int(&row, fact->at_ms);
    pg_row_text(&row, changed->reference);
    pg_row_text(&row, changed->code);
    pg_row_int(&row, (int64_t)changed->transfer);
    pg_row_int(&row, (int64_t)fact->seq);
}

static void take_recorded(struct pg_project *project, const struct fact *fact)
{
    const struct fact_payment_recorded *recorded = &fact->payment_recorded;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_RECEIPTS]);
    pg_row_int(&row, (int64_t)fact->seq);
    pg_row_rider(&row, recorded->rider);
    pg_row_int(&row, recorded->amount_pence);
    pg_row_text(&row, recorded->bank_reference);
    pg_row_int(&row, (int64_t)recorded->transfer);
    pg_row_rider(&row, recorded->by);
    pg_row_int(&row, fact->at_ms);
    pg_audit_rider(project, fact, recorded->by, recorded->rider, recorded->bank_reference);
}

/* Names of lines have no characters that JSON would want escaped: a-z, 0-9, - and . alone, or they
 * are left out. */
static void write_lines(const struct settlement_outcome *outcome, char *json)
{
    size_t size = (size_t)snprintf(json, JSON_MAX, "[");
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        const bool is_plain = strpbrk(outcome->lines[i].name, "\"\\") == NULL;
        size += (size_t)snprintf(json + size, JSON_MAX - size,
                                 "%s{\"name\": \"%s\", \"pence\": %" PRId64 "}", i > 0 ? ", " : "",
                                 is_plain ? outcome->lines[i].name : "", outcome->lines[i].pence);
    }
    snprintf(json + size, JSON_MAX - size, "]");
}

static void take_settlement(struct pg_project *project, const struct fact *fact, int32_t period,
                            struct rider_id by, const struct settlement_outcome *outcome)
{
    char json[JSON_MAX];
    const bool is_approval = fact->kind == FACT_SETTLEMENT_APPROVED;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_SETTLEMENTS]);
    write_lines(outcome, json);
    pg_row_int(&row, calendar_month_begins(period));
    pg_row_int(&row, is_approval);
    pg_row_rider(&row, by);
    pg_row_int(&row, fact->at_ms);
    pg_row_int(&row, outcome->income_pence);
    pg_row_int(&row, outcome->cost_pence);
    pg_row_int(&row, outcome->result_pence);
    pg_row_int(&row, outcome->carried_pence);
    pg_row_int(&row, outcome->policy);
    pg_row_text(&row, json);
    pg_audit_number(project, fact, by, "month", period, "");
}

void pg_project_money(struct pg_project *project, const struct fact *fact)
{
    static const struct settlement_outcome NONE;
    switch (fact->kind) {
    case FACT_TRANSFER:
        take_transfer(project, fact, &fact->transfer);
        break;
    case FACT_TRANSFERS:
        take_transfers(project, fact, fact->transfers.transfers, fact->transfers.count);
        break;
    case FACT_POLICY_ADOPTED:
        take_policy(project, fact);
        break;
    case FACT_PAYMENT_DUE:
        take_due(project, fact);
        break;
    case FACT_PAYMENT_CHANGED:
        take_changed(project, fact);
        break;
    case FACT_PAYMENT_RECORDED:
        take_recorded(project, fact);
        break;
    case FACT_SETTLEMENT_PROPOSED:
        take_settlement(project, fact, fact->proposed.period, fact->proposed.by,
                        &fact->proposed.outcome);
        break;
    case FACT_SETTLEMENT_APPROVED:
        take_settlement(project, fact, fact->approved.period, fact->approved.by, &NONE);
        take_transfers(project, fact, fact->approved.transfers, fact->approved.count);
        break;
    default: /* STARTED, RIDE_MOVED and PERIOD_BEGUN are facts alone */
        break;
    }
}
