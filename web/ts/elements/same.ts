/** Tells lists that hold the same in the same order. */

/** Whether two lists are alike, item by item. */
export function same<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}
