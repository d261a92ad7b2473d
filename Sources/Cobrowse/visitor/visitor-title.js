/** Says in the window's title that there are new messages, for as long as nobody looks at the page. */
import { fill } from "./visitor-texts.js";
import { isHidden, listen } from "./visitor-platform.js";

/** @param {import("./visitor-texts.js").Texts} texts */
export function announceInTitle(texts) {
  let count = 0;
  let shown = "";
  let own = "";

  /** The site may have set another title meanwhile: that one stays. */
  function restore() {
    if (isHidden()) return;
    if (count && document.title === shown) document.title = own;
    count = 0;
  }

  listen(document, "visibilitychange", restore);
  return () => {
    if (!isHidden()) return;
    if (!count || document.title !== shown) own = document.title;
    count += 1;
    document.title = `(${fill(texts.unread, { count: String(count) })}) ${own}`;
    shown = document.title;
  };
}
