"""What the feature pages load: pictures, style sheets, fonts and a page for frames, all made here or taken from the system."""

import io
import pathlib

from aiohttp import web
from PIL import Image, ImageDraw

FONTS = pathlib.Path("/usr/share/fonts/truetype/dejavu")

SHEET = """@import url(second.css);
.linked { color: red; background: gold url(tiny.png) repeat-x; padding: 20px }
@media (min-width: 2000px) { .linked { display: none } }
"""
SECOND = ".imported { color: green; border: 3px solid; width: 300px }\n"
LOST = ".{name} {{ border: var(--b, 5px solid teal); border-top: 0; padding: var(--p); padding-left: 0; color: {colour} }}\n"
FAR = "@font-face { font-family: FarSheet; src: url(mono.ttf) }\n"
SPRITE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
<symbol id="dot" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="purple"/></symbol>
<symbol id="box" viewBox="0 0 10 10"><rect width="10" height="10" fill="orange"/></symbol>
<rect width="100" height="100" fill="silver"/></svg>
"""
INNER = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Inner page</title>
<style>body { background: #f4f8ff; font: 16px sans-serif } .on { background: gold }</style>
<h2>An inner page</h2><p>with a paragraph</p><input id="t" value="field"><img src="tiny.png" alt="">
<div style="height: 900px; background: linear-gradient(white, silver)">tall</div>
<script>addEventListener("message", (event) => { if (event.data === "change") document.body.className = "on"; });</script>
"""


def picture(colour, size=150, kind="PNG"):
    """A square with a frame and a diagonal."""
    image = Image.new("RGBA", (size, size), colour)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, size - 1, size - 1), outline="black", width=max(1, size // 20))
    pen.line((0, 0, size, size), fill="white", width=max(1, size // 15))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def disc():
    """A round mask."""
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((5, 5, 95, 95), fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def private(request):
    """A picture for those with the visitor's cookie alone."""
    if request.cookies.get("who") != "visitor":
        return web.Response(status=403, text="no")
    return web.Response(body=picture("purple"), content_type="image/png", headers={"Cache-Control": "no-store"})


def answer(body, kind):
    headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
    return lambda request: web.Response(body=body, content_type=kind, headers=headers)


def pages():
    """Each path below /made/ with what answers it."""
    made = {f"{name}.png": answer(picture(name), "image/png") for name in ("red", "green", "blue", "gold")}
    made |= {
        "tiny.png": answer(picture("teal", 12), "image/png"),
        "frame.png": answer(picture("orange", 60), "image/png"),
        "disc.png": answer(disc(), "image/png"),
        "private.png": private,
        "sheet.css": answer(SHEET.encode(), "text/css"),
        "second.css": answer(SECOND.encode(), "text/css"),
        "far.css": answer(FAR.encode(), "text/css"),
        "lost.css": answer(LOST.format(name="linked", colour="purple").encode(), "text/css"),
        "lost-far.css": answer(LOST.format(name="far", colour="green").encode(), "text/css"),
        "lost-imported.css": answer(LOST.format(name="imported", colour="blue").encode(), "text/css"),
        "sprite.svg": answer(SPRITE.encode(), "image/svg+xml"),
        "inner": answer(INNER.encode(), "text/html"),
    }
    for name, file in (("serif.ttf", "DejaVuSerif.ttf"), ("mono.ttf", "DejaVuSansMono.ttf")):
        made[name] = answer((FONTS / file).read_bytes(), "font/ttf")
    return {f"/made/{name}": reply for name, reply in made.items()}
