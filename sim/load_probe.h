/* What the machine says beside a load run: how long its disk takes to make a write durable, and
 * what the dispatcher's process cost. */
#ifndef SIM_LOAD_PROBE_H
#define SIM_LOAD_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "sim/load_histogram.h"

#define LOAD_PROBE_SYNCS 40

/* Write and fdatasync a small file in `folder` LOAD_PROBE_SYNCS times. False: it cannot be
 * written there. Blocks. */
MUST_CHECK bool load_probe_disk(const char *folder, struct load_histogram *sync_us);

struct load_probe_process {
    int64_t cpu_ms;
    int64_t peak_kb; /* highest resident size */
};

/* False: no such process, or it may not be looked at. */
MUST_CHECK bool load_probe_process(int64_t pid, struct load_probe_process *process);

/* Room for as many connections as are wanted. */
void load_probe_raise_files(void);

#endif
