/** Sizes of the dense part and where each of its tensors lies in one flat array of parameters. */
export interface NetworkShape {
  /** Numbers in an embedding row. */
  readonly width: number
  /** Channels of each of the two convolutions. */
  readonly channels: number
  /** Units of the hidden layer. */
  readonly hidden: number
  /** Outputs, filled up to a multiple of 16: 0 polarity, 1 neutral, 2..11 the ratings 1..10 (used in training only). */
  readonly outputs: 16
}

export const POLARITY = 0
export const NEUTRAL = 1
export const FIRST_RATING = 2
export const RATINGS = 10

export type TensorName =
  | 'conv1'
  | 'bias1'
  | 'conv2'
  | 'bias2'
  | 'dense'
  | 'denseBias'
  | 'output'
  | 'direct'
  | 'outputBias'

/** Bag, then maximum and mean of each convolution. */
export const pooledSize = (shape: NetworkShape): number => shape.width + 4 * shape.channels

/** [rows, columns] of each tensor; a convolution's rows are its three taps one after the other. */
export function tensorShapes(shape: NetworkShape): Readonly<Record<TensorName, readonly [number, number]>> {
  return {
    conv1: [3 * shape.width, shape.channels],
    bias1: [1, shape.channels],
    conv2: [3 * shape.channels, shape.channels],
    bias2: [1, shape.channels],
    dense: [pooledSize(shape), shape.hidden],
    denseBias: [1, shape.hidden],
    output: [shape.hidden, shape.outputs],
    direct: [shape.width, shape.outputs],
    outputBias: [1, shape.outputs],
  }
}
