internal import Foundation
internal import FoundationXML
internal import WireCodec

/// A SOAP 1.1 request in the style document/literal wrapped: one operation with its parameters.
///
/// `SOAPAction` plays no part in it. Source: https://www.w3.org/TR/2000/NOTE-SOAP-20000508/
struct SOAPRequest: Sendable {
    /// The local name of the element in the body.
    let operation: String
    /// The elements in it, by their local names.
    let fields: FieldSet

    /// Reads an envelope.
    ///
    /// - Parameter body: The whole body; the caller has limited its length.
    /// - Throws: ``SOAPError``.
    init(parsing body: [UInt8]) throws(SOAPError) {
        let text = try SOAPText(body)
        let reader = SOAPReader()
        let parser = XMLParser(data: Data(text.bytes))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        // What `parse()` returns says nothing: it is true for an envelope that ends in the middle.
        _ = parser.parse()
        if let error = reader.error { throw error }
        guard parser.parserError == nil, reader.hasEnded else { throw .malformed }
        guard let operation = reader.operation else { throw .noOperation }
        self.operation = operation
        self.fields = reader.fields
    }
}
