-- The register of incidents is kept by people: in QGIS, or on a plain connection.

GRANT SELECT, INSERT ON commonwheel.incident TO commonwheel_gis_editor;
GRANT UPDATE (begun_at, ended_at, note) ON commonwheel.incident TO commonwheel_gis_editor;
REVOKE INSERT, UPDATE ON commonwheel.incident FROM commonwheel_dispatcher;
COMMENT ON TABLE commonwheel.incident IS 'A register that officers keep by hand';

-- What was entered before is let stand.
ALTER TABLE commonwheel.incident ADD CONSTRAINT of_the_fleet
    FOREIGN KEY (shard, vehicle) REFERENCES commonwheel.vehicle NOT VALID;
