import { DuctileError } from '../errors/ductile-error.js';

/**
 * Whether a write was applied cannot be known: its answer was lost, and what is in the table does not tell. Ductile does
 * not send it again.
 */
export class OutcomeUnknownError extends DuctileError {
  static override readonly code = 'OUTCOME_UNKNOWN';
}

/** A write holds more than DynamoDB takes in one request. It was not sent. */
export class WriteTooLargeError extends DuctileError {
  static override readonly code: string = 'WRITE_TOO_LARGE';
}

/** A row, with the fields that it retains for other schema versions, is larger than the 400 KB of a DynamoDB item. */
export class RowTooLargeError extends WriteTooLargeError {
  static override readonly code: string = 'ROW_TOO_LARGE';
}

/** The rows of one transaction are larger than 4 MB together. */
export class TransactionTooLargeError extends WriteTooLargeError {
  static override readonly code: string = 'TRANSACTION_TOO_LARGE';
}

/** A transaction has more than 100 actions. */
export class TooManyActionsError extends WriteTooLargeError {
  static override readonly code: string = 'TOO_MANY_ACTIONS';
}
