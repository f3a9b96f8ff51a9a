/* `sim run`: a scenario in virtual time, in one process, with everything in it. */
#ifndef SIM_RUN_H
#define SIM_RUN_H

/* Returns the exit status: 0; 1 when the run fails (books that do not balance, a broken promise) or
 * its input is refused; 2 for wrong usage. */
int run_main(int argc, char **argv);

#endif
