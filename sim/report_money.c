/* Both bars begin with what nobody pays, so that it is seen to be the same. */
#include "sim/report_money.h"

#include <inttypes.h>
#include <stddef.h>

#define BAR_WIDTH  720
#define BAR_HEIGHT 48
#define BAR_STEP   96
#define NAMED_FROM 100 /* width of a part that has its name below it */
#define PARTS_MAX  5

static int64_t debits_of(const struct auditor_books *books, uint32_t from, uint32_t until)
{
    int64_t pence = 0;
    for (uint32_t account = from; account < until; account++) {
        pence += auditor_books_posted_pence(books, account);
    }
    return pence;
}

void report_money_make(const struct auditor_books *books, struct report_money *money)
{
    *money = (struct report_money){
        .concession_pence =
            debits_of(books, LEDGER_CONCESSION, LEDGER_CONCESSION + LEDGER_SCHEMES_MAX),
        .cap_discount_pence = auditor_books_posted_pence(books, LEDGER_CAP_DISCOUNT),
        .compensation_pence = auditor_books_posted_pence(books, LEDGER_COMPENSATION),
        .vat_pence = -auditor_books_posted_pence(books, LEDGER_VAT),
        .fees_pence = -auditor_books_posted_pence(books, LEDGER_FEE_INCOME),
        .costs_pence = debits_of(books, LEDGER_ENERGY, LEDGER_OTHER_COST + 1),
    };
    const int64_t fares_pence = -auditor_books_posted_pence(books, LEDGER_FARE_INCOME);
    const int64_t free_pence = money->cap_discount_pence + money->compensation_pence;
    money->gross_pence = fares_pence + money->fees_pence + money->vat_pence;
    money->riders_pence = money->gross_pence - free_pence - money->concession_pence;
    money->net_income_pence = money->gross_pence - free_pence - money->vat_pence;
    money->surplus_pence = money->net_income_pence - money->costs_pence;
}

json_t *report_money_json(const struct report_money *money)
{
    const struct {
        const char *key;
        int64_t pence;
    } rows[] = {
        {"gross", money->gross_pence},
        {"riders", money->riders_pence},
        {"concession", money->concession_pence},
        {"cap_discount", money->cap_discount_pence},
        {"compensation", money->compensation_pence},
        {"vat", money->vat_pence},
        {"fees", money->fees_pence},
        {"net_income", money->net_income_pence},
        {"costs", money->costs_pence},
        {"surplus", money->surplus_pence},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_object_set_new(object, rows[i].key, json_integer((json_int_t)rows[i].pence));
    }
    return object;
}

void report_money_print(const struct report_money *money, FILE *file)
{
    fprintf(file,
            "  %.2f pounds of fares and fees, from: riders %.2f, concession schemes %.2f, caps "
            "%.2f, given back for lateness %.2f\n",
            (double)money->gross_pence / 100.0, (double)money->riders_pence / 100.0,
            (double)money->concession_pence / 100.0, (double)money->cap_discount_pence / 100.0,
            (double)money->compensation_pence / 100.0);
    fprintf(file, "  to: VAT %.2f, costs %.2f, surplus %.2f, besides caps and lateness\n",
            (double)money->vat_pence / 100.0, (double)money->costs_pence / 100.0,
            (double)money->surplus_pence / 100.0);
}

/* ---- The figure ---- */

struct part {
    const char *name;
    const char *colour;
    int64_t pence;
};

static int64_t width_of(int64_t pence, int64_t whole_pence)
{
    return whole_pence == 0 ? 0 : pence * BAR_WIDTH / whole_pence;
}

/* Parts of nothing, or less, take no room. Edges are worked out from the sum before, so that parts
 * meet. */
static void put_bar(const char *name, const struct part *parts, size_t count, int64_t whole_pence,
                    int row, FILE *file)
{
    const int y = row * BAR_STEP + 20;
    int64_t before_pence = 0;
    fprintf(file, "<text x=\"0\" y=\"%d\">%s</text>\n", y - 6, name);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].pence <= 0) {
            continue;
        }
        const int64_t from = width_of(before_pence, whole_pence);
        before_pence += parts[i].pence;
        const int64_t width = width_of(before_pence, whole_pence) - from;
        fprintf(
            file,
            "<rect x=\"%" PRId64 "\" y=\"%d\" width=\"%" PRId64 "\" height=\"%d\" "
            "fill=\"var(--%s)\" stroke=\"var(--paper)\"><title>%s: %.2f pounds</title></rect>\n",
            from, y, width, BAR_HEIGHT, parts[i].colour, parts[i].name,
            (double)parts[i].pence / 100.0);
        if (width >= NAMED_FROM) {
            fprintf(file, "<text x=\"%" PRId64 "\" y=\"%d\">%s</text>\n", from, y + BAR_HEIGHT + 16,
                    parts[i].name);
        }
    }
}

static void put_rows(const char *side, const struct part *parts, size_t count, int64_t gross_pence,
                     FILE *file)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "<tr><td>%s: %s</td><td>%.2f</td><td>%.1f %%</td></tr>\n", side,
                parts[i].name, (double)parts[i].pence / 100.0,
                gross_pence == 0 ? 0.0 : 100.0 * (double)parts[i].pence / (double)gross_pence);
    }
}

static int64_t more(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void report_money_write(const struct report_money *money, FILE *file)
{
    const int64_t loss_pence = more(-money->surplus_pence, 0);
    const struct part from[] = {
        {"not asked for: fare caps", "d", money->cap_discount_pence},
        {"given back for lateness", "line", money->compensation_pence},
        {"concession schemes", "c", money->concession_pence},
        {"riders", "a", money->riders_pence},
        {"loss", "b", loss_pence},
    };
    const struct part to[] = {
        {"fare caps", "d", money->cap_discount_pence},
        {"given back for lateness", "line", money->compensation_pence},
        {"VAT", "b", money->vat_pence},
        {"costs", "c", money->costs_pence},
        {"surplus", "a", more(money->surplus_pence, 0)},
    };
    const int64_t whole_pence = money->gross_pence + loss_pence;
    fprintf(file,
            "<figure><figcaption>Where each pound went</figcaption>\n"
            "<svg role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"><title>Where each "
            "pound went</title><desc>Two bars of one length: who bears the fares, and what became "
            "of them; the table below has the same figures</desc>\n",
            BAR_WIDTH, 2 * BAR_STEP, BAR_WIDTH, 2 * BAR_STEP);
    put_bar("From", from, PARTS_MAX, whole_pence, 0, file);
    put_bar("To", to, PARTS_MAX, whole_pence, 1, file);
    fputs("</svg>\n<table><caption>Pounds, and their share of all fares and fees</caption>"
          "<tr><th scope=\"col\">of</th><th scope=\"col\">pounds</th><th scope=\"col\">share</th>"
          "</tr>\n",
          file);
    put_rows("from", from, PARTS_MAX, money->gross_pence, file);
    put_rows("to", to, PARTS_MAX, money->gross_pence, file);
    fprintf(file,
            "</table>\n<p>Fares in full and fees come to %.2f pounds; without discounts, "
            "compensation and VAT %.2f are left as net income (%.2f of it fees), of which costs "
            "take %.2f.</p></figure>\n",
            (double)money->gross_pence / 100.0, (double)money->net_income_pence / 100.0,
            (double)money->fees_pence / 100.0, (double)money->costs_pence / 100.0);
}
