/** Application ids: they name committed offsets and prefix internal topics, so changing one is a migration. */
export const ANALYSIS = 'javas-analysis'
