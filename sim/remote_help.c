#include "sim/remote_help.h"

#include "base/check.h"

static int64_t draw(struct remote_help *help, int64_t average_ms)
{
    return random_between(&help->random, 1, 2 * average_ms);
}

void remote_help_init(struct remote_help *help, const struct remote_help_plan *plan, uint64_t seed,
                      uint32_t vehicle)
{
    struct random chance;
    random_init(&chance, seed);
    *help = (struct remote_help){.plan = *plan, .random = random_fork(&chance, vehicle)};
    if (plan->every_ms > 0) {
        help->left_ms = draw(help, plan->every_ms);
    }
}

void remote_help_drive(struct remote_help *help, int64_t driven_ms)
{
    help->left_ms -= driven_ms;
}

bool remote_help_is_due(const struct remote_help *help)
{
    return help->plan.every_ms > 0 && help->left_ms <= 0;
}

void remote_help_begin(struct remote_help *help, int64_t now_ms)
{
    CHECK(remote_help_is_due(help));
    help->until_ms = now_ms + draw(help, help->plan.for_ms);
    help->left_ms = draw(help, help->plan.every_ms);
}
