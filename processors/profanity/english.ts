/**
 * English swearing as it occurs in Korean and international chat: a modest list. Every rule stands on word boundaries,
 * so that Scunthorpe, class, cocktail and Dickens stay whole; spelled-around forms come from the matcher (leet digits,
 * blanks, spaces between single letters, stretched letters).
 */
import type { Rule } from './rule.ts'
import { word } from './rule.ts'

const BOUNDED = { notBefore: /[a-z]$/, notAfter: /^[a-z]/, keyboard: false }
/** The usual endings, then the end of the word. */
const INFLECTED = {
  notBefore: /[a-z]$/,
  notAfter:
    /^(?!(?:s|es|ed|er|ers|in|ing|ings|y|head|heads|face|boy|wit|tard|tards|show|hole|holes|ty|ter|less|up|ups|off|storm|post|posts|posting|bag|bags|ass|this|you|yea|yeah)(?![a-z]))[a-z]/,
  keyboard: false,
}

export const english: readonly Rule[] = [
  ...word('en.fuck', 'vulgar', 2, {
    plain: {
      patterns: 'fuck fucker fucking fucked motherfucker motherfucking',
      notBefore: /[a-z]$/,
      notAfter: /^(?:ushima)/,
      keyboard: false,
    },
    phonetic: { patterns: 'fvck phuck fuk fuks fuker fuking fck fcking fcked fuq fukc fack', ...INFLECTED },
    blanked: { patterns: 'fXck fXXk fXXX fuXk fuXX fucX fXcking fXck', ...INFLECTED, noGap: true },
    short: { patterns: 'stfu gtfo', ...BOUNDED, noGap: true },
    'short-2': { patterns: 'wtf omfg lmfao ffs tf', severity: 1, ...BOUNDED, noGap: true },
  }),
  ...word('en.shit', 'vulgar', 2, {
    plain: { patterns: 'shit shitty shithead shithole shitshow bullshit dipshit horseshit shitpost', ...INFLECTED },
    phonetic: { patterns: 'sht shiet shyt', ...BOUNDED, noGap: true, severity: 1 },
    blanked: { patterns: 'shXt sXit sXXt', ...BOUNDED, noGap: true },
  }),
  ...word('en.bitch', 'insult', 2, {
    plain: { patterns: 'bitch bitchy sonofabitch', ...INFLECTED },
    phonetic: { patterns: 'biatch biotch bich bytch beyotch', ...INFLECTED },
    blanked: { patterns: 'bXtch bitXh', ...BOUNDED, noGap: true },
  }),
  ...word('en.ass', 'vulgar', 2, {
    plain: {
      patterns: 'asshole arsehole dumbass jackass asshat',
      notBefore: /[a-z]$/,
      notAfter: /^(?!s(?![a-z]))[a-z]/,
      keyboard: false,
    },
    'plain-2': { patterns: 'ass arse', severity: 1, ...BOUNDED, noGap: true },
    blanked: { patterns: 'aXshole assXole aXXhole', ...BOUNDED, noGap: true },
  }),
  ...word('en.body', 'sexual', 2, {
    plain: {
      patterns:
        'dickhead dick cock cocksucker pussy cunt twat wanker blowjob handjob dildo boobs tits titties cumshot creampie',
      notBefore: /[a-z]$/,
      notAfter: /^(?!s(?![a-z]))[a-z]/,
      notName: true,
      ambiguous: true,
      keyboard: false,
    },
    blanked: { patterns: 'dXck cXck cXnt pXssy', ...BOUNDED, noGap: true },
    'plain-2': { patterns: 'suckmydick suckmycock', severity: 3, ...BOUNDED },
  }),
  ...word('en.insult', 'insult', 2, {
    plain: {
      patterns: 'bastard whore slut retard retarded moron scumbag douchebag skank',
      notBefore: /[a-z]$/,
      notAfter: /^(?!(?:s|y|ed)(?![a-z]))[a-z]/,
      keyboard: false,
    },
    'plain-2': {
      patterns: 'idiot stupid dumb crap damn goddamn pissoff',
      severity: 1,
      notBefore: /[a-z]$/,
      notAfter: /^(?!(?:s|ed|it|y)(?![a-z]))[a-z]/,
      keyboard: false,
      noGap: true,
    },
  }),
  ...word('en.hate', 'hate', 3, {
    plain: {
      patterns: 'nigger nigga faggot fag tranny chink gook kike wetback',
      notBefore: /[a-z]$/,
      notAfter: /^(?!(?:s|z)(?![a-z]))[a-z]|^\s?in the/,
      keyboard: false,
    },
    phonetic: { patterns: 'nigg nigguh niqqa nibba fagot', ...BOUNDED, noGap: true },
    blanked: { patterns: 'nXgger nXgga fXggot nXXger', ...BOUNDED, noGap: true },
  }),
  ...word('en.threat', 'threat', 3, {
    plain: { patterns: 'kys killyourself killurself gokillyourself', ...BOUNDED, noGap: false },
  }),
]
