/* `dispatcher token`: make a key pair; sign tokens, one or a numbered series. A council's identity
 * provider signs residents' tokens in production; this is for vehicles, tests and first steps. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/command_token.h"
#include "net/access.h"
#include "net/token_key.h"
#include "net/token_sign.h"

static const char HELP[] =
    "usage: dispatcher token --new-key --key FILE --jwks FILE [--kid NAME]\n"
    "       dispatcher token --key FILE --role ROLE --subject NAME [--count N]\n"
    "                        [--kid NAME] [--hours N] [--issuer NAME] [--audience NAME]\n\n"
    "Makes an Ed25519 key pair, or signs tokens with one.\n\n"
    "  --new-key        write a private key to --key and add its public key to --jwks\n"
    "  --key FILE       the private key (PEM)\n"
    "  --jwks FILE      the public keys that the dispatcher checks tokens with\n"
    "  --kid NAME       the key's name in both; default: dispatcher\n"
    "  --role ROLE      rider, vehicle, operator, finance or auditor\n"
    "  --subject NAME   whom the token names; for a vehicle its number\n"
    "  --count N        N tokens, one a line, for NAME1, NAME2 ... (vehicle: NAME, NAME+1 ...)\n"
    "  --hours N        valid for N hours; default 12\n"
    "  --issuer, --audience   the claims iss and aud, where the configuration asks for them\n\n"
    "Example:\n"
    "  dispatcher token --new-key --key signing.pem --jwks keys.json\n"
    "  dispatcher token --key signing.pem --role operator --subject control-room\n";

#define TOKENS_MAX 1000000
#define HOURS_MAX  (24 * 366)

struct arguments {
    bool new_key;
    const char *key;
    const char *jwks;
    const char *kid;
    const char *role;
    const char *subject;
    const char *issuer;
    const char *audience;
    long count; /* 0: one, named by the subject alone */
    long hours;
};

static int make_key(const struct arguments *arguments)
{
    char error[TOKEN_ERROR_MAX];
    if (arguments->jwks == NULL)
        return command_misused("token", "--new-key needs --jwks FILE");
    if (!token_key_create(arguments->key, arguments->jwks, arguments->kid, error)) {
        fprintf(stderr, "dispatcher token: %s\n", error);
        return COMMAND_FAILED;
    }
    printf("private key %s (keep it secret), public key '%s' in %s\n", arguments->key,
           arguments->kid, arguments->jwks);
    return COMMAND_OK;
}

/* The subject of the i-th token of a series. */
static bool name_subject(const struct arguments *arguments, unsigned role, long i, char *subject)
{
    int length;
    if (arguments->count == 0)
        length = snprintf(subject, TOKEN_SUBJECT_MAX + 1, "%s", arguments->subject);
    else if (role == ROLE_VEHICLE)
        length = snprintf(subject, TOKEN_SUBJECT_MAX + 1, "%ld",
                          strtol(arguments->subject, NULL, 10) + i);
    else
        length = snprintf(subject, TOKEN_SUBJECT_MAX + 1, "%s%ld", arguments->subject, i + 1);
    return length > 0 && length <= TOKEN_SUBJECT_MAX;
}

static int sign_tokens(const struct arguments *arguments, unsigned role)
{
    char error[TOKEN_ERROR_MAX];
    char subject[TOKEN_SUBJECT_MAX + 1];
    char token[TOKEN_MAX + 1];
    int64_t now_s = clock_wall_s();
    struct token_request request = {.role = role,
                                    .subject = subject,
                                    .kid = arguments->kid,
                                    .issuer = arguments->issuer,
                                    .audience = arguments->audience,
                                    .issued_s = now_s,
                                    .expires_s = now_s + arguments->hours * 3600};
    long count = arguments->count == 0 ? 1 : arguments->count;
    for (long i = 0; i < count; i++) {
        if (!name_subject(arguments, role, i, subject))
            return command_misused("token", "the subject is too long");
        if (!token_sign(arguments->key, &request, token, error)) {
            fprintf(stderr, "dispatcher token: %s\n", error);
            return COMMAND_FAILED;
        }
        if (puts(token) == EOF)
            return COMMAND_FAILED;
    }
    return COMMAND_OK;
}

static bool is_number(const char *text)
{
    return text[0] != '\0' && strlen(text) <= 9 && strspn(text, "0123456789") == strlen(text);
}

static int run(const struct arguments *arguments)
{
    if (arguments->key == NULL)
        return command_misused("token", "--key FILE is missing");
    if (arguments->new_key)
        return make_key(arguments);
    if (arguments->role == NULL || arguments->subject == NULL)
        return command_misused("token", "--role ROLE and --subject NAME are needed");
    unsigned role = access_role(arguments->role);
    if (role == 0)
        return command_misused("token",
                               "--role takes rider, vehicle, operator, finance or auditor");
    if (role == ROLE_VEHICLE && !is_number(arguments->subject))
        return command_misused("token", "a vehicle's --subject is its number");
    if (arguments->count < 0 || arguments->count > TOKENS_MAX)
        return command_misused("token", "--count takes a number from 1 to 1000000");
    if (arguments->hours < 1 || arguments->hours > HOURS_MAX)
        return command_misused("token", "--hours takes a number from 1 to 8784");
    return sign_tokens(arguments, role);
}

static const struct option OPTIONS[] = {
    {"new-key", no_argument, NULL, 'n'},      {"key", required_argument, NULL, 'k'},
    {"jwks", required_argument, NULL, 'j'},   {"kid", required_argument, NULL, 'i'},
    {"role", required_argument, NULL, 'r'},   {"subject", required_argument, NULL, 's'},
    {"count", required_argument, NULL, 'c'},  {"hours", required_argument, NULL, 'o'},
    {"issuer", required_argument, NULL, 'u'}, {"audience", required_argument, NULL, 'a'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

int command_token(int argc, char **argv)
{
    struct arguments arguments = {.kid = "dispatcher", .hours = 12};
    for (int option; (option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'n':
            arguments.new_key = true;
            break;
        case 'k':
            arguments.key = optarg;
            break;
        case 'j':
            arguments.jwks = optarg;
            break;
        case 'i':
            arguments.kid = optarg;
            break;
        case 'r':
            arguments.role = optarg;
            break;
        case 's':
            arguments.subject = optarg;
            break;
        case 'c':
            arguments.count = is_number(optarg) ? strtol(optarg, NULL, 10) : -1;
            break;
        case 'o':
            arguments.hours = is_number(optarg) ? strtol(optarg, NULL, 10) : -1;
            break;
        case 'u':
            arguments.issuer = optarg;
            break;
        case 'a':
            arguments.audience = optarg;
            break;
        case 'h':
            fputs(HELP, stdout);
            return COMMAND_OK;
        default:
            return command_misused("token", "unknown or incomplete option");
        }
    }
    return optind < argc ? command_misused("token", "unexpected argument") : run(&arguments);
}
