"""What the pages bind against what the controllers and the custom settings have: a name that does not exist fails at deployment."""
import re

from visualforce import SOURCES, name_of, parse

FUNCTIONS = {"NOT", "JSENCODE", "HTMLENCODE"}
PATH = re.compile(r"\$?[A-Za-z][\w.]*")


def properties(class_name):
    """Names that a page may read: properties that are public, and getters."""
    source = (SOURCES / f"classes/{class_name}.cls").read_text()
    found = dict((name, kind) for kind, name in re.findall(r"public (?:transient )?([\w<>]+) (\w+) \{ get;", source))
    for kind, name in re.findall(r"public ([\w<>]+) get(\w+)\(\)", source):
        found[name[0].lower() + name[1:]] = kind
    return found


def actions(class_name):
    source = (SOURCES / f"classes/{class_name}.cls").read_text()
    return set(re.findall(r"public PageReference (\w+)\(\)", source))


def fields(object_name):
    return {path.name.split(".")[0] for path in (SOURCES / f"objects/{object_name}/fields").iterdir()}


def member(kind, name):
    """The type of a member; raises where there is none."""
    known = dict.fromkeys(fields(kind), "String") if kind.endswith("__c") else properties(kind)
    assert name in known, f"{kind} has no {name}"
    return known[name]


class Checker:
    def __init__(self, scope, controller=None):
        self.scope, self.controller, self.checked = scope, controller, 0

    def expression(self, text, scope):
        """Checks each path of an expression, and returns the type of the last one."""
        kind = "String"
        for path in PATH.findall(text):
            if path in FUNCTIONS or path.startswith("$"):
                continue
            first, *rest = path.split(".")
            assert first in scope, f"there is no {first} in {{!{text}}}"
            kind = scope[first]
            for name in rest:
                kind = member(kind, name)
            self.checked += 1
        return kind

    def walk(self, element, scope):
        for key, value in element.items():
            for text in re.findall(r"\{!([^}]*)\}", value):
                if key == "action":
                    assert text in actions(self.controller), f"{self.controller} has no action {text}"
                    self.checked += 1
                else:
                    kind = self.expression(text, scope)
                    if name_of(element) == "apex:repeat":
                        scope = scope | {element.get("var"): re.fullmatch(r"List<(\w+)>", kind)[1]}
        for text in re.findall(r"\{!([^}]*)\}", element.text or ""):
            self.expression(text, scope)
        for child in element:
            self.walk(child, scope)
            for text in re.findall(r"\{!([^}]*)\}", child.tail or ""):
                self.expression(text, scope)


def sections_are_well_formed(page):
    """An item of a section has two children at most, and text of its own counts: otherwise the page does not compile."""
    for item in page.iter("{urn:apex}pageBlockSectionItem"):
        assert len(item) <= 2 and all(name_of(one).startswith("apex:") for one in item), [name_of(one) for one in item]


def check():
    """Checks all pages and the component; returns how many names were looked up."""
    count = 0
    for path in sorted((SOURCES / "pages").glob("*.page")):
        page = parse(path)
        sections_are_well_formed(page)
        controller = page.get("controller") or page.get("extensions")
        checker = Checker(properties(controller), controller)
        checker.walk(page, checker.scope)
        count += checker.checked
    component = parse(SOURCES / "components/LatchkeyPanel.component")
    kinds = {one.get("name"): one.get("type") for one in component if name_of(one) == "apex:attribute"}
    checker = Checker(kinds)
    checker.walk(component, kinds)
    # The key that is stored is bound nowhere; what is typed, in the one field that never shows its value.
    settings = (SOURCES / "pages/LatchkeySettings.page").read_text()
    assert settings.count("newApiKey") == 1 and 'inputSecret id="apiKey" value="{!newApiKey}"' in settings
    for path in [*(SOURCES / "pages").iterdir(), *(SOURCES / "components").iterdir()]:
        assert "ApiKey__c" not in path.read_text() and 'escape="false"' not in path.read_text(), path.name
    return count + checker.checked
