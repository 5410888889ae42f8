/** Per cent of a share with so many digits behind the point, with its sign. */
export const percentOf = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)}\u00a0%`
