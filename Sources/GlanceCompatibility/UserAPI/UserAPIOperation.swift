/// The five calls.
enum UserAPIOperation: String, Sendable, CaseIterable {
    case newUser = "NewUser"
    case updateUser = "UpdateUser"
    case deleteUser = "DeleteUser"
    case showUsers = "ShowUsers"
    case showRoles = "ShowRoles"

    /// Where it is called.
    var path: String { "/PAPI/\(rawValue).asp" }

    /// How it is read and carried out.
    var call: any UserAPICall.Type {
        switch self {
        case .newUser: NewUser.self
        case .updateUser: UpdateUser.self
        case .deleteUser: DeleteUser.self
        case .showUsers: ShowUsers.self
        case .showRoles: ShowRoles.self
        }
    }
}

/// One call: read completely before anybody is signed in, so that a malformed one spends no LoginKey.
protocol UserAPICall: Sendable {
    /// What it takes beside ``UserAPIParameter/credentials``.
    static var parameters: [UserAPIParameter] { get }

    /// Reads and checks all parameters.
    init(_ form: UserAPIForm) throws(UserAPIError)

    /// Carries it out, and returns the answer's XML.
    func run(at context: UserAPIContext) async throws(UserAPIError) -> [UInt8]
}
