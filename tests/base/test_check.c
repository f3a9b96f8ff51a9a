#include "base/check.h"

#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

Test(check, passes_what_holds)
{
    int evaluated = 0;
    CHECK(++evaluated == 1);
    cr_assert_eq(evaluated, 1);
}

Test(check, names_condition_file_and_line_and_aborts)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        check_failed("1 == 2", "some/file.c", 42);
    }
    close(ends[1]);
    char text[128] = "";
    ssize_t size = read(ends[0], text, sizeof text - 1);
    close(ends[0]);
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(size > 0);
    cr_assert_str_eq(text, "CHECK failed: 1 == 2 at some/file.c:42\n");
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == 6);
}
