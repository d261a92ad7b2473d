internal import HTTPCore
internal import WireCodec

/// The schema of a service's elements and types.
struct WSDLSchema: Sendable {
    let service: ServiceDescription

    /// Writes the schema.
    func write(to xml: inout XMLWriter) {
        let attributes: [(StaticString, String)] = [
            ("elementFormDefault", "qualified"), ("targetNamespace", ServiceDescription.namespace),
        ]
        xml.element("xsd:schema", attributes: attributes) { xml in
            for operation in service.operations {
                write(operation, to: &xml)
            }
            writeTypes(to: &xml)
            element("error", to: &xml) { xml in
                for element in AnswerError.schema {
                    write(element, to: &xml)
                }
            }
        }
    }

    private func write(_ operation: ServiceOperation, to xml: inout XMLWriter) {
        element(operation.name, to: &xml) { xml in
            for parameter in operation.parameters {
                write(parameter.name, parameter.type.rawValue, isOptional: parameter.isOptional, to: &xml)
            }
        }
        element(operation.responseName, to: &xml) { xml in
            write(operation.resultName, "tns:\(operation.shape.resultTypeName)", isOptional: false, to: &xml)
        }
    }

    /// The types of all answers, each once.
    private func writeTypes(to xml: inout XMLWriter) {
        var written: Set<String> = []
        for shape in service.operations.map(\.shape) {
            if written.insert(shape.typeName).inserted {
                complexType(shape.typeName, to: &xml) { xml in
                    for element in shape.elements {
                        write(element, to: &xml)
                    }
                }
            }
            if shape.isList, written.insert(shape.resultTypeName).inserted {
                complexType(shape.resultTypeName, to: &xml) { writeItem(of: shape, to: &$0) }
            }
        }
    }

    private func writeItem(of shape: AnswerShape, to xml: inout XMLWriter) {
        let attributes: [(StaticString, String)] = [
            ("name", "\(shape.elementName)"), ("type", "tns:\(shape.typeName)"), ("minOccurs", "0"),
            ("maxOccurs", "unbounded"),
        ]
        xml.element("xsd:element", attributes: attributes) { _ in }
    }

    private func element(_ name: String, to xml: inout XMLWriter, _ body: (inout XMLWriter) -> Void) {
        xml.element("xsd:element", attributes: [("name", name)]) { xml in
            xml.element("xsd:complexType") { xml in
                xml.element("xsd:sequence", body)
            }
        }
    }

    private func complexType(_ name: String, to xml: inout XMLWriter, _ body: (inout XMLWriter) -> Void) {
        xml.element("xsd:complexType", attributes: [("name", name)]) { xml in
            xml.element("xsd:sequence", body)
        }
    }

    private func write(_ element: SchemaElement, to xml: inout XMLWriter) {
        write("\(element.name)", element.type.rawValue, isOptional: element.isOptional, to: &xml)
    }

    private func write(_ name: String, _ type: String, isOptional: Bool, to xml: inout XMLWriter) {
        let attributes: [(StaticString, String)] = [
            ("name", name), ("type", type), ("minOccurs", isOptional ? "0" : "1"), ("maxOccurs", "1"),
        ]
        xml.element("xsd:element", attributes: attributes) { _ in }
    }
}
