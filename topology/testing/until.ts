/** For tests of what runs by itself: looks every 2 ms whether it is so. Bound by the test's own time. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((go) => setTimeout(go, 2))
}
