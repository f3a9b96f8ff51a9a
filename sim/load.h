/* `sim load`: drive a running dispatcher through its real doors, and measure it. */
#ifndef SIM_LOAD_H
#define SIM_LOAD_H

/* Exit status 0 done, 1 an error or a lost booking, 2 wrong use. argv[0] is "load". */
int load_main(int argc, char **argv);

#endif
