extension Schema {
    /// Texts are compared byte by byte (collation C), which is what identities need.
    ///
    /// Truth values are 0 and 1, as the statements are the same for all databases.
    static let version1 = """
        CREATE TABLE latchkey_migrations (version INTEGER PRIMARY KEY);

        CREATE TABLE store (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            revision BIGINT NOT NULL,
            key_check BYTEA
        );

        INSERT INTO store (only_row, revision) VALUES (1, 1);

        CREATE TABLE session_servers (
            name TEXT COLLATE "C" PRIMARY KEY,
            url TEXT COLLATE "C" NOT NULL,
            epoch TEXT COLLATE "C" NOT NULL,
            sessions BIGINT NOT NULL,
            state TEXT COLLATE "C" NOT NULL,
            heard_at TIMESTAMPTZ NOT NULL
        );

        CREATE TABLE partner_groups (
            partner_id TEXT COLLATE "C" PRIMARY KEY,
            name TEXT COLLATE "C" NOT NULL,
            site TEXT COLLATE "C" NOT NULL,
            privileges BIGINT NOT NULL,
            embedding_origins TEXT COLLATE "C" NOT NULL,
            use_policy TEXT COLLATE "C" NOT NULL,
            allows_login_key_urls INTEGER NOT NULL,
            requires_version_2_keys INTEGER NOT NULL,
            allows_passwords INTEGER NOT NULL
        );

        CREATE TABLE api_keys (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            partner_id TEXT COLLATE "C" NOT NULL REFERENCES partner_groups,
            sealed BYTEA NOT NULL,
            fingerprint BYTEA NOT NULL UNIQUE,
            label TEXT COLLATE "C" NOT NULL,
            is_weak INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            last_used_at BIGINT,
            ends_at BIGINT,
            is_revoked INTEGER NOT NULL,
            public_key BYTEA
        );

        CREATE INDEX api_keys_by_group ON api_keys (partner_id);

        CREATE TABLE roles (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            partner_id TEXT COLLATE "C" NOT NULL REFERENCES partner_groups,
            name TEXT COLLATE "C" NOT NULL,
            summary TEXT COLLATE "C" NOT NULL,
            privileges BIGINT NOT NULL,
            UNIQUE (partner_id, name)
        );

        CREATE TABLE users (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            partner_id TEXT COLLATE "C" NOT NULL REFERENCES partner_groups,
            partner_user_id TEXT COLLATE "C",
            username TEXT COLLATE "C" NOT NULL UNIQUE,
            first_name TEXT COLLATE "C" NOT NULL,
            last_name TEXT COLLATE "C" NOT NULL,
            email TEXT COLLATE "C" NOT NULL,
            phone TEXT COLLATE "C" NOT NULL,
            role_id BIGINT REFERENCES roles,
            state TEXT COLLATE "C" NOT NULL,
            password_hash TEXT COLLATE "C",
            is_administrator INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            modified_at BIGINT NOT NULL,
            UNIQUE (partner_id, partner_user_id)
        );

        CREATE INDEX users_by_group ON users (partner_id, id);

        CREATE INDEX users_by_role ON users (role_id) WHERE role_id IS NOT NULL;

        CREATE TABLE clients (
            user_id BIGINT NOT NULL REFERENCES users,
            key TEXT COLLATE "C" NOT NULL,
            enrolled_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, key)
        );

        CREATE TABLE access_tokens (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            user_id BIGINT NOT NULL REFERENCES users,
            digest BYTEA NOT NULL UNIQUE,
            label TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            ends_at BIGINT
        );

        CREATE INDEX access_tokens_by_user ON access_tokens (user_id);

        CREATE TABLE identity_providers (
            issuer TEXT COLLATE "C" NOT NULL,
            audience TEXT COLLATE "C" NOT NULL,
            partner_id TEXT COLLATE "C" NOT NULL REFERENCES partner_groups,
            user_claim TEXT COLLATE "C" NOT NULL,
            key_set TEXT COLLATE "C" NOT NULL,
            user_field TEXT COLLATE "C" NOT NULL,
            key_url TEXT COLLATE "C",
            key_algorithm TEXT COLLATE "C" NOT NULL,
            certificates TEXT COLLATE "C" NOT NULL,
            name TEXT COLLATE "C",
            authorization_endpoint TEXT COLLATE "C" NOT NULL,
            token_endpoint TEXT COLLATE "C" NOT NULL,
            scope TEXT COLLATE "C" NOT NULL,
            names_itself INTEGER NOT NULL,
            client_secret BYTEA,
            secret_place TEXT COLLATE "C" NOT NULL,
            PRIMARY KEY (issuer, audience)
        );

        CREATE UNIQUE INDEX identity_providers_by_name ON identity_providers (partner_id, name) WHERE name IS NOT NULL;

        CREATE TABLE salesforce_organizations (
            id TEXT COLLATE "C" PRIMARY KEY,
            partner_id TEXT COLLATE "C" NOT NULL REFERENCES partner_groups,
            user_field TEXT COLLATE "C" NOT NULL,
            consumer_secret BYTEA NOT NULL,
            login_key_lifetime BIGINT NOT NULL
        );

        CREATE TABLE spent_keys (
            forget_at BIGINT NOT NULL,
            identity BYTEA NOT NULL,
            first_used_at BIGINT NOT NULL,
            PRIMARY KEY (forget_at, identity)
        );

        CREATE TABLE launches (
            id TEXT COLLATE "C" PRIMARY KEY,
            partner_id TEXT COLLATE "C" NOT NULL REFERENCES partner_groups,
            user_id BIGINT NOT NULL REFERENCES users,
            correlation_id TEXT COLLATE "C" NOT NULL,
            session_key TEXT COLLATE "C" NOT NULL,
            state TEXT COLLATE "C" NOT NULL,
            client_version TEXT COLLATE "C" NOT NULL,
            reason TEXT COLLATE "C" NOT NULL,
            client_key TEXT COLLATE "C",
            created_at BIGINT NOT NULL,
            changed_at BIGINT NOT NULL,
            forget_at BIGINT NOT NULL
        );

        CREATE INDEX launches_by_click ON launches (correlation_id);

        CREATE INDEX launches_by_time ON launches (forget_at);

        CREATE INDEX launches_by_user ON launches (user_id);

        CREATE TABLE sessions (
            id TEXT COLLATE "C" PRIMARY KEY,
            partner_id TEXT COLLATE "C" NOT NULL REFERENCES partner_groups,
            key TEXT COLLATE "C" NOT NULL,
            is_keyless INTEGER NOT NULL,
            kind TEXT COLLATE "C" NOT NULL,
            owner TEXT COLLATE "C" NOT NULL,
            status TEXT COLLATE "C" NOT NULL,
            is_open INTEGER NOT NULL,
            server TEXT COLLATE "C" NOT NULL,
            created_at BIGINT NOT NULL,
            started_at BIGINT,
            ended_at BIGINT,
            agent TEXT COLLATE "C" NOT NULL,
            correlation_id TEXT COLLATE "C" NOT NULL,
            visitor_name TEXT COLLATE "C" NOT NULL,
            visitor_email TEXT COLLATE "C" NOT NULL,
            visitor_phone TEXT COLLATE "C" NOT NULL,
            is_to_end INTEGER NOT NULL DEFAULT 0
        );

        CREATE UNIQUE INDEX sessions_open ON sessions (partner_id, key) WHERE is_open = 1;

        CREATE INDEX sessions_by_server ON sessions (server) WHERE is_open = 1;

        CREATE INDEX sessions_by_start ON sessions (partner_id, started_at);

        CREATE INDEX sessions_by_end ON sessions (partner_id, ended_at);

        CREATE INDEX sessions_by_agent ON sessions (partner_id, agent) WHERE is_open = 1;

        CREATE TABLE audit_chains (
            chain BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            opened_at TIMESTAMPTZ NOT NULL DEFAULT now()
        );

        CREATE TABLE audit (
            id BIGINT PRIMARY KEY,
            time BIGINT NOT NULL,
            correlation_id TEXT COLLATE "C" NOT NULL,
            partner_id TEXT COLLATE "C",
            actor TEXT COLLATE "C" NOT NULL,
            action TEXT COLLATE "C" NOT NULL,
            outcome TEXT COLLATE "C" NOT NULL,
            reason TEXT COLLATE "C" NOT NULL,
            source TEXT COLLATE "C" NOT NULL,
            detail TEXT COLLATE "C" NOT NULL,
            hash BYTEA NOT NULL
        );

        CREATE INDEX audit_by_correlation ON audit (correlation_id);

        CREATE INDEX audit_by_group ON audit (partner_id, time);

        CREATE INDEX audit_by_time ON audit (time);

        """
}
