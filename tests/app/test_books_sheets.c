/* What is written is read by people and programs: the texts are held fast. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "app/books_page.h"
#include "app/books_sheets.h"

#define MARCH 20513 /* 2026-03-01 */
#define APRIL 20544

static struct books_sheets sheets;

static void begin(void)
{
    memset(&sheets, 0, sizeof sheets);
    memcpy(sheets.period, "2026-03", sizeof "2026-03");
    memcpy(sheets.timezone, "Europe/London", sizeof "Europe/London");
    books_init(&sheets.books, NULL, MARCH, APRIL);
}

/* The sheet's text, or the page's where there is none of the name; the caller's to free. */
static char *text_of(const char *name)
{
    char *text = NULL;
    size_t size = 0;
    uint32_t sheet = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    while (books_sheets_name(sheet) != NULL && strcmp(books_sheets_name(sheet), name) != 0)
        sheet++;
    if (books_sheets_name(sheet) != NULL)
        books_sheets_write(&sheets, sheet, out);
    else
        books_page_write(&sheets, out);
    cr_assert_eq(fclose(out), 0);
    return text;
}

static void expect(const char *name, const char *line, bool is_there)
{
    char *text = text_of(name);
    cr_expect_eq(strstr(text, line) != NULL, is_there, "%s in\n%s", line, text);
    free(text);
}

Test(books_sheets, round_half_a_penny_up)
{
    static const struct {
        int64_t pence;
        uint64_t rides;
        int64_t each;
    } ROWS[] = {{0, 10, 0}, {5, 10, 1}, {4, 10, 0}, {-5, 10, 0}, {-6, 10, -1}, {101, 2, 51}};
    for (uint32_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        cr_expect_eq(books_sheets_per_ride(ROWS[i].pence, ROWS[i].rides), ROWS[i].each, "%u", i);
}

Test(books_sheets, withhold_whole_rows_and_the_least_other)
{
    begin();
    sheets.books.income[BOOKS_SMALL_SHARED] =
        (struct books_income){.rides = 9, .riders_pence = 98765};
    sheets.books.income[BOOKS_LARGE_SHARED] = (struct books_income){.rides = 40, .riders_pence = 1};
    sheets.books.income[BOOKS_LARGE_PRIVATE] = (struct books_income){.rides = 50};
    sheets.books.income[BOOKS_NO_SHOW] = (struct books_income){.rides = 2, .riders_pence = 5};
    static const char ROW[] = ",withheld,withheld,withheld,withheld,withheld,withheld,withheld\n";
    static const char *const TYPES[] = {"\nsmall_shared", "\nlarge_shared", "\nno_show", "\nfees"};
    for (uint32_t i = 0; i < 4; i++) {
        char line[128];
        snprintf(line, sizeof line, "%s%s", TYPES[i], ROW);
        expect("income.csv", line, true);
    }
    expect("income.csv", "\nlarge_private,50,0,", true);
    expect("income.csv", "\nfares,99,98766,", true);
    expect("summary.html", "987.65", false);
}

/* Money of a ride of another month is one ride's. */
Test(books_sheets, withhold_a_refund_without_rides)
{
    begin();
    sheets.books.income[BOOKS_SMALL_SHARED] = (struct books_income){.riders_pence = -240};
    expect("income.csv", "240", false);
    sheets.books.schemes[4].pence = -240;
    expect("concessions.csv", "\n5,withheld,withheld\ntotal,withheld,withheld\n", true);
}

Test(books_sheets, show_accounts_of_the_chart_by_themselves)
{
    begin();
    sheets.books.accounts[LEDGER_WARD_FUND].credits_pence = 300;
    sheets.books.accounts[LEDGER_CONCESSION].debits_pence = 200;
    sheets.books.accounts[LEDGER_CONCESSION + 7].debits_pence = 30;
    sheets.books.accounts[200].debits_pence = 70;
    expect("trial_balance.csv", "\nconcession,0,230,0,230\nward_fund,0,0,300,-300\n", true);
    expect("trial_balance.csv", "\naccount_200,0,70,0,70\ntotal,0,300,300,0\n", true);
    expect("trial_balance.csv", "\nreserve,", false);
    expect("reserves.csv", "\nward_fund,0,300,0,300\n", true);
}

Test(books_sheets, say_what_was_kept_local_and_what_was_large)
{
    begin();
    sheets.local[sheets.local_count++] = 4;
    sheets.books.area_count = 2;
    sheets.books.areas[0].area = 0;
    sheets.books.areas[0].pence[0][0] = BOOKS_ITEM_PENCE;
    sheets.books.areas[1].area = 4;
    sheets.books.areas[1].pence[30][7] = BOOKS_ITEM_PENCE + 1;
    expect("local_share.csv", "\n0,no,50000,499\n4,yes,50001,500\nkept_local,yes,50001,500\n",
           true);
    expect("spend_over_500.csv", "spend_pence\n2026-03-31,other_cost,4,50001\n", true);
    expect("cost_per_ride.csv", "\ntotal,100001,\n", true);
    sheets.books.income[BOOKS_SMALL_SHARED].rides = 9;
    expect("cost_per_ride.csv", "\ntotal,100001,withheld\n", true);
    sheets.books.income[BOOKS_SMALL_SHARED].rides = 10;
    expect("cost_per_ride.csv", "\ntotal,100001,10000\n", true);
    expect("summary.html", "Kept local: 50.0 %", true);
    expect("summary.html", "&pound;1,000.01", true);
}

/* What came in is all told: VAT, costs, compensation, and what is left. */
Test(books_sheets, say_where_each_pound_went)
{
    begin();
    sheets.books.income[BOOKS_SMALL_SHARED] = (struct books_income){.rides = 99,
                                                                    .riders_pence = 90000,
                                                                    .concession_pence = 30000,
                                                                    .cap_discount_pence = 5000,
                                                                    .vat_pence = -20000};
    sheets.books.accounts[LEDGER_COMPENSATION].debits_pence = 1500;
    sheets.books.accounts[LEDGER_WARD_FUND].credits_pence = 4321;
    sheets.books.area_count = 1;
    sheets.books.areas[0].pence[3][2] = 32100;
    static const char *const ROWS[] = {
        "came in</th><td>&pound;1,200.00<",   "vat</th><td>&pound;200.00<",
        "maintenance</th><td>&pound;321.00<", "compensation</th><td>&pound;15.00<",
        "left over</th><td>&pound;664.00<",   "ward fund</th><td>&pound;43.21<"};
    for (uint32_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        expect("summary.html", ROWS[i], true);
}

Test(books_sheets, make_a_page_that_needs_nothing_else)
{
    static const char *const ELSEWHERE[] = {"<script", "http", "<link", "<img", "url("};
    begin();
    sheets.books.income[BOOKS_SMALL_SHARED] = (struct books_income){.rides = 9000};
    for (uint32_t i = 0; i < sizeof ELSEWHERE / sizeof ELSEWHERE[0]; i++)
        expect("summary.html", ELSEWHERE[i], false);
    expect("summary.html", "lang=\"en\"", true);
    expect("summary.html", "role=\"img\"", true);
    expect("summary.html", "<strong>The month is not over in the journal", true);
    sheets.is_whole = true;
    expect("summary.html", "The month is complete.", true);
}

Test(books_sheets, tell_how_the_month_was_settled_step_by_step)
{
    begin();
    expect("settlement.csv", "step,account,pence\nincome", false);
    expect("summary.html", "It was not settled yet when this was published.", true);
    sheets.settlement_fact = 900;
    sheets.settlement = (struct settlement_outcome){
        .income_pence = 1000,
        .cost_pence = 300,
        .result_pence = 700,
        .made_good_pence = 50,
        .rolling_pence = 1234,
        .exceeds_cost = true,
        .line_count = 2,
        .lines = {{.name = "loans, <old>", .use = POLICY_DEBT_SERVICE, .pence = 400},
                  {.name = "the_rest", .use = POLICY_WARD_FUND, .pence = 250}},
    };
    expect("settlement.csv",
           "step,account,pence\nincome,,1000\ncosts,,-300\nresult,,700\n"
           "loss_made_good,loss,-50\nloans  <old>,debt_service,-400\n"
           "the_rest,ward_fund,-250\nfrom_reserve,reserve,0\nfrom_council,council_revenue,0\n"
           "loss_carried,loss,0\nresult_of_rolling_years,,1234\n",
           true);
    expect("about.csv", "\nsettlement_fact,900\n", true);
    expect("summary.html", "loans, &lt;old></th><td>-&pound;4.00<", true);
    expect("summary.html", "loss of before</th><td>-&pound;0.50<", true);
    expect("summary.html", "the rest</th><td>-&pound;2.50<", true);
    expect("summary.html", "charges exceed cost", true);
}

/* From -329 to 660 pence, three to a unit of the drawing; 0 is 109 units from the left. */
Test(books_sheets, draw_each_step_of_a_settlement_where_the_one_before_ended)
{
    begin();
    sheets.settlement_fact = 900;
    sheets.settlement = (struct settlement_outcome){
        .income_pence = 330 * 2,
        .cost_pence = 330 * 3 - 1,
        .result_pence = -329,
        .from_reserve_pence = 200,
        .carried_pence = 129,
        .line_count = 1,
        .lines = {{.name = "unused"}},
    };
    static const char *const RECTS[] = {
        "income</text><rect x=\"299\" y=\"4\" width=\"220\"",
        "costs</text><rect class=\"below\" x=\"190\" y=\"30\" width=\"329\"",
        "from the reserve</text><rect x=\"190\" y=\"56\" width=\"66\"",
        "loss carried</text><rect x=\"256\" y=\"82\" width=\"43\"",
    };
    for (uint32_t i = 0; i < sizeof RECTS / sizeof RECTS[0]; i++)
        expect("summary.html", RECTS[i], true);
    expect("summary.html", "unused", false);
}
