/* The stand-in for GOV.UK Pay as a program: prints its port, then does what lines of its standard
 * input say, and answers each with one line.
 *
 *     visit ID      the rider fills in the page of a payment -> ok | no
 *     faults N      N in a thousand requests go wrong -> ok
 *     taken         -> pence
 *     doubles       -> yes | no */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pay/standin.h"

static void obey(struct standin *standin, const char *line)
{
    char id[64] = "";
    if (sscanf(line, "visit %63[a-z0-9]", id) == 1) {
        puts(standin_visit(standin, id, true) ? "ok" : "no");
    } else if (strncmp(line, "faults ", 7) == 0) {
        pthread_mutex_lock(&standin->mutex);
        standin->faults_permille = (uint32_t)strtoul(line + 7, NULL, 10);
        pthread_mutex_unlock(&standin->mutex);
        puts("ok");
    } else if (strcmp(line, "taken\n") == 0) {
        printf("%lld\n", (long long)standin_taken(standin));
    } else if (strcmp(line, "doubles\n") == 0) {
        puts(standin_has_doubles(standin) ? "yes" : "no");
    } else {
        puts("what?");
    }
    fflush(stdout);
}

int main(void)
{
    char line[128];
    struct standin *standin = standin_open(1, 0);
    if (standin == NULL)
        return 1;
    printf("%u\n", standin->port);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL)
        obey(standin, line);
    standin_close(standin);
    return 0;
}
