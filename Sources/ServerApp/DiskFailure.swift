internal import Foundation
internal import SystemPackage

/// What the system says about a file that could not be read or written.
package enum DiskFailure {
    /// The reason in a few words: the system's own where there is one under an error of Foundation.
    package static func words(_ error: any Error) -> String {
        guard let code = code(of: error) else { return (error as NSError).localizedDescription }
        return code == .noSpace ? "the disk is full" : code.description.lowercased()
    }

    private static func code(of error: any Error) -> Errno? {
        if let error = error as? Errno { return error }
        let error = error as NSError
        if error.domain == NSPOSIXErrorDomain { return Errno(rawValue: Int32(error.code)) }
        return (error.userInfo[NSUnderlyingErrorKey] as? any Error).flatMap(code)
    }
}
