/* In order of cost: the state of the dispatcher, the rate of the peer, the token, the role. */
#include "net/guard.h"

#include <string.h>
#include <strings.h>

#define SCHEME "Bearer "

static bool refuse(struct refusal_reply *refusal, enum connect_code code, const char *message)
{
    refusal->code = code;
    refusal->status = connect_code_status(code);
    refusal->message = message;
    return false;
}

bool guard_rate(struct session *session, struct refusal_reply *refusal)
{
    struct net *net = session->net;

    if (net->phase != NET_SERVING)
        return refuse(refusal, CONNECT_UNAVAILABLE, "the dispatcher is stopping");
    if (!peer_call(net->peers, session->peer, (int64_t)uv_now(net->loop)))
        return refuse(refusal, CONNECT_RESOURCE_EXHAUSTED, "too many calls from this address");
    return true;
}

bool guard_check(struct session *session, const char *path, struct token_claims *claims,
                 struct refusal_reply *refusal)
{
    struct net *net = session->net;
    const struct access_rule *rule = access_find(path, strlen(path));
    char header[sizeof SCHEME + TOKEN_MAX];
    size_t scheme = sizeof SCHEME - 1;
    const char *why;
    int length;

    if (!guard_rate(session, refusal))
        return false;
    length = lws_hdr_copy(session->wsi, header, (int)sizeof header, WSI_TOKEN_HTTP_AUTHORIZATION);
    if (length == 0)
        return refuse(refusal, CONNECT_UNAUTHENTICATED, "no bearer token");
    if (length < 0 || (size_t)length <= scheme || strncasecmp(header, SCHEME, scheme) != 0)
        return refuse(refusal, CONNECT_UNAUTHENTICATED, "authorization is not a bearer token");
    why = token_cache_verify(net->tokens, header + scheme, (size_t)length - scheme,
                             net->callbacks.now_s(net->callbacks.user), claims);
    if (why != NULL)
        return refuse(refusal, CONNECT_UNAUTHENTICATED, why);
    if (rule == NULL || (rule->roles & claims->role) == 0)
        return refuse(refusal, CONNECT_PERMISSION_DENIED, "the token's role may not do this");
    return true;
}
