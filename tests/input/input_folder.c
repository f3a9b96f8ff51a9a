/* Flat folders only. */
#include "input_folder.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void input_folder_make(char folder[INPUT_FOLDER_MAX])
{
    snprintf(folder, INPUT_FOLDER_MAX, "/tmp/commonwheel-folder-XXXXXX");
    cr_assert(mkdtemp(folder) != NULL);
}

void input_folder_put(const char *folder, const char *name, const char *text)
{
    char path[2 * INPUT_FOLDER_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

void input_folder_remove(const char *folder)
{
    DIR *listing = opendir(folder);
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (entry->d_name[0] != '.')
            cr_assert_eq(unlinkat(dirfd(listing), entry->d_name, 0), 0);
    }
    closedir(listing);
    cr_assert_eq(rmdir(folder), 0);
}
