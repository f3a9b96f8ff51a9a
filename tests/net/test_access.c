#include <commonwheel/v1/finance.pb-c.h>
#include <commonwheel/v1/operator.pb-c.h>
#include <commonwheel/v1/rider.pb-c.h>
#include <criterion/criterion.h>
#include <stdio.h>
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
