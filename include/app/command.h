/* What the subcommands of `dispatcher` have in common. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

enum command_status {
    COMMAND_OK = 0,
    COMMAND_FAILED = 1,
    COMMAND_USAGE = 2,
};

/* Print "dispatcher <command>: <problem>" and where help is to be had; returns COMMAND_USAGE. */
int command_misused(const char *command, const char *problem);

#endif
