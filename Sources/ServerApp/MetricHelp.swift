/// What each measurement of the server means, for readers of `/metrics`.
enum MetricHelp {
    static let texts = [
        "latchkey_accept_pauses_total": "Times that no connections were accepted, for want of room or descriptors.",
        "latchkey_authorized_calls_total": "Calls that were let in by a token or a ticket.",
        "latchkey_clock_jumps_total": "Jumps of the machine's clock by five seconds or more.",
        "latchkey_connections": "Open connections.",
        "latchkey_connections_refused_total": "Connections that were refused because their source had too many.",
        "latchkey_http_request_seconds": "How long requests take, in seconds.",
        "latchkey_http_requests_total": "Requests by the class of their status.",
        "latchkey_mails_total": "Mails by what became of them: sent, delayed, failed or dropped.",
        "latchkey_mails_waiting": "Mails that are to be sent.",
        "latchkey_password_resets_total": "Links for new passwords: sent, refused, or used for a change.",
        "latchkey_presence_connections": "WebSockets of waiting visitors and of agents who watch.",
        "latchkey_provider_calls_total": "Calls to identity providers by kind and outcome.",
        "latchkey_refusals_total": "Refused sign-ins by reason.",
        "latchkey_sessions": "Live sessions.",
        "latchkey_sign_ins_total": "Decided sign-ins by outcome.",
    ]
}
