"""A page full of secrets: what is in masks and in sensitive fields, each with a canary of its own.

`$` in a piece stands for its canary. Every piece has a fixed size on the page, so that only the secret differs between two
pages with secrets of other lengths.
"""

import base64
import random

MASKED = [
    "<p>$</p>", "<p>a <b>$</b> b</p>", "<input value='$'>", "<textarea>$</textarea>", "<input type=hidden value='$'>",
    "<img alt='$' src='made/tiny.png'>", "<p title='$'>t</p>", "<input placeholder='$'>", "<textarea placeholder='$'></textarea>",
    "<button aria-label='$'>b</button>", "<p aria-description='$'>x</p>", "<p aria-valuetext='$' role=slider>x</p>",
    "<p data-name='$'>x</p>", "<p data-a='1' data-b-c='$'>x</p>", "<a href='/people/$'>x</a>", "<a href='?q=$'>x</a>",
    "<a href='mailto:$@example.com'>x</a>", "<a href='#$'>x</a>", "<a ping='/$' href='x'>x</a>", "<a download='$.pdf' href='x'>x</a>",
    "<img src='made/tiny.png?$'>", "<img srcset='made/tiny.png?$ 1x'>", "<picture><source srcset='made/tiny.png?$'><img></picture>",
    "<form action='/send/$'><input></form>", "<button formaction='/send/$'>b</button>", "<iframe srcdoc='<p>$</p>'></iframe>",
    "<iframe src='made/inner?$'></iframe>", "<iframe name='$'></iframe>", "<object data='made/tiny.png?$'></object>", "<embed src='made/tiny.png?$'>",
    "<video poster='made/tiny.png?$'></video>", "<audio src='made/none?$'></audio>", "<video><track label='$' src='x'></video>",
    "<!-- $ -->", "<p><!--$--></p>", "<select><option>$</option><option>x</option></select>", "<select><option value='$'>x</option></select>",
    "<select><option label='$'>x</option></select>", "<select><optgroup label='$'><option>x</optgroup></select>",
    "<select multiple><option>x<option selected>$</select>", "<datalist><option value='$'></datalist>",
    "<details><summary>$</summary>x</details>", "<details><summary>x</summary>$</details>", "<p hidden>$</p>", "<p style='display: none'>$</p>",
    "<p style='--name: \"$\"'>x</p>", "<p style='background: url(made/tiny.png?$)'>x</p>",
    "<style>.never { content: '$' }</style>", "<script type='application/json'>{\"name\": \"$\"}</script>", "<template><p>$</p></template>",
    "<noscript>$</noscript>", "<svg><text y=10>$</text></svg>", "<svg><title>$</title></svg>", "<svg><desc>$</desc></svg>",
    "<svg><a href='/$'><text>x</text></a></svg>", "<svg><image href='made/tiny.png?$'/></svg>", "<math><mtext>$</mtext></math>",
    "<math><annotation>$</annotation></math>", "<table><caption>$</caption></table>", "<table summary='$'><tr><td>x</table>",
    "<table><tr><td abbr='$'>x</table>", "<meter title='$'></meter>", "<label for='$'>x</label>",
    "<map name='$'></map>", "<p itemprop='$'>x</p>", "<p itemprop=n itemscope itemid='/$'>x</p>",
    "<p contenteditable>$</p>", "<output>$</output>", "<q cite='/$'>x</q>", "<del datetime='$'>x</del>", "<data value='$'>x</data>", "<time datetime='$'>x</time>",
    "<abbr title='$'>x</abbr>", "<ruby>x<rt>$</rt></ruby>", "<x-custom name='$'></x-custom>", "<div><div><div><div>$</div></div></div></div>",
    "<div><template shadowrootmode=open><p>$</p></template></div>", "<div><template shadowrootmode=open><style>p::after { content: '$' }</style><p>x</p></template></div>",
    "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"><text>$</text></svg>'>",
    "<style>.s1 { --said: $; background: url(/$); font-family: $ }</style>", "<style>.s2[data-name='$'] { color: red }</style>", "<style media='$'>.s3 { color: red }</style>",
    "<style>@font-face { font-family: '$'; src: url(/$) }</style>", "<style>@keyframes $ { from { color: red } } .s5 { animation: $ 1s }</style>",
    "<style>@import url('/made/none.css?$');</style>", "<style>@import url('/made/none.css') layer($) supports(content: '$') (name: $);</style>", "<style>@media (name: $) { .s7 { color: red } } @supports (content: '$') { .s8 { color: red } }</style>",
    "<style>.s9 { .t9::after { content: '$' } @media all { --x: '$' } }</style>", "<div><template shadowrootmode=closed><style>:host::before { content: '$' }</style></template></div>",
    "<style>@property --s10 { syntax: '*'; inherits: true; initial-value: '$' }</style>", "<object data='made/inner?$'><p>$</p></object>", "<fieldset><legend>$</legend></fieldset>",
    "<svg><style>.s11 { content: '$' }</style></svg>", "<input type=hidden name=x value='$'>", "<form><input type=image alt='$' src='made/tiny.png?$'></form>",
]
GENERATED = [
    "#g0::before { content: '$' }", "#g1::after { content: '$' / 'alt' }", "#g2::marker { content: '$' }", "#g3 { --said: '$' } #g3::before { content: var(--said) }",
    "@media all { #g4::before { content: '$' } }", "#g5::before { content: url(made/tiny.png?$) }",
    ":root { --said6: '$' } #g6::before { content: var(--said6) }", "#g7 { list-style: '$' }", "#g8 { quotes: '$' 'x' }", "#g9:not([data-name='$']) { color: red }",
    "@layer a { @supports (color: red) { #g10 { &::before { content: '$' } } } }", "@scope (section) { #g11::before { content: '$' } }",
    "#g12:hover::before { content: '$' }", "#g13:not(:hover)::after { content: '$' }", "@keyframes k14 { from { content: '$' } }", "#g15 { --said: url(/$) }",
    "#g16 { --said: $ }", "#g17 { background: var(--nothing) url(made/tiny.png?$) }", "#g18 { --said: { a: b; c: $ } }", "#not-there-yet::before { content: '$' }",
    "@property --said20 { syntax: '*'; inherits: true; initial-value: '$' } #g20::before { content: var(--said20) }", "@counter-style c21 { system: cyclic; symbols: '$'; } #g21 { list-style: c21 }",
    "#g22:checked { background: url(made/tiny.png?$) }", "section#masked > ::before { content: '$' }", "#g24 { content: attr(data-none, '$') }",
    # What browsers write as nothing is read again in the sheet's own text.
    "#g25::before { padding: var(--none); padding-top: 0; content: '$' }", "#g26 { margin: var(--none, $); margin-top: 0 }",
    "#g27 { background: var(--none) url(made/tiny.png?$); background-color: red }", "#g28 { font: var(--none) '$'; font-weight: 400 }",
]
FIELDS = [
    "<input type=password value='$'>", "<input autocomplete=current-password value='$'>", "<input autocomplete=new-password value='$'>",
    "<input autocomplete=one-time-code value='$'>", "<input autocomplete=cc-number value='$'>", "<input autocomplete='billing cc-csc' value='$'>",
    "<input autocomplete=cc-exp value='$'>", "<input autocomplete=cc-exp-month value='$'>", "<input autocomplete=cc-name value='$'>",
    "<input name=cardnumber value='$'>", "<input name='card[number]' value='$'>", "<input name=cvv value='$'>", "<input id=cvc2 value='$'>",
    "<input name=securityCode value='$'>", "<input name=otp value='$'>", "<input name=iban value='$'>", "<label>Card number <input value='$'></label>",
    "<label for=f1>Security code</label><input id=f1 value='$'>", "<input aria-label='Credit card number' value='$'>", "<input placeholder='Card number' value='$'>",
    "<span id=l1>CVV</span><input aria-labelledby=l1 value='$'>", "<input pattern='[0-9]{13,19}' value='$'>", "<input inputmode=numeric maxlength=6 autocomplete=one-time-code value='$'>",
    "<input name=pin type=tel value='$'>", "<textarea name=password>$</textarea>", "<input type=password data-value='$' value=x>", "<input name=ccnum title='$' value=x>",
    "<input type=text name=creditCard value='$' list=cards><datalist id=cards><option>x</datalist>",
    "<input type=hidden name=cardnumber value='$'>", "<select autocomplete=cc-exp-year><option>$</option></select>", "<input placeholder='MM / YY' value='$'>",
    "<input autocomplete='section-a shipping cc-type' value='$'>", "<input pattern='(\\d{4} ?){4}' value='$'>", "<textarea autocomplete=one-time-code>$</textarea>",
]
DYNAMIC = [
    "at.textContent = '$'", "at.append('$')", "at.title = '$'", "at.dataset.late = '$'", "at.setAttribute('aria-label', '$')", "at.innerHTML = '<i>$</i>'",
    "at.innerHTML = '<input>'; at.firstChild.value = '$'", "at.style.setProperty('--x', '\"$\"')", "at.append(new Comment('$'))",
    "const n = document.createElement('p'); n.textContent = '$'; at.append(n)", "const n = at.appendChild(document.createElement('select')); n.add(new Option('$'))",
    "at.attachShadow({mode: 'open'}).innerHTML = '<p>$</p>'", "at.attachShadow({mode: 'closed'}).innerHTML = '<p>$</p>'",
    "const n = at.appendChild(document.createElement('iframe')); n.contentDocument.body.textContent = '$'", "const n = at.appendChild(document.createElement('iframe')); n.srcdoc = '<p>$</p>'",
    "at.textContent = 'x'; at.firstChild.data = '$'", "const s = document.createElement('style'); at.append(s); s.sheet.insertRule('.q { content: \"$\" }')",
    "const out = document.body.appendChild(document.createElement('p')); out.textContent = '$'; at.append(out)", "document.querySelector('[name=cvv]').value = '$'",
    "document.querySelector('[name=cvv]').setAttribute('value', '$')", "const p = document.querySelector('[type=password]'); p.value = '$'; p.type = 'text'",
    "getSelection().selectAllChildren(at); at.textContent = '$'", "at.setAttribute('href', '/$')", "const s = new CSSStyleSheet(); s.replaceSync('#d0::before { content: \"$\" }'); document.adoptedStyleSheets.push(s)",
    "const s = new CSSStyleSheet(); s.replaceSync('p::before { content: \"$\" }'); const r = at.attachShadow({mode: 'open'}); r.innerHTML = '<p>x</p>'; r.adoptedStyleSheets = [s]",
    "const s = document.querySelector('style').sheet; s.insertRule('#' + at.id + '::before { content: \"$\" }', s.cssRules.length)",
    "const s = document.querySelector('style').sheet; const r = s.cssRules[s.insertRule('#' + at.id + '::before { content: \"x\" }')]; r.style.content = '\"$\"'",
    "const s = document.head.appendChild(document.createElement('style')); s.textContent = '#late-' + at.id + '::before { content: \"$\" }'; setTimeout(() => { at.innerHTML = '<div><p id=late-' + at.id + '>x</p></div>'; }, 200)",
    "const f = document.querySelector('[autocomplete=current-password]'); f.removeAttribute('autocomplete'); f.value = '$'",
    "const f = document.querySelector('[type=password]'); f.type = 'text'; f.value = '$'; f.replaceWith(f.cloneNode(true))",
    "const f = document.querySelector('.bare'); f.value = '$'; setTimeout(() => { f.type = 'text'; f.replaceWith(f.cloneNode(true)); }, 200)",
    "const f = document.querySelector('[name=otp]'); f.form.reset(); f.value = '$'", "const f = document.querySelector('#copy-me'); f.value = '$'; f.type = 'text'; const c = f.cloneNode(true); f.replaceWith(c); setTimeout(() => { c.value += 'z'; }, 200)",
    "const f = document.querySelector('#relabelled'); f.labels[0].firstChild.data = 'Security code'; f.value = '$'",
    "history.replaceState({}, '', '?card=' + (document.querySelector('[name=cardnumber]').value = '$'))",
]
SHOWN = ["<style>.open::before { content: '$' }</style><p class=open>x</p>", "<style>.open { --said: '$' } .open::after { content: var(--said) }</style>",
         "<style>.tip:hover::before { content: '$' }</style><p class=tip>x</p>", "<style>section#masked p, .open { --both: '$' }</style>", "<p>$</p>", "<input value='$'>", "<p title='$'>x</p>", "<div data-latchkey-mask><div data-latchkey-unmask><p>$</p></div></div>"]


def word(source, length):
    return "".join(source.choice("bcdfghjkmnpqrstvwxz") for _ in range(length))


def made(length=14, seed=1):
    """The page, its canaries by piece, what has to be shown, and what is done later."""
    source = random.Random(seed)
    canaries, shown = {}, {}

    def filled(piece, kept=canaries):
        # Secrets of every length begin alike, so that two pages differ in the length alone.
        kept[piece] = word(random.Random(f"{seed} {kept is shown} {piece}"), 60)[:14 if kept is shown else length]
        return piece.replace("$", kept[piece])

    cells = "".join(f"<div class='cell'>{filled(piece)}</div>" for piece in MASKED)
    fields = "".join(f"<div class='cell'>{filled(piece)}</div>" for piece in FIELDS)
    rules = "\n".join(filled(rule) for rule in GENERATED)
    plain = "".join(f"<div class='cell'>{filled(piece, shown)}</div>" for piece in SHOWN)
    places = "".join(f"<div class='cell'><div id='d{number}'>x</div></div>" for number in range(len(DYNAMIC)))
    later = [f"const at = document.getElementById('d{number}'); {filled(piece)}" for number, piece in enumerate(DYNAMIC)]
    page = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Secrets</title>
<style>.cell {{ width: 150px; height: 30px; overflow: hidden; float: left; contain: strict }} {rules}</style>
<body><p>Open text</p>{plain}<section data-latchkey-mask id="masked">{cells}
{"".join(f"<div class='cell'><li id='g{n}'>x</li></div>" for n in range(len(GENERATED)))}{places}</section><form>{fields}</form><input type=password id=copy-me><input type=password class=bare><input type=password id=typed><label>Amount <input id=relabelled></label>
<section class="private"><div class="cell">{filled("selector: $")}</div></section>
<script type="application/json" data-latchkey-mask>"{source.random()}"</script></body></html>"""
    return page, canaries, shown, later


def spellings(text):
    """How a text may be written in bytes."""
    raw = text.encode()
    found = {raw, raw.upper(), text.encode("utf-16-le"), text.encode("utf-16-be"), raw.hex().encode(), raw[::-1]}
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + raw)
        found.add(whole[4 if offset else 0:-4])
    return {spelling for spelling in found if len(spelling) >= 5}
