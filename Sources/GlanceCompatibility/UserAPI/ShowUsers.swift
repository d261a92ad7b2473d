internal import Accounts
internal import WireCodec

/// `ShowUsers`: the group's users that fit all filters, page by page.
struct ShowUsers: UserAPICall {
    static let parameters: [UserAPIParameter] = [.partnerUserID, .userAddress, .userRole, .pageCount, .pageStart]

    let query: UserQuery

    init(_ form: UserAPIForm) throws(UserAPIError) {
        var conditions: [UserFilter] = []
        for (parameter, field) in Self.filters {
            guard let text = form.nonEmpty(parameter) else { continue }
            guard let wildcard = Wildcard(text) else {
                throw UserAPIError(.invalidField, "\(parameter.rawValue) \(Wildcard.rule).", parameter)
            }
            conditions.append(wildcard.filter(field))
        }
        query = UserQuery(
            filter: conditions.isEmpty ? nil : .all(conditions),
            after: try Self.start(form),
            limit: try Self.count(form)
        )
    }

    func run(at context: UserAPIContext) async throws(UserAPIError) -> [UInt8] {
        let page = try await context.users(matching: query)
        let names = Dictionary(uniqueKeysWithValues: try await context.roles().map { ($0.id, $0.name) })
        return UserAPIAnswer.ok { xml in
            xml.element("total", "\(page.total)")
            xml.element("users") { xml in
                for user in page.users {
                    UserAPIAnswer.add(user, role: user.roleID.flatMap { names[$0] } ?? "", to: &xml)
                }
            }
            if page.users.count == query.limit, let last = page.users.last {
                xml.element("PageStart", last.id.description)
            }
        }
    }

    private static let filters: [(UserAPIParameter, UserFilter.Field)] = [
        (.partnerUserID, .partnerUserID), (.userAddress, .username), (.userRole, .roleName),
    ]

    private static func count(_ form: UserAPIForm) throws(UserAPIError) -> Int {
        guard let text = form.nonEmpty(.pageCount) else { throw .missing(.pageCount) }
        guard let count = WholeNumber.read(text, in: 1...1000) else {
            throw UserAPIError(.invalidField, "PageCount is 1 to 1000.", .pageCount)
        }
        return Int(count)
    }

    /// The token is the id of the last user of the page before.
    private static func start(_ form: UserAPIForm) throws(UserAPIError) -> User.ID? {
        guard let text = form.nonEmpty(.pageStart) else { return nil }
        guard let number = WholeNumber.read(text, in: 1...WholeNumber.maximum) else {
            throw UserAPIError(.invalidField, "PageStart is what the page before has ended with.", .pageStart)
        }
        return User.ID(number)
    }
}
