/**
 * Where the visitor's page is on the agent's screen: as large as fits, or in full size; the visitor's pointer and the
 * agent's own marks lie above it.
 */
const markMilliseconds = 4000;

/**
 * @param {object} options
 * @param {HTMLElement} options.room  what scrolls in full size
 * @param {HTMLElement} options.sheet  the page with all that lies above it, in the visitor's pixels
 * @param {HTMLElement} options.canvas  the agent's own marks
 * @param {HTMLElement} options.dot  the visitor's pointer
 */
export function createView({ room, sheet, canvas, dot }) {
  const paint = /** @type {HTMLCanvasElement} */ (canvas);
  const page = { width: 1, height: 1, scrollX: 0, scrollY: 0 };
  let scale = 1;
  let isFit = true;
  let follows = true;
  /** @type {{points: [number, number][], at: number}[]} */
  let marks = [];
  new ResizeObserver(layout).observe(room);

  function layout() {
    const { clientWidth, clientHeight } = room;
    scale = isFit ? Math.min(1, clientWidth / page.width, clientHeight / page.height) : 1;
    sheet.style.width = page.width + "px";
    sheet.style.height = page.height + "px";
    sheet.style.transform = `scale(${scale})`;
    // The sheet keeps its own size in the layout: what scaling saves is given back.
    sheet.style.marginRight = page.width * (scale - 1) + "px";
    sheet.style.marginBottom = page.height * (scale - 1) + "px";
    room.dataset.fit = String(isFit);
    if (paint.width !== page.width || paint.height !== page.height) {
      paint.width = page.width;
      paint.height = page.height;
      draw();
    }
  }

  function draw() {
    const context = /** @type {CanvasRenderingContext2D} */ (paint.getContext("2d"));
    context.clearRect(0, 0, paint.width, paint.height);
    context.lineWidth = 4;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = "#d1242f";
    for (const { points } of marks) {
      context.beginPath();
      for (const [x, y] of points) context.lineTo(x, y);
      context.stroke();
    }
  }

  function fade() {
    const oldest = performance.now() - markMilliseconds;
    marks = marks.filter((mark) => mark.at > oldest);
    draw();
    if (marks.length > 0) setTimeout(fade, 500);
  }

  return {
    page,
    get isFit() {
      return isFit;
    },
    get follows() {
      return follows;
    },
    /** @param {boolean} fits */
    setFit(fits) {
      isFit = fits;
      layout();
    },
    /** @param {boolean} isOn */
    setFollow(isOn) {
      follows = isOn;
    },
    /** @param {any} now  size and scroll of the visitor's window */
    setPage(now) {
      for (const name of /** @type {const} */ (["width", "height", "scrollX", "scrollY"])) {
        if (Number.isFinite(now[name])) page[name] = Math.min(Math.max(Math.round(now[name]), 0), 10000);
      }
      page.width ||= 1;
      page.height ||= 1;
      layout();
    },
    /**
     * A place in the visitor's window.
     *
     * @param {{clientX: number, clientY: number}} event
     * @returns {[number, number]}
     */
    place({ clientX, clientY }) {
      const box = sheet.getBoundingClientRect();
      return [Math.round((clientX - box.left) / scale), Math.round((clientY - box.top) / scale)];
    },
    /** @param {number} x @param {number} y */
    showPointer(x, y) {
      dot.hidden = !(x >= 0 && y >= 0 && x <= page.width && y <= page.height);
      dot.style.transform = `translate(${x}px, ${y}px) scale(${1 / scale})`;
      if (!isFit && follows) reveal(x, y);
    },
    /** @param {[number, number][]} points */
    mark(points) {
      if (marks.length === 0) setTimeout(fade, 500);
      marks.push({ points, at: performance.now() });
      draw();
    },
    clearMarks() {
      marks = [];
      draw();
    },
  };

  /**
   * Scrolls the room as little as is needed to see a place.
   *
   * @param {number} x
   * @param {number} y
   */
  function reveal(x, y) {
    const margin = 40;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = room;
    if (x < scrollLeft + margin) room.scrollLeft = x - margin;
    else if (x > scrollLeft + clientWidth - margin) room.scrollLeft = x - clientWidth + margin;
    if (y < scrollTop + margin) room.scrollTop = y - margin;
    else if (y > scrollTop + clientHeight - margin) room.scrollTop = y - clientHeight + margin;
  }
}
