"""Pages with a controller of their own, between two requests: view state, inputs, action, as Salesforce documents their order.

The view state stays here; the page holds a name for it that cannot be guessed. It is good in the session, for the page and the
user that it was made for, and only with the form's token against requests of other sites.
"""
import hashlib
import hmac
import re
import secrets

from visualforce import Page

VIEW_STATE, TOKEN = "com.salesforce.visualforce.ViewState", "com.salesforce.visualforce.ViewStateCSRF"


class Stale(Exception):
    """A post back without a view state that belongs to it."""


class Views:
    def __init__(self, engine):
        self.engine, self.held = engine, {}
        self.sign_in()

    def sign_in(self):
        """A new session of the user."""
        self.session = secrets.token_bytes()

    def token(self, name):
        return hmac.new(self.session, name.encode(), hashlib.sha256).hexdigest()

    def get(self, name):
        """A constructor, then the page."""
        with self.engine.request():
            return self.show(name, self.controller(name))

    def controller(self, name, state=None):
        return self.engine.controller(Page(name, {}).page.get("controller"), state)

    def show(self, name, controller, **after):
        view = secrets.token_urlsafe()
        page = Page(name, controller.values(), {VIEW_STATE: view, TOKEN: self.token(name)}, **after)
        text = page.render()
        if page.forms:
            self.held[view] = self.session, name, self.engine.user["Id"], controller.state()
        return text

    def post(self, name, fields):
        """Restores the controller, sets what was typed, runs the action, and renders again."""
        session, page_name, user, state = self.held.get(fields.get(VIEW_STATE), ("", "", "", {}))
        is_own = (session, page_name, user) == (self.session, name, self.engine.user["Id"])
        if not is_own or not hmac.compare_digest(fields.get(TOKEN, ""), self.token(name)):
            raise Stale
        with self.engine.request():
            controller = self.controller(name, state)
            # What is not rendered now takes nothing back, whatever the request says.
            page = Page(name, controller.values())
            page.render()
            for form, components in page.forms.items():
                if form in fields:
                    return self.submit(name, controller, components, fields)
            return self.show(name, controller)

    def submit(self, name, controller, components, fields):
        values, messages = [], []
        for key, facts in components.items():
            if "path" in facts:
                try:
                    values.append((facts["path"], converted(controller.type_of(facts["path"]), facts, fields.get(key))))
                except ValueError as error:
                    messages.append(f"{facts['label']}: {error}")
        if messages:
            return self.show(name, controller, typed=fields, messages=messages)
        for path, value in values:
            controller.put(path, value)
        for key, facts in components.items():
            if key in fields and "action" in facts:
                controller.act(facts["action"])
        return self.show(name, controller)


def converted(kind, facts, text):
    """What was typed, as a value of the property's type; the messages are like Salesforce's, not in its very words."""
    if kind == "Boolean":
        return text == "true"
    if "options" in facts and text not in facts["options"]:
        raise ValueError("Validation Error: Value is not valid")
    if not text:
        return None
    if kind == "Decimal":
        # Whole numbers: no field of the package has more.
        if not re.fullmatch(r"-?[0-9]+", text.strip()):
            raise ValueError(f"Value '{text}' cannot be converted from Text to Number")
        return int(text)
    return text
