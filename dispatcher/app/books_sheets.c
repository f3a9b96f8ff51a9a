/* One function a file. Amounts are whole pence, and a row that is withheld says so in each cell. */
#include "app/books_sheets.h"

#include <inttypes.h>

#include "input/timezone.h"

#define WITHHELD "withheld"

typedef void write_sheet(const struct books_sheets *sheets, FILE *out);

static uint64_t sum(const uint64_t *values, uint32_t count)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        total += values[i];
    }
    return total;
}

static bool is_few(uint64_t rides)
{
    return rides > 0 && rides < BOOKS_LEAST;
}

bool books_sheets_withhold(const struct books *books, uint32_t first, uint32_t count,
                           bool *withheld)
{
    uint64_t weights[BOOKS_TYPES] = {0};
    CHECK(first + count <= BOOKS_TYPES);
    for (uint32_t i = 0; i < count; i++) {
        weights[i] = books_weight(&books->income[first + i]);
    }
    books_withhold(weights, count, withheld);
    return is_few(sum(weights, count));
}

bool books_sheets_withhold_schemes(const struct books *books, bool *withheld)
{
    uint64_t weights[LEDGER_SCHEMES_MAX] = {0};
    for (uint32_t i = 0; i < LEDGER_SCHEMES_MAX; i++) {
        const struct books_scheme *scheme = &books->schemes[i];
        weights[i] = scheme->rides == 0 && scheme->pence != 0 ? 1 : scheme->rides;
    }
    books_withhold(weights, LEDGER_SCHEMES_MAX, withheld);
    return is_few(sum(weights, LEDGER_SCHEMES_MAX));
}

bool books_sheets_has_policy(const struct books_sheets *sheets)
{
    uint8_t any = 0;
    for (uint32_t i = 0; i < POLICY_HASH_SIZE; i++) {
        any |= sheets->policy[i];
    }
    return any != 0;
}

bool books_sheets_is_local(const struct books_sheets *sheets, uint32_t area)
{
    for (uint32_t i = 0; i < sheets->local_count; i++) {
        if (sheets->local[i] == area)
            return true;
    }
    return false;
}

int64_t books_sheets_per_ride(int64_t pence, uint64_t rides)
{
    CHECK(rides > 0);
    const int64_t by = (int64_t)rides;
    const int64_t twice = pence * 2 + by;
    return twice / (2 * by) - (twice % (2 * by) < 0 ? 1 : 0);
}

int64_t books_sheets_permille(int64_t part_pence, int64_t all_pence)
{
    return all_pence > 0 && part_pence > 0 ? part_pence * 1000 / all_pence : 0;
}

static void write_hash(FILE *out, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        fprintf(out, "%02x", bytes[i]);
    }
    fprintf(out, "\n");
}

static void write_about(const struct books_sheets *sheets, FILE *out)
{
    fprintf(out, "item,value\nformat,1\nperiod,%s\ntimezone,%s\n", sheets->period,
            sheets->timezone);
    fprintf(out, "whole,%s\nlast_fact,%" PRIu64 "\n", sheets->is_whole ? "yes" : "no",
            sheets->last_fact);
    fprintf(out, "settlement_fact,%" PRIu64 "\npolicy,", sheets->settlement_fact);
    write_hash(out, sheets->policy, books_sheets_has_policy(sheets) ? POLICY_HASH_SIZE : 0);
    fprintf(out, "local_areas,");
    for (uint32_t i = 0; i < sheets->local_count; i++) {
        fprintf(out, "%s%" PRIu32, i > 0 ? " " : "", sheets->local[i]);
    }
    fprintf(out, "\nwithheld_below,%d\n", BOOKS_LEAST);
}

static void write_account(FILE *out, const char *name, const struct books_account *account)
{
    fprintf(out, "%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n", name,
            account->opening_pence, account->debits_pence, account->credits_pence,
            books_closing_pence(account));
}

static void add_account(struct books_account *total, const struct books_account *account)
{
    total->opening_pence += account->opening_pence;
    total->debits_pence += account->debits_pence;
    total->credits_pence += account->credits_pence;
}

static bool is_used(const struct books_account *account)
{
    return account->opening_pence != 0 || account->debits_pence != 0 || account->credits_pence != 0;
}

/* Schemes are one row here: by scheme they are in concessions.csv, where few rides are withheld. */
static void write_balance(const struct books_sheets *sheets, FILE *out)
{
    struct books_account total = {0};
    struct books_account concession = {0};
    fprintf(out, "account,opening_pence,debits_pence,credits_pence,closing_pence\n");
    for (uint32_t i = 0; i < BOOKS_ACCOUNTS; i++) {
        const struct books_account *account = &sheets->books.accounts[i];
        char number[16];
        snprintf(number, sizeof number, "account_%" PRIu32, i);
        const bool is_named = i >= LEDGER_RIDERS || i < LEDGER_SERVICE_COUNT;
        add_account(&total, account);
        if (i >= LEDGER_CONCESSION && i < LEDGER_CONCESSION + LEDGER_SCHEMES_MAX)
            add_account(&concession, account);
        else if (is_used(account))
            write_account(out, is_named ? chart_text(i) : number, account);
        if (i == LEDGER_CONCESSION + LEDGER_SCHEMES_MAX - 1 && is_used(&concession))
            write_account(out, "concession", &concession);
    }
    write_account(out, "total", &total);
}

static void write_income_row(FILE *out, const char *name, const struct books_income *income,
                             bool withheld)
{
    if (withheld) {
        fprintf(out,
                "%s," WITHHELD "," WITHHELD "," WITHHELD "," WITHHELD "," WITHHELD "," WITHHELD
                "," WITHHELD "\n",
                name);
        return;
    }
    fprintf(out,
            "%s,%" PRIu64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
            "\n",
            name, income->rides, income->riders_pence, income->concession_pence,
            income->cap_discount_pence, income->vat_pence, income->other_pence,
            books_net_pence(income));
}

static void write_income_group(const struct books *books, FILE *out, uint32_t first, uint32_t end,
                               const char *name)
{
    bool withheld[BOOKS_TYPES];
    struct books_income total = {0};
    const bool is_secret = books_sheets_withhold(books, first, end - first, withheld);
    for (uint32_t type = first; type < end; type++) {
        const struct books_income *income = &books->income[type];
        write_income_row(out, books_type_text((enum books_type)type), income,
                         withheld[type - first]);
        books_add(&total, income);
    }
    write_income_row(out, name, &total, is_secret);
}

static void write_income(const struct books_sheets *sheets, FILE *out)
{
    const struct books *books = &sheets->books;
    fprintf(out, "type,rides,riders_pence,concession_pence,cap_discount_pence,vat_pence,"
                 "other_pence,net_pence\n");
    write_income_group(books, out, 0, BOOKS_FARES, "fares");
    write_income_group(books, out, BOOKS_FARES, BOOKS_PER_RIDE, "fees");
    write_income_row(out, books_type_text(BOOKS_NO_RIDE), &books->income[BOOKS_NO_RIDE], false);
}

static void write_concessions(const struct books_sheets *sheets, FILE *out)
{
    bool withheld[LEDGER_SCHEMES_MAX];
    struct books_scheme total = {0};
    const bool is_secret = books_sheets_withhold_schemes(&sheets->books, withheld);
    fprintf(out, "scheme,rides,due_pence\n");
    for (uint32_t i = 0; i < LEDGER_SCHEMES_MAX; i++) {
        const struct books_scheme *scheme = &sheets->books.schemes[i];
        total.rides += scheme->rides;
        total.pence += scheme->pence;
        if (withheld[i])
            fprintf(out, "%" PRIu32 "," WITHHELD "," WITHHELD "\n", i + 1);
        else if (scheme->rides != 0 || scheme->pence != 0)
            fprintf(out, "%" PRIu32 ",%" PRIu64 ",%" PRId64 "\n", i + 1, scheme->rides,
                    scheme->pence);
    }
    if (is_secret)
        fprintf(out, "total," WITHHELD "," WITHHELD "\n");
    else
        fprintf(out, "total,%" PRIu64 ",%" PRId64 "\n", total.rides, total.pence);
}

static void write_cost_row(FILE *out, const char *name, int64_t pence, uint64_t rides)
{
    fprintf(out, "%s,%" PRId64 ",", name, pence);
    if (rides == 0)
        fprintf(out, "\n");
    else if (is_few(rides))
        fprintf(out, WITHHELD "\n");
    else
        fprintf(out, "%" PRId64 "\n", books_sheets_per_ride(pence, rides));
}

static void write_costs(const struct books_sheets *sheets, FILE *out)
{
    const struct books *books = &sheets->books;
    const uint64_t rides = books_rides(books);
    fprintf(out, "category,cost_pence,pence_per_ride\n");
    for (uint32_t i = 0; i < BOOKS_CATEGORIES; i++) {
        write_cost_row(out, chart_text(LEDGER_ENERGY + i), books_category_pence(books, i), rides);
    }
    write_cost_row(out, "total", books_spend_pence(books), rides);
}

static void write_reserves(const struct books_sheets *sheets, FILE *out)
{
    static const uint32_t ACCOUNTS[] = {LEDGER_RESERVE,   LEDGER_RENEWALS, LEDGER_DEBT_SERVICE,
                                        LEDGER_WARD_FUND, LEDGER_COUNCIL,  LEDGER_SURPLUS,
                                        LEDGER_LOSS};
    fprintf(out, "account,opening_pence,in_pence,out_pence,closing_pence\n");
    for (uint32_t i = 0; i < sizeof ACCOUNTS / sizeof ACCOUNTS[0]; i++) {
        const struct books_account *account = &sheets->books.accounts[ACCOUNTS[i]];
        fprintf(out, "%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n",
                chart_text(ACCOUNTS[i]), -account->opening_pence, account->credits_pence,
                account->debits_pence, -books_closing_pence(account));
    }
}

static void write_local(const struct books_sheets *sheets, FILE *out)
{
    const struct books *books = &sheets->books;
    const int64_t all_pence = books_spend_pence(books);
    int64_t local_pence = 0;
    fprintf(out, "area,local,spend_pence,share_permille\n");
    for (uint32_t i = 0; i < books->area_count; i++) {
        const struct books_area *area = &books->areas[i];
        const int64_t pence = books_area_pence(area);
        const bool is_local = books_sheets_is_local(sheets, area->area);
        local_pence += is_local ? pence : 0;
        fprintf(out, "%" PRIu32 ",%s,%" PRId64 ",%" PRId64 "\n", area->area,
                is_local ? "yes" : "no", pence, books_sheets_permille(pence, all_pence));
    }
    fprintf(out, "kept_local,yes,%" PRId64 ",%" PRId64 "\n", local_pence,
            books_sheets_permille(local_pence, all_pence));
    fprintf(out, "total,,%" PRId64 ",%" PRId64 "\n", all_pence,
            books_sheets_permille(all_pence, all_pence));
}

/* Spending is posted bit by bit as it accrues, so an item is a day's, of a category, in an area. */
static void write_items(const struct books_sheets *sheets, FILE *out)
{
    const struct books *books = &sheets->books;
    fprintf(out, "date,category,area,spend_pence\n");
    for (uint32_t day = 0; day < BOOKS_DAYS_MAX; day++) {
        char date[TIMEZONE_DAY_MAX];
        timezone_format_day(books->first_day + (int32_t)day, date);
        for (uint32_t i = 0; i < BOOKS_CATEGORIES * books->area_count; i++) {
            const struct books_area *area = &books->areas[i % books->area_count];
            const uint32_t category = i / books->area_count;
            if (area->pence[day][category] > BOOKS_ITEM_PENCE)
                fprintf(out, "%s,%s,%" PRIu32 ",%" PRId64 "\n", date,
                        chart_text(LEDGER_ENERGY + category), area->area,
                        area->pence[day][category]);
        }
    }
}

static void write_roots(const struct books_sheets *sheets, FILE *out)
{
    fprintf(out, "date,root\n");
    for (uint32_t day = 0; day < sheets->root_count; day++) {
        char date[TIMEZONE_DAY_MAX];
        timezone_format_day(sheets->books.first_day + (int32_t)day, date);
        fprintf(out, "%s,", date);
        write_hash(out, sheets->roots[day], BOOKS_SHEETS_ROOT);
    }
}

static void write_step(FILE *out, const char *step, const char *account, int64_t pence)
{
    for (const char *byte = step; *byte != '\0'; byte++) {
        fputc(*byte == ',' || *byte == '\n' || *byte == '\r' ? ' ' : *byte, out);
    }
    fprintf(out, ",%s,%" PRId64 "\n", account, pence);
}

/* From the income to where the result went; the last column adds up to 0 but for the two rows of
 * results. Nothing but the header where the month is not settled. */
static void write_settlement(const struct books_sheets *sheets, FILE *out)
{
    const struct settlement_outcome *is = &sheets->settlement;
    fprintf(out, "step,account,pence\n");
    if (sheets->settlement_fact == 0)
        return;
    write_step(out, "income", "", is->income_pence);
    write_step(out, "costs", "", -is->cost_pence);
    write_step(out, "result", "", is->result_pence);
    write_step(out, "loss_made_good", chart_text(LEDGER_LOSS), -is->made_good_pence);
    for (uint32_t i = 0; i < is->line_count; i++) {
        write_step(out, is->lines[i].name, chart_text(settlement_account(is->lines[i].use)),
                   -is->lines[i].pence);
    }
    write_step(out, "from_reserve", chart_text(LEDGER_RESERVE), is->from_reserve_pence);
    write_step(out, "from_council", chart_text(LEDGER_COUNCIL), is->from_council_pence);
    write_step(out, "loss_carried", chart_text(LEDGER_LOSS), is->carried_pence);
    write_step(out, "result_of_rolling_years", "", is->rolling_pence);
}

static const struct {
    const char *name;
    write_sheet *write;
} SHEETS[] = {
    [BOOKS_SHEETS_ABOUT] = {"about.csv", write_about},
    {"trial_balance.csv", write_balance},
    {"income.csv", write_income},
    {"concessions.csv", write_concessions},
    {"cost_per_ride.csv", write_costs},
    {"reserves.csv", write_reserves},
    {"local_share.csv", write_local},
    {"spend_over_500.csv", write_items},
    {"settlement.csv", write_settlement},
    {"daily_root.csv", write_roots},
};

#define SHEET_COUNT (sizeof SHEETS / sizeof SHEETS[0])

const char *books_sheets_name(uint32_t sheet)
{
    return sheet < SHEET_COUNT ? SHEETS[sheet].name : NULL;
}

void books_sheets_write(const struct books_sheets *sheets, uint32_t sheet, FILE *out)
{
    CHECK(sheet < SHEET_COUNT);
    SHEETS[sheet].write(sheets, out);
}
