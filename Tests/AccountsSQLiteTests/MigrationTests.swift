import Accounts
import AccountsSQL
import AccountsSQLite
import AccountsTesting
import GRDB
import LoginKey
import TestSupport
import Testing
import WireProtocol

/// A file that the first version has written, with rows in all of its tables.
@Suite struct MigrationTests {
    /// The tables of the first version, as it made them.
    private static let tables = """
        CREATE TABLE store (only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER NOT NULL);
        CREATE TABLE partner_groups (partner_id TEXT PRIMARY KEY, name TEXT NOT NULL, site TEXT NOT NULL,
            privileges INTEGER NOT NULL, embedding_origins TEXT NOT NULL, use_policy TEXT NOT NULL,
            allows_login_key_urls INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE api_keys (id INTEGER PRIMARY KEY AUTOINCREMENT,
            partner_id TEXT NOT NULL REFERENCES partner_groups, sealed BLOB NOT NULL,
            fingerprint BLOB NOT NULL UNIQUE, label TEXT NOT NULL, is_weak INTEGER NOT NULL,
            created_at INTEGER NOT NULL, last_used_at INTEGER, ends_at INTEGER,
            is_revoked INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX api_keys_by_group ON api_keys (partner_id);
        CREATE TABLE roles (id INTEGER PRIMARY KEY AUTOINCREMENT,
            partner_id TEXT NOT NULL REFERENCES partner_groups, name TEXT NOT NULL, summary TEXT NOT NULL,
            privileges INTEGER NOT NULL, UNIQUE (partner_id, name));
        CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT,
            partner_id TEXT NOT NULL REFERENCES partner_groups, partner_user_id TEXT, username TEXT NOT NULL UNIQUE,
            first_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
            role_id INTEGER REFERENCES roles, state TEXT NOT NULL, password_hash TEXT,
            UNIQUE (partner_id, partner_user_id));
        CREATE INDEX users_by_group ON users (partner_id, id);
        CREATE TABLE clients (user_id INTEGER NOT NULL REFERENCES users, key TEXT NOT NULL,
            enrolled_at INTEGER NOT NULL, PRIMARY KEY (user_id, key)) WITHOUT ROWID;
        CREATE TABLE spent_keys (forget_at INTEGER NOT NULL, identity BLOB NOT NULL, first_used_at INTEGER NOT NULL,
            PRIMARY KEY (forget_at, identity)) WITHOUT ROWID;
        CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,
            correlation_id TEXT NOT NULL, partner_id TEXT, actor TEXT NOT NULL, action TEXT NOT NULL,
            outcome TEXT NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL, detail TEXT NOT NULL,
            hash BLOB NOT NULL);
        CREATE INDEX audit_by_correlation ON audit (correlation_id);
        CREATE INDEX audit_by_group ON audit (partner_id, id);
        CREATE TABLE sessions (id TEXT PRIMARY KEY, partner_id TEXT NOT NULL REFERENCES partner_groups,
            key TEXT NOT NULL, is_keyless INTEGER NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL,
            status TEXT NOT NULL, is_open INTEGER NOT NULL, server TEXT NOT NULL, created_at INTEGER NOT NULL,
            started_at INTEGER, ended_at INTEGER, agent TEXT NOT NULL, correlation_id TEXT NOT NULL) WITHOUT ROWID;
        CREATE UNIQUE INDEX sessions_open ON sessions (partner_id, key) WHERE is_open = 1;
        CREATE INDEX sessions_by_server ON sessions (server) WHERE is_open = 1;
        CREATE TABLE salesforce_organizations (id TEXT PRIMARY KEY,
            partner_id TEXT NOT NULL REFERENCES partner_groups, user_field TEXT NOT NULL, api_key BLOB NOT NULL,
            consumer_secret BLOB NOT NULL, login_key_lifetime INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        """
    private static let rows = """
        INSERT INTO grdb_migrations (identifier) VALUES ('1');
        INSERT INTO store (only, revision) VALUES (1, 7);
        INSERT INTO partner_groups VALUES ('12345', 'Acme', 'production', 3, 'https://crm.example', 'once', 1);
        INSERT INTO api_keys (partner_id, sealed, fingerprint, label, is_weak, created_at)
            VALUES ('12345', x'01', x'02', 'first', 0, 1000);
        INSERT INTO roles (partner_id, name, summary, privileges) VALUES ('12345', 'viewers', '', 1);
        INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone, role_id, state)
            VALUES ('12345', 'o''brien+x@acme test', 'joe', 'Joe', 'O''Brien', 'joe@acme.example', '', 1, 'active'),
                ('12345', NULL, 'eve', '', '', '', '', NULL, 'suspended');
        INSERT INTO clients VALUES (1, '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', 1000);
        INSERT INTO spent_keys VALUES (9999999999, x'03', 1000);
        INSERT INTO audit (time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash)
            VALUES (1000, '0123456789abcdef0123456789abcdef', '12345', 'joe', 'authenticate', 'granted', '', '', '',
                x'04');
        INSERT INTO sessions VALUES ('s1', '12345', '4711', 1, 'C', 'visitor', 'C', 0, 'main', 1000, 1001, 1002, 'joe',
            '0123456789abcdef0123456789abcdef');
        INSERT INTO salesforce_organizations VALUES ('00DFk0000000001MAA', '12345', 'id', x'05', x'06', 600);
        """

    @Test func `a file of the first version is brought up to date with all that is in it`() async throws {
        let folder = try TemporaryFolder()
        do {
            let file = try DatabaseQueue(path: folder.database)
            try await file.write { try $0.execute(sql: Self.tables + Self.rows) }
            try file.close()
        }
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        #expect(throws: AccountsError(code: .schemaMismatch, message: "")) {
            try SQLiteAccountStore(path: folder.database, masterKey: masterKey, mayUpdate: false)
        }
        let store = try folder.open()
        let acme = try PartnerID(parsing: "12345")
        let group = try #require(try await store.group(acme))
        #expect(group.name == "Acme" && group.usePolicy == .once && group.allowsPasswords && group.version == 1)
        #expect(group.embeddingOrigins.map(\.text) == ["https://crm.example"])
        let users = try await store.users(matching: UserQuery(), of: acme).users
        #expect(users.map(\.username.text).sorted() == ["eve", "joe"])
        let joe = try #require(users.first { $0.username.text == "joe" })
        #expect(joe.partnerUserID?.text == "o'brien+x@acme test" && joe.email == "joe@acme.example")
        #expect(!joe.isAdministrator && joe.roleID != nil && joe.state == .active)
        #expect(try await store.enrolledClients(of: joe.id).count == 1)
        let session = try #require(try await store.session("s1", of: acme))
        #expect(session.status == .completed && session.agent == "joe" && session.visitor == Visitor())
        #expect(try await store.auditEvents(AuditFilter()).map(\.actor) == ["joe"])
        try store.close()
        let file = try DatabaseQueue(path: folder.database)
        let (spent, orphans, integrity) = try await file.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM spent_keys"),
                try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").count,
                try String.fetchOne(database, sql: "PRAGMA integrity_check")
            )
        }
        #expect(spent == 1 && orphans == 0 && integrity == "ok")
    }
}
