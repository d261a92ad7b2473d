internal import AccountsSQL
internal import GRDB

extension Database {
    /// What a store keeps about itself and for its own servers, and SQLite and GRDB about it.
    private static let ownTables = ["store", "user_changes", "grdb_migrations", "sqlite_sequence"]

    /// The tables whose rows are moved to another database; what a table's rows point to comes before it.
    func movedTables() throws -> [MovedTable] {
        let names = try String.fetchAll(self, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .filter { !Self.ownTables.contains($0) }
        let pointsTo = try Dictionary(uniqueKeysWithValues: names.map { ($0, try targets(of: $0)) })
        var ordered: [String] = []
        while let next = names.first(where: { name in
            !ordered.contains(name) && pointsTo[name]?.allSatisfy(ordered.contains) == true
        }) {
            ordered.append(next)
        }
        return try ordered.map(movedTable)
    }

    /// The other tables that a table's rows point to.
    private func targets(of table: String) throws -> [String] {
        try String.fetchAll(self, sql: "SELECT \"table\" FROM pragma_foreign_key_list('\(table)')")
            .filter { $0 != table }
    }

    private func movedTable(_ name: String) throws -> MovedTable {
        let columns = try Row.fetchAll(self, sql: "SELECT name, pk FROM pragma_table_info('\(name)')")
            .map { row -> (name: String, place: Int) in (row[0], row[1]) }
        let key = columns.filter { $0.place > 0 }.sorted { $0.place < $1.place }
        let last = try Int64.fetchOne(self, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [name])
        return MovedTable(name: name, columns: columns.map(\.name), key: key.map(\.name), lastNumber: last ?? 0)
    }
}
