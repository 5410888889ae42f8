/** Sizes of the dense part and where each of its tensors lies in one flat array of parameters. */
export interface NetworkShape {
  /** Numbers in an embedding row. */
  readonly width: number
  /** Channels of each of the two convolutions, or units of each direction of the recurrent layer. */
  readonly channels: number
  /** Units of the hidden layer. */
  readonly hidden: number
  /** Outputs, filled up to a multiple of 16: 0 polarity, 1 neutral, 2..11 the ratings 1..10 (used in training only). */
  readonly outputs: 16
  /** What reads the pieces in their order. Only convolutions are exported; recurrent networks teach. */
  readonly layers?: LayerKind
}

export type LayerKind = 'convolutions' | 'recurrent'

export const POLARITY = 0
export const NEUTRAL = 1
export const FIRST_RATING = 2
export const RATINGS = 10

export type ConvolutionTensor = 'conv1' | 'bias1' | 'conv2' | 'bias2'
export type RecurrentTensor =
  | 'inputForward'
  | 'stateForward'
  | 'biasForward'
  | 'inputBackward'
  | 'stateBackward'
  | 'biasBackward'
export type HeadTensor = 'dense' | 'denseBias' | 'output' | 'direct' | 'outputBias'
export type TensorName = ConvolutionTensor | RecurrentTensor | HeadTensor

type Sizes<Name extends string> = Readonly<Record<Name, readonly [number, number]>>

/** Bag, then maximum and mean of each of the two layers. */
export const pooledSize = (shape: NetworkShape): number => shape.width + 4 * shape.channels

/** [rows, columns] of each tensor; a convolution's rows are its three taps one after the other. */
export function tensorShapes(shape: NetworkShape): Readonly<Partial<Record<TensorName, readonly [number, number]>>> {
  return { ...layerShapes(shape), ...headShapes(shape) }
}

function layerShapes({ width, channels, layers = 'convolutions' }: NetworkShape): Partial<Sizes<TensorName>> {
  if (layers === 'convolutions')
    return {
      conv1: [3 * width, channels],
      bias1: [1, channels],
      conv2: [3 * channels, channels],
      bias2: [1, channels],
    }
  // Of a direction: reset, update and candidate side by side; the fourth bias is the candidate's own of the state.
  return {
    inputForward: [width, 3 * channels],
    stateForward: [channels, 3 * channels],
    biasForward: [1, 4 * channels],
    inputBackward: [width, 3 * channels],
    stateBackward: [channels, 3 * channels],
    biasBackward: [1, 4 * channels],
  }
}

const headShapes = (shape: NetworkShape): Sizes<HeadTensor> => ({
  dense: [pooledSize(shape), shape.hidden],
  denseBias: [1, shape.hidden],
  output: [shape.hidden, shape.outputs],
  direct: [shape.width, shape.outputs],
  outputBias: [1, shape.outputs],
})
