-- Schema 1 as the first release made it, frozen. Never edited.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE ledger_entry (
    number INTEGER NOT NULL,
    body BLOB NOT NULL,
    leaf BLOB NOT NULL,
    CONSTRAINT pk_ledger_entry PRIMARY KEY (number)
);
CREATE TABLE ledger_node (
    level INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT pk_ledger_node PRIMARY KEY (level, "index")
)
 WITHOUT ROWID;
CREATE TABLE checkpoint (
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    CONSTRAINT pk_checkpoint PRIMARY KEY (size)
);
CREATE TABLE station (
    id VARCHAR NOT NULL,
    ledger_key VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_station PRIMARY KEY (entry),
    CONSTRAINT fk_station_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_station_id UNIQUE (id)
);
CREATE TABLE camera (
    id VARCHAR(32) NOT NULL,
    vendor_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    make VARCHAR,
    model VARCHAR,
    serial VARCHAR,
    usb_path VARCHAR,
    model_file VARCHAR NOT NULL,
    "virtual" BOOLEAN NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_camera PRIMARY KEY (entry),
    CONSTRAINT ck_camera_one_key CHECK ((serial IS NULL) <> (usb_path IS NULL)),
    CONSTRAINT fk_camera_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_camera_id UNIQUE (id)
);
CREATE TABLE bay (
    name VARCHAR NOT NULL,
    usb_path VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_bay PRIMARY KEY (entry),
    CONSTRAINT fk_bay_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_bay_name UNIQUE (name),
    CONSTRAINT uq_bay_usb_path UNIQUE (usb_path)
);
CREATE TABLE acceptance (
    vendor_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    serial VARCHAR,
    usb_path VARCHAR,
    "virtual" BOOLEAN NOT NULL,
    "by" VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_acceptance PRIMARY KEY (entry),
    CONSTRAINT ck_acceptance_one_key CHECK ((serial IS NULL) <> (usb_path IS NULL)),
    CONSTRAINT fk_acceptance_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE docking (
    id VARCHAR(32) NOT NULL,
    station VARCHAR NOT NULL,
    camera VARCHAR(32) NOT NULL,
    bay VARCHAR NOT NULL,
    usb_path VARCHAR NOT NULL,
    firmware VARCHAR,
    battery_percent INTEGER,
    clock_offset_s DOUBLE,
    holder VARCHAR,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_docking PRIMARY KEY (entry),
    CONSTRAINT ck_docking_battery CHECK (battery_percent BETWEEN 0 AND 100),
    CONSTRAINT fk_docking_camera FOREIGN KEY(camera) REFERENCES camera (id),
    CONSTRAINT fk_docking_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_docking_station FOREIGN KEY(station) REFERENCES station (id),
    CONSTRAINT uq_docking_id UNIQUE (id)
);
CREATE TABLE docking_end (
    docking VARCHAR(32) NOT NULL,
    outcome VARCHAR NOT NULL,
    failed INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_docking_end PRIMARY KEY (entry),
    CONSTRAINT fk_docking_end_docking FOREIGN KEY(docking) REFERENCES docking (id),
    CONSTRAINT fk_docking_end_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_docking_end_docking UNIQUE (docking)
);
CREATE TABLE recording (
    id VARCHAR(32) NOT NULL,
    at VARCHAR NOT NULL,
    docking VARCHAR(32) NOT NULL,
    camera VARCHAR(32) NOT NULL,
    folder VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    modified VARCHAR,
    captured VARCHAR,
    persistent_id VARCHAR,
    clock_offset_s DOUBLE,
    officer VARCHAR,
    critical BOOLEAN NOT NULL,
    CONSTRAINT pk_recording PRIMARY KEY (id),
    CONSTRAINT ck_recording_size CHECK (size BETWEEN 0 AND 9007199254740991),
    CONSTRAINT fk_recording_camera FOREIGN KEY(camera) REFERENCES camera (id),
    CONSTRAINT fk_recording_docking FOREIGN KEY(docking) REFERENCES docking (id)
);
CREATE TABLE seal (
    recording VARCHAR(32) NOT NULL,
    docking VARCHAR(32) NOT NULL,
    size INTEGER NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    key_sha256 VARCHAR(64) NOT NULL,
    payload_sha256 VARCHAR(64) NOT NULL,
    payload_size INTEGER NOT NULL,
    partial BOOLEAN NOT NULL,
    flags VARCHAR NOT NULL,
    recorded_at VARCHAR,
    started_at VARCHAR,
    seconds DOUBLE,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_seal PRIMARY KEY (entry),
    CONSTRAINT ck_seal_hash CHECK (length(sha256) = 64 AND length(key_sha256) = 64 AND length(payload_sha256) = 64),
    CONSTRAINT ck_seal_sizes CHECK (size >= 0 AND payload_size > 0),
    CONSTRAINT fk_seal_docking FOREIGN KEY(docking) REFERENCES docking (id),
    CONSTRAINT fk_seal_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_seal_recording FOREIGN KEY(recording) REFERENCES recording (id),
    CONSTRAINT uq_seal_recording UNIQUE (recording)
);
CREATE TABLE release (
    recording VARCHAR(32) NOT NULL,
    docking VARCHAR(32) NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_release PRIMARY KEY (entry),
    CONSTRAINT fk_release_docking FOREIGN KEY(docking) REFERENCES docking (id),
    CONSTRAINT fk_release_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_release_recording FOREIGN KEY(recording) REFERENCES seal (recording)
);
CREATE TABLE not_released (
    recording VARCHAR(32) NOT NULL,
    code VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_not_released PRIMARY KEY (entry),
    CONSTRAINT fk_not_released_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_not_released_recording FOREIGN KEY(recording) REFERENCES recording (id)
);
CREATE TABLE alarm (
    camera VARCHAR(32),
    docking VARCHAR(32),
    code VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_alarm PRIMARY KEY (entry),
    CONSTRAINT fk_alarm_camera FOREIGN KEY(camera) REFERENCES camera (id),
    CONSTRAINT fk_alarm_docking FOREIGN KEY(docking) REFERENCES docking (id),
    CONSTRAINT fk_alarm_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE opening (
    recording VARCHAR(32) NOT NULL,
    "by" VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_opening PRIMARY KEY (entry),
    CONSTRAINT fk_opening_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_opening_recording FOREIGN KEY(recording) REFERENCES seal (recording)
);
CREATE TABLE key_added (
    recipient VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_key_added PRIMARY KEY (entry),
    CONSTRAINT fk_key_added_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE verification (
    "by" VARCHAR NOT NULL,
    result VARCHAR NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_verification PRIMARY KEY (entry),
    CONSTRAINT fk_verification_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE export (
    "by" VARCHAR NOT NULL,
    verifier VARCHAR(64) NOT NULL,
    entry INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    CONSTRAINT pk_export PRIMARY KEY (entry),
    CONSTRAINT fk_export_entry FOREIGN KEY(entry) REFERENCES ledger_entry (number) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX uq_camera_serial ON camera (vendor_id, product_id, serial, "virtual") WHERE serial IS NOT NULL;
CREATE UNIQUE INDEX uq_camera_usb_path ON camera (vendor_id, product_id, usb_path, "virtual") WHERE usb_path IS NOT NULL;
CREATE INDEX ix_acceptance_ids ON acceptance (vendor_id, product_id);
CREATE INDEX ix_docking_camera ON docking (camera);
CREATE INDEX ix_recording_at ON recording (at, id);
CREATE INDEX ix_recording_docking ON recording (docking);
CREATE INDEX ix_recording_found ON recording (camera, folder, name);
CREATE INDEX ix_seal_sha256 ON seal (sha256);
CREATE INDEX ix_release_recording ON release (recording);
CREATE INDEX ix_not_released_recording ON not_released (recording);
CREATE INDEX ix_opening_recording ON opening (recording);
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON "ledger_entry" BEGIN SELECT RAISE(ABORT, 'rows of ledger_entry are never changed or deleted'); END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON "ledger_entry" BEGIN SELECT RAISE(ABORT, 'rows of ledger_entry are never changed or deleted'); END;
CREATE TRIGGER ledger_node_no_update BEFORE UPDATE ON "ledger_node" BEGIN SELECT RAISE(ABORT, 'rows of ledger_node are never changed or deleted'); END;
CREATE TRIGGER ledger_node_no_delete BEFORE DELETE ON "ledger_node" BEGIN SELECT RAISE(ABORT, 'rows of ledger_node are never changed or deleted'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON "checkpoint" BEGIN SELECT RAISE(ABORT, 'rows of checkpoint are never changed or deleted'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON "checkpoint" BEGIN SELECT RAISE(ABORT, 'rows of checkpoint are never changed or deleted'); END;
CREATE TRIGGER station_no_update BEFORE UPDATE ON "station" BEGIN SELECT RAISE(ABORT, 'rows of station are never changed or deleted'); END;
CREATE TRIGGER station_no_delete BEFORE DELETE ON "station" BEGIN SELECT RAISE(ABORT, 'rows of station are never changed or deleted'); END;
CREATE TRIGGER camera_no_update BEFORE UPDATE ON "camera" BEGIN SELECT RAISE(ABORT, 'rows of camera are never changed or deleted'); END;
CREATE TRIGGER camera_no_delete BEFORE DELETE ON "camera" BEGIN SELECT RAISE(ABORT, 'rows of camera are never changed or deleted'); END;
CREATE TRIGGER bay_no_update BEFORE UPDATE ON "bay" BEGIN SELECT RAISE(ABORT, 'rows of bay are never changed or deleted'); END;
CREATE TRIGGER bay_no_delete BEFORE DELETE ON "bay" BEGIN SELECT RAISE(ABORT, 'rows of bay are never changed or deleted'); END;
CREATE TRIGGER acceptance_no_update BEFORE UPDATE ON "acceptance" BEGIN SELECT RAISE(ABORT, 'rows of acceptance are never changed or deleted'); END;
CREATE TRIGGER acceptance_no_delete BEFORE DELETE ON "acceptance" BEGIN SELECT RAISE(ABORT, 'rows of acceptance are never changed or deleted'); END;
CREATE TRIGGER docking_no_update BEFORE UPDATE ON "docking" BEGIN SELECT RAISE(ABORT, 'rows of docking are never changed or deleted'); END;
CREATE TRIGGER docking_no_delete BEFORE DELETE ON "docking" BEGIN SELECT RAISE(ABORT, 'rows of docking are never changed or deleted'); END;
CREATE TRIGGER docking_end_no_update BEFORE UPDATE ON "docking_end" BEGIN SELECT RAISE(ABORT, 'rows of docking_end are never changed or deleted'); END;
CREATE TRIGGER docking_end_no_delete BEFORE DELETE ON "docking_end" BEGIN SELECT RAISE(ABORT, 'rows of docking_end are never changed or deleted'); END;
CREATE TRIGGER recording_no_update BEFORE UPDATE ON "recording" BEGIN SELECT RAISE(ABORT, 'rows of recording are never changed or deleted'); END;
CREATE TRIGGER recording_no_delete BEFORE DELETE ON "recording" BEGIN SELECT RAISE(ABORT, 'rows of recording are never changed or deleted'); END;
CREATE TRIGGER seal_no_update BEFORE UPDATE ON "seal" BEGIN SELECT RAISE(ABORT, 'rows of seal are never changed or deleted'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON "seal" BEGIN SELECT RAISE(ABORT, 'rows of seal are never changed or deleted'); END;
CREATE TRIGGER release_no_update BEFORE UPDATE ON "release" BEGIN SELECT RAISE(ABORT, 'rows of release are never changed or deleted'); END;
CREATE TRIGGER release_no_delete BEFORE DELETE ON "release" BEGIN SELECT RAISE(ABORT, 'rows of release are never changed or deleted'); END;
CREATE TRIGGER not_released_no_update BEFORE UPDATE ON "not_released" BEGIN SELECT RAISE(ABORT, 'rows of not_released are never changed or deleted'); END;
CREATE TRIGGER not_released_no_delete BEFORE DELETE ON "not_released" BEGIN SELECT RAISE(ABORT, 'rows of not_released are never changed or deleted'); END;
CREATE TRIGGER alarm_no_update BEFORE UPDATE ON "alarm" BEGIN SELECT RAISE(ABORT, 'rows of alarm are never changed or deleted'); END;
CREATE TRIGGER alarm_no_delete BEFORE DELETE ON "alarm" BEGIN SELECT RAISE(ABORT, 'rows of alarm are never changed or deleted'); END;
CREATE TRIGGER opening_no_update BEFORE UPDATE ON "opening" BEGIN SELECT RAISE(ABORT, 'rows of opening are never changed or deleted'); END;
CREATE TRIGGER opening_no_delete BEFORE DELETE ON "opening" BEGIN SELECT RAISE(ABORT, 'rows of opening are never changed or deleted'); END;
CREATE TRIGGER key_added_no_update BEFORE UPDATE ON "key_added" BEGIN SELECT RAISE(ABORT, 'rows of key_added are never changed or deleted'); END;
CREATE TRIGGER key_added_no_delete BEFORE DELETE ON "key_added" BEGIN SELECT RAISE(ABORT, 'rows of key_added are never changed or deleted'); END;
CREATE TRIGGER verification_no_update BEFORE UPDATE ON "verification" BEGIN SELECT RAISE(ABORT, 'rows of verification are never changed or deleted'); END;
CREATE TRIGGER verification_no_delete BEFORE DELETE ON "verification" BEGIN SELECT RAISE(ABORT, 'rows of verification are never changed or deleted'); END;
CREATE TRIGGER export_no_update BEFORE UPDATE ON "export" BEGIN SELECT RAISE(ABORT, 'rows of export are never changed or deleted'); END;
CREATE TRIGGER export_no_delete BEFORE DELETE ON "export" BEGIN SELECT RAISE(ABORT, 'rows of export are never changed or deleted'); END;
CREATE TRIGGER recording_never_mixes BEFORE INSERT ON recording
        WHEN (SELECT virtual FROM camera WHERE id = NEW.camera)
          <> (SELECT c.virtual FROM recording r JOIN camera c ON c.id = r.camera LIMIT 1)
        BEGIN SELECT RAISE(ABORT, 'try-out and evidence never mix in one home'); END;
INSERT INTO alembic_version VALUES ('0001');
PRAGMA user_version=1;
