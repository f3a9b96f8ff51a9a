-- The questions that people ask, as functions over days of the area's civil time, and as views that
-- open in QGIS. docs/questions.md has each with an example.
--
-- What a month has millions of is summed up by the day: refresh_day() makes the sums of one day
-- anew, refresh() those of all days that something happened to since. A dispatcher that serves runs
-- refresh() each quarter of an hour.

CREATE TABLE commonwheel.summary_day (
    shard   smallint    NOT NULL,
    day     date        NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (shard, day)
);
COMMENT ON TABLE commonwheel.summary_day IS 'The days that the sums below hold, and as of when';

CREATE TABLE commonwheel.ward_hour (
    shard             smallint NOT NULL,
    day               date     NOT NULL,
    hour              smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
    ward              text     NOT NULL,
    rides             integer  NOT NULL,
    met               integer  NOT NULL,
    alighted          integer  NOT NULL,
    cancelled_service integer  NOT NULL,
    refusals          integer  NOT NULL,
    wait_s            bigint   NOT NULL,
    longest_wait_s    integer  NOT NULL,
    within_5_min      integer  NOT NULL,
    within_10_min     integer  NOT NULL,
    within_15_min     integer  NOT NULL,
    paid_pence        bigint   NOT NULL,
    concession_pence  bigint   NOT NULL,
    PRIMARY KEY (shard, day, hour, ward)
);
COMMENT ON TABLE commonwheel.ward_hour IS
    'Sums of rides and refusals by the hour of the earliest boarding and the ward of the pick-up';
COMMENT ON COLUMN commonwheel.ward_hour.ward IS 'Its code; empty: outside every ward';
COMMENT ON COLUMN commonwheel.ward_hour.met IS 'Rides whose vehicle came; waits are theirs';
COMMENT ON COLUMN commonwheel.ward_hour.wait_s IS
    'From the earliest boarding to the vehicle''s arrival, 0 at the least; of all rides together';
COMMENT ON COLUMN commonwheel.ward_hour.paid_pence IS 'Charges and fees less what was given back';

CREATE TABLE commonwheel.zone_day (
    shard              smallint NOT NULL,
    day                date     NOT NULL,
    zone               bigint   NOT NULL,
    rides              integer  NOT NULL,
    fare_pence         bigint   NOT NULL,
    concession_pence   bigint   NOT NULL,
    cap_saved_pence    bigint   NOT NULL,
    charged_pence      bigint   NOT NULL,
    fee_pence          bigint   NOT NULL,
    compensation_pence bigint   NOT NULL,
    refunded_pence     bigint   NOT NULL,
    paid_pence         bigint   NOT NULL,
    PRIMARY KEY (shard, day, zone)
);
COMMENT ON TABLE commonwheel.zone_day IS
    'Sums of rides that were charged or had a fee, by the service zone of the pick-up';
COMMENT ON COLUMN commonwheel.zone_day.fare_pence IS
    'Of rides that were charged. Less concession and what caps saved, with fees, less what was '
    'given back, it is what was paid';
COMMENT ON COLUMN commonwheel.zone_day.refunded_pence IS 'Less what it changed under the caps';
COMMENT ON COLUMN commonwheel.zone_day.zone IS 'Its number; -1: in no service zone';

CREATE TABLE commonwheel.drive_cell (
    shard      smallint NOT NULL,
    day        date     NOT NULL,
    x          integer  NOT NULL,
    y          integer  NOT NULL,
    dead_m     integer  NOT NULL,
    carrying_m integer  NOT NULL,
    arc        bigint,
    PRIMARY KEY (shard, day, x, y)
);
COMMENT ON TABLE commonwheel.drive_cell IS
    'Metres driven, from one sampled position to the next, by squares of about 50 metres';
COMMENT ON COLUMN commonwheel.drive_cell.x IS 'Square floor(flat(geom) / 80), which is east of 0';
COMMENT ON COLUMN commonwheel.drive_cell.dead_m IS 'With nobody aboard';
COMMENT ON COLUMN commonwheel.drive_cell.arc IS
    'The road nearest to the middle of the positions in the square, the lower of its two '
    'directions';

CREATE TABLE commonwheel.kerb_hour (
    shard         smallint NOT NULL,
    day           date     NOT NULL,
    hour          smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
    kerb          bigint   NOT NULL,
    picked_up     integer  NOT NULL,
    set_down      integer  NOT NULL,
    waiting_min   integer  NOT NULL,
    most_waiting  integer  NOT NULL,
    PRIMARY KEY (shard, day, hour, kerb)
);
COMMENT ON TABLE commonwheel.kerb_hour IS 'What each kerb was used for, hour by hour';
COMMENT ON COLUMN commonwheel.kerb_hour.picked_up IS 'Rides that began within 25 metres';
COMMENT ON COLUMN commonwheel.kerb_hour.waiting_min IS
    'Minutes in which a vehicle with nothing to do was sampled within 15 metres, of all vehicles '
    'together';
COMMENT ON COLUMN commonwheel.kerb_hour.most_waiting IS 'Such vehicles in one minute';

CREATE TABLE commonwheel.journey (
    shard     smallint NOT NULL,
    day       date     NOT NULL,
    x         integer  NOT NULL,
    y         integer  NOT NULL,
    to_geom   geometry(Point, 4326) NOT NULL,
    from_geom geometry(Point, 4326) NOT NULL,
    ward      text     NOT NULL,
    direct_m  bigint   NOT NULL
);
COMMENT ON TABLE commonwheel.journey IS
    'Rides that came to their end, by the day of the booking, and in the order of where they ended';
COMMENT ON COLUMN commonwheel.journey.x IS
    'Square of to_geom, floor(flat(to_geom) / 800), which is east of 0';
COMMENT ON COLUMN commonwheel.journey.ward IS 'Of the pick-up; empty: outside every ward';
CREATE INDEX journey_end ON commonwheel.journey (shard, day, x, y);

CREATE TABLE commonwheel.unmet (
    shard      smallint NOT NULL,
    day        date     NOT NULL,
    x          double precision NOT NULL,
    y          double precision NOT NULL,
    is_refusal boolean  NOT NULL
);
COMMENT ON TABLE commonwheel.unmet IS
    'Requests refused, by day, and rides that the service cancelled, by the day of the booking';
COMMENT ON COLUMN commonwheel.unmet.x IS 'Of flat(from_geom)';
COMMENT ON COLUMN commonwheel.unmet.is_refusal IS 'False: the service cancelled it';
CREATE INDEX unmet_day ON commonwheel.unmet (shard, day);

CREATE TABLE commonwheel.ledger_checkpoint (
    shard           smallint NOT NULL,
    number          integer  NOT NULL,
    up_to           bigint   NOT NULL,
    debits_pending  bigint   NOT NULL,
    debits_posted   bigint   NOT NULL,
    credits_pending bigint   NOT NULL,
    credits_posted  bigint   NOT NULL,
    PRIMARY KEY (shard, number)
);
COMMENT ON TABLE commonwheel.ledger_checkpoint IS
    'What the transfers up to one come to, so that a check need not begin with the first';
COMMENT ON COLUMN commonwheel.ledger_checkpoint.up_to IS
    'The last transfer counted when one was of this account; the highest holds for all accounts';

-- ---- civil time and places ----------------------------------------------------------------------

CREATE FUNCTION commonwheel.day_begins(of_shard smallint, of_day date) RETURNS timestamptz
    LANGUAGE sql STABLE AS $$
    SELECT of_day::timestamp AT TIME ZONE coalesce(
        (SELECT timezone FROM commonwheel.service_area WHERE shard = of_shard), 'UTC')
$$;
COMMENT ON FUNCTION commonwheel.day_begins(smallint, date) IS 'Midnight in the area''s time zone';

CREATE FUNCTION commonwheel.civil(of_shard smallint, at timestamptz) RETURNS timestamp
    LANGUAGE sql STABLE AS $$
    SELECT at AT TIME ZONE coalesce(
        (SELECT timezone FROM commonwheel.service_area WHERE shard = of_shard), 'UTC')
$$;
COMMENT ON FUNCTION commonwheel.civil(smallint, timestamptz) IS 'What the area''s clocks showed';

CREATE FUNCTION commonwheel.ward_of(of_shard smallint, place geometry) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT code FROM commonwheel.ward w
                     WHERE w.shard = of_shard AND ST_Covers(w.geom, place) ORDER BY code LIMIT 1),
                         '')
$$;
COMMENT ON FUNCTION commonwheel.ward_of(smallint, geometry) IS 'The code of the ward; empty: none';

-- ---- sums of a day ------------------------------------------------------------------------------

CREATE FUNCTION commonwheel.refresh_wards(of_shard smallint, of_day date) RETURNS void
    LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    since timestamptz := commonwheel.day_begins(of_shard, of_day);
    until timestamptz := commonwheel.day_begins(of_shard, of_day + 1);
BEGIN
    DELETE FROM commonwheel.ward_hour WHERE shard = of_shard AND day = of_day;
    WITH trip AS (
        SELECT extract(hour FROM commonwheel.civil(of_shard, r.earliest_at)) AS hour, r.*,
               commonwheel.ward_of(of_shard, r.from_geom) AS ward,
               CASE WHEN r.arrived_at > r.earliest_at
                        THEN extract(epoch FROM r.arrived_at - r.earliest_at)
                    WHEN r.arrived_at IS NOT NULL THEN 0 END AS wait,
               coalesce(r.charged_pence, 0) + coalesce(r.fee_pence, 0) -
                   coalesce(r.compensation_pence, 0) - r.refunded_pence + r.adjusted_pence AS paid
        FROM commonwheel.ride r
        WHERE r.shard = of_shard AND r.booked_at BETWEEN since - interval '8 days' AND until AND
             r.earliest_at >= since AND r.earliest_at < until
    ), ride_sum AS (
        SELECT hour, ward, count(*) AS rides, count(wait) AS met,
               count(*) FILTER (WHERE state = 'alighted') AS alighted,
               count(*) FILTER (WHERE cancelled_by = 'service') AS cancelled_service,
               sum(wait) AS wait_s, max(wait) AS longest_wait_s,
               count(*) FILTER (WHERE wait <= 300) AS within_5_min,
               count(*) FILTER (WHERE wait <= 600) AS within_10_min,
               count(*) FILTER (WHERE wait <= 900) AS within_15_min,
               sum(paid) AS paid_pence,
               sum(concession_pence) FILTER (WHERE charged_pence IS NOT NULL) AS concession_pence
        FROM trip GROUP BY hour, ward
    ), refusal_sum AS (
        SELECT extract(hour FROM commonwheel.civil(of_shard, f.at)) AS hour,
               commonwheel.ward_of(of_shard, f.from_geom) AS ward, count(*) AS refusals
        FROM commonwheel.refusal f
        WHERE f.shard = of_shard AND f.at >= since AND f.at < until
        GROUP BY 1, 2
    )
    INSERT INTO commonwheel.ward_hour
        SELECT of_shard, of_day, hour, ward, coalesce(rides, 0), coalesce(met, 0),
               coalesce(alighted, 0), coalesce(cancelled_service, 0), coalesce(refusals, 0),
               coalesce(wait_s, 0), coalesce(longest_wait_s, 0), coalesce(within_5_min, 0),
               coalesce(within_10_min, 0), coalesce(within_15_min, 0), coalesce(paid_pence, 0),
               coalesce(concession_pence, 0)
        FROM ride_sum FULL JOIN refusal_sum USING (hour, ward);
END $$;
COMMENT ON FUNCTION commonwheel.refresh_wards(smallint, date) IS 'Makes the day''s ward_hour anew';

CREATE FUNCTION commonwheel.refresh_zones(of_shard smallint, of_day date) RETURNS void
    LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    since timestamptz := commonwheel.day_begins(of_shard, of_day);
    until timestamptz := commonwheel.day_begins(of_shard, of_day + 1);
BEGIN
    DELETE FROM commonwheel.zone_day WHERE shard = of_shard AND day = of_day;
    INSERT INTO commonwheel.zone_day
        SELECT of_shard, of_day, z.number, count(*),
               coalesce(sum(r.fare_pence) FILTER (WHERE r.charged_pence IS NOT NULL), 0),
               coalesce(sum(r.concession_pence) FILTER (WHERE r.charged_pence IS NOT NULL), 0),
               sum(coalesce(r.cap_saved_pence, 0)), sum(coalesce(r.charged_pence, 0)),
               sum(coalesce(r.fee_pence, 0)), sum(coalesce(r.compensation_pence, 0)),
               sum(r.refunded_pence - r.adjusted_pence),
               sum(coalesce(r.charged_pence, 0) + coalesce(r.fee_pence, 0) -
                   coalesce(r.compensation_pence, 0) - r.refunded_pence + r.adjusted_pence)
        FROM commonwheel.ride r, LATERAL (
            SELECT coalesce((SELECT number FROM commonwheel.zone z
                             WHERE z.shard = of_shard AND z.kind = 'service' AND
                                   ST_Covers(z.geom, r.from_geom) ORDER BY number LIMIT 1),
                                       -1) AS number
        ) z
        WHERE r.shard = of_shard AND r.booked_at >= since AND r.booked_at < until AND
              (r.charged_pence IS NOT NULL OR r.fee_pence IS NOT NULL)
        GROUP BY z.number;
END $$;
COMMENT ON FUNCTION commonwheel.refresh_zones(smallint, date) IS
    'Makes the day''s zone_day anew; a ride is of the day when it was booked';

-- From one position to the next is a straight line: what is driven is a little more. Positions more
-- than five minutes apart are not joined.
CREATE FUNCTION commonwheel.refresh_drives(of_shard smallint, of_day date) RETURNS void
    LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    since timestamptz := commonwheel.day_begins(of_shard, of_day);
    until timestamptz := commonwheel.day_begins(of_shard, of_day + 1);
BEGIN
    DELETE FROM commonwheel.drive_cell WHERE shard = of_shard AND day = of_day;
    WITH step AS (
        SELECT geom, aboard, at, lag(geom) OVER one AS was, lag(at) OVER one AS was_at
        FROM commonwheel.track
        WHERE shard = of_shard AND at >= since AND at < until
        WINDOW one AS (PARTITION BY vehicle ORDER BY at)
    ), cell AS (
        SELECT floor(ST_X(flat) / 80)::integer AS x, floor(ST_Y(flat) / 80)::integer AS y,
               coalesce(sum(metres) FILTER (WHERE aboard = 0), 0) AS dead,
               coalesce(sum(metres) FILTER (WHERE aboard > 0), 0) AS carrying,
               ST_SetSRID(ST_MakePoint(avg(ST_X(geom)), avg(ST_Y(geom))), 4326) AS middle
        FROM (SELECT geom, aboard, commonwheel.flat(geom) AS flat, ST_DistanceSphere(was,
            geom) AS metres
              FROM step WHERE at - was_at <= interval '5 minutes') moved
        WHERE metres >= 1
        GROUP BY 1, 2
    )
    INSERT INTO commonwheel.drive_cell
        SELECT of_shard, of_day, x, y, dead, carrying,
               (SELECT near.arc FROM (
                    SELECT r.arc, r.geom <-> c.middle AS away FROM commonwheel.road r
                    WHERE r.shard = of_shard AND r.geom && ST_Expand(c.middle, 0.001)
                    ORDER BY away, r.arc LIMIT 1) near)
        FROM cell c;
END $$;
COMMENT ON FUNCTION commonwheel.refresh_drives(smallint, date) IS
    'Makes the day''s drive_cell anew';

CREATE FUNCTION commonwheel.refresh_kerbs(of_shard smallint, of_day date) RETURNS void
    LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    since timestamptz := commonwheel.day_begins(of_shard, of_day);
    until timestamptz := commonwheel.day_begins(of_shard, of_day + 1);
BEGIN
    DELETE FROM commonwheel.kerb_hour WHERE shard = of_shard AND day = of_day;
    WITH stand AS (
        SELECT r.boarded_at AS at, r.from_geom AS geom, 1 AS up, 0 AS down
        FROM commonwheel.ride r
        WHERE r.shard = of_shard AND r.booked_at BETWEEN since - interval '8 days' AND until AND
             r.boarded_at >= since AND r.boarded_at < until
        UNION ALL
        SELECT r.alighted_at, r.to_geom, 0, 1
        FROM commonwheel.ride r
        WHERE r.shard = of_shard AND r.booked_at BETWEEN since - interval '8 days' AND until AND
             r.alighted_at >= since AND r.alighted_at < until
    ), used AS (
        SELECT extract(hour FROM commonwheel.civil(of_shard, s.at)) AS hour, k.number AS kerb,
               sum(s.up) AS picked_up, sum(s.down) AS set_down
        FROM stand s, LATERAL (
            SELECT k.number FROM commonwheel.kerb k
            WHERE k.shard = of_shard AND k.geom && ST_Expand(s.geom, 0.0006) AND
                  ST_DistanceSphere(k.geom, s.geom) <= 25
            ORDER BY ST_DistanceSphere(k.geom, s.geom), k.number LIMIT 1) k
        GROUP BY 1, 2
    ), waiting AS (
        SELECT k.number AS kerb, date_trunc('minute', t.at) AS minute,
            count(DISTINCT t.vehicle) AS vehicles
        FROM commonwheel.kerb k JOIN commonwheel.track t
            ON t.shard = of_shard AND t.at >= since AND t.at < until AND
               t.geom && ST_Expand(k.geom, 0.0004) AND t.stops = 0 AND t.aboard = 0 AND
               ST_DistanceSphere(t.geom, k.geom) <= 15
        WHERE k.shard = of_shard
        GROUP BY 1, 2
    ), waited AS (
        SELECT extract(hour FROM commonwheel.civil(of_shard, minute)) AS hour, kerb,
               sum(vehicles) AS waiting_min, max(vehicles) AS most_waiting
        FROM waiting GROUP BY 1, 2
    )
    INSERT INTO commonwheel.kerb_hour
        SELECT of_shard, of_day, hour, kerb, coalesce(picked_up, 0), coalesce(set_down, 0),
               coalesce(waiting_min, 0), coalesce(most_waiting, 0)
        FROM used FULL JOIN waited USING (hour, kerb);
END $$;
COMMENT ON FUNCTION commonwheel.refresh_kerbs(smallint, date) IS 'Makes the day''s kerb_hour anew';

CREATE FUNCTION commonwheel.refresh_journeys(of_shard smallint, of_day date) RETURNS void
    LANGUAGE plpgsql SET jit = off AS $$
BEGIN
    DELETE FROM commonwheel.journey WHERE shard = of_shard AND day = of_day;
    INSERT INTO commonwheel.journey
        SELECT of_shard, of_day, floor(ST_X(end_at) / 800), floor(ST_Y(end_at) / 800), to_geom,
               from_geom, commonwheel.ward_of(of_shard, from_geom), direct_m
        FROM (SELECT r.*, commonwheel.flat(r.to_geom) AS end_at
              FROM commonwheel.ride r
              WHERE r.shard = of_shard AND r.state = 'alighted' AND
                    r.booked_at >= commonwheel.day_begins(of_shard, of_day) AND
                    r.booked_at < commonwheel.day_begins(of_shard, of_day + 1)) ended
        ORDER BY 3, 4, id;
END $$;
COMMENT ON FUNCTION commonwheel.refresh_journeys(smallint, date) IS
    'Makes the day''s rows of journey anew';

CREATE FUNCTION commonwheel.refresh_unmet(of_shard smallint, of_day date) RETURNS void
    LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    since timestamptz := commonwheel.day_begins(of_shard, of_day);
    until timestamptz := commonwheel.day_begins(of_shard, of_day + 1);
BEGIN
    DELETE FROM commonwheel.unmet WHERE shard = of_shard AND day = of_day;
    INSERT INTO commonwheel.unmet
        SELECT of_shard, of_day, ST_X(at), ST_Y(at), is_refusal
        FROM (SELECT commonwheel.flat(f.from_geom) AS at, true AS is_refusal
              FROM commonwheel.refusal f
              WHERE f.shard = of_shard AND f.at >= since AND f.at < until
              UNION ALL
              SELECT commonwheel.flat(r.from_geom), false
              FROM commonwheel.ride r
              WHERE r.shard = of_shard AND r.booked_at >= since AND r.booked_at < until AND
                    r.cancelled_by = 'service') asked;
END $$;
COMMENT ON FUNCTION commonwheel.refresh_unmet(smallint, date) IS
    'Makes the day''s rows of unmet anew';

CREATE FUNCTION commonwheel.refresh_day(of_shard smallint, of_day date) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('commonwheel.refresh'), of_shard);
    PERFORM commonwheel.refresh_wards(of_shard, of_day), commonwheel.refresh_zones(of_shard,
        of_day),
            commonwheel.refresh_drives(of_shard, of_day), commonwheel.refresh_kerbs(of_shard,
                of_day),
            commonwheel.refresh_journeys(of_shard, of_day),
            commonwheel.refresh_unmet(of_shard, of_day);
    INSERT INTO commonwheel.summary_day VALUES (of_shard, of_day, began)
        ON CONFLICT (shard, day) DO UPDATE SET made_at = excluded.made_at;
END $$;
COMMENT ON FUNCTION commonwheel.refresh_day(smallint, date) IS 'Makes all sums of one day anew';

-- A refund of today changes the sums of the day when the ride was booked: money moved tells which
-- rides to look at. Times in the database are the dispatcher's, so a quarter of an hour is taken
-- twice.
CREATE FUNCTION commonwheel.refresh(of_shard smallint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := coalesce((SELECT max(made_at) - interval '15 minutes'
        FROM commonwheel.summary_day WHERE shard = of_shard), '-infinity');
    of_day date;
    days integer := 0;
BEGIN
    FOR of_day IN
        SELECT DISTINCT d.day FROM (
            SELECT commonwheel.civil(of_shard, r.booked_at)::date AS day
                FROM commonwheel.ride r WHERE r.shard = of_shard AND r.booked_at >= since
            UNION
            SELECT commonwheel.civil(of_shard, r.earliest_at)::date
                FROM commonwheel.ride r WHERE r.shard = of_shard AND r.booked_at >= since
            UNION
            SELECT unnest(ARRAY[commonwheel.civil(of_shard, r.booked_at)::date,
                                commonwheel.civil(of_shard, r.earliest_at)::date])
                FROM commonwheel.ride r WHERE r.shard = of_shard AND r.id IN (
                    SELECT t.ride FROM commonwheel.transfer t
                    WHERE t.shard = of_shard AND t.at >= since AND t.ride IS NOT NULL)
            UNION
            SELECT commonwheel.civil(of_shard, f.at)::date
                FROM commonwheel.refusal f WHERE f.shard = of_shard AND f.at >= since
            UNION
            SELECT g::date FROM generate_series(greatest(commonwheel.civil(of_shard, since),
                commonwheel.civil(of_shard, (SELECT min(booked_at) FROM commonwheel.ride
                                             WHERE shard = of_shard)))::date,
                commonwheel.civil(of_shard, now())::date, interval '1 day') g
                WHERE EXISTS (SELECT FROM commonwheel.track t WHERE t.shard = of_shard AND
                              t.at >= commonwheel.day_begins(of_shard, g::date) AND
                              t.at < commonwheel.day_begins(of_shard, g::date + 1))
        ) d ORDER BY 1
    LOOP
        PERFORM commonwheel.refresh_day(of_shard, of_day);
        days := days + 1;
    END LOOP;
    RETURN days;
END $$;
COMMENT ON FUNCTION commonwheel.refresh(smallint) IS
    'Makes the sums of all days anew that something happened to since the last time. Returns how '
    'many';

-- ---- the questions ------------------------------------------------------------------------------

CREATE FUNCTION commonwheel.waits(of_shard smallint, from_day date, until_day date)
    RETURNS TABLE (ward text, name text, hour smallint, rides bigint, refusals bigint,
                   refused_pct numeric, mean_wait_s bigint, longest_wait_s integer,
                   within_5_min_pct numeric, within_10_min_pct numeric, within_15_min_pct numeric)
    LANGUAGE sql STABLE SET jit = off AS $$
    SELECT s.ward, coalesce(w.name, 'outside every ward'), s.hour, s.rides, s.refusals,
           round(100.0 * s.refusals / nullif(s.rides + s.refusals, 0), 1), s.wait / nullif(s.met,
               0),
           s.longest, round(100.0 * s.in_5 / nullif(s.met, 0), 1),
           round(100.0 * s.in_10 / nullif(s.met, 0), 1), round(100.0 * s.in_15 / nullif(s.met, 0),
               1)
    FROM (SELECT h.ward, h.hour, sum(h.rides) AS rides, sum(h.refusals) AS refusals,
                 sum(h.wait_s)::bigint AS wait, sum(h.met) AS met, max(h.longest_wait_s) AS longest,
                 sum(h.within_5_min) AS in_5, sum(h.within_10_min) AS in_10,
                 sum(h.within_15_min) AS in_15
          FROM commonwheel.ward_hour h
          WHERE h.shard = of_shard AND h.day BETWEEN from_day AND until_day
          GROUP BY h.ward, h.hour) s
    LEFT JOIN commonwheel.ward w ON w.shard = of_shard AND w.code = s.ward
    ORDER BY s.ward, s.hour
$$;
COMMENT ON FUNCTION commonwheel.waits(smallint, date, date) IS
    'Waits and refusals by ward of the pick-up and hour of the day';

CREATE FUNCTION commonwheel.equity(of_shard smallint, from_day date, until_day date)
    RETURNS TABLE (decile smallint, wards bigint, population bigint, rides bigint,
                   rides_per_1000 numeric, refused_pct numeric, mean_wait_s bigint,
                   within_10_min_pct numeric, mean_paid_pence bigint, concession_pence bigint)
    LANGUAGE sql STABLE SET jit = off AS $$
    SELECT w.deprivation_decile, count(*), sum(w.population), sum(s.rides),
           round(1000.0 * sum(s.rides) / nullif(sum(w.population), 0), 1),
           round(100.0 * sum(s.refusals) / nullif(sum(s.rides + s.refusals), 0), 1),
           (sum(s.wait) / nullif(sum(s.met), 0))::bigint,
           round(100.0 * sum(s.in_10) / nullif(sum(s.met), 0), 1),
           (sum(s.paid) / nullif(sum(s.alighted), 0))::bigint, sum(s.concession)::bigint
    FROM commonwheel.ward w CROSS JOIN LATERAL (
        SELECT coalesce(sum(h.rides), 0)::bigint AS rides, coalesce(sum(h.refusals), 0) AS refusals,
               coalesce(sum(h.wait_s), 0) AS wait, coalesce(sum(h.met), 0) AS met,
               coalesce(sum(h.within_10_min), 0) AS in_10, coalesce(sum(h.paid_pence), 0) AS paid,
               coalesce(sum(h.alighted), 0) AS alighted,
               coalesce(sum(h.concession_pence), 0) AS concession
        FROM commonwheel.ward_hour h
        WHERE h.shard = of_shard AND h.day BETWEEN from_day AND until_day AND h.ward = w.code) s
    WHERE w.shard = of_shard
    GROUP BY w.deprivation_decile ORDER BY w.deprivation_decile
$$;
COMMENT ON FUNCTION commonwheel.equity(smallint, date, date) IS
    'How each tenth of deprivation is served, by the wards of the pick-ups; 1 is the most deprived';

CREATE FUNCTION commonwheel.revenue(of_shard smallint, from_day date, until_day date)
    RETURNS TABLE (zone bigint, name text, rides bigint, fare_pence bigint, concession_pence bigint,
                   cap_saved_pence bigint, fee_pence bigint, compensation_pence bigint,
                   refunded_pence bigint, paid_pence bigint)
    LANGUAGE sql STABLE SET jit = off AS $$
    SELECT d.zone, coalesce(max(z.name), 'in no service zone'), sum(d.rides),
        sum(d.fare_pence)::bigint,
           sum(d.concession_pence)::bigint, sum(d.cap_saved_pence)::bigint,
               sum(d.fee_pence)::bigint,
           sum(d.compensation_pence)::bigint, sum(d.refunded_pence)::bigint,
               sum(d.paid_pence)::bigint
    FROM commonwheel.zone_day d LEFT JOIN commonwheel.zone z ON z.shard = d.shard AND
        z.number = d.zone
    WHERE d.shard = of_shard AND d.day BETWEEN from_day AND until_day
    GROUP BY d.zone ORDER BY d.zone
$$;
COMMENT ON FUNCTION commonwheel.revenue(smallint, date, date) IS
    'What riders paid, by the service zone of the pick-up';

-- The hexagon of a point is the one with the nearest middle; ST_HexagonGrid would have to test each
-- point against each hexagon. Middles lie in columns 1.5 edges apart, every other one half a height
-- lower: rounding in three axes finds it (redblobgames.com/grids/hexagons, "rounding to nearest").
CREATE FUNCTION commonwheel.hexagon_of(q double precision, r double precision)
    RETURNS TABLE (i integer, j integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH near AS (
        SELECT round(q) AS rq, round(r) AS rr, round(-q - r) AS rs
    ), cube AS (
        SELECT CASE WHEN abs(rq - q) > abs(rr - r) AND abs(rq - q) > abs(rs + q + r)
                    THEN -rr - rs ELSE rq END AS q,
               CASE WHEN abs(rq - q) > abs(rr - r) AND abs(rq - q) > abs(rs + q + r) THEN rr
                    WHEN abs(rr - r) > abs(rs + q + r) THEN -rq - rs ELSE rr END AS r
        FROM near
    )
    SELECT q::integer, (r + floor(q / 2))::integer FROM cube
$$;
COMMENT ON FUNCTION commonwheel.hexagon_of(double precision, double precision) IS
    'The cell of ST_HexagonGrid(edge, ..) that a flat point (x, y) lies in, whose axes are '
    'x * 2 / 3 / edge and (y * sqrt(3) - x) / 3 / edge';

-- A month has some 100,000 points; the axes are kept, or each would be worked out wherever
-- hexagon_of() names it.
CREATE FUNCTION commonwheel.unmet_demand(of_shard smallint, from_day date, until_day date,
                                         edge_m double precision DEFAULT 400)
    RETURNS TABLE (i integer, j integer, geom geometry, refused bigint, let_down bigint)
    LANGUAGE sql STABLE SET jit = off AS $$
    WITH area AS (
        SELECT edge_m * commonwheel.flat_scale(ST_Extent(geom)::geometry) AS edge
        FROM commonwheel.service_area WHERE shard = of_shard
    ), axial AS MATERIALIZED (
        SELECT u.x * 2 / 3 / edge AS q, (u.y * sqrt(3) - u.x) / 3 / edge AS r, u.is_refusal
        FROM area, commonwheel.unmet u
        WHERE u.shard = of_shard AND u.day BETWEEN from_day AND until_day
    ), cell AS (
        SELECT h.i, h.j, count(*) FILTER (WHERE a.is_refusal) AS refused,
               count(*) FILTER (WHERE NOT a.is_refusal) AS let_down
        FROM axial a, LATERAL commonwheel.hexagon_of(a.q, a.r) h
        GROUP BY h.i, h.j
    )
    SELECT c.i, c.j, ST_Transform(ST_SetSRID(ST_Hexagon(area.edge, c.i, c.j), 3857), 4326),
           c.refused, c.let_down
    FROM area, cell c ORDER BY c.refused + c.let_down DESC, c.i, c.j
$$;
COMMENT ON FUNCTION commonwheel.unmet_demand(smallint, date, date, double precision) IS
    'Requests refused and rides that the service cancelled, by hexagons whose edges have edge_m '
    'metres';

CREATE FUNCTION commonwheel.dead_mileage(of_shard smallint, from_day date, until_day date)
    RETURNS TABLE (arc bigint, class smallint, geom geometry, dead_m bigint, carrying_m bigint,
                   dead_pct numeric)
    LANGUAGE sql STABLE SET jit = off AS $$
    WITH driven AS (
        SELECT d.arc, CASE WHEN d.arc IS NULL THEN d.x END AS x, CASE WHEN d.arc IS NULL
            THEN d.y END AS y,
               sum(d.dead_m) AS dead, sum(d.carrying_m) AS carrying
        FROM commonwheel.drive_cell d
        WHERE d.shard = of_shard AND d.day BETWEEN from_day AND until_day
        GROUP BY 1, 2, 3
    )
    SELECT d.arc, r.class, coalesce(r.geom, ST_Transform(ST_MakeEnvelope(d.x * 80, d.y * 80,
               d.x * 80 + 80, d.y * 80 + 80, 3857), 4326)), d.dead, d.carrying,
           round(100.0 * d.dead / nullif(d.dead + d.carrying, 0), 1)
    FROM driven d LEFT JOIN commonwheel.road r ON r.shard = of_shard AND r.arc = d.arc
    ORDER BY d.dead DESC, d.arc, d.x, d.y
$$;
COMMENT ON FUNCTION commonwheel.dead_mileage(smallint, date, date) IS
    'Metres driven with nobody aboard, by piece of road, both directions; by squares where no '
    'road is near';

CREATE FUNCTION commonwheel.kerb_use(of_shard smallint, from_day date, until_day date)
    RETURNS TABLE (kerb bigint, name text, room integer, picked_up bigint, set_down bigint,
                   waiting_min bigint, most_waiting integer, use_pct numeric, geom geometry)
    LANGUAGE sql STABLE SET jit = off AS $$
    SELECT k.number, k.name, k.room, coalesce(h.picked_up, 0), coalesce(h.set_down, 0),
           coalesce(h.waiting_min, 0), coalesce(h.most_waiting, 0),
           round(100.0 * coalesce(h.waiting_min, 0) / (k.room * 1440 * (until_day - from_day + 1)),
               1),
           k.geom
    FROM commonwheel.kerb k LEFT JOIN (
        SELECT u.kerb, sum(u.picked_up) AS picked_up, sum(u.set_down) AS set_down,
               sum(u.waiting_min) AS waiting_min, max(u.most_waiting) AS most_waiting
        FROM commonwheel.kerb_hour u
        WHERE u.shard = of_shard AND u.day BETWEEN from_day AND until_day GROUP BY u.kerb
    ) h ON h.kerb = k.number
    WHERE k.shard = of_shard ORDER BY k.number
$$;
COMMENT ON FUNCTION commonwheel.kerb_use(smallint, date, date) IS
    'How much each kerb was used; use_pct is the time that vehicles waited of all that its room '
    'allows';

-- Day by day only the squares around the place are read, which lie side by side.
CREATE FUNCTION commonwheel.catchment(of_shard smallint, place geometry, within_m double precision,
                                      from_day date, until_day date)
    RETURNS TABLE (ward text, name text, rides bigint, share_pct numeric, mean_m bigint,
        geom geometry)
    LANGUAGE sql STABLE SET jit = off AS $$
    WITH square AS (
        SELECT ST_X(at) - reach AS west, ST_X(at) + reach AS east, ST_Y(at) - reach AS south,
               ST_Y(at) + reach AS north
        FROM (SELECT commonwheel.flat(place) AS at,
                     1.01 * within_m * commonwheel.flat_scale(place) AS reach) around
    ), came AS (
        SELECT j.ward, j.from_geom, j.direct_m
        FROM square s, generate_series(from_day::timestamp, until_day::timestamp, '1 day') d,
             commonwheel.journey j
        WHERE j.shard = of_shard AND j.day = d::date AND
              j.x BETWEEN floor(s.west / 800)::integer AND floor(s.east / 800)::integer AND
              j.y BETWEEN floor(s.south / 800)::integer AND floor(s.north / 800)::integer AND
              ST_DistanceSphere(j.to_geom, place) <= within_m
    )
    SELECT c.ward, coalesce(w.name, 'outside every ward'), count(*),
           round(100.0 * count(*) / sum(count(*)) OVER (), 1), avg(c.direct_m)::bigint,
           CASE WHEN count(*) >= 5 THEN ST_ConvexHull(ST_Collect(c.from_geom)) END
    FROM came c LEFT JOIN commonwheel.ward w ON w.shard = of_shard AND w.code = c.ward
    GROUP BY c.ward, w.name ORDER BY count(*) DESC, c.ward
$$;
COMMENT ON FUNCTION commonwheel.catchment(smallint, geometry, double precision, date, date) IS
    'Where those come from who ride to a place, by ward; an outline only of five rides and more';

CREATE VIEW commonwheel.incident_track AS
    SELECT i.id AS incident, i.note, t.shard, t.vehicle, t.at, t.geom, t.aboard, t.stops
    FROM commonwheel.incident i JOIN commonwheel.track t
        ON t.shard = i.shard AND t.vehicle = i.vehicle AND
            t.at >= i.begun_at - interval '10 minutes' AND
           t.at <= coalesce(i.ended_at, i.begun_at + interval '1 hour') + interval '10 minutes';
COMMENT ON VIEW commonwheel.incident_track IS
    'Where the vehicle of each incident was, from 10 minutes before it to 10 minutes after';

CREATE VIEW commonwheel.incident_line AS
    SELECT incident, shard, vehicle, max(note) AS note, min(at) AS from_at, max(at) AS until_at,
           ST_MakeLine(geom ORDER BY at)::geometry(LineString, 4326) AS geom
    FROM commonwheel.incident_track GROUP BY incident, shard, vehicle HAVING count(*) > 1;
COMMENT ON VIEW commonwheel.incident_line IS 'The same as one line an incident, for a map';

CREATE VIEW commonwheel.draft_problem AS
    SELECT 'zone' AS what, id, name, reason, changed_by, changed_at, ST_PointOnSurface(geom) AS geom
    FROM commonwheel.zone_draft WHERE status = 'refused'
    UNION ALL
    SELECT 'kerb', id, name, reason, changed_by, changed_at, geom
    FROM commonwheel.kerb_draft WHERE status = 'refused'
    UNION ALL
    SELECT 'closure', id, why, reason, changed_by, changed_at, ST_PointOnSurface(geom)
    FROM commonwheel.closure_draft WHERE status = 'refused';
COMMENT ON VIEW commonwheel.draft_problem IS 'Drafts that were refused, and why';

CREATE VIEW commonwheel.unmet_demand_lately AS
    SELECT row_number() OVER () AS id, a.shard, u.refused, u.let_down, u.geom::geometry(Polygon,
        4326)
    FROM commonwheel.service_area a, LATERAL commonwheel.unmet_demand(a.shard,
        commonwheel.civil(a.shard, now())::date - 27, commonwheel.civil(a.shard, now())::date) u;
COMMENT ON VIEW commonwheel.unmet_demand_lately IS 'unmet_demand() of the last 28 days, for a map';

CREATE VIEW commonwheel.dead_mileage_lately AS
    SELECT row_number() OVER () AS id, a.shard, d.dead_m, d.carrying_m, d.dead_pct,
           d.geom::geometry(Geometry, 4326)
    FROM commonwheel.service_area a, LATERAL commonwheel.dead_mileage(a.shard,
        commonwheel.civil(a.shard, now())::date - 27, commonwheel.civil(a.shard, now())::date) d;
COMMENT ON VIEW commonwheel.dead_mileage_lately IS 'dead_mileage() of the last 28 days, for a map';

-- ---- the ledger ---------------------------------------------------------------------------------

CREATE VIEW commonwheel.ledger_balance AS
    SELECT shard, debits_posted, debits_posted - credits_posted AS posted_apart_pence,
           debits_pending - credits_pending AS pending_apart_pence
    FROM commonwheel.ledger_total;
COMMENT ON VIEW commonwheel.ledger_balance IS
    'All debits, and what keeps them from the credits: 0 and 0';

CREATE VIEW commonwheel.ledger_account AS
    SELECT a.shard, a.number, coalesce(n.name, 'rider ' || (a.number - 256)) AS name,
           a.debits_posted - a.credits_posted AS balance_pence, a.debits_pending, a.credits_pending
    FROM commonwheel.account a LEFT JOIN commonwheel.account_name n ON n.number = a.number;
COMMENT ON VIEW commonwheel.ledger_account IS
    'Accounts by name with their balances: above 0 is owed by them, below 0 to them';

CREATE FUNCTION commonwheel.ledger_effect(of_shard smallint, after_id bigint, until_id bigint)
    RETURNS TABLE (number integer, debits_pending bigint, debits_posted bigint,
                   credits_pending bigint, credits_posted bigint)
    LANGUAGE sql STABLE SET jit = off AS $$
    SELECT e.number, sum(e.debits_pending)::bigint, sum(e.debits_posted)::bigint,
           sum(e.credits_pending)::bigint, sum(e.credits_posted)::bigint
    FROM commonwheel.transfer n
    LEFT JOIN commonwheel.transfer h ON h.shard = n.shard AND h.id = n.pending
    CROSS JOIN LATERAL commonwheel.transfer_effect(n.kind, n.debit, n.credit, n.amount_pence,
                                                   h.amount_pence) e
    WHERE n.shard = of_shard AND n.id > after_id AND n.id <= until_id GROUP BY e.number
$$;
COMMENT ON FUNCTION commonwheel.ledger_effect(smallint, bigint, bigint) IS
    'What the transfers after one, up to another, come to by account';

CREATE FUNCTION commonwheel.ledger_checkpoint(of_shard smallint) RETURNS bigint LANGUAGE plpgsql
    AS $$
DECLARE
    since bigint := coalesce((SELECT max(up_to) FROM commonwheel.ledger_checkpoint
                              WHERE shard = of_shard), 0);
    until bigint := coalesce((SELECT max(id) FROM commonwheel.transfer WHERE shard = of_shard), 0);
BEGIN
    INSERT INTO commonwheel.ledger_checkpoint AS c
        SELECT of_shard, e.number, until, e.debits_pending, e.debits_posted, e.credits_pending,
               e.credits_posted
        FROM commonwheel.ledger_effect(of_shard, since, until) e
        ON CONFLICT (shard, number) DO UPDATE SET
            up_to = excluded.up_to,
            debits_pending = c.debits_pending + excluded.debits_pending,
            debits_posted = c.debits_posted + excluded.debits_posted,
            credits_pending = c.credits_pending + excluded.credits_pending,
            credits_posted = c.credits_posted + excluded.credits_posted;
    RETURN until;
END $$;
COMMENT ON FUNCTION commonwheel.ledger_checkpoint(smallint) IS
    'Moves the checkpoint on to the last transfer, and returns its id';

CREATE FUNCTION commonwheel.ledger_check(of_shard smallint)
    RETURNS TABLE (number integer, name text, what text, stored bigint, recomputed bigint)
    LANGUAGE sql STABLE SET jit = off AS $$
    WITH total AS (
        SELECT number, sum(dp)::bigint AS dp, sum(d)::bigint AS d, sum(cp)::bigint AS cp,
               sum(c)::bigint AS c
        FROM (SELECT k.number, k.debits_pending AS dp, k.debits_posted AS d,
            k.credits_pending AS cp,
                     k.credits_posted AS c
              FROM commonwheel.ledger_checkpoint k WHERE k.shard = of_shard
              UNION ALL
              SELECT e.* FROM commonwheel.ledger_effect(of_shard,
                  coalesce((SELECT max(up_to) FROM commonwheel.ledger_checkpoint
                            WHERE shard = of_shard), 0), 9223372036854775807) e) part
        GROUP BY number
    )
    SELECT coalesce(t.number, a.number), a.name, w.what, w.stored, w.recomputed
    FROM total t FULL JOIN (
        SELECT a.*, n.name FROM commonwheel.account a
        LEFT JOIN commonwheel.account_name n ON n.number = a.number WHERE a.shard = of_shard
    ) a ON a.number = t.number
    CROSS JOIN LATERAL (VALUES
        ('debits_pending', a.debits_pending, t.dp), ('debits_posted', a.debits_posted, t.d),
        ('credits_pending', a.credits_pending, t.cp), ('credits_posted', a.credits_posted, t.c)
    ) AS w (what, stored, recomputed)
    WHERE (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted)
              IS DISTINCT FROM (t.dp, t.d, t.cp, t.c) AND -- nearly none: before they are four rows
          w.stored IS DISTINCT FROM w.recomputed
$$;
COMMENT ON FUNCTION commonwheel.ledger_check(smallint) IS
    'Every balance computed again, from the checkpoint on: no row is right. ledger_differences() '
    'begins with the first transfer';
