internal import WireCodec

extension ResourceSchema {
    /// What a user is.
    static let user = Self(
        id: URN.user,
        name: "User",
        summary: "An agent or an administrator",
        attributes: [
            SchemaAttribute("userName", "The name to sign in with: letters, digits and . _ @ + -, kept in lower case")
                .required.with { $0.uniqueness = .server },
            SchemaAttribute("externalId", "The PartnerUserId, by which the CRM knows the user: 1 to 255 characters")
                .with {
                    $0.isCaseExact = true
                    $0.uniqueness = .server
                },
            name,
            SchemaAttribute("displayName", "Given and family name, or else the user name").readOnly,
            SchemaAttribute("active", .boolean, "Whether the user may sign in; true for a new user if left out")
                .required,
            SchemaAttribute("password", "8 to 49 characters; not needed by users who come by LoginKey")
                .with {
                    $0.isCaseExact = true
                    $0.mutability = .writeOnly
                    $0.returned = .never
                },
            contact("emails", "The e-mail address, up to 127 characters: one is kept, the primary one or the first"),
            contact("phoneNumbers", "The phone number, up to 31 characters: one is kept, the primary one or the first"),
            roles([]),
            groups,
        ]
    )

    /// What a group is.
    static let group = Self(
        id: URN.group,
        name: "Group",
        summary: "A role: it narrows what its members may do to what the administrator has left of it",
        attributes: [
            SchemaAttribute("displayName", "The name of the role, 1 to 70 characters")
                .required.with { $0.uniqueness = .server },
            SchemaAttribute("externalId", "Not kept for groups").readOnly.with { $0.isCaseExact = true },
            SchemaAttribute("members", .complex, "The users who have the role; at most 1,000 are listed")
                .with {
                    $0.isMultiValued = true
                    $0.subAttributes = members
                },
        ]
    )

    /// The same schema with the names of the roles that there are; without roles there is nothing to give.
    func naming(_ roles: [String]) -> Self {
        let others = attributes.filter { $0.name != "roles" }
        return Self(
            id: id,
            name: name,
            summary: summary,
            attributes: roles.isEmpty ? others : others + [Self.roles(roles)]
        )
    }

    /// Read-only attributes of every resource (RFC 7643 section 3.1), which no schema lists.
    static let common = ["schemas", "id", "meta"]

    private static let name = SchemaAttribute("name", .complex, "The parts of the user's name")
        .with {
            $0.subAttributes = [
                SchemaAttribute("formatted", "Given and family name").readOnly.with { $0.returned = .onRequest },
                SchemaAttribute("familyName", "The family name, up to 49 characters"),
                SchemaAttribute("givenName", "The given name, up to 49 characters"),
            ]
        }

    private static func contact(_ name: String, _ summary: String) -> SchemaAttribute {
        SchemaAttribute(name, .complex, summary)
            .with {
                $0.isMultiValued = true
                $0.subAttributes = [
                    SchemaAttribute("value", "The address or number"),
                    SchemaAttribute("type", "What it is for; kept as work").with { $0.canonicalValues = ["work"] },
                    primary,
                ]
            }
    }

    private static func roles(_ names: [String]) -> SchemaAttribute {
        SchemaAttribute("roles", .complex, "The user's role: one at most, of those that there are")
            .with {
                $0.isMultiValued = true
                $0.subAttributes = [
                    SchemaAttribute("value", "The name of a role").with { $0.canonicalValues = names },
                    primary,
                ]
            }
    }

    /// One value is kept, so that it is always the primary one.
    private static let primary = SchemaAttribute("primary", .boolean, "Whether it is the one to keep; then always true")
        .with { $0.canonicalValues = ["true"] }

    private static let groups = SchemaAttribute("groups", .complex, "The user's role as a group")
        .with {
            $0.isMultiValued = true
            $0.subAttributes = [
                SchemaAttribute("value", "The id of the group").with { $0.isCaseExact = true },
                SchemaAttribute("$ref", .reference, "Where the group is")
                    .with {
                        $0.isCaseExact = true
                        $0.referenceTypes = ["Group"]
                    },
                SchemaAttribute("display", "The name of the group"),
                SchemaAttribute("type", "How the user came to it").with { $0.canonicalValues = ["direct"] },
            ]
        }
        .readOnly

    private static let members = [
        SchemaAttribute("value", "The id of a user")
            .with {
                $0.isCaseExact = true
                $0.mutability = .immutable
            },
        SchemaAttribute("$ref", .reference, "Where the user is")
            .with {
                $0.isCaseExact = true
                $0.referenceTypes = ["User"]
                $0.mutability = .immutable
            },
        SchemaAttribute("type", "The kind of member")
            .with {
                $0.canonicalValues = ["User"]
                $0.mutability = .immutable
            },
    ]
}
