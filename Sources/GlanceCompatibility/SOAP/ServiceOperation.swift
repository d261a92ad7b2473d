internal import HTTPCore
internal import WireCodec

/// One operation of a service: what it is called, takes, answers and does.
struct ServiceOperation: Sendable {
    let name: String
    let parameters: [ServiceParameter]
    let shape: AnswerShape
    private let perform: @Sendable (ServiceCall) async throws -> [[RecordValue?]]

    /// An operation that answers one record.
    init<Record: ServiceRecord>(
        _ name: String,
        _ parameters: [ServiceParameter],
        answers record: Record.Type,
        _ perform: @escaping @Sendable (ServiceCall) async throws -> Record
    ) {
        self.name = name
        self.parameters = parameters
        self.shape = AnswerShape(of: record, isList: false)
        self.perform = { call in [Self.row(try await perform(call))] }
    }

    /// An operation that answers a list of records.
    init<Record: ServiceRecord>(
        _ name: String,
        _ parameters: [ServiceParameter],
        lists record: Record.Type,
        _ perform: @escaping @Sendable (ServiceCall) async throws -> [Record]
    ) {
        self.name = name
        self.parameters = parameters
        self.shape = AnswerShape(of: record, isList: true)
        self.perform = { call in try await perform(call).map(Self.row) }
    }

    /// Carries the operation out.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)`` for a parameter of the body that it does not know: it may be the rest of a
    ///   value with a raw `&` in it (`docs/threats.md#pollution`). What a page adds to the address is ignored.
    func answer(_ call: ServiceCall) async throws -> ServiceAnswer {
        let known = Set(parameters.map { $0.name.lowercased() })
        guard call.fields.names.allSatisfy({ known.contains($0) || call.namesInURL.contains($0) }) else {
            let names = parameters.map(\.name).joined(separator: ", ")
            throw AnswerError.badRequest(
                "A parameter is not one of this operation: \(names). In a value, write & as %26."
            )
        }
        return ServiceAnswer(shape: shape, rows: try await perform(call))
    }

    private static func row<Record: ServiceRecord>(_ record: Record) -> [RecordValue?] {
        Record.elements.map { $0.value(record) }
    }
}

/// One parameter of an operation.
struct ServiceParameter: Sendable {
    /// The name as it is documented; matched without regard to case.
    let name: String
    let type: SchemaType
    let isOptional: Bool

    init(_ name: String, _ type: SchemaType = .text, isOptional: Bool = false) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
    }
}

/// A service at one path: the one table that its routes, its answers and its WSDL are made from.
struct ServiceDescription: Sendable {
    /// The namespace of all elements (`docs/protocol.md#session-service`).
    static let namespace = "http://www.glancenetworks.com/services"

    let name: String
    let path: String
    let operations: [ServiceOperation]

    /// The operation of that name, exactly; `nil` for an unknown name.
    func operation(_ name: String) -> ServiceOperation? {
        operations.first { $0.name == name }
    }
}
