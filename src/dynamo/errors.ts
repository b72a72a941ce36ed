import { DuctileError } from '../errors/ductile-error.js';

/** The table does not exist in this region and account. */
export class TableNotFoundError extends DuctileError {
  static override readonly code: string = 'TABLE_NOT_FOUND';
}

/** The table's key attributes are not the two strings that Ductile was told to use. */
export class TableKeysError extends DuctileError {
  static override readonly code: string = 'TABLE_KEYS';
}

/** The table has replicas in other regions, and what Ductile relies on holds within one region. Nothing was written. */
export class ReplicatedTableError extends DuctileError {
  static override readonly code: string = 'REPLICATED_TABLE';
}

/** The client has no credentials, or AWS does not accept them. */
export class CredentialsError extends DuctileError {
  static override readonly code: string = 'CREDENTIALS';
}

/**
 * The client's credentials may not do what Ductile asked for; `facts.action` names the IAM action, `principal` who may not,
 * if AWS says so, and `reason` is what AWS says. An action of `kms:` is about the key that the table is encrypted with.
 */
export class AccessDeniedError extends DuctileError {
  static override readonly code: string = 'ACCESS_DENIED';
}

/**
 * The endpoint cannot be reached, something else than DynamoDB answers there, or the client has no region to derive one
 * from.
 */
export class EndpointError extends DuctileError {
  static override readonly code: string = 'ENDPOINT';
}

/** The client comes from another copy of the AWS SDK than the one that Ductile uses, and their parts do not fit together. */
export class SdkMismatchError extends DuctileError {
  static override readonly code: string = 'SDK_MISMATCH';
}

/**
 * Other transactions held the rows of this write, or of a read of several rows at one moment, for as long as it was
 * retried. Nothing was written.
 */
export class TransactionConflictError extends DuctileError {
  static override readonly code: string = 'TRANSACTION_CONFLICT';
}

/**
 * DynamoDB throttled the write, or a read of several rows at one moment, for as long as it was retried. Nothing was
 * written.
 */
export class ThrottledError extends DuctileError {
  static override readonly code: string = 'THROTTLED';
}

/** DynamoDB refused the content of a write, whatever the state of the table. Nothing was written. */
export class WriteRejectedError extends DuctileError {
  static override readonly code: string = 'WRITE_REJECTED';
}

/** A partition of a table with local secondary indexes is at its limit of 10 GB. Nothing was written. */
export class GroupFullError extends DuctileError {
  static override readonly code: string = 'GROUP_FULL';
}

/** A transaction's token was used before with other content. Nothing was written by this call. */
export class TokenReusedError extends DuctileError {
  static override readonly code: string = 'TOKEN_REUSED';
}
