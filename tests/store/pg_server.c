#include "pg_server.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCRIPT  SOURCE_DIR "/tests/pg_server"
#define MISSING 77

static int run(const char *command)
{
    int status = system(command);
    cr_assert(status != -1 && WIFEXITED(status), "%s", command);
    return WEXITSTATUS(status);
}

void pg_server_make(const char *folder)
{
    char command[512];
    snprintf(command, sizeof command, SCRIPT " create %s %ld", folder, (long)getpid());
    const int status = run(command);
    if (status == MISSING)
        cr_skip_test("PostgreSQL 15 is not installed");
    cr_assert_eq(status, 0, "%s", command);
}

void pg_server_do(const char *folder, const char *what)
{
    char command[512];
    snprintf(command, sizeof command, SCRIPT " %s %s", what, folder);
    cr_assert_eq(run(command), 0, "%s", command);
}

int64_t pg_server_ask(const char *folder, const char *sql)
{
    char command[1024];
    char answer[256] = "";
    snprintf(command, sizeof command, SCRIPT " psql %s \"%s\"", folder, sql);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe != NULL);
    if (fgets(answer, sizeof answer, pipe) == NULL)
        answer[0] = '\0';
    cr_assert_eq(pclose(pipe), 0, "%s", sql);
    return strtoll(answer, NULL, 10);
}

void pg_server_url(const char *folder, char url[128])
{
    snprintf(url, 128, "postgresql://commonwheel@/commonwheel?host=%s", folder);
}
