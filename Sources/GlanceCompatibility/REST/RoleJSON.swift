internal import Accounts
internal import WireCodec

/// A role as REST shows it.
enum RoleJSON {
    /// The object of a role that `count` users have.
    static func bytes(_ role: Role, count: Int) -> [UInt8] {
        JSONWriter.object(capacity: 2048) { json in
            json.member("roleId", role.id.number)
            json.member("name", role.name)
            json.member("description", role.summary)
            json.member("inUse", count > 0)
            json.member("userCount", Int64(count))
            json.member("settings", json: settings(role.privileges))
        }
    }

    /// Every setting by its name, which is ASCII letters, with `true` or `false`.
    private static func settings(_ privileges: PrivilegeSet) -> [UInt8] {
        let members = PrivilegeSet.names.map { name in
            let isOn = PrivilegeSet(name: name).map(privileges.isSuperset) ?? false
            return "\"\(name)\":\(isOn)"
        }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }
}

extension JSONWriter {
    /// An array of values that are JSON already.
    static func array(_ values: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes = [UInt8(ascii: "[")]
        for value in values {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: value)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}
