#include <criterion/criterion.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "door.h"
#include "net/access.h"

static struct door door;
static char token[TOKEN_MAX + 1];
static struct response response;

Test(net, says_why_it_cannot_open)
{
    uv_loop_t loop;
    struct net_callbacks callbacks = {0};

    door_init(&door);

    const struct {
        const char *address;
        const char *jwks;
        const char *certificate;
        const char *error;
    } rows[] = {
        {"nowhere", door.keys.jwks, NULL, "nowhere: is no IPv4 or IPv6 address"},
        {"203.0.113.1", door.keys.jwks, NULL,
         "cannot listen on 203.0.113.1 port 0: Cannot assign requested address"},
        {"127.0.0.1", "/none.json", NULL, "unable to open /none.json: No such file or directory"},
        {"127.0.0.1", door.keys.jwks, "/none.pem", "/none.pem: is no certificate chain in PEM"},
        {"127.0.0.1", door.keys.jwks, door.keys.jwks, "is no certificate chain in PEM"},
    };

    cr_assert_eq(uv_loop_init(&loop), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct net_config config = door.config;
        struct net_error error = {""};

        config.address = rows[i].address;
        config.jwks = rows[i].jwks;
        config.tls_certificate = config.tls_key = rows[i].certificate;
        cr_assert_null(net_open(&loop, &config, &callbacks, &error));
        cr_assert_not_null(strstr(error.text, rows[i].error), "%s", error.text);
        uv_run(&loop, UV_RUN_DEFAULT);
    }
    cr_assert_eq(uv_loop_close(&loop), 0);
    keys_done(&door.keys);
}

/* Closed with calls, streams, vehicles and half requests under way: nothing is left. */
Test(net, closes_with_everything_under_way)
{
    uint8_t body[16];
    char vehicle[TOKEN_MAX + 1];
    int fds[5];

    door_init(&door);
    keys_token(&door.keys, ROLE_RIDER, "alice", token);
    keys_token(&door.keys, ROLE_VEHICLE, "7", vehicle);
    door_open(&door);
    for (int i = 0; i < 5; i++)
        fds[i] = client_connect(door.port);
    client_ask(fds[0], RIDER_PATH "GetRide", token, body, client_ride(DOOR_RIDE_MUTE, body));
    door_event(&door, EVENT_GET_RIDE);
    client_ask(fds[1], RIDER_PATH "WatchRide", token, body, client_ride(9, body));
    client_read_head(fds[1], &response);
    cr_assert_eq(response.status, 200);
    cr_assert_eq(client_upgrade(fds[2], vehicle), 101);
    client_frame(fds[2], 0x82, body, client_hello(body));
    door_event(&door, EVENT_HELLO);
    client_text(fds[3], "POST /commonwheel");
    door_close(&door);
    for (int i = 0; i < 5; i++) {
        cr_assert(client_is_closed(fds[i]));
        close(fds[i]);
    }
}

Test(net, takes_as_many_connections_as_it_may)
{
    int fds[4];

    door_init(&door);
    door.config.connections_max = 4;
    door_open(&door);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++) {
            fds[i] = client_connect(door.port);
            client_text(fds[i], "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            client_read(fds[i], &response);
            cr_assert_eq(response.status, 200);
        }

        int over = client_connect(door.port);

        cr_assert(client_is_closed(over));
        close(over);
        for (int i = 0; i < 4; i++) {
            shutdown(fds[i], SHUT_WR);
            cr_assert(client_is_closed(fds[i]));
            close(fds[i]);
        }
        /* The slots are free once the dispatcher has noticed. */
        do {
            over = client_connect(door.port);
            client_text(over, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            client_read(over, &response);
            cr_assert(client_is_closed(over));
            close(over);
        } while (response.status == 0);
    }
    door_close(&door);
}

Test(net, limits_each_address)
{
    uint8_t body[16];
    size_t size = client_ride(9, body);
    int refused = 0;

    door_init(&door);
    keys_token(&door.keys, ROLE_RIDER, "alice", token);
    door.config.connections_per_peer = 2;
    door.config.calls_per_peer_s = 5;
    door_open(&door);

    int fds[3] = {client_connect(door.port), client_connect(door.port)};

    client_text(fds[1], "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    client_read(fds[1], &response);
    cr_assert_eq(response.status, 200);
    fds[2] = client_connect(door.port);
    cr_assert(client_is_closed(fds[2]));
    for (int i = 0; i < 20; i++) {
        client_call(fds[0], RIDER_PATH "GetRide", token, body, size, &response);
        if (response.status == 429) {
            cr_assert(client_has_code(&response, "resource_exhausted"));
            refused++;
        }
        cr_assert(i > 4 || response.status == 200);
    }
    cr_assert_gt(refused, 0);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    door_close(&door);
}

/* Draining: what is under way goes on, what is new is refused. */
Test(net, drains)
{
    uint8_t body[16];

    door_init(&door);
    keys_token(&door.keys, ROLE_RIDER, "alice", token);
    door_open(&door);

    int waits = client_connect(door.port);
    int asks = client_connect(door.port);

    client_ask(waits, RIDER_PATH "GetRide", token, body, client_ride(DOOR_RIDE_MUTE, body));

    struct event event = door_event(&door, EVENT_GET_RIDE);
    struct message reply = {.kind = MESSAGE_ERROR, .request = event.request};

    client_text(asks, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    client_read(asks, &response);
    cr_assert_eq(response.status, 200);
    door_drain(&door);
    client_call(asks, RIDER_PATH "GetRide", token, body, client_ride(9, body), &response);
    cr_assert_eq(response.status, 503);
    cr_assert(client_has_code(&response, "unavailable"));
    cr_assert(client_is_closed(asks));
    reply.error = MESSAGE_ERROR_NOT_FOUND;
    door_send(&door, &reply);
    client_read(waits, &response);
    cr_assert(client_has_code(&response, "not_found"));
    close(waits);
    close(asks);
    door_close(&door);
}

/* A self-signed certificate of a P-256 key. */
static void make_certificate(const char *certificate_path, const char *key_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    FILE *file = fopen(key_path, "w");

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    cr_assert_gt(X509_sign(certificate, key, EVP_sha256()), 0);
    cr_assert_eq(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    file = fopen(certificate_path, "w");
    cr_assert_eq(PEM_write_X509(file, certificate), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static bool handshake(SSL_CTX *context, int fd, SSL **ssl)
{
    *ssl = SSL_new(context);
    SSL_set_fd(*ssl, fd);
    return SSL_connect(*ssl) == 1;
}

Test(net, speaks_tls)
{
    char certificate[128];
    char key[128];
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl;

    door_init(&door);
    snprintf(certificate, sizeof certificate, "%s", keys_path(&door.keys, "tls.pem"));
    snprintf(key, sizeof key, "%s", keys_path(&door.keys, "tls.key"));
    make_certificate(certificate, key);
    door.config.tls_certificate = certificate;
    door.config.tls_key = key;
    door_open(&door);
    cr_assert_eq(SSL_CTX_load_verify_locations(context, certificate, NULL), 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x02h2\x08http/1.1", 12);
    for (int round = 0; round < 5; round++) {
        static const char request[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        const unsigned char *protocol;
        unsigned length;
        char answer[1024];
        int fd = client_connect(door.port);

        cr_assert(handshake(context, fd, &ssl));
        SSL_get0_alpn_selected(ssl, &protocol, &length);
        cr_assert_eq(length, 8);
        cr_assert_eq(memcmp(protocol, "http/1.1", 8), 0);
        for (int i = 0; i < 3; i++) {
            cr_assert_eq(SSL_write(ssl, request, sizeof request - 1), (int)sizeof request - 1);

            int size = SSL_read(ssl, answer, sizeof answer - 1);

            cr_assert_gt(size, 0);
            answer[size] = '\0';
            cr_assert_eq(strncmp(answer, "HTTP/1.1 200 OK\r\n", 17), 0);
        }
        SSL_free(ssl);
        close(fd);
    }

    /* Old TLS, and no TLS at all. */
    int fd = client_connect(door.port);

    SSL_CTX_set_min_proto_version(context, TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    cr_assert_not(handshake(context, fd, &ssl));
    SSL_free(ssl);
    close(fd);
    fd = client_connect(door.port);
    client_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    cr_assert(client_is_closed(fd));
    close(fd);
    SSL_CTX_free(context);
    door_close(&door);
}
