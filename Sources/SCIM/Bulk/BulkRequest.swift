internal import HTTPCore
internal import HTTPTypes
internal import WireCodec

/// Many operations in one request (RFC 7644 section 3.7).
struct BulkRequest: Sendable {
    /// The most operations.
    static let maximumOperationCount = 1000
    /// The most bytes.
    static let maximumByteCount = 4 * 1024 * 1024

    /// The operations in their order.
    let operations: [BulkOperation]
    /// After how many errors it ends; `nil` for never.
    let errorLimit: Int?

    /// Reads a request.
    ///
    /// - Throws: ``SCIMError/invalidSyntax(_:)``, or an error with status 413 for too many operations.
    init(_ body: JSONObject) throws(SCIMError) {
        try body.requireSchema(URN.bulkRequest)
        guard let elements = body["Operations"]?.elements else {
            throw .invalidSyntax("Operations is an array")
        }
        guard elements.count <= Self.maximumOperationCount else {
            throw SCIMError(
                .contentTooLarge,
                nil,
                "A bulk request has \(Self.maximumOperationCount) operations at most."
            )
        }
        self.operations = elements.enumerated().map { BulkOperation($1.object ?? JSONObject(), at: $0) }
        self.errorLimit = try body.assigned("failOnErrors")
            .map { value throws(SCIMError) in
                guard let number = value.number, number >= 1, number < 1e6 else {
                    throw .invalidSyntax("failOnErrors is a whole number from 1")
                }
                return Int(number)
            }
    }
}

/// One operation of a bulk request, as far as it could be read.
struct BulkOperation: Sendable {
    /// Its place in the request.
    let index: Int
    /// The method, in upper case.
    let method: String
    /// The client's name for what a POST makes; empty without one.
    let bulkID: String
    /// The version that is to be changed; `nil` for all.
    let version: String?
    /// Where it goes, below the base path.
    let path: String
    /// The body.
    let data: JSONObject?

    init(_ object: JSONObject, at index: Int) {
        self.index = index
        self.method = object["method"]?.text?.uppercased() ?? ""
        self.bulkID = object["bulkId"]?.text ?? ""
        self.version = object["version"]?.text
        self.path = object["path"]?.text ?? ""
        self.data = object["data"]?.object
    }

    private init(_ operation: Self, path: String, data: JSONObject?) {
        self.index = operation.index
        self.method = operation.method
        self.bulkID = operation.bulkID
        self.version = operation.version
        self.path = path
        self.data = data
    }

    /// The condition on the version.
    var condition: VersionCondition { VersionCondition(tags: EntityTags(version)) }

    /// The body, which POST, PUT and PATCH need.
    ///
    /// - Throws: ``SCIMError/invalidSyntax(_:)``.
    func requireData() throws(SCIMError) -> JSONObject {
        guard let data else { throw .invalidSyntax("\(method) needs data, an object") }
        return data
    }
}

// MARK: References to what other operations make

extension BulkOperation {
    private static let prefix = "bulkId:"

    /// The names of other operations' resources, in the path and the body.
    var references: [String] {
        var references: [String] = []
        if let name = path.split(separator: "/").last.flatMap(Self.reference) { references.append(name) }
        if let data { Self.collect(.object(data), into: &references) }
        return references
    }

    /// The same operation with ids in place of references.
    func resolved(_ ids: [String: String]) -> Self {
        var segments = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if let last = segments.last, let name = Self.reference(last[...]), let id = ids[name] {
            segments[segments.count - 1] = id
        }
        return Self(
            self,
            path: segments.joined(separator: "/"),
            data: data.flatMap { Self.resolve(.object($0), ids).object }
        )
    }

    private static func reference(_ text: Substring) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }

    private static func collect(_ value: JSONValue, into references: inout [String]) {
        switch value {
        case .string(let text):
            if let name = reference(text[...]) { references.append(name) }
        case .array(let elements):
            for element in elements {
                collect(element, into: &references)
            }
        case .object(let object):
            for member in object.members {
                collect(member.value, into: &references)
            }
        case .null, .bool, .number: break
        }
    }

    private static func resolve(_ value: JSONValue, _ ids: [String: String]) -> JSONValue {
        switch value {
        case .string(let text): reference(text[...]).flatMap { ids[$0] }.map(JSONValue.string) ?? value
        case .array(let elements): .array(elements.map { resolve($0, ids) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.name, resolve($0.value, ids)) }))
        case .null, .bool, .number: value
        }
    }
}
