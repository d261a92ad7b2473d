/**
 * Turns what the agent does above the visitor's page into commands: the frame itself gets no pointer and no key.
 */
import { createKeys } from "./viewer-keys.js";

/**
 * @param {object} options
 * @param {HTMLElement} options.surface  lies above the frame
 * @param {any} options.view
 * @param {() => string} options.tool
 * @param {() => any} options.replica
 * @param {() => boolean} options.mayScroll
 * @param {() => void} options.leave  the agent leaves the page by keyboard
 */
export function createInput({ surface, view, tool, replica, mayScroll, leave }) {
  /** @type {[number, number][]} */
  let stroke = [];
  /** @type {[number, number] | undefined} */
  let pointed;
  let isDue = false;
  const wish = { x: 0, y: 0, box: 0, isPending: false };

  /** Sends what has gathered, once a frame. */
  function due() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      if (pointed) replica()?.point(...pointed);
      pointed = undefined;
      if (stroke.length > 1) {
        replica()?.draw(stroke);
        view.mark(stroke);
        stroke = stroke.slice(-1);
      }
    });
  }

  surface.addEventListener("pointermove", (event) => {
    if (tool() === "") return;
    const place = view.place(event);
    if (tool() === "point" || tool() === "use") pointed = place;
    if (tool() === "draw" && stroke.length > 0) stroke.push(place);
    due();
  });
  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    surface.focus({ preventScroll: true });
    const place = view.place(event);
    if (tool() === "highlight") replica()?.highlight(...place);
    if (tool() !== "draw") return;
    surface.setPointerCapture(event.pointerId);
    stroke = [place];
  });
  for (const name of ["pointerup", "pointercancel"]) {
    surface.addEventListener(name, () => {
      if (stroke.length > 1) due();
      requestAnimationFrame(() => (stroke = []));
    });
  }
  surface.addEventListener("pointerleave", () => {
    if (tool() === "point" || tool() === "use") replica()?.point(-1, -1);
    pointed = undefined;
  });
  surface.addEventListener("click", (event) => {
    if (tool() === "use") replica()?.click(...view.place(event), { button: 0, count: event.detail });
  });

  /**
   * @param {number} x
   * @param {number} y
   * @param {[number, number]} [place]  what is scrolled is there; without it the page is
   */
  function scrollBy(x, y, place) {
    if (!mayScroll()) return;
    // Several turns of the wheel are one wish, counted from where the box was when the first came.
    if (!wish.isPending) {
      const { scrollX, scrollY } = view.page;
      Object.assign(wish, (place && replica()?.boxAt(...place, x, y)) ?? { box: 0, x: scrollX, y: scrollY });
    }
    wish.x = Math.max(0, wish.x + x);
    wish.y = Math.max(0, wish.y + y);
    if (wish.isPending) return;
    wish.isPending = true;
    setTimeout(() => {
      wish.isPending = false;
      replica()?.scrollTo(wish.x, wish.y, wish.box);
    }, 60);
  }

  surface.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || !mayScroll() || (tool() !== "scroll" && tool() !== "use" && !view.isFit)) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 40 : event.deltaMode === 2 ? view.page.height : 1;
      scrollBy(event.deltaX * unit, event.deltaY * unit, view.place(event));
    },
    { passive: false },
  );
  createKeys({ surface, tool, replica, scrollBy, pageHeight: () => view.page.height, leave });
}
