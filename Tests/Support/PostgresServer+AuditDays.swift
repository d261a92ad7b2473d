internal import Foundation

extension PostgresServer {
    private static let dayLength: Int64 = 86_400_000

    /// The name of the part of the audit for a day, by a moment of it in Unix milliseconds.
    package static func auditDay(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return "audit_" + date.formatted(.iso8601.year().month().day().dateSeparator(.omitted))
    }

    /// Gives the last four days of the audit parts of their own, as they have where servers ran on these.
    package func splitAudit(of database: String) throws {
        let today = Int64(Date().timeIntervalSince1970) / 86_400 * Self.dayLength
        func attach(_ part: String, from start: String, to end: Int64) -> String {
            "ALTER TABLE audit ATTACH PARTITION \(part) FOR VALUES FROM (\(start)) TO (\(end));"
        }
        var sql = """
            ALTER TABLE audit DETACH PARTITION audit_before;
            ALTER TABLE audit_before DROP CONSTRAINT audit_before;
            CREATE TABLE old AS TABLE audit_before;
            TRUNCATE audit_before;
            """
        sql += attach("audit_before", from: "MINVALUE", to: today - 4 * Self.dayLength)
        for start in (1...4).map({ today - $0 * Self.dayLength }) {
            let day = Self.auditDay(start)
            sql += "CREATE TABLE \(day) (LIKE audit_rest INCLUDING INDEXES);"
            sql += attach(day, from: "\(start)", to: start + Self.dayLength)
        }
        try execute(sql + "INSERT INTO audit SELECT * FROM old; DROP TABLE old", in: database)
    }
}
