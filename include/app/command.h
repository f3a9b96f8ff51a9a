/* The subcommands of `dispatcher`. Each takes its own arguments (argv[0] is its name) and returns
 * an exit status. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

enum command_status {
    COMMAND_OK = 0,
    COMMAND_FAILED = 1,
    COMMAND_USAGE = 2,
};

int command_serve(int argc, char **argv);
int command_import(int argc, char **argv);
int command_token(int argc, char **argv);
int command_check(int argc, char **argv);

/* Print "<command>: <problem>" and where help is to be had; returns COMMAND_USAGE. */
int command_misused(const char *command, const char *problem);

#endif
