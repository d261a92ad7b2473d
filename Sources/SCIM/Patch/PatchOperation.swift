internal import WireCodec

/// One step of a PATCH (RFC 7644 section 3.5.2).
struct PatchOperation: Hashable, Sendable {
    /// What is done.
    enum Kind: String, Sendable {
        case add
        case remove
        case replace
    }

    /// What is done.
    let kind: Kind
    /// What it is done to.
    let path: PatchPath
    /// With what; `nil` where nothing was given.
    let value: JSONValue?
    /// Whether the attribute was one member of a value without a path: what cannot be changed is ignored there.
    let isImplied: Bool

    init(_ kind: Kind, _ path: PatchPath, _ value: JSONValue?, isImplied: Bool = false) {
        self.kind = kind
        self.path = path
        self.value = value
        self.isImplied = isImplied
    }

    /// The value, which `add` and `replace` need.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)``.
    func requireValue() throws(SCIMError) -> JSONValue {
        guard let value else { throw .invalidValue("\(kind.rawValue) needs a value") }
        return value
    }
}

extension PatchOperation {
    /// Reads the operations of a request; one without a path becomes one for each member of its value.
    ///
    /// Operation names are matched without regard to case, as Entra ID sends them.
    ///
    /// - Throws: ``SCIMError``.
    static func operations(in body: JSONObject) throws(SCIMError) -> [Self] {
        try readable(in: body).map { (step) throws(SCIMError) in try step.get() }
    }

    /// Reads the operations of a request one by one, each with what is wrong with it.
    ///
    /// - Throws: ``SCIMError`` for what is no list of operations.
    static func readable(in body: JSONObject) throws(SCIMError) -> [Result<Self, SCIMError>] {
        try body.requireSchema(URN.patchOperation)
        guard let elements = body["Operations"]?.elements, !elements.isEmpty else {
            throw .invalidSyntax("Operations is an array of one operation at least")
        }
        return elements.flatMap { element -> [Result<Self, SCIMError>] in
            do throws(SCIMError) {
                return try operations(of: element).map(Result.success)
            } catch {
                return [.failure(error)]
            }
        }
    }

    private static func operations(of element: JSONValue) throws(SCIMError) -> [Self] {
        guard let object = element.object, let kind = Kind(rawValue: object["op"]?.text?.asciiLowercased ?? "") else {
            throw .invalidSyntax("op is add, remove or replace")
        }
        return try operations(kind, object)
    }

    private static func operations(_ kind: Kind, _ object: JSONObject) throws(SCIMError) -> [Self] {
        if let path = try object.string("path"), !path.isEmpty {
            return [Self(kind, try PatchPath(parsing: path), object["value"])]
        }
        guard kind != .remove else { throw .noTarget("remove needs a path") }
        guard let value = object["value"]?.object else {
            throw .invalidValue("an operation without a path has an object as its value")
        }
        return implied(kind, value)
    }

    /// Entra ID spells the names of such members as paths: `name.givenName`, `emails[type eq "work"].value`.
    private static func implied(_ kind: Kind, _ value: JSONObject) -> [Self] {
        var operations: [Self] = []
        for member in value.members {
            if member.name.matches(URN.user) || member.name.matches(URN.group), let inner = member.value.object {
                operations += implied(kind, inner)
            } else if let path = try? PatchPath(parsing: member.name) {
                operations.append(Self(kind, path, member.value, isImplied: true))
            }
        }
        return operations
    }
}

/// What an operation is done to (RFC 7644 figure 7): an attribute or a part of it, perhaps of some elements only.
struct PatchPath: Hashable, Sendable {
    /// The attribute, or the part of it.
    let attribute: AttributePath
    /// Which elements of the attribute; `nil` for all.
    let filter: Filter?

    init(_ attribute: AttributePath, _ filter: Filter? = nil) {
        self.attribute = attribute
        self.filter = filter
    }

    /// Reads a path.
    ///
    /// - Throws: ``SCIMError/invalidPath(_:)``.
    init(parsing text: String) throws(SCIMError) {
        do {
            var parser = try FilterParser(text)
            let (attribute, filter) = try parser.wholePath()
            self.init(attribute, filter)
        } catch {
            throw .invalidPath("path: \(error)")
        }
    }

    /// The name of the attribute, in lower case.
    var name: String { attribute.attribute }
    /// The name of the part, in lower case; `nil` for the whole.
    var part: String? { attribute.subAttribute }
}
