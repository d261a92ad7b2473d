/** What agents are told of a page before a session: where the visitor is, and with what. */

/** @type {[string, RegExp][]} */
const browsers = [
  ["Edge", /Edg\/(\d+)/], ["Firefox", /Firefox\/(\d+)/], ["Chrome", /Chrome\/(\d+)/], ["Safari", /Version\/(\d+).* Safari/],
];

/**
 * The address comes without query and fragment, which are nobody's business before the visitor agrees.
 *
 * @returns {{url: string, browser: string, browserver: string, platform: string}}
 */
export function describePage() {
  /** @type {any} */
  const { userAgent, userAgentData, platform } = navigator;
  const [browser = "", pattern] = browsers.find(([, pattern]) => pattern.test(userAgent)) ?? [];
  return {
    url: location.origin + location.pathname,
    browser,
    browserver: pattern?.exec(userAgent)?.[1] ?? "",
    platform: userAgentData?.platform || platform || "",
  };
}
