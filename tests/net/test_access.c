#include <commonwheel/v1/finance.pb-c.h>
#include <commonwheel/v1/operator.pb-c.h>
#include <commonwheel/v1/rider.pb-c.h>
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/access.h"
#include "wire/codec_call.h"

static const unsigned roles[] = {ROLE_RIDER, ROLE_VEHICLE, ROLE_OPERATOR, ROLE_FINANCE,
                                 ROLE_AUDITOR};

/* Who may call what, written out: r(ider), v(ehicle), o(perator), f(inance), a(uditor). */
static const struct {
    const char *path;
    const char *allowed;
} matrix[] = {
    {"/commonwheel.v1.RiderService/Quote", "r----"},
    {"/commonwheel.v1.RiderService/Book", "r----"},
    {"/commonwheel.v1.RiderService/Cancel", "r----"},
    {"/commonwheel.v1.RiderService/GetRide", "r----"},
    {"/commonwheel.v1.RiderService/WatchRide", "r----"},
    {"/commonwheel.v1.RiderService/GetCapStatus", "r----"},
    {"/commonwheel.v1.RiderService/ListReceipts", "r----"},
    {"/commonwheel.v1.OperatorService/ListVehicles", "--o--"},
    {"/commonwheel.v1.OperatorService/WatchFleet", "--o--"},
    {"/commonwheel.v1.OperatorService/GetStatistics", "--ofa"},
    {"/commonwheel.v1.OperatorService/CloseRoad", "--o--"},
    {"/commonwheel.v1.OperatorService/OpenRoad", "--o--"},
    {"/commonwheel.v1.OperatorService/ListClosures", "--o--"},
    {"/commonwheel.v1.OperatorService/ExplainRide", "--o--"},
    {"/commonwheel.v1.OperatorService/ListRefusals", "--o--"},
    {"/commonwheel.v1.OperatorService/SetRiderClass", "--o--"},
    {"/commonwheel.v1.FinanceService/RefundRide", "---f-"},
    {"/commonwheel.v1.FinanceService/TrialBalance", "---fa"},
    {"/commonwheel.v1.FinanceService/ListTransfers", "---fa"},
    {"/commonwheel.v1.FinanceService/GetReceipt", "---fa"},
    {"/commonwheel.v1.RiderService/SetUpPayment", "r----"},
    {"/commonwheel.v1.RiderService/EndPayment", "r----"},
    {"/commonwheel.v1.RiderService/GetPaymentStatus", "r----"},
    {"/commonwheel.v1.FinanceService/RecordPayment", "---f-"},
    {"/commonwheel.v1.FinanceService/ListPayments", "---fa"},
    {"/commonwheel.v1.FinanceService/ProposeSettlement", "---f-"},
    {"/commonwheel.v1.FinanceService/ApproveSettlement", "---f-"},
    {"/commonwheel.v1.FinanceService/ListSettlements", "---fa"},
    {"/commonwheel.v1.FinanceService/ExportPeriod", "---fa"},
    {"/webhooks/govuk-pay", "-----"},
    {"/vehicle/v1", "-v---"},
};

Test(access, allows_each_role_just_the_calls_of_the_matrix)
{
    size_t count;

    access_rules(&count);
    cr_assert_eq(count, sizeof matrix / sizeof matrix[0]);
    for (size_t i = 0; i < count; i++) {
        const struct access_rule *rule = access_find(matrix[i].path, strlen(matrix[i].path));

        cr_assert_not_null(rule, "%s", matrix[i].path);
        cr_assert_str_eq(rule->path, matrix[i].path);
        for (size_t j = 0; j < sizeof roles / sizeof roles[0]; j++)
            cr_assert_eq((rule->roles & roles[j]) != 0, matrix[i].allowed[j] != '-', "%s %s",
                         matrix[i].path, access_role_text(roles[j]));
    }
}

Test(access, finds_whole_paths_only)
{
    static const char *const rows[] = {
        "",
        "/",
        "/vehicle",
        "/vehicle/v1/",
        "/vehicle/v2",
        "/commonwheel.v1.RiderService/",
        "/commonwheel.v1.RiderService/book",
        "/commonwheel.v1.RiderService/Books",
        "/commonwheel.v2.RiderService/Book",
        "//commonwheel.v1.RiderService/Book",
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_null(access_find(rows[i], strlen(rows[i])), "%s", rows[i]);
    cr_assert_null(access_find("/vehicle/v1", 10));
}

Test(access, names_roles_both_ways)
{
    static const char *const names[] = {"rider", "vehicle", "operator", "finance", "auditor"};
    static const char *const unknown[] = {"", "Rider", "riders", "admin", "rider ", "*"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cr_assert_eq(access_role(names[i]), roles[i]);
        cr_assert_str_eq(access_role_text(roles[i]), names[i]);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        cr_assert_eq(access_role(unknown[i]), 0);
    cr_assert_null(access_role_text(0));
    cr_assert_null(access_role_text(ROLE_RIDER | ROLE_VEHICLE));
}

/* Every call of the .proto files has a rule, every call that can be decoded too, and there is no
 * rule for anything else but the vehicles' WebSocket and the payment provider's webhook. */
Test(access, has_a_rule_for_every_call_and_for_nothing_else)
{
    static const ProtobufCServiceDescriptor *const services[] = {
        &commonwheel__v1__rider_service__descriptor,
        &commonwheel__v1__operator_service__descriptor,
        &commonwheel__v1__finance_service__descriptor,
    };
    size_t rule_count;
    size_t codec_count;
    size_t call_count = 0;
    const struct codec_call *codecs = codec_calls(&codec_count);

    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        for (unsigned j = 0; j < services[i]->n_methods; j++) {
            char path[128];
            int length = snprintf(path, sizeof path, "/%s/%s", services[i]->name,
                                  services[i]->methods[j].name);

            cr_assert_not_null(access_find(path, (size_t)length), "%s has no rule", path);
            call_count++;
        }
    for (size_t i = 0; i < codec_count; i++)
        cr_assert_not_null(access_find(codecs[i].path, strlen(codecs[i].path)));
    access_rules(&rule_count);
    cr_assert_eq(codec_count, call_count);
    cr_assert_eq(rule_count, call_count + 2);
}

/* ---- What the documentation says ---- */

#define ROWS_MAX 64

struct page {
    char *text;
    char *rows[ROWS_MAX]; /* of its tables, those that list calls: "| first | XService: A, B; ... |"
                           */
    size_t row_count;
};

static void page_open(struct page *page, const char *path)
{
    FILE *file = fopen(path, "r");
    *page = (struct page){0};
    cr_assert_not_null(file, "%s", path);
    cr_assert(fseek(file, 0, SEEK_END) == 0);
    const long size = ftell(file);
    rewind(file);
    page->text = calloc((size_t)size + 1, 1);
    cr_assert_eq(fread(page->text, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    for (char *line = page->text; *line != '\0';) {
        char *end = line + strcspn(line, "\n");
        char *next = *end == '\n' ? end + 1 : end;
        *end = '\0';
        if (line[0] == '|' && strstr(line, "Service") != NULL) {
            cr_assert_lt(page->row_count, ROWS_MAX);
            page->rows[page->row_count++] = line;
        }
        line = next;
    }
}

/* The calls that a row lists of a service: "A, B; ...", or "". */
static const char *list_of(const char *row, const char *service, size_t length)
{
    for (const char *at = strstr(row, "Service"); at != NULL; at = strstr(at + 1, "Service")) {
        const char *end = at + strlen("Service");
        if ((size_t)(end - row) >= length && memcmp(end - length, service, length) == 0)
            return end + strcspn(end, ":;|") + 1;
    }
    return "";
}

/* Is the call in the list? */
static bool is_listed(const char *list, const char *call)
{
    const char *end = list + strcspn(list, ";|");
    const size_t length = strlen(call);
    for (const char *at = strstr(list, call); at != NULL && at < end; at = strstr(at + 1, call)) {
        if (!isalpha((unsigned char)at[-1]) && !isalpha((unsigned char)at[length]))
            return true;
    }
    return false;
}

static bool is_said(const char *row, const struct access_rule *rule)
{
    const char *service = strchr(rule->path, '.') + strlen(".v1.");
    const char *call = strrchr(rule->path, '/') + 1;
    return is_listed(list_of(row, service, (size_t)(call - service - 1)), call);
}

/* So many calls are listed in a row: words in a list. */
static size_t count_listed(const char *row)
{
    size_t count = 0;
    for (const char *at = strstr(row, "Service"); at != NULL; at = strstr(at + 1, "Service")) {
        const char *list = at + strcspn(at, ":;|");
        if (*list != ':')
            continue;
        const char *end = list + strcspn(list, ";|");
        for (count++; list < end; list++)
            count += *list == ',';
    }
    return count;
}

static bool is_call(const struct access_rule *rule)
{
    return strncmp(rule->path, "/commonwheel.", strlen("/commonwheel.")) == 0;
}

/* Each role's rows together list just the calls that it may make. */
Test(access, is_what_the_page_for_operators_says)
{
    struct page page;
    size_t count;
    const struct access_rule *rules = access_rules(&count);
    page_open(&page, SOURCE_DIR "/docs/operations.md");
    cr_assert_geq(page.row_count, 4);
    for (size_t j = 0; j < sizeof roles / sizeof roles[0]; j++) {
        char head[32];
        size_t listed = 0;
        size_t allowed = 0;
        snprintf(head, sizeof head, "`%s`", access_role_text(roles[j]));
        for (size_t i = 0; i < page.row_count; i++) {
            const char *at = strstr(page.rows[i], head);
            listed +=
                at != NULL && at < strstr(page.rows[i], "Service") ? count_listed(page.rows[i]) : 0;
        }
        for (size_t i = 0; i < count; i++) {
            bool said = false;
            for (size_t k = 0; k < page.row_count && is_call(&rules[i]); k++) {
                const char *at = strstr(page.rows[k], head);
                said = said || (at != NULL && is_said(page.rows[k], &rules[i]));
            }
            const bool may = is_call(&rules[i]) && (rules[i].roles & roles[j]) != 0;
            cr_expect_eq(said, may, "docs/operations.md, %s: %s", head, rules[i].path);
            allowed += may;
        }
        cr_expect_eq(listed, allowed, "docs/operations.md, %s: calls that there are not", head);
    }
    free(page.text);
}

/* Each service's row lists all of its calls, and no other. */
Test(access, has_the_calls_that_the_page_for_programmers_lists)
{
    struct page page;
    size_t count;
    size_t calls = 0;
    size_t listed = 0;
    const struct access_rule *rules = access_rules(&count);
    page_open(&page, SOURCE_DIR "/docs/protocol.md");
    for (size_t i = 0; i < page.row_count; i++)
        listed += strstr(page.rows[i], ".proto`") != NULL ? count_listed(page.rows[i]) : 0;
    for (size_t i = 0; i < count; i++) {
        bool said = !is_call(&rules[i]);
        for (size_t k = 0; k < page.row_count && is_call(&rules[i]); k++)
            said = said || is_said(page.rows[k], &rules[i]);
        cr_expect(said, "docs/protocol.md does not list %s", rules[i].path);
        calls += is_call(&rules[i]);
    }
    cr_expect_eq(listed, calls, "docs/protocol.md lists calls that there are not");
    free(page.text);
}
