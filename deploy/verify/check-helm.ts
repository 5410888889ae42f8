import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Check } from './check.ts'
import { root, runTool, ToolFailed } from './run-tool.ts'
import { imageSettings, settingsProblems } from './settings-problems.ts'
import { tools, toolsFolder } from './tools.ts'

const KUBERNETES = '1.33.0'
const chart = join(root, 'deploy', 'helm', 'javas')

/** Values that the chart must refuse, and the words that it must say. */
const refused: readonly (readonly [values: readonly string[], says: RegExp])[] = [
  [[], /kafka.*bootstrap|bootstrap.*pattern/s],
  [['kafka.bootstrap=kafka'], /pattern/],
  [['kafka.bootstrap=k:9092', 'kafka.sasl=plain'], /kafka\.user/],
  [['kafka.bootstrap=k:9092', 'archive.kind=mongodb'], /archive\.mongodb\.url/],
  [['kafka.bootstrap=k:9092', 'archive.mongodb.url=mongodb://me:secret@m'], /pattern/],
  [['kafka.bootstrap=k:9092', 'archive.elasticsearch.url=http://e:9200'], /pseudonymSecret/],
  [['kafka.bootstrap=k:9092', 'analyze.treads=2'], /treads/],
  [['kafka.bootstrap=k:9092', 'env.JAVAS_EVIDENCE_KEY=x'], /JAVAS_EVIDENCE_KEY/],
  [['kafka.bootstrap=k:9092', 'env.JAVAS_SMTP_URL=smtp://a:b@c'], /JAVAS_SMTP_URL/],
  [['kafka.bootstrap=k:9092', 'watchdog.seconds=1'], /watchdog|seconds/],
  [['kafka.bootstrap=k:9092', 'env.JAVAS_KAFKA_PASSWORD=x'], /JAVAS_KAFKA_PASSWORD/],
  [
    ['kafka.bootstrap=k:9092', 'analyze.autoscaling.kind=hpa', 'analyze.autoscaling.max=9'],
    /more than kafka\.partitions/,
  ],
]

/** Lint, then every set of values in ci/ rendered and held against Kubernetes' own schemas, then values that must be refused. */
export const checkHelm: Check = {
  name: 'helm',
  files: ['helm/**'],
  isLong: true,
  run() {
    const helm = tools.helm()
    const schemas = kubernetesSchemas()
    let objects = 0
    const sets = globSync('ci/*-values.yaml', { cwd: chart })
    for (const values of sets) {
      runTool(helm, ['lint', '--strict', '--quiet', chart, '-f', join(chart, values)])
      const rendered = runTool(helm, [
        'template',
        'javas',
        chart,
        '--kube-version',
        KUBERNETES,
        '-f',
        join(chart, values),
      ])
      const seen = JSON.parse(
        runTool(
          tools.kubeconform(),
          [
            ...['-strict', '-summary', '-output', 'json', '-kubernetes-version', KUBERNETES],
            ...['-schema-location', join(schemas, '{{ .ResourceKind }}{{ .KindSuffix }}.json')],
            // Of Prometheus' operator and KEDA there are no schemas among Kubernetes' own.
            ...['-skip', 'PodMonitor,ScaledObject'],
          ],
          { input: rendered },
        ),
      ) as { summary: { valid: number; invalid: number; errors: number } }
      if (seen.summary.valid === 0) throw new ToolFailed(`${basename(values)} renders nothing`)
      objects += seen.summary.valid
      const wrong = settingsOf(rendered).flatMap(([name, settings]) =>
        settingsProblems(`${values} ${name}`, { ...imageSettings(), ...settings }),
      )
      if (wrong.length > 0) throw new ToolFailed(wrong.join('\n'))
    }
    for (const [values, says] of refused) assertRefused(helm, values, says)
    return `${sets.length} sets of values, ${objects} objects as Kubernetes ${KUBERNETES} takes them, ${refused.length} wrong sets refused`
  },
}

interface Rendered {
  readonly kind: string
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } }
}

interface Container {
  readonly name: string
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[]
}

/** What each container is told; a secret's value is a stand-in. */
function settingsOf(rendered: string): readonly (readonly [name: string, { readonly [setting: string]: string }])[] {
  const read = 'import json, sys, yaml; json.dump([one for one in yaml.safe_load_all(sys.stdin) if one], sys.stdout)'
  const objects = JSON.parse(runTool(tools.pythonWithYaml(), ['-c', read], { input: rendered })) as readonly Rendered[]
  return objects.flatMap(({ kind, spec }) =>
    (spec?.template?.spec?.containers ?? []).map(({ name, env = [] }) => {
      const standIn = ({ valueFrom = {} }: { readonly valueFrom?: object }) =>
        'fieldRef' in valueFrom ? 'javas-analyze-0' : 'a stand-in of more than thirty-two characters'
      const settings = env.map((one) => [one.name, one.value ?? standIn(one)])
      return [`${kind} ${name}`, Object.fromEntries(settings)] as const
    }),
  )
}

function assertRefused(helm: string, values: readonly string[], says: RegExp): void {
  try {
    runTool(helm, [
      'template',
      'javas',
      chart,
      '--kube-version',
      KUBERNETES,
      ...values.flatMap((one) => ['--set', one]),
    ])
  } catch (cause) {
    if (!(cause instanceof ToolFailed)) throw cause
    if (says.test(cause.message)) return
    throw new ToolFailed(`${values.join(', ')} is refused with other words than ${says}:\n${cause.message}`)
  }
  throw new ToolFailed(`the chart takes ${values.join(', ') || 'nothing at all'}`)
}

/** Kubernetes' schemas as PyPI's kubernetes-validate has them, with references that kubeconform can follow. */
function kubernetesSchemas(): string {
  const target = join(toolsFolder, `kubernetes-${KUBERNETES}`)
  if (existsSync(join(target, '_definitions.json'))) return target
  tools.kubernetesValidate()
  const [source] = globSync(
    `python/lib/python3*/site-packages/kubernetes_validate/kubernetes-json-schema/v${KUBERNETES}-local-strict`,
    { cwd: toolsFolder },
  )
  mkdirSync(target, { recursive: true })
  // The one that the others refer to comes last: it says that all are there.
  for (const name of readdirSync(join(toolsFolder, source!)).sort().reverse()) {
    const schema = JSON.parse(readFileSync(join(toolsFolder, source!, name), 'utf8'), (key, value) => {
      if (key === '$id') return undefined
      return key === '$ref' && typeof value === 'string' ? value.replace(/^\/api\//, '') : value
    })
    writeFileSync(join(target, name), JSON.stringify(schema))
  }
  return target
}
