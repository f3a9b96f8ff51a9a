/* Wrong use is told one way. */
#include "app/command.h"

#include <stdio.h>

int command_misused(const char *command, const char *problem)
{
    fprintf(stderr, "dispatcher %s: %s\nTry `dispatcher %s --help`.\n", command, problem, command);
    return COMMAND_USAGE;
}
