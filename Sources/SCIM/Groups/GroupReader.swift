internal import Accounts
internal import WireCodec

/// Reads what a client wants a group to be.
enum GroupReader {
    /// The name.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)`` if it is missing; its length is checked by the store.
    static func name(_ document: JSONObject) throws(SCIMError) -> String {
        guard let name = try document.string("displayName"), !name.isEmpty else {
            throw .invalidValue("displayName is required")
        }
        return name
    }

    /// The members; `nil` where a document says nothing of them, which means that they stay.
    static func members(of document: JSONObject) throws(SCIMError) -> [User.ID]? {
        try document["members"].map { value throws(SCIMError) in try members(value) }
    }

    /// The members in a value: an array, or one of its elements.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)``.
    static func members(_ value: JSONValue) throws(SCIMError) -> [User.ID] {
        guard value != .null else { return [] }
        var members: [User.ID] = []
        for element in value.elements ?? [value] {
            members.append(try member(element))
        }
        return members
    }

    private static func member(_ element: JSONValue) throws(SCIMError) -> User.ID {
        guard let object = element.object, let id = try object.string("value") else {
            throw .invalidValue("members is an array of objects, each with a value")
        }
        guard try object.string("type").map({ $0.matches("User") }) ?? true, let number = ResourceNumber(id) else {
            throw .invalidValue("members: the value is the id of a user")
        }
        return User.ID(number.value)
    }
}
