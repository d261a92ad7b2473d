extension Schema {
    /// Versions that changes are made from, where the archived part of each audit chain ends, which sessions ended first,
    /// and under which URL people reach the servers.
    static let version2 = """
        ALTER TABLE partner_groups ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

        ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

        ALTER TABLE roles ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

        CREATE TABLE archived_audit (
            chain BIGINT PRIMARY KEY,
            id BIGINT NOT NULL,
            hash BYTEA NOT NULL
        );

        CREATE INDEX ended_sessions ON sessions (ended_at) WHERE is_open = 0;

        ALTER TABLE store ADD COLUMN public_url TEXT;

        """

    /// SAML providers, and users who are made when they sign in.
    static let version3 = """
        ALTER TABLE identity_providers ADD COLUMN saml TEXT COLLATE "C";

        ALTER TABLE identity_providers ADD COLUMN enrolment TEXT COLLATE "C";

        """

    /// Second factors beside the password.
    static let version4 = """
        ALTER TABLE partner_groups ADD COLUMN second_factor TEXT COLLATE "C" NOT NULL DEFAULT 'optional';

        ALTER TABLE users ADD COLUMN second_factor BIGINT;

        CREATE TABLE second_factors (
            user_id BIGINT PRIMARY KEY REFERENCES users,
            id BIGINT NOT NULL,
            codes BYTEA NOT NULL,
            recovery_digests BYTEA NOT NULL,
            created_at BIGINT NOT NULL
        );

        """

    /// Signed checkpoints of the audit.
    static let version5 = """
        CREATE TABLE audit_checkpoints (
            number BIGINT PRIMARY KEY,
            time BIGINT NOT NULL,
            is_full INTEGER NOT NULL,
            previous BYTEA NOT NULL,
            heads BYTEA NOT NULL,
            signature BYTEA NOT NULL
        );

        """

    /// Security keys as second factors.
    ///
    /// Nodes of the version before take a second factor without an app for one whose codes nobody has, and delete a user
    /// without their keys, which go with the row then.
    static let version6 = """
        ALTER TABLE partner_groups ADD COLUMN security_keys TEXT COLLATE "C" NOT NULL DEFAULT 'optional';

        ALTER TABLE users ADD COLUMN security_keys BIGINT NOT NULL DEFAULT 0;

        ALTER TABLE second_factors ADD COLUMN id_without_app BIGINT;

        CREATE TABLE security_keys (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            user_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
            credential_id BYTEA NOT NULL UNIQUE,
            public_key BYTEA NOT NULL,
            algorithm BIGINT NOT NULL,
            counter BIGINT NOT NULL,
            name TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            last_used_at BIGINT
        );

        CREATE INDEX security_keys_by_user ON security_keys (user_id);

        """

    /// A user who is named by an e-mail address: at a sign-in of a provider, for a forgotten password, in a filter.
    ///
    /// While it is made, changes of users wait, and nothing else does: a sign-in only reads them.
    static let version7 = """
        CREATE INDEX users_by_email ON users (partner_id, lower(email));

        """

    /// The agents who are in a session besides the one whom it had first, and how far the store's own clock has come.
    ///
    /// Nodes of the version before make sessions without others, and change none; they move no clock. Can be made again.
    static let version8 = """
        ALTER TABLE sessions ADD COLUMN IF NOT EXISTS other_agents TEXT COLLATE "C" NOT NULL DEFAULT '';

        CREATE INDEX sessions_with_others ON sessions (partner_id) WHERE is_open = 1 AND other_agents <> '';

        CREATE TABLE IF NOT EXISTS store_clock (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            seconds BIGINT NOT NULL
        );

        INSERT INTO store_clock (only_row, seconds) VALUES (1, extract(epoch FROM now())::bigint) ON CONFLICT DO NOTHING;

        """

    /// What a group has masked on its visitors' pages.
    ///
    /// Nodes of the version before know no masks: whatever they change of a group leaves them as they are. Can be made again.
    static let version9 = """
        ALTER TABLE partner_groups ADD COLUMN IF NOT EXISTS masks TEXT COLLATE "C" NOT NULL DEFAULT '';

        ALTER TABLE partner_groups ADD COLUMN IF NOT EXISTS masks_everything INTEGER NOT NULL DEFAULT 0;

        """

    /// The audit by days, first step: up to when rows belong into the table that there is.
    ///
    /// A full week, as an update that is interrupted here must not stop anybody; where there are no rows yet, up to today.
    /// Nodes of the version before write on, in these three steps and after them.
    static let version10 = """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'audit_before' AND conrelid = 'audit'::regclass) THEN
                EXECUTE format(
                    'ALTER TABLE audit ADD CONSTRAINT audit_before CHECK (time < %s) NOT VALID',
                    (
                        extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC'))::bigint
                        + CASE WHEN EXISTS (SELECT FROM audit) THEN 7 * 86400 ELSE 0 END
                    ) * 1000
                );
            END IF;
        END $$;

        """

    /// The audit by days, second step: no row is younger.
    ///
    /// That takes its time where there are many, and holds up nobody.
    ///
    /// Rows from a clock that was wrong may be; the third step moves these.
    static let version11 = """
        DO $$ BEGIN
            ALTER TABLE audit VALIDATE CONSTRAINT audit_before;
        EXCEPTION WHEN check_violation THEN NULL;
        END $$;

        """

    /// The audit by days, third step: the table that there is becomes the first part of one that has a part for each day (``AuditDays``).
    ///
    /// Can be made again.
    static let version12 = """
        DO $$ DECLARE
            first_day bigint;
        BEGIN
            IF (SELECT relkind FROM pg_class WHERE oid = 'audit'::regclass) = 'p' THEN RETURN; END IF;
            SELECT substring(pg_get_constraintdef(oid) FROM '[0-9]{10,}')::bigint INTO STRICT first_day
                FROM pg_constraint WHERE conname = 'audit_before' AND conrelid = 'audit'::regclass;
            ALTER TABLE audit RENAME TO audit_before;
            CREATE TABLE audit (LIKE audit_before) PARTITION BY RANGE (time);
            CREATE TABLE audit_rest (LIKE audit_before INCLUDING INDEXES);
            WITH moved AS (DELETE FROM audit_before WHERE time >= first_day RETURNING *)
                INSERT INTO audit_rest SELECT * FROM moved;
            EXECUTE format(
                'ALTER TABLE audit ATTACH PARTITION audit_before FOR VALUES FROM (MINVALUE) TO (%s)', first_day
            );
            ALTER TABLE audit ATTACH PARTITION audit_rest DEFAULT;
        END $$;

        """

    /// Users whose state, password or role has changed: nodes read it every second (`rightsChanges`).
    ///
    /// Written by the table itself, so that no change can forget it, not even one by a node of the version before; kept for an hour. Who is
    /// removed was marked as deleted before, or goes with their group, which raises the revision.
    ///
    /// A position is the number of a transaction: unlike a sequence's, nobody who reads on from the oldest that is not over
    /// misses one that commits late. Can be made again.
    static let version13 = """
        CREATE TABLE IF NOT EXISTS user_changes (
            position BIGINT NOT NULL DEFAULT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT),
            user_id BIGINT NOT NULL,
            changed_at BIGINT NOT NULL DEFAULT CAST(extract(epoch FROM now()) AS BIGINT),
            PRIMARY KEY (position, user_id)
        );

        CREATE INDEX IF NOT EXISTS user_changes_by_time ON user_changes (changed_at);

        CREATE OR REPLACE FUNCTION note_user_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO user_changes (user_id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;

        CREATE OR REPLACE TRIGGER user_changed AFTER UPDATE OF state, password_hash, role_id ON users FOR EACH ROW
        WHEN ((OLD.state, OLD.password_hash, OLD.role_id) IS DISTINCT FROM (NEW.state, NEW.password_hash, NEW.role_id))
        EXECUTE FUNCTION note_user_change();

        """
}
