-- A city that does not exist, made in the database itself, to time the questions on: a month (or
-- :days days) of :vehicles vehicles and :rides rides a day on a grid of streets 200 m apart. A vehicle
-- drives at 8 m/s, 50 minutes of each hour, and its position is sampled each :sample seconds, 18
-- hours a day. The same options give the same city.
\set ON_ERROR_STOP on
SET session_replication_role = replica; -- no foreign keys while rows are made; the ledger's own below
SET synchronous_commit = off;
SELECT setseed(0.5);

-- Place (x, y) in metres east and north of the city's south-western corner; it is 20 by 16 km.
CREATE FUNCTION pg_temp.city(x double precision, y double precision) RETURNS geometry
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT ST_SetSRID(ST_MakePoint(-1.70 + x / 65770, 53.73 + y / 111200), 4326) $$;
CREATE FUNCTION pg_temp.box(x0 double precision, y0 double precision, x1 double precision,
                            y1 double precision) RETURNS geometry LANGUAGE sql IMMUTABLE AS $$
    SELECT ST_Multi(ST_MakePolygon(ST_MakeLine(ARRAY[pg_temp.city(x0, y0), pg_temp.city(x1, y0),
        pg_temp.city(x1, y1), pg_temp.city(x0, y1), pg_temp.city(x0, y0)]))) $$;

INSERT INTO commonwheel.service_area VALUES
    (1, 'Gridford', 'Europe/London', pg_temp.box(0, 0, 20000, 16000));
INSERT INTO commonwheel.ward
    SELECT 1, format('W%s%s', i, j), format('Ward %s-%s', i, j), 8000 + 500 * ((i * 7 + j * 3) % 10),
           1 + least(9, floor(sqrt((i - 3.5) ^ 2 + (j - 2) ^ 2) * 2.2)::integer),
           pg_temp.box(i * 2500, j * 3200, (i + 1) * 2500, (j + 1) * 3200)
    FROM generate_series(0, 7) i, generate_series(0, 4) j;
INSERT INTO commonwheel.zone
    SELECT 1, i * 2 + j, 'service', format('Zone %s-%s', i, j),
           pg_temp.box(i * 5000, j * 8000, (i + 1) * 5000, (j + 1) * 8000), 'officer', now()
    FROM generate_series(0, 3) i, generate_series(0, 1) j;
INSERT INTO commonwheel.kerb
    SELECT 1, n, 'kerb', format('Kerb %s', n), 3,
           pg_temp.city(200 * ((n * 37) % 100), 200 * ((n * 53) % 80)), 'officer', now()
    FROM generate_series(1, 200) n;
INSERT INTO commonwheel.road_network VALUES (1, 4711, now());
INSERT INTO commonwheel.road
    SELECT 1, row_number() OVER (ORDER BY x, y, dx, dy) - 1, x * 1000 + y, (x + dx) * 1000 + y + dy,
           5, 200, 20000,
           ST_MakeLine(pg_temp.city(200 * x, 200 * y), pg_temp.city(200 * (x + dx), 200 * (y + dy)))
    FROM generate_series(0, 100) x, generate_series(0, 80) y,
         (VALUES (1, 0), (-1, 0), (0, 1), (0, -1)) way (dx, dy)
    WHERE x + dx BETWEEN 0 AND 100 AND y + dy BETWEEN 0 AND 80;

INSERT INTO commonwheel.policy VALUES
    (1, 1, decode(repeat('00', 32), 'hex'), 'grid', 'Grid', timestamptz '2026-03-01');
INSERT INTO commonwheel.rider (shard, id, number)
    SELECT 1, md5(n::text)::uuid, n FROM generate_series(0, :rides * 3 - 1) n;
INSERT INTO commonwheel.vehicle (shard, number, seats, wheelchair_spaces, designed_for, battery_wh,
                                 shift_from, shift_until)
    SELECT 1, n, 6, 1, 7, 60000, '2026-03-01', '2027-03-01' FROM generate_series(1, :vehicles) n;

-- Homes and destinations thin out from the centre; the hour has two peaks.
CREATE FUNCTION pg_temp.somewhere() RETURNS geometry LANGUAGE sql VOLATILE AS $$
    SELECT pg_temp.city(20000 * (random() + random() + random()) / 3,
                        16000 * (random() + random() + random()) / 3) $$;
CREATE FUNCTION pg_temp.some_hour() RETURNS double precision LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN random() < 0.35 THEN 7 + 3 * random() WHEN random() < 0.55
           THEN 15.5 + 3.5 * random() ELSE 6 + 17.5 * random() END $$;

INSERT INTO commonwheel.ride
    SELECT 1, n, md5((n * 7919 % (:rides * 3))::text)::uuid, r.state,
           CASE WHEN r.state = 'cancelled' THEN CASE WHEN n % 4 = 0 THEN 'service' ELSE 'rider' END END,
           1 + n % :vehicles, 1 + n % 2, 0, n % 7 <> 0, r.a, r.b, r.a, r.b, 0, 0, r.metres,
           r.metres / 8, r.at, r.at, r.at + interval '5 minutes', r.at + interval '15 minutes',
           CASE WHEN r.state <> 'cancelled' THEN r.met END,
           CASE WHEN r.state = 'alighted' THEN r.met + interval '30 seconds' END,
           CASE WHEN r.state = 'alighted' THEN r.met + interval '30 seconds' + r.metres / 7 * interval '1 second' END,
           r.met + CASE WHEN r.state = 'alighted' THEN 30 + r.metres / 7 ELSE 180 END * interval '1 second',
           1, r.fare, 0, 0, r.fare, CASE WHEN r.state = 'alighted' THEN r.at::date END,
           CASE WHEN r.state = 'alighted' THEN r.fare - r.fare / 10 END,
           CASE WHEN r.state = 'alighted' THEN r.fare / 10 END,
           CASE WHEN r.state = 'alighted' THEN 0 END,
           CASE WHEN r.state = 'no_show' THEN 150 END, 0, 0, 0, false
    FROM (SELECT n, a, b, at, ST_DistanceSphere(a, b)::bigint AS metres,
                 200 + (ST_DistanceSphere(a, b) / 10)::bigint AS fare,
                 at + (60 + 600 * u ^ 2) * interval '1 second' AS met,
                 CASE WHEN u2 < 0.92 THEN 'alighted' WHEN u2 < 0.98 THEN 'cancelled' ELSE 'no_show' END AS state
          FROM (SELECT n, pg_temp.somewhere() AS a, pg_temp.somewhere() AS b,
                       timestamptz '2026-03-01 00:00Z' + (n - 1) / :rides * interval '1 day' +
                           pg_temp.some_hour() * interval '1 hour' AS at, random() AS u, random() AS u2
                FROM generate_series(1::bigint, :rides * :days) n) made) r;
INSERT INTO commonwheel.refusal
    SELECT 1, n, timestamptz '2026-03-01 00:00Z' + (n - 1) / (:rides / 12) * interval '1 day' +
               pg_temp.some_hour() * interval '1 hour', md5((n % (:rides * 3))::text)::uuid,
           'no_vehicle', CASE n % 3 WHEN 0 THEN 'wait' WHEN 1 THEN 'seats' END, 1, 0,
           pg_temp.somewhere(), pg_temp.somewhere()
    FROM generate_series(1, :rides / 12 * :days) n;

-- The ledger, by its own triggers: a hold at booking, and its end.
SET session_replication_role = origin;
ALTER TABLE commonwheel.transfer DISABLE TRIGGER immutable; -- its foreign keys lock rows, slowly
INSERT INTO commonwheel.transfer (shard, id, seq, at, kind, debit, credit, amount_pence, ride, linked)
    SELECT 1, id * 2 - 1, id * 2 - 1, booked_at, 'hold', 256 + (id * 7919 % (:rides * 3))::integer, 0,
           quote_pence, id, false FROM commonwheel.ride;
INSERT INTO commonwheel.transfer (shard, id, seq, at, kind, debit, credit, amount_pence, pending, ride, linked)
    SELECT 1, id * 2, id * 2, ended_at, CASE WHEN paid > 0 THEN 'post' ELSE 'void' END,
           256 + (id * 7919 % (:rides * 3))::integer, 0, paid, id * 2 - 1, id, false
    FROM (SELECT *, coalesce(charged_pence, fee_pence, 0) AS paid FROM commonwheel.ride) r;
ALTER TABLE commonwheel.transfer ENABLE TRIGGER immutable;
SET session_replication_role = replica;

-- Tracks, a day at a time. Active seconds make legs of 300 s, east-west and north-south in turn.
CREATE FUNCTION pg_temp.fold(run double precision, length double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT length - abs(length - (run - floor(run / (2 * length)) * 2 * length)) $$;
SELECT format($$
    SELECT commonwheel.make_track_day(%1$L);
    DROP INDEX commonwheel.track_%2$s_geom_idx;
    INSERT INTO commonwheel.track
        SELECT 1, v, %1$L::timestamp AT TIME ZONE 'UTC' + (18000 + t) * interval '1 second',
               pg_temp.city(pg_temp.fold(200 * (v * 31 %% 100) + 8 * (300 * (act / 600) + least(act %% 600, 300)), 20000),
                            pg_temp.fold(200 * (v * 17 %% 80) + 8 * (300 * (act / 600) + greatest(act %% 600 - 300, 0)), 16000)),
               CASE WHEN t %% 3600 >= 3000 OR (v + act / 300) %% 10 < 4 THEN 0 ELSE 1 + (v + t / 300) %% 3 END,
               CASE WHEN t %% 3600 >= 3000 THEN 0 ELSE 2 END
        FROM generate_series(1, %3$s) v, LATERAL generate_series(0, 64799, %4$s) t,
             LATERAL (SELECT t / 3600 * 3000 + least(t %% 3600, 3000) AS act) a;
    CREATE INDEX ON commonwheel.track_%2$s USING gist (geom)$$,
    day::date, to_char(day, 'YYYYMMDD'), :vehicles, :sample)
FROM generate_series(timestamp '2026-03-01', timestamp '2026-03-01' + (:days - 1) * interval '1 day',
                     interval '1 day') day \gexec
INSERT INTO commonwheel.incident (shard, vehicle, begun_at, ended_at, note)
    VALUES (1, 17, '2026-03-01 08:10Z', '2026-03-01 08:25Z', 'Scraped a bollard at the station');
SET session_replication_role = origin;
ANALYZE;
