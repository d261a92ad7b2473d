"""The organization behind the fake one's pages: the package's own Apex, run by `apex.py`, with records, a user and settings."""
import contextlib
import copy
import threading

from apex import ApexObject, Interpreter, modifiers, text
from platform_stubs import CUSTOM_FIELDS, ApexError, Id, Plain, Platform, SObject, make_id
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
        secret = {"ApiKey__c": self.api_key} if self.api_key else {}
        for kind, values in (("LatchkeySettings__c", self.settings), ("LatchkeySecret__c", secret)):
            row = self.row(kind, {"Id": make_id("a00", 1)} | values)
            platform.settings[kind] = {row.fields["Id"]: row} if values else {}
        for record_id, (kind, title) in self.records.items():
            field = "CaseNumber" if kind == "Case" else "Name"
            values = {"Id": Id(record_id), field: title, "IsConverted": False}
            platform.tables.setdefault(kind, {})[record_id] = self.row(kind, values)
        platform.user = self.user | {"Id": Id(self.user["Id"])}
        platform.permissions, platform.is_changed = self.permissions, False
        self.apex.begin()

    @contextlib.contextmanager
    def request(self):
        """A transaction of a page; the settings that it leaves stay, unless something is thrown."""
        with self.lock:
            self.begin()
            yield
            kept = self.platform.settings
            self.settings = dict(next((one.fields for one in kept["LatchkeySettings__c"].values()), {}))
            self.api_key = next((one.fields["ApiKey__c"] for one in kept["LatchkeySecret__c"].values()), "")

    def controller(self, name, state=None):
        return Controller(self.apex, self.apex.classes[name], state)

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


class Controller:
    """An object of the Apex as a page sees it: what is public. A new one, or one from a view state."""

    def __init__(self, apex, kind, state=None):
        self.apex, self.kind = apex, kind
        self.properties = {}
        for member in kind.node.child_by_field_name("body").named_children:
            accessors = [one for one in member.named_children if one.type == "accessor_list"]
            if accessors and "static" not in modifiers(member):
                name = text(member.child_by_field_name("declarator").child_by_field_name("name"))
                self.properties[name] = member, accessors[0]
        if state is None:
            self.object = apex.create(kind, [])
        else:
            self.object = ApexObject(kind)
            self.object.fields = {name: None for name, is_static, _ in kind.fields if not is_static} | copy.deepcopy(state)

    def values(self):
        """Properties and getters, by the names that a page uses."""
        found = {name: self.plain(self.object.fields[name]) for name in self.properties if self.allows(name, "get")}
        for name, count in self.kind.methods:
            if name.startswith("get") and count == 0 and "public" in modifiers(self.kind.methods[name, count]):
                found[name[3].lower() + name[4:]] = self.plain(self.apex.call(self.kind, self.object, name, []))
        return found

    def plain(self, value):
        if isinstance(value, SObject):
            return dict.fromkeys(CUSTOM_FIELDS[value.type_name]) | value.fields
        if isinstance(value, list):
            return [self.plain(one) for one in value]
        return value.fields if isinstance(value, Plain) else value

    def allows(self, name, verb):
        """Whether a property is public, and its `get` or `set` is not private."""
        member, accessors = self.properties[name]
        return "public" in modifiers(member) and any(text(one) == verb + ";" for one in accessors.named_children)

    def state(self):
        """What goes into the view state: everything but what is transient."""
        left = {name for name, (member, _) in self.properties.items() if "transient" in modifiers(member)}
        return copy.deepcopy({name: value for name, value in self.object.fields.items() if name not in left})

    def type_of(self, path):
        name, *field = path.split(".")
        if field:
            return CUSTOM_FIELDS[self.object.fields[name].type_name][field[0]][0]
        return text(self.properties[name][0].child_by_field_name("type"))

    def put(self, path, value):
        name, *field = path.split(".")
        if field:
            self.apex.platform.put(self.object.fields[name], field[0], value)
        elif self.allows(name, "set"):
            self.object.fields[name] = value
        else:
            raise TypeError(f"{name} cannot be set")

    def act(self, name):
        if "public" not in modifiers(self.kind.methods[name, 0]):
            raise TypeError(f"{name} is not public")
        if self.apex.call(self.kind, self.object, name, []) is not None:
            raise NotImplementedError("another page")
