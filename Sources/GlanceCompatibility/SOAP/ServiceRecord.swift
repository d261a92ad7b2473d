/// A record of an answer.
///
/// Its elements are said once, for the schema and for every style of answer.
protocol ServiceRecord: Sendable {
    /// The name of the type in the schema.
    static var typeName: String { get }
    /// The name of the element that holds a record.
    static var elementName: StaticString { get }
    /// The elements of the record, in the order of the schema.
    static var elements: [RecordElement<Self>] { get }
}

/// One element of a record: how it is called, and where its value comes from.
struct RecordElement<Record: Sendable>: Sendable {
    let schema: SchemaElement
    let value: @Sendable (Record) -> RecordValue?

    /// A whole number.
    static func number(_ name: StaticString, _ value: @escaping @Sendable (Record) -> Int64) -> Self {
        Self(schema: SchemaElement(name: name, type: .number)) { .number(value($0)) }
    }

    /// A text.
    static func text(_ name: StaticString, _ value: @escaping @Sendable (Record) -> String) -> Self {
        Self(schema: SchemaElement(name: name, type: .text)) { .text(value($0)) }
    }

    /// `true` or `false`.
    static func flag(_ name: StaticString, _ value: @escaping @Sendable (Record) -> Bool) -> Self {
        Self(schema: SchemaElement(name: name, type: .flag)) { .flag(value($0)) }
    }

    /// A moment, in Unix seconds.
    static func time(_ name: StaticString, _ value: @escaping @Sendable (Record) -> Int64) -> Self {
        Self(schema: SchemaElement(name: name, type: .time)) { .time(value($0)) }
    }

    /// A whole number that may be missing.
    static func number(optional name: StaticString, _ value: @escaping @Sendable (Record) -> Int64?) -> Self {
        Self(schema: SchemaElement(name: name, type: .number, isOptional: true)) { value($0).map(RecordValue.number) }
    }

    /// A text that may be missing.
    static func text(optional name: StaticString, _ value: @escaping @Sendable (Record) -> String?) -> Self {
        Self(schema: SchemaElement(name: name, type: .text, isOptional: true)) { value($0).map(RecordValue.text) }
    }

    /// A moment that may be missing.
    static func time(optional name: StaticString, _ value: @escaping @Sendable (Record) -> Int64?) -> Self {
        Self(schema: SchemaElement(name: name, type: .time, isOptional: true)) { value($0).map(RecordValue.time) }
    }
}

/// What the schema says of an element of a record.
struct SchemaElement: Sendable {
    let name: StaticString
    let type: SchemaType
    var isOptional = false
}

/// The simple types that records and parameters are made of, as the schema calls them.
enum SchemaType: String, Sendable {
    case number = "xsd:long"
    case text = "xsd:string"
    case flag = "xsd:boolean"
    case time = "xsd:dateTime"
}

/// The value of one element.
enum RecordValue: Sendable, Equatable {
    case number(Int64)
    case text(String)
    case flag(Bool)
    /// Unix seconds.
    case time(Int64)
}
