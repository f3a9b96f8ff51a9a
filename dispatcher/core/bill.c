#include "core/bill.h"

#include "base/check.h"

#define NET_PERMILLE 1000

int64_t bill_vat_pence(int64_t gross_pence, int32_t vat_permille)
{
    const int64_t gross_permille = NET_PERMILLE + vat_permille;
    CHECK(gross_pence >= 0 && gross_pence <= 2 * PENCE_MAX);
    CHECK(vat_permille >= 0 && vat_permille <= NET_PERMILLE);
    return (gross_pence * vat_permille + gross_permille / 2) / gross_permille;
}
