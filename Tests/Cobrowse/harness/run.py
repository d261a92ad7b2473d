"""Runs declared steps in a visitor's page and compares both sides after each."""

import asyncio
import dataclasses

from harness import browser, compare, steps

SETTLE = 0.3
# Browsers round the colours of layers, and differently in a frame: nobody sees so many levels of 255.
ROUNDED = 3


@dataclasses.dataclass
class State:
    """What a comparison of both sides found."""

    page: str
    step: str
    share: float
    box: list | None = None
    error: str = ""
    levels: int = 0
    seen: float = 0.0


@dataclasses.dataclass
class Plan:
    """A page to open, and what to do there."""

    name: str
    url: str
    steps: list
    before: list = dataclasses.field(default_factory=list)
    settings: dict = dataclasses.field(default_factory=dict)
    assets: str = "visitor"
    limit: float = 0.02
    reason: str = ""
    # What nobody can see into: a selector of frames that a placeholder of the same size stands for.
    placeholder: str = ""
    # How many pixels of the visitor's device are in one of the page; the viewer's has one.
    ratio: int = 1


# The boxes of what is in frames: left, top, right, bottom.
INSIDES = """([document, selector]) => [...document.querySelectorAll(selector)].map((frame) => {
  const { left, top } = frame.getBoundingClientRect();
  const x = left + frame.clientLeft, y = top + frame.clientTop;
  return [x, y, x + frame.clientWidth, y + frame.clientHeight].map((each) => Math.max(0, Math.round(each)));
})"""


async def insides(session, selector):
    """The same boxes on both sides, which are left out of the comparison."""
    visitor = await session.visitor.evaluate(f"selector => ({INSIDES})([document, selector])", selector)
    viewer = await session.viewer.evaluate(
        f"selector => ({INSIDES})([document.getElementById('frame').contentDocument, selector])", selector)
    return visitor, "" if visitor == viewer else f"the placeholders are at {viewer}, not at {visitor}"


async def compared(session, plan, step, number, output):
    """Compares both sides now; a caret that blinks is not a difference, so such a pair is taken again."""
    boxes, error = await insides(session, plan.placeholder) if plan.placeholder else ([], "")
    if error:
        return State(plan.name, step, 100.0, None, error)
    for _ in range(4):
        left, right = await session.pictures()
        right = right[:left.shape[0], :left.shape[1]]  # the viewer's window stays as large as it was
        for x, y, end, bottom in boxes:
            right[y:bottom, x:end] = left[y:bottom, x:end]
        differs = compare.difference(left, right)
        if not compare.is_caret(differs):
            break
        await asyncio.sleep(0.13)
    share = compare.share(differs)
    if output and share > 0:
        name = f"{plan.name}-{number}.png".replace("/", "_")
        compare.save(output / name, left, right, differs)
    levels = compare.levels(left, right)
    return State(plan.name, step, share, compare.box(differs), levels=int(levels.max()), seen=compare.share(levels > ROUNDED))


async def follow(browser_, servers, plan, output):
    """Opens a page, starts the session, does the steps; a state for the start and for each step."""
    states = []
    async with browser.Session(browser_, servers, plan.assets, documents=True, ratio=plan.ratio) as session:
        step = "start"
        try:
            await session.watch()
            await session.visitor.goto(plan.url, timeout=30000)
            for step_before in plan.before:
                await steps.perform(session.visitor, step_before)
            await session.start(plan.settings)
            await session.shown()
            await asyncio.sleep(SETTLE)
            states.append(await compared(session, plan, step, 0, output))
            for number, each in enumerate(plan.steps, 1):
                step = steps.words(each)
                await steps.perform(session.visitor, each)
                await asyncio.sleep(SETTLE)
                states.append(await compared(session, plan, step, number, output))
        except Exception as error:
            states.append(State(plan.name, step, 100.0, None, f"{type(error).__name__}: {error}".splitlines()[0][:160]))
        try:
            for error in await session.errors():
                states.append(State(plan.name, step, 100.0, None, error[:300]))
        except Exception as error:
            states.append(State(plan.name, step, 100.0, None, str(error).splitlines()[0][:160]))
    return states


async def follow_all(browser_, servers, plans, output, workers, report):
    """Follows every plan, several at a time, and reports each as it ends."""
    waiting, found = list(reversed(plans)), {}

    async def work():
        while waiting:
            plan = waiting.pop()
            try:
                states = await asyncio.wait_for(follow(browser_, servers, plan, output), 120)
            except Exception as error:
                states = [State(plan.name, "broke off", 100.0, None, f"{type(error).__name__}: {error}"[:160])]
            found[plan.name] = states
            report(plan, states)

    await asyncio.gather(*(work() for _ in range(workers)))
    return [(plan, found[plan.name]) for plan in plans]
