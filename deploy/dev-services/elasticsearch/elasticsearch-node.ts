import { join } from 'node:path'
import { jdkOf } from '../jdk.ts'
import { placeOf, type SearchLaunch, SearchNode, type SearchNodeOptions, started } from '../search-node.ts'
import { elasticsearchHome } from './elasticsearch-home.ts'

/** What Elasticsearch 9 is compiled for. */
const JAVA = 21

/**
 * One real Elasticsearch node on loopback, without Docker. It keeps its data when it is killed and started again.
 *
 *     await using elasticsearch = await ElasticsearchNode.start({ name: 'mine' })
 *     elasticsearch.url        // http://127.0.0.1:10123
 *     await elasticsearch.process.kill9()
 */
export class ElasticsearchNode extends SearchNode {
  static async open(options: SearchNodeOptions): Promise<ElasticsearchNode> {
    return new ElasticsearchNode('elasticsearch', await placeOf('elasticsearch', options))
  }

  static async start(options: SearchNodeOptions): Promise<ElasticsearchNode> {
    return started(await ElasticsearchNode.open(options))
  }

  protected launch(): SearchLaunch {
    const jdk = jdkOf(JAVA)
    const home = elasticsearchHome(jdk)
    return {
      java: join(jdk, 'bin', 'java'),
      args: [
        // What the distribution's own launcher sets.
        '-Djava.awt.headless=true',
        '-Dfile.encoding=UTF-8',
        '-Djna.nosys=true',
        '-Djava.locale.providers=CLDR',
        '-Dio.netty.noUnsafe=true',
        '-Dio.netty.noKeySetOptimization=true',
        '-Dio.netty.recycler.maxCapacityPerThread=0',
        '-Dio.netty.allocator.numDirectArenas=0',
        '-Dlog4j.shutdownHookEnabled=false',
        '-Dlog4j2.disable.jmx=true',
        '-Des.distribution.type=tar',
        `-Des.path.home=${home}`,
        `-Des.path.conf=${join(home, 'config')}`,
        `-Djavas.elasticsearch=${this.directory}`,
        '--enable-native-access=ALL-UNNAMED,org.apache.lucene.core,org.elasticsearch.nativeaccess,org.elasticsearch.foreign,org.elasticsearch.simdvec',
        '--add-modules=jdk.incubator.vector,jdk.net,ALL-MODULE-PATH',
        '--module-path',
        join(home, 'lib'),
        '-cp',
        join(home, 'launcher'),
        'ElasticsearchLauncher',
      ],
    }
  }
}
