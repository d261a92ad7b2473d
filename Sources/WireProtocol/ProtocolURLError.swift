/// Why a text is not a URL for the client.
///
/// No error holds any part of the text.
package enum ProtocolURLError: String, Error, CustomStringConvertible {
    /// Longer than ``ProtocolURL/maximumByteCount``.
    case tooLong
    /// A character that is not printable ASCII.
    case unexpectedCharacter
    /// Not `glancepanorama://` or `glance://`.
    case unknownScheme
    /// No command of ``ProtocolURL/Command``.
    case unknownCommand
    /// The path has parts that the command does not take, or lacks some, or has characters it cannot have.
    case malformedPath
    /// The web server is not a host with an optional port.
    case malformedWebServer
    /// The session key is missing, not wanted, or has characters it cannot have.
    case malformedSessionKey
    /// A parameter that is not listed, or not for this command.
    case unknownParameter
    /// A parameter that stands there twice.
    case duplicateParameter
    /// A parameter that is empty, wrongly escaped, or has characters that have to be escaped.
    case malformedParameter
    /// Not exactly one credential, or a malformed one.
    case malformedCredential

    /// The code in lower camel case.
    package var description: String { rawValue }
}
