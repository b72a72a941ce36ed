import { DuctileError } from '../errors/ductile-error.js';
import { NoAnswer } from './answers.js';
import {
  AccessDeniedError,
  CredentialsError,
  EndpointError,
  SdkMismatchError,
  TableKeysError,
  TableNotFoundError,
} from './errors.js';
import type { KeyAttributes } from '../table/gateway.js';
import { isUnanswered, isUnreachable, networkCode } from './network-errors.js';
import { nameOf } from './write-errors.js';

/** What an error at the edge is told about. */
export interface EdgeContext {
  readonly table: string;
  readonly keys: KeyAttributes;
  /** The DynamoDB operation, which is also the name of its IAM action. */
  readonly operation: string;
  /** The endpoint the client was given, if any. */
  readonly endpoint: string | undefined;
}

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/**
 * What to throw for an error that a request met: a typed one with its mend where the cause lies in how the client or
 * the table is set up; everything else unchanged.
 */
export function edgeError(error: unknown, context: EdgeContext): unknown {
  const name = nameOf(error);
  if (name === undefined || error instanceof DuctileError) return error;
  const { message } = error as Error;
  if (name === 'ResourceNotFoundException') return tableNotFound(error, context);
  const invalid = validationMessages(error as Error);
  if (invalid.some(isAboutKeys)) return tableKeys(error, context);
  if (invalid.some(isAboutTableName)) return noTableName(error, context);
  if (isOfKms(name, message)) return keyDenied(error, message, context);
  if (name === 'AccessDeniedException') return accessDenied(error, message, context);
  if (CREDENTIALS.has(name)) return credentials(error, message, context);
  if (isUnreachable(error) || message === 'Region is missing') return unreachable(error, message, context);
  if (isOfAnotherServer(error as Error)) return notDynamo(error, context);
  if (!WRITES.test(context.operation) && (statusOf(error) ?? 0) < 300 && isUnanswered(error))
    return unanswered(error, message, context);
  if (MISFIT.test(message)) return mismatch(error, message, context);
  return error;
}

/** Of a write without an answer there is more to say than that, and others do. */
const WRITES = /^(?:Put|Delete|Update|Create|TransactWrite)/;

/** What the SDK says where the parts of a client and of a command come from copies that do not fit together. */
const MISFIT = /[mM]iddleware is not found when adding|Duplicate middleware name/;

/** DynamoDB passes on what AWS KMS said of the key that the table is encrypted with. */
function isOfKms(name: string, message: string): boolean {
  return name.startsWith('KMS') || (name === 'AccessDeniedException' && /\bkms:|AWSKMS|KMS key/i.test(message));
}

/** What DynamoDB found invalid; a transaction says it in the reasons of its cancellation. */
function validationMessages(error: Error): readonly string[] {
  if (error.name === 'ValidationException') return [error.message];
  const { CancellationReasons: reasons } = error as { CancellationReasons?: { Code?: string; Message?: string }[] };
  return (reasons ?? []).flatMap(({ Code, Message }) =>
    Code === 'ValidationError' && Message !== undefined ? [Message] : [],
  );
}

function isAboutKeys(message: string): boolean {
  return (
    message.includes('key element does not match the schema') ||
    message.includes('Missing the key') ||
    message.includes('number of conditions on the keys is invalid') ||
    message.includes('Query condition missed key schema element') ||
    message.includes('Type mismatch for key')
  );
}

/** DynamoDB has a wording for names that are too short or too long, and another for those with other characters. */
function isAboutTableName(message: string): boolean {
  return /'tableName'|TableName must be|Invalid table\/index name/.test(message);
}

/**
 * DynamoDB names each of its errors, in JSON; the SDK calls an answer `Unknown` that names none. An answer about rows that
 * has a good status and is none is found before the SDK reads it; one about the table is not, and fails in its parser.
 */
function isOfAnotherServer(error: Error): boolean {
  if (error.name === 'NoAnswer') return true;
  const status = statusOf(error);
  if (error.name === 'SyntaxError') return status !== undefined;
  return error.name === 'Unknown' && (status ?? 0) >= 300;
}

function statusOf(error: unknown): number | undefined {
  const { $metadata: answer, $response: raw } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  return answer?.httpStatusCode ?? raw?.statusCode;
}

export function tableNotFound(cause: unknown, { table, endpoint }: EdgeContext): TableNotFoundError {
  return new TableNotFoundError(
    `There is no table ${table} ${endpoint === undefined ? "in the client's account and region" : `at ${endpoint}`}. ` +
      `Create it (\`ductile publish --create-table\`, createTable({ client, table: '${table}' }), or openStore with ` +
      `createTable: true), or check the name, the region and the account.`,
    { table },
    { cause },
  );
}

function noTableName(cause: unknown, { table }: EdgeContext): TableNotFoundError {
  return new TableNotFoundError(
    `There can be no table '${table}': a name has 3 to 255 letters, digits, '_', '-' and '.'. Check the name.`,
    { table },
    { cause },
  );
}

function tableKeys(cause: unknown, { table, keys }: EdgeContext): DuctileError {
  return new TableKeysError(
    `Table ${table} does not have the string keys ${keys.pk} (partition) and ${keys.sk} (sort). Say its own names with ` +
      `keys: { pk: '…', sk: '…' } (--keys PK,SK), or use a table that has them.`,
    { table, pk: keys.pk, sk: keys.sk },
    { cause },
  );
}

function accessDenied(cause: unknown, message: string, { table, operation }: EdgeContext): AccessDeniedError {
  const action = /dynamodb:\w+/.exec(message)?.[0] ?? iamAction(operation);
  const [principal] = /arn:[\w-]*:(?:iam|sts):\S+/.exec(message) ?? [];
  const mend = /explicit deny/i.test(message)
    ? 'What denies it outweighs what allows it: take it out of that policy.'
    : "Allow it in the role's IAM policy.";
  return new AccessDeniedError(
    `The client's credentials may not do ${action} on table ${table}: ${message.replace(/\.?$/, '.')} ${mend}`,
    { table, action, reason: message, ...(principal === undefined ? {} : { principal }) },
    { cause },
  );
}

/** Transactions have no IAM action of their own: they need those of their parts. */
function iamAction(operation: string): string {
  if (operation === 'TransactWriteItems')
    return 'dynamodb:PutItem, dynamodb:DeleteItem and dynamodb:ConditionCheckItem';
  return operation === 'TransactGetItems' ? 'dynamodb:GetItem' : `dynamodb:${operation}`;
}

function credentials(cause: unknown, message: string, { table, endpoint }: EdgeContext): CredentialsError {
  const mend =
    endpoint === undefined
      ? 'Give the client credentials that are valid now: the environment, a profile (--profile), or its option `credentials`.'
      : `Requests go to ${endpoint}; a local engine takes any: AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local, or ` +
        `credentials: { accessKeyId: 'local', secretAccessKey: 'local' }.`;
  return new CredentialsError(
    `A request to table ${table} could not be signed or was not accepted: ${message.replace(/\.?$/, '.')} ${mend}`,
    { table },
    { cause },
  );
}

function unreachable(cause: unknown, message: string, { table, endpoint }: EdgeContext): EndpointError {
  const text =
    message === 'Region is missing'
      ? `The client has no region, so table ${table} cannot be reached. Set AWS_REGION, or the client's \`region\` (--region).`
      : `DynamoDB cannot be reached at ${endpoint ?? "the region's endpoint"} for table ${table}: ` +
        `${networkCode(cause) ?? message}. ${endpoint === undefined ? 'Check the network and the region.' : 'Is the engine running there?'}`;
  return new EndpointError(text, { table, endpoint }, { cause });
}

function unanswered(cause: unknown, message: string, { table, endpoint }: EdgeContext): EndpointError {
  return new EndpointError(
    `No answer came from ${endpoint ?? "the region's endpoint"} for table ${table}: ${networkCode(cause) ?? message}. ` +
      'Call again; if it goes on, check the network and the time limits of the client.',
    { table, endpoint },
    { cause },
  );
}

function notDynamo(cause: unknown, { table, endpoint, operation }: EdgeContext): EndpointError {
  const status = statusOf(cause);
  const isBadStatus = (status ?? 0) >= 300;
  const said = isBadStatus ? `HTTP ${status}` : `its body is no answer to ${operation}`;
  const what = cause instanceof NoAnswer ? cause.what : said;
  // In front of DynamoDB itself there are machines whose failures are not in its words.
  const mend =
    status !== undefined && status >= 500
      ? 'Call again; if it goes on, look at the proxy or gateway on the way.'
      : endpoint === undefined
        ? 'Look for a proxy, gateway or captive portal on the way.'
        : 'Write the endpoint as a whole URL, such as http://127.0.0.1:8000, and look for a proxy on the way.';
  return new EndpointError(
    `What answers at ${endpoint ?? "the region's endpoint"} is not DynamoDB (${what}), so table ${table} cannot be reached. ${mend}`,
    { table, endpoint },
    { cause },
  );
}

function keyDenied(cause: unknown, message: string, { table }: EdgeContext): AccessDeniedError {
  const action = /\bkms:[A-Z]\w+/.exec(message)?.[0] ?? 'kms:Decrypt';
  return new AccessDeniedError(
    `The KMS key that table ${table} is encrypted with cannot be used: it is disabled or deleted, or the client's ` +
      `credentials may not do ${action} with it. Enable the key, or allow the action in the key's policy and the role's.`,
    { table, action },
    { cause },
  );
}

function mismatch(cause: unknown, message: string, { table }: EdgeContext): SdkMismatchError {
  return new SdkMismatchError(
    `The client of table ${table} comes from another copy of the AWS SDK than the one that Ductile uses, and the two do ` +
      `not fit together (${message.split('\n', 1)[0]}). Install one copy for both: \`npm ls @aws-sdk/client-dynamodb\` ` +
      'shows which there are, and `npm dedupe` may make them one.',
    { table },
    { cause },
  );
}
