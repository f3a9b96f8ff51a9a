/* From /proc, and by the clock. */
#include "sim/load_probe.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

bool load_probe_disk(const char *folder, struct load_histogram *sync_us)
{
    char path[PATH_MAX];
    char record[512];
    const int length = snprintf(path, sizeof path, "%s/sync-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof path) {
        return false;
    }
    const int file = mkstemp(path);
    if (file < 0) {
        return false;
    }
    bool fine = true;
    memset(record, 'x', sizeof record);
    for (int i = 0; i < LOAD_PROBE_SYNCS && fine; i++) {
        fine = write(file, record, sizeof record) == (ssize_t)sizeof record;
        const uint64_t began_ns = uv_hrtime();
        fine = fine && fdatasync(file) == 0;
        load_histogram_add(sync_us, (uv_hrtime() - began_ns) / 1000);
    }
    (void)close(file);
    (void)unlink(path);
    return fine;
}

/* The text of /proc/PID/NAME, ended by a NUL. */
static bool read_proc(int64_t pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%" PRId64 "/%s", pid, name);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    const ssize_t length = read(file, text, size - 1);
    (void)close(file);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    return true;
}

bool load_probe_process(int64_t pid, struct load_probe_process *process)
{
    char text[4096];
    if (!read_proc(pid, "stat", text, sizeof text)) {
        return false;
    }
    const char *field = strrchr(text, ')'); /* the name before may hold anything */
    for (int i = 2; field != NULL && i < 14; i++) {
        field = strchr(field + 1, ' ');
    }
    if (field == NULL) {
        return false;
    }
    char *rest = NULL;
    const long long user_ticks = strtoll(field, &rest, 10);
    const long long system_ticks = strtoll(rest, NULL, 10);
    process->cpu_ms = (user_ticks + system_ticks) * 1000 / sysconf(_SC_CLK_TCK);
    process->peak_kb = 0;
    if (read_proc(pid, "status", text, sizeof text)) {
        const char *peak = strstr(text, "VmHWM:");
        process->peak_kb = peak == NULL ? 0 : strtoll(peak + 6, NULL, 10);
    }
    return true;
}

void load_probe_raise_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}
