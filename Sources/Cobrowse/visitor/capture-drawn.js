/**
 * @param {Iterable<any>} images
 * @param {string} address that was revoked
 * @returns {Promise<Blob | null>} what an image still shows of it
 */
export async function drawn(images, address) {
  for (const image of images) {
    if (image.currentSrc !== address || !image.naturalWidth) continue;
    const canvas = image.ownerDocument.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext("2d").drawImage(image, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve));
  }
  return null;
}
