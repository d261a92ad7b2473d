"""The organization behind the fake one's pages: the package's own Apex, run by `apex.py`, with records, a user and settings."""
import threading

from apex import Interpreter
from platform_stubs import ApexError, Id, Platform, Plain, SObject
from visualforce import SOURCES


class Refusal(Exception):
    """What the Apex has thrown: its name and its message go to the page, as Salesforce does it."""


class Engine:
    """Each call is a transaction of its own, with the settings, records and permissions of that moment."""

    name = "the package's own Apex, on a runtime that is not Salesforce"

    def __init__(self, organization_id, signing_key):
        self.settings, self.api_key, self.records, self.user, self.permissions = {}, "", {}, {}, set()
        self.platform = Platform()
        self.platform.organization_id = Id(organization_id)
        self.platform.keys["Latchkey"] = signing_key
        self.apex = Interpreter(SOURCES / "classes", self.platform)
        self.lock = threading.Lock()

    def begin(self):
        platform = self.platform
        platform.settings = {
            "LatchkeySettings__c": {"a": self.row("LatchkeySettings__c", self.settings | {"Id": "a"})},
            "LatchkeySecret__c": {"b": self.row("LatchkeySecret__c", {"ApiKey__c": self.api_key})},
        }
        for record_id, (kind, title) in self.records.items():
            field = "CaseNumber" if kind == "Case" else "Name"
            values = {"Id": Id(record_id), field: title, "IsConverted": False}
            platform.tables.setdefault(kind, {})[record_id] = self.row(kind, values)
        platform.user = self.user | {"Id": Id(self.user["Id"])}
        platform.permissions, platform.is_changed = self.permissions, False
        self.apex.begin()

    @staticmethod
    def row(kind, values):
        row = SObject(kind)
        row.fields = dict(values)
        return row

    def connect_command(self):
        """What the settings page tells the administrator to run on the server."""
        with self.lock:
            self.begin()
            page = self.apex.create(self.apex.classes["LatchkeySettingsController"], [])
            return self.apex.call(page.kind, page, "getConnectCommand", [])

    def canvas_parameters(self, from_page):
        """The parameters that the lifecycle handler leaves in a rendering, whatever the page has set."""
        with self.lock:
            self.begin()
            environment = Plain("EnvironmentContext", parameters=from_page)
            handler = self.apex.create(self.apex.classes["LatchkeyCanvasHandler"], [])
            try:
                self.apex.call(handler.kind, handler, "onRender", [Plain("RenderContext", environment=environment)])
            except ApexError as error:
                raise Refusal(error.message) from None
            return environment.fields["parameters"]

    # What the pages use

    def panel(self, record_id):
        """The extension of a page, as far as the component reads it."""
        with self.lock:
            self.begin()
            kind = self.apex.classes["LatchkeyPanelController"]
            controller = Plain("StandardController", record=self.row("Lead", {"Id": record_id}))
            made = self.apex.create(kind, [controller])
            values = dict(made.fields)
            for getter in ("HasProblem", "HasButtons"):
                values[getter[0].lower() + getter[1:]] = self.apex.call(kind, made, "get" + getter, [])
            assert self.apex.call(kind, made, "getThePanel", []) is made
            values["buttons"] = [dict(one.fields) for one in values["buttons"]]
            return values

    def click(self, *arguments):
        return self.run("LatchkeyPanelController", "click", list(arguments))

    def run(self, class_name, method, arguments):
        with self.lock:
            self.begin()
            try:
                return self.apex.call(self.apex.classes[class_name], None, method, arguments)
            except ApexError as error:
                raise Refusal(error.message) from None

    def import_sessions(self):
        """What the schedule does, and the job that it queues."""
        with self.lock:
            self.begin()
            schedule = self.apex.create(self.apex.classes["LatchkeySessionSchedule"], [])
            self.apex.call(schedule.kind, schedule, "execute", [None])
            jobs, self.platform.queued = self.platform.queued, []
            for job in jobs:
                self.apex.begin()
                self.apex.call(job.kind, job, "execute", [None])
            return len(jobs)
