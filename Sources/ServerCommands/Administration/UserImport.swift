internal import Accounts
internal import LoginKey
internal import ServerApp
internal import SwiftCSV

/// Reads users from a CSV file with the documented columns (`docs/protocol.md#csv`).
struct UserImport {
    let file: String
    let group: PartnerID

    private static let required = ["GlanceAddress", "PartnerUID"]
    private static let known = ["FirstName", "LastName", "Email", "Phone", "Password"] + required
    private static let maximumFaults = 20

    /// All users of the file.
    ///
    /// - Throws: ``CommandFailure`` with every wrong line, up to 20.
    func users() throws -> [User] {
        var text = try TextInput.read(file: file)
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let table = try CSV<Enumerated>(string: text, delimiter: Self.delimiter(of: text), loadColumns: false)
        try check(table.header)
        return try users(in: table.rows, columns: table.header)
    }

    /// A comma; a semicolon where the first line has those, as a spreadsheet writes them in much of Europe; or a tab.
    private static func delimiter(of text: String) -> CSVDelimiter {
        let header = text.prefix { !$0.isNewline }
        if header.contains(",") { return .comma }
        return header.contains(";") ? .semicolon : header.contains("\t") ? .tab : .comma
    }

    private func check(_ header: [String]) throws {
        if let twice = header.first(where: { name in header.count { $0 == name } > 1 }) {
            throw CommandFailure("line 1: the column \"\(twice)\" is there twice")
        }
        let unknown = header.filter { !Self.known.contains($0) }
        let missing = Self.required.filter { !header.contains($0) }
        guard unknown.isEmpty, missing.isEmpty else {
            throw CommandFailure(
                "line 1 must name the columns \(Self.known.joined(separator: ", ")); unknown: "
                    + "\(unknown.joined(separator: ", ")); missing: \(missing.joined(separator: ", "))"
            )
        }
    }

    private func users(in rows: [[String]], columns: [String]) throws -> [User] {
        var users: [User] = []
        var faults: [String] = []
        var seen: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            // A spreadsheet writes empty lines for cells that were cleared.
            guard row.contains(where: { !$0.allSatisfy(\.isWhitespace) }) else { continue }
            let line = index + 2
            do {
                users.append(try user(in: row, columns: columns, line: line, &seen))
            } catch {
                faults.append("line \(line): \(error)")
            }
        }
        guard faults.isEmpty else { throw Self.failure(faults) }
        return users
    }

    /// The user of a line, whose names must not have stood in one before.
    private func user(in row: [String], columns: [String], line: Int, _ seen: inout [String: Int]) throws -> User {
        guard row.dropFirst(columns.count).allSatisfy(\.isEmpty) else {
            throw CommandFailure("it has more fields than columns; put quotes around a field with a comma")
        }
        let user = try user(Dictionary(zip(columns, row)) { first, _ in first })
        for name in ["name " + user.username.text, "puid " + (user.partnerUserID?.text ?? "")] {
            if let first = seen.updateValue(line, forKey: name) {
                throw CommandFailure("the \(name) is also in line \(first)")
            }
        }
        return user
    }

    private static func failure(_ faults: [String]) -> CommandFailure {
        let more = faults.count > maximumFaults ? "\nand \(faults.count - maximumFaults) more" : ""
        return CommandFailure("nothing was added:\n" + faults.prefix(maximumFaults).joined(separator: "\n") + more)
    }

    private func user(_ row: [String: String]) throws -> User {
        let password = row["Password"] ?? ""
        let user = User(
            partnerID: group,
            partnerUserID: try PartnerUserID(parsing: row["PartnerUID"] ?? ""),
            username: try Username(parsing: row["GlanceAddress"] ?? ""),
            firstName: row["FirstName"] ?? "",
            lastName: row["LastName"] ?? "",
            email: row["Email"] ?? "",
            phone: row["Phone"] ?? "",
            passwordHash: password.isEmpty ? nil : try UserCommand.Add.hash(password)
        )
        try Provisioning.check(user)
        return user
    }
}
