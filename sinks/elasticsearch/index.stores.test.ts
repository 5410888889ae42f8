/** What only the index has to keep to, on Elasticsearch. */
import { indexRules } from './testing/index-rules.ts'
import { elasticsearchNode } from './testing/shared-node.ts'

indexRules(elasticsearchNode('test-elasticsearch-index'), /elasticsearch 9\..*analysis-nori splits/)
