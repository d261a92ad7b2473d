internal import HTTPCore
internal import WireCodec

/// The WSDL 1.1 of a service: SOAP 1.1 over HTTP, document/literal wrapped.
///
/// Source: https://www.w3.org/TR/2001/NOTE-wsdl-20010315
struct WSDL: Sendable {
    let service: ServiceDescription
    /// Where the service is called.
    let address: String

    /// The fault that every operation can answer.
    private static let fault = "ServiceError"

    /// The document.
    var document: [UInt8] {
        let attributes: [(StaticString, String)] = [
            ("name", service.name), ("targetNamespace", ServiceDescription.namespace),
            ("xmlns:tns", ServiceDescription.namespace), ("xmlns:wsdl", "http://schemas.xmlsoap.org/wsdl/"),
            ("xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/"),
            ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"),
        ]
        return XMLWriter.document("wsdl:definitions", attributes: attributes) { xml in
            xml.element("wsdl:types") { WSDLSchema(service: service).write(to: &$0) }
            writeMessages(to: &xml)
            writePortType(to: &xml)
            writeBinding(to: &xml)
            writeService(to: &xml)
        }
    }

    private var portName: String { "\(service.name)Soap" }

    private func writeMessages(to xml: inout XMLWriter) {
        for operation in service.operations {
            write(message: "\(operation.name)SoapIn", part: "parameters", element: operation.name, to: &xml)
            write(message: "\(operation.name)SoapOut", part: "parameters", element: operation.responseName, to: &xml)
        }
        write(message: Self.fault, part: "error", element: "error", to: &xml)
    }

    private func write(message: String, part: String, element: String, to xml: inout XMLWriter) {
        xml.element("wsdl:message", attributes: [("name", message)]) { xml in
            xml.element("wsdl:part", attributes: [("name", part), ("element", "tns:\(element)")]) { _ in }
        }
    }

    private func writePortType(to xml: inout XMLWriter) {
        xml.element("wsdl:portType", attributes: [("name", portName)]) { xml in
            for operation in service.operations {
                xml.element("wsdl:operation", attributes: [("name", operation.name)]) { xml in
                    xml.element("wsdl:input", attributes: [("message", "tns:\(operation.name)SoapIn")]) { _ in }
                    xml.element("wsdl:output", attributes: [("message", "tns:\(operation.name)SoapOut")]) { _ in }
                    let fault: [(StaticString, String)] = [("name", Self.fault), ("message", "tns:\(Self.fault)")]
                    xml.element("wsdl:fault", attributes: fault) { _ in }
                }
            }
        }
    }

    private func writeBinding(to xml: inout XMLWriter) {
        let transport = "http://schemas.xmlsoap.org/soap/http"
        xml.element("wsdl:binding", attributes: [("name", portName), ("type", "tns:\(portName)")]) { xml in
            xml.element("soap:binding", attributes: [("transport", transport), ("style", "document")]) { _ in }
            for operation in service.operations {
                xml.element("wsdl:operation", attributes: [("name", operation.name)]) { xml in
                    let action = "\(ServiceDescription.namespace)/\(operation.name)"
                    xml.element("soap:operation", attributes: [("soapAction", action), ("style", "document")]) { _ in }
                    xml.element("wsdl:input", Self.writeLiteralBody)
                    xml.element("wsdl:output", Self.writeLiteralBody)
                    xml.element("wsdl:fault", attributes: [("name", Self.fault)]) { xml in
                        xml.element("soap:fault", attributes: [("name", Self.fault), ("use", "literal")]) { _ in }
                    }
                }
            }
        }
    }

    private static func writeLiteralBody(to xml: inout XMLWriter) {
        xml.element("soap:body", attributes: [("use", "literal")]) { _ in }
    }

    private func writeService(to xml: inout XMLWriter) {
        xml.element("wsdl:service", attributes: [("name", service.name)]) { xml in
            xml.element("wsdl:port", attributes: [("name", portName), ("binding", "tns:\(portName)")]) { xml in
                xml.element("soap:address", attributes: [("location", address)]) { _ in }
            }
        }
    }
}
