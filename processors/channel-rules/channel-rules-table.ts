/** The table of channels' own rules, read by `flag-profanity`. */
export const channelRulesTable = 'channel-rules'
