/** Parts of the sentiment model that can be left out of trained weights. */
import type { Weights } from './weights-file.ts'

export interface Ablation {
  readonly name: string
  /** The weights without the part; what is given is never changed. */
  readonly change: (weights: Weights) => Weights
}

/** The rows `from` to before `to` of a tensor set to nothing. */
function silenced(weights: Weights, tensor: string, from: number, to: number): Weights {
  const { values, shape } = weights.tensors.get(tensor)!
  const columns = shape[1]!
  const kept = values.slice()
  kept.fill(0, from * columns, to * columns)
  return { ...weights, tensors: new Map(weights.tensors).set(tensor, { values: kept, shape }) }
}

const withFeatures = (weights: Weights, features: Partial<Weights['manifest']['features']>): Weights => ({
  ...weights,
  manifest: { ...weights.manifest, features: { ...weights.manifest.features, ...features } },
})

/** The dense layer sees the whole bag, then maximum and mean of the first and of the second convolution. */
export const ablations: readonly Ablation[] = [
  { name: 'everything', change: (weights) => weights },
  {
    name: 'without the second convolution',
    change: (weights) => {
      const { width, channels } = weights.manifest
      return silenced(weights, 'dense', width + 2 * channels, width + 4 * channels)
    },
  },
  {
    name: 'without both convolutions: a bag of n-grams',
    change: (weights) => {
      const { width, channels } = weights.manifest
      return silenced(weights, 'dense', width, width + 4 * channels)
    },
  },
  {
    name: 'without the whole bag',
    change: (weights) => {
      const { width, hidden } = weights.manifest
      return silenced(silenced(weights, 'dense', 0, width), 'output', hidden, hidden + width)
    },
  },
  {
    name: 'without the hidden layer: the bag straight to the outputs',
    change: (weights) => silenced(weights, 'output', 0, weights.manifest.hidden),
  },
  {
    name: 'without the maxima of the convolutions',
    change: (weights) => {
      const { width, channels } = weights.manifest
      return silenced(
        silenced(weights, 'dense', width, width + channels),
        'dense',
        width + 2 * channels,
        width + 3 * channels,
      )
    },
  },
  {
    name: 'without the means of the convolutions',
    change: (weights) => {
      const { width, channels } = weights.manifest
      return silenced(
        silenced(weights, 'dense', width + channels, width + 2 * channels),
        'dense',
        width + 3 * channels,
        width + 4 * channels,
      )
    },
  },
  { name: 'characters up to 2 instead of 4', change: (weights) => withFeatures(weights, { characters: 2 }) },
  { name: 'jamo of 3 alone instead of 3 to 5', change: (weights) => withFeatures(weights, { jamo: [3, 3] }) },
  { name: 'without n-grams of jamo', change: (weights) => withFeatures(weights, { jamo: [3, 2] }) },
  { name: 'the first 40 characters alone', change: (weights) => withFeatures(weights, { maxUnits: 40 }) },
]
