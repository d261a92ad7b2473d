internal import Accounts
internal import AccountsSQL

/// The tables, as migrations.
///
/// A released migration is never changed; a new one is added behind it. Old and new nodes run side by side during an
/// update: a migration only adds what the version before can do without.
enum Schema {
    private static let migrations = [
        version1, version2, version3, version4, version5, version6, version7,
        version8, version9,
    ]

    /// Brings the tables up to date; one node at a time does so.
    ///
    /// - Parameters:
    ///   - connection: The database.
    ///   - mayUpdate: Whether tables may be made and changed.
    /// - Throws: ``AccountsError/Code/schemaMismatch`` for a newer version, and an older one that may not be changed.
    static func bringUpToDate(_ connection: PostgresConnection, mayUpdate: Bool) throws {
        guard try !MoveMark(connection).isSet else {
            throw AccountsError(
                code: .schemaMismatch,
                message: "was filled in part only: start `latchkey database move` again, which goes on where it stopped"
            )
        }
        let version = try currentVersion(connection)
        guard version <= migrations.count else {
            throw AccountsError(
                code: .schemaMismatch,
                message: "was written by a newer version of Latchkey: install that version"
            )
        }
        guard version < migrations.count else { return }
        guard mayUpdate else {
            throw AccountsError(
                code: .schemaMismatch,
                message: version == 0
                    ? "has no tables of Latchkey yet: `latchkey serve` and `latchkey group create` make them"
                    : "is of an older version: start `latchkey serve` of this version once, which brings it up to date"
            )
        }
        try migrate(connection)
    }

    /// Makes the tables in a database that something is moved into.
    static func makeTables(_ connection: PostgresConnection) throws {
        if try currentVersion(connection) < migrations.count { try migrate(connection) }
    }

    static func currentVersion(_ connection: PostgresConnection) throws -> Int {
        // A query, as `to_regclass` may remember that there was no table before the lock was had.
        let table = try connection.run(
            "SELECT 1 FROM pg_tables WHERE tablename = 'latchkey_migrations' AND schemaname = ANY (current_schemas(false))"
        )
        guard table.rowCount > 0 else { return 0 }
        let found = try connection.run("SELECT coalesce(max(version), 0) FROM latchkey_migrations")
        return found.map { Int($0.integer(0)) }.first ?? 0
    }

    private static func migrate(_ connection: PostgresConnection) throws {
        _ = try connection.run("BEGIN")
        do {
            _ = try connection.run(.once("SELECT pg_advisory_xact_lock(\(AdvisoryLock.migration))"))
            for version in (try currentVersion(connection))..<migrations.count {
                for statement in migrations[version].split(separator: ";\n") {
                    _ = try connection.run(.once(String(statement)))
                }
                _ = try connection.run("INSERT INTO latchkey_migrations (version) VALUES (?)", [version + 1])
            }
            _ = try connection.run("COMMIT")
        } catch {
            _ = try? connection.run("ROLLBACK")
            throw error
        }
    }

    /// Texts are compared byte by byte (collation C), which is what identities need.
    ///
    /// Truth values are 0 and 1, as the statements are the same for all databases.
    private static let version1 = """
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

    /// Versions that changes are made from, where the archived part of each audit chain ends, which sessions ended first,
    /// and under which URL people reach the servers.
    private static let version2 = """
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
    private static let version3 = """
        ALTER TABLE identity_providers ADD COLUMN saml TEXT COLLATE "C";

        ALTER TABLE identity_providers ADD COLUMN enrolment TEXT COLLATE "C";

        """

    /// Second factors beside the password.
    private static let version4 = """
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
    private static let version5 = """
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
    private static let version6 = """
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
    private static let version7 = """
        CREATE INDEX users_by_email ON users (partner_id, lower(email));

        """

    /// The agents who are in a session besides the one whom it had first, and how far the store's own clock has come.
    ///
    /// Nodes of the version before make sessions without others, and change none; they move no clock. Can be made again.
    private static let version8 = """
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
    private static let version9 = """
        ALTER TABLE partner_groups ADD COLUMN IF NOT EXISTS masks TEXT COLLATE "C" NOT NULL DEFAULT '';

        ALTER TABLE partner_groups ADD COLUMN IF NOT EXISTS masks_everything INTEGER NOT NULL DEFAULT 0;

        """
}

/// The numbers of the locks that all nodes share.
enum AdvisoryLock {
    /// Tables are changed.
    static let migration: Int64 = 0x6C61_7463_686B_0001
    /// A change is made that rests on what it reads first.
    static let accounts: Int64 = 0x6C61_7463_686B_0002
    /// A checkpoint of the audit is written.
    static let checkpoint: Int64 = 0x6C61_7463_686B_0003
    /// Another database is moved into this one.
    static let move: Int64 = 0x6C61_7463_686B_000A
    /// The class of the locks on names of session servers; the other number is the name's.
    static let serverNames: Int64 = 0x6C61_7463
}
