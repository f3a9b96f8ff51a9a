/* The keys of the configuration that are about payments, and the secrets they name. */
#ifndef APP_CONFIGURATION_PAYMENTS_H
#define APP_CONFIGURATION_PAYMENTS_H

#include "app/configuration.h"

/* As the file says; NULL where it does not. */
struct payments_text {
    char *provider;
    char *url;
    char *key_file;
    char *webhook_secret_file;
    char *return_url;
    char *description;
    char *first_payment_pence;
    char *timeout_s;
};

/* Into config->payments and config->core. `path` is the configuration's file. False and *error
 * names the key; a secret is never in it. */
MUST_CHECK bool configuration_payments_read(const char *path, const struct payments_text *text,
                                            struct configuration *config,
                                            struct input_error *error);

/* Overwrite the secrets. */
void configuration_payments_forget(struct configuration *config);

#endif
