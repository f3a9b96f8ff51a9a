-- The ledger's own checks at a price that does not depend on when they were planned. PL/pgSQL keeps
-- a plan for as long as the connection lives or until the tables are analysed, and a plan made while a
-- table is small or unknown may read all of it: a row looked up by its key is therefore asked for by
-- a subquery of its own, which no plan can turn into a join. What is checked is what was checked before.

-- As functions in SQL the next two were planned anew by each call: for each ride that was charged, and
-- for each batch with a booking.
CREATE OR REPLACE FUNCTION commonwheel.highest_caps(of_shard smallint, day date,
                                                    OUT day_pence bigint, OUT week_pence bigint)
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT CASE WHEN count(*) = count(c.day_pence) THEN max(c.day_pence) END,
           CASE WHEN count(*) = count(c.week_pence) THEN max(c.week_pence) END
    INTO day_pence, week_pence
    FROM commonwheel.cap_limit c
    WHERE c.shard = of_shard AND day >= c.from_day AND (c.until_day IS NULL OR day <= c.until_day);
END $$;

CREATE OR REPLACE FUNCTION commonwheel.take_riders(of_shard smallint, ids uuid[]) RETURNS void
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

CREATE OR REPLACE FUNCTION commonwheel.refuse_pending_on_ended() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- What each new transfer does to the two accounts it names. EXECUTE plans anew for each batch: by how
-- many transfers it has and how large the tables are now.
CREATE OR REPLACE FUNCTION commonwheel.post_transfers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
    WITH effect AS (
        SELECT n.shard, n.debit, n.credit,
               CASE WHEN n.kind = 'hold' THEN n.amount_pence
                    WHEN n.pending IS NOT NULL THEN -h.amount_pence ELSE 0 END AS pending,
               CASE WHEN n.kind IN ('move', 'post') THEN n.amount_pence ELSE 0 END AS posted
        FROM fresh n LEFT JOIN commonwheel.transfer h ON h.shard = n.shard AND h.id = n.pending
    ), side AS (
        SELECT shard, debit AS number, pending AS debits_pending, posted AS debits_posted,
               0 AS credits_pending, 0 AS credits_posted FROM effect
        UNION ALL
        SELECT shard, credit, 0, 0, pending, posted FROM effect
    ), total AS (
        SELECT shard, number, sum(debits_pending)::bigint AS debits_pending,
               sum(debits_posted)::bigint AS debits_posted,
               sum(credits_pending)::bigint AS credits_pending,
               sum(credits_posted)::bigint AS credits_posted
        FROM side GROUP BY shard, number
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

-- The sums move by what all rows have now less what they had: no need to match the two.
CREATE OR REPLACE FUNCTION commonwheel.sum_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Once for each rider and week that a statement touched, not for each ride. The store changes all rides of
-- a batch in one statement, so nothing has to wait for the end of the transaction: what was refused
-- there is refused here.
DROP TRIGGER within_caps ON commonwheel.ride;
CREATE OR REPLACE FUNCTION commonwheel.refuse_over_cap() RETURNS trigger LANGUAGE plpgsql AS $$
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
