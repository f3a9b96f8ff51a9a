-- How the store fills the tables: one call a table and batch, with an array for each column, in the
-- order of the facts.

-- In PL/pgSQL, whose plan is kept, and with a subquery for each key, as the ledger's checks have it.
CREATE FUNCTION commonwheel.take_riders(of_shard smallint, ids uuid[]) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commonwheel.rider (shard, id, number)
    SELECT of_shard, fresh.id,
           (SELECT coalesce(max(number) + 1, 0) FROM commonwheel.rider WHERE shard = of_shard) +
               row_number() OVER (ORDER BY fresh.place) - 1
    FROM (SELECT id, min(place) AS place FROM unnest(ids) WITH ORDINALITY AS given (id, place)
          GROUP BY id) fresh
    WHERE (SELECT r.id FROM commonwheel.rider r
           WHERE r.shard = of_shard AND r.id = fresh.id) IS NULL;
END $$;
COMMENT ON FUNCTION commonwheel.take_riders(smallint, uuid[]) IS
    'Numbers those not yet known, in order: as the core does';

CREATE FUNCTION commonwheel.take_rider_classes(of_shard smallint, ids uuid[], classes smallint[],
    schemes smallint[], class_days date[], scheme_days date[]) RETURNS void LANGUAGE sql AS $$
    UPDATE commonwheel.rider r SET class = last.class, scheme = last.scheme,
        class_until_day = last.class_day, scheme_until_day = last.scheme_day
    FROM (SELECT DISTINCT ON (id) id, class, scheme, class_day, scheme_day
          FROM unnest(ids, classes, schemes, class_days, scheme_days) WITH ORDINALITY
              AS given (id, class, scheme, class_day, scheme_day, place)
          ORDER BY id, place DESC) last
    WHERE r.shard = of_shard AND r.id = last.id
$$;
COMMENT ON FUNCTION commonwheel.take_rider_classes(smallint, uuid[], smallint[], smallint[], date[], date[]) IS
    'The class and the concession scheme of riders, as last changed';

CREATE FUNCTION commonwheel.take_vehicles(of_shard smallint, numbers bigint[], seats smallint[],
    spaces smallint[], designed smallint[], batteries bigint[], shifts_from timestamptz[],
    shifts_until timestamptz[], lons integer[], lats integer[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO commonwheel.vehicle (shard, number, seats, wheelchair_spaces, designed_for,
        battery_wh, shift_from, shift_until, home_geom)
    SELECT DISTINCT ON (number) of_shard, number, seat, space, design, battery, since, until,
           commonwheel.point(lon, lat)
    FROM unnest(numbers, seats, spaces, designed, batteries, shifts_from, shifts_until, lons, lats)
        WITH ORDINALITY AS given (number, seat, space, design, battery, since, until, lon, lat,
                                  place)
    ORDER BY number, place DESC
    ON CONFLICT (shard, number) DO UPDATE SET seats = excluded.seats,
        wheelchair_spaces = excluded.wheelchair_spaces, designed_for = excluded.designed_for,
        battery_wh = excluded.battery_wh, shift_from = excluded.shift_from,
        shift_until = excluded.shift_until, home_geom = excluded.home_geom
$$;
COMMENT ON FUNCTION commonwheel.take_vehicles(smallint, bigint[], smallint[], smallint[], smallint[], bigint[], timestamptz[],
    timestamptz[], integer[], integer[]) IS
    'The fleet as enrolled; a vehicle known already takes what it is now';

CREATE FUNCTION commonwheel.take_plans(of_shard smallint, numbers bigint[], ids bigint[],
    revisions bigint[], plans text[], ats timestamptz[]) RETURNS void LANGUAGE sql AS $$
    UPDATE commonwheel.vehicle v SET plan_id = last.id, plan_revision = last.revision,
        plan = last.plan::jsonb, plan_at = last.at
    FROM (SELECT DISTINCT ON (number) number, id, revision, plan, at
          FROM unnest(numbers, ids, revisions, plans, ats) WITH ORDINALITY
              AS given (number, id, revision, plan, at, place)
          ORDER BY number, place DESC) last
    WHERE v.shard = of_shard AND v.number = last.number
$$;
COMMENT ON FUNCTION commonwheel.take_plans(smallint, bigint[], bigint[], bigint[], text[], timestamptz[]) IS
    'The stops before vehicles, as last planned';

-- What happens to rides: 'arrived', 'boarded', 'alighted', 'cancelled' and 'no_show' with the
-- vehicle (and who cancelled); 'charged' with a charge, b saved by caps, c compensation, d per mille
-- of VAT and the travel day; 'fee' with a fee and d VAT; 'refunded' with a refund, b adjusted and
-- c 1 where the whole ride is out of the caps.
CREATE FUNCTION commonwheel.take_ride_events(of_shard smallint, rides bigint[], kinds text[],
    ats timestamptz[], vehicles bigint[], bys text[], days date[], aa bigint[], bb bigint[],
    cc bigint[], dd bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE commonwheel.ride r SET
        state = coalesce(e.state, r.state),
        cancelled_by = coalesce(e.cancelled_by, r.cancelled_by),
        vehicle = coalesce(e.vehicle, r.vehicle),
        arrived_at = coalesce(e.arrived_at, r.arrived_at),
        boarded_at = coalesce(e.boarded_at, r.boarded_at),
        alighted_at = coalesce(e.alighted_at, r.alighted_at),
        ended_at = coalesce(e.ended_at, r.ended_at),
        travel_day = coalesce(e.travel_day, r.travel_day),
        charged_pence = coalesce(e.charged, r.charged_pence),
        cap_saved_pence = coalesce(e.cap_saved, r.cap_saved_pence),
        compensation_pence = coalesce(e.compensation, r.compensation_pence),
        fee_pence = coalesce(e.fee, r.fee_pence),
        vat_permille = coalesce(e.vat, r.vat_permille),
        refunded_pence = r.refunded_pence + coalesce(e.refunded, 0),
        adjusted_pence = r.adjusted_pence + coalesce(e.adjusted, 0),
        is_out = r.is_out OR coalesce(e.is_out, false)
    FROM (SELECT ride,
              CASE (array_agg(kind ORDER BY place DESC) FILTER (WHERE kind IN
                        ('arrived', 'boarded', 'alighted', 'cancelled', 'no_show')))[1]
                  WHEN 'arrived' THEN 'arrived' WHEN 'boarded' THEN 'aboard'
                  WHEN 'alighted' THEN 'alighted' WHEN 'cancelled' THEN 'cancelled'
                  WHEN 'no_show' THEN 'no_show' END AS state,
              max(by) AS cancelled_by,
              (array_agg(vehicle ORDER BY place DESC) FILTER (WHERE vehicle IS NOT NULL))[1]
                  AS vehicle,
              max(at) FILTER (WHERE kind = 'arrived') AS arrived_at,
              max(at) FILTER (WHERE kind = 'boarded') AS boarded_at,
              max(at) FILTER (WHERE kind = 'alighted') AS alighted_at,
              max(at) FILTER (WHERE kind IN ('alighted', 'cancelled', 'no_show')) AS ended_at,
              max(day) AS travel_day,
              max(a) FILTER (WHERE kind = 'charged') AS charged,
              max(b) FILTER (WHERE kind = 'charged') AS cap_saved,
              max(c) FILTER (WHERE kind = 'charged') AS compensation,
              max(a) FILTER (WHERE kind = 'fee') AS fee,
              max(d) FILTER (WHERE kind IN ('charged', 'fee')) AS vat,
              sum(a) FILTER (WHERE kind = 'refunded') AS refunded,
              sum(b) FILTER (WHERE kind = 'refunded') AS adjusted,
              bool_or(c = 1) FILTER (WHERE kind = 'refunded') AS is_out
          FROM unnest(rides, kinds, ats, vehicles, bys, days, aa, bb, cc, dd) WITH ORDINALITY
              AS given (ride, kind, at, vehicle, by, day, a, b, c, d, place)
          GROUP BY ride) e
    WHERE r.shard = of_shard AND r.id = e.ride
$$;
COMMENT ON FUNCTION commonwheel.take_ride_events(smallint, bigint[], text[], timestamptz[], bigint[], text[],
    date[], bigint[], bigint[], bigint[], bigint[]) IS
    'What happens to rides, each ride''s happenings of a batch at once';

-- What happens to visits, one vehicle's in order: 'planned', 'begun', 'ended'.
CREATE FUNCTION commonwheel.take_visits(of_shard smallint, seqs bigint[], happenings text[],
    vehicles bigint[], kinds text[], stations bigint[], ats timestamptz[], lons integer[],
    lats integer[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    i integer;
BEGIN
    FOR i IN 1 .. cardinality(seqs) LOOP
        IF happenings[i] = 'planned' THEN
            INSERT INTO commonwheel.visit (shard, seq, vehicle, kind, station, geom, planned_at)
                VALUES (of_shard, seqs[i], vehicles[i], kinds[i], stations[i],
                        commonwheel.point(lons[i], lats[i]), ats[i]);
        ELSIF happenings[i] = 'begun' THEN
            UPDATE commonwheel.visit SET begun_at = ats[i]
                WHERE shard = of_shard AND vehicle = vehicles[i] AND ended_at IS NULL;
        ELSE
            UPDATE commonwheel.visit SET ended_at = ats[i]
                WHERE shard = of_shard AND vehicle = vehicles[i] AND ended_at IS NULL;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION commonwheel.take_visits(smallint, bigint[], text[], bigint[], text[], bigint[], timestamptz[],
    integer[], integer[]) IS
    'Visits to stations: planned, begun, ended';

-- Roads closed and opened again.
CREATE FUNCTION commonwheel.take_closures(of_shard smallint, seqs bigint[], closes boolean[],
    arcs bigint[], bys uuid[], ats timestamptz[], reasons text[], lons integer[], lats integer[])
    RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    i integer;
BEGIN
    FOR i IN 1 .. cardinality(seqs) LOOP
        IF closes[i] THEN
            INSERT INTO commonwheel.closure (shard, seq, arc, geom, closed_by, closed_at, reason)
                VALUES (of_shard, seqs[i], arcs[i], commonwheel.point(lons[i], lats[i]), bys[i],
                        ats[i], reasons[i]);
        ELSE
            UPDATE commonwheel.closure SET opened_by = bys[i], opened_at = ats[i]
                WHERE shard = of_shard AND arc = arcs[i] AND opened_at IS NULL;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION commonwheel.take_closures(smallint, bigint[], boolean[], bigint[], uuid[], timestamptz[], text[],
    integer[], integer[]) IS
    'Roads closed and opened again';
