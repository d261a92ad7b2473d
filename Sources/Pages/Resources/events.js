"use strict";

/* Tells the page around this one, and the one that opened it, what happens: each listed origin, and no other. A browser
   delivers a message to no other page than one of the origin that is named. */
class LatchkeyEvents {
  constructor(origins) {
    this.origins = new Set(origins.split(" ").filter(Boolean));
  }

  tell(glanceEvent, data) {
    const others = new Set([window.parent, window.opener]);
    others.delete(window);
    others.delete(null);
    for (const other of others) for (const origin of this.origins) other.postMessage({ glanceEvent, data }, origin);
    // The desktop client's window listens so.
    const client = window === window.parent && window.webkit?.messageHandlers?.latchkey;
    if (client) client.postMessage(glanceEvent);
  }
}
