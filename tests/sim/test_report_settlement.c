#include "sim/report_settlement.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MARCH 674 /* 2026 */

static struct policy policy;
static int64_t balances[LEDGER_SERVICE_COUNT];

static struct settlement_outcome settle(void)
{
    struct settlement_outcome outcome;
    report_settlement_make(balances, &policy, MARCH, &outcome);
    return outcome;
}

static char *text_of(void (*write)(const struct settlement_outcome *outcome, FILE *file))
{
    const struct settlement_outcome outcome = settle();
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    write(&outcome, file);
    fclose(file);
    return text;
}

static void expect(void (*write)(const struct settlement_outcome *outcome, FILE *file),
                   const char *part)
{
    char *text = text_of(write);
    cr_expect_not_null(strstr(text, part), "%s in\n%s", part, text);
    free(text);
}

static void begin(void)
{
    memset(balances, 0, sizeof balances);
    policy_default(&policy);
    struct policy_waterfall *waterfall = &policy.waterfalls[0];
    waterfall->mode = POLICY_OTHER;
    waterfall->line_count = 2;
    waterfall->lines[1] = waterfall->lines[0];
    memset(waterfall->lines[0].name, 0, sizeof waterfall->lines[0].name);
    memcpy(waterfall->lines[0].name, "loans & <more>", sizeof "loans & <more>");
    waterfall->lines[0].use = POLICY_DEBT_SERVICE;
    waterfall->lines[0].fixed_pence = 300;
    waterfall->lines[0].share_permille = 0;
}

Test(report_settlement, shares_a_surplus_by_the_policys_waterfall)
{
    begin();
    balances[LEDGER_FARE_INCOME] = 2000;
    balances[LEDGER_CAP_DISCOUNT] = -200;
    balances[LEDGER_VAT] = 150;
    balances[LEDGER_ENERGY] = -700;
    balances[LEDGER_LOSS] = -100;
    const struct settlement_outcome outcome = settle();
    cr_expect(outcome.income_pence == 1800 && outcome.cost_pence == 700);
    cr_expect(outcome.result_pence == 1100 && outcome.made_good_pence == 100);
    cr_expect(outcome.lines[0].pence == 300 && outcome.lines[1].pence == 700);
    expect(report_settlement_print, "if settled now: income 18.00, costs -7.00, loss of before "
                                    "-1.00, loans & <more> -3.00");
    expect(report_settlement_write, "<td>loans &amp; &lt;more></td><td>-3.00</td>");
    json_t *object = report_settlement_json(&outcome);
    cr_expect_eq(json_integer_value(json_object_get(object, "result")), 1100);
    const json_t *line = json_array_get(json_object_get(object, "lines"), 0);
    cr_expect_eq(json_integer_value(json_object_get(line, "pence")), 300);
    cr_expect_str_eq(json_string_value(json_object_get(line, "use")), "debt_service");
    json_decref(object);
}

/* From -401 to 400 pence, three to a unit of the drawing; 0 is 133 units from the left. */
Test(report_settlement, shows_who_bears_a_loss)
{
    begin();
    policy.waterfalls[0].loss = POLICY_LOSS_RESERVE;
    balances[LEDGER_FARE_INCOME] = 400;
    balances[LEDGER_OTHER_COST] = -801;
    balances[LEDGER_RESERVE] = 150;
    const struct settlement_outcome outcome = settle();
    cr_expect(outcome.from_reserve_pence == 150 && outcome.carried_pence == 251);
    expect(report_settlement_print, "costs -8.01, from the reserve 1.50, loss carried 2.51\n");
    expect(report_settlement_write, "income</text><rect x=\"323\" y=\"4\" width=\"133\"");
    expect(report_settlement_write, "costs</text><rect x=\"190\" y=\"30\" width=\"267\"");
    expect(report_settlement_write, "from the reserve</text><rect x=\"190\" y=\"56\" width=\"50\"");
}
