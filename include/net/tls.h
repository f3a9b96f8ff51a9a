/* TLS by certificate files: TLS 1.2 and up, no tickets, no renegotiation, idle connections small.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "net/net.h"

/* Can the certificate chain and the key be read, and do they belong together? False and *error
 * names the file. */
MUST_CHECK bool tls_check(const char *certificate, const char *key, struct net_error *error);

/* Settings of the server's context. */
void tls_harden(SSL_CTX *context);

#endif
