/* From a token to its claims, in the order of RFC 7515: take apart, find the key by `kid`, check
 * the signature, and only then believe a claim. */
#include "net/token.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/utf8.h"
#include "net/access.h"
#include "net/base64url.h"
#include "net/token_keys.h"

#define CLOCK_DIFFERENCE_S 60
#define PART_MAX           (TOKEN_MAX / 4 * 3)

/* Letters between the dots. */
struct part {
    const char *text;
    size_t length;
};

static bool split(const char *token, size_t length, struct part parts[3])
{
    const char *end = token + length;

    for (int i = 0; i < 3; i++) {
        const char *dot = memchr(token, '.', (size_t)(end - token));

        if ((dot == NULL) != (i == 2))
            return false;
        parts[i].text = token;
        parts[i].length = (size_t)((dot != NULL ? dot : end) - token);
        if (parts[i].length == 0)
            return false;
        token = dot != NULL ? dot + 1 : end;
    }
    return true;
}

/* The part as a JSON object without duplicate keys, owned; or NULL. */
static json_t *parse(struct part part)
{
    uint8_t bytes[PART_MAX];
    size_t size;
    json_t *object;

    if (!base64url_decode(part.text, part.length, bytes, sizeof bytes, &size))
        return NULL;
    object = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(object))
        return object;
    json_decref(object);
    return NULL;
}

/* The key that the header names, or NULL and *why. */
static const struct token_key *find_key(const struct token_keys *keys, const json_t *header,
                                        const char **why)
{
    const char *kid = json_string_value(json_object_get(header, "kid"));
    const char *algorithm = json_string_value(json_object_get(header, "alg"));
    const json_t *type = json_object_get(header, "typ");
    const struct token_key *key;

    *why = NULL;
    if (algorithm == NULL)
        *why = "token names no algorithm";
    else if (kid == NULL)
        *why = "token names no key";
    else if (json_object_get(header, "crit") != NULL)
        *why = "token asks for an extension that is not understood";
    else if (type != NULL && (!json_is_string(type) || strcmp(json_string_value(type), "JWT") != 0))
        *why = "token is of another type";
    if (*why != NULL)
        return NULL;
    key = token_keys_find(keys, kid);
    if (key == NULL)
        *why = "token names an unknown key";
    else if (strcmp(algorithm, token_keys_algorithm_text(key->algorithm)) != 0)
        *why = "token has another algorithm than its key";
    return *why == NULL ? key : NULL;
}

static const char *check_signature(const struct token_keys *keys, const struct part parts[3])
{
    uint8_t signature[PART_MAX];
    size_t size;
    const char *why;
    json_t *header = parse(parts[0]);

    if (header == NULL)
        return "token's header is not base64url of a JSON object";

    const struct token_key *key = find_key(keys, header, &why);

    json_decref(header);
    if (key == NULL)
        return why;
    if (!base64url_decode(parts[2].text, parts[2].length, signature, sizeof signature, &size))
        return "token's signature is not base64url";

    size_t signed_size = (size_t)(parts[1].text + parts[1].length - parts[0].text);

    if (!token_keys_check(key, signature, size, parts[0].text, signed_size))
        return "token's signature is wrong";
    return NULL;
}

static const char *check_times(const json_t *payload, int64_t now_s, struct token_claims *claims)
{
    const json_t *expires = json_object_get(payload, "exp");
    const json_t *not_before = json_object_get(payload, "nbf");

    if (!json_is_integer(expires))
        return "token has no time of expiry in whole seconds";
    if (not_before != NULL && !json_is_integer(not_before))
        return "token has an nbf that is not in whole seconds";
    claims->expires_s = json_integer_value(expires);
    if (claims->expires_s <= now_s - CLOCK_DIFFERENCE_S)
        return "token has expired";
    if (not_before != NULL && json_integer_value(not_before) > now_s + CLOCK_DIFFERENCE_S)
        return "token is not valid yet";
    return NULL;
}

static bool is_text(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

static const char *check_parties(const json_t *payload, const char *issuer, const char *audience)
{
    const json_t *named = json_object_get(payload, "aud");
    const json_t *one;
    size_t index;

    if (issuer != NULL && !is_text(json_object_get(payload, "iss"), issuer))
        return "token is from another issuer";
    if (audience == NULL || is_text(named, audience))
        return NULL;
    json_array_foreach(named, index, one)
    {
        if (is_text(one, audience))
            return NULL;
    }
    return "token is for another audience";
}

/* A vehicle's number as the fleet's owner writes it: decimal, no sign, no leading zero. */
static bool parse_vehicle(const char *text, struct vehicle_id *vehicle)
{
    uint64_t value = 0;

    if (text[0] == '0' && text[1] != '\0')
        return false;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] < '0' || text[i] > '9' || i == 10)
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    if (value >= VEHICLE_NONE.value)
        return false;
    vehicle->value = (uint32_t)value;
    return true;
}

static const char *check_subject(const json_t *payload, struct token_claims *claims)
{
    const json_t *subject = json_object_get(payload, "sub");
    const char *role = json_string_value(json_object_get(payload, "role"));

    if (role == NULL)
        return "token has no role";
    claims->role = access_role(role);
    if (claims->role == 0)
        return "token has an unknown role";
    if (!json_is_string(subject) || json_string_length(subject) == 0)
        return "token has no subject";
    if (json_string_length(subject) > TOKEN_SUBJECT_MAX)
        return "token has a subject that is too long";
    memcpy(claims->subject, json_string_value(subject), json_string_length(subject) + 1);
    if (!utf8_is_text(claims->subject, json_string_length(subject)))
        return "token has a subject with control characters";
    claims->vehicle = VEHICLE_NONE;
    if (claims->role != ROLE_VEHICLE)
        claims->rider = token_rider_id(claims->subject);
    if (claims->role == ROLE_VEHICLE && !parse_vehicle(claims->subject, &claims->vehicle))
        return "token has a subject that is no vehicle's number";
    return NULL;
}

const char *token_verify(const struct token_keys *keys, const char *token, size_t length,
                         int64_t now_s, const char *issuer, const char *audience,
                         struct token_claims *claims)
{
    struct part parts[3];
    struct token_claims made = {0};
    const char *why;

    if (length > TOKEN_MAX)
        return "token is too long";
    if (!split(token, length, parts))
        return "token has not three parts";
    why = check_signature(keys, parts);
    if (why != NULL)
        return why;

    json_t *payload = parse(parts[1]);

    if (payload == NULL)
        return "token's payload is not base64url of a JSON object";
    why = check_times(payload, now_s, &made);
    if (why == NULL)
        why = check_parties(payload, issuer, audience);
    if (why == NULL)
        why = check_subject(payload, &made);
    json_decref(payload);
    if (why == NULL)
        *claims = made;
    return why;
}

struct rider_id token_rider_id(const char *subject)
{
    uint8_t digest[32];
    struct rider_id rider = {0, 0};

    CHECK(EVP_Digest(subject, strlen(subject), digest, NULL, EVP_sha256(), NULL) == 1);
    for (int i = 0; i < 8; i++) {
        rider.high = rider.high << 8 | digest[i];
        rider.low = rider.low << 8 | digest[8 + i];
    }
    return rider;
}
