import Metrics
import PrometheusMetrics
import Testing

@Suite struct PrometheusRegistryTests {
    @Test func `prints counters, gauges and histograms as Prometheus reads them`() {
        let registry = PrometheusRegistry()
        let granted = Counter(label: "sign_ins_total", dimensions: [("outcome", "granted")], factory: registry)
        granted.increment(by: 3)
        Counter(label: "sign_ins_total", dimensions: [("outcome", "refused")], factory: registry).increment()
        Gauge(label: "sessions", factory: registry).record(2)
        Meter(label: "a.meter", factory: registry).increment(by: 1.5)
        let timer = Timer(label: "seconds", factory: registry)
        timer.recordMilliseconds(3)
        timer.recordMilliseconds(20_000)
        let text = registry.text
        for line in [
            "# TYPE sign_ins_total counter", "sign_ins_total{outcome=\"granted\"} 3",
            "sign_ins_total{outcome=\"refused\"} 1", "# TYPE sessions gauge", "sessions 2.0", "a_meter 1.5",
            "# TYPE seconds histogram", "seconds_bucket{le=\"0.0025\"} 0", "seconds_bucket{le=\"0.005\"} 1",
            "seconds_bucket{le=\"10.0\"} 1", "seconds_bucket{le=\"+Inf\"} 2", "seconds_sum 20.003", "seconds_count 2",
        ] {
            #expect(text.contains(line + "\n"), "\(line) in \(text)")
        }
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("# TYPE sign_ins_total") }.count == 1)
    }

    @Test func `a label's value cannot end it, nor the line`() {
        let registry = PrometheusRegistry()
        Counter(label: "x", dimensions: [("a", "1\"} 2\nevil 3\\")], factory: registry).increment()
        #expect(registry.text == "# TYPE x counter\nx{a=\"1\\\"} 2\\nevil 3\\\\\"} 1\n")
    }

    @Test func `the same label is the same series`() {
        let registry = PrometheusRegistry()
        for _ in 0..<2 {
            Counter(label: "x", factory: registry).increment()
        }
        #expect(registry.text.hasSuffix("x 2\n"))
    }
}
