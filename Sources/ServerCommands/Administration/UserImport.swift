internal import Accounts
internal import Foundation
internal import LoginKey
internal import ServerApp
internal import SwiftCSV

/// Reads users from a CSV file with the documented columns (PROTOCOL section 4.4).
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
        guard let data = FileManager.default.contents(atPath: file), var text = String(validating: data, as: UTF8.self)
        else { throw CommandFailure("\(file) cannot be read as UTF-8 text") }
        if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
        let table = try CSV<Named>(string: text, delimiter: .comma, loadColumns: false)
        let unknown = table.header.filter { !Self.known.contains($0) }
        let missing = Self.required.filter { !table.header.contains($0) }
        guard unknown.isEmpty, missing.isEmpty else {
            throw CommandFailure(
                "the first line has to name the columns \(Self.known.joined(separator: ", ")); unknown: "
                    + "\(unknown.joined(separator: ", ")); missing: \(missing.joined(separator: ", "))"
            )
        }
        return try users(in: table.rows)
    }

    private func users(in rows: [[String: String]]) throws -> [User] {
        var users: [User] = []
        var faults: [String] = []
        var seen: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            let line = index + 2
            do {
                let user = try user(row)
                for name in ["name " + user.username.text, "puid " + (user.partnerUserID?.text ?? "")] {
                    if let first = seen.updateValue(line, forKey: name) {
                        throw CommandFailure("the \(name) stands in line \(first) too")
                    }
                }
                users.append(user)
            } catch {
                faults.append("line \(line): \(error)")
            }
        }
        guard faults.isEmpty else {
            let more = faults.count > Self.maximumFaults ? "\nand \(faults.count - Self.maximumFaults) more" : ""
            throw CommandFailure(
                "nothing was added:\n" + faults.prefix(Self.maximumFaults).joined(separator: "\n") + more
            )
        }
        return users
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
