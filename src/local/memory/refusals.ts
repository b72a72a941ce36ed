import { invalid } from './errors.js';

/** Members of DynamoDB's requests that came before expressions, or that belong to what is not here. */
const LEGACY = [
  'Expected',
  'ConditionalOperator',
  'AttributesToGet',
  'AttributeUpdates',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
];

/** @throws MemoryDynamoError (ValidationException) for what this engine does not do */
export function refuseWhatIsMissing(input: object): void {
  for (const member in input) {
    const given = (input as Record<string, unknown>)[member] !== undefined;
    if (given && LEGACY.includes(member)) {
      throw invalid(`The in-memory engine knows expressions only: it does not carry out ${member}.`);
    }
    if (given && member === 'IndexName') throw noIndexes();
  }
}

export const noIndexes = (): Error =>
  invalid('The in-memory engine has no secondary indexes. Use Dynoxide or DynamoDB Local where a table needs them.');
