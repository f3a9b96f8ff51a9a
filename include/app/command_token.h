/* `dispatcher token`: see its --help. */
#ifndef APP_COMMAND_TOKEN_H
#define APP_COMMAND_TOKEN_H

/* Takes its own arguments, argv[0] is its name; returns an enum command_status. */
int command_token(int argc, char **argv);

#endif
