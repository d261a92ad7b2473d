/**
 * Looks through everything in the replica's frame, shadow trees and frames included, for what must not be there.
 * Evaluates to a list of findings.
 */
(() => {
  const found = [];
  const frame = document.getElementById("frame");
  const forbidden = /^(script|object|embed|applet|portal|fencedframe|frame|handler|foreignscript|bgsound|layer|xml|isindex)$/i;
  const addresses = /^(href|src|action|formaction|data|poster|background|manifest|ping|cite|codebase|longdesc|profile|usemap|classid|lowsrc|dynsrc|srcset)$/i;
  const runs = /^(javascript|vbscript|livescript|mocha|data:text|data:application|view-source|filesystem|feed)/i;
  const bare = (text) => text.replace(/[\u0000-\u0020\u200b\u00a0]/g, "");
  const attribute = (element, { localName, name, value }) => {
    const what = `<${element.nodeName} ${name}="${value.slice(0, 80)}">`;
    if (/^on/i.test(localName) || /^on/i.test(name)) found.push(`handler ${what}`);
    if (addresses.test(localName) && runs.test(bare(value))) found.push(`address ${what}`);
    if (/^(to|from|by|values|attributename)$/i.test(localName) && /^(animate|set|animateMotion|animateTransform)$/i.test(element.localName)
        && (runs.test(bare(value)) || /(^|:)href$|^on/i.test(bare(value)))) found.push(`animated ${what}`);
    if (/^(action|formaction|ping|manifest|http-equiv)$/i.test(localName) && !["", "#"].includes(value)) found.push(`sends ${what}`);
    if (/^srcdoc$/i.test(localName) && /latchkeyPwned|\/pwned\/|<script/i.test(value)) found.push(`srcdoc ${what}`);
    if (/^is$/i.test(localName)) found.push(`is ${what}`);
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (forbidden.test(element.localName.replace(/^.*:/, ""))) found.push(`element <${element.nodeName}>`);
      if (element.localName === "link" && /http|\/pwned\//.test(element.getAttribute("href") ?? "")) found.push(`link ${element.outerHTML.slice(0, 120)}`);
      for (const each of element.attributes) attribute(element, each);
      if (element.shadowRoot) walk(element.shadowRoot);
      if (element.localName === "template" && element.content) walk(element.content);
      if (element.localName === "iframe") {
        const sandbox = element.getAttribute("sandbox");
        if (sandbox === null || /allow-scripts|allow-top|allow-popups|allow-forms|allow-modals/.test(sandbox)) found.push(`frame sandbox="${sandbox}"`);
        if (!["", "about:blank", "about:srcdoc"].includes(element.getAttribute("src") ?? "")) found.push(`frame src=${element.getAttribute("src")}`);
        if (element.contentDocument) walk(element.contentDocument);
      }
    }
  };
  if (window.latchkeyPwned !== undefined) found.push(`RAN ${window.latchkeyPwned}`);
  delete window.latchkeyPwned;
  if (frame.getAttribute("sandbox") !== "allow-same-origin") found.push(`sandbox ${frame.getAttribute("sandbox")}`);
  if (document.body.children.length > 2) found.push(`the viewer's own page has ${document.body.children.length} children`);
  const box = frame.getBoundingClientRect();
  if (box.x !== 0 || box.y !== 0 || box.width > 1400 || box.height > 900) found.push(`the frame is at ${box.x} ${box.y} ${box.width} ${box.height}`);
  if (!frame.contentDocument) found.push("the frame's document is out of reach");
  else walk(frame.contentDocument);
  return found;
})()
