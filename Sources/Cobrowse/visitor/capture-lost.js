/** @param {string} text of a rule @returns {boolean} whether declarations in it say nothing: custom properties may, no others */
export const isLost = (text) => /\s-?\w[\w-]*: ;/.test(text);
