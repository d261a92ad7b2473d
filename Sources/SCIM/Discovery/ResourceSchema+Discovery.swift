internal import WireCodec

extension ResourceSchema {
    /// What `/ServiceProviderConfig` is (RFC 7643 section 5).
    static let serviceProviderConfig = Self(
        id: URN.serviceProviderConfig,
        name: "ServiceProviderConfig",
        summary: "What of SCIM is offered",
        attributes: [
            SchemaAttribute("documentationUri", .reference, "Where people read about it")
                .with { $0.referenceTypes = ["external"] },
            feature("patch", "Changing single attributes"),
            feature("bulk", "Many operations in one request")
                .with {
                    $0.subAttributes += [
                        SchemaAttribute("maxOperations", .integer, "The most operations").required,
                        SchemaAttribute("maxPayloadSize", .integer, "The most bytes").required,
                    ]
                },
            feature("filter", "Conditions on what is listed")
                .with {
                    $0.subAttributes += [
                        SchemaAttribute("maxResults", .integer, "The most resources in an answer").required
                    ]
                },
            feature("changePassword", "Setting passwords"),
            feature("sort", "Other orders than that of the ids"),
            feature("etag", "Versions of resources"),
            authenticationSchemes,
        ]
        .map(\.readOnly)
    )

    /// What an entry of `/ResourceTypes` is (RFC 7643 section 6).
    static let resourceType = Self(
        id: URN.resourceType,
        name: "ResourceType",
        summary: "A kind of resource",
        attributes: [
            SchemaAttribute("id", "The name again"),
            exact("name", "The name of the kind").required.with { $0.uniqueness = .server },
            SchemaAttribute("description", "What it is"),
            reference("endpoint", "Where they are, below the base path").required.with { $0.uniqueness = .server },
            reference("schema", "The schema of the kind").required,
            SchemaAttribute("schemaExtensions", .complex, "Schemas that add to it; there are none")
                .with {
                    $0.isMultiValued = true
                    $0.subAttributes = [
                        reference("schema", "The schema of the extension").required,
                        SchemaAttribute("required", .boolean, "Whether it has to be there").required,
                    ]
                },
        ]
        .map(\.readOnly)
    )

    /// What an entry of `/Schemas` is (RFC 7643 section 7).
    static let schema = Self(
        id: URN.schema,
        name: "Schema",
        summary: "What a kind of resource consists of",
        attributes: [
            exact("id", "The URN of the schema").required,
            SchemaAttribute("name", "The name of the kind").required,
            SchemaAttribute("description", "What it is"),
            SchemaAttribute("attributes", .complex, "The attributes of the kind").required
                .with {
                    $0.isMultiValued = true
                    $0.subAttributes =
                        characteristics + [
                            SchemaAttribute("subAttributes", .complex, "The parts of the attribute")
                                .with {
                                    $0.isMultiValued = true
                                    $0.subAttributes = characteristics
                                }
                        ]
                },
        ]
        .map(\.readOnly)
    )

    private static func feature(_ name: String, _ summary: String) -> SchemaAttribute {
        SchemaAttribute(name, .complex, summary).required
            .with {
                $0.subAttributes = [SchemaAttribute("supported", .boolean, "Whether it is offered").required]
            }
    }

    private static func exact(_ name: String, _ summary: String) -> SchemaAttribute {
        SchemaAttribute(name, summary).with { $0.isCaseExact = true }
    }

    private static func reference(_ name: String, _ summary: String) -> SchemaAttribute {
        SchemaAttribute(name, .reference, summary)
            .with {
                $0.isCaseExact = true
                $0.referenceTypes = ["uri"]
            }
    }

    private static let authenticationSchemes = SchemaAttribute(
        "authenticationSchemes",
        .complex,
        "How callers say who they are"
    )
    .required
    .with {
        $0.isMultiValued = true
        $0.subAttributes = [
            SchemaAttribute("type", "The scheme").required.with { $0.canonicalValues = ["oauthbearertoken"] },
            SchemaAttribute("name", "What it is called").required,
            SchemaAttribute("description", "What to do").required,
            SchemaAttribute("specUri", .reference, "Where it is specified").with { $0.referenceTypes = ["external"] },
            SchemaAttribute("primary", .boolean, "Whether it is the preferred one"),
        ]
    }

    private static let characteristics = [
        exact("name", "The name of the attribute").required,
        exact("type", "Its type").required
            .with {
                $0.canonicalValues = [
                    "string", "complex", "boolean", "decimal", "integer", "dateTime", "reference", "binary",
                ]
            },
        SchemaAttribute("multiValued", .boolean, "Whether it has many values").required,
        exact("description", "What it is"),
        SchemaAttribute("required", .boolean, "Whether it has to be there"),
        exact("canonicalValues", "Values to choose from").with { $0.isMultiValued = true },
        SchemaAttribute("caseExact", .boolean, "Whether case counts"),
        exact("mutability", "Who may change it")
            .with {
                $0.canonicalValues = ["readOnly", "readWrite", "immutable", "writeOnly"]
            },
        exact("returned", "When it is shown")
            .with {
                $0.canonicalValues = ["always", "never", "default", "request"]
            },
        exact("uniqueness", "Where no two may have the same value")
            .with {
                $0.canonicalValues = ["none", "server", "global"]
            },
        exact("referenceTypes", "The kinds that it may lead to").with { $0.isMultiValued = true },
    ]
}
