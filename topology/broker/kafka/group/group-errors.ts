/** Error codes that only membership and committed offsets meet (protocol guide, "Error Codes"). */
export const groupErrors = {
  INCONSISTENT_GROUP_PROTOCOL: 23,
  INVALID_GROUP_ID: 24,
  INVALID_SESSION_TIMEOUT: 26,
  MEMBER_ID_REQUIRED: 79,
  GROUP_MAX_SIZE_REACHED: 81,
  UNSTABLE_OFFSET_COMMIT: 88,
  UNRELEASED_INSTANCE_ID: 111,
} as const
