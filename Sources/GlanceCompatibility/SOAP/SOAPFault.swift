internal import Accounts
internal import HTTPCore
internal import WireCodec

/// A fault: what SOAP answers in place of the result (SOAP 1.1 section 4.4).
struct SOAPFault: Sendable {
    /// Whose fault it is.
    enum Code: String, Sendable {
        case client = "soap:Client"
        case server = "soap:Server"
        case versionMismatch = "soap:VersionMismatch"
        case mustUnderstand = "soap:MustUnderstand"
    }

    let code: Code
    let answer: AnswerError

    /// What an error that was thrown anywhere is as a fault.
    init(_ error: any Error) {
        if let error = error as? SOAPError {
            self.code = error.faultCode
            self.answer = error.answer
        } else {
            self.answer = AnswerError(error)
            self.code = answer == .unavailable ? .server : .client
        }
    }

    /// Writes the fault; the detail holds what the answer to a form would.
    func envelope(_ correlationID: CorrelationID) -> [UInt8] {
        SOAPEnvelope.document { xml in
            xml.element("soap:Fault") { xml in
                xml.element("faultcode", code.rawValue)
                xml.element("faultstring", answer.message)
                xml.element("detail") { xml in
                    xml.element("error", attributes: [("xmlns", ServiceDescription.namespace)]) { xml in
                        answer.write(correlationID, to: &xml)
                    }
                }
            }
        }
    }
}

/// The envelope around every answer.
enum SOAPEnvelope {
    /// Writes an envelope with what `body` writes in its body.
    static func document(_ body: (inout XMLWriter) -> Void) -> [UInt8] {
        XMLWriter.document("soap:Envelope", attributes: [("xmlns:soap", SOAPReader.envelopeNamespace)]) { xml in
            xml.element("soap:Body", body)
        }
    }
}

extension ServiceOperation {
    /// The envelope with an answer of this operation.
    func envelope(_ answer: ServiceAnswer) -> [UInt8] {
        SOAPEnvelope.document { xml in
            xml.element(named: responseName, attributes: [("xmlns", ServiceDescription.namespace)]) { xml in
                xml.element(named: resultName) { answer.writeContent(to: &$0) }
            }
        }
    }

    /// The element of the whole answer.
    var responseName: String { "\(name)Response" }
    /// The element of the result in it.
    var resultName: String { "\(name)Result" }
}
