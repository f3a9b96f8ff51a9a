/* The files are tried before libwebsockets opens them, since it could not say what is wrong. */
#include "net/tls.h"

#include <openssl/err.h>
#include <stdio.h>

static bool fail(struct net_error *error, const char *file, const char *what)
{
    const char *detail = ERR_reason_error_string(ERR_peek_last_error());

    snprintf(error->text, sizeof error->text, "%s: %s%s%s", file, what, detail != NULL ? ": " : "",
             detail != NULL ? detail : "");
    ERR_clear_error();
    return false;
}

bool tls_check(const char *certificate, const char *key, struct net_error *error)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    bool is_good = true;

    ERR_clear_error();
    if (context == NULL)
        return fail(error, certificate, "out of memory");
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        is_good = fail(error, certificate, "is no certificate chain in PEM");
    else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        is_good = fail(error, key, "is no private key in PEM of the certificate");
    SSL_CTX_free(context);
    return is_good;
}

void tls_harden(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}
