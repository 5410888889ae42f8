import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { compiledClasses } from '../java-classes.ts'
import { jdkOf } from '../jdk.ts'
import { jarsOf } from '../maven-jars.ts'
import {
  placeOf,
  type SearchLaunch,
  SearchNode,
  type SearchNodeOptions,
  type SearchNodePlace,
  started,
} from '../search-node.ts'

/** What OpenSearch 3 is compiled for. */
const JAVA = 21
const HERE = import.meta.dirname
/** HTTP, and what the templates name: `lowercase` is a module there. */
const MODULES = [
  'org.opensearch.transport.Netty4ModulePlugin',
  'org.opensearch.analysis.common.CommonAnalysisModulePlugin',
]
const NORI = 'org.opensearch.plugin.analysis.nori.AnalysisNoriPlugin'

export interface OpenSearchNodeOptions extends SearchNodeOptions {
  /** Default true: Korean is split into words. */
  readonly nori?: boolean
}

/** One real OpenSearch node on loopback, without Docker. It keeps its data when it is killed and started again. */
export class OpenSearchNode extends SearchNode {
  readonly #nori: boolean

  private constructor(place: SearchNodePlace, nori: boolean) {
    super('opensearch', place)
    this.#nori = nori
  }

  static async open({ nori = true, ...options }: OpenSearchNodeOptions): Promise<OpenSearchNode> {
    return new OpenSearchNode(await placeOf('opensearch', options), nori)
  }

  static async start(options: OpenSearchNodeOptions): Promise<OpenSearchNode> {
    return started(await OpenSearchNode.open(options))
  }

  protected launch(): SearchLaunch {
    const jdk = jdkOf(JAVA)
    const jars = join(jarsOf(join(HERE, 'opensearch', 'pom.xml')), '*')
    const classes = compiledClasses(join(HERE, 'src'), jars, jdk)
    const home = join(this.directory, 'home')
    mkdirSync(join(home, 'config'), { recursive: true })
    copyFileSync(join(HERE, 'log4j2.properties'), join(home, 'config', 'log4j2.properties'))
    return {
      java: join(jdk, 'bin', 'java'),
      args: [
        '-Dfile.encoding=UTF-8',
        '-Djava.locale.providers=CLDR',
        '-Dlog4j.shutdownHookEnabled=false',
        '-Dlog4j2.disable.jmx=true',
        `-Dopensearch.path.home=${home}`,
        `-Djavas.opensearch=${this.directory}`,
        '--enable-native-access=ALL-UNNAMED',
        '--add-modules=jdk.incubator.vector',
        '-cp',
        `${classes}:${jars}`,
        'OpenSearchLauncher',
        [...MODULES, ...(this.#nori ? [NORI] : [])].join(','),
      ],
    }
  }
}
