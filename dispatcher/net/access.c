/* One table says who may call what. A test walks the .proto services, so that a call without a
 * row, or a row without a call, cannot be released. */
#include "net/access.h"

#include <string.h>

static const struct access_rule rules[] = {
    {"/commonwheel.v1.RiderService/Quote", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/Book", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/Cancel", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/GetRide", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/WatchRide", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/GetCapStatus", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/ListReceipts", ROLE_RIDER},
    {"/commonwheel.v1.OperatorService/ListVehicles", ROLE_OPERATOR},
    {"/commonwheel.v1.OperatorService/WatchFleet", ROLE_OPERATOR},
    {"/commonwheel.v1.OperatorService/GetStatistics", ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR},
    {"/commonwheel.v1.OperatorService/CloseRoad", ROLE_OPERATOR},
    {"/commonwheel.v1.OperatorService/OpenRoad", ROLE_OPERATOR},
    {"/commonwheel.v1.OperatorService/ListClosures", ROLE_OPERATOR},
    {"/commonwheel.v1.OperatorService/ExplainRide", ROLE_OPERATOR},
    {"/commonwheel.v1.OperatorService/ListRefusals", ROLE_OPERATOR},
    {"/commonwheel.v1.OperatorService/SetRiderClass", ROLE_OPERATOR},
    {"/commonwheel.v1.FinanceService/RefundRide", ROLE_FINANCE},
    {"/commonwheel.v1.FinanceService/TrialBalance", ROLE_FINANCE | ROLE_AUDITOR},
    {"/commonwheel.v1.FinanceService/ListTransfers", ROLE_FINANCE | ROLE_AUDITOR},
    {"/commonwheel.v1.FinanceService/GetReceipt", ROLE_FINANCE | ROLE_AUDITOR},
    {"/commonwheel.v1.RiderService/SetUpPayment", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/EndPayment", ROLE_RIDER},
    {"/commonwheel.v1.RiderService/GetPaymentStatus", ROLE_RIDER},
    {"/commonwheel.v1.FinanceService/RecordPayment", ROLE_FINANCE},
    {"/commonwheel.v1.FinanceService/ListPayments", ROLE_FINANCE | ROLE_AUDITOR},
    {"/commonwheel.v1.FinanceService/ProposeSettlement", ROLE_FINANCE},
    {"/commonwheel.v1.FinanceService/ApproveSettlement", ROLE_FINANCE},
    {"/commonwheel.v1.FinanceService/ListSettlements", ROLE_FINANCE | ROLE_AUDITOR},
    {"/commonwheel.v1.FinanceService/ExportPeriod", ROLE_FINANCE | ROLE_AUDITOR},
    {"/webhooks/govuk-pay", ROLE_SIGNED},
    {"/vehicle/v1", ROLE_VEHICLE},
};

static const struct {
    const char *name;
    unsigned role;
} roles[] = {
    {"rider", ROLE_RIDER},     {"vehicle", ROLE_VEHICLE}, {"operator", ROLE_OPERATOR},
    {"finance", ROLE_FINANCE}, {"auditor", ROLE_AUDITOR},
};

const struct access_rule *access_find(const char *path, size_t length)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strlen(rules[i].path) == length && memcmp(rules[i].path, path, length) == 0)
            return &rules[i];
    return NULL;
}

const struct access_rule *access_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

unsigned access_role(const char *name)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(roles[i].name, name) == 0)
            return roles[i].role;
    return 0;
}

const char *access_role_text(unsigned role)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (roles[i].role == role)
            return roles[i].name;
    return NULL;
}
