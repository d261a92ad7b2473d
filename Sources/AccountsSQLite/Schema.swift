internal import Accounts
internal import GRDB

/// The tables, as migrations.
///
/// A released migration is never changed; a new one is added behind it.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: version1) }
        migrator.registerMigration("2") { try $0.execute(sql: version2) }
        migrator.registerMigration("3") { try $0.execute(sql: version3) }
        migrator.registerMigration("4") { try $0.execute(sql: version4) }
        migrator.registerMigration("5") { try $0.execute(sql: version5) }
        migrator.registerMigration("6") { try $0.execute(sql: version6) }
        migrator.registerMigration("7") { try $0.execute(sql: version7) }
        migrator.registerMigration("8") { try $0.execute(sql: version8) }
        migrator.registerMigration("9") { try $0.execute(sql: version9) }
        migrator.registerMigration("10") { try $0.execute(sql: version10) }
        migrator.registerMigration("11") { try $0.execute(sql: version11) }
        migrator.registerMigration("12") { try $0.execute(sql: version12) }
        migrator.registerMigration("13") { try $0.execute(sql: version13) }
        migrator.registerMigration("14") { try $0.execute(sql: version14) }
        migrator.registerMigration("15") { try $0.execute(sql: version15) }
        migrator.registerMigration("16") { try $0.execute(sql: version16) }
        migrator.registerMigration("17") { try $0.execute(sql: version17) }
        return migrator
    }

    /// Refuses a file of a newer version before anything is written into it: a pool of connections begins with a write.
    ///
    /// - Parameter path: The file; one that is missing, empty or cannot be read is left to whoever opens it.
    /// - Throws: ``AccountsError/Code/schemaMismatch``.
    static func refuseNewer(_ path: String) throws(AccountsError) {
        var configuration = Configuration()
        configuration.readonly = true
        guard let file = try? DatabaseQueue(path: path, configuration: configuration) else { return }
        defer { try? file.close() }
        if (try? file.read { try migrator.hasBeenSuperseded($0) }) == true { throw newer }
    }

    private static let newer = AccountsError(
        code: .schemaMismatch,
        message:
            "was written by a newer version of Latchkey: install that version, or restore a backup from before the "
            + "update"
    )

    /// Brings the tables up to date.
    ///
    /// - Parameters:
    ///   - pool: The database.
    ///   - mayUpdate: Whether tables of an older version may be changed.
    /// - Throws: ``AccountsError/Code/schemaMismatch`` for a newer version, and an older one that may not be changed.
    static func bringUpToDate(_ pool: DatabasePool, mayUpdate: Bool) throws {
        let migrator = migrator
        let (isNewer, isOlder) = try pool.read { database in
            (try migrator.hasBeenSuperseded(database), try !migrator.hasCompletedMigrations(database))
        }
        guard !isNewer else { throw newer }
        guard isOlder else { return }
        guard mayUpdate else {
            throw AccountsError(
                code: .schemaMismatch,
                message:
                    "is of an older version: start `latchkey serve` of this version once, which brings it up to date"
            )
        }
        do {
            try migrator.migrate(pool)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw AccountsError(
                code: .schemaMismatch,
                message: "cannot be brought up to date (\(error.message ?? "")): its tables are those of no version; "
                    + "restore a backup"
            )
        }
    }

    /// `TEXT` is compared byte by byte (collation BINARY), which is what identities need.
    private static let version1 = """
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

    /// Administrators, access tokens and identity providers, the visitor of a session, and what reports on sessions look for.
    private static let version2 = """
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
    private static let version3 = """
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
    private static let version4 = "ALTER TABLE salesforce_organizations DROP COLUMN api_key"

    /// How far the store's own clock has come, and which sessions an administrator wants to end.
    private static let version5 = """
        ALTER TABLE store ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sessions ADD COLUMN is_to_end INTEGER NOT NULL DEFAULT 0;
        """

    /// Whether a server has the file open, and what launches have come to.
    private static let version6 = """
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
    private static let version7 = """
        ALTER TABLE api_keys ADD COLUMN public_key BLOB;
        ALTER TABLE partner_groups ADD COLUMN requires_version_2_keys INTEGER NOT NULL DEFAULT 0;
        """

    /// Sign-in with an identity provider, and groups whose users have no passwords.
    private static let version8 = """
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

    /// Versions that changes are made from, where the archived part of the audit ends, and which sessions ended first; which
    /// master key the database belongs to, and under which URL people reach the server.
    private static let version9 = """
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
    private static let version10 = """
        ALTER TABLE identity_providers ADD COLUMN saml TEXT;
        ALTER TABLE identity_providers ADD COLUMN enrolment TEXT;
        """

    /// Second factors beside the password.
    private static let version11 = """
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
    private static let version12 = """
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
    private static let version13 = """
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
    private static let version14 = """
        CREATE INDEX users_by_email ON users (partner_id, lower(email));
        """

    /// The agents who are in a session besides the one whom it had first.
    private static let version15 = """
        ALTER TABLE sessions ADD COLUMN other_agents TEXT NOT NULL DEFAULT '';
        CREATE INDEX sessions_with_others ON sessions (partner_id) WHERE is_open = 1 AND other_agents <> '';
        """

    /// What a group has masked on its visitors' pages.
    private static let version16 = """
        ALTER TABLE partner_groups ADD COLUMN masks TEXT NOT NULL DEFAULT '';
        ALTER TABLE partner_groups ADD COLUMN masks_everything INTEGER NOT NULL DEFAULT 0;
        """

    /// Users whose state, password or role has changed: servers read it every second (`rightsChanges`).
    ///
    /// Written by the table itself, so that no change can forget it; kept for an hour. Who is removed was marked as deleted before, or
    /// goes with their group, which raises the revision.
    private static let version17 = """
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
