/** @param {any} animation @returns {boolean} whether a script has made it: no style tells of it */
export function isScripted(animation) {
  return animation.effect?.target && animation.animationName === undefined && animation.transitionProperty === undefined;
}
