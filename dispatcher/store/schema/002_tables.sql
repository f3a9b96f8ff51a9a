-- What people ask about, kept beside the facts and filled in the same transaction as they are, so
-- that the two can never disagree. Money is whole pence, geometry is WGS 84, times are UTC. `shard`
-- is the service area's number. Rows follow from the facts alone: nobody writes them by hand, and
-- the ledger refuses it.

-- Said, since the owner may be named as the schema is, and then it would be the first in its path.
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;

CREATE FUNCTION commonwheel.point(lon_e7 integer, lat_e7 integer)
    RETURNS geometry(Point, 4326) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT ST_SetSRID(ST_MakePoint(lon_e7 / 1e7, lat_e7 / 1e7), 4326) $$;
COMMENT ON FUNCTION commonwheel.point(integer, integer) IS
    'A place from whole 1e-7 degrees, as facts hold it';

-- ---- who and what -------------------------------------------------------------------------------

CREATE TABLE commonwheel.policy (
    shard      smallint    NOT NULL,
    number     integer     NOT NULL CHECK (number > 0),
    hash       bytea       NOT NULL CHECK (octet_length(hash) = 32),
    id         text        NOT NULL,
    name       text        NOT NULL,
    adopted_at timestamptz NOT NULL,
    PRIMARY KEY (shard, number)
);
COMMENT ON TABLE commonwheel.policy IS 'Policies that rides were priced by, as they were adopted';
COMMENT ON COLUMN commonwheel.policy.hash IS 'SHA-256 of the policy file''s canonical bytes';
COMMENT ON COLUMN commonwheel.policy.number IS 'In order of adoption; rides and transfers name it';

CREATE TABLE commonwheel.cap_limit (
    shard      smallint NOT NULL,
    policy     integer  NOT NULL,
    class      smallint NOT NULL CHECK (class >= 0),
    from_day   date     NOT NULL,
    until_day  date,
    day_pence  bigint   CHECK (day_pence >= 0),
    week_pence bigint   CHECK (week_pence >= 0),
    PRIMARY KEY (shard, policy, class, from_day),
    FOREIGN KEY (shard, policy) REFERENCES commonwheel.policy
);
COMMENT ON TABLE commonwheel.cap_limit IS 'The fare caps of each policy by class of riders';
COMMENT ON COLUMN commonwheel.cap_limit.until_day IS 'Last travel day; null: no end is stated';
COMMENT ON COLUMN commonwheel.cap_limit.day_pence IS 'Null: no cap';
COMMENT ON COLUMN commonwheel.cap_limit.class IS
    'Of riders, as the policy numbers them; 0: everybody else';

CREATE TABLE commonwheel.rider (
    shard            smallint NOT NULL,
    id               uuid     NOT NULL,
    number           integer  NOT NULL CHECK (number >= 0),
    class            smallint NOT NULL DEFAULT 0 CHECK (class >= 0),
    scheme           smallint NOT NULL DEFAULT 0 CHECK (scheme >= 0),
    class_until_day  date,
    scheme_until_day date,
    PRIMARY KEY (shard, id),
    UNIQUE (shard, number)
);
COMMENT ON TABLE commonwheel.rider IS 'People who booked, by pseudonym: no name is held anywhere';
COMMENT ON COLUMN commonwheel.rider.id IS 'The first 128 bits of SHA-256 of the token''s subject';
COMMENT ON COLUMN commonwheel.rider.number IS 'In order of appearance; the account is 256 more';
COMMENT ON COLUMN commonwheel.rider.class IS 'Of fares: 0 is everybody else';
COMMENT ON COLUMN commonwheel.rider.scheme IS
    'The concession that pays a part of the fare; 0: none';
COMMENT ON COLUMN commonwheel.rider.class_until_day IS
    'The last travel day that the class holds; null: no end';

CREATE TABLE commonwheel.vehicle (
    shard             smallint    NOT NULL,
    number            bigint      NOT NULL,
    seats             smallint    NOT NULL CHECK (seats >= 0),
    wheelchair_spaces smallint    NOT NULL CHECK (wheelchair_spaces >= 0),
    designed_for      smallint    NOT NULL CHECK (designed_for >= 0),
    battery_wh        bigint      NOT NULL CHECK (battery_wh >= 0),
    shift_from        timestamptz NOT NULL,
    shift_until       timestamptz NOT NULL,
    home_geom         geometry(Point, 4326),
    plan_id           bigint,
    plan_revision     bigint,
    plan              jsonb,
    plan_at           timestamptz,
    PRIMARY KEY (shard, number)
) WITH (fillfactor = 50);
COMMENT ON TABLE commonwheel.vehicle IS 'The fleet, as enrolled, with the stops before each';
COMMENT ON COLUMN commonwheel.vehicle.battery_wh IS '0: none that counts';
COMMENT ON COLUMN commonwheel.vehicle.designed_for IS
    'People; from 10 on it has the fares and the VAT of a large vehicle';
COMMENT ON COLUMN commonwheel.vehicle.home_geom IS 'Where it stands out of its shift';
COMMENT ON COLUMN commonwheel.vehicle.plan_revision IS 'Rises with each change of one plan';
COMMENT ON COLUMN commonwheel.vehicle.plan IS
    'Stops in driving order: [{"ride": 17, "stop": "pickup"}, ..]; null: none was ever planned';

-- ---- rides --------------------------------------------------------------------------------------

CREATE TABLE commonwheel.ride (
    shard             smallint    NOT NULL,
    id                bigint      NOT NULL CHECK (id > 0),
    rider             uuid        NOT NULL,
    state             text        NOT NULL CHECK (state IN
        ('booked', 'arrived', 'aboard', 'alighted', 'cancelled', 'no_show')),
    cancelled_by      text        CHECK (cancelled_by IN ('rider', 'operator', 'service')),
    vehicle           bigint,
    party             smallint    NOT NULL CHECK (party > 0),
    wheelchairs       smallint    NOT NULL CHECK (wheelchairs BETWEEN 0 AND party),
    shared            boolean     NOT NULL,
    asked_from_geom   geometry(Point, 4326) NOT NULL,
    asked_to_geom     geometry(Point, 4326) NOT NULL,
    from_geom         geometry(Point, 4326) NOT NULL,
    to_geom           geometry(Point, 4326) NOT NULL,
    walk_from_m       integer     NOT NULL CHECK (walk_from_m >= 0),
    walk_to_m         integer     NOT NULL CHECK (walk_to_m >= 0),
    direct_m          bigint      NOT NULL CHECK (direct_m >= 0),
    direct_s          bigint      NOT NULL CHECK (direct_s >= 0),
    booked_at         timestamptz NOT NULL,
    earliest_at       timestamptz NOT NULL,
    promised_at       timestamptz NOT NULL,
    pickup_latest_at  timestamptz NOT NULL,
    arrived_at        timestamptz,
    boarded_at        timestamptz,
    alighted_at       timestamptz,
    ended_at          timestamptz,
    policy            integer     NOT NULL,
    fare_pence        bigint      NOT NULL CHECK (fare_pence >= 0),
    concession_pence  bigint      NOT NULL CHECK (concession_pence BETWEEN 0 AND fare_pence),
    scheme            smallint    NOT NULL,
    quote_pence       bigint      NOT NULL
        CHECK (quote_pence BETWEEN 0 AND fare_pence - concession_pence),
    travel_day        date,
    charged_pence     bigint      CONSTRAINT charge_within_the_quote
        CHECK (charged_pence BETWEEN 0 AND quote_pence),
    cap_saved_pence   bigint      CHECK (cap_saved_pence >= 0),
    compensation_pence bigint     CHECK (compensation_pence BETWEEN 0 AND charged_pence),
    fee_pence         bigint      CHECK (fee_pence BETWEEN 1 AND quote_pence),
    vat_permille      smallint    CHECK (vat_permille BETWEEN 0 AND 1000),
    refunded_pence    bigint      NOT NULL DEFAULT 0 CHECK (refunded_pence >= 0),
    adjusted_pence    bigint      NOT NULL DEFAULT 0,
    is_out            boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (shard, id),
    FOREIGN KEY (shard, rider) REFERENCES commonwheel.rider,
    CONSTRAINT charge_and_savings_make_the_fare CHECK (charged_pence + cap_saved_pence = fare_pence - concession_pence),
    CONSTRAINT refunds_within_the_charge CHECK (refunded_pence <= coalesce(charged_pence, 0) + coalesce(fee_pence, 0)),
    CONSTRAINT charged_when_ridden CHECK (charged_pence IS NULL OR state = 'alighted'),
    CONSTRAINT fee_of_the_riders_own_doing CHECK (
        fee_pence IS NULL OR state = 'no_show' OR (state = 'cancelled' AND cancelled_by = 'rider')),
    CONSTRAINT ended_when_it_ended CHECK ((ended_at IS NULL) = (state IN ('booked', 'arrived', 'aboard')))
) WITH (fillfactor = 60);
COMMENT ON TABLE commonwheel.ride IS 'Every ride that was accepted, from booking to receipt';
COMMENT ON COLUMN commonwheel.ride.state IS
    'booked, arrived, aboard, and then one of alighted, cancelled and no_show';
COMMENT ON COLUMN commonwheel.ride.party IS 'People, with those in wheelchairs';
COMMENT ON COLUMN commonwheel.ride.asked_from_geom IS 'The place that the rider gave';
COMMENT ON COLUMN commonwheel.ride.walk_from_m IS 'On foot from the place given to where the vehicle comes';
COMMENT ON COLUMN commonwheel.ride.direct_m IS 'The shortest drive, as it was at booking';
COMMENT ON COLUMN commonwheel.ride.earliest_at IS 'Earliest boarding: the wished departure, after the walk';
COMMENT ON COLUMN commonwheel.ride.vehicle IS
    'The vehicle that arrived; before, it is the one with the ride in its plan';
COMMENT ON COLUMN commonwheel.ride.from_geom IS 'Where the rider is met: on a road';
COMMENT ON COLUMN commonwheel.ride.promised_at IS 'The pick-up time told at booking';
COMMENT ON COLUMN commonwheel.ride.pickup_latest_at IS 'Never later, once promised';
COMMENT ON COLUMN commonwheel.ride.fare_pence IS 'By the tariff, before concession and caps';
COMMENT ON COLUMN commonwheel.ride.quote_pence IS 'The most that the rider pays';
COMMENT ON COLUMN commonwheel.ride.concession_pence IS 'What a scheme pays of the fare';
COMMENT ON COLUMN commonwheel.ride.charged_pence IS 'Null: no charge yet, or never';
COMMENT ON COLUMN commonwheel.ride.cap_saved_pence IS 'What caps took off the fare';
COMMENT ON COLUMN commonwheel.ride.compensation_pence IS 'Given back because the vehicle was late';
COMMENT ON COLUMN commonwheel.ride.fee_pence IS 'For cancelling late, or for not coming';
COMMENT ON COLUMN commonwheel.ride.vat_permille IS 'The rate that charge or fee has in it';
COMMENT ON COLUMN commonwheel.ride.travel_day IS '04:30 to 04:29; whose caps it counts for';
COMMENT ON COLUMN commonwheel.ride.adjusted_pence IS
    'What the caps save less on other rides since it was refunded';
COMMENT ON COLUMN commonwheel.ride.is_out IS 'Refunded as a whole: no longer in the caps';
CREATE INDEX ride_booked ON commonwheel.ride (shard, booked_at);
CREATE INDEX ride_rider_day ON commonwheel.ride (shard, rider, travel_day)
    WHERE travel_day IS NOT NULL;
CREATE INDEX ride_from ON commonwheel.ride USING gist (from_geom);
CREATE INDEX ride_to ON commonwheel.ride USING gist (to_geom);

CREATE TABLE commonwheel.refusal (
    shard        smallint    NOT NULL,
    seq          bigint      NOT NULL,
    at           timestamptz NOT NULL,
    rider        uuid        NOT NULL,
    reason       text        NOT NULL,
    lacking      text,
    party        smallint    NOT NULL,
    wheelchairs  smallint    NOT NULL,
    from_geom    geometry(Point, 4326) NOT NULL,
    to_geom      geometry(Point, 4326) NOT NULL,
    PRIMARY KEY (shard, seq)
);
COMMENT ON TABLE commonwheel.refusal IS 'Requests that were refused, and why';
COMMENT ON COLUMN commonwheel.refusal.seq IS 'Of the fact';
COMMENT ON COLUMN commonwheel.refusal.lacking IS
    'The constraint that, given up alone, would have found a vehicle';
CREATE INDEX refusal_at ON commonwheel.refusal (shard, at);
CREATE INDEX refusal_from ON commonwheel.refusal USING gist (from_geom);

CREATE TABLE commonwheel.visit (
    shard      smallint    NOT NULL,
    seq        bigint      NOT NULL,
    vehicle    bigint      NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('charge', 'clean', 'inspect')),
    station    bigint      NOT NULL,
    geom       geometry(Point, 4326),
    planned_at timestamptz NOT NULL,
    begun_at   timestamptz,
    ended_at   timestamptz,
    PRIMARY KEY (shard, seq),
    CHECK (begun_at <= ended_at)
);
COMMENT ON TABLE commonwheel.visit IS 'Slots of vehicles at stations: charging, cleaning, inspection';
COMMENT ON COLUMN commonwheel.visit.seq IS 'Of the fact that planned it';
COMMENT ON COLUMN commonwheel.visit.station IS 'A chargers number';
CREATE UNIQUE INDEX visit_open ON commonwheel.visit (shard, vehicle) WHERE ended_at IS NULL;
COMMENT ON INDEX commonwheel.visit_open IS 'A vehicle has one visit before it at the most';

CREATE TABLE commonwheel.closure (
    shard     smallint    NOT NULL,
    seq       bigint      NOT NULL,
    arc       bigint      NOT NULL,
    geom      geometry(Point, 4326),
    closed_by uuid        NOT NULL,
    closed_at timestamptz NOT NULL,
    reason    text        NOT NULL,
    opened_by uuid,
    opened_at timestamptz,
    PRIMARY KEY (shard, seq)
);
COMMENT ON TABLE commonwheel.closure IS 'Roads that an operator closed, one direction each';
COMMENT ON COLUMN commonwheel.closure.seq IS 'Of the fact that closed it';
COMMENT ON COLUMN commonwheel.closure.arc IS 'The directed piece of road, as `road` has it';
COMMENT ON COLUMN commonwheel.closure.opened_at IS 'Null: still closed';
COMMENT ON COLUMN commonwheel.closure.geom IS 'The middle of the closed piece of road';
CREATE UNIQUE INDEX closure_open ON commonwheel.closure (shard, arc) WHERE opened_at IS NULL;

CREATE TABLE commonwheel.work (
    shard         smallint    NOT NULL,
    seq           bigint      NOT NULL,
    from_at       timestamptz NOT NULL,
    until_at      timestamptz NOT NULL CHECK (until_at >= from_at),
    driven_m      bigint      NOT NULL CHECK (driven_m >= 0),
    service_s     bigint      NOT NULL CHECK (service_s >= 0),
    energy_wh     bigint      NOT NULL CHECK (energy_wh >= 0),
    rides         bigint      NOT NULL CHECK (rides >= 0),
    remote_help_s bigint      NOT NULL CHECK (remote_help_s >= 0),
    PRIMARY KEY (shard, seq)
);
COMMENT ON TABLE commonwheel.work IS 'What the whole fleet did, round by round; costs rest on it';
COMMENT ON COLUMN commonwheel.work.driven_m IS 'By all vehicles together, as all below';
COMMENT ON COLUMN commonwheel.work.service_s IS 'Vehicles in their shift';
COMMENT ON COLUMN commonwheel.work.remote_help_s IS 'People helping vehicles from afar';

CREATE TABLE commonwheel.audit (
    shard   smallint    NOT NULL,
    seq     bigint      NOT NULL,
    at      timestamptz NOT NULL,
    by      uuid        NOT NULL,
    action  text        NOT NULL,
    subject text        NOT NULL,
    detail  text        NOT NULL DEFAULT '',
    PRIMARY KEY (shard, seq)
);
COMMENT ON TABLE commonwheel.audit IS 'What operators and finance officers did, and to what';
COMMENT ON COLUMN commonwheel.audit.by IS 'As rider.id: of the tokens subject';
COMMENT ON COLUMN commonwheel.audit.subject IS '"ride 17", "arc 4711", "rider 5f..": what it was done to';
CREATE INDEX audit_at ON commonwheel.audit (shard, at);

CREATE TABLE commonwheel.incident (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shard    smallint    NOT NULL,
    vehicle  bigint      NOT NULL,
    begun_at timestamptz NOT NULL,
    ended_at timestamptz CHECK (ended_at >= begun_at),
    note     text        NOT NULL DEFAULT '',
    CONSTRAINT of_the_fleet FOREIGN KEY (shard, vehicle) REFERENCES commonwheel.vehicle
);
COMMENT ON TABLE commonwheel.incident IS 'A register that officers keep by hand';

CREATE TABLE commonwheel.track (
    shard     smallint    NOT NULL,
    vehicle   bigint      NOT NULL,
    at        timestamptz NOT NULL,
    geom      geometry(Point, 4326) NOT NULL,
    aboard    smallint    NOT NULL,
    stops     smallint    NOT NULL,
    PRIMARY KEY (shard, vehicle, at)
) PARTITION BY RANGE (at);
COMMENT ON TABLE commonwheel.track IS 'Positions, sampled; one partition a day of UTC';
COMMENT ON COLUMN commonwheel.track.aboard IS 'People aboard; 0 is dead mileage';
COMMENT ON COLUMN commonwheel.track.stops IS 'Stops still before the vehicle';

CREATE FUNCTION commonwheel.make_track_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := 'track_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF to_regclass('commonwheel.' || name) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE commonwheel.%I PARTITION OF commonwheel.track FOR VALUES FROM (%L) TO (%L)',
            name, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
        EXECUTE format('CREATE INDEX ON commonwheel.%I USING gist (geom)', name);
    END IF;
END $$;
COMMENT ON FUNCTION commonwheel.make_track_day(date) IS 'Makes the partition of a day, once';

-- ---- the ledger ---------------------------------------------------------------------------------
-- Its checks have a price that does not depend on when they were planned. PL/pgSQL keeps a plan for as
-- long as the connection lives or until the tables are analysed, and a plan made while a table is small
-- or unknown may read all of it: a row looked up by its key is therefore asked for by a subquery of its
-- own, which no plan can turn into a join, or the statement is planned anew by EXECUTE.

CREATE TABLE commonwheel.account_name (
    number smallint PRIMARY KEY,
    name   text     NOT NULL UNIQUE
);
COMMENT ON TABLE commonwheel.account_name IS 'The chart of accounts; riders'' accounts begin at 256';

INSERT INTO commonwheel.account_name VALUES
    (0, 'fare_income'), (1, 'council'), (2, 'fee_income'), (3, 'vat'), (4, 'cap_discount'),
    (5, 'compensation'), (6, 'concession_1'), (7, 'concession_2'), (8, 'concession_3'),
    (9, 'concession_4'), (10, 'concession_5'), (11, 'concession_6'), (12, 'concession_7'),
    (13, 'concession_8'), (16, 'energy'), (17, 'cleaning'), (18, 'maintenance'),
    (19, 'insurance'), (20, 'connectivity'), (21, 'remote_help'), (22, 'capital'),
    (23, 'other_cost'), (24, 'payable'), (25, 'bank'), (26, 'reserve'), (27, 'renewals'),
    (28, 'debt_service'), (29, 'ward_fund'), (30, 'surplus'), (31, 'loss');

CREATE TABLE commonwheel.account (
    shard           smallint NOT NULL,
    number          integer  NOT NULL CHECK (number >= 0),
    debits_pending  bigint   NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
    debits_posted   bigint   NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
    credits_pending bigint   NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
    credits_posted  bigint   NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
    PRIMARY KEY (shard, number)
) WITH (fillfactor = 50);
COMMENT ON TABLE commonwheel.account IS
    'Balances, which follow from transfers and are never written otherwise';
COMMENT ON COLUMN commonwheel.account.number IS
    'Below 256: account_name; from there on riders accounts';
COMMENT ON COLUMN commonwheel.account.debits_pending IS 'Held: neither posted nor released yet';
COMMENT ON COLUMN commonwheel.account.debits_posted IS
    'Of all time; the balance is debits less credits';

CREATE TABLE commonwheel.transfer (
    shard        smallint    NOT NULL,
    id           bigint      NOT NULL CHECK (id > 0),
    seq          bigint      NOT NULL,
    at           timestamptz NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('move', 'hold', 'post', 'void', 'expire')),
    debit        integer     NOT NULL CHECK (debit >= 0),
    credit       integer     NOT NULL CHECK (credit >= 0 AND credit <> debit),
    amount_pence bigint      NOT NULL CHECK (amount_pence >= 0),
    pending      bigint,
    ride         bigint,
    policy       integer,
    refers       bigint,
    area         integer,
    linked       boolean     NOT NULL,
    PRIMARY KEY (shard, id),
    FOREIGN KEY (shard, pending) REFERENCES commonwheel.transfer,
    FOREIGN KEY (shard, refers) REFERENCES commonwheel.transfer,
    CONSTRAINT resolves_a_hold CHECK ((pending IS NOT NULL) = (kind IN ('post', 'void', 'expire'))),
    CONSTRAINT release_moves_nothing CHECK (kind IN ('move', 'hold', 'post') OR amount_pence = 0)
);
COMMENT ON TABLE commonwheel.transfer IS
    'Double entry: every penny moved, for ever. Corrections are further transfers';
COMMENT ON COLUMN commonwheel.transfer.pending IS 'The hold that is posted, voided or expires';
COMMENT ON COLUMN commonwheel.transfer.seq IS 'Of the fact that made it';
COMMENT ON COLUMN commonwheel.transfer.kind IS
    'move: at once; hold: reserves; post, void and expire end a hold';
COMMENT ON COLUMN commonwheel.transfer.debit IS 'The account that owes more by it';
COMMENT ON COLUMN commonwheel.transfer.credit IS 'The account that owes less by it';
COMMENT ON COLUMN commonwheel.transfer.policy IS 'Whose rules it came of';
COMMENT ON COLUMN commonwheel.transfer.refers IS 'The transfer that this one corrects';
COMMENT ON COLUMN commonwheel.transfer.area IS 'Of costs: the supplier''s area';
COMMENT ON COLUMN commonwheel.transfer.linked IS 'Stands and falls with the next of its group';
CREATE UNIQUE INDEX transfer_pending ON commonwheel.transfer (shard, pending)
    WHERE pending IS NOT NULL;
COMMENT ON INDEX commonwheel.transfer_pending IS 'A hold is resolved once at the most';
CREATE INDEX transfer_ride ON commonwheel.transfer (shard, ride) WHERE ride IS NOT NULL;
CREATE INDEX transfer_at ON commonwheel.transfer (shard, at);

CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON commonwheel.transfer
    FOR EACH ROW EXECUTE FUNCTION commonwheel.refuse_change();
CREATE TRIGGER immutable_all BEFORE TRUNCATE ON commonwheel.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION commonwheel.refuse_change();

-- PostgreSQL puts it into each statement that asks for it: written out there it would be no faster.
CREATE FUNCTION commonwheel.transfer_effect(kind text, debit integer, credit integer,
                                            amount_pence bigint, held_pence bigint)
    RETURNS TABLE (number integer, debits_pending bigint, debits_posted bigint,
                   credits_pending bigint, credits_posted bigint)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN of_debit THEN debit ELSE credit END,
           CASE WHEN of_debit THEN pending ELSE 0 END, CASE WHEN of_debit THEN posted ELSE 0 END,
           CASE WHEN of_debit THEN 0 ELSE pending END, CASE WHEN of_debit THEN 0 ELSE posted END
    FROM (SELECT CASE kind WHEN 'hold' THEN amount_pence WHEN 'move' THEN 0 ELSE -held_pence END,
                 CASE WHEN kind IN ('move', 'post') THEN amount_pence ELSE 0 END
         ) AS moved (pending, posted)
    CROSS JOIN (VALUES (true), (false)) side (of_debit)
$$;
COMMENT ON FUNCTION commonwheel.transfer_effect(text, integer, integer, bigint, bigint) IS
    'What a transfer adds to the two accounts it names; held_pence: of the hold that it resolves';

-- EXECUTE plans anew for each batch: by how many transfers it has and how large the tables are now.
CREATE FUNCTION commonwheel.post_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.id, n.amount_pence, h.kind, h.amount_pence AS held INTO wrong
        FROM fresh n CROSS JOIN LATERAL (
            SELECT * FROM commonwheel.transfer t WHERE t.shard = n.shard AND t.id = n.pending LIMIT 1) h
        WHERE h.kind <> 'hold' OR h.debit <> n.debit OR h.credit <> n.credit OR
              n.amount_pence > h.amount_pence
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % posts % pence of a % of % pence',
            wrong.id, wrong.amount_pence, wrong.kind, wrong.held USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE $sql$
    WITH total AS (
        SELECT n.shard, e.number, sum(e.debits_pending)::bigint AS debits_pending,
               sum(e.debits_posted)::bigint AS debits_posted,
               sum(e.credits_pending)::bigint AS credits_pending,
               sum(e.credits_posted)::bigint AS credits_posted
        FROM fresh n LEFT JOIN commonwheel.transfer h ON h.shard = n.shard AND h.id = n.pending
        CROSS JOIN LATERAL commonwheel.transfer_effect(n.kind, n.debit, n.credit, n.amount_pence,
                                                       h.amount_pence) e
        GROUP BY n.shard, e.number
    ), known AS (
        UPDATE commonwheel.account a
            SET debits_pending = a.debits_pending + t.debits_pending,
                debits_posted = a.debits_posted + t.debits_posted,
                credits_pending = a.credits_pending + t.credits_pending,
                credits_posted = a.credits_posted + t.credits_posted
            FROM total t WHERE a.shard = t.shard AND a.number = t.number
            RETURNING a.shard, a.number
    )
    INSERT INTO commonwheel.account
        SELECT t.* FROM total t
        WHERE NOT EXISTS (SELECT FROM known k WHERE k.shard = t.shard AND k.number = t.number)
    $sql$;
    RETURN NULL;
END $$;

CREATE TRIGGER post AFTER INSERT ON commonwheel.transfer
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION commonwheel.post_transfers();

-- An account changes by its transfers only: from within the trigger above.
CREATE FUNCTION commonwheel.refuse_own_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'a balance follows from transfers and is never written by hand'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follows BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON commonwheel.account
    FOR EACH STATEMENT EXECUTE FUNCTION commonwheel.refuse_own_balance();

-- At the end of each transaction that moved money: debits and credits are one sum, and every
-- account touched is what its transfers make it, where that can be looked up at a bounded price.
CREATE TABLE commonwheel.ledger_total (
    shard           smallint PRIMARY KEY,
    debits_pending  numeric  NOT NULL,
    debits_posted   numeric  NOT NULL,
    credits_pending numeric  NOT NULL,
    credits_posted  numeric  NOT NULL
);
COMMENT ON TABLE commonwheel.ledger_total IS 'Sums over all accounts; debits equal credits at every commit';

-- The sums move by what all rows have now less what they had: no need to match the two.
CREATE FUNCTION commonwheel.sum_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO commonwheel.ledger_total AS l
            SELECT shard, sum(debits_pending), sum(debits_posted), sum(credits_pending),
                   sum(credits_posted) FROM after_rows GROUP BY shard
            ON CONFLICT (shard) DO UPDATE SET
                debits_pending = l.debits_pending + excluded.debits_pending,
                debits_posted = l.debits_posted + excluded.debits_posted,
                credits_pending = l.credits_pending + excluded.credits_pending,
                credits_posted = l.credits_posted + excluded.credits_posted;
    ELSE
        UPDATE commonwheel.ledger_total l SET
            debits_pending = l.debits_pending + d.debits_pending,
            debits_posted = l.debits_posted + d.debits_posted,
            credits_pending = l.credits_pending + d.credits_pending,
            credits_posted = l.credits_posted + d.credits_posted
        FROM (SELECT shard, sum(sign * debits_pending) AS debits_pending,
                     sum(sign * debits_posted) AS debits_posted,
                     sum(sign * credits_pending) AS credits_pending,
                     sum(sign * credits_posted) AS credits_posted
              FROM (SELECT 1 AS sign, * FROM after_rows
                    UNION ALL SELECT -1, * FROM before_rows) change
              GROUP BY shard) d
        WHERE l.shard = d.shard;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sum_new AFTER INSERT ON commonwheel.account REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commonwheel.sum_accounts();
CREATE TRIGGER sum_changed AFTER UPDATE ON commonwheel.account
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commonwheel.sum_accounts();

CREATE FUNCTION commonwheel.refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_total record;
BEGIN
    SELECT * INTO now_total FROM commonwheel.ledger_total WHERE shard = NEW.shard;
    IF now_total.debits_posted <> now_total.credits_posted OR
       now_total.debits_pending <> now_total.credits_pending THEN
        RAISE EXCEPTION 'the ledger of shard % does not balance: % posted and % pending pence apart',
            NEW.shard, now_total.debits_posted - now_total.credits_posted,
            now_total.debits_pending - now_total.credits_pending USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balanced AFTER INSERT OR UPDATE ON commonwheel.ledger_total
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION commonwheel.refuse_unbalanced();

CREATE FUNCTION commonwheel.ledger_differences(of_shard smallint DEFAULT NULL)
    RETURNS TABLE (shard smallint, number integer, what text, stored bigint, recomputed bigint)
    LANGUAGE sql STABLE AS $$
    WITH total AS (
        SELECT n.shard, e.number, sum(e.debits_pending)::bigint AS dp,
               sum(e.debits_posted)::bigint AS d, sum(e.credits_pending)::bigint AS cp,
               sum(e.credits_posted)::bigint AS c
        FROM commonwheel.transfer n
        LEFT JOIN commonwheel.transfer h ON h.shard = n.shard AND h.id = n.pending
        CROSS JOIN LATERAL commonwheel.transfer_effect(n.kind, n.debit, n.credit, n.amount_pence,
                                                       h.amount_pence) e
        WHERE of_shard IS NULL OR n.shard = of_shard GROUP BY n.shard, e.number
    )
    SELECT coalesce(t.shard, a.shard), coalesce(t.number, a.number), w.what, w.stored, w.recomputed
    FROM total t FULL JOIN commonwheel.account a USING (shard, number)
    CROSS JOIN LATERAL (VALUES
        ('debits_pending', a.debits_pending, t.dp), ('debits_posted', a.debits_posted, t.d),
        ('credits_pending', a.credits_pending, t.cp), ('credits_posted', a.credits_posted, t.c)
    ) AS w (what, stored, recomputed)
    WHERE w.stored IS DISTINCT FROM w.recomputed AND
          (of_shard IS NULL OR coalesce(t.shard, a.shard) = of_shard)
$$;
COMMENT ON FUNCTION commonwheel.ledger_differences(smallint) IS
    'Every balance computed again from all transfers: no row is right';

CREATE FUNCTION commonwheel.refuse_pending_on_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM commonwheel.transfer h
               WHERE h.shard = NEW.shard AND h.ride = NEW.id AND h.kind = 'hold' AND
                     (SELECT r.id FROM commonwheel.transfer r
                      WHERE r.shard = h.shard AND r.pending = h.id) IS NULL) THEN
        RAISE EXCEPTION 'ride % has ended and still has money held for it', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- ---- caps ---------------------------------------------------------------------------------------

CREATE FUNCTION commonwheel.week_of(travel_day date) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT travel_day - (extract(isodow FROM travel_day)::integer - 1) $$;
COMMENT ON FUNCTION commonwheel.week_of(date) IS 'The Monday of its week';

-- The highest cap that any class of riders has on a day, by any policy: a net below the program's
-- own arithmetic, which knows the class and the policy of each ride. Null: some class has none. In
-- SQL it would be planned anew for each ride that is charged.
CREATE FUNCTION commonwheel.highest_caps(of_shard smallint, day date,
                                         OUT day_pence bigint, OUT week_pence bigint)
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT CASE WHEN count(*) = count(c.day_pence) THEN max(c.day_pence) END,
           CASE WHEN count(*) = count(c.week_pence) THEN max(c.week_pence) END
    INTO day_pence, week_pence
    FROM commonwheel.cap_limit c
    WHERE c.shard = of_shard AND day >= c.from_day AND (c.until_day IS NULL OR day <= c.until_day);
END $$;
COMMENT ON FUNCTION commonwheel.highest_caps(smallint, date) IS
    'The highest cap of any class and policy on a day; null: some class has none';

-- What a rider has paid in a week is at most what the fares that count come to under the caps.
-- Journeys that came to be known later than the week after stand each for itself (core/caps.h).
-- Once for each rider and week that a statement touched, not for each ride. The store changes all
-- rides of a batch in one statement, so nothing has to wait for the end of the transaction.
CREATE FUNCTION commonwheel.refuse_over_cap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT touched.ride, touched.monday, week.* INTO wrong
    FROM (SELECT shard, rider, commonwheel.week_of(travel_day) AS monday, max(id) AS ride
          FROM after_rows WHERE charged_pence IS NOT NULL GROUP BY 1, 2, 3) touched
    CROSS JOIN LATERAL (
        SELECT sum(d.paid) AS paid, sum(least(d.counted, caps.day_pence)) AS payable,
               max(caps.week_pence) AS week_cap
        FROM (SELECT r.travel_day,
                     sum(r.charged_pence - r.compensation_pence - r.refunded_pence +
                         r.adjusted_pence) AS paid,
                     coalesce(sum(least(r.charged_pence + r.cap_saved_pence, r.quote_pence))
                              FILTER (WHERE NOT r.is_out), 0) AS counted
              FROM commonwheel.ride r
              WHERE r.shard = touched.shard AND r.rider = touched.rider AND
                    r.travel_day BETWEEN touched.monday AND touched.monday + 6 AND
                    r.charged_pence IS NOT NULL AND r.ended_at < touched.monday + 15
              GROUP BY r.travel_day) d
        CROSS JOIN LATERAL commonwheel.highest_caps(touched.shard, d.travel_day) caps) week
    WHERE week.paid > week.payable OR week.paid > week.week_cap
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ride %: the rider pays % pence in the week of %, and % is the most',
            wrong.ride, wrong.paid, wrong.monday, least(wrong.payable, wrong.week_cap)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER within_caps AFTER UPDATE ON commonwheel.ride REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commonwheel.refuse_over_cap();
CREATE CONSTRAINT TRIGGER nothing_pending
    AFTER UPDATE OF ended_at ON commonwheel.ride
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION commonwheel.refuse_pending_on_ended();
