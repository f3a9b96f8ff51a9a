/* Steps from the income down to nothing: all three ways of writing walk along them. */
#include "sim/report_settlement.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/bound.h"
#include "core/calendar.h"

#define STEPS_MAX  (POLICY_LINES_MAX + 4)
#define LEFT       190 /* where bars begin; names stand before */
#define BAR_WIDTH  400 /* from the lowest to the highest sum */
#define RIGHT      130 /* for the amount behind a bar */
#define ROW_HEIGHT 26

struct step {
    const char *name;
    int64_t pence; /* added to what is left, below 0 taken from it */
};

void report_settlement_make(const int64_t balances_pence[LEDGER_SERVICE_COUNT],
                            const struct policy *policy, int32_t month,
                            struct settlement_outcome *outcome)
{
    struct settlement_register *all = calloc(1, sizeof *all);
    CHECK(all != NULL);
    const struct settlement_terms terms = {
        .waterfall = policy_waterfall(policy, calendar_month_begins(month + 1) - 1),
        .loss_pence = bound_most(-balances_pence[LEDGER_LOSS], 0),
        .reserve_pence = balances_pence[LEDGER_RESERVE],
    };
    settlement_begin(all, month, 1, balances_pence);
    settlement_begin(all, month + 1, 1, NULL);
    CHECK(settlement_compute(all, month, &terms, outcome) == SETTLEMENT_OK);
    free(all);
}

/* Each that moves something, and the first two always; how many. */
static uint32_t list_steps(const struct settlement_outcome *outcome, struct step steps[STEPS_MAX])
{
    uint32_t count = 0;
    steps[count++] = (struct step){"income", outcome->income_pence};
    steps[count++] = (struct step){"costs", -outcome->cost_pence};
    if (outcome->made_good_pence != 0) {
        steps[count++] = (struct step){"loss of before", -outcome->made_good_pence};
    }
    for (uint32_t i = 0; i < outcome->line_count && outcome->result_pence >= 0; i++) {
        steps[count++] = (struct step){outcome->lines[i].name, -outcome->lines[i].pence};
    }
    if (outcome->from_reserve_pence != 0) {
        steps[count++] = (struct step){"from the reserve", outcome->from_reserve_pence};
    }
    if (outcome->from_council_pence != 0) {
        steps[count++] = (struct step){"from the council", outcome->from_council_pence};
    }
    if (outcome->carried_pence != 0) {
        steps[count++] = (struct step){"loss carried", outcome->carried_pence};
    }
    return count;
}

json_t *report_settlement_json(const struct settlement_outcome *outcome)
{
    const struct {
        const char *key;
        int64_t pence;
    } rows[] = {
        {"income", outcome->income_pence},
        {"costs", outcome->cost_pence},
        {"result", outcome->result_pence},
        {"loss_made_good", outcome->made_good_pence},
        {"from_reserve", outcome->from_reserve_pence},
        {"from_council", outcome->from_council_pence},
        {"loss_carried", outcome->carried_pence},
    };
    json_t *object = json_object();
    json_t *lines = json_array();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_object_set_new(object, rows[i].key, json_integer((json_int_t)rows[i].pence));
    }
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        const struct settlement_line *line = &outcome->lines[i];
        json_t *entry = json_object();
        json_object_set_new(entry, "name", json_string(line->name));
        json_object_set_new(entry, "use", json_string(policy_use_text(line->use)));
        json_object_set_new(entry, "pence", json_integer((json_int_t)line->pence));
        json_array_append_new(lines, entry);
    }
    json_object_set_new(object, "lines", lines);
    return object;
}

void report_settlement_print(const struct settlement_outcome *outcome, FILE *file)
{
    struct step steps[STEPS_MAX];
    const uint32_t count = list_steps(outcome, steps);
    fprintf(file, "  if settled now:");
    for (uint32_t i = 0; i < count; i++) {
        fprintf(file, "%s %s %.2f", i > 0 ? "," : "", steps[i].name,
                (double)steps[i].pence / 100.0);
    }
    fprintf(file, "\n");
}

static void put_text(const char *text, FILE *file)
{
    for (const char *byte = text; *byte != '\0'; byte++) {
        if (*byte == '<') {
            fputs("&lt;", file);
        } else if (*byte == '&') {
            fputs("&amp;", file);
        } else {
            fputc(*byte, file);
        }
    }
}

static void put_bars(const struct step *steps, uint32_t count, FILE *file)
{
    int64_t low = 0;
    int64_t high = 1;
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += steps[i].pence;
        low = bound_least(low, sum);
        high = bound_most(high, sum);
    }
    const int64_t scale = (high - low) / BAR_WIDTH + 1;
    sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const int64_t after = sum + steps[i].pence;
        const int64_t x = LEFT + (bound_least(sum, after) - low) / scale;
        const int64_t width = (bound_most(sum, after) - bound_least(sum, after)) / scale;
        const uint32_t y = i * ROW_HEIGHT;
        fprintf(file, "<text x=\"%d\" y=\"%" PRIu32 "\" text-anchor=\"end\">", LEFT - 8, y + 17);
        put_text(steps[i].name, file);
        fprintf(file,
                "</text><rect x=\"%" PRId64 "\" y=\"%" PRIu32 "\" width=\"%" PRId64
                "\" height=\"%d\" fill=\"var(--%s)\"/><text x=\"%" PRId64 "\" y=\"%" PRIu32
                "\">%.2f</text>\n",
                x, y + 4, width, ROW_HEIGHT - 8, steps[i].pence < 0 ? "b" : "a", x + width + 8,
                y + 17, (double)steps[i].pence / 100.0);
        sum = after;
    }
}

void report_settlement_write(const struct settlement_outcome *outcome, FILE *file)
{
    struct step steps[STEPS_MAX];
    const uint32_t count = list_steps(outcome, steps);
    fprintf(file,
            "<figure><figcaption>If settled now</figcaption>\n"
            "<svg role=\"img\" viewBox=\"0 0 %d %" PRIu32 "\" width=\"%d\" height=\"%" PRIu32
            "\"><title>If settled now</title><desc>From the run's income down to nothing, by the "
            "waterfall of its policy: each bar begins where the one before ended; the table below "
            "has the same figures</desc>\n",
            LEFT + BAR_WIDTH + RIGHT, count * ROW_HEIGHT, LEFT + BAR_WIDTH + RIGHT,
            count * ROW_HEIGHT);
    put_bars(steps, count, file);
    fputs("</svg>\n<table><caption>Pounds, as if the run were one month</caption>"
          "<tr><th scope=\"col\">step</th><th scope=\"col\">pounds</th></tr>\n",
          file);
    for (uint32_t i = 0; i < count; i++) {
        fputs("<tr><td>", file);
        put_text(steps[i].name, file);
        fprintf(file, "</td><td>%.2f</td></tr>\n", (double)steps[i].pence / 100.0);
    }
    fputs("</table></figure>\n", file);
}
