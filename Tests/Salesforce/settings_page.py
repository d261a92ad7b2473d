"""The settings page in Chromium: what an administrator types is what is stored, what is wrong is said, and nobody else changes
anything. The page posts back to the organization; its Apex decides."""
import contextlib
import json

from playwright.sync_api import expect

from part import contains, equal

ADMINISTRATOR = "Latchkey_Administrator"
HOSTILE = '"><img src=x onerror="window.attacked=1">'
ADDRESS = "/apex/LatchkeySettings"
FIELDS = {
    "Server URL": "ServerUrl__c", "Group": "Group__c", "Partner user id field": "UserField__c", "Login expiration (seconds)": "Expiration__c",
    "Leads": "LeadButtons__c", "Contacts": "ContactButtons__c", "Cases": "CaseButtons__c", "Certificate": "Certificate__c",
}
BOXES = {
    "Enabled": "Enabled__c", "Join as one button": "JoinAsOne__c", "Import finished sessions": "ImportSessions__c",
    "Keep a record of each session": "KeepRecords__c",
}


@contextlib.contextmanager
def administrator(scene, settings):
    """The page of an administrator of an organization with these settings and no API key; the scene's own come back afterwards."""
    own = dict(scene.engine.settings)
    try:
        scene.begin("certificate", ADMINISTRATOR)
        scene.engine.settings = dict(settings)
        scene.page.goto(scene.org.visualforce + ADDRESS)
        yield scene.page
    finally:
        scene.engine.settings, scene.engine.api_key = own, ""


def own_settings(scene):
    """Other values than the page begins with, all of them good."""
    return {
        "Enabled__c": True, "ServerUrl__c": "https://" + scene.server.name, "Group__c": scene.group, "UserField__c": "Id",
        "Expiration__c": 1800, "SecretSource__c": "certificate", "Certificate__c": "Latchkey", "LeadButtons__c": "join;start",
        "ContactButtons__c": "", "CaseButtons__c": "key; join", "JoinAsOne__c": False, "ImportSessions__c": False, "KeepRecords__c": True,
    }


def fill(page, values):
    for label, field in FIELDS.items():
        if field in values:
            page.get_by_label(label, exact=True).fill(str(values[field]))
    for label, field in BOXES.items():
        if field in values:
            page.get_by_label(label, exact=True).set_checked(values[field])
    if "SecretSource__c" in values:
        page.get_by_label("Login keys are made", exact=True).select_option(values["SecretSource__c"])


def save(page, message):
    """Clicks and waits for the next page: it says the message, and nothing is in the field of the API key."""
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("body")).to_contain_text(message)
    expect(page.get_by_label("API key", exact=True)).to_have_value("")


def stored(scene):
    """The settings as they are in the organization, without what is empty."""
    return {name: value for name, value in scene.engine.settings.items() if name.endswith("__c") and value not in (None, "")}


def notes(page, head):
    return [one.removeprefix(head) for one in page.locator("p").all_inner_texts() if one.startswith(head)]


def views(scene):
    """All that view states hold, as text."""
    return json.dumps([state for *_, state in scene.org.views.held.values()], default=vars)


def post(page, fields):
    """What a script in the user's session sends: status and text of the answer."""
    script = "async (fields) => { const answer = await fetch('', { method: 'POST', body: new URLSearchParams(fields) });"
    return tuple(page.evaluate(script + " return [answer.status, await answer.text()]; }", fields))


def form(page):
    """What a click on Save would send."""
    fields = page.locator("form").first.evaluate("(form) => Object.fromEntries(new FormData(form))")
    button = page.get_by_role("button", name="Save", exact=True).first
    return fields | {button.get_attribute("name"): "Save"}


def first_settings(scene):
    """From nothing to settings with which agents can click."""
    with administrator(scene, {}) as page:
        equal([one.split(" ")[0] for one in notes(page, "To do: ")], ["Latchkey", "Server", "Group", "Certificate"])
        equal(notes(page, "Note: "), [])
        equal(page.locator("code").count(), 0)
        typed = own_settings(scene)
        fill(page, typed)
        save(page, "Saved.")
        equal(stored(scene), {name: value for name, value in typed.items() if value != ""})
        equal((notes(page, "To do: "), notes(page, "Note: ")), ([], []))
        equal(page.locator("code").inner_text(), scene.engine.connect_command())
        page.goto(scene.org.visualforce + ADDRESS)
        for label, field in FIELDS.items():
            expect(page.get_by_label(label, exact=True)).to_have_value(str(typed[field]))
        for label, field in BOXES.items():
            equal(page.get_by_label(label, exact=True).is_checked(), typed[field])
        expect(page.get_by_label("Login keys are made", exact=True)).to_have_value("certificate")


def both_ways_to_hold_the_secret(scene):
    """The API key goes in, and comes out nowhere; then an agent clicks with what was saved."""
    with administrator(scene, own_settings(scene)) as page:
        fill(page, {"SecretSource__c": "apiKey", "UserField__c": "Email", "ImportSessions__c": True})
        save(page, "Saved.")
        contains(notes(page, "To do: ")[0], "The API key is not set")
        equal([one[:20] for one in notes(page, "Note: ")], ["Whoever may edit Ema", "Sessions are not imp"])
        page.get_by_label("API key", exact=True).fill(f" {scene.server.api_key} ")
        fill(page, {"UserField__c": "Id", "ImportSessions__c": False})
        save(page, "Saved.")
        equal(scene.engine.api_key, scene.server.api_key)
        equal((stored(scene)["SecretSource__c"], notes(page, "To do: ")), ("apiKey", []))
        equal([one[:32] for one in notes(page, "Note: ")], ["The API key is in this organizat"])
        expect(page.locator("body")).to_contain_text("An API key is stored.")
        # Nothing typed there: the key stays.
        save(page, "Saved.")
        equal(scene.engine.api_key, scene.server.api_key)
        assert scene.server.api_key not in views(scene) and scene.server.api_key not in page.content()
        joins(scene, "Cobrowse")


def joins(scene, label):
    """An agent's click on the lead's page."""
    scene.engine.permissions = {"Latchkey_Agent"}
    scene.open(scene.lead, "Lead")
    viewer = scene.popup(scene.click, label)
    expect(viewer.locator("#state-title")).to_have_text("Waiting for the visitor", timeout=15_000)
    viewer.close()


def removes_the_api_key(scene):
    """The key goes; what else was typed is not saved."""
    with administrator(scene, own_settings(scene)) as page:
        equal(page.get_by_role("button", name="Remove the API key").count(), 0)
        page.get_by_label("API key", exact=True).fill("another key")
        save(page, "Saved.")
        before = stored(scene)
        fill(page, {"Group__c": "999", "Enabled__c": False})
        page.get_by_label("API key", exact=True).fill("a third key")
        page.get_by_role("button", name="Remove the API key").click()
        expect(page.locator("body")).to_contain_text("The API key is removed here.")
        equal((scene.engine.api_key, stored(scene)), ("", before))
        equal(page.get_by_role("button", name="Remove the API key").count(), 0)
        # The page goes on with what is stored, and the certificate's way works with it.
        save(page, "Saved.")
        equal((scene.engine.api_key, stored(scene)), ("", before))
        joins(scene, "Cobrowse")


def nobody_else(scene):
    """One sentence, no form; a forged post changes nothing, and neither does the page of somebody who was an administrator."""
    with administrator(scene, own_settings(scene)) as page:
        before = stored(scene)
        forged = form(page) | {page.get_by_label("Group", exact=True).get_attribute("name"): "999"}
        fill(page, {"Group__c": "999"})
        page.get_by_label("API key", exact=True).fill("forged")
        scene.engine.permissions = {"Latchkey_Agent", "Latchkey_Client"}
        page.get_by_role("button", name="Save", exact=True).first.click()
        sentence = "Ask for the permission set Latchkey Administrator to change these settings."
        expect(page.locator("body")).to_have_text(sentence)
        equal(page.locator("form, input, button").count(), 0)
        for fields in (forged, {name: value for name, value in forged.items() if "visualforce" not in name}):
            assert "Saved" not in post(page, fields)[1]
        page.goto(scene.org.visualforce + ADDRESS)
        expect(page.locator("body")).to_have_text(sentence)
        equal((page.locator("form, input, button").count(), scene.engine.api_key, stored(scene)), (0, "", before))


def view_states(scene):
    """Without the page's view state and token, or with those of another session, nothing is taken."""
    with administrator(scene, own_settings(scene)) as page:
        before = stored(scene)
        good = form(page) | {page.get_by_label("Group", exact=True).get_attribute("name"): "999"}
        (view,), (token,) = ([name for name in good if name.endswith(end)] for end in ("ViewState", "CSRF"))
        for name, value in ((view, None), (token, None), (view, "x" + good[view]), (token, good[token][::-1]), (view, ""), (token, "")):
            fields = {key: one for key, one in (good | {name: value}).items() if one is not None}
            equal(post(page, fields)[0], 403)
        equal(stored(scene), before)
        fill(page, {"Group__c": "999"})
        scene.org.views.sign_in()
        page.get_by_role("button", name="Save", exact=True).first.click()
        expect(page.locator("#refusal")).to_have_text("The link you followed isn't valid.")
        equal(stored(scene), before)
        # The same request is good while its session lasts.
        page.goto(scene.org.visualforce + ADDRESS)
        contains(post(page, form(page) | {page.get_by_label("Group", exact=True).get_attribute("name"): "999"})[1], "Saved.")
        equal(stored(scene), before | {"Group__c": "999"})


def hostile_values(scene):
    """Shown as text, run nowhere; no command for the server is made of them."""
    with administrator(scene, own_settings(scene)) as page:
        before = stored(scene)
        fill(page, {"Group__c": HOSTILE})
        save(page, "Not saved. Group: data value too large: " + HOSTILE)
        equal(stored(scene), before)
        expect(page.get_by_label("Group", exact=True)).to_have_value(HOSTILE)
        fill(page, {"Group__c": "1;reboot", "ServerUrl__c": "https://x" + HOSTILE, "UserField__c": HOSTILE, "LeadButtons__c": HOSTILE})
        save(page, "Saved.")
        page.goto(scene.org.visualforce + ADDRESS)
        expect(page.get_by_label("Server URL", exact=True)).to_have_value("https://x" + HOSTILE)
        equal([one.split(" ")[0] for one in notes(page, "To do: ")], ["Server", "Group", "Partner", "Buttons"])
        equal((page.locator("img, code").count(), page.evaluate("window.attacked")), (0, None))


def what_cannot_be_saved(scene):
    """The page says which field is wrong, shows again what was typed, but never the key; nothing is saved."""
    with administrator(scene, own_settings(scene)) as page:
        save(page, "Saved.")
        before = stored(scene)
        fill(page, {"Expiration__c": "an hour", "Group__c": "999"})
        page.get_by_label("API key", exact=True).fill("not to be seen")
        save(page, "Login expiration (seconds): Value 'an hour' cannot be converted")
        expect(page.locator("body")).not_to_contain_text("Saved.")
        expect(page.get_by_label("Group", exact=True)).to_have_value("999")
        expect(page.get_by_label("Login expiration (seconds)", exact=True)).to_have_value("an hour")
        page.get_by_label("API key", exact=True).fill("not to be seen" * 20)
        fill(page, {"Expiration__c": 60})
        save(page, "Not saved. The API key is longer than 255 characters.")
        choice = page.get_by_label("Login keys are made", exact=True)
        choice.evaluate("(list) => list.add(new Option('elsewhere', 'elsewhere', true, true))")
        save(page, "Login keys are made: Validation Error")
        equal((stored(scene), scene.engine.api_key), (before, ""))
        assert "not to be seen" not in views(scene) + "".join(scene.org.sent)


PLAYS = {
    "the first settings": first_settings,
    "both ways to hold the secret, saved on the page": both_ways_to_hold_the_secret,
    "removes the API key": removes_the_api_key,
    "nobody else changes settings": nobody_else,
    "view states of the settings page": view_states,
    "hostile settings": hostile_values,
    "what cannot be saved": what_cannot_be_saved,
}
