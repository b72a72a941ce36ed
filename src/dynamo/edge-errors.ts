import type { DuctileError } from '../errors/ductile-error.js';
import { AccessDeniedError, CredentialsError, EndpointError, TableKeysError, TableNotFoundError } from './errors.js';
import type { KeyAttributes } from '../table/gateway.js';
import { isUnreachable, networkCode } from './network-errors.js';
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
  if (name === undefined) return error;
  const { message } = error as Error;
  if (name === 'ResourceNotFoundException') return tableNotFound(error, context);
  const invalid = validationMessages(error as Error);
  if (invalid.some(isAboutKeys)) return tableKeys(error, context);
  if (invalid.some(isAboutTableName)) return noTableName(error, context);
  if (name === 'AccessDeniedException') return accessDenied(error, message, context);
  if (CREDENTIALS.has(name)) return credentials(error, message, context);
  if (isUnreachable(error) || message === 'Region is missing') return unreachable(error, message, context);
  if (isOfAnotherServer(error as Error)) return notDynamo(error, context);
  return error;
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

/** DynamoDB names each of its errors, in JSON; the SDK calls an answer `Unknown` that names none. */
function isOfAnotherServer(error: Error): boolean {
  const status = statusOf(error) ?? 0;
  return (error.name === 'Unknown' || error.name === 'SyntaxError') && status >= 400 && status < 500;
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

function notDynamo(cause: unknown, { table, endpoint }: EdgeContext): EndpointError {
  return new EndpointError(
    `What answers at ${endpoint ?? "the region's endpoint"} is not DynamoDB (HTTP ${statusOf(cause)}), so table ` +
      `${table} cannot be reached. Write the endpoint as a whole URL, such as http://127.0.0.1:8000.`,
    { table, endpoint },
    { cause },
  );
}
