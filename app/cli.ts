/**
 * `javas`: one program, one command a role or job. Each command's code stands in app/commands/ and is loaded when asked
 * for, so that help and errors come at once.
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import { codeOf, messageOf } from './errors.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { printable } from './printable.ts'
import { version } from './version.ts'

const program = new Command('javas')
  .description('Watches live broadcasts: masks profanity, scores sentiment, counts, alerts and archives every message.')
  .version(version)
  .showHelpAfterError('(javas help COMMAND shows what it takes)')
  .addHelpText(
    'after',
    `
Data stands in ./data, or where JAVAS_DATA says. While "javas start" runs, commands on its data go through it.
With JAVAS_KAFKA=host:9092 the roles and the commands work on that cluster instead: docs/deploy.md.
Exit codes: ${Object.entries(exitCodes)
      .map(([name, code]) => `${code} ${name}`)
      .join(', ')}. Error codes: docs/errors.md.`,
  )
  .exitOverride()

const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`)
  return value
}
const moment = (text: string) => {
  const value = /^\d{12,}$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(value))
    throw new InvalidArgumentError('must be a time such as 2026-11-23T21:00 or epoch milliseconds.')
  return value
}
const speed = (text: string) => {
  if (text === 'max') return 'max' as const
  const value = Number(text.replace(/x$/, ''))
  if (!(value >= 1 && value <= 60)) throw new InvalidArgumentError('must be from 1 to 60, or max.')
  return value
}
const timeZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    throw new InvalidArgumentError('must be a time zone such as Asia/Seoul.')
  }
}
const search = (command: Command) =>
  command
    .addOption(new Option('--broadcast <id...>', 'only these broadcasts'))
    .option('--channel <id>', 'only this channel, such as twitch:kimchi')
    .option('--author <name>', 'part of a display name')
    .option('--author-id <id>', "a platform's author id")
    .option('--from <time>', 'not before', moment)
    .option('--to <time>', 'before', moment)
    .option('--severity <n>', 'profanity of at least 1, 2 or 3', wholeNumber(1, 3))
    .addOption(new Option('--sentiment <label...>', 'only these').choices(['positive', 'neutral', 'negative']))

program
  .command('start', { isDefault: true })
  .description('run everything in this process: sources, analysis, archive, dashboard')
  .option('--port <n>', 'port of the dashboard (JAVAS_PORT, 7777)', wholeNumber(0, 65_535))
  .option('--host <address>', 'address to listen on (JAVAS_HOST, 127.0.0.1)')
  .option('--demo', 'start watching the demo broadcast at once')
  .action(async (options) => (await import('./commands/start.ts')).start(options))

program
  .command('collect')
  .description('run the sources alone: chat goes into the log, to be analysed later or by another process')
  .option('--link <url...>', 'watch these as well as what was asked for before')
  .action(async (options) => (await import('./commands/roles.ts')).collect(options))
program
  .command('analyze')
  .description('run the analysis alone')
  .option('--until-caught-up', 'end when everything in the log is analysed')
  .action(async (options) => (await import('./commands/roles.ts')).analyze(options))
program
  .command('export')
  .description('run the archive writer alone')
  .option('--until-caught-up', 'end when everything in the log is archived')
  .action(async (options) => (await import('./commands/roles.ts')).exportRole(options))
program
  .command('watchdog')
  .description('a small process of its own that rings when a role, or a "javas start", gives no sign of life')
  .option('--url <address>', 'health check of a "javas start" (default: of the configured host and port)')
  .option('--seconds <n>', 'silent for so long is dead', wholeNumber(5, 3_600), 30)
  .action(async (options) => (await import('./commands/watchdog.ts')).watchdog(options))
const share = (text: string) => {
  const value = Number(text)
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('must be between 0 and 1, such as 0.2.')
  return value
}
const ratio = (text: string) => {
  const value = Number(text)
  if (!(value >= 1 && value <= 20)) throw new InvalidArgumentError('must be from 1 to 20.')
  return value
}
program
  .command('alarms')
  .description('try the rules of alarms')
  .command('dry-run <channel> <broadcast>')
  .description('what would have rung in an archived broadcast: javas alarms dry-run twitch:kimchi 41234')
  .option('--share <x>', 'negative share above which it rings', share)
  .option('--ratio <x>', "times the channel's usual share", ratio)
  .option('--messages <n>', 'least messages a minute', wholeNumber(5, 100_000))
  .option('--word <word...>', 'words to watch for')
  .option('--mentions <n>', 'messages that must mention one within a minute', wholeNumber(1, 200))
  .option('--json', 'as JSON')
  .action(async (...args) => (await import('./commands/alarms.ts')).dryRunAlarms(...(args as [string, string, object])))
program
  .command('notify')
  .description('tell people of alarms: Slack, e-mail, a webhook (docs/alarms.md)')
  .action(async () => (await import('./commands/roles.ts')).notify())
program
  .command('dashboard')
  .description('run the web server alone, on what the log and the archive hold')
  .option('--port <n>', 'port (JAVAS_PORT, 7777)', wholeNumber(0, 65_535))
  .option('--host <address>', 'address to listen on (JAVAS_HOST, 127.0.0.1)')
  .action(async (options) => (await import('./commands/roles.ts')).dashboard(options))
program
  .command('all')
  .description('run every role and the watchdog, each in a process of its own under this one; topics are made first')
  .addOption(
    new Option('--only <role...>', 'run these alone, on topics that are there').choices([
      'collect',
      'analyze',
      'export',
      'notify',
      'dashboard',
      'watchdog',
    ]),
  )
  .action(async (options) => (await import('./commands/roles.ts')).all(options))

const archive = program.command('archive').description('search and download what is stored')
search(archive.command('search [words...]'))
  .description('messages that hold all the words, newest first, profanity masked')
  .option('--limit <n>', 'how many', wholeNumber(1, 500), 50)
  .option('--original', 'show the original text')
  .option('--json', 'one JSON object a line')
  .action(async (words, options) => (await import('./commands/archive.ts')).searchArchive(words, options))
search(archive.command('download [words...]'))
  .description('everything that matches, oldest first, to standard output or a file')
  .addOption(new Option('--format <format>', 'file format').choices(['csv', 'jsonl']).default('csv'))
  .option('--out <file>', 'write here instead of standard output')
  .option('--masked', 'mask profanity')
  .action(async (words, options) => (await import('./commands/archive.ts')).downloadArchive(words, options))

program
  .command('report <channel> <broadcast>')
  .description('write what happened in a broadcast: report.html, report.json and report.csv')
  .addOption(new Option('--lang <language>', 'of the page').choices(['ko', 'en']).default('ko'))
  .option('--out <folder>', 'where to', '.')
  .option('--people', 'name those who swore')
  .option('--zone <name>', "time zone of the page, such as Asia/Seoul (this machine's)", timeZone)
  .action(async (channel, broadcast, options) =>
    (await import('./commands/report.ts')).report(channel, broadcast, options),
  )

program
  .command('compare-verdicts <channel> <broadcast>')
  .description("play an archived broadcast through today's rules and models, and tell what they judge otherwise")
  .option('--speed <x>', '1 to 60, or max', speed, 'max')
  .option('--json', 'as JSON')
  .action(async (channel, broadcast, options) =>
    (await import('./commands/compare-verdicts.ts')).compareVerdicts(channel, broadcast, options),
  )
program
  .command('erase-person <channel> <author>')
  .description('take a person out of log, archive and reports for good; prints a signed receipt')
  .requiredOption('--yes', 'confirm')
  .option('--out <file>', 'write the receipt here instead of standard output')
  .action(async (channel, author, options) =>
    (await import('./commands/erasure.ts')).erasePerson(channel, author, options),
  )
program
  .command('retention')
  .description('take away what is older than JAVAS_RETENTION says, as happens once a day by itself')
  .option('--dry-run', 'say what would go')
  .addOption(new Option('--log', 'say what went in the runs before').conflicts('dryRun'))
  .option('--json', 'as JSON')
  .action(async (options) => (await import('./commands/retention.ts')).retention(options))
program
  .command('erasure')
  .description('receipts of erasures')
  .command('verify <receipt>')
  .description('say whether a receipt is unchanged, and whose it is')
  .option('--author <id>', 'whose it is said to be; the archive here is then asked for them')
  .option('--key <name>', 'who must have signed it, as "javas evidence key" prints it')
  .action(async (receipt, options) => (await import('./commands/erasure.ts')).verifyErasure(receipt, options))

program
  .command('feedback')
  .description('what people said of verdicts')
  .command('export')
  .description('write it as rows to train on: a label and a text, separated by a tab')
  .addOption(new Option('--about <model>', 'which model').choices(['sentiment', 'profanity']).default('sentiment'))
  .option('--out <file>', 'write here instead of standard output')
  .action(async (options) => (await import('./commands/feedback.ts')).exportFeedback(options))

program
  .command('describe')
  .alias('topology')
  .description("print the analysis' topology")
  .addOption(new Option('--format <format>', 'how').choices(['text', 'mermaid']).default('text'))
  .action(async (options) => (await import('./commands/describe.ts')).describe(options))
const evidence = program
  .command('evidence')
  .description("signed packs of somebody's messages, and whether one is whole")
evidence
  .command('make')
  .description('make a pack: chosen messages of one person with what stood around them')
  .requiredOption('--channel <id>', 'the channel, such as twitch:kimchi')
  .requiredOption('--author <id>', "the platform's author id")
  .option('--message <id...>', 'these messages')
  .option('--from <time>', 'or everything from this time on', moment)
  .option('--to <time>', 'until this time', moment)
  .option('--around <n>', 'messages before and after each', wholeNumber(0, 20), 5)
  .requiredOption('--out <file>', 'where the pack goes; no file may be there')
  .action(async (options) => (await import('./commands/evidence.ts')).makeEvidence(options))
evidence
  .command('verify <pack>')
  .description('tell whether a pack is as it was signed, and if not, what of it is not')
  .option('--key <name>', 'the key that must have signed it, such as sha256:...')
  .action(async (pack, options) => (await import('./commands/evidence.ts')).verify(pack, options))
evidence
  .command('key')
  .description("print the name of this installation's key")
  .action(async () => (await import('./commands/evidence.ts')).showKey())
const topics = program.command('topics').description('the topics of the log, and what a cluster lacks of them')
topics
  .command('list', { isDefault: true })
  .description('print partitions, records, bytes, retention, lag')
  .option('--json', 'as JSON')
  .action(async (options) => (await import('./commands/topics.ts')).showTopics(options))
topics
  .command('apply')
  .description('make and configure what the cluster of JAVAS_KAFKA lacks: topics, changelogs, schemas')
  .option('--dry-run', 'say what would be done')
  .option('--grow', 'add partitions where more are wanted: channels move, see docs/operate.md')
  .action(async (options) => (await import('./commands/apply-topics.ts')).apply(options))
program
  .command('stores')
  .description('the servers of the archive: MongoDB, Elasticsearch')
  .command('apply')
  .description('make collections, indexes, templates and checks that they lack')
  .option('--dry-run', 'say what would be done')
  .action(async (options) => (await import('./commands/apply-stores.ts')).apply(options))
program
  .command('rebuild')
  .description('make anew what can be made anew')
  .command('elasticsearch')
  .description('make the search index beside the one in use, compare it with its source, then take its place')
  .addOption(new Option('--from <source>', 'from where').choices(['record', 'topics']).default('record'))
  .option('--keep-old', 'keep the old indexes, to go back by hand')
  .action(async (options) => (await import('./commands/rebuild-elasticsearch.ts')).rebuild(options))
program
  .command('verify')
  .description('compare what should be the same')
  .command('archive')
  .description('compare topics, record and index by counts, ids and checksums for each minute of each broadcast')
  .option('--wait <seconds>', 'how long the stores may take to catch up first', wholeNumber(0, 86_400), 60)
  .option('--json', 'the whole report as JSON')
  .action(async (options) => (await import('./commands/verify-archive.ts')).verify(options))
program
  .command('status')
  .description('print what runs on the cluster: processes, group, tasks, lag')
  .option('--json', 'as JSON')
  .action(async (options) => (await import('./commands/status.ts')).status(options))
program
  .command('lag')
  .description('print how far the analysis is behind, partition by partition')
  .option('--json', 'as JSON')
  .action(async (options) => (await import('./commands/lag.ts')).lag(options))
program
  .command('watch <link>')
  .description('ask for a broadcast to be watched')
  .option('--option <name=value...>', "options of the source, such as rate=10 for the demo's speed")
  .action(async (link, options) => (await import('./commands/watch.ts')).watch(link, options))
program
  .command('replay <file>')
  .description('analyse a recording as if it were live')
  .option('--speed <x>', '1 to 60, or max', speed, 1)
  .option('--keep-time', 'keep the recorded times instead of counting from now')
  .action(async (file, options) => (await import('./commands/replay.ts')).replay(file, options))
program
  .command('record <link> <file>')
  .description('save the chat of a broadcast to a file that replay reads')
  .option('--seconds <n>', 'stop after so long', wholeNumber(1, 864_000))
  .option('--parsed', 'keep messages instead of what the platform sent')
  .action(async (link, file, options) => (await import('./commands/record.ts')).record(link, file, options))
program
  .command('doctor <link>')
  .description('try a broadcast for half a minute and say step by step what is different from what we expect')
  .option('--seconds <n>', 'how long', wholeNumber(1, 3_600), 30)
  .option('--file <file>', 'where the recording goes (javas-doctor-PLATFORM-TIME.jsonl)')
  .action(async (link, options) => (await import('./commands/doctor.ts')).doctor(link, options))
program
  .command('reset')
  .description("drop the analysis' state and results' offsets, so that it starts again from the log")
  .requiredOption('--yes', 'confirm')
  .action(async () => (await import('./commands/reset.ts')).reset())
program
  .command('account <action> [name]')
  .description(
    'add, remove or list the people who may log in, or reset-second-factor: account add NAME --role moderator',
  )
  .addOption(
    new Option('--role <role>', 'what they may do').choices(['owner', 'moderator', 'viewer']).default('viewer'),
  )
  .action(async (action, name, options) => (await import('./commands/account.ts')).account(action, name, options))
program
  .command('backup <folder>')
  .description('copy the data folder, also while it is in use; says which keys are to be kept apart')
  .option('--with-keys', 'copy the keys too: whoever reads the copy can then sign as you, and has the second factors')
  .action(async (folder, options) => (await import('./commands/backup.ts')).backup(folder, options))
program
  .command('move <folder>')
  .description(
    'take the data folder of a "javas start" into the cluster, with nothing lost; may be broken off and called again',
  )
  .option('--dry-run', 'say what would be moved')
  .action(async (folder, options) => (await import('./commands/move.ts')).moveFolder(folder, options))
program
  .command('config <action>')
  .description('check: say everything that is wrong with the settings at once, and start nothing')
  .action(async (action) => {
    if (action !== 'check') program.error(`error: config ${action}: it is check`, { code: 'commander.unknownCommand' })
    return (await import('./commands/config.ts')).checkConfig()
  })
program
  .command('bench <name> [args...]')
  .description('run a benchmark: engine, pipeline, latency, soak and the others that a wrong name lists')
  .allowUnknownOption()
  .action(async (name, args) => (await import('./commands/bench.ts')).bench(name, args))

// `javas archive search | head`: whoever reads us has enough.
process.stdout.on('error', (cause) => process.exit(codeOf(cause) === 'EPIPE' ? exitCodes.done : exitCodes.failed))
// Whoever kept our log may go: that is no reason to end.
process.stderr.on('error', () => {})

try {
  // Without this commander takes a mistyped command for an argument of `start`, the default.
  const [first] = process.argv.slice(2)
  if (
    first &&
    !first.startsWith('-') &&
    ![...program.commands.flatMap((command) => [command.name(), ...command.aliases()]), 'help'].includes(first)
  )
    program.error(`error: unknown command '${first}'`, { code: 'commander.unknownCommand' })
  await program.parseAsync()
} catch (cause) {
  process.exitCode = exitCodeOf(cause)
  // commander has printed its own errors and help already.
  if (!codeOf(cause).startsWith('commander.')) {
    process.stderr.write(`javas: ${printable(messageOf(cause))} [${codeOf(cause)}]\n`)
    if (process.env.JAVAS_LOG === 'debug') process.stderr.write(`${(cause as Error).stack}\n`)
  }
}
