-- Payments and settlements, and how the store fills them.

CREATE TABLE commonwheel.payment (
    shard        smallint    NOT NULL,
    number       bigint      NOT NULL CHECK (number > 0),
    rider        uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('bill', 'collect', 'set_up', 'refund', 'end')),
    state        text        NOT NULL CHECK (state IN ('due', 'submitted', 'done', 'failed')),
    travel_day   date        NOT NULL,
    amount_pence bigint      NOT NULL CHECK (amount_pence >= 0),
    reference    text        NOT NULL DEFAULT '',
    code         text        NOT NULL DEFAULT '',
    transfer     bigint,
    due_at       timestamptz NOT NULL,
    changed_at   timestamptz,
    PRIMARY KEY (shard, number),
    FOREIGN KEY (shard, rider) REFERENCES commonwheel.rider,
    CONSTRAINT paid_when_done CHECK (transfer IS NULL OR state = 'done')
);
COMMENT ON TABLE commonwheel.payment IS
    'What riders were asked for, or are given back; no card, name or address is held anywhere';
COMMENT ON COLUMN commonwheel.payment.travel_day IS 'Up to whose end it counts';
COMMENT ON COLUMN commonwheel.payment.reference IS 'The provider''s own name for it';
COMMENT ON COLUMN commonwheel.payment.code IS 'Of a failure, in the provider''s words';
COMMENT ON COLUMN commonwheel.payment.transfer IS 'That moved the money in the ledger';
CREATE INDEX payment_rider ON commonwheel.payment (shard, rider);

CREATE TABLE commonwheel.bank_receipt (
    shard          smallint    NOT NULL,
    seq            bigint      NOT NULL,
    rider          uuid        NOT NULL,
    amount_pence   bigint      NOT NULL CHECK (amount_pence > 0),
    bank_reference text        NOT NULL,
    transfer       bigint      NOT NULL,
    recorded_by    uuid        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (shard, seq),
    FOREIGN KEY (shard, rider) REFERENCES commonwheel.rider
);
COMMENT ON TABLE commonwheel.bank_receipt IS 'Money that came in by bank, as finance recorded it';

CREATE TABLE commonwheel.settlement (
    shard         smallint    NOT NULL,
    month         date        NOT NULL CHECK (extract(day FROM month) = 1),
    income_pence  bigint      NOT NULL,
    cost_pence    bigint      NOT NULL,
    result_pence  bigint      NOT NULL CHECK (result_pence = income_pence - cost_pence),
    carried_pence bigint      NOT NULL,
    policy        integer     NOT NULL,
    lines         jsonb       NOT NULL,
    proposed_by   uuid        NOT NULL,
    proposed_at   timestamptz NOT NULL,
    approved_by   uuid,
    approved_at   timestamptz,
    PRIMARY KEY (shard, month),
    CONSTRAINT two_people CHECK (approved_by <> proposed_by)
);
COMMENT ON TABLE commonwheel.settlement IS
    'What each month earned less what it cost, and where it went: as last proposed, and once approved for ever';
COMMENT ON COLUMN commonwheel.settlement.month IS 'Its first day';
COMMENT ON COLUMN commonwheel.settlement.carried_pence IS 'Of a loss: into the months that follow';
COMMENT ON COLUMN commonwheel.settlement.lines IS
    'Of the waterfall, in order: [{"name": "renewals", "pence": 120000}, ..]';

CREATE FUNCTION commonwheel.refuse_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the month % is settled', OLD.month USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER settled BEFORE UPDATE OR DELETE ON commonwheel.settlement
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION commonwheel.refuse_settled();

-- A policy's caps are known while it runs alone. For one that is not known no cap is the highest, so
-- that the net under the caps (commonwheel.highest_caps) holds nothing against its rides, until a week after
-- the next one is adopted.
CREATE FUNCTION commonwheel.take_policies(of_shard smallint, numbers integer[], hashes bytea[],
    ids text[], names text[], ats timestamptz[], known boolean[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commonwheel.policy (shard, number, hash, id, name, adopted_at)
        SELECT of_shard, * FROM unnest(numbers, hashes, ids, names, ats);
    UPDATE commonwheel.cap_limit c SET until_day = n.day + 7
        FROM (SELECT min(number) AS number, min(at)::date AS day
              FROM unnest(numbers, ats) AS given (number, at)) n
        WHERE c.shard = of_shard AND c.day_pence IS NULL AND c.week_pence IS NULL AND
              c.until_day IS NULL AND c.policy < n.number;
    INSERT INTO commonwheel.cap_limit (shard, policy, class, from_day)
        SELECT of_shard, number, 0, at::date - 7
        FROM unnest(numbers, ats, known) AS given (number, at, is_known) WHERE NOT is_known;
END $$;
COMMENT ON FUNCTION commonwheel.take_policies(smallint, integer[], bytea[], text[], text[], timestamptz[], boolean[]) IS
    'How the store fills policy, and the caps of the one that runs';

-- A change names its payment alone; what it moves is the payment's.
CREATE FUNCTION commonwheel.take_payments(of_shard smallint, numbers bigint[], states text[],
    riders uuid[], kinds text[], days date[], amounts bigint[], ats timestamptz[], refs text[],
    codes text[], transfers bigint[], seqs bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    i integer;
    paid commonwheel.payment;
    account integer;
BEGIN
    FOR i IN 1 .. cardinality(numbers) LOOP
        IF states[i] = 'due' THEN
            INSERT INTO commonwheel.payment (shard, number, rider, kind, state, travel_day,
                                             amount_pence, due_at)
                VALUES (of_shard, numbers[i], riders[i], kinds[i], 'due', days[i], amounts[i],
                        ats[i]);
            CONTINUE;
        END IF;
        UPDATE commonwheel.payment SET state = states[i], changed_at = ats[i],
                reference = coalesce(nullif(refs[i], ''), reference), code = codes[i],
                transfer = coalesce(nullif(transfers[i], 0), transfer)
            WHERE shard = of_shard AND number = numbers[i] RETURNING * INTO paid;
        CONTINUE WHEN transfers[i] = 0;
        SELECT 256 + r.number INTO account FROM commonwheel.rider r
            WHERE r.shard = of_shard AND r.id = paid.rider;
        INSERT INTO commonwheel.transfer (shard, id, seq, at, kind, debit, credit, amount_pence,
                                          linked)
            VALUES (of_shard, transfers[i], seqs[i], ats[i], 'move',
                    CASE WHEN paid.kind = 'refund' THEN account ELSE 25 END,
                    CASE WHEN paid.kind = 'refund' THEN 25 ELSE account END, paid.amount_pence,
                    false);
    END LOOP;
END $$;
COMMENT ON FUNCTION commonwheel.take_payments(smallint, bigint[], text[], uuid[], text[], date[], bigint[], timestamptz[], text[], text[], bigint[], bigint[]) IS
    'How the store fills payment: as they become due, and what becomes of them';

CREATE FUNCTION commonwheel.take_receipts(of_shard smallint, seqs bigint[], riders uuid[],
    amounts bigint[], refs text[], transfers bigint[], bys uuid[], ats timestamptz[])
    RETURNS void LANGUAGE sql AS $$
    INSERT INTO commonwheel.bank_receipt
        SELECT of_shard, * FROM unnest(seqs, riders, amounts, refs, transfers, bys, ats);
    INSERT INTO commonwheel.transfer (shard, id, seq, at, kind, debit, credit, amount_pence, linked)
        SELECT of_shard, g.id, g.seq, g.at, 'move', 25, 256 + r.number, g.amount, false
        FROM unnest(seqs, riders, amounts, transfers, ats) AS g (seq, rider, amount, id, at)
        JOIN commonwheel.rider r ON r.shard = of_shard AND r.id = g.rider
$$;
COMMENT ON FUNCTION commonwheel.take_receipts(smallint, bigint[], uuid[], bigint[], text[], bigint[], uuid[], timestamptz[]) IS
    'How the store fills bank_receipt';

CREATE FUNCTION commonwheel.take_settlements(of_shard smallint, months date[], approvals boolean[],
    bys uuid[], ats timestamptz[], incomes bigint[], costs bigint[], results bigint[],
    carried bigint[], policies integer[], outcomes text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    i integer;
BEGIN
    FOR i IN 1 .. cardinality(months) LOOP
        IF approvals[i] THEN
            UPDATE commonwheel.settlement SET approved_by = bys[i], approved_at = ats[i]
                WHERE shard = of_shard AND month = months[i];
        ELSE
            INSERT INTO commonwheel.settlement (shard, month, income_pence, cost_pence, result_pence,
                    carried_pence, policy, lines, proposed_by, proposed_at)
                VALUES (of_shard, months[i], incomes[i], costs[i], results[i], carried[i],
                        policies[i], outcomes[i]::jsonb, bys[i], ats[i])
                ON CONFLICT (shard, month) DO UPDATE SET income_pence = excluded.income_pence,
                    cost_pence = excluded.cost_pence, result_pence = excluded.result_pence,
                    carried_pence = excluded.carried_pence, policy = excluded.policy,
                    lines = excluded.lines, proposed_by = excluded.proposed_by,
                    proposed_at = excluded.proposed_at;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION commonwheel.take_settlements(smallint, date[], boolean[], uuid[], timestamptz[], bigint[], bigint[], bigint[], bigint[], integer[], text[]) IS
    'How the store fills settlement: proposals, and approvals of the last one';
