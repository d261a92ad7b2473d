internal import HTTPCore
internal import WireCodec

/// Why an envelope is not a request.
enum SOAPError: Error, Equatable {
    /// The text is not UTF-8, or says that it is something else.
    case notUTF8
    /// There is a document type in it, a processing instruction or another declaration.
    case declaration
    /// It is not XML, or not an envelope with a body.
    case malformed
    /// It is deeper than ``SOAPReader/maximumDepth`` or has more than ``SOAPReader/maximumElements``.
    case tooComplex
    /// The envelope is of another version of SOAP.
    case wrongVersion
    /// A header says that it must be understood, and none is.
    case headerNotUnderstood
    /// The body holds not exactly one operation of the service's namespace.
    case noOperation
    /// The service has no such operation.
    case unknownOperation
    /// A parameter has elements in it.
    case nestedParameter
    /// A parameter stands there twice, or there are too many.
    case unreadableParameter(FieldError)

    /// The fault's code (SOAP 1.1 section 4.4.1).
    var faultCode: SOAPFault.Code {
        switch self {
        case .wrongVersion: .versionMismatch
        case .headerNotUnderstood: .mustUnderstand
        default: .client
        }
    }

    /// What the caller is told.
    var answer: AnswerError { .badRequest(message) }

    private var message: String {
        switch self {
        case .notUTF8: "The envelope has to be UTF-8."
        case .declaration: "The envelope may have no document type and no processing instruction."
        case .malformed: "The envelope cannot be read."
        case .tooComplex: "The envelope has too many elements."
        case .wrongVersion: "The envelope has to be of SOAP 1.1."
        case .headerNotUnderstood: "A header must be understood, and this service understands none."
        case .noOperation: "The body holds one operation in the namespace \(ServiceDescription.namespace)."
        case .unknownOperation: "The service has no such operation: its WSDL lists them."
        case .nestedParameter: "Parameters hold text only."
        case .unreadableParameter(.duplicate): "Each parameter may be given once."
        case .unreadableParameter(.tooMany): "There are too many parameters."
        case .unreadableParameter(.malformed): "A parameter cannot be read."
        }
    }
}
