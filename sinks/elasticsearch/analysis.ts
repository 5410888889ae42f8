import { type Client, errors, type estypes } from '@elastic/elasticsearch'
import { guarded } from './elasticsearch-error.ts'

/** Whether the server has the plug-in that splits Korean into words. */
export async function hasNori(client: Client): Promise<boolean> {
  try {
    await client.indices.analyze({ tokenizer: 'nori_tokenizer', text: '말' })
    return true
  } catch (cause) {
    if (cause instanceof errors.ResponseError && cause.statusCode === 400) return false
    return guarded(() => Promise.reject(cause))
  }
}

/**
 * `javas_text` is for people in Kibana: whole words, Korean ones without their particles where nori is installed.
 * `javas_grams` is for our own search: tokens that we made, taken as they are.
 */
export const analysisOf = (nori: boolean): estypes.IndicesIndexSettingsAnalysis => ({
  analyzer: {
    javas_text: nori
      ? {
          type: 'custom',
          tokenizer: 'nori_tokenizer',
          filter: ['nori_part_of_speech', 'nori_readingform', 'lowercase'],
        }
      : { type: 'custom', tokenizer: 'standard', filter: ['lowercase'] },
    javas_grams: { type: 'custom', tokenizer: 'standard' },
  },
})
