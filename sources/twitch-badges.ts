/** Badges that look the same in every channel. Those that a channel draws itself are named in no message. */
const pictures: { readonly [set: string]: string } = {
  broadcaster: '5527c58c-fb7d-422d-b71b-f309dcb85cc1',
  moderator: '3267646d-33f0-4b17-b3df-f923a41db1d0',
  partner: 'd12a2e27-16f6-41d0-ab77-b780518f00a3',
  vip: 'b817aba4-fad8-49e2-b88a-7cc744dfa6ec',
}

/** @param set such as `moderator`, of `moderator/1` */
export const twitchBadgeUrl = (set: string): string | null =>
  Object.hasOwn(pictures, set) ? `https://static-cdn.jtvnw.net/badges/v1/${pictures[set]}/1` : null
