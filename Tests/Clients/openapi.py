"""Everything that /openapi.json says, tried by schemathesis with an administrator's access token: no 5xx, no drift."""
import collections
import contextlib
import importlib.metadata
import io
import itertools
import json
import os
import re

import requests.sessions
import schemathesis
from requests.adapters import HTTPAdapter
from schemathesis.cli import schemathesis as command_line

from part import Part, equal
from server import GROUP, Server

CONFIGURATION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schemathesis.toml")
AUTHORIZE = "POST /services/AuthorizationService.svc/rest/Authorize"
LAUNCH_TICKETS = {"POST /api/v1/launches/pickup", "POST /api/v1/launches/decline"}
VISITS = "POST /api/v1/visits"
AGENT_LINKS = "POST /api/v1/agent-links"
# It takes the signature of a client on a computer: the tests of the client have it.
UNREACHED = {"POST /api/v1/launches/enrollment"}
PART = Part("openapi")


class Sources(HTTPAdapter):
    """Sends from many addresses in turn: visits are limited by address, whatever the configuration."""

    addresses = itertools.cycle(f"127.0.1.{number}" for number in range(1, 51))

    def send(self, *arguments, **options):
        self.poolmanager.connection_pool_kw["source_address"] = (next(self.addresses), 0)
        return super().send(*arguments, **options)


class Caller:
    """Puts what no generator can guess into every second request that is right by its schema."""

    def __init__(self, server):
        self.server = server
        self.turns = collections.Counter()
        self.statuses = collections.defaultdict(collections.Counter)

    def before_call(self, case):
        label = case.operation.label
        self.turns[label] += 1
        if self.turns[label] % 2 or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
            return
        if label == AUTHORIZE:
            case.query, case.body = {"groupid": GROUP}, self.server.credentials()
        elif label in LAUNCH_TICKETS:
            case.body["ticket"] = re.search("ticket=([^&]+)", self.launch()["launchURL"]).group(1)
        elif label == VISITS:
            case.body = {name: value for name, value in case.body.items() if name in ("name", "visitorid")}
            case.body["groupid"] = GROUP
        elif label == AGENT_LINKS:
            case.body.pop("username", None)
            case.body["partneruserid"] = "joe"

    def after_call(self, case, response):
        self.statuses[case.operation.label][response.status_code] += 1

    def launch(self):
        """A launch that a page of the agent's has offered."""
        token = self.server.post_json("/services/AuthorizationService.svc/rest/Authorize", self.server.credentials())
        headers = {"authorization": f"Bearer {token.json['authToken']}"}
        answer = self.server.post_json("/agent/launch", {}, headers)
        assert answer.status == 200, answer
        return answer.json


def run(server, caller):
    """Runs schemathesis, and answers its report and what it printed."""
    # A hook has to be a function, and is known by its name.
    schemathesis.hook("before_call")(lambda context, case, kwargs: caller.before_call(case))
    schemathesis.hook("after_call")(lambda context, case, response: caller.after_call(case, response))
    requests.sessions.HTTPAdapter = Sources
    os.environ["LATCHKEY_ACCESS_TOKEN"] = server.access_token
    os.environ["LATCHKEY_LAUNCH_TOKEN"] = caller.launch()["launchToken"]
    report = server.folder.name + "/report.json"
    options = ["--no-color", "--report-json-path", report]
    # What it leaves behind goes with the server's folder.
    with (
        contextlib.chdir(server.folder.name),
        contextlib.redirect_stdout(io.StringIO()) as output,
        contextlib.suppress(SystemExit),
    ):
        command_line(["--config-file", CONFIGURATION, "run", server.url + "/openapi.json", *options])
    with open(report) as file:
        return json.load(file), output.getvalue()


def goes_through(report):
    """Nothing was left out or given up."""
    operations = report["operations"]
    assert report["complete"] and not report["errors"], report["errors"]
    assert operations["total"] == operations["tested"] > 0 == operations["errored"], operations
    statuses = {name: phase["status"] for name, phase in report["phases"].items()}
    assert all(statuses[name] in ("success", "failure") for name in ("coverage", "fuzzing", "stateful")), statuses


def succeeds_once(statuses):
    assert any(200 <= status < 300 for status in statuses), f"only {dict(statuses)}: no good answer was looked at"


def is_well(server):
    equal(server.process.poll(), None)
    equal(server.request("GET", "/readyz").status, 200)
    assert "a request failed" not in server.log(), server.log()[-2000:]


def main():
    with Server() as server:
        server.command("group", "update", GROUP, "--desktop-client")
        caller = Caller(server)
        report, output = run(server, caller)
        PART.check("the run", goes_through, report)
        PART.check("the server is well", is_well, server)
    failures = collections.Counter(
        (operation, failure["title"]) for failure in report["failures"] for operation in failure["operations"]
    )
    for (operation, title), count in failures.items():
        PART.fail(operation, f"{title} ({count})")
    for operation, statuses in caller.statuses.items():
        if operation not in UNREACHED:
            PART.check(f"{operation} succeeds", succeeds_once, statuses)
    if PART.failed:
        print(output[:20_000])
    PART.end(
        f"schemathesis {importlib.metadata.version('schemathesis')}, {report['operations']['tested']} operations, "
        f"{report['test_cases']['generated']} requests"
    )


main()
