/* Folders for tests: made under /tmp, filled, and removed. */
#ifndef TESTS_INPUT_INPUT_FOLDER_H
#define TESTS_INPUT_INPUT_FOLDER_H

#define INPUT_FOLDER_MAX 128

void input_folder_make(char folder[INPUT_FOLDER_MAX]);
void input_folder_put(const char *folder, const char *name, const char *text);
void input_folder_remove(const char *folder); /* with the files in it */

#endif
