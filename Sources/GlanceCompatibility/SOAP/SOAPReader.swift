internal import Foundation
internal import FoundationXML
internal import WireCodec

/// Takes an envelope apart while it is parsed, and stops at the first thing that does not belong there.
final class SOAPReader: NSObject, XMLParserDelegate {
    static let maximumDepth = 16
    static let maximumElements = 64
    static let envelopeNamespace = "http://schemas.xmlsoap.org/soap/envelope/"

    /// Where in the envelope the parser is.
    private enum Place {
        case outside
        case envelope
        case header
        case body
        case operation
        case parameter(String)
        /// In an entry of the header, so many elements deep.
        case entry(Int)
    }

    private(set) var operation: String?
    private(set) var fields = FieldSet()
    private(set) var error: SOAPError?
    /// Whether the envelope was closed and had a body.
    private(set) var hasEnded = false

    private var place = Place.outside
    private var hasHeader = false
    private var hasBody = false
    private var elements = 0
    private var depth = 0
    private var value = ""

    func parser(
        _ parser: XMLParser,
        didStartElement elementName: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        advance(parser) { () throws(SOAPError) in
            elements += 1
            depth += 1
            guard elements <= Self.maximumElements, depth <= Self.maximumDepth else { throw .tooComplex }
            try enter(elementName, namespaceURI ?? "", attributes)
        }
    }

    func parser(
        _ parser: XMLParser,
        didEndElement elementName: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        advance(parser) { () throws(SOAPError) in
            depth -= 1
            try leave()
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        advance(parser) { () throws(SOAPError) in try read(string) }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        advance(parser) { () throws(SOAPError) in try read(String(decoding: block, as: UTF8.self)) }
    }

    func parser(_ parser: XMLParser, foundProcessingInstructionWithTarget target: String, data: String?) {
        advance(parser) { () throws(SOAPError) in throw .declaration }
    }

    /// Takes one step, unless an earlier one failed: the parser may report more after it was stopped.
    private func advance(_ parser: XMLParser, _ step: () throws(SOAPError) -> Void) {
        guard error == nil else { return }
        do {
            try step()
        } catch {
            self.error = error
            parser.abortParsing()
        }
    }
}

// MARK: The parts of an envelope

extension SOAPReader {
    private func enter(_ name: String, _ namespace: String, _ attributes: [String: String]) throws(SOAPError) {
        switch place {
        case .outside: try enterEnvelope(name, namespace)
        case .envelope: try enterPart(name, namespace)
        case .header:
            guard !Self.mustBeUnderstood(attributes) else { throw .headerNotUnderstood }
            place = .entry(1)
        case .entry(let depth): place = .entry(depth + 1)
        case .body:
            guard operation == nil, namespace == ServiceDescription.namespace else { throw .noOperation }
            operation = name
            place = .operation
        case .operation:
            value = ""
            place = .parameter(name)
        case .parameter: throw .nestedParameter
        }
    }

    private func enterEnvelope(_ name: String, _ namespace: String) throws(SOAPError) {
        guard name == "Envelope" else { throw .malformed }
        guard namespace == Self.envelopeNamespace else { throw .wrongVersion }
        place = .envelope
    }

    private func enterPart(_ name: String, _ namespace: String) throws(SOAPError) {
        guard namespace == Self.envelopeNamespace else { throw .malformed }
        switch name {
        case "Header" where !hasHeader && !hasBody:
            hasHeader = true
            place = .header
        case "Body" where !hasBody:
            hasBody = true
            place = .body
        default: throw .malformed
        }
    }

    private func leave() throws(SOAPError) {
        switch place {
        case .parameter(let name):
            do {
                try fields.add(name: name, value: value)
            } catch {
                throw .unreadableParameter(error)
            }
            place = .operation
        case .operation: place = .body
        case .header, .body: place = .envelope
        case .entry(let depth): place = depth == 1 ? .header : .entry(depth - 1)
        case .envelope:
            hasEnded = hasBody
            place = .outside
        case .outside: throw .malformed
        }
    }

    private func read(_ text: String) throws(SOAPError) {
        switch place {
        case .parameter: value += text
        case .entry: break
        default:
            guard text.utf8.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { throw .malformed }
        }
    }

    /// Whether an entry of the header has `mustUnderstand`, in whatever prefix, and is for us (SOAP 1.1 section 4.2.3).
    private static func mustBeUnderstood(_ attributes: [String: String]) -> Bool {
        isForUs(attributes)
            && values(of: "mustUnderstand", in: attributes).contains { ["1", "true"].contains($0) }
    }

    /// An entry is for the last receiver where it names no actor, and for whoever comes next; another's entries are
    /// not ours (SOAP 1.1 section 4.2.2).
    private static func isForUs(_ attributes: [String: String]) -> Bool {
        values(of: "actor", in: attributes).allSatisfy { ["", nextActor].contains($0) }
    }

    private static let nextActor = "http://schemas.xmlsoap.org/soap/actor/next"

    private static func values(of name: String, in attributes: [String: String]) -> [String] {
        attributes.filter { $0.key == name || $0.key.hasSuffix(":" + name) }
            .map { $0.value.filter { !$0.isWhitespace } }
    }
}
