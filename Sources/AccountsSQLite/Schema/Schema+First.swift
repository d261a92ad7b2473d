extension Schema {
    /// `TEXT` is compared byte by byte (collation BINARY), which is what identities need.
    static let version1 = """
        CREATE TABLE store (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            revision INTEGER NOT NULL
        );
        INSERT INTO store VALUES (1, 1);

        CREATE TABLE partner_groups (
            partner_id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            site TEXT NOT NULL,
            privileges INTEGER NOT NULL,
            embedding_origins TEXT NOT NULL,
            use_policy TEXT NOT NULL,
            allows_login_key_urls INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE api_keys (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            partner_id TEXT NOT NULL REFERENCES partner_groups,
            sealed BLOB NOT NULL,
            fingerprint BLOB NOT NULL UNIQUE,
            label TEXT NOT NULL,
            is_weak INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER,
            ends_at INTEGER,
            is_revoked INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX api_keys_by_group ON api_keys (partner_id);

        CREATE TABLE roles (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            partner_id TEXT NOT NULL REFERENCES partner_groups,
            name TEXT NOT NULL,
            summary TEXT NOT NULL,
            privileges INTEGER NOT NULL,
            UNIQUE (partner_id, name)
        );

        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            partner_id TEXT NOT NULL REFERENCES partner_groups,
            partner_user_id TEXT,
            username TEXT NOT NULL UNIQUE,
            first_name TEXT NOT NULL,
            last_name TEXT NOT NULL,
            email TEXT NOT NULL,
            phone TEXT NOT NULL,
            role_id INTEGER REFERENCES roles,
            state TEXT NOT NULL,
            password_hash TEXT,
            UNIQUE (partner_id, partner_user_id)
        );
        CREATE INDEX users_by_group ON users (partner_id, id);

        CREATE TABLE clients (
            user_id INTEGER NOT NULL REFERENCES users,
            key TEXT NOT NULL,
            enrolled_at INTEGER NOT NULL,
            PRIMARY KEY (user_id, key)
        ) WITHOUT ROWID;

        -- Ordered by time first, so that the table grows at its end.
        CREATE TABLE spent_keys (
            forget_at INTEGER NOT NULL,
            identity BLOB NOT NULL,
            first_used_at INTEGER NOT NULL,
            PRIMARY KEY (forget_at, identity)
        ) WITHOUT ROWID;

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
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
        CREATE INDEX audit_by_correlation ON audit (correlation_id);
        CREATE INDEX audit_by_group ON audit (partner_id, id);

        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            partner_id TEXT NOT NULL REFERENCES partner_groups,
            key TEXT NOT NULL,
            is_keyless INTEGER NOT NULL,
            kind TEXT NOT NULL,
            owner TEXT NOT NULL,
            status TEXT NOT NULL,
            is_open INTEGER NOT NULL,
            server TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            ended_at INTEGER,
            agent TEXT NOT NULL,
            correlation_id TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX sessions_open ON sessions (partner_id, key) WHERE is_open = 1;
        CREATE INDEX sessions_by_server ON sessions (server) WHERE is_open = 1;

        CREATE TABLE salesforce_organizations (
            id TEXT PRIMARY KEY,
            partner_id TEXT NOT NULL REFERENCES partner_groups,
            user_field TEXT NOT NULL,
            api_key BLOB NOT NULL,
            consumer_secret BLOB NOT NULL,
            login_key_lifetime INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}
