internal import WireCodec

extension SessionEvent {
    /// Reads a frame; `nil` if it is not an event, or one that is not known here.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard (try? fields.add(json: json)) != nil, let kind = fields["type"].flatMap(Kind.init) else { return nil }
        switch kind {
        case .consentAsked: self = .consentAsked(agent: fields["agent"] ?? "")
        case .consentPending: self = .consentPending
        case .agents:
            guard let roster = SessionRoster(fields) else { return nil }
            self = .agents(roster, may: fields.capabilities, own: fields["own"].flatMap { Int($0) })
        case .invitation: self = .invitation(fields["invitation"] ?? "")
        case .active:
            let (agent, visitor) = (fields["agent"] ?? "", fields["visitor"] ?? "")
            self = .active(agent: agent, visitor: visitor, may: fields.capabilities)
        case .refused: self = .refused(fields["reason"].flatMap(SessionRefusal.init))
        case .arrived, .left, .away, .message, .said: self.init(kind, ofSide: fields)
        case .connected, .ended: self.init(kind, withStatus: fields)
        }
    }

    private init?(_ kind: Kind, ofSide fields: FieldSet) {
        guard let side = fields["role"].flatMap(SessionSide.init) else { return nil }
        let name = fields["name"] ?? ""
        switch kind {
        case .arrived: self = .arrived(side, name: name)
        case .left: self = .left(side)
        case .away: self = .away(side)
        case .said:
            let (text, time) = (fields["text"] ?? "", fields["at"].flatMap { Int64($0) } ?? 0)
            self = .said(by: side, name: name, text: text, at: time, isOwn: fields["own"] == "1")
        default: self = .message(from: side, name: name, text: fields["text"] ?? "")
        }
    }

    private init?(_ kind: Kind, withStatus fields: FieldSet) {
        guard let status = fields["status"].flatMap(SessionStatus.init) else { return nil }
        switch kind {
        case .ended: self = .ended(status, by: fields["by"].flatMap(SessionSide.init))
        default: self = .connected(status: status, other: fields["other"], may: fields.capabilities)
        }
    }
}

extension SessionRoster {
    /// Reads what ``SessionEvent/agents(_:may:own:)`` has on the wire; `nil` if the lists do not fit each other.
    fileprivate init?(_ fields: FieldSet) {
        let names = (fields["names"] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        let (numbers, away, asking) = (fields.numbers("numbers"), fields.numbers("away"), fields.numbers("asking"))
        guard let control = fields["control"].flatMap({ Int($0) }), names.count == max(numbers.count, 1) else {
            return nil
        }
        let entries = zip(numbers, names)
            .map { number, name in
                Entry(
                    number: number,
                    name: String(name),
                    isAway: away.contains(number),
                    wantsControl: asking.contains(number)
                )
            }
        self.init(entries: entries, control: control, asked: fields["asked"] ?? "")
    }
}

extension FieldSet {
    /// Numbers with a blank between them.
    fileprivate func numbers(_ name: String) -> [Int] {
        (self[name] ?? "").split(separator: " ").compactMap { Int($0) }
    }

    fileprivate var capabilities: AgentCapabilities { AgentCapabilities(text: self["may"] ?? "") }
}
