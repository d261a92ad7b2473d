extension Schema {
    /// Versions that changes are made from, where the archived part of the audit ends, and which sessions ended first; which
    /// master key the database belongs to, and under which URL people reach the server.
    static let version9 = """
        ALTER TABLE partner_groups ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE roles ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

        CREATE TABLE archived_audit (
            chain INTEGER PRIMARY KEY,
            id INTEGER NOT NULL,
            hash BLOB NOT NULL
        );

        CREATE INDEX ended_sessions ON sessions (ended_at) WHERE is_open = 0;

        ALTER TABLE store ADD COLUMN key_check BLOB;
        ALTER TABLE store ADD COLUMN public_url TEXT;
        """

    /// SAML providers, and users who are made when they sign in.
    static let version10 = """
        ALTER TABLE identity_providers ADD COLUMN saml TEXT;
        ALTER TABLE identity_providers ADD COLUMN enrolment TEXT;
        """

    /// Second factors beside the password.
    static let version11 = """
        ALTER TABLE partner_groups ADD COLUMN second_factor TEXT NOT NULL DEFAULT 'optional';
        ALTER TABLE users ADD COLUMN second_factor INTEGER;

        CREATE TABLE second_factors (
            user_id INTEGER PRIMARY KEY REFERENCES users,
            id INTEGER NOT NULL,
            codes BLOB NOT NULL,
            recovery_digests BLOB NOT NULL,
            created_at INTEGER NOT NULL
        );
        """

    /// Signed checkpoints of the audit.
    static let version12 = """
        CREATE TABLE audit_checkpoints (
            number INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            is_full INTEGER NOT NULL,
            previous BLOB NOT NULL,
            heads BLOB NOT NULL,
            signature BLOB NOT NULL
        );
        """

    /// Security keys as second factors.
    static let version13 = """
        ALTER TABLE partner_groups ADD COLUMN security_keys TEXT NOT NULL DEFAULT 'optional';
        ALTER TABLE users ADD COLUMN security_keys INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE second_factors ADD COLUMN id_without_app INTEGER;

        CREATE TABLE security_keys (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
            credential_id BLOB NOT NULL UNIQUE,
            public_key BLOB NOT NULL,
            algorithm INTEGER NOT NULL,
            counter INTEGER NOT NULL,
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER
        );
        CREATE INDEX security_keys_by_user ON security_keys (user_id);
        """

    /// A user who is named by an e-mail address: at a sign-in of a provider, for a forgotten password, in a filter.
    static let version14 = """
        CREATE INDEX users_by_email ON users (partner_id, lower(email));
        """

    /// The agents who are in a session besides the one whom it had first.
    static let version15 = """
        ALTER TABLE sessions ADD COLUMN other_agents TEXT NOT NULL DEFAULT '';
        CREATE INDEX sessions_with_others ON sessions (partner_id) WHERE is_open = 1 AND other_agents <> '';
        """

    /// What a group has masked on its visitors' pages.
    static let version16 = """
        ALTER TABLE partner_groups ADD COLUMN masks TEXT NOT NULL DEFAULT '';
        ALTER TABLE partner_groups ADD COLUMN masks_everything INTEGER NOT NULL DEFAULT 0;
        """

    /// Users whose state, password or role has changed: servers read it every second (`rightsChanges`).
    ///
    /// Written by the table itself, so that no change can forget it; kept for an hour. Who is removed was marked as deleted before, or
    /// goes with their group, which raises the revision.
    static let version17 = """
        CREATE TABLE user_changes (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL,
            changed_at INTEGER NOT NULL
        );
        CREATE TRIGGER user_changed AFTER UPDATE OF state, password_hash, role_id ON users
        WHEN OLD.state IS NOT NEW.state OR OLD.password_hash IS NOT NEW.password_hash OR OLD.role_id IS NOT NEW.role_id
        BEGIN
            INSERT INTO user_changes (user_id, changed_at) VALUES (NEW.id, CAST(strftime('%s', 'now') AS INTEGER));
        END;
        CREATE INDEX user_changes_by_time ON user_changes (changed_at);
        """
}
