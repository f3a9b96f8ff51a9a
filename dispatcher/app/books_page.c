/* Charts are bars in SVG with name and amount written at each, and a table with the same below. */
#include "app/books_page.h"

#include <inttypes.h>
#include <string.h>

#include "base/bound.h"

#define BARS_MAX     (BOOKS_AREAS_MAX + 1)
#define BAR_NAME_MAX 40
#define ROW          26  /* height of a bar's row, units of the drawing */
#define LEFT         190 /* where bars begin; names stand before */
#define WIDTH        330 /* of the longest bar */
#define RIGHT        130 /* for the amount behind it */

struct bar {
    char name[BAR_NAME_MAX];
    int64_t pence;
    bool withheld;
};

struct chart {
    const char *title;
    const char *note; /* what it shows, in a sentence */
    bool falls;       /* a waterfall: each bar begins where the one before ended */
    uint32_t count;
    struct bar bars[BARS_MAX];
};

static const char HEAD[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

static const char STYLE[] =
    "<style>\n"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;"
    "color:#111;background:#fff}\n"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}\n"
    "th,td{padding:.25rem .5rem;border-bottom:1px solid #777;text-align:right}\n"
    "th:first-child,td:first-child{text-align:left}\n"
    "svg{width:100%;height:auto}svg text{font:14px system-ui,sans-serif;fill:#111}\n"
    "svg rect{fill:#1d5b8f;stroke:#111}svg rect.below{fill:#fff;stroke-dasharray:4 2}\n"
    "code{overflow-wrap:anywhere}\n"
    "</style>\n";

static void put_money(FILE *out, int64_t pence)
{
    const uint64_t size = pence < 0 ? (uint64_t)0 - (uint64_t)pence : (uint64_t)pence;
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, size / 100);
    fputs(pence < 0 ? "-&pound;" : "&pound;", out);
    for (int i = 0; i < length; i++) {
        fputc(digits[i], out);
        if ((length - i) % 3 == 1 && i + 1 < length)
            fputc(',', out);
    }
    fprintf(out, ".%02u", (unsigned)(size % 100));
}

/* "small_shared" as "small shared". */
static void add_bar(struct chart *chart, const char *name, int64_t pence, bool withheld)
{
    CHECK(chart->count < BARS_MAX);
    struct bar *bar = &chart->bars[chart->count++];
    snprintf(bar->name, sizeof bar->name, "%s", name);
    for (char *byte = bar->name; *byte != '\0'; byte++) {
        if (*byte == '_')
            *byte = ' ';
    }
    bar->pence = pence;
    bar->withheld = withheld;
}

static int64_t size_of(int64_t pence)
{
    return pence < 0 ? -pence : pence;
}

/* Where a bar lies; all of them from 0 on, but in a waterfall. */
struct span {
    int64_t low;
    int64_t high;
};

static struct span span_of(const struct chart *chart, uint32_t index)
{
    int64_t before = 0;
    for (uint32_t i = 0; chart->falls && i < index; i++) {
        before += chart->bars[i].pence;
    }
    const struct bar *bar = &chart->bars[index];
    const int64_t size = bar->withheld ? 0 : size_of(bar->pence);
    const int64_t low = chart->falls && bar->pence < 0 ? before - size : before;
    return (struct span){low, low + size};
}

static struct span span_of_all(const struct chart *chart)
{
    struct span all = {0, 1};
    for (uint32_t i = 0; i < chart->count; i++) {
        const struct span span = span_of(chart, i);
        all.low = bound_least(all.low, span.low);
        all.high = bound_most(all.high, span.high);
    }
    return all;
}

static void put_text(FILE *out, const char *text)
{
    for (const char *byte = text; *byte != '\0'; byte++) {
        if (*byte == '<')
            fputs("&lt;", out);
        else if (*byte == '&')
            fputs("&amp;", out);
        else
            fputc(*byte, out);
    }
}

static void put_amount(FILE *out, const struct bar *bar)
{
    if (bar->withheld)
        fputs("withheld", out);
    else
        put_money(out, bar->pence);
}

static void put_bars(const struct chart *chart, FILE *out)
{
    const struct span all = span_of_all(chart);
    const int64_t scale = (all.high - all.low) / WIDTH + 1;
    fprintf(out,
            "<svg role=\"img\" viewBox=\"0 0 %d %" PRIu32 "\" aria-label=\"%s. %s The table "
            "below has the same figures.\">\n",
            LEFT + WIDTH + RIGHT, chart->count * ROW, chart->title, chart->note);
    for (uint32_t i = 0; i < chart->count; i++) {
        const struct bar *bar = &chart->bars[i];
        const uint32_t top = i * ROW;
        const struct span span = span_of(chart, i);
        const int64_t from = LEFT + (span.low - all.low) / scale;
        const int64_t width = (span.high - span.low) / scale;
        fprintf(out, "<text x=\"%d\" y=\"%" PRIu32 "\" text-anchor=\"end\">", LEFT - 8, top + 18);
        put_text(out, bar->name);
        fprintf(out,
                "</text><rect%s x=\"%" PRId64 "\" y=\"%" PRIu32 "\" width=\"%" PRId64
                "\" height=\"%d\"/>",
                bar->pence < 0 ? " class=\"below\"" : "", from, top + 4, width, ROW - 8);
        fprintf(out, "<text x=\"%" PRId64 "\" y=\"%" PRIu32 "\">", from + width + 8, top + 18);
        put_amount(out, bar);
        fprintf(out, "</text>\n");
    }
    fprintf(out, "</svg>\n");
}

static void put_chart(const struct chart *chart, FILE *out)
{
    fprintf(out, "<h2>%s</h2>\n<p>%s</p>\n", chart->title, chart->note);
    if (chart->count == 0) {
        fprintf(out, "<p>Nothing in this month.</p>\n");
        return;
    }
    put_bars(chart, out);
    fprintf(out,
            "<table>\n<caption>%s</caption>\n<tr><th scope=\"col\">What</th>"
            "<th scope=\"col\">Pounds</th></tr>\n",
            chart->title);
    for (uint32_t i = 0; i < chart->count; i++) {
        fprintf(out, "<tr><th scope=\"row\">");
        put_text(out, chart->bars[i].name);
        fprintf(out, "</th><td>");
        put_amount(out, &chart->bars[i]);
        fprintf(out, "</td></tr>\n");
    }
    fprintf(out, "</table>\n");
}

static void put_money_chart(const struct books *books, FILE *out)
{
    struct chart chart = {.title = "Where each pound went",
                          .note = "What came in for rides in this month, and what it went to."};
    const struct books_account *late = &books->accounts[LEDGER_COMPENSATION];
    const int64_t late_pence = late->debits_pence - late->credits_pence;
    struct books_income sum = {0};
    for (uint32_t type = 0; type < BOOKS_TYPES; type++) {
        books_add(&sum, &books->income[type]);
    }
    const int64_t in_pence = sum.riders_pence + sum.concession_pence + sum.other_pence;
    add_bar(&chart, "came in", in_pence, false);
    add_bar(&chart, chart_text(LEDGER_VAT), -sum.vat_pence, false);
    for (uint32_t i = 0; i < BOOKS_CATEGORIES; i++) {
        const int64_t pence = books_category_pence(books, i);
        if (pence != 0)
            add_bar(&chart, chart_text(LEDGER_ENERGY + i), pence, false);
    }
    if (late_pence != 0)
        add_bar(&chart, chart_text(LEDGER_COMPENSATION), late_pence, false);
    add_bar(&chart, "left over", in_pence + sum.vat_pence - books_spend_pence(books) - late_pence,
            false);
    put_chart(&chart, out);
}

/* What each step adds to the result, or takes from it, down to nothing. */
static void put_settlement_chart(const struct books_sheets *sheets, FILE *out)
{
    const struct settlement_outcome *is = &sheets->settlement;
    struct chart chart = {.title = "How the month was settled",
                          .note = "From what it earned down to nothing: each step begins where the "
                                  "one before ended.",
                          .falls = true};
    if (sheets->settlement_fact == 0) {
        fprintf(out, "<h2>%s</h2>\n<p>It was not settled yet when this was published.</p>\n",
                chart.title);
        return;
    }
    add_bar(&chart, "income", is->income_pence, false);
    add_bar(&chart, "costs", -is->cost_pence, false);
    if (is->made_good_pence != 0)
        add_bar(&chart, "loss of before", -is->made_good_pence, false);
    for (uint32_t i = 0; i < is->line_count && is->result_pence >= 0; i++) {
        add_bar(&chart, is->lines[i].name, -is->lines[i].pence, false);
    }
    if (is->from_reserve_pence != 0)
        add_bar(&chart, "from the reserve", is->from_reserve_pence, false);
    if (is->from_council_pence != 0)
        add_bar(&chart, "from the council", is->from_council_pence, false);
    if (is->carried_pence != 0)
        add_bar(&chart, "loss carried", is->carried_pence, false);
    put_chart(&chart, out);
    if (is->exceeds_cost)
        fprintf(out, "<p>Over the policy's rolling years, charges exceed cost.</p>\n");
}

/* A month is settled when it is over, so what is given out here was earned before. */
static void put_given_chart(const struct books *books, FILE *out)
{
    static const uint32_t ENDS[] = {LEDGER_DEBT_SERVICE, LEDGER_RENEWALS, LEDGER_WARD_FUND,
                                    LEDGER_RESERVE, LEDGER_COUNCIL};
    struct chart chart = {.title = "What settled months gave",
                          .note = "Given in this month to reserves, funds and the council, of what "
                                  "earlier months left over."};
    for (uint32_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
        const int64_t pence = books->accounts[ENDS[i]].credits_pence;
        if (pence != 0)
            add_bar(&chart, chart_text(ENDS[i]), pence, false);
    }
    put_chart(&chart, out);
}

static void put_income_chart(const struct books *books, FILE *out)
{
    struct chart chart = {.title = "Income by fare type",
                          .note =
                              "Fares in full, before what the caps saved riders, and fees, less "
                              "VAT and refunds."};
    bool withheld[BOOKS_TYPES] = {false};
    (void)books_sheets_withhold(books, 0, BOOKS_FARES, withheld);
    (void)books_sheets_withhold(books, BOOKS_FARES, BOOKS_PER_RIDE - BOOKS_FARES,
                                withheld + BOOKS_FARES);
    for (uint32_t type = 0; type < BOOKS_TYPES; type++) {
        const struct books_income *income = &books->income[type];
        if (books_weight(income) > 0)
            add_bar(&chart, books_type_text((enum books_type)type), books_net_pence(income),
                    withheld[type]);
    }
    put_chart(&chart, out);
}

static void put_local_chart(const struct books_sheets *sheets, FILE *out)
{
    const struct books *books = &sheets->books;
    struct chart chart = {.title = "Spending by supplier's area",
                          .note = "Areas are numbers of the policy; local ones are marked."};
    const int64_t all_pence = books_spend_pence(books);
    int64_t local_pence = 0;
    for (uint32_t i = 0; i < books->area_count; i++) {
        const struct books_area *area = &books->areas[i];
        const bool is_local = books_sheets_is_local(sheets, area->area);
        char name[BAR_NAME_MAX];
        snprintf(name, sizeof name, "area %" PRIu32 "%s", area->area, is_local ? " (local)" : "");
        add_bar(&chart, area->area == 0 ? "not known" : name, books_area_pence(area), false);
        local_pence += is_local ? books_area_pence(area) : 0;
    }
    put_chart(&chart, out);
    const int64_t permille = books_sheets_permille(local_pence, all_pence);
    fprintf(out, "<p>Kept local: %" PRId64 ".%" PRId64 " %%.</p>\n", permille / 10, permille % 10);
}

static void put_rides(const struct books *books, FILE *out)
{
    const uint64_t rides = books_rides(books);
    fprintf(out, "<h2>Rides</h2>\n");
    if (rides == 0) {
        fprintf(out, "<p>No rides were charged.</p>\n");
    } else if (rides < BOOKS_LEAST) {
        fprintf(out, "<p>Fewer than %d rides were charged: withheld.</p>\n", BOOKS_LEAST);
    } else {
        fprintf(out, "<p>%" PRIu64 " rides were charged. One cost the service ", rides);
        put_money(out, books_sheets_per_ride(books_spend_pence(books), rides));
        fprintf(out, ".</p>\n");
    }
}

static void put_files(const struct books_sheets *sheets, FILE *out)
{
    fprintf(out, "<h2>The figures</h2>\n<ul>\n");
    for (uint32_t i = 0; books_sheets_name(i) != NULL; i++) {
        fprintf(out, "<li><a href=\"%s\">%s</a></li>\n", books_sheets_name(i),
                books_sheets_name(i));
    }
    fprintf(out, "</ul>\n<p>Anyone who has the journal can work out each of them again: "
                 "<code>dispatcher books --journal DIR --verify DIR</code>.");
    if (sheets->root_count > 0) {
        fprintf(out, " Root of the journal at the end: <code>");
        for (uint32_t i = 0; i < BOOKS_SHEETS_ROOT; i++) {
            fprintf(out, "%02x", sheets->roots[sheets->root_count - 1][i]);
        }
        fprintf(out, "</code>.");
    }
    fprintf(out,
            "</p>\n<p>Rows that count fewer than %d rides are withheld, and so many others "
            "that they cannot be worked out from totals.</p>\n",
            BOOKS_LEAST);
}

void books_page_write(const struct books_sheets *sheets, FILE *out)
{
    fputs(HEAD, out);
    fprintf(out, "<title>Open books, %s</title>\n%s</head>\n<body>\n<main>\n", sheets->period,
            STYLE);
    fprintf(out, "<h1>Open books, %s</h1>\n<p>Times are those of %s. %s</p>\n", sheets->period,
            sheets->timezone,
            sheets->is_whole ? "The month is complete."
                             : "<strong>The month is not over in the journal: these figures are "
                               "provisional.</strong>");
    put_rides(&sheets->books, out);
    put_money_chart(&sheets->books, out);
    put_settlement_chart(sheets, out);
    put_given_chart(&sheets->books, out);
    put_income_chart(&sheets->books, out);
    put_local_chart(sheets, out);
    put_files(sheets, out);
    fprintf(out, "</main>\n</body>\n</html>\n");
}
