"""Renders the package's Visualforce pages: the few elements and functions that they use, as Salesforce documents them.

What is written into text and attributes is HTML-encoded once; what is written into a script is not, unless it says JSENCODE.
An element, a function or a property that is not known is an error, not an empty text.
"""
import html
import json
import pathlib
import re
import xml.etree.ElementTree as ElementTree

SOURCES = pathlib.Path(__file__).parents[2] / "salesforce/force-app/main/default"
NAMESPACES = {"urn:apex": "apex", "urn:c": "c"}
VOID = {"img", "input", "br", "link", "meta"}
# What is known of each component, beside `id` and `rendered`; inputs also pass on what begins with `html-`.
ATTRIBUTES = {
    "apex:attribute": "name type required description", "apex:outputPanel": "layout", "apex:outputText": "value escape",
    "apex:repeat": "value var", "apex:stylesheet": "value", "apex:includeScript": "value", "apex:pageBlock": "title",
    "apex:pageBlockButtons": "", "apex:pageBlockSection": "title columns", "apex:pageBlockSectionItem": "",
    "apex:outputLabel": "value for", "apex:pageMessages": "", "apex:form": "", "apex:inputText": "value label",
    "apex:inputSecret": "value", "apex:inputCheckbox": "value label", "apex:selectList": "value label size", "apex:selectOptions": "value",
    "apex:commandButton": "action value",
}


class MarkupError(Exception):
    """Something in a page that this renderer does not know, or that Salesforce would refuse."""


def parse(path):
    """Reads a page; its two prefixes are declared nowhere, as in Salesforce."""
    text = path.read_text()
    return ElementTree.fromstring(f'<root xmlns:apex="urn:apex" xmlns:c="urn:c">{text}</root>')[0]


def name_of(element):
    uri, _, local = element.tag.rpartition("}")
    return f"{NAMESPACES[uri[1:]]}:{local}" if uri else local


def js_encode(text):
    """JSENCODE: what could end a string, or a script, is escaped."""
    special = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "<": "\\u003C", ">": "\\u003E"}
    return "".join(special.get(character, character) for character in text)


class Page:
    """One rendering: the values of a controller, and what the head has to load. `hidden` is what each form posts back with it;
    after an input that was refused, `typed` is shown again, with `messages`."""

    def __init__(self, name, values, hidden=None, typed=None, messages=()):
        self.values, self.head, self.hidden, self.typed, self.messages = dict(values), [], hidden, typed, messages
        self.page = parse(SOURCES / f"pages/{name}.page")
        self.ids = {one: "j_id0:" + one.get("id", f"j_id{at}") for at, one in enumerate(self.page.iter())}
        self.forms, self.form, self.suffix = {}, None, ""
        self.resources = {path.name.removesuffix(".resource-meta.xml") for path in (SOURCES / "staticresources").glob("*-meta.xml")}

    def render(self, remoting=""):
        """The whole document; `remoting` is what Salesforce puts into pages with remote actions."""
        if name_of(self.page) != "apex:page" or self.page.get("docType") != "html-5.0":
            raise MarkupError("the page is not apex:page with docType html-5.0")
        body = self.children(self.page, self.values)
        head = f'<meta charset="utf-8"><title>{html.escape(self.page.get("title", ""))}</title>{remoting}' + "".join(self.head)
        return f"<!DOCTYPE HTML>\n<html><head>{head}</head><body>{body}</body></html>"

    def children(self, element, scope, raw=False):
        parts = [self.text(element.text, scope, raw)]
        for child in element:
            parts.append(self.element(child, scope))
            parts.append(self.text(child.tail, scope, raw))
        return "".join(parts)

    def element(self, element, scope):
        name = name_of(element)
        if name == "c:LatchkeyPanel":
            return self.panel(element, scope)
        if ":" not in name:
            return self.plain(element, scope)
        if name not in ATTRIBUTES:
            raise MarkupError(f"{name} is not known")
        for key in element.keys():
            if key not in {*ATTRIBUTES[name].split(), "id", "rendered"} and not (key.startswith("html-") and "input" in name):
                raise MarkupError(f"{key} of {name} is not known")
        if not self.expression(element.get("rendered", "{!true}"), scope):
            return ""
        return getattr(self, "write_" + name.removeprefix("apex:"))(element, scope)

    def plain(self, element, scope):
        name = name_of(element)
        attributes = "".join(f' {key}="{html.escape(self.merge(value, scope))}"' for key, value in element.items())
        if name in VOID:
            return f"<{name}{attributes}>"
        return f"<{name}{attributes}>{self.children(element, scope, raw=name == 'script')}</{name}>"

    def panel(self, element, scope):
        inner = {key: self.expression(value, scope) for key, value in element.items()}
        component = parse(SOURCES / "components/LatchkeyPanel.component")
        wanted = {one.get("name") for one in component if name_of(one) == "apex:attribute"}
        if set(inner) != wanted:
            raise MarkupError(f"the component wants {wanted}, not {set(inner)}")
        return self.children(component, inner)

    # Output

    def write_attribute(self, element, scope):
        return ""

    def write_outputPanel(self, element, scope):
        inner, layout = self.children(element, scope), element.get("layout", "inline")
        tag = {"none": "", "inline": "span", "block": "div"}[layout]
        return f'<{tag} id="{self.ids[element]}">{inner}</{tag}>' if tag else inner

    def write_outputText(self, element, scope):
        if element.get("escape", "true") != "true":
            raise MarkupError("a text that is not escaped")
        return self.text(element.get("value"), scope, False)

    def write_repeat(self, element, scope):
        rows = self.expression(element.get("value"), scope)
        return "".join(self.children(element, scope | {element.get("var"): row}) for row in rows)

    def write_stylesheet(self, element, scope):
        self.head.append(f'<link rel="stylesheet" href="{html.escape(self.expression(element.get("value"), scope))}">')
        return ""

    def write_includeScript(self, element, scope):
        self.head.append(f'<script src="{html.escape(self.expression(element.get("value"), scope))}"></script>')
        return ""

    # Blocks

    def write_pageBlock(self, element, scope):
        """Its buttons are above and below what is in it, which is the default."""
        buttons = [one for one in element if name_of(one) == "apex:pageBlockButtons"]
        above = [self.children(one, scope) for one in buttons]
        self.suffix = ":bottom"
        below = [self.children(one, scope) for one in buttons]
        self.suffix = ""
        title = html.escape(element.get("title", ""))
        inner = self.children(element, scope)
        return f'<div class="bPageBlock"><h2>{title}</h2>{"".join(above)}<div class="pbBody">{inner}</div>{"".join(below)}</div>'

    def write_pageBlockButtons(self, element, scope):
        if not any(element in list(block) for block in self.page.iter("{urn:apex}pageBlock")):
            raise MarkupError("the buttons of a block are outside of it")
        return ""

    def write_pageBlockSection(self, element, scope):
        """A table; an input with a label has it beside itself."""
        rows = []
        for child in element:
            shown = self.element(child, scope)
            if child.get("label") and shown:
                label = f'<label for="{self.ids[child]}">{html.escape(child.get("label"))}</label>'
                shown = f"<th>{label}</th><td>{shown}</td>"
            rows.append(f"<tr>{shown}</tr>")
        return f'<h3>{html.escape(element.get("title", ""))}</h3><table class="detailList">{"".join(rows)}</table>'

    def write_pageBlockSectionItem(self, element, scope):
        label, data = element
        return f"<th>{self.element(label, scope)}</th><td>{self.element(data, scope)}</td>"

    def write_outputLabel(self, element, scope):
        targets = [self.ids[one] for one in self.page.iter() if one.get("id") and one.get("id") == element.get("for")]
        if "for" in element.keys() and len(targets) != 1:
            raise MarkupError(f"there is no {element.get('for')} for a label")
        attribute = "".join(f' for="{one}"' for one in targets)
        return f"<label{attribute}>{self.text(element.get('value'), scope, False)}</label>"

    def write_pageMessages(self, element, scope):
        items = "".join(f"<li>{html.escape(one)}</li>" for one in self.messages)
        return f'<div class="message" role="alert"><ul>{items}</ul></div>' if items else ""

    # Forms

    def write_form(self, element, scope):
        name = self.ids[element]
        self.form, self.forms[name] = name, {}
        hidden = {name: name} | (self.hidden or {})
        inner = self.children(element, scope)
        fields = "".join(f'<input type="hidden" name="{key}" value="{html.escape(value)}">' for key, value in hidden.items())
        self.form = None
        return f'<form id="{name}" name="{name}" method="post">{inner}{fields}</form>'

    def input(self, element, scope, **facts):
        """Remembers what the form of this rendering takes back; returns name and value."""
        if self.form is None:
            raise MarkupError(f"{name_of(element)} is outside of a form")
        name = self.ids[element] + self.suffix
        facts["label"] = element.get("label", "")
        if name_of(element) != "apex:commandButton":
            facts["path"] = re.fullmatch(r"\{!([\w.]+)\}", element.get("value"))[1]
            facts["now"] = self.expression(element.get("value"), scope)
        self.forms[self.form][name] = facts
        now = facts.get("now") if self.typed is None else self.typed.get(name)
        own = "".join(f' {key.removeprefix("html-")}="{html.escape(value)}"' for key, value in element.items() if key.startswith("html-"))
        return f'id="{name}" name="{name}"{own}', now

    def write_inputText(self, element, scope):
        attributes, now = self.input(element, scope)
        return f'<input type="text" {attributes} value="{html.escape(self.written(now))}">'

    def write_inputSecret(self, element, scope):
        """What was typed is never shown again: `redisplay`, which would do it, is not known here."""
        return f'<input type="password" {self.input(element, scope)[0]} value="">'

    def write_inputCheckbox(self, element, scope):
        attributes, now = self.input(element, scope)
        return f'<input type="checkbox" {attributes} value="true"{" checked" if now else ""}>'

    def write_selectList(self, element, scope):
        (options,) = [self.expression(one.get("value"), scope) for one in element if name_of(one) == "apex:selectOptions"]
        attributes, now = self.input(element, scope, options=[one["value"] for one in options])
        shown = "".join(
            f'<option value="{html.escape(one["value"])}"{" selected" if one["value"] == now else ""}>{html.escape(one["label"])}</option>'
            for one in options
        )
        return f'<select {attributes} size="{html.escape(element.get("size", "1"))}">{shown}</select>'

    def write_commandButton(self, element, scope):
        action = re.fullmatch(r"\{!(\w+)\}", element.get("action"))[1]
        attributes, _ = self.input(element, scope, action=action)
        return f'<input type="submit" class="btn" {attributes} value="{html.escape(element.get("value"))}">'

    # Expressions

    def text(self, text, scope, raw):
        if raw:
            return self.merge(text or "", scope)
        return "".join(
            html.escape(self.written(self.expression(part, scope)), quote=False) if part.startswith("{!") else html.escape(part, quote=False)
            for part in re.split(r"(\{![^}]*\})", text or "")
        )

    def merge(self, text, scope):
        return re.sub(r"\{![^}]*\}", lambda found: self.written(self.expression(found[0], scope)), text)

    @staticmethod
    def written(value):
        return "" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)

    def expression(self, text, scope):
        """`{!name.name}`, `{!NOT(…)}`, `{!JSENCODE(…)}`, and the two global variables."""
        found = re.fullmatch(r"\{!\s*(.*?)\s*\}", text or "")
        if not found:
            raise MarkupError(f"{text!r} is not an expression")
        return self.value(found[1], scope)

    def value(self, text, scope):
        if called := re.fullmatch(r"(NOT|JSENCODE|HTMLENCODE)\((.*)\)", text):
            inner = self.value(called[2], scope)
            encoders = {"NOT": lambda value: not value, "JSENCODE": js_encode, "HTMLENCODE": html.escape}
            return encoders[called[1]](inner)
        if text == "true":
            return True
        if text.startswith("$Resource."):
            name = text.removeprefix("$Resource.")
            if name not in self.resources:
                raise MarkupError(f"there is no static resource {name}")
            return "/resource/1795700000000/" + name
        if text.startswith("$RemoteAction."):
            return text.removeprefix("$RemoteAction.")
        for part in text.split("."):
            if part not in scope:
                raise MarkupError(f"there is no {part} in {text}")
            scope = scope[part]
        return scope
