-- How the dispatcher takes what officers published: the next command, and its answer.

CREATE FUNCTION commonwheel.zones_geojson(of_shard smallint) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(
        json_build_object('type', 'Feature',
            'properties', json_build_object('zone', number, 'kind', kind, 'name', name),
            'geometry', ST_AsGeoJSON(geom, 7)::json) ORDER BY number), '[]'))::text
    FROM commonwheel.zone WHERE shard = of_shard
$$;
COMMENT ON FUNCTION commonwheel.zones_geojson(smallint) IS
    'All zones of a shard as the dispatcher reads them from a file';

CREATE FUNCTION commonwheel.kerbs_csv(of_shard smallint) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT 'parking,lon,lat,room,kind' || E'\n' || coalesce(string_agg(
        format(E'%s,%s,%s,%s,%s\n', number, round(ST_X(geom)::numeric, 7),
               round(ST_Y(geom)::numeric, 7), room, kind), '' ORDER BY number), '')
    FROM commonwheel.kerb WHERE shard = of_shard
$$;
COMMENT ON FUNCTION commonwheel.kerbs_csv(smallint) IS
    'All waiting places of a shard as the dispatcher reads them from a file';

-- Null where none was ever published here: then those of the dispatcher's configuration hold.
CREATE FUNCTION commonwheel.published_places(of_shard smallint, OUT zones text, OUT kerbs text)
    LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM commonwheel.command
                             WHERE shard = of_shard AND kind = 'zones' AND status <> 'refused')
                THEN commonwheel.zones_geojson(of_shard) END,
           CASE WHEN EXISTS (SELECT FROM commonwheel.command
                             WHERE shard = of_shard AND kind = 'kerbs' AND status <> 'refused')
                THEN commonwheel.kerbs_csv(of_shard) END
$$;
COMMENT ON FUNCTION commonwheel.published_places(smallint) IS
    'What a dispatcher begins with: zones and waiting places as officers published them';

CREATE FUNCTION commonwheel.next_command(of_shard smallint, OUT id bigint, OUT kind text,
    OUT by text, OUT network bigint, OUT arcs text, OUT reason text, OUT content text)
    LANGUAGE sql STABLE AS $$
    SELECT c.id, c.kind, c.by, coalesce(c.network, 0), coalesce(array_to_string(c.arcs, ','), ''),
           c.reason, CASE c.kind WHEN 'zones' THEN commonwheel.zones_geojson(of_shard)
                                 WHEN 'kerbs' THEN commonwheel.kerbs_csv(of_shard) ELSE '' END
    FROM commonwheel.command c WHERE c.shard = of_shard AND c.status = 'new' ORDER BY c.id LIMIT 1
$$;
COMMENT ON FUNCTION commonwheel.next_command(smallint) IS
    'The oldest command without an answer; id null: there is none';

-- An answer given before stays.
CREATE FUNCTION commonwheel.answer_command(of_id bigint, is_taken boolean, in_words text)
    RETURNS void LANGUAGE sql AS $$
    UPDATE commonwheel.command SET status = CASE WHEN is_taken THEN 'taken' ELSE 'refused' END,
        outcome = in_words WHERE id = of_id AND status = 'new'
$$;
COMMENT ON FUNCTION commonwheel.answer_command(bigint, boolean, text) IS
    'The dispatcher''s answer; where it was given before nothing changes';

GRANT EXECUTE ON FUNCTION commonwheel.zones_geojson(smallint), commonwheel.kerbs_csv(smallint),
    commonwheel.published_places(smallint), commonwheel.next_command(smallint),
    commonwheel.answer_command(bigint, boolean, text) TO commonwheel_dispatcher;
REVOKE EXECUTE ON FUNCTION commonwheel.zones_geojson(smallint), commonwheel.kerbs_csv(smallint),
    commonwheel.published_places(smallint), commonwheel.next_command(smallint),
    commonwheel.answer_command(bigint, boolean, text) FROM PUBLIC;
