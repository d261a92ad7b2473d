// Imports modules of the live session under the addresses that they are served at: their folders' names are lower-case
// there, and modules import each other by these.
import { register } from "node:module";

register("./modules-hook.mjs", import.meta.url);

/** @param {string} path  such as `visitor/visitor-machine.js` */
export const load = (path) => import("latchkey:" + path);
