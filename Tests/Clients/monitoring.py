"""What `deploy` has for Prometheus and Grafana, by promtool and against the metrics of a real server."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from part import Part, contains, equal
from server import Server

DEPLOY = pathlib.Path(__file__).parents[2] / "deploy"
TOKEN = "a token for Prometheus"


class Measured(Server):
    """A server that shows its metrics."""

    def provision(self):
        super().provision()
        self.environment["LATCHKEY_METRICS_TOKEN"] = TOKEN

    def metrics(self):
        answer = self.request("GET", "/metrics", headers={"authorization": "Bearer " + TOKEN})
        equal(answer.status, 200)
        return answer.text


def promtool(*arguments, text=None, folder=DEPLOY / "prometheus"):
    done = subprocess.run(["promtool", *arguments], input=text, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not (text and done.stdout + done.stderr), done.stdout + done.stderr


def configuration():
    with tempfile.TemporaryDirectory() as folder:
        for file in (DEPLOY / "prometheus").iterdir():
            shutil.copy(file, folder)
        (pathlib.Path(folder) / "latchkey-token").write_text(TOKEN)
        promtool("check", "config", "prometheus.yml", folder=folder)


def is_asked_for(text, where, exported):
    names = set(re.findall(r"\b(?:latchkey|process)_[a-z_]+", text))
    assert names, f"{where} asks for nothing"
    missing = {name for name in names if re.sub("_(bucket|sum|count)$", "", name) not in exported and name not in exported}
    equal(missing, set())


def dashboard(exported):
    panels = json.loads((DEPLOY / "grafana/latchkey.json").read_text())["panels"]
    queries = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    assert len(queries) >= 8, queries
    for query in queries:
        is_asked_for(query, "the dashboard", exported)


def rules(exported):
    for expression in re.findall(r"expr: (.*?)\n +(?:for|labels):", (DEPLOY / "prometheus/latchkey.rules.yml").read_text(), re.S):
        is_asked_for(expression.replace("up{", "process_up{") if "up{" in expression else expression, "a rule",
                     exported | {"process_up"})


def main():
    part = Part("monitoring")
    with Measured() as server:
        # Some figures are there only once something has happened.
        equal(server.post_form("/services/AuthorizationService.svc/rest/Authorize", server.credentials()).status, 200)
        equal(server.post_form("/services/AuthorizationService.svc/rest/Authorize", {"partnerid": "1"}).status, 401)
        text = server.metrics()
        exported = set(re.findall(r"^# TYPE (\S+)", text, re.M))
        # Counted when they happen, which cannot be brought about here.
        rare = {"latchkey_connections_refused_total", "latchkey_accept_pauses_total", "latchkey_clock_jumps_total"}
        source = (DEPLOY.parent / "Sources/ServerApp/MetricHelp.swift").read_text()
        for name in rare:
            part.check(f"{name} is a metric", contains, source, f'"{name}"')
        part.check("the metrics, by promtool", lambda: promtool("check", "metrics", text=text))
        part.check("the rules, by promtool", lambda: promtool("check", "rules", "latchkey.rules.yml"))
        part.check("the rules' tests", lambda: promtool("test", "rules", "latchkey.test.yml"))
        part.check("the configuration, by promtool", configuration)
        part.check("the rules ask for metrics that there are", rules, exported | rare)
        part.check("the dashboard asks for metrics that there are", dashboard, exported | rare)
    part.end("promtool, deploy/prometheus, deploy/grafana")


if __name__ == "__main__":
    main()
