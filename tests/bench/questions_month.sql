-- A simulated month in the database, after its facts: zones.geojson and tracks.csv of `sim city` and
-- `sim run`, in the current folder. Populations and deciles of the wards are made up; vehicles may
-- wait at their depots.
\set ON_ERROR_STOP on
\set places `cat zones.geojson`
CREATE TEMP TABLE place AS
    SELECT (f->'properties'->>'zone')::integer AS number, f->'properties'->>'kind' AS kind,
           f->'properties'->>'name' AS name, f->'geometry' AS shape
    FROM jsonb_array_elements(:'places'::jsonb->'features') f;
SELECT commonwheel.set_service_area(1::smallint, 'Simulated', shape::text)
    FROM place WHERE kind = 'service';
SELECT commonwheel.import_wards(1::smallint, jsonb_build_object('type', 'FeatureCollection',
    'features', jsonb_agg(jsonb_build_object('type', 'Feature', 'geometry', shape,
        'properties', jsonb_build_object('code', 'W' || number, 'name', name,
            'population', 15000 + 500 * number, 'deprivation_decile', 1 + number % 10))))::text)
    FROM place WHERE kind = 'ward';
INSERT INTO commonwheel.zone_draft (shard, kind, name, geom, status)
    SELECT 1, kind, name, ST_Multi(ST_GeomFromGeoJSON(shape::text)), 'publish'
    FROM place WHERE kind IN ('service', 'no_stopping') ORDER BY number;
INSERT INTO commonwheel.kerb_draft (shard, kind, name, room, geom, status)
    SELECT 1, 'depot', name, 40, ST_Centroid(ST_GeomFromGeoJSON(shape::text)), 'publish'
    FROM place WHERE kind = 'depot' ORDER BY number;

SELECT commonwheel.make_track_day(day::date)
    FROM (SELECT min(at) AS first, max(at) AS last FROM commonwheel.fact) f,
         generate_series(first - interval '1 day', last, interval '1 day') day;
-- Indexes are made faster behind the rows.
SELECT format('DROP INDEX commonwheel.%I', indexname) FROM pg_indexes
    WHERE schemaname = 'commonwheel' AND indexname ~ '^track_\d+_geom_idx$' \gexec
\copy commonwheel.track FROM tracks.csv CSV HEADER
SELECT format('CREATE INDEX ON %s USING gist (geom)', inhrelid::regclass) FROM pg_inherits
    WHERE inhparent = 'commonwheel.track'::regclass \gexec
INSERT INTO commonwheel.incident (shard, vehicle, begun_at, ended_at, note)
    VALUES (1, 17, '2026-03-01 08:10Z', '2026-03-01 08:25Z', 'Scraped a bollard at the station');
ANALYZE;
