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
    """One rendering: the values of a controller, and what the head has to load."""

    def __init__(self, name, values):
        self.values, self.head = dict(values), []
        self.page = parse(SOURCES / f"pages/{name}.page")
        self.resources = {path.name.removesuffix(".resource-meta.xml") for path in (SOURCES / "staticresources").glob("*-meta.xml")}

    def render(self, remoting):
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
            inner = {key: self.expression(value, scope) for key, value in element.items()}
            component = parse(SOURCES / "components/LatchkeyPanel.component")
            wanted = {one.get("name") for one in component if name_of(one) == "apex:attribute"}
            if set(inner) != wanted:
                raise MarkupError(f"the component wants {wanted}, not {set(inner)}")
            return self.children(component, inner)
        if name == "apex:attribute":
            return ""
        if name == "apex:outputPanel":
            if element.get("layout") != "none":
                raise MarkupError("only panels without an element of their own are known")
            return self.children(element, scope) if self.expression(element.get("rendered"), scope) else ""
        if name == "apex:outputText":
            if element.get("escape", "true") != "true":
                raise MarkupError("a text that is not escaped")
            return html.escape(str(self.expression(element.get("value"), scope)))
        if name == "apex:repeat":
            rows = self.expression(element.get("value"), scope)
            return "".join(self.children(element, scope | {element.get("var"): row}) for row in rows)
        if name == "apex:stylesheet":
            self.head.append(f'<link rel="stylesheet" href="{html.escape(self.expression(element.get("value"), scope))}">')
            return ""
        if name == "apex:includeScript":
            self.head.append(f'<script src="{html.escape(self.expression(element.get("value"), scope))}"></script>')
            return ""
        if ":" in name:
            raise MarkupError(f"{name} is not known")
        attributes = "".join(f' {key}="{html.escape(self.merge(value, scope))}"' for key, value in element.items())
        if name in VOID:
            return f"<{name}{attributes}>"
        return f"<{name}{attributes}>{self.children(element, scope, raw=name == 'script')}</{name}>"

    def text(self, text, scope, raw):
        if raw:
            return self.merge(text or "", scope)
        return "".join(
            html.escape(str(self.expression(part, scope)), quote=False) if part.startswith("{!") else html.escape(part, quote=False)
            for part in re.split(r"(\{![^}]*\})", text or "")
        )

    def merge(self, text, scope):
        return re.sub(r"\{![^}]*\}", lambda found: self.written(self.expression(found[0], scope)), text)

    @staticmethod
    def written(value):
        return json.dumps(value) if isinstance(value, bool) else str(value)

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
