/* A store of one test, in a folder: a file journal, or a PostgreSQL server of its own; and facts to
 * fill it with. */
#ifndef TESTS_STORE_FOLDER_H
#define TESTS_STORE_FOLDER_H

#include <stdint.h>
#include <uv.h>

#include "store/store_file.h"
#include "store/store_pg.h"

struct folder {
    char path[64];
    char url[128]; /* of the server; "" a file journal */
    uv_loop_t loop;
    struct store *store;
    uint64_t durable; /* what on_durable said last */
    unsigned durable_calls;
    bool failed;
    bool closed;
    char failure[STORE_ERROR_MAX];
    uint64_t read_count; /* by the last load */
    uint64_t read_last;
    uint64_t snapshot_facts; /* of them, from a snapshot */
    uint64_t closed_segment; /* by the last on_segment_closed, or on_snapshot_due */
    unsigned lost_count;     /* connections */
};

void folder_make(struct folder *folder);

/* With a server, its tables made. */
void folder_make_pg(struct folder *folder);

/* The kinds of stores that the contract holds for: false behind the last. */
bool folder_make_kind(struct folder *folder, unsigned kind);
void folder_remove(struct folder *folder);

/* Open and load: true, or false with failure set. */
bool folder_open(struct folder *folder, uint32_t segment_size);

/* Take facts first .. last in one batch. */
void folder_take(struct folder *folder, uint64_t first, uint64_t last);

/* ... and run the loop until they are durable. */
void folder_append(struct folder *folder, uint64_t first, uint64_t last);
void folder_close(struct folder *folder);

/* The fact with `seq`: a cancelled ride. */
struct fact folder_fact(uint64_t seq);

/* The path of the segment that begins with `first_seq`. */
const char *folder_segment(const struct folder *folder, uint64_t first_seq);

/* Change, cut or append bytes of a file. */
void folder_flip(const char *path, long offset);
void folder_cut(const char *path, long size);
long folder_size(const char *path);

#endif
