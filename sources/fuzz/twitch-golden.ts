/** Lines of Twitch's IRC of every kind we give a meaning, and some that we do not; own values. */
const tags =
  'badge-info=subscriber/14;badges=moderator/1,subscriber/12;display-name=김치찌개;room-id=55512345;user-id=1234'
const at = 'tmi-sent-ts=1795400000123'
const notice = (id: string, more: string, text = '') =>
  `@${tags};${at};id=n-${id};login=kimchi;msg-id=${id};${more} :tmi.twitch.tv USERNOTICE #somechannel${text && ` :${text}`}`

export const twitchGoldens: readonly string[] = [
  `@${tags};${at};emotes=25:3-7/1902:9-12;id=5b1c;mod=1 :kimchi!kimchi@kimchi.tmi.twitch.tv PRIVMSG #somechannel :와! Kappa Keep`,
  `@${tags};${at};bits=100;id=5b1d :kimchi!kimchi@kimchi.tmi.twitch.tv PRIVMSG #somechannel :cheer100 가자`,
  `@${tags};${at};id=5b1e :kimchi!kimchi@kimchi.tmi.twitch.tv PRIVMSG #somechannel :\u0001ACTION 춤춘다\u0001`,
  `@${tags};${at};id=5b1f;source-room-id=999 :kimchi!kimchi@kimchi.tmi.twitch.tv PRIVMSG #somechannel :shared`,
  `@${tags};${at};id=5b20;pinned-chat-paid-amount=500;pinned-chat-paid-exponent=2;pinned-chat-paid-currency=USD :k!k@k PRIVMSG #somechannel :hype`,
  notice('sub', 'msg-param-sub-plan=1000;system-msg=Kim\\ssubscribed.'),
  notice('resub', 'msg-param-cumulative-months=14;system-msg=Kim\\ssubscribed.', '또 왔어요'),
  notice('submysterygift', 'msg-param-mass-gift-count=5;system-msg=Kim\\sgifts.'),
  notice('charitydonation', 'msg-param-donation-amount=500;msg-param-exponent=2;msg-param-donation-currency=EUR'),
  notice('raid', 'msg-param-viewerCount=15;system-msg=15\\sraiders'),
  notice('announcement', 'msg-param-color=PRIMARY', '공지'),
  notice('somethingnew', 'system-msg=new'),
  `@login=kimchi;room-id=;target-msg-id=5b1c;${at} :tmi.twitch.tv CLEARMSG #somechannel :지워진 글`,
  `@ban-duration=600;room-id=55512345;target-user-id=1234;${at} :tmi.twitch.tv CLEARCHAT #somechannel :kimchi`,
  `@room-id=55512345;${at} :tmi.twitch.tv CLEARCHAT #somechannel`,
  '@msg-id=slow_on :tmi.twitch.tv NOTICE #somechannel :This room is now in slow mode.',
  '@emote-only=0;followers-only=-1;room-id=55512345;slow=0 :tmi.twitch.tv ROOMSTATE #somechannel',
  ':tmi.twitch.tv SOMETHINGNEW #somechannel :what is this',
  ':tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!',
  'PING :tmi.twitch.tv',
]
