/* `dispatcher policy check`. */
#ifndef APP_COMMAND_POLICY_H
#define APP_COMMAND_POLICY_H

/* Returns enum command_status. */
int command_policy(int argc, char **argv);

#endif
