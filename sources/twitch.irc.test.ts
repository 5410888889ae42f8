/** The Twitch client against a real IRC server over a WebSocket: InspIRCd. */
import { realIrcContract } from './real-irc.contract.ts'
import { startInspIrcd, startInspIrcdPair } from './testing/inspircd.ts'

realIrcContract('InspIRCd over WebSocket', { start: startInspIrcd, startPair: startInspIrcdPair })
