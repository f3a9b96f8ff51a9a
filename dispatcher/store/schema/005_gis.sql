-- What GIS officers keep: the permit area, zones, kerbs and wards as they are published, and drafts
-- beside them that are edited in QGIS over a plain connection. A draft whose status is set to
-- 'publish' is checked where it stands. What is wrong is written beside it, in `reason`; what is
-- right is published and becomes a command to the dispatcher.
--
-- The contract with the dispatcher: it LISTENs on channel commonwheel_published, whose payload is
-- {"command": 17, "shard": 1, "kind": "close"}. It takes rows of commonwheel.command of its shard
-- with status 'new' in the order of id: at start, upon each notification, and again when it comes
-- back to the database, so a lost notification costs nothing. Once the facts of a command are
-- durable it sets `status` to 'taken' or 'refused', and `outcome` to what a person should know of it
-- (when refused, why). The answer is carried back to the draft here. A
-- command whose answer was lost comes again: 'close' of a closed arc and 'open' of an open one are
-- taken and change nothing. In the facts an officer is the first 128 bits of SHA-256 of
-- command.by, as other operators are of their token's subject.

CREATE FUNCTION commonwheel.place_words(at geometry) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT format('%s %s, %s %s', round(abs(ST_Y(at))::numeric, 5),
                  CASE WHEN ST_Y(at) < 0 THEN 'S' ELSE 'N' END, round(abs(ST_X(at))::numeric, 5),
                  CASE WHEN ST_X(at) < 0 THEN 'W' ELSE 'E' END)
$$;
COMMENT ON FUNCTION commonwheel.place_words(geometry) IS
    'A point as people read it: 51.58712 N, 2.99640 W';

-- Metres on a plane for what is near: Mercator keeps angles, and its scale at a latitude is known.
CREATE FUNCTION commonwheel.flat(shape geometry) RETURNS geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT ST_Transform(shape, 3857) $$;
COMMENT ON FUNCTION commonwheel.flat(geometry) IS
    'On a plane whose units are stretched metres: flat_scale() of them are one';

CREATE FUNCTION commonwheel.flat_scale(shape geometry) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT 1 / cos(radians((ST_YMin(shape) + ST_YMax(shape)) / 2)) $$;
COMMENT ON FUNCTION commonwheel.flat_scale(geometry) IS
    'How many units of flat() a metre has in the middle of a shape';

-- ---- published ----------------------------------------------------------------------------------

CREATE TABLE commonwheel.service_area (
    shard    smallint PRIMARY KEY,
    name     text     NOT NULL CHECK (name <> ''),
    timezone text     NOT NULL DEFAULT 'Europe/London',
    geom     geometry(MultiPolygon, 4326) NOT NULL CHECK (ST_IsValid(geom))
);
COMMENT ON TABLE commonwheel.service_area IS
    'The area that each dispatcher has a permit for: nothing is published outside it';
COMMENT ON COLUMN commonwheel.service_area.timezone IS
    'Whose hours and days the summaries count in';
CREATE INDEX service_area_geom ON commonwheel.service_area USING gist (geom);

CREATE FUNCTION commonwheel.set_service_area(of_shard smallint, area_name text, geojson text,
    zone text DEFAULT 'Europe/London') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    shape geometry := ST_SetSRID(ST_Multi(ST_GeomFromGeoJSON(geojson)), 4326);
BEGIN
    IF GeometryType(shape) <> 'MULTIPOLYGON' OR ST_IsEmpty(shape) THEN
        RAISE EXCEPTION 'the permit area is no Polygon or MultiPolygon';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = zone) THEN
        RAISE EXCEPTION 'there is no time zone "%"', zone;
    END IF;
    IF commonwheel.shape_fault(shape) IS NOT NULL THEN
        RAISE EXCEPTION 'the permit area: %', commonwheel.shape_fault(shape);
    END IF;
    INSERT INTO commonwheel.service_area VALUES (of_shard, area_name, zone, shape)
        ON CONFLICT (shard) DO UPDATE SET name = excluded.name, timezone = excluded.timezone,
            geom = excluded.geom;
END $$;
COMMENT ON FUNCTION commonwheel.set_service_area(smallint, text, text, text) IS
    'Sets or changes a permit area from a GeoJSON geometry';

CREATE TABLE commonwheel.zone (
    shard        smallint    NOT NULL REFERENCES commonwheel.service_area,
    number       bigint      NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('service', 'no_stopping', 'depot')),
    name         text        NOT NULL,
    geom         geometry(MultiPolygon, 4326) NOT NULL,
    published_by text        NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (shard, number)
);
COMMENT ON TABLE commonwheel.zone IS 'Zones as the fleet keeps them. Edited as zone_draft';
COMMENT ON COLUMN commonwheel.zone.number IS 'The draft''s id';
COMMENT ON COLUMN commonwheel.zone.kind IS
    'service: rides begin and end inside one, where there is any; no_stopping: nobody is picked '
    'up or set down';
CREATE INDEX zone_geom ON commonwheel.zone USING gist (geom);

CREATE TABLE commonwheel.kerb (
    shard        smallint    NOT NULL REFERENCES commonwheel.service_area,
    number       bigint      NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('kerb', 'depot')),
    name         text        NOT NULL,
    room         integer     NOT NULL CHECK (room BETWEEN 1 AND 65536),
    geom         geometry(Point, 4326) NOT NULL,
    published_by text        NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (shard, number)
);
COMMENT ON TABLE commonwheel.kerb IS 'Where idle vehicles may wait. Edited as kerb_draft';
COMMENT ON COLUMN commonwheel.kerb.number IS 'The draft''s id';
COMMENT ON COLUMN commonwheel.kerb.room IS 'Vehicles at one time';
CREATE INDEX kerb_geom ON commonwheel.kerb USING gist (geom);

CREATE TABLE commonwheel.ward (
    shard              smallint NOT NULL REFERENCES commonwheel.service_area,
    code               text     NOT NULL CHECK (code <> ''),
    name               text     NOT NULL CHECK (name <> ''),
    population         integer  NOT NULL CHECK (population >= 0),
    deprivation_decile smallint NOT NULL CHECK (deprivation_decile BETWEEN 1 AND 10),
    geom               geometry(MultiPolygon, 4326) NOT NULL,
    PRIMARY KEY (shard, code)
);
COMMENT ON TABLE commonwheel.ward IS 'Electoral wards, as import_wards() took them from GeoJSON';
COMMENT ON COLUMN commonwheel.ward.code IS 'As the statistics office has it, such as W05001234';
COMMENT ON COLUMN commonwheel.ward.deprivation_decile IS
    '1: the most deprived tenth of the country';
CREATE INDEX ward_geom ON commonwheel.ward USING gist (geom);

CREATE TABLE commonwheel.charger (
    shard    smallint NOT NULL,
    number   bigint   NOT NULL,
    plugs    integer  NOT NULL CHECK (plugs > 0),
    power_w  bigint   NOT NULL CHECK (power_w >= 0),
    cleans   boolean  NOT NULL,
    inspects boolean  NOT NULL,
    geom     geometry(Point, 4326) NOT NULL,
    PRIMARY KEY (shard, number)
);
COMMENT ON TABLE commonwheel.charger IS 'Stations, as the dispatcher read them at its start';
COMMENT ON COLUMN commonwheel.charger.number IS 'As visits name it in `station`';
COMMENT ON COLUMN commonwheel.charger.power_w IS 'Of one plug; 0: nobody charges here';
CREATE INDEX charger_geom ON commonwheel.charger USING gist (geom);

CREATE TABLE commonwheel.road_network (
    shard     smallint    PRIMARY KEY,
    checksum  bigint      NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE commonwheel.road_network IS
    'Which road network `road` holds. Arcs are numbered within one, so commands name it';
COMMENT ON COLUMN commonwheel.road_network.checksum IS 'Of the .roads file, as the facts have it';

CREATE TABLE commonwheel.road (
    shard    smallint NOT NULL,
    arc      bigint   NOT NULL CHECK (arc >= 0),
    tail     bigint   NOT NULL,
    head     bigint   NOT NULL,
    class    smallint NOT NULL CHECK (class BETWEEN 0 AND 6),
    length_m integer  NOT NULL CHECK (length_m > 0),
    free_ms  integer  NOT NULL CHECK (free_ms > 0),
    geom     geometry(LineString, 4326) NOT NULL,
    PRIMARY KEY (shard, arc)
);
COMMENT ON TABLE commonwheel.road IS
    'The road network, one row a direction of each straight piece; the dispatcher fills it with '
    'its map';
COMMENT ON COLUMN commonwheel.road.class IS
    '0 motorway, 1 trunk, 2 primary, 3 secondary, 4 tertiary, 5 residential, 6 service';
COMMENT ON COLUMN commonwheel.road.free_ms IS 'Free-flow driving time';
CREATE INDEX road_geom ON commonwheel.road USING gist (geom);

-- ---- commands -----------------------------------------------------------------------------------

CREATE TABLE commonwheel.command (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shard       smallint    NOT NULL,
    by          text        NOT NULL DEFAULT session_user,
    kind        text        NOT NULL CHECK (kind IN ('zones', 'kerbs', 'close', 'open')),
    draft       bigint      NOT NULL,
    network     bigint,
    arcs        bigint[]    CHECK (cardinality(arcs) BETWEEN 1 AND 256),
    geom        geometry(Geometry, 4326),
    reason      text        NOT NULL CHECK (octet_length(reason) BETWEEN 1 AND 120),
    status      text        NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'taken', 'refused')),
    outcome     text,
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    answered_at timestamptz,
    before      text,
    CONSTRAINT arcs_of_a_network CHECK (
        (kind IN ('close', 'open')) = (arcs IS NOT NULL AND network IS NOT NULL)),
    CONSTRAINT answered_when_it_is CHECK ((answered_at IS NULL) = (status = 'new')),
    CONSTRAINT refused_with_a_reason CHECK (status <> 'refused' OR coalesce(outcome, '') <> '')
);
COMMENT ON TABLE commonwheel.command IS
    'What was published, in order, for the dispatcher to take, and what it answered. Never deleted';
COMMENT ON COLUMN commonwheel.command.by IS 'The officer''s database login';
COMMENT ON COLUMN commonwheel.command.kind IS
    'zones, kerbs: take table zone or kerb anew, as a whole; close, open: the arcs';
COMMENT ON COLUMN commonwheel.command.draft IS
    'The id of the draft in zone_draft, kerb_draft or closure_draft';
COMMENT ON COLUMN commonwheel.command.network IS
    'The network that arcs are of: another one refuses them';
COMMENT ON COLUMN commonwheel.command.geom IS 'What the officer drew';
COMMENT ON COLUMN commonwheel.command.reason IS
    'For the audit: the closure''s own, or what was published';
COMMENT ON COLUMN commonwheel.command.outcome IS 'In words; always there when it was refused';
COMMENT ON COLUMN commonwheel.command.before IS
    'The published row that it replaced, to be put back when the dispatcher refuses';
CREATE INDEX command_new ON commonwheel.command (shard, id) WHERE status = 'new';

CREATE FUNCTION commonwheel.notify_command() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('commonwheel_published', json_build_object('command', NEW.id,
        'shard', NEW.shard, 'kind', NEW.kind)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER notify AFTER INSERT ON commonwheel.command
    FOR EACH ROW EXECUTE FUNCTION commonwheel.notify_command();

CREATE FUNCTION commonwheel.refuse_second_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status <> 'new' OR
       to_jsonb(NEW) - '{status,outcome,answered_at}'::text[] IS DISTINCT FROM
       to_jsonb(OLD) - '{status,outcome,answered_at}'::text[] THEN
        RAISE EXCEPTION 'command % is answered once, and nothing else of it changes', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.answered_at := CASE WHEN NEW.status <> 'new' THEN coalesce(NEW.answered_at,
        clock_timestamp()) END;
    RETURN NEW;
END $$;
CREATE TRIGGER once BEFORE UPDATE OR DELETE ON commonwheel.command
    FOR EACH ROW EXECUTE FUNCTION commonwheel.refuse_second_answer();

-- ---- drafts -------------------------------------------------------------------------------------

-- What the three have in common; the pattern itself goes again below.
CREATE TABLE commonwheel.draft (
    shard        smallint,
    status       text        NOT NULL DEFAULT 'draft' CHECK (status IN
        ('draft', 'publish', 'refused', 'published', 'in_force', 'withdraw', 'withdrawn')),
    reason       text,
    is_published boolean     NOT NULL DEFAULT false,
    command      bigint,
    changed_by   text,
    changed_at   timestamptz
);
COMMENT ON COLUMN commonwheel.draft.shard IS
    'The permit area; found from the place where it is not given';
COMMENT ON COLUMN commonwheel.draft.status IS
    'People set draft, publish or withdraw; published is told to the dispatcher, in_force taken by it';
COMMENT ON COLUMN commonwheel.draft.reason IS 'What is wrong with it, where it was refused';
COMMENT ON COLUMN commonwheel.draft.is_published IS
    'The fleet goes by it, or by what it was before it was changed';
COMMENT ON COLUMN commonwheel.draft.command IS 'The last command that it became';
COMMENT ON COLUMN commonwheel.draft.changed_by IS 'Database login';

CREATE TABLE commonwheel.zone_draft (
    id   bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    kind text,
    name text,
    geom geometry(MultiPolygon, 4326),
    LIKE commonwheel.draft INCLUDING ALL,
    FOREIGN KEY (command) REFERENCES commonwheel.command
);
COMMENT ON TABLE commonwheel.zone_draft IS 'Zones as officers edit them';
COMMENT ON COLUMN commonwheel.zone_draft.kind IS 'service, no_stopping or depot';
CREATE INDEX zone_draft_geom ON commonwheel.zone_draft USING gist (geom);

CREATE TABLE commonwheel.kerb_draft (
    id   bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    kind text   DEFAULT 'kerb',
    name text,
    room integer,
    geom geometry(Point, 4326),
    LIKE commonwheel.draft INCLUDING ALL,
    FOREIGN KEY (command) REFERENCES commonwheel.command
);
COMMENT ON TABLE commonwheel.kerb_draft IS 'Waiting places as officers edit them';
COMMENT ON COLUMN commonwheel.kerb_draft.kind IS 'kerb or depot';
COMMENT ON COLUMN commonwheel.kerb_draft.room IS 'Vehicles at one time, 1 to 65536';
CREATE INDEX kerb_draft_geom ON commonwheel.kerb_draft USING gist (geom);

CREATE TABLE commonwheel.closure_draft (
    id              bigint  GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    why             text,
    both_directions boolean NOT NULL DEFAULT true,
    geom            geometry(Geometry, 4326),
    arcs            bigint[],
    LIKE commonwheel.draft INCLUDING ALL,
    FOREIGN KEY (command) REFERENCES commonwheel.command
);
COMMENT ON TABLE commonwheel.closure_draft IS
    'Closures as officers draw them: a line along a road, or a polygon over all that it touches';
COMMENT ON COLUMN commonwheel.closure_draft.why IS
    'Kept for ever and shown to operators: 1 to 120 bytes, no person''s name';
COMMENT ON COLUMN commonwheel.closure_draft.both_directions IS
    'False: only the way that the line was drawn. A polygon closes both';
COMMENT ON COLUMN commonwheel.closure_draft.arcs IS 'What publishing found under the drawing';
CREATE INDEX closure_draft_geom ON commonwheel.closure_draft USING gist (geom);

DROP TABLE commonwheel.draft;
