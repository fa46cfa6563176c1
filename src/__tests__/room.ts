/**
 * Give every element room for `pixels`: jsdom has no layout, and rows that cannot be seen are not in
 * the page.
 */
export function giveRoom(pixels: number): void {
  for (const property of ['clientHeight', 'clientWidth'] as const) {
    Object.defineProperty(Element.prototype, property, {
      configurable: true,
      get: () => pixels
    });
  }
}
