/** What the measurements need in the viewer's page: when something was painted there. */
(() => {
  const clock = () => performance.timeOrigin + performance.now();
  const page = () => latchkeyHarness.document?.() ?? document.getElementById("frame")?.contentDocument;
  const seen = { singles: {}, keys: {}, burst: 0 };
  window.latchkeySeen = seen;
  const look = () => {
    const shown = page();
    const single = shown?.getElementById("single")?.textContent;
    const typed = shown?.getElementById("field")?.value?.length;
    const burst = shown?.getElementById("burst")?.childElementCount;
    // A timer that is set in the last callback before painting runs after it.
    setTimeout(() => {
      const at = clock();
      if (single && !(single in seen.singles)) seen.singles[single] = at;
      if (typed && !(typed in seen.keys)) seen.keys[typed] = at;
      if (burst >= 10000 && !seen.burst) seen.burst = at;
    });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()
