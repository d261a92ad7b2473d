// A resolve hook of Node: finds `latchkey:visitor/x.js`, and what such a module imports, in Sources/Cobrowse.
import { readFile } from "node:fs/promises";

const folders = { visitor: "visitor", viewer: "viewer", shared: "shared" };
const root = new URL("../../Sources/Cobrowse/", import.meta.url);

export async function resolve(specifier, context, next) {
  const wanted = specifier.startsWith("latchkey:")
    ? specifier
    : context.parentURL?.startsWith("latchkey:") && new URL(specifier, "x:/" + context.parentURL.slice(9)).href.slice(3);
  if (!wanted) return next(specifier, context);
  return { url: "latchkey:" + wanted.replace(/^latchkey:/, ""), shortCircuit: true };
}

export async function load(url, context, next) {
  if (!url.startsWith("latchkey:")) return next(url, context);
  const [folder, name] = url.slice(9).split("/");
  const source = await readFile(new URL(folders[folder] + "/" + name, root), "utf8");
  return { format: "module", source, shortCircuit: true };
}
