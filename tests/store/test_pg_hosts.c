/* Names of a connection's hosts, resolved while the loop goes on. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "resolver.h"
#include "store/pg_hosts.h"

struct finding {
    uv_loop_t loop;
    struct pg_hosts hosts;
    unsigned found_count;
    char error[STORE_ERROR_MAX];
};

static void on_found(void *user, const struct store_error *error)
{
    struct finding *finding = user;
    finding->found_count++;
    snprintf(finding->error, sizeof finding->error, "%s", error != NULL ? error->text : "");
}

static void begin(struct finding *finding, const char *host, const char *hostaddr, const char *port)
{
    memset(finding, 0, sizeof *finding);
    cr_assert_eq(uv_loop_init(&finding->loop), 0);
    pg_hosts_init(&finding->hosts, &finding->loop, host, hostaddr, port, on_found, finding);
}

static void end(struct finding *finding)
{
    cr_assert_eq(uv_loop_close(&finding->loop), 0, "a handle was left open");
}

static void find(struct finding *finding, uint32_t turn)
{
    finding->found_count = 0;
    pg_hosts_find(&finding->hosts, turn);
    while (finding->found_count == 0)
        uv_run(&finding->loop, UV_RUN_ONCE);
    cr_expect_eq(finding->found_count, 1);
}

static void expect_lists(const struct finding *finding, const char *host, const char *hostaddr,
                         const char *port)
{
    const struct pg_hosts_lists lists = pg_hosts_lists(&finding->hosts);
    cr_expect_str_eq(finding->error, "");
    cr_expect_str_eq(lists.host, host);
    cr_expect_str_eq(lists.hostaddr, hostaddr);
    cr_expect_str_eq(lists.port, port);
}

Test(pg_hosts, resolves_names_while_the_loop_goes_on)
{
    struct finding finding;
    begin(&finding, "one.example,/run/db,two.example,10.0.0.9", NULL, "1,2,3,4");
    resolver_begin(&finding.loop);
    find(&finding, 0);
    expect_lists(&finding, "one.example,/run/db,two.example,two.example,10.0.0.9",
                 "127.0.0.1,,127.0.0.2,127.0.0.3,10.0.0.9", "1,2,3,3,4");
    cr_expect_eq(resolver_asked(), 2);
    cr_expect_eq(resolver_asked_on_loop(), 0);
    find(&finding, 1); /* anew */
    expect_lists(&finding, "/run/db,two.example,two.example,10.0.0.9,one.example",
                 ",127.0.0.2,127.0.0.3,10.0.0.9,127.0.0.1", "2,3,3,4,1");
    cr_expect_eq(resolver_asked(), 4);
    resolver_end(&finding.loop);
    end(&finding);
}

Test(pg_hosts, begins_one_further_each_turn)
{
    static const char *const LISTS[] = {"10.0.0.1,10.0.0.2,fe80::3", "10.0.0.2,fe80::3,10.0.0.1",
                                        "fe80::3,10.0.0.1,10.0.0.2", "10.0.0.1,10.0.0.2,fe80::3"};
    struct finding finding;
    begin(&finding, LISTS[0], "", "5433");
    for (uint32_t turn = 0; turn < sizeof LISTS / sizeof LISTS[0]; turn++) {
        find(&finding, turn);
        expect_lists(&finding, LISTS[turn], LISTS[turn], "5433,5433,5433");
    }
    end(&finding);
}

Test(pg_hosts, goes_on_without_names_that_it_cannot_resolve)
{
    struct finding finding;
    begin(&finding, "gone.example,one.example", NULL, NULL);
    find(&finding, 0);
    expect_lists(&finding, "one.example", "127.0.0.1", "");
    end(&finding);
    begin(&finding, "gone.example,lost.example", NULL, NULL);
    find(&finding, 0);
    cr_expect_str_eq(finding.error, "the host lost.example of the store cannot be resolved: "
                                    "unknown node or service");
    end(&finding);
}

Test(pg_hosts, leaves_to_libpq_what_it_does_not_know)
{
    char many[PG_HOSTS_MAX * 4 + 4];
    char name[PG_HOSTS_NAME_MAX + 1];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (size_t i = 0; i < sizeof many - 1; i++)
        many[i] = "a.b,"[i % 4];
    many[sizeof many - 1] = '\0';
    const char *const rows[][3] = {{NULL, NULL, NULL},          {"", NULL, "5432"},
                                   {"a.b", "10.0.0.1", "5432"}, {many, NULL, "5432"},
                                   {name, NULL, "5432"},        {"a.b,c.d,e.f", NULL, "1,2"},
                                   {"a.b", NULL, "123456789"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct finding finding;
        begin(&finding, rows[i][0], rows[i][1], rows[i][2]);
        find(&finding, 0);
        const struct pg_hosts_lists lists = pg_hosts_lists(&finding.hosts);
        cr_expect(lists.host == NULL && lists.hostaddr == NULL && lists.port == NULL, "row %zu", i);
        cr_expect_str_eq(finding.error, "", "row %zu", i);
        end(&finding);
    }
}

Test(pg_hosts, answers_once_also_when_it_is_to_make_haste)
{
    struct finding finding;
    begin(&finding, "one.example,two.example", NULL, NULL);
    cr_expect_not(pg_hosts_hurry(&finding.hosts));
    resolver_begin(&finding.loop);
    pg_hosts_find(&finding.hosts, 0);
    cr_expect(pg_hosts_hurry(&finding.hosts));
    uv_run(&finding.loop, UV_RUN_DEFAULT);
    cr_expect_eq(finding.found_count, 1);
    cr_expect_not(pg_hosts_hurry(&finding.hosts));
    resolver_end(&finding.loop);
    end(&finding);
}
