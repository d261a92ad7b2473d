internal import WireCodec

/// What an operation answers: one record or a list of them, ready to be written in any style.
struct ServiceAnswer: Sendable {
    let shape: AnswerShape
    /// The values of each record, in the order of the shape's elements.
    let rows: [[RecordValue?]]
}

/// What the schema says of an answer.
struct AnswerShape: Sendable {
    /// The type of one record.
    let typeName: String
    /// The element of one record.
    let elementName: StaticString
    let elements: [SchemaElement]
    let isList: Bool

    init<Record: ServiceRecord>(of record: Record.Type, isList: Bool) {
        self.typeName = Record.typeName
        self.elementName = Record.elementName
        self.elements = Record.elements.map(\.schema)
        self.isList = isList
    }

    /// The type of the whole answer: of the record, or of the list.
    var resultTypeName: String { isList ? "ArrayOf\(typeName)" : typeName }
    /// The root element of the answer to a form: of the record, or called after the type of the list.
    var rootName: String { isList ? resultTypeName : "\(elementName)" }
}

// MARK: XML

extension ServiceAnswer {
    /// The answer to a form.
    var document: [UInt8] {
        var xml = XMLWriter()
        xml.element(named: shape.rootName, attributes: [("xmlns", ServiceDescription.namespace)]) { xml in
            writeContent(to: &xml)
        }
        return xml.bytes
    }

    /// Writes what is in the element of the whole answer: the elements of the record, or the records of the list.
    func writeContent(to xml: inout XMLWriter) {
        for row in rows {
            if shape.isList {
                xml.element(shape.elementName) { write(row, to: &$0) }
            } else {
                write(row, to: &xml)
            }
        }
    }

    private func write(_ row: [RecordValue?], to xml: inout XMLWriter) {
        for (element, value) in zip(shape.elements, row) {
            if let value { xml.element(element.name, value.text) }
        }
    }
}

// MARK: JSON

extension ServiceAnswer {
    /// The answer to JSON: the record, or an object whose one member is the list.
    var json: [UInt8] {
        guard shape.isList else { return rows.first.map(object) ?? JSONWriter.object { _ in } }
        let records = rows.map(object).joined(separator: [UInt8(ascii: ",")])
        let list = [UInt8(ascii: "[")] + Array(records) + [UInt8(ascii: "]")]
        return JSONWriter.object { $0.member(shape.elementName, json: list) }
    }

    private func object(_ row: [RecordValue?]) -> [UInt8] {
        JSONWriter.object { json in
            for (element, value) in zip(shape.elements, row) {
                switch value {
                case .number(let number): json.member(element.name, number)
                case .flag(let flag): json.member(element.name, flag)
                case .text, .time: json.member(element.name, value?.text ?? "")
                case nil: break
                }
            }
        }
    }
}

extension RecordValue {
    /// The value as XML has it, without escapes.
    var text: String {
        switch self {
        case .number(let number): "\(number)"
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case .time(let seconds): UTCTime(seconds: seconds).text
        }
    }
}
