/** Kafka's error codes, as far as the client layer tells them apart (protocol guide, "Error Codes"). */
export const errors = {
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  BROKER_NOT_AVAILABLE: 8,
  REPLICA_NOT_AVAILABLE: 9,
  MESSAGE_TOO_LARGE: 10,
  OFFSET_METADATA_TOO_LARGE: 12,
  NETWORK_EXCEPTION: 13,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  INVALID_TOPIC_EXCEPTION: 17,
  RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20,
  ILLEGAL_GENERATION: 22,
  UNKNOWN_MEMBER_ID: 25,
  REBALANCE_IN_PROGRESS: 27,
  TOPIC_AUTHORIZATION_FAILED: 29,
  GROUP_AUTHORIZATION_FAILED: 30,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  INVALID_TIMESTAMP: 32,
  NOT_CONTROLLER: 41,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  DUPLICATE_SEQUENCE_NUMBER: 46,
  INVALID_PRODUCER_EPOCH: 47,
  INVALID_TXN_STATE: 48,
  INVALID_PRODUCER_ID_MAPPING: 49,
  INVALID_TRANSACTION_TIMEOUT: 50,
  CONCURRENT_TRANSACTIONS: 51,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 53,
  KAFKA_STORAGE_ERROR: 56,
  UNKNOWN_PRODUCER_ID: 59,
  FETCH_SESSION_ID_NOT_FOUND: 70,
  INVALID_FETCH_SESSION_EPOCH: 71,
  FENCED_LEADER_EPOCH: 74,
  UNKNOWN_LEADER_EPOCH: 75,
  OFFSET_NOT_AVAILABLE: 78,
  PREFERRED_LEADER_NOT_AVAILABLE: 80,
  FENCED_INSTANCE_ID: 82,
  INVALID_RECORD: 87,
  THROTTLING_QUOTA_EXCEEDED: 89,
  PRODUCER_FENCED: 90,
  UNKNOWN_TOPIC_ID: 100,
  INCONSISTENT_TOPIC_ID: 103,
  FETCH_SESSION_TOPIC_ID_ERROR: 106,
  STALE_MEMBER_EPOCH: 113,
  TRANSACTION_ABORTABLE: 120,
} as const

const names = new Map<number, string>(Object.entries(errors).map(([name, code]) => [code, name]))

/** As the protocol guide writes it; `error 77` for one that is not listed here. */
export const errorName = (code: number): string => names.get(code) ?? `error ${code}`

const setOf = (...codes: readonly number[]): ReadonlySet<number> => new Set(codes)

/** Another broker coordinates, or the right one is not ready: look it up again. */
export const coordinatorMoved = setOf(
  errors.COORDINATOR_NOT_AVAILABLE,
  errors.NOT_COORDINATOR,
  errors.COORDINATOR_LOAD_IN_PROGRESS,
)

/** Another broker leads the partition, or what we know of the topic is old: refresh, then ask again. */
export const leaderMoved = setOf(
  errors.UNKNOWN_TOPIC_OR_PARTITION,
  errors.LEADER_NOT_AVAILABLE,
  errors.NOT_LEADER_OR_FOLLOWER,
  errors.REPLICA_NOT_AVAILABLE,
  errors.KAFKA_STORAGE_ERROR,
  errors.FENCED_LEADER_EPOCH,
  errors.UNKNOWN_LEADER_EPOCH,
  errors.UNKNOWN_TOPIC_ID,
  errors.INCONSISTENT_TOPIC_ID,
  errors.PREFERRED_LEADER_NOT_AVAILABLE,
)

/** The same request may be answered better a moment later. */
export const transient = setOf(
  errors.CORRUPT_MESSAGE,
  errors.REQUEST_TIMED_OUT,
  errors.BROKER_NOT_AVAILABLE,
  errors.NETWORK_EXCEPTION,
  errors.NOT_ENOUGH_REPLICAS,
  errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  errors.THROTTLING_QUOTA_EXCEEDED,
  errors.CONCURRENT_TRANSACTIONS,
)

/** Somebody else has the transactional id, or the coordinator ended the transaction and raised the epoch. */
export const fencing = setOf(errors.PRODUCER_FENCED, errors.INVALID_PRODUCER_EPOCH)

/** The group does not know this member, or not in this generation: its partitions belong to others. */
export const membershipLost = setOf(
  errors.ILLEGAL_GENERATION,
  errors.UNKNOWN_MEMBER_ID,
  errors.FENCED_INSTANCE_ID,
  errors.STALE_MEMBER_EPOCH,
)

/** More bytes than the topic takes in one batch. */
export const tooLarge = setOf(errors.MESSAGE_TOO_LARGE, errors.RECORD_LIST_TOO_LARGE)

export const unauthorized = setOf(
  errors.TOPIC_AUTHORIZATION_FAILED,
  errors.GROUP_AUTHORIZATION_FAILED,
  errors.CLUSTER_AUTHORIZATION_FAILED,
  errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
)
