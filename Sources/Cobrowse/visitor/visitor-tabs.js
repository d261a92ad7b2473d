/**
 * Agreement between the tabs of a site on which one is shown: the one that the visitor looked at last.
 *
 * @param {object} options
 * @param {string} options.group
 * @param {typeof BroadcastChannel | undefined} options.Channel
 * @param {(news: any) => void} options.onnews  what another tab says
 */
export function createTabs({ group, Channel, onnews }) {
  const channel = Channel && new Channel("latchkey." + group);
  if (channel) channel.onmessage = ({ data }) => onnews(data);
  return {
    /** @param {{type: string, [name: string]: any}} news */
    tell: (news) => channel?.postMessage(news),
    close: () => channel?.close(),
  };
}
