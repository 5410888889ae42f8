/** The Twitch client against a real IRC server over TCP: ngIRCd. */
import { realIrcContract } from './real-irc.contract.ts'
import { startNgIrcd, startNgIrcdPair } from './testing/ngircd.ts'

realIrcContract('ngIRCd over TCP', { start: () => startNgIrcd('tcp'), startPair: () => startNgIrcdPair('tcp') })
