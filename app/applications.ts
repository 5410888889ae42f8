/** Application ids: they name committed offsets and prefix internal topics, so changing one is a migration. */
export const ANALYSIS = 'javas-analysis'

/** The group in which collectors share the channels. */
export const COLLECTION = 'javas-collection'

/** What people are told of all alerts. */
export const NOTIFICATION = 'javas-notification'

/** The group in which one process at a time speaks to the notifiers. */
export const DELIVERY = 'javas-delivery'
