/* A scenario folder for a test: a small sound one in a temporary place, whose files a test replaces
 * one by one. */
#ifndef TESTS_SCENARIO_FOLDER_H
#define TESTS_SCENARIO_FOLDER_H

#include <stddef.h>

#define FOLDER_PATH_MAX 512

struct folder {
    char path[FOLDER_PATH_MAX];
};

/* Four nodes in a row, 1 to 4, 100 s apart each way; vehicle 7 at node 1; three requests. */
void folder_make(struct folder *folder);
void folder_write(const struct folder *folder, const char *file, const char *content);
void folder_remove_file(const struct folder *folder, const char *file);

/* The file's content, to be freed. */
char *folder_read(const struct folder *folder, const char *file);

/* "PATH/FILE", until the next call. */
const char *folder_file(const struct folder *folder, const char *file);

/* With all that is in it. */
void folder_free(struct folder *folder);

#endif
