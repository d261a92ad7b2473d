extension Schema {
    /// Administrators, access tokens and identity providers, the visitor of a session, and what reports on sessions look for.
    static let version2 = """
        ALTER TABLE users ADD COLUMN is_administrator INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE users ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE users ADD COLUMN modified_at INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX users_by_role ON users (role_id) WHERE role_id IS NOT NULL;

        CREATE TABLE access_tokens (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users,
            digest BLOB NOT NULL UNIQUE,
            label TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            ends_at INTEGER
        );
        CREATE INDEX access_tokens_by_user ON access_tokens (user_id);

        CREATE TABLE identity_providers (
            issuer TEXT NOT NULL,
            audience TEXT NOT NULL,
            partner_id TEXT NOT NULL REFERENCES partner_groups,
            user_claim TEXT NOT NULL,
            key_set TEXT NOT NULL,
            PRIMARY KEY (issuer, audience)
        ) WITHOUT ROWID;

        ALTER TABLE sessions ADD COLUMN visitor_name TEXT NOT NULL DEFAULT '';
        ALTER TABLE sessions ADD COLUMN visitor_email TEXT NOT NULL DEFAULT '';
        ALTER TABLE sessions ADD COLUMN visitor_phone TEXT NOT NULL DEFAULT '';
        CREATE INDEX sessions_by_start ON sessions (partner_id, started_at);
        CREATE INDEX sessions_by_end ON sessions (partner_id, ended_at);
        CREATE INDEX sessions_by_agent ON sessions (partner_id, agent) WHERE is_open = 1;
        """

    /// The audit without `AUTOINCREMENT`: nothing is ever deleted there, and it cost a row of another table for each event.
    static let version3 = """
        CREATE TABLE audit_3 (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            correlation_id TEXT NOT NULL,
            partner_id TEXT,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            outcome TEXT NOT NULL,
            reason TEXT NOT NULL,
            source TEXT NOT NULL,
            detail TEXT NOT NULL,
            hash BLOB NOT NULL
        );
        INSERT INTO audit_3
            SELECT id, time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash
            FROM audit ORDER BY id;
        DROP TABLE audit;
        ALTER TABLE audit_3 RENAME TO audit;
        CREATE INDEX audit_by_correlation ON audit (correlation_id);
        CREATE INDEX audit_by_group ON audit (partner_id, id);
        """

    /// Organisations keep no copy of an API key.
    static let version4 = "ALTER TABLE salesforce_organizations DROP COLUMN api_key"

    /// How far the store's own clock has come, and which sessions an administrator wants to end.
    static let version5 = """
        ALTER TABLE store ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sessions ADD COLUMN is_to_end INTEGER NOT NULL DEFAULT 0;
        """

    /// Whether a server has the file open, and what launches have come to.
    static let version6 = """
        ALTER TABLE store ADD COLUMN is_in_use INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE launches (
            id TEXT PRIMARY KEY,
            partner_id TEXT NOT NULL REFERENCES partner_groups,
            user_id INTEGER NOT NULL REFERENCES users,
            correlation_id TEXT NOT NULL,
            session_key TEXT NOT NULL,
            state TEXT NOT NULL,
            client_version TEXT NOT NULL,
            reason TEXT NOT NULL,
            client_key TEXT,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            forget_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX launches_by_click ON launches (correlation_id);
        CREATE INDEX launches_by_time ON launches (forget_at);
        """

    /// Public keys in place of a sealed secret, and groups that insist on LoginKeys of version 2.
    static let version7 = """
        ALTER TABLE api_keys ADD COLUMN public_key BLOB;
        ALTER TABLE partner_groups ADD COLUMN requires_version_2_keys INTEGER NOT NULL DEFAULT 0;
        """

    /// Sign-in with an identity provider, and groups whose users have no passwords.
    static let version8 = """
        ALTER TABLE identity_providers ADD COLUMN user_field TEXT NOT NULL DEFAULT 'partner-user-id';
        ALTER TABLE identity_providers ADD COLUMN key_url TEXT;
        ALTER TABLE identity_providers ADD COLUMN key_algorithm TEXT NOT NULL DEFAULT 'RS256';
        ALTER TABLE identity_providers ADD COLUMN certificates TEXT NOT NULL DEFAULT '';
        ALTER TABLE identity_providers ADD COLUMN name TEXT;
        ALTER TABLE identity_providers ADD COLUMN authorization_endpoint TEXT NOT NULL DEFAULT '';
        ALTER TABLE identity_providers ADD COLUMN token_endpoint TEXT NOT NULL DEFAULT '';
        ALTER TABLE identity_providers ADD COLUMN scope TEXT NOT NULL DEFAULT '';
        ALTER TABLE identity_providers ADD COLUMN names_itself INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE identity_providers ADD COLUMN client_secret BLOB;
        ALTER TABLE identity_providers ADD COLUMN secret_place TEXT NOT NULL DEFAULT 'basic';
        CREATE UNIQUE INDEX identity_providers_by_name ON identity_providers (partner_id, name)
            WHERE name IS NOT NULL;

        ALTER TABLE partner_groups ADD COLUMN allows_passwords INTEGER NOT NULL DEFAULT 1;
        """
}
