#include "resolver.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"

#define TURNS 5

typedef int asker(const char *node, const char *service, const struct addrinfo *hints,
                  struct addrinfo **found);

/* Of the process, which a test has to itself; the C library's function has no other place. */
static struct {
    uv_sem_t gate;
    uv_thread_t loop_thread;
    uv_timer_t timer;
    bool is_begun;
    unsigned turns;
    atomic_uint asked_on_loop;
    atomic_uint asked;
} resolver;

static void on_turn(uv_timer_t *timer)
{
    (void)timer;
    if (++resolver.turns >= TURNS)
        uv_sem_post(&resolver.gate);
}

void resolver_begin(uv_loop_t *loop)
{
    CHECK(uv_sem_init(&resolver.gate, 0) == 0);
    resolver.loop_thread = uv_thread_self();
    resolver.is_begun = true;
    uv_timer_init(loop, &resolver.timer);
    uv_timer_start(&resolver.timer, on_turn, 1, 1);
    uv_unref((uv_handle_t *)&resolver.timer);
}

void resolver_end(uv_loop_t *loop)
{
    uv_close((uv_handle_t *)&resolver.timer, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

unsigned resolver_asked_on_loop(void)
{
    return resolver.asked_on_loop;
}

unsigned resolver_asked(void)
{
    return resolver.asked;
}

static int look_up(const char *node, const struct addrinfo *hints, struct addrinfo **found)
{
    asker *const real = (asker *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");
    if (strcmp(node, "one.example") == 0)
        return real("127.0.0.1", NULL, hints, found);
    if (strcmp(node, "two.example") != 0)
        return EAI_NONAME;
    const int status = real("127.0.0.2", NULL, hints, found);
    return status != 0 ? status : real("127.0.0.3", NULL, hints, &(*found)->ai_next);
}

/* The library's own names are reserved.
 * NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    asker *const real = (asker *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");
    if (node == NULL || (hints != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0))
        return real(node, service, hints, found);
    if (!resolver.is_begun)
        return look_up(node, hints, found);
    const uv_thread_t self = uv_thread_self();
    resolver.asked++;
    if (uv_thread_equal(&self, &resolver.loop_thread)) {
        resolver.asked_on_loop++;
        return EAI_AGAIN;
    }
    uv_sem_wait(&resolver.gate);
    return look_up(node, hints, found);
}
