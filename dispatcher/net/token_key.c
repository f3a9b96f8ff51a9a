/* A new Ed25519 key pair: the private half for whoever signs, the public half for the JWKS file.
 * Neither file is ever half written: the JWKS is replaced by renaming, the private key is written
 * to a file that did not exist before. */
#include "net/token_key.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/base64url.h"
#include "net/token_keys.h"

#define PATH_LENGTH_MAX 4096

/* The JWKS in the file, or an empty one where there is no file; NULL and *error. Owned. */
static json_t *read_jwks(const char *path, char *error)
{
    json_error_t json_error;
    json_t *root;

    if (access(path, F_OK) != 0 && errno == ENOENT)
        return json_pack("{s:[]}", "keys");
    root = json_load_file(path, JSON_REJECT_DUPLICATES, &json_error);
    if (root == NULL)
        snprintf(error, TOKEN_ERROR_MAX, "%s: %s", path, json_error.text);
    else if (!json_is_array(json_object_get(root, "keys")))
        snprintf(error, TOKEN_ERROR_MAX, "%s: has no array \"keys\"", path);
    else
        return root;
    json_decref(root);
    return NULL;
}

static bool add_key(json_t *root, const EVP_PKEY *key, const char *kid)
{
    uint8_t x[32];
    size_t size = sizeof x;
    char text[BASE64URL_LENGTH(sizeof x) + 1];

    if (EVP_PKEY_get_raw_public_key(key, x, &size) != 1)
        return false;
    base64url_encode(x, size, text);
    return json_array_append_new(json_object_get(root, "keys"),
                                 json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kty", "OKP", "crv",
                                           "Ed25519", "alg", "EdDSA", "use", "sig", "kid", kid, "x",
                                           text)) == 0;
}

static bool has_kid(const json_t *root, const char *kid)
{
    const json_t *jwk;
    size_t index;

    json_array_foreach(json_object_get(root, "keys"), index, jwk)
    {
        const char *text = json_string_value(json_object_get(jwk, "kid"));

        if (text != NULL && strcmp(text, kid) == 0)
            return true;
    }
    return false;
}

static bool write_private(const char *path, const EVP_PKEY *key, char *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

    if (file == NULL) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }

    bool is_written = PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;

    if (fclose(file) != 0 || !is_written) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: cannot be written", path);
        unlink(path);
        return false;
    }
    return true;
}

static bool write_jwks(const char *path, const json_t *root, char *error)
{
    char beside[PATH_LENGTH_MAX];
    int length = snprintf(beside, sizeof beside, "%s.new", path);

    if (length < 0 || length >= (int)sizeof beside) {
        snprintf(error, TOKEN_ERROR_MAX, "path of the JWKS file is too long");
        return false;
    }
    if (json_dump_file(root, beside, JSON_INDENT(2)) != 0 || rename(beside, path) != 0) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: cannot be written", path);
        unlink(beside);
        return false;
    }
    return true;
}

bool token_key_create(const char *private_path, const char *jwks_path, const char *kid, char *error)
{
    bool is_done = false;
    EVP_PKEY *key = NULL;
    json_t *root;

    if (kid[0] == '\0' || strlen(kid) > TOKEN_KID_MAX) {
        snprintf(error, TOKEN_ERROR_MAX, "kid must have 1 to %d bytes", TOKEN_KID_MAX);
        return false;
    }
    root = read_jwks(jwks_path, error);
    if (root == NULL)
        return false;
    if (has_kid(root, kid)) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: has a key \"%.64s\" already", jwks_path, kid);
        goto end;
    }
    key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (key == NULL || !add_key(root, key, kid)) {
        snprintf(error, TOKEN_ERROR_MAX, "cannot make an Ed25519 key named \"%.64s\"", kid);
        goto end;
    }
    if (!write_private(private_path, key, error))
        goto end;
    is_done = write_jwks(jwks_path, root, error);
    if (!is_done)
        unlink(private_path);
end:
    EVP_PKEY_free(key);
    json_decref(root);
    return is_done;
}
