internal import Accounts
internal import HTTPCore
internal import WireCodec

/// Errors to XML: the one place for the services in the vendor's namespace.
extension AnswerError {
    /// The answer to a form.
    func document(_ correlationID: CorrelationID) -> [UInt8] {
        XMLWriter.document("error", attributes: [("xmlns", ServiceDescription.namespace)]) { xml in
            write(correlationID, to: &xml)
        }
    }

    /// Writes code, message and correlation id, in the order of ``schema``.
    func write(_ correlationID: CorrelationID, to xml: inout XMLWriter) {
        xml.element("code", code)
        xml.element("message", message)
        xml.element("correlationid", correlationID.text)
    }

    /// The elements of an error.
    static let schema: [SchemaElement] = [
        SchemaElement(name: "code", type: .text), SchemaElement(name: "message", type: .text),
        SchemaElement(name: "correlationid", type: .text),
    ]
}
