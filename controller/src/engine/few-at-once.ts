/** How many calls to a product beside CLB are on their way at once. */
const atOnce = 4;

/** Does it for all, a few at a time. */
export async function fewAtOnce<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += atOnce) {
    await Promise.all(items.slice(start, start + atOnce).map(act));
  }
}
