-- How drafts are checked and published, and what the dispatcher's answer does to them: 005_gis.sql
-- has the contract. And wards, which are imported as a whole.

-- ---- what may be wrong with a draft: NULL, or the reason in words -------------------------------

CREATE FUNCTION commonwheel.shape_fault(shape geometry) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN shape IS NULL OR ST_IsEmpty(shape) THEN 'nothing is drawn'
        WHEN ST_XMin(shape) < -180 OR ST_XMax(shape) > 180 OR ST_YMin(shape) < -90 OR
             ST_YMax(shape) > 90
            THEN 'its coordinates are not degrees of longitude and latitude'
        WHEN ST_IsValid(shape) THEN NULL
        ELSE (SELECT CASE d.reason
                  WHEN 'Self-intersection' THEN 'its outline crosses itself'
                  WHEN 'Ring Self-intersection' THEN 'its outline touches itself'
                  WHEN 'Hole lies outside shell' THEN 'a hole lies outside the outline'
                  WHEN 'Holes are nested' THEN 'a hole lies inside another'
                  WHEN 'Nested shells' THEN 'one of its parts lies inside another'
                  WHEN 'Interior is disconnected' THEN 'its holes cut it in two'
                  WHEN 'Duplicate Rings' THEN 'the same outline is drawn twice'
                  WHEN 'Too few points in geometry component' THEN 'it has too few corners'
                  ELSE d.reason END || ' at ' || commonwheel.place_words(d.location)
              FROM ST_IsValidDetail(shape) d)
    END
$$;
COMMENT ON FUNCTION commonwheel.shape_fault(geometry) IS
    'What makes a drawing unusable, with the place, in words; NULL: nothing';

CREATE FUNCTION commonwheel.permit_fault(of_shard smallint, shape geometry) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN a.shard IS NULL THEN 'it lies in no permit area'
        WHEN ST_CoveredBy(shape, a.geom) THEN NULL
        WHEN ST_Dimension(shape) = 2 AND ST_Area(outside::geography) <= 1 THEN NULL
        ELSE CASE ST_Dimension(shape)
                 WHEN 2 THEN round(ST_Area(outside::geography)::numeric) ||
                     ' square metres of it lie'
                 WHEN 1 THEN round(ST_Length(outside::geography)::numeric) || ' metres of it lie'
                 ELSE 'it lies' END ||
             format(' outside the permit area "%s", at %s', a.name,
                    commonwheel.place_words(ST_PointOnSurface(outside)))
        END
    FROM (SELECT) one LEFT JOIN commonwheel.service_area a ON a.shard = of_shard
    CROSS JOIN LATERAL (SELECT ST_Difference(shape, a.geom) AS outside) o
$$;
COMMENT ON FUNCTION commonwheel.permit_fault(smallint, geometry) IS
    'What of a drawing lies outside the permit area, in words; up to a square metre is let pass';

CREATE FUNCTION commonwheel.name_fault(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN btrim(coalesce(name, '')) = '' THEN 'it has no name'
                WHEN octet_length(name) > 63 THEN 'its name is longer than 63 bytes' END
$$;
COMMENT ON FUNCTION commonwheel.name_fault(text) IS 'The dispatcher''s limit on names';

CREATE FUNCTION commonwheel.draft_fault(draft commonwheel.zone_draft) RETURNS text
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    fault text := coalesce(commonwheel.shape_fault(draft.geom), commonwheel.name_fault(draft.name));
BEGIN
    IF fault IS NULL AND coalesce(draft.kind, '') NOT IN ('service', 'no_stopping', 'depot') THEN
        fault := 'its kind is none of service, no_stopping and depot';
    END IF;
    IF fault IS NULL AND (SELECT max(ST_NPoints(r.geom)) FROM ST_Dump(draft.geom) p,
                          LATERAL ST_DumpRings(p.geom) r) > 20000 THEN
        fault := 'an outline of it has more than 20000 corners';
    END IF;
    fault := coalesce(fault, commonwheel.permit_fault(draft.shard, draft.geom));
    IF fault IS NULL THEN
        SELECT format('%s square metres of it overlap the %s zone %s "%s", at %s',
                      round(ST_Area(both_of::geography)::numeric), z.kind, z.number, z.name,
                      commonwheel.place_words(ST_PointOnSurface(both_of))) INTO fault
            FROM commonwheel.zone z, LATERAL (SELECT ST_Intersection(z.geom,
                draft.geom) AS both_of) i
            WHERE z.shard = draft.shard AND z.number <> draft.id AND z.kind = draft.kind AND
                  z.geom && draft.geom AND ST_Area(both_of::geography) > 1
            ORDER BY z.number LIMIT 1;
    END IF;
    IF fault IS NULL AND draft.kind = 'no_stopping' THEN
        SELECT format('kerb %s "%s" lies in it: withdraw that first', k.number, k.name) INTO fault
            FROM commonwheel.kerb k
            WHERE k.shard = draft.shard AND ST_Covers(draft.geom, k.geom) ORDER BY k.number LIMIT 1;
    END IF;
    IF fault IS NULL AND NOT draft.is_published AND
       (SELECT count(*) FROM commonwheel.zone z WHERE z.shard = draft.shard) >= 10000 THEN
        fault := 'there are 10000 zones, and no more can be had';
    END IF;
    RETURN fault;
END $$;
COMMENT ON FUNCTION commonwheel.draft_fault(commonwheel.zone_draft) IS
    'Why a zone cannot be published. Zones of one kind may touch, and overlap by a square metre';

CREATE FUNCTION commonwheel.draft_fault(draft commonwheel.kerb_draft) RETURNS text
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    fault text := coalesce(commonwheel.shape_fault(draft.geom), commonwheel.name_fault(draft.name));
BEGIN
    IF fault IS NULL AND coalesce(draft.kind, '') NOT IN ('kerb', 'depot') THEN
        fault := 'its kind is none of kerb and depot';
    ELSIF fault IS NULL AND coalesce(draft.room, 0) NOT BETWEEN 1 AND 65536 THEN
        fault := 'its room is not from 1 to 65536 vehicles';
    END IF;
    fault := coalesce(fault, commonwheel.permit_fault(draft.shard, draft.geom));
    IF fault IS NULL THEN
        SELECT format('it lies in the no_stopping zone %s "%s"', z.number, z.name) INTO fault
            FROM commonwheel.zone z
            WHERE z.shard = draft.shard AND z.kind = 'no_stopping' AND ST_Covers(z.geom, draft.geom)
            ORDER BY z.number LIMIT 1;
    END IF;
    IF fault IS NULL THEN
        SELECT format('kerb %s "%s" is at the same place', k.number, k.name) INTO fault
            FROM commonwheel.kerb k
            WHERE k.shard = draft.shard AND k.number <> draft.id AND
                  k.geom && ST_Expand(draft.geom, 0.0001) AND
                  ST_DistanceSphere(k.geom, draft.geom) < 1
            ORDER BY k.number LIMIT 1;
    END IF;
    IF fault IS NULL AND
       EXISTS (SELECT FROM commonwheel.road_network n WHERE n.shard = draft.shard) AND
       coalesce((SELECT ST_Distance(near.geom::geography, draft.geom::geography) > 300
                 FROM (SELECT r.geom FROM commonwheel.road r WHERE r.shard = draft.shard
                       ORDER BY r.geom <-> draft.geom LIMIT 1) near), true) THEN
        fault := 'there is no road within 300 metres';
    END IF;
    IF fault IS NULL AND NOT draft.is_published AND
       (SELECT count(*) FROM commonwheel.kerb k WHERE k.shard = draft.shard) >= 1024 THEN
        fault := 'there are 1024 waiting places, and no more can be had';
    END IF;
    RETURN fault;
END $$;
COMMENT ON FUNCTION commonwheel.draft_fault(commonwheel.kerb_draft) IS
    'Why a kerb cannot be published';

-- A line closes the arcs that follow it: of an arc, the piece within 10 metres of the line must
-- lead along it by seven tenths of its own length, so that side streets stay open, and by 10
-- metres or half of the arc. A polygon closes what it touches.
CREATE FUNCTION commonwheel.arcs_under(of_shard smallint, shape geometry, both_directions boolean)
    RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH part AS (
        SELECT d.geom, commonwheel.flat(d.geom) AS line, commonwheel.flat_scale(d.geom) AS scale
        FROM ST_Dump(shape) d
    ), near AS (
        SELECT r.arc, r.geom, commonwheel.flat(r.geom) AS arc_line, p.line, p.scale
        FROM part p JOIN commonwheel.road r ON r.shard = of_shard AND ST_Dimension(p.geom) = 1 AND
             r.geom && ST_Expand(p.geom, 0.0002 * p.scale)
    ), piece AS (
        SELECT n.arc, n.line, n.scale, n.arc_line, i.geom AS inside,
               ST_LineLocatePoint(n.arc_line, ST_StartPoint(i.geom)) AS a,
               ST_LineLocatePoint(n.arc_line, ST_EndPoint(i.geom)) AS b
        FROM near n, LATERAL ST_Dump(ST_Intersection(n.arc_line,
            ST_Buffer(n.line, 10 * n.scale, 'endcap=flat'))) i
        WHERE ST_Dimension(i.geom) = 1
    ), way AS (
        SELECT arc, ST_Length(inside) / scale AS metres, ST_Length(arc_line) / scale AS arc_metres,
               ST_Length(line) / scale *
                   (ST_LineLocatePoint(line, ST_LineInterpolatePoint(arc_line, greatest(a, b))) -
                    ST_LineLocatePoint(line, ST_LineInterpolatePoint(arc_line, least(a,
                        b)))) AS along
        FROM piece
    )
    SELECT array_agg(arc ORDER BY arc) FROM (
        SELECT arc FROM way
            WHERE metres >= least(10, arc_metres / 2) AND
                  CASE WHEN both_directions THEN abs(along) ELSE along END >= 0.7 * metres
        UNION
        SELECT r.arc FROM part p JOIN commonwheel.road r
            ON r.shard = of_shard AND ST_Dimension(p.geom) = 2 AND ST_Intersects(r.geom, p.geom)
    ) found
$$;
COMMENT ON FUNCTION commonwheel.arcs_under(smallint, geometry, boolean) IS
    'The directed pieces of road that a drawn line follows or a polygon touches; NULL: none';

CREATE FUNCTION commonwheel.draft_fault(draft commonwheel.closure_draft) RETURNS text
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    fault text := commonwheel.shape_fault(draft.geom);
BEGIN
    IF fault IS NULL AND ST_Dimension(draft.geom) = 0 THEN
        fault := 'it is a point: draw a line along the road, or a polygon over it';
    ELSIF fault IS NULL AND btrim(coalesce(draft.why, '')) = '' THEN
        fault := 'it does not say why';
    ELSIF fault IS NULL AND octet_length(draft.why) > 120 THEN
        fault := 'why it is closed is longer than 120 bytes';
    ELSIF fault IS NULL AND draft.is_published THEN
        fault := 'it is closed already: withdraw it before it is published anew';
    END IF;
    fault := coalesce(fault, commonwheel.permit_fault(draft.shard, draft.geom));
    IF fault IS NULL AND
       NOT EXISTS (SELECT FROM commonwheel.road_network n WHERE n.shard = draft.shard) THEN
        fault := 'the database does not know the roads yet';
    ELSIF fault IS NULL AND draft.arcs IS NULL THEN
        fault := 'there is no road under it';
    ELSIF fault IS NULL AND cardinality(draft.arcs) > 256 THEN
        fault := format('%s pieces of road lie under it, and 256 are the most',
            cardinality(draft.arcs));
    END IF;
    RETURN fault;
END $$;
COMMENT ON FUNCTION commonwheel.draft_fault(commonwheel.closure_draft) IS
    'Why a closure cannot be published';

-- ---- publishing ---------------------------------------------------------------------------------

CREATE FUNCTION commonwheel.send_draft(draft commonwheel.zone_draft) RETURNS bigint LANGUAGE sql
    AS $$
    WITH old AS (
        SELECT z::text AS before FROM commonwheel.zone z WHERE shard = draft.shard AND
            number = draft.id
    ), gone AS (
        DELETE FROM commonwheel.zone
            WHERE shard = draft.shard AND number = draft.id AND draft.status = 'withdraw'
    ), here AS (
        INSERT INTO commonwheel.zone
            SELECT draft.shard, draft.id, draft.kind, draft.name, draft.geom, session_user, now()
            WHERE draft.status = 'publish'
            ON CONFLICT (shard, number) DO UPDATE SET kind = excluded.kind, name = excluded.name,
                geom = excluded.geom, published_by = excluded.published_by,
                published_at = excluded.published_at
    )
    INSERT INTO commonwheel.command (shard, kind, draft, geom, reason, before)
        SELECT draft.shard, 'zones', draft.id, draft.geom, draft.status || ' zone ' || draft.id,
               (SELECT before FROM old)
        RETURNING id
$$;
COMMENT ON FUNCTION commonwheel.send_draft(commonwheel.zone_draft) IS
    'Publishes or withdraws a sound draft, and returns the command';

CREATE FUNCTION commonwheel.send_draft(draft commonwheel.kerb_draft) RETURNS bigint LANGUAGE sql
    AS $$
    WITH old AS (
        SELECT k::text AS before FROM commonwheel.kerb k WHERE shard = draft.shard AND
            number = draft.id
    ), gone AS (
        DELETE FROM commonwheel.kerb
            WHERE shard = draft.shard AND number = draft.id AND draft.status = 'withdraw'
    ), here AS (
        INSERT INTO commonwheel.kerb
            SELECT draft.shard, draft.id, draft.kind, draft.name, draft.room, draft.geom,
                   session_user, now()
            WHERE draft.status = 'publish'
            ON CONFLICT (shard, number) DO UPDATE SET kind = excluded.kind, name = excluded.name,
                room = excluded.room, geom = excluded.geom, published_by = excluded.published_by,
                published_at = excluded.published_at
    )
    INSERT INTO commonwheel.command (shard, kind, draft, geom, reason, before)
        SELECT draft.shard, 'kerbs', draft.id, draft.geom, draft.status || ' kerb ' || draft.id,
               (SELECT before FROM old)
        RETURNING id
$$;
COMMENT ON FUNCTION commonwheel.send_draft(commonwheel.kerb_draft) IS
    'Publishes or withdraws a sound draft, and returns the command';

-- What another closure in force keeps closed is not opened. Arcs are opened by the network that they
-- were closed by.
CREATE FUNCTION commonwheel.send_draft(draft commonwheel.closure_draft) RETURNS bigint
    LANGUAGE sql AS $$
    INSERT INTO commonwheel.command (shard, kind, draft, network, arcs, geom, reason)
        SELECT draft.shard, CASE draft.status WHEN 'publish' THEN 'close' ELSE 'open' END, draft.id,
               CASE draft.status WHEN 'publish' THEN n.checksum ELSE
                   (SELECT c.network FROM commonwheel.command c WHERE c.id = draft.command) END,
               wanted.arcs, draft.geom, draft.why
        FROM commonwheel.road_network n, LATERAL (
            SELECT array_agg(arc ORDER BY arc) AS arcs FROM unnest(draft.arcs) arc
            WHERE draft.status = 'publish' OR NOT EXISTS (
                SELECT FROM commonwheel.closure_draft c
                WHERE c.shard = draft.shard AND c.id <> draft.id AND c.is_published AND
                    arc = ANY (c.arcs))
        ) wanted
        WHERE n.shard = draft.shard AND wanted.arcs IS NOT NULL
        RETURNING id
$$;
COMMENT ON FUNCTION commonwheel.send_draft(commonwheel.closure_draft) IS
    'Closes or opens the arcs of a sound draft, and returns the command; NULL: none was needed';

CREATE FUNCTION commonwheel.area_of(shape geometry) RETURNS smallint LANGUAGE sql STABLE AS $$
    SELECT shard FROM commonwheel.service_area
    WHERE ST_IsValid(shape) AND ST_Intersects(geom, shape) ORDER BY shard LIMIT 1
$$;
COMMENT ON FUNCTION commonwheel.area_of(geometry) IS 'The permit area that a drawing is in';

-- Before each write to a draft: what people set becomes what it is, with the reason.
CREATE FUNCTION commonwheel.take_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept text[] := '{status,reason,is_published,command,changed_by,changed_at,arcs}';
    what text := split_part(TG_TABLE_NAME, '_', 1);
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.is_published THEN
            RAISE EXCEPTION '% % is published: set its status to withdraw first', what, OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW; -- the dispatcher's answer, see take_answer()
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.is_published := false;
        NEW.command := NULL;
    ELSE
        NEW.is_published := OLD.is_published;
        NEW.command := OLD.command;
        NEW.reason := OLD.reason;
        IF OLD.is_published AND (NEW.id, NEW.shard) IS DISTINCT FROM (OLD.id, OLD.shard) THEN
            RAISE EXCEPTION '% % is published: its id and its shard stay', what, OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.status = OLD.status THEN
            IF to_jsonb(NEW) - kept IS NOT DISTINCT FROM to_jsonb(OLD) - kept THEN
                RETURN OLD;
            END IF;
            NEW.status := 'draft';
        END IF;
    END IF;
    NEW.changed_by := session_user;
    NEW.changed_at := clock_timestamp();
    NEW.shard := coalesce(NEW.shard, commonwheel.area_of(NEW.geom));
    IF NEW.status NOT IN ('draft', 'publish', 'withdraw') THEN
        RAISE EXCEPTION '% %: people set the status to draft, publish or withdraw, not to %',
            what, NEW.id, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF what = 'closure' THEN
        NEW.arcs := NULL;
        IF TG_OP = 'UPDATE' AND NEW.status <> 'publish' THEN
            NEW.arcs := OLD.arcs;
        ELSIF NEW.status = 'publish' AND commonwheel.shape_fault(NEW.geom) IS NULL THEN
            NEW.arcs := commonwheel.arcs_under(NEW.shard, NEW.geom, NEW.both_directions);
        END IF;
    END IF;
    IF NEW.status = 'draft' THEN
        NEW.reason := NULL;
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('commonwheel.publish'));
    NEW.reason := CASE NEW.status WHEN 'publish' THEN commonwheel.draft_fault(NEW) END;
    IF NEW.reason IS NOT NULL THEN
        NEW.status := 'refused';
    ELSIF NEW.status = 'publish' THEN
        NEW.command := commonwheel.send_draft(NEW);
        NEW.status := 'published';
        NEW.is_published := true;
    ELSE
        IF NEW.is_published THEN
            NEW.command := coalesce(commonwheel.send_draft(NEW), NEW.command);
        END IF;
        NEW.status := 'withdrawn';
        NEW.is_published := false;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION commonwheel.take_draft() IS
    'Checks and publishes drafts as their status is set; two are never published at once';
CREATE TRIGGER take BEFORE INSERT OR UPDATE OR DELETE ON commonwheel.zone_draft
    FOR EACH ROW EXECUTE FUNCTION commonwheel.take_draft();
CREATE TRIGGER take BEFORE INSERT OR UPDATE OR DELETE ON commonwheel.kerb_draft
    FOR EACH ROW EXECUTE FUNCTION commonwheel.take_draft();
CREATE TRIGGER take BEFORE INSERT OR UPDATE OR DELETE ON commonwheel.closure_draft
    FOR EACH ROW EXECUTE FUNCTION commonwheel.take_draft();

CREATE FUNCTION commonwheel.publish(what text, draft bigint, OUT status text, OUT reason text)
    LANGUAGE plpgsql AS $$
BEGIN
    IF what NOT IN ('zone', 'kerb', 'closure') THEN
        RAISE EXCEPTION 'what is published is a zone, a kerb or a closure, not a "%"', what;
    END IF;
    EXECUTE format('UPDATE commonwheel.%I d SET status = ''publish'' WHERE id = $1
                    RETURNING d.status, d.reason', what || '_draft')
        INTO status, reason USING draft;
    IF status IS NULL THEN
        RAISE EXCEPTION 'there is no % draft %', what, draft;
    END IF;
END $$;
COMMENT ON FUNCTION commonwheel.publish(text, bigint) IS
    'As setting the status to publish does: tells what became of it';

-- The dispatcher has answered: the draft shows it, unless it has become another command since. What
-- it refused of zones and kerbs is undone.
CREATE FUNCTION commonwheel.take_answer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    published text :=
        CASE NEW.kind WHEN 'zones' THEN 'zone' WHEN 'kerbs' THEN 'kerb' ELSE 'closure' END;
BEGIN
    IF NEW.status = 'taken' THEN
        EXECUTE format('UPDATE commonwheel.%I SET status = ''in_force'', reason = NULL
                        WHERE id = $1 AND command = $2 AND status = ''published''',
                       published || '_draft') USING NEW.draft, NEW.id;
        RETURN NULL;
    END IF;
    EXECUTE format('UPDATE commonwheel.%I SET is_published = $3,
                        status = CASE status WHEN ''draft'' THEN status ELSE ''refused'' END,
                        reason = ''the dispatcher: '' || $4
                    WHERE id = $1 AND command = $2', published || '_draft')
        USING NEW.draft, NEW.id, NEW.before IS NOT NULL OR NEW.kind = 'open', NEW.outcome;
    IF published = 'closure' OR
       EXISTS (SELECT FROM commonwheel.command c
               WHERE c.shard = NEW.shard AND c.kind = NEW.kind AND c.draft = NEW.draft AND
                     c.id > NEW.id) THEN
        RETURN NULL;
    END IF;
    EXECUTE format('DELETE FROM commonwheel.%I WHERE shard = $1 AND number = $2', published)
        USING NEW.shard, NEW.draft;
    IF NEW.before IS NOT NULL THEN
        EXECUTE format('INSERT INTO commonwheel.%I SELECT ($1::commonwheel.%I).*',
                       published, published) USING NEW.before;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION commonwheel.take_answer() IS
    'Carries the dispatcher''s answer back to the draft';
CREATE TRIGGER answered AFTER UPDATE OF status ON commonwheel.command
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION commonwheel.take_answer();

-- ---- wards --------------------------------------------------------------------------------------

CREATE FUNCTION commonwheel.ward_fault(had jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN btrim(coalesce(had ->> 'code', '')) = '' THEN 'property "code" is missing'
        WHEN btrim(coalesce(had ->> 'name', '')) = '' THEN 'property "name" is missing'
        WHEN jsonb_typeof(had -> 'population') IS DISTINCT FROM 'number'
            THEN 'property "population" is not a number'
        WHEN (had ->> 'population')::numeric NOT BETWEEN 0 AND 2147483647 OR
             (had ->> 'population')::numeric % 1 <> 0
            THEN format('its population is %s', had ->> 'population')
        WHEN jsonb_typeof(had -> 'deprivation_decile') IS DISTINCT FROM 'number'
            THEN 'property "deprivation_decile" is not a number'
        WHEN (had ->> 'deprivation_decile')::numeric NOT BETWEEN 1 AND 10 OR
             (had ->> 'deprivation_decile')::numeric % 1 <> 0
            THEN format('its deprivation_decile is %s, and it goes from 1 to 10',
                        had ->> 'deprivation_decile')
    END
$$;
COMMENT ON FUNCTION commonwheel.ward_fault(jsonb) IS 'What is wrong with the properties of a ward';

CREATE FUNCTION commonwheel.import_wards(of_shard smallint, geojson text) RETURNS integer
    LANGUAGE plpgsql AS $$
DECLARE
    collection jsonb;
    feature jsonb;
    number integer := 0;
    had jsonb;
    shape geometry;
    fault text;
BEGIN
    BEGIN
        collection := geojson::jsonb;
    EXCEPTION WHEN OTHERS THEN
        RAISE EXCEPTION 'wards: this is not JSON: %', SQLERRM;
    END;
    IF collection ->> 'type' IS DISTINCT FROM 'FeatureCollection' OR
       jsonb_typeof(collection -> 'features') IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'wards: this is not a GeoJSON FeatureCollection';
    END IF;
    IF NOT EXISTS (SELECT FROM commonwheel.service_area WHERE shard = of_shard) THEN
        RAISE EXCEPTION 'wards: there is no service area %', of_shard;
    END IF;
    DELETE FROM commonwheel.ward WHERE shard = of_shard;
    FOR feature IN SELECT jsonb_array_elements(collection -> 'features') LOOP
        number := number + 1;
        had := feature -> 'properties';
        fault := commonwheel.ward_fault(had);
        IF fault IS NULL THEN
            BEGIN
                shape := ST_SetSRID(ST_Force2D(ST_Multi(
                    ST_GeomFromGeoJSON(feature -> 'geometry'))), 4326);
            EXCEPTION WHEN OTHERS THEN
                fault := 'its geometry cannot be read: ' || SQLERRM;
            END;
        END IF;
        IF fault IS NULL AND coalesce(GeometryType(shape), '') <> 'MULTIPOLYGON' THEN
            fault := 'its geometry is no Polygon or MultiPolygon';
        END IF;
        fault := coalesce(fault, commonwheel.shape_fault(shape));
        IF fault IS NULL THEN
            SELECT CASE WHEN w.code = had ->> 'code'
                        THEN format('its code "%s" is that of an earlier feature', w.code)
                        ELSE format('it overlaps the ward %s "%s", at %s', w.code, w.name,
                             commonwheel.place_words(ST_PointOnSurface(both_of))) END INTO fault
                FROM commonwheel.ward w, LATERAL (SELECT ST_Intersection(w.geom,
                    shape) AS both_of) i
                WHERE w.shard = of_shard AND (w.code = had ->> 'code' OR w.geom && shape AND
                      ST_Area(both_of) > 0.01 * least(ST_Area(w.geom), ST_Area(shape)))
                ORDER BY w.code LIMIT 1;
        END IF;
        IF fault IS NOT NULL THEN
            RAISE EXCEPTION 'wards: feature % ("%"): %', number, coalesce(had ->> 'name', ''),
                fault;
        END IF;
        INSERT INTO commonwheel.ward VALUES (of_shard, had ->> 'code', had ->> 'name',
            (had ->> 'population')::integer, (had ->> 'deprivation_decile')::smallint, shape);
    END LOOP;
    RETURN number;
END $$;
COMMENT ON FUNCTION commonwheel.import_wards(smallint, text) IS
    'Takes all wards anew from a GeoJSON FeatureCollection whose features have the properties '
    'code, name, population and deprivation_decile; all or none. Returns how many';
