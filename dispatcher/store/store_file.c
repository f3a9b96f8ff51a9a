/* The file journal: two buffers, one filling on the loop, one being written on the pool. */
#include "store/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/segment.h"
#include "store/sync_times.h"
#include "wire/codec_fact.h"

struct batch {
    uint8_t *bytes; /* [STORE_FILE_PENDING_MAX] */
    size_t size;
    uint64_t first_seq; /* of its first fact; the mark of all its records */
    uint64_t last_seq;
};

enum store_file_state {
    STATE_OPEN,    /* opened, not loaded: nothing may be appended */
    STATE_IDLE,    /* loaded; nothing in flight */
    STATE_WRITING, /* `writing` is on the pool */
    STATE_CLOSING, /* as WRITING or IDLE, and to be closed when all is written */
    STATE_FAILED,
};

/* Allowed moves: [from][to]. */
static const bool MOVES[5][5] = {
    [STATE_OPEN] = {[STATE_IDLE] = true, [STATE_CLOSING] = true},
    [STATE_IDLE] = {[STATE_WRITING] = true, [STATE_CLOSING] = true},
    [STATE_WRITING] = {[STATE_IDLE] = true, [STATE_CLOSING] = true, [STATE_FAILED] = true},
    [STATE_CLOSING] = {[STATE_FAILED] = true},
    [STATE_FAILED] = {[STATE_CLOSING] = true},
};

struct store_file {
    struct store store; /* first: a struct store * is a struct store_file * */
    uv_loop_t *loop;
    uv_work_t work;
    bool in_flight;
    enum store_file_state state;
    char folder[PATH_MAX];
    uint32_t segment_size;
    void (*on_segment_closed)(void *user, uint64_t last_seq);
    struct journal_summary summary;
    int lock_fd;
    int fd;        /* of the segment appended to, or -1 before the first batch */
    uint64_t size; /* of that segment */
    struct batch filling;
    struct batch writing;
    uint64_t closed_seq;   /* of a segment that the batch in flight closed, else 0 */
    int error_number;      /* of the batch in flight, 0 fine */
    uint64_t last_sync_us; /* of the batch in flight */
    bool is_failed;
    struct sync_times sync_times;
};

static struct store_file *from_store(struct store *store)
{
    return (struct store_file *)store;
}

static void set_state(struct store_file *file, enum store_file_state state)
{
    CHECK(MOVES[file->state][state]);
    file->state = state;
}

static void set_error(struct store_error *error, const char *path, int error_number)
{
    store_error_set(error, "%s: %s", path, strerror(error_number));
}

/* On the pool: begin the segment of the batch's first fact. */
static bool begin_segment(struct store_file *file)
{
    char path[PATH_MAX];
    uint8_t header[SEGMENT_HEADER_SIZE];
    if (!journal_segment_path(file->folder, file->writing.first_seq, path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    segment_header_write(SEGMENT_JOURNAL, file->writing.first_seq, header);
    if (write(fd, header, sizeof header) != (ssize_t)sizeof header || fdatasync(fd) != 0 ||
        !journal_sync_folder(file->folder)) {
        close(fd);
        return false;
    }
    if (file->fd >= 0) {
        file->closed_seq = file->writing.first_seq - 1;
        close(file->fd);
    }
    file->fd = fd;
    file->size = SEGMENT_HEADER_SIZE;
    return true;
}

/* On the pool: write and sync the batch; the loop's thread touches none of it meanwhile. */
static void write_batch(uv_work_t *work)
{
    struct store_file *file = work->data;
    const struct batch *batch = &file->writing;
    file->error_number = 0;
    if (batch->size == 0)
        return;
    if ((file->fd < 0 || file->size >= file->segment_size) && !begin_segment(file)) {
        file->error_number = errno;
        return;
    }
    for (size_t done = 0; done < batch->size;) {
        ssize_t written =
            pwrite(file->fd, batch->bytes + done, batch->size - done, (off_t)(file->size + done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            file->error_number = written < 0 ? errno : EIO;
            return;
        }
        done += (size_t)written;
    }
    uint64_t before = uv_hrtime();
    if (fdatasync(file->fd) != 0) {
        file->error_number = errno;
        return;
    }
    file->size += batch->size;
    file->last_sync_us = (uv_hrtime() - before) / 1000;
}

static void finish(struct store_file *file)
{
    struct store_callbacks callbacks = file->store.callbacks;
    if (file->fd >= 0)
        close(file->fd);
    close(file->lock_fd);
    free(file->filling.bytes);
    free(file->writing.bytes);
    free(file);
    if (callbacks.on_closed != NULL)
        callbacks.on_closed(callbacks.user);
}

static void after_write(uv_work_t *work, int status);

static void start_write(struct store_file *file)
{
    struct batch empty = {.bytes = file->writing.bytes};
    CHECK(!file->in_flight);
    file->writing = file->filling;
    file->filling = empty;
    file->in_flight = true;
    file->closed_seq = 0;
    int queued = uv_queue_work(file->loop, &file->work, write_batch, after_write);
    CHECK(queued == 0);
}

static void fail(struct store_file *file)
{
    struct store_error error;
    file->is_failed = true;
    set_error(&error, file->folder, file->error_number);
    if (file->store.callbacks.on_failed != NULL)
        file->store.callbacks.on_failed(file->store.callbacks.user, &error);
}

/* On the loop: what was written is durable; write what came meanwhile. */
static void after_write(uv_work_t *work, int status)
{
    struct store_file *file = work->data;
    (void)status; /* never cancelled */
    file->in_flight = false;
    bool wrote = file->writing.size > 0;
    if (file->error_number != 0) {
        if (file->state != STATE_CLOSING)
            set_state(file, STATE_FAILED);
        fail(file);
    } else if (wrote) {
        sync_times_add(&file->sync_times, file->last_sync_us);
        if (file->state == STATE_WRITING)
            set_state(file, STATE_IDLE);
        file->store.callbacks.on_durable(file->store.callbacks.user, file->writing.last_seq);
        if (file->closed_seq != 0 && file->on_segment_closed != NULL)
            file->on_segment_closed(file->store.callbacks.user, file->closed_seq);
    }
    if (file->in_flight)
        return; /* a callback appended */
    if (file->filling.size > 0 && !file->is_failed) {
        if (file->state == STATE_IDLE)
            set_state(file, STATE_WRITING);
        start_write(file);
    } else if (file->state == STATE_CLOSING) {
        finish(file);
    }
}

static bool cut_tail(struct store_file *file, struct store_error *error)
{
    const struct journal_summary *summary = &file->summary;
    if (summary->last_segment[0] == '\0')
        return true;
    if (summary->last_size < SEGMENT_HEADER_SIZE) { /* its header was never durable */
        if (unlink(summary->last_segment) == 0 && journal_sync_folder(file->folder))
            return true;
        set_error(error, summary->last_segment, errno);
        return false;
    }
    file->fd = open(summary->last_segment, O_WRONLY | O_CLOEXEC);
    bool ok = file->fd >= 0;
    if (ok && summary->torn_bytes > 0)
        ok = ftruncate(file->fd, (off_t)summary->last_size) == 0 && fsync(file->fd) == 0;
    file->size = summary->last_size;
    if (!ok)
        set_error(error, summary->last_segment, errno);
    return ok;
}

static bool file_load(struct store *store, store_reader *reader, void *user, uint64_t *last_seq,
                      struct store_error *error)
{
    struct store_file *file = from_store(store);
    CHECK(file->state == STATE_OPEN);
    struct journal_read read = {.folder = file->folder, .reader = reader, .user = user};
    if (!journal_read(&read, &file->summary, error) || !cut_tail(file, error))
        return false;
    *last_seq = file->summary.last_seq;
    set_state(file, STATE_IDLE);
    return true;
}

static bool file_append(struct store *store, const struct fact *facts, size_t count)
{
    struct store_file *file = from_store(store);
    CHECK(file->state != STATE_OPEN);
    if (file->state == STATE_FAILED || file->state == STATE_CLOSING)
        return false;
    struct batch *batch = &file->filling;
    if (batch->size + count * SEGMENT_RECORD_MAX > STORE_FILE_PENDING_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (batch->size == 0)
            batch->first_seq = facts[i].seq;
        CHECK(batch->size == 0 || i > 0 || facts[i].seq == batch->last_seq + 1);
        uint8_t *record = batch->bytes + batch->size;
        size_t length = codec_fact_encode(&facts[i], record + SEGMENT_RECORD_HEADER);
        batch->size += segment_record_seal(record, batch->first_seq, length);
        batch->last_seq = facts[i].seq;
    }
    if (count > 0 && !file->in_flight) {
        set_state(file, STATE_WRITING);
        start_write(file);
    }
    return true;
}

static void file_close(struct store *store)
{
    struct store_file *file = from_store(store);
    CHECK(file->state != STATE_CLOSING);
    set_state(file, STATE_CLOSING);
    if (!file->in_flight)
        start_write(file); /* what is left, or nothing: finishes on a later turn either way */
}

static bool file_is_well(const struct store *store)
{
    return ((const struct store_file *)store)->state != STATE_FAILED;
}

static uint64_t file_sync_us(const struct store *store)
{
    return sync_times_median(&((const struct store_file *)store)->sync_times);
}

static const struct store_ops OPS = {
    .load = file_load,
    .append = file_append,
    .close = file_close,
    .is_well = file_is_well,
    .sync_us = file_sync_us,
};

static bool lock_folder(struct store_file *file, struct store_error *error)
{
    char path[PATH_MAX];
    if (mkdir(file->folder, 0700) != 0 && errno != EEXIST) {
        set_error(error, file->folder, errno);
        return false;
    }
    if (snprintf(path, sizeof path, "%s/lock", file->folder) >= (int)sizeof path) {
        set_error(error, file->folder, ENAMETOOLONG);
        return false;
    }
    file->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file->lock_fd < 0) {
        set_error(error, path, errno);
        return false;
    }
    if (flock(file->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        return store_error_set(error, "%s: another dispatcher is using this journal", file->folder);
    }
    return true;
}

struct store *store_file_open(uv_loop_t *loop, const struct store_file_config *config,
                              const struct store_callbacks *callbacks, struct store_error *error)
{
    struct store_file *file = calloc(1, sizeof *file);
    if (file == NULL || strlen(config->folder) >= sizeof file->folder) {
        set_error(error, config->folder, file == NULL ? ENOMEM : ENAMETOOLONG);
        free(file);
        return NULL;
    }
    file->store = (struct store){.ops = &OPS, .callbacks = *callbacks};
    file->loop = loop;
    file->work.data = file;
    file->fd = -1;
    file->lock_fd = -1;
    file->segment_size = config->segment_size != 0 ? config->segment_size : STORE_FILE_SEGMENT_SIZE;
    file->on_segment_closed = config->on_segment_closed;
    memcpy(file->folder, config->folder, strlen(config->folder) + 1);
    file->filling.bytes = malloc(STORE_FILE_PENDING_MAX);
    file->writing.bytes = malloc(STORE_FILE_PENDING_MAX);
    bool ok = file->filling.bytes != NULL && file->writing.bytes != NULL;
    if (!ok)
        set_error(error, config->folder, ENOMEM);
    if (ok && lock_folder(file, error))
        return &file->store;
    if (file->lock_fd >= 0)
        close(file->lock_fd);
    free(file->filling.bytes);
    free(file->writing.bytes);
    free(file);
    return NULL;
}

const struct journal_summary *store_file_summary(const struct store *store)
{
    return &((const struct store_file *)store)->summary;
}
