internal import HTTPTypes
internal import WireCodec

/// What became of one operation of a bulk request.
struct BulkResult: Sendable {
    private let operation: BulkOperation
    private let status: String
    /// Where the resource is; `nil` if it does not exist.
    private let location: String?
    private let version: String?
    /// Why it was not done; `nil` if it was.
    let error: SCIMError?

    /// Something that was done.
    init(_ operation: BulkOperation, status: String, location: String, version: String? = nil) {
        self.operation = operation
        self.status = status
        self.location = location
        self.version = version
        self.error = nil
    }

    /// Something that was not done.
    init(_ operation: BulkOperation, _ error: SCIMError, location: String?) {
        self.operation = operation
        self.status = "\(error.status.code)"
        self.location = location
        self.version = nil
        self.error = error
    }

    /// The id of the resource: the end of its location.
    var id: String? {
        location?.split(separator: "/").last.map(String.init)
    }

    /// The entry of the answer.
    var document: JSONValue {
        var object: JSONObject = ["method": .string(operation.method)]
        object.append("bulkId", nonEmpty: operation.bulkID)
        if let location { object.append("location", .string(location)) }
        if let version { object.append("version", .string(version)) }
        object.append("status", .string(status))
        if let error { object.append("response", error.document) }
        return .object(object)
    }
}
