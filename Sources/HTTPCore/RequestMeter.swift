internal import HTTPTypes
internal import Metrics

/// Counts requests by the kind of their status, and how long they take.
enum RequestMeter {
    private static let counters = ["1xx", "2xx", "3xx", "4xx", "5xx"]
        .map { Counter(label: "latchkey_http_requests_total", dimensions: [("status", $0)]) }
    private static let durations = Timer(label: "latchkey_http_request_seconds")

    static func record(_ status: HTTPResponse.Status, milliseconds: Int64) {
        counters[min(max(status.code / 100, 1), 5) - 1].increment()
        durations.recordMilliseconds(milliseconds)
    }
}
