/* One address or several, and who is in charge. */
#include "sim/load_address.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

Test(load_address, says_what_is_wrong_with_a_url)
{
    cr_expect_not_null(load_address_fault(NULL));
    cr_expect_not_null(strstr(load_address_fault("https://a:1"), "http only"));
    cr_expect_not_null(load_address_fault("a:1"));
    cr_expect_not_null(load_address_fault("http://"));
    cr_expect_not_null(load_address_fault("http://a:1,"));
    cr_expect_not_null(load_address_fault("http://,a:1"));
    cr_expect_not_null(strstr(load_address_fault("http://a:1/path"), "without a path"));
    cr_expect_not_null(strstr(load_address_fault("http://a,b,c,d,e,f,g,h,i"), "more than 8"));
    cr_expect_null(load_address_fault("http://a,b,c,d,e,f,g,h"));
    cr_expect_null(load_address_fault("http://a:1/"));
    cr_expect_null(load_address_fault("http://[::1]:8080"));
}

Test(load_address, finds_each_host_with_its_port)
{
    struct load_address address;
    cr_assert(load_address_find(&address, "http://127.0.0.1:81,[::1]:82,127.0.0.2/"));
    cr_assert_eq(address.count, 3);
    cr_expect_str_eq(address.hosts[1], "[::1]:82");
    const struct sockaddr_in *first = (const void *)&address.sockets[0];
    const struct sockaddr_in6 *second = (const void *)&address.sockets[1];
    const struct sockaddr_in *third = (const void *)&address.sockets[2];
    cr_expect_eq(ntohs(first->sin_port), 81);
    cr_expect_eq(second->sin6_family, AF_INET6);
    cr_expect_eq(ntohs(second->sin6_port), 82);
    cr_expect_eq(ntohl(third->sin_addr.s_addr), 0x7f000002);
    cr_expect_eq(ntohs(third->sin_port), 80);
}

Test(load_address, is_left_once_by_all_who_failed_at_the_same_host)
{
    struct load_address address;
    cr_assert(load_address_find(&address, "http://127.0.0.1,127.0.0.2"));
    cr_expect(load_address_leave(&address, 0));
    cr_expect(load_address_leave(&address, 0), "the second that failed there moves nobody");
    cr_expect_eq(address.current, 1);
    cr_expect(load_address_leave(&address, 1));
    cr_expect_eq(address.current, 0);
}

Test(load_address, stays_where_there_is_no_other)
{
    struct load_address address;
    cr_assert(load_address_find(&address, "http://127.0.0.1"));
    cr_expect_not(load_address_leave(&address, 0));
    cr_expect_eq(address.current, 0);
}
