-- The journal in PostgreSQL: facts, snapshots, and the lease of who may write them.
-- Run by `dispatcher db migrate`, in one transaction with its row in schema_migration.

COMMENT ON SCHEMA commonwheel IS
    'Commonwheel, a dispatcher for council-owned vehicles. Changed by `dispatcher db migrate` alone.';

COMMENT ON TABLE commonwheel.schema_migration IS 'The numbered scripts that made this schema what it is.';
COMMENT ON COLUMN commonwheel.schema_migration.number IS 'Of the script, from 1 without a hole.';
COMMENT ON COLUMN commonwheel.schema_migration.name IS 'Of the script, without its number.';
COMMENT ON COLUMN commonwheel.schema_migration.checksum IS
    'CRC-32C of the script as it was run: a script is never changed after its release.';
COMMENT ON COLUMN commonwheel.schema_migration.applied_at IS 'When it was run.';

CREATE TABLE commonwheel.fact (
    shard smallint NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    kind smallint NOT NULL CHECK (kind > 0),
    at timestamptz NOT NULL,
    body bytea NOT NULL CHECK (octet_length(body) BETWEEN 1 AND 4096),
    PRIMARY KEY (shard, seq)
);
COMMENT ON TABLE commonwheel.fact IS
    'What happened and counts, in order. All other tables can be derived from this one again. Rows are only ever added.';
COMMENT ON COLUMN commonwheel.fact.shard IS 'The service area that the fact belongs to.';
COMMENT ON COLUMN commonwheel.fact.seq IS '1, 2, 3 ... without a hole within a shard.';
COMMENT ON COLUMN commonwheel.fact.kind IS 'The number of the fact''s kind in the release that wrote it; body has the last word.';
COMMENT ON COLUMN commonwheel.fact.at IS 'When it happened; never falls from one fact to the next.';
COMMENT ON COLUMN commonwheel.fact.body IS 'The fact as protobuf, message commonwheel.v1.Fact.';

CREATE FUNCTION commonwheel.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is never changed: a correction is a further row',
        TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
COMMENT ON FUNCTION commonwheel.refuse_change IS 'Keeps tables whose rows are only ever added as they are.';

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON commonwheel.fact
    FOR EACH STATEMENT EXECUTE FUNCTION commonwheel.refuse_change();

CREATE TABLE commonwheel.snapshot (
    shard smallint NOT NULL,
    seq bigint NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    body bytea NOT NULL,
    PRIMARY KEY (shard, seq, number)
);
COMMENT ON TABLE commonwheel.snapshot IS
    'A shorter journal that leads to the same state. It shortens the start and is derived: it may be deleted.';
COMMENT ON COLUMN commonwheel.snapshot.shard IS 'The service area.';
COMMENT ON COLUMN commonwheel.snapshot.seq IS 'The snapshot is of the state after this fact. Its rows are written in one transaction.';
COMMENT ON COLUMN commonwheel.snapshot.number IS '1, 2, 3 ... within a snapshot.';
COMMENT ON COLUMN commonwheel.snapshot.body IS 'As fact.body.';

CREATE TABLE commonwheel.shard_lease (
    shard smallint PRIMARY KEY,
    fence bigint NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,
    holder text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE commonwheel.shard_lease IS
    'Which dispatcher may write facts. Every transaction that writes some checks the fence and locks this row.';
COMMENT ON COLUMN commonwheel.shard_lease.shard IS 'The service area.';
COMMENT ON COLUMN commonwheel.shard_lease.fence IS
    'Rises with each connection that may write, so that what an older one still has under way is refused.';
COMMENT ON COLUMN commonwheel.shard_lease.epoch IS
    'Of the last dispatcher that began; vehicles refuse a lower one. Set together with that fact.';
COMMENT ON COLUMN commonwheel.shard_lease.holder IS 'Host and process of the dispatcher, for people.';
COMMENT ON COLUMN commonwheel.shard_lease.taken_at IS 'When the present connection took it.';
COMMENT ON COLUMN commonwheel.shard_lease.expires_at IS
    'After this another may take it. The holder moves it on with each transaction.';

-- The class of our advisory locks: "CW".
CREATE FUNCTION commonwheel.lease_lock_class() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 17239';
COMMENT ON FUNCTION commonwheel.lease_lock_class IS
    'First key of the advisory lock of a shard; the second is the shard.';

CREATE FUNCTION commonwheel.end_lock_holder(of_shard smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_terminate_backend(pid, 1000) FROM pg_locks
        WHERE locktype = 'advisory' AND classid::bigint = commonwheel.lease_lock_class()
          AND objid::bigint = of_shard AND pid <> pg_backend_pid() AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
EXCEPTION WHEN insufficient_privilege THEN
    NULL; -- of another role: its fence is old all the same
END $$;
COMMENT ON FUNCTION commonwheel.end_lock_holder IS
    'End the connection that holds the advisory lock of a shard, where this role may.';

-- The lock only tells that the holder's connection has gone before its lease has run out. What keeps
-- two from writing is the fence: an older connection's transaction either had the row first, and then
-- last_seq counts its facts, or comes too late and is refused.
CREATE FUNCTION commonwheel.take_lease(of_shard smallint, own_fence bigint, new_holder text, seconds integer,
                           OUT fence bigint, OUT epoch bigint, OUT last_seq bigint,
                           OUT held_by text, OUT held_until timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    is_locked boolean := pg_try_advisory_lock(commonwheel.lease_lock_class(), of_shard);
    lease commonwheel.shard_lease;
BEGIN
    INSERT INTO commonwheel.shard_lease (shard) VALUES (of_shard) ON CONFLICT DO NOTHING;
    SELECT * INTO lease FROM commonwheel.shard_lease WHERE shard = of_shard;
    held_by := lease.holder;
    held_until := lease.expires_at;
    IF NOT is_locked AND own_fence = 0 AND lease.expires_at > clock_timestamp() THEN
        RETURN;
    END IF;
    IF own_fence = 0 OR own_fence = lease.fence THEN
        IF NOT is_locked THEN
            PERFORM commonwheel.end_lock_holder(of_shard);
            PERFORM pg_try_advisory_lock(commonwheel.lease_lock_class(), of_shard);
        END IF;
        UPDATE commonwheel.shard_lease SET fence = shard_lease.fence + 1, holder = new_holder,
                taken_at = clock_timestamp(),
                expires_at = clock_timestamp() + make_interval(secs => seconds)
            WHERE shard = of_shard AND shard_lease.fence = lease.fence
            RETURNING shard_lease.fence, shard_lease.epoch INTO fence, epoch;
    END IF;
    IF fence IS NULL THEN
        PERFORM pg_advisory_unlock(commonwheel.lease_lock_class(), of_shard);
        IF own_fence <> 0 THEN
            RAISE EXCEPTION 'the lease of shard % was taken by %', of_shard, lease.holder
                USING ERRCODE = 'CW001';
        END IF;
        RETURN;
    END IF;
    SELECT coalesce(max(seq), 0) INTO last_seq FROM commonwheel.fact WHERE shard = of_shard;
END $$;
COMMENT ON FUNCTION commonwheel.take_lease IS
    'Take the lease for this connection: with own_fence 0 where nobody has it, else fence is NULL; with the fence of an earlier connection of one''s own where nobody took it since, else error CW001. last_seq is of the last fact.';

CREATE FUNCTION commonwheel.hold_lease(of_shard smallint, own_fence bigint, seconds integer, new_epoch bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE commonwheel.shard_lease
        SET expires_at = clock_timestamp() + make_interval(secs => seconds),
            epoch = greatest(epoch, new_epoch)
        WHERE shard = of_shard AND fence = own_fence;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease of shard % was taken by another dispatcher', of_shard
            USING ERRCODE = 'CW001';
    END IF;
    PERFORM pg_try_advisory_lock(commonwheel.lease_lock_class(), of_shard);
END $$;
COMMENT ON FUNCTION commonwheel.hold_lease IS
    'First statement of each transaction that writes facts: locks the lease''s row and moves its end on, or refuses with error CW001. new_epoch is of the dispatcher''s beginning where that is among the facts, else 0.';
