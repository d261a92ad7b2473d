import Foundation
import FoundationXML
import HTTPCore
import HTTPTypes
import Testing
import WireProtocol

@testable import GlanceCompatibility

@Suite struct WSDLTests {
    let office: TwoGroups

    init() async throws {
        office = try await TwoGroups()
    }

    private func wsdl(_ target: String) async throws -> ElementList {
        let answer = try await office.send(.get, target)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/xml; charset=utf-8")
        return try ElementList(answer.body)
    }

    @Test(arguments: [
        (
            Path.sessionService, "SessionService",
            ["LookupPartnerCobrowseSession", "LookupPartnerSession2", "AgentInSession"]
        ),
        (
            Path.activityService, "ActivityService",
            ["PartnerSessionCounts", "PartnerSessionCountsEnding", "PartnerSessionDetails", "PartnerGuestDetails"]
        ),
    ])
    func `describes every operation once, at the server's own address`(
        _ path: String,
        _ name: String,
        _ operations: [String]
    ) async throws {
        let document = try await wsdl("\(path)?WSDL")
        #expect(document.attributes("name", of: "wsdl:service") == [name])
        #expect(document.attributes("location", of: "soap:address") == ["https://latchkey.example\(path)"])
        // Once in the port type, once in the binding.
        #expect(document.attributes("name", of: "wsdl:operation") == operations + operations)
        let actions = operations.map { "http://www.glancenetworks.com/services/\($0)" }
        #expect(document.attributes("soapAction", of: "soap:operation") == actions)
    }

    @Test(arguments: [Path.sessionService, Path.activityService])
    func `refers to nothing that it does not define`(_ path: String) async throws {
        let document = try await wsdl("\(path)?wsdl")
        let elements =
            document.attributes("name", of: "xsd:element") + document.attributes("name", of: "xsd:complexType")
        let messages = document.attributes("name", of: "wsdl:message")
        #expect(Set(messages).count == messages.count)
        let types = document.attributes("name", of: "xsd:complexType")
        #expect(Set(types).count == types.count)
        let named = ["type", "element"]
            .flatMap { attribute in
                document.elements.filter { $0.name != "wsdl:binding" }.compactMap { $0.attributes[attribute] }
            }
        for reference in named where reference.hasPrefix("tns:") {
            #expect(elements.contains(String(reference.dropFirst(4))), "\(reference)")
        }
        for element in document.elements {
            guard let reference = element.attributes["message"] else { continue }
            #expect(messages.contains(String(reference.dropFirst(4))), "\(reference)")
        }
    }

    @Test func `without the question it says how to ask`() async throws {
        let answer = try await office.send(.get, Path.sessionService)
        #expect(answer.status == 200)
        #expect(answer.body.contains("https://latchkey.example/services/SessionService.asmx?WSDL"))
        #expect(answer.body.contains("AgentInSession: partnerid, partneruserid, loginkey"))
        #expect(try await office.send(.get, "\(Path.sessionService)?%").status == 200)
    }
}

/// The elements of a document in their order.
struct ElementList {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
    }

    private(set) var elements: [Element] = []

    init(_ text: String) throws {
        let reader = Reader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        _ = parser.parse()
        if let error = parser.parserError { throw error }
        elements = reader.elements
    }

    func attributes(_ attribute: String, of name: String) -> [String] {
        elements.filter { $0.name == name }.compactMap { $0.attributes[attribute] }
    }

    /// The text of the only element of that name, as existing readers look for it; `nil` if there is none.
    func text(_ name: String) -> String? {
        let found = elements.filter { $0.name == name }
        return found.count == 1 ? found[0].text : nil
    }

    var names: [String] { elements.map(\.name) }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser,
            didStartElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            open.append(elements.count)
            elements.append(Element(name: elementName, attributes: attributes))
        }

        func parser(
            _ parser: XMLParser,
            didEndElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?
        ) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard let index = open.last else { return }
            elements[index].text += string
        }
    }
}
