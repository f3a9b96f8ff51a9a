/* Secrets come from files of their own, so that they stand in no configuration that is shown,
 * copied or kept in a repository. */
#include "app/configuration_payments.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "input/yaml_file.h"
#include "pay/pay_govuk.h"

#define DESCRIPTION "Rides"

struct reading {
    const char *path;
    struct input_error *error;
};

static bool refuse(const struct reading *reading, const char *key, const char *reason)
{
    return yaml_file_refuse(reading->path, key, reason, reading->error);
}

static bool copy(const struct reading *reading, const char *key, const char *text, char *into,
                 size_t size)
{
    if (text[0] == '\0' || strlen(text) >= size)
        return refuse(reading, key, "is empty or too long");
    if (!utf8_is_text(text, strlen(text)))
        return refuse(reading, key, "is not plain text");
    memcpy(into, text, strlen(text) + 1);
    return true;
}

/* The first line of a file, which is all there is in it. */
static bool read_secret(const struct reading *reading, const char *key, const char *named,
                        char secret[CONFIGURATION_SECRET_MAX])
{
    const char *slash = strrchr(reading->path, '/');
    const int folder = named[0] == '/' || slash == NULL ? 0 : (int)(slash - reading->path + 1);
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%.*s%s", folder, reading->path, named);
    if (named[0] == '\0' || length >= PATH_MAX)
        return refuse(reading, key, "is not the name of a file");
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return refuse(reading, key, "names a file that cannot be read");
    size_t size = fread(secret, 1, CONFIGURATION_SECRET_MAX, file);
    const bool is_whole = size < CONFIGURATION_SECRET_MAX && feof(file) != 0;
    fclose(file);
    while (size > 0 && is_whole && (secret[size - 1] == '\n' || secret[size - 1] == '\r'))
        size--;
    for (size_t i = 0; i < size && is_whole; i++) {
        if (secret[i] <= ' ' || secret[i] > '~')
            return refuse(reading, key, "names a file that holds more than one word");
    }
    if (!is_whole || size == 0)
        return refuse(reading, key, "names a file that is empty or too long");
    memset(secret + size, 0, CONFIGURATION_SECRET_MAX - size);
    return true;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* A key that is sent in the clear is everybody's, so plain HTTP stays on this machine. */
static bool is_safe(const char *url)
{
    return begins_with(url, "https://") || begins_with(url, "http://127.0.0.1:") ||
           begins_with(url, "http://localhost:") || begins_with(url, "http://[::1]:");
}

static bool read_texts(const struct reading *reading, const struct payments_text *text,
                       struct configuration_payments *payments)
{
    const char *url = text->url != NULL ? text->url : PAY_GOVUK_URL;
    const char *description = text->description != NULL ? text->description : DESCRIPTION;
    if (text->key_file == NULL)
        return refuse(reading, "payments.key_file", "is missing: govuk needs it");
    if (text->return_url == NULL || !begins_with(text->return_url, "https://"))
        return refuse(reading, "payments.return_url", "must begin with https://: govuk needs it");
    if (!is_safe(url) || url[strlen(url) - 1] == '/')
        return refuse(reading, "payments.url",
                      "must begin with https:// (http:// on this machine alone), and not end in /");
    if (strpbrk(description, "<>|\"\\") != NULL)
        return refuse(reading, "payments.description", "may not hold < > | \" or \\");
    return copy(reading, "payments.url", url, payments->url, sizeof payments->url) &&
           copy(reading, "payments.return_url", text->return_url, payments->return_url,
                sizeof payments->return_url) &&
           copy(reading, "payments.description", description, payments->description,
                sizeof payments->description) &&
           read_secret(reading, "payments.key_file", text->key_file, payments->key) &&
           (text->webhook_secret_file == NULL ||
            read_secret(reading, "payments.webhook_secret_file", text->webhook_secret_file,
                        payments->webhook_secret));
}

bool configuration_payments_read(const char *path, const struct payments_text *text,
                                 struct configuration *config, struct input_error *error)
{
    const struct reading reading = {path, error};
    struct configuration_payments *payments = &config->payments;
    int64_t first_pence = 100;
    int64_t timeout_s = 20;
    if (text->provider != NULL && strcmp(text->provider, "account") != 0 &&
        strcmp(text->provider, "govuk") != 0)
        return refuse(&reading, "payments.provider", "is neither account nor govuk");
    payments->is_govuk = text->provider != NULL && strcmp(text->provider, "govuk") == 0;
    if (!yaml_file_number(path, "payments.first_payment_pence", text->first_payment_pence, 1,
                          PAYMENT_MOST_PENCE, &first_pence, error) ||
        !yaml_file_number(path, "payments.timeout_s", text->timeout_s, 1, 120, &timeout_s, error))
        return false;
    if (!payments->is_govuk)
        return true;
    payments->timeout_ms = timeout_s * 1000;
    config->core.collects = true;
    config->core.set_up_pence = first_pence;
    return read_texts(&reading, text, payments);
}

void configuration_payments_forget(struct configuration *config)
{
    OPENSSL_cleanse(&config->payments, sizeof config->payments);
}
