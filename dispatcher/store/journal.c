/* Reading a journal folder: the newest sound snapshot, then the segments after it. */
#include "store/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/segment.h"
#include "wire/codec_fact.h"

/* The files of one kind, by the seq in their names. */
struct listing {
    uint64_t *seqs;
    size_t count;
};

struct mapped {
    const uint8_t *bytes; /* NULL when empty */
    size_t size;
};

struct reading {
    const struct journal_read *read;
    struct journal_summary *summary;
    struct store_error *error;
    uint64_t next_seq; /* of the next fact wanted */
};

static bool failed(struct store_error *error, const char *path, const char *why)
{
    store_error_set(error, "%s: %s", path, why);
    return false;
}

static bool failed_at(struct store_error *error, const char *path, size_t offset, const char *why)
{
    store_error_set(error, "%s: offset %zu: %s", path, offset, why);
    return false;
}

static bool make_path(const char *folder, const char *prefix, uint64_t seq, const char *suffix,
                      char *path)
{
    int length = snprintf(path, PATH_MAX, "%s/%s-%020" PRIu64 "%s", folder, prefix, seq, suffix);
    return length > 0 && length < PATH_MAX;
}

bool journal_segment_path(const char *folder, uint64_t first_seq, char *path)
{
    return make_path(folder, "journal", first_seq, ".seg", path);
}

bool journal_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    int saved = errno;
    close(fd);
    errno = saved;
    return synced;
}

static int compare_seqs(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The seq in "<prefix>-<20 digits><suffix>"; false for any other name. */
static bool parse_name(const char *name, const char *prefix, const char *suffix, uint64_t *seq)
{
    size_t prefix_length = strlen(prefix);
    if (strlen(name) != prefix_length + 21 + strlen(suffix))
        return false;
    if (strncmp(name, prefix, prefix_length) != 0 || name[prefix_length] != '-')
        return false;
    if (strcmp(name + prefix_length + 21, suffix) != 0)
        return false;
    uint64_t value = 0;
    for (const char *digit = name + prefix_length + 1; digit < name + prefix_length + 21; digit++) {
        if (*digit < '0' || *digit > '9' || value > (UINT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (uint64_t)(*digit - '0');
    }
    *seq = value;
    return true;
}

static bool list_entries(DIR *directory, const char *prefix, const char *suffix,
                         struct listing *listing)
{
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        uint64_t seq;
        if (!parse_name(entry->d_name, prefix, suffix, &seq))
            continue;
        if (listing->count == JOURNAL_FILES_MAX)
            return false;
        listing->seqs[listing->count++] = seq;
    }
    qsort(listing->seqs, listing->count, sizeof(uint64_t), compare_seqs);
    return true;
}

/* On success listing->seqs is the caller's to free. */
static bool list_files(const char *folder, const char *prefix, const char *suffix,
                       struct listing *listing, struct store_error *error)
{
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return failed(error, folder, strerror(errno));
    *listing = (struct listing){.seqs = malloc(JOURNAL_FILES_MAX * sizeof(uint64_t))};
    bool ok = listing->seqs != NULL;
    if (!ok)
        failed(error, folder, "out of memory");
    else if (!list_entries(directory, prefix, suffix, listing))
        ok = failed(error, folder, "holds more journal files than this program reads");
    if (!ok)
        free(listing->seqs);
    closedir(directory);
    return ok;
}

static bool map_file(const char *path, struct mapped *mapped, struct store_error *error)
{
    *mapped = (struct mapped){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return failed(error, path, strerror(errno));
    struct stat status;
    bool ok = fstat(fd, &status) == 0;
    if (ok && status.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        ok = bytes != MAP_FAILED;
        if (ok)
            *mapped = (struct mapped){.bytes = bytes, .size = (size_t)status.st_size};
    }
    if (!ok)
        failed(error, path, strerror(errno));
    close(fd);
    return ok;
}

static void unmap_file(const struct mapped *mapped)
{
    if (mapped->bytes != NULL)
        munmap((void *)(uintptr_t)mapped->bytes, mapped->size);
}

/* Every record whole, and the last one the end mark, which counts the others? */
static bool snapshot_is_sound(const struct mapped *mapped, uint64_t seq)
{
    uint64_t header_seq;
    if (segment_header_read(mapped->bytes, mapped->size, SEGMENT_SNAPSHOT, &header_seq) !=
            SEGMENT_HEADER_OK ||
        header_seq != seq)
        return false;
    uint64_t count = 0;
    struct segment_record record = {.next = SEGMENT_HEADER_SIZE};
    while (record.next < mapped->size) {
        if (!segment_record_read(mapped->bytes, mapped->size, record.next, &record))
            return false;
        count++;
    }
    return count > 1 && record.batch == count - 1;
}

static bool read_snapshot(struct reading *reading, const char *path, const struct mapped *mapped,
                          uint64_t seq)
{
    struct segment_record record = {.next = SEGMENT_HEADER_SIZE};
    while (record.next < mapped->size) {
        struct fact fact;
        size_t offset = record.next;
        CHECK(segment_record_read(mapped->bytes, mapped->size, offset, &record));
        if (record.batch != 0)
            break; /* the end mark */
        const char *why = codec_fact_decode(record.payload, record.length, &fact);
        if (why == NULL)
            why = reading->read->reader(reading->read->user, &fact);
        if (why != NULL)
            return failed_at(reading->error, path, offset, why);
    }
    reading->summary->snapshot_seq = seq;
    reading->next_seq = seq + 1;
    return true;
}

/* Read the newest sound snapshot at or before what is wanted; none is fine. */
static bool load_snapshot(struct reading *reading)
{
    struct listing listing;
    if (!list_files(reading->read->folder, "snapshot", ".snap", &listing, reading->error))
        return false;
    bool ok = true;
    for (size_t i = listing.count; ok && i-- > 0 && reading->summary->snapshot_seq == 0;) {
        char path[PATH_MAX];
        struct mapped mapped;
        if (reading->read->up_to != 0 && listing.seqs[i] > reading->read->up_to)
            continue;
        ok = make_path(reading->read->folder, "snapshot", listing.seqs[i], ".snap", path) &&
             map_file(path, &mapped, reading->error);
        if (!ok)
            break;
        if (mapped.bytes != NULL && snapshot_is_sound(&mapped, listing.seqs[i]))
            ok = read_snapshot(reading, path, &mapped, listing.seqs[i]);
        else
            memcpy(reading->summary->damaged_snapshot, path, sizeof path);
        unmap_file(&mapped);
    }
    free(listing.seqs);
    return ok;
}

/* Decode the fact that must have `seq` and hand it on: NULL, or why not. */
static const char *hand_on(struct reading *reading, const struct segment_record *record,
                           uint64_t seq)
{
    struct fact fact;
    const char *why = codec_fact_decode(record->payload, record->length, &fact);
    if (why != NULL)
        return why;
    if (fact.seq != seq)
        return "the fact is out of order";
    reading->next_seq = seq + 1;
    reading->summary->facts_read++;
    if (reading->read->on_bytes != NULL)
        reading->read->on_bytes(reading->read->user, record->payload, record->length);
    return reading->read->reader(reading->read->user, &fact);
}

/* Hand on the facts of one segment that are wanted. */
static bool read_segment(struct reading *reading, const char *path, const struct mapped *mapped,
                         uint64_t first_seq, bool is_last)
{
    uint64_t seq = first_seq;
    uint64_t up_to = reading->read->up_to == 0 ? UINT64_MAX : reading->read->up_to;
    size_t offset = SEGMENT_HEADER_SIZE;
    bool torn = false;
    while (offset < mapped->size && seq <= up_to) {
        struct segment_record record;
        if (!segment_record_read(mapped->bytes, mapped->size, offset, &record)) {
            torn = is_last && segment_tail_is_torn(mapped->bytes, mapped->size, offset, seq);
            if (torn)
                break;
            return failed_at(reading->error, path, offset, "the record is corrupt");
        }
        const char *why = seq < reading->next_seq ? NULL : hand_on(reading, &record, seq);
        if (why != NULL)
            return failed_at(reading->error, path, offset, why);
        seq++;
        offset = record.next;
    }
    struct journal_summary *summary = reading->summary;
    if (seq > first_seq)
        summary->last_seq = seq - 1;
    summary->last_size = offset;
    summary->torn_bytes = torn ? mapped->size - offset : 0;
    return true;
}

/* A new segment whose header was still being written when the machine stopped? */
static bool is_unborn(const struct mapped *mapped)
{
    if (mapped->size < SEGMENT_HEADER_SIZE)
        return true;
    for (size_t i = 0; i < mapped->size; i++) {
        if (mapped->bytes[i] != 0)
            return false;
    }
    return true;
}

static bool open_segment(struct reading *reading, const char *path, const struct mapped *mapped,
                         uint64_t named_seq, bool is_last)
{
    struct journal_summary *summary = reading->summary;
    uint64_t first_seq = 0;
    enum segment_header_result header =
        segment_header_read(mapped->bytes, mapped->size, SEGMENT_JOURNAL, &first_seq);
    memcpy(summary->last_segment, path, strlen(path) + 1);
    summary->bytes += mapped->size;
    if (header != SEGMENT_HEADER_OK && is_last && is_unborn(mapped)) {
        summary->last_size = 0;
        summary->torn_bytes = mapped->size;
        return true;
    }
    if (header != SEGMENT_HEADER_OK)
        return failed(reading->error, path, segment_header_text(header));
    if (first_seq != named_seq)
        return failed(reading->error, path, "the name and the header disagree: renamed or copied?");
    return read_segment(reading, path, mapped, first_seq, is_last);
}

static bool load_segment(struct reading *reading, uint64_t seq, bool is_last)
{
    char path[PATH_MAX];
    struct mapped mapped;
    if (!journal_segment_path(reading->read->folder, seq, path))
        return failed(reading->error, reading->read->folder, "the path is too long");
    if (seq > reading->next_seq)
        return failed(reading->error, path, "facts are missing before this segment");
    if (!map_file(path, &mapped, reading->error))
        return false;
    bool ok = open_segment(reading, path, &mapped, seq, is_last);
    unmap_file(&mapped);
    return ok;
}

static bool load_segments(struct reading *reading)
{
    struct listing listing;
    if (!list_files(reading->read->folder, "journal", ".seg", &listing, reading->error))
        return false;
    bool ok = true;
    if (listing.count > 0)
        reading->summary->first_seq = listing.seqs[0];
    for (size_t i = 0; ok && i < listing.count; i++) {
        bool is_last = i + 1 == listing.count;
        reading->summary->segment_count++;
        bool covered = !is_last && listing.seqs[i + 1] <= reading->next_seq; /* by the snapshot */
        if (reading->read->up_to != 0 && listing.seqs[i] > reading->read->up_to)
            break;
        ok = covered || load_segment(reading, listing.seqs[i], is_last);
    }
    free(listing.seqs);
    return ok;
}

bool journal_read(const struct journal_read *read, struct journal_summary *summary,
                  struct store_error *error)
{
    *summary = (struct journal_summary){0};
    struct reading reading = {.read = read, .summary = summary, .error = error, .next_seq = 1};
    if (!read->whole && !load_snapshot(&reading))
        return false;
    if (!load_segments(&reading))
        return false;
    if (summary->last_seq < summary->snapshot_seq && summary->segment_count > 0 &&
        summary->last_size > 0)
        return failed(error, summary->last_segment, "ends before the snapshot: segments were cut");
    if (summary->last_seq < summary->snapshot_seq)
        summary->last_seq = summary->snapshot_seq;
    return true;
}

/* When the first fact of a segment was made; 0 where it cannot be read. */
static int64_t first_ms(const struct mapped *mapped)
{
    uint64_t seq;
    struct segment_record record;
    struct fact fact;
    const bool is_sound =
        segment_header_read(mapped->bytes, mapped->size, SEGMENT_JOURNAL, &seq) ==
            SEGMENT_HEADER_OK &&
        segment_record_read(mapped->bytes, mapped->size, SEGMENT_HEADER_SIZE, &record) &&
        codec_fact_decode(record.payload, record.length, &fact) == NULL;
    return is_sound ? fact.at_ms : 0;
}

bool journal_measure(const char *folder, struct journal_extent *extent, struct store_error *error)
{
    struct listing listing;
    if (!list_files(folder, "journal", ".seg", &listing, error))
        return false;
    struct journal_extent measured = {.first_seq = listing.count > 0 ? listing.seqs[0] : 0};
    bool ok = true;
    for (size_t i = 0; ok && i < listing.count; i++) {
        char path[PATH_MAX];
        struct mapped mapped;
        if (!journal_segment_path(folder, listing.seqs[i], path))
            ok = failed(error, folder, "the path is too long");
        ok = ok && map_file(path, &mapped, error);
        if (!ok)
            break;
        measured.bytes += mapped.size;
        if (i == 0)
            measured.first_ms = first_ms(&mapped);
        unmap_file(&mapped);
    }
    free(listing.seqs);
    if (ok)
        *extent = measured;
    return ok;
}

static bool write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

#define SNAPSHOT_BUFFER (1u << 20)

static bool write_snapshot(int fd, uint64_t seq, store_snapshot_source *source, void *user,
                           uint8_t *buffer)
{
    size_t used = SEGMENT_HEADER_SIZE;
    uint64_t count = 0;
    struct fact fact;
    segment_header_write(SEGMENT_SNAPSHOT, seq, buffer);
    while (source(user, &fact)) {
        size_t length = codec_fact_encode(&fact, buffer + used + SEGMENT_RECORD_HEADER);
        used += segment_record_seal(buffer + used, 0, length);
        count++;
        if (used > SNAPSHOT_BUFFER - 2 * SEGMENT_RECORD_MAX) {
            if (!write_all(fd, buffer, used))
                return false;
            used = 0;
        }
    }
    buffer[used + SEGMENT_RECORD_HEADER] = 0;
    used += segment_record_seal(buffer + used, count, 1); /* the end mark */
    return count > 0 && write_all(fd, buffer, used) && fsync(fd) == 0;
}

bool journal_snapshot(const char *folder, uint64_t seq, store_snapshot_source *source, void *user,
                      struct store_error *error)
{
    char path[PATH_MAX];
    char temporary[PATH_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s/snapshot.tmp", folder);
    if (length >= (int)sizeof temporary || !make_path(folder, "snapshot", seq, ".snap", path))
        return failed(error, folder, "the path is too long");
    uint8_t *buffer = malloc(SNAPSHOT_BUFFER);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = buffer != NULL && fd >= 0 && write_snapshot(fd, seq, source, user, buffer);
    ok = ok && rename(temporary, path) == 0 && journal_sync_folder(folder);
    if (!ok)
        failed(error, path, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (!ok)
        unlink(temporary);
    free(buffer);
    return ok;
}
