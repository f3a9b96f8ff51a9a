#include "core/terms.h"

struct caps_rule terms_caps(const struct core *core, const struct state_rider *rider, int32_t day)
{
    (void)rider;
    (void)day;
    return caps_rule(&core->config.caps);
}

int32_t terms_vat_permille(const struct core *core, const struct ride *ride, int32_t day)
{
    (void)core;
    (void)ride;
    (void)day;
    return 0;
}

int64_t terms_cancel_pence(const struct core *core, const struct ride *ride)
{
    (void)core;
    (void)ride;
    return 0;
}

int64_t terms_no_show_pence(const struct core *core, const struct ride *ride)
{
    (void)core;
    (void)ride;
    return 0;
}

int64_t terms_lateness_pence(const struct core *core, const struct ride *ride,
                             int64_t charged_pence)
{
    (void)core;
    (void)ride;
    (void)charged_pence;
    return 0;
}

uint32_t terms_policy(const struct core *core)
{
    (void)core;
    return 0;
}
