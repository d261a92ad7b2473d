internal import LocalIPC
internal import WireProtocol

/// Why the launcher could not do what it was asked.
///
/// Nothing of a URL is ever shown.
enum LauncherError: Error, CustomStringConvertible {
    /// More than one argument: some program did not quote what it was given.
    case tooManyArguments
    /// The argument is no URL for the client.
    case unreadableURL(ProtocolURLError)
    /// An option that does not exist, or the value of one.
    case unknownOption
    /// The client could not be reached.
    case localIPC(LocalIPCError)
    /// The client refuses the URL, and why.
    case refused(String)
    /// The client was started and did not answer.
    case clientDidNotStart
    /// The system does not say which file this program is.
    case ownPathUnknown
    /// The desktop entry could not be written or made the handler.
    case notRegistered(String)
    /// `status`: another program is the handler, or none; the sentence was printed already.
    case notTheHandler

    var description: String {
        switch self {
        case .tooManyArguments: "expected exactly one URL"
        case .unreadableURL(let error): "this is not a URL for Latchkey (\(error))"
        case .unknownOption: "unknown option; see latchkey-launcher --help"
        case .localIPC(let error): error.description
        case .refused(let reason): reason
        case .clientDidNotStart: "the Latchkey client could not be started; is latchkey-client beside this program?"
        case .ownPathUnknown: "/proc is not mounted"
        case .notRegistered(let reason): reason
        case .notTheHandler: ""
        }
    }

    /// As in `sysexits.h`: 64 wrong use, 65 refused, 69 unavailable, 73 cannot create; 1 for a plain no.
    var exitCode: Int32 {
        switch self {
        case .tooManyArguments, .unreadableURL, .unknownOption: 64
        case .refused: 65
        case .localIPC, .clientDidNotStart, .ownPathUnknown: 69
        case .notRegistered: 73
        case .notTheHandler: 1
        }
    }
}
