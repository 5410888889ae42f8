/** Application ids: they name committed offsets and prefix internal topics, so changing one is a migration. */
export const ANALYSIS = 'javas-analysis'

/** The group in which collectors share the channels. */
export const COLLECTION = 'javas-collection'
