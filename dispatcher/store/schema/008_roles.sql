-- Who may do what. Four roles that nobody logs in as: a login is made a member of one of them,
-- CREATE ROLE anna LOGIN PASSWORD '..' IN ROLE commonwheel_gis_editor. Roles belong to the whole
-- database server, so one that is there already is taken as it is.
--
--   commonwheel_dispatcher  writes facts and what follows from them; changes no transfer
--   commonwheel_analyst     reads, but not the audit, facts' bodies, riders' rows and payments
--   commonwheel_gis_editor  edits drafts and sees what they touch; no rides, no money
--   commonwheel_auditor     reads everything, and checks the ledger

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY '{dispatcher,analyst,gis_editor,auditor}'::text[] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonwheel_' || role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', 'commonwheel_' || role);
        END IF;
    END LOOP;
END $$;
COMMENT ON ROLE commonwheel_dispatcher IS 'Commonwheel: writes facts and what follows from them';
COMMENT ON ROLE commonwheel_analyst IS
    'Commonwheel: reads, without the audit and the facts'' bodies';
COMMENT ON ROLE commonwheel_gis_editor IS 'Commonwheel: edits drafts of zones, kerbs and closures';
COMMENT ON ROLE commonwheel_auditor IS 'Commonwheel: reads everything and checks the ledger';

REVOKE ALL ON SCHEMA commonwheel FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA commonwheel FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA commonwheel FROM PUBLIC;
GRANT USAGE ON SCHEMA commonwheel TO commonwheel_dispatcher, commonwheel_analyst,
    commonwheel_gis_editor, commonwheel_auditor;

-- Balances, partitions and what is published change by these functions only, with their owner's
-- rights. Names in them are found where nobody but the owner can make any.
ALTER FUNCTION commonwheel.post_transfers() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION commonwheel.make_track_day(date) SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION commonwheel.take_draft() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION commonwheel.take_answer() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION commonwheel.import_wards(smallint, text)
    SECURITY DEFINER SET search_path = public, pg_temp;

-- ---- the dispatcher -----------------------------------------------------------------------------

GRANT SELECT ON ALL TABLES IN SCHEMA commonwheel TO commonwheel_dispatcher;
GRANT INSERT ON commonwheel.fact, commonwheel.policy, commonwheel.refusal, commonwheel.work,
    commonwheel.audit, commonwheel.track, commonwheel.transfer, commonwheel.bank_receipt,
    commonwheel.cap_limit
    TO commonwheel_dispatcher;
GRANT UPDATE (until_day) ON commonwheel.cap_limit TO commonwheel_dispatcher;
GRANT INSERT, UPDATE ON commonwheel.rider, commonwheel.vehicle, commonwheel.ride, commonwheel.visit,
    commonwheel.closure, commonwheel.payment, commonwheel.settlement,
    commonwheel.shard_lease TO commonwheel_dispatcher;
GRANT INSERT, DELETE ON commonwheel.snapshot TO commonwheel_dispatcher;
GRANT INSERT, UPDATE, DELETE ON commonwheel.charger, commonwheel.road_network, commonwheel.road,
    commonwheel.summary_day, commonwheel.ward_hour, commonwheel.zone_day, commonwheel.drive_cell,
    commonwheel.kerb_hour, commonwheel.journey, commonwheel.unmet,
    commonwheel.ledger_checkpoint TO commonwheel_dispatcher;
GRANT UPDATE (status, outcome, answered_at) ON commonwheel.command TO commonwheel_dispatcher;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA commonwheel TO commonwheel_dispatcher;
REVOKE EXECUTE ON FUNCTION commonwheel.set_service_area(smallint, text, text, text),
    commonwheel.import_wards(smallint, text) FROM commonwheel_dispatcher;

-- ---- people -------------------------------------------------------------------------------------

GRANT SELECT ON ALL TABLES IN SCHEMA commonwheel TO commonwheel_auditor;

GRANT SELECT ON ALL TABLES IN SCHEMA commonwheel TO commonwheel_analyst;
REVOKE SELECT ON commonwheel.audit, commonwheel.fact, commonwheel.snapshot, commonwheel.shard_lease,
    commonwheel.command, commonwheel.rider, commonwheel.payment, commonwheel.bank_receipt,
    commonwheel.zone_draft, commonwheel.kerb_draft, commonwheel.closure_draft,
    commonwheel.draft_problem FROM commonwheel_analyst;
GRANT SELECT (shard, seq, kind, at) ON commonwheel.fact TO commonwheel_analyst;

GRANT SELECT ON commonwheel.service_area, commonwheel.zone, commonwheel.kerb, commonwheel.ward,
    commonwheel.charger, commonwheel.road_network, commonwheel.road, commonwheel.closure,
    commonwheel.command, commonwheel.draft_problem TO commonwheel_gis_editor;
GRANT SELECT, INSERT, UPDATE, DELETE ON commonwheel.zone_draft, commonwheel.kerb_draft,
    commonwheel.closure_draft TO commonwheel_gis_editor;
GRANT SELECT, INSERT ON commonwheel.incident TO commonwheel_gis_editor;
GRANT UPDATE (begun_at, ended_at, note) ON commonwheel.incident TO commonwheel_gis_editor;
-- QGIS may ask for the next id itself.
GRANT USAGE ON SEQUENCE commonwheel.zone_draft_id_seq, commonwheel.kerb_draft_id_seq,
    commonwheel.closure_draft_id_seq TO commonwheel_gis_editor;

-- Functions that only read run with the rights of who asks, so they give nothing away.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN SELECT oid::regprocedure FROM pg_proc
               WHERE pronamespace = 'commonwheel'::regnamespace AND NOT prosecdef AND
                     provolatile <> 'v' AND prorettype <> 'trigger'::regtype LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO commonwheel_analyst, commonwheel_auditor,
                        commonwheel_gis_editor', one);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION commonwheel.publish(text, bigint), commonwheel.import_wards(smallint,
    text)
    TO commonwheel_gis_editor;
