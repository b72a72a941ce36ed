import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { exitCode, exitOfError } from '../../src/cli/exit-code.js';
import { failureOf } from '../../src/cli/failure.js';
import { forCommandLine } from '../../src/cli/wording.js';
import { edgeError } from '../../src/dynamo/edge-errors.js';
import { DuctileError } from '../../src/errors/ductile-error.js';
import { NoSuchWorkError, NotVerifiedError } from '../../src/operator/errors.js';
import { assertAnyPublished } from '../../src/registry/check.js';
import { WithdrawUnfinishedError } from '../../src/registry/errors.js';
import { nothingKnown } from '../../src/registry/fold.js';
import { WorkTakenError } from '../../src/work/errors.js';

const root = join(import.meta.dirname, '../..');

const sources = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

test('every error that Ductile has stands in the one table of what a command ends with', () => {
  const codes = sources(join(root, 'src')).flatMap((text) =>
    [...text.matchAll(/static override readonly code(?:: string)? = '(\w+)'/g)].map(([, code]) => code!),
  );
  expect(codes.length).toBeGreaterThan(60);
  const all = new Set([...codes, 'VALIDATION']);
  expect([...exitOfError.keys()].filter((code) => !all.has(code))).toEqual([]);
  expect(codes.filter((code) => !exitOfError.has(code))).toEqual([]);
});

test('each is what a command ends with', () => {
  for (const [code, name] of exitOfError) {
    class Met extends DuctileError {
      static override readonly code = code;
    }
    expect([code, failureOf(new Met('It was met.', {})).exit]).toEqual([
      code,
      // Without the signal of Ctrl-C it is the other one's.
      name === 'interrupted' ? exitCode.terminated : exitCode[name],
    ]);
  }
});

test('docs/cli.md has the codes of the table, and no other', () => {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const table = page.slice(page.indexOf('| it ends with | when |'));
  const listed = [...table.slice(0, table.indexOf('\n\n')).matchAll(/^\| (\d+) \|(.*)$/gm)].flatMap(
    ([, code, when]) => [
      Number(code),
      ...[...when!.matchAll(/\((\d{3}): SIGTERM\)/g)].map(([, other]) => Number(other)),
    ],
  );
  expect(listed).toEqual(Object.values(exitCode));
});

test('docs/cli.md has every code of an error that a command ends with other than 1 for', () => {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const table = page.slice(page.indexOf('| it ends with | codes |'));
  const listed = [...table.slice(0, table.indexOf('\n\n')).matchAll(/^\| (\d+) \|(.*)\|$/gm)].flatMap(
    ([, exit, codes]) => [...codes!.matchAll(/`(\w+)`/g)].map(([, code]) => `${code} ${exit}`),
  );
  const others = [...exitOfError].filter(([, name]) => name !== 'failed' && name !== 'interrupted');
  expect(listed.toSorted()).toEqual(others.map(([code, name]) => `${code} ${exitCode[name]}`).toSorted());
});

describe('a message on the command line speaks of no options of the library', () => {
  const about = { table: 'shop', keys: { pk: 'pk', sk: 'sk' }, operation: 'Query', endpoint: undefined };
  const aws = (name: string, message: string) => Object.assign(new Error(message), { name });
  const thrown = (call: () => void): unknown => {
    try {
      call();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const path = { type: 'Order', keyPath: '/a-:a' };
  const ERRORS: readonly (readonly [string, unknown, string])[] = [
    ['no table', edgeError(aws('ResourceNotFoundException', 'no'), about), '`ductile publish --create-table`'],
    ['other keys', edgeError(aws('ValidationException', 'Missing the key pk in the item'), about), '--keys PK,SK'],
    ['no credentials', edgeError(aws('CredentialsProviderError', 'none'), about), '--profile'],
    [
      'no credentials for an endpoint',
      edgeError(aws('CredentialsProviderError', 'none'), { ...about, endpoint: 'http://127.0.0.1:1' }),
      'AWS_ACCESS_KEY_ID=local',
    ],
    ['no region', edgeError(new Error('Region is missing'), about), '--region'],
    ['not published', thrown(() => assertAnyPublished(nothingKnown, 'shop')), '`ductile publish`'],
    ['a withdraw that did not end', new WithdrawUnfinishedError('shop', 3, 'shop'), '`ductile withdraw 3`'],
    ['no such pass', new NoSuchWorkError('sweep-1', 'shop'), '`ductile status`'],
    ['a job for another type', new WorkTakenError('shop', 'job-a', 'A', 'B'), '--again'],
    [
      'faults',
      new NotVerifiedError([{ ...path, found: { missing: 2, open: 0 } }]),
      'Run `ductile verify --repair`, which mends',
    ],
    [
      'orphans',
      new NotVerifiedError([{ ...path, found: { missing: 2, open: 0, dangling: 2, repaired: true } }]),
      'then run `ductile verify --repair --delete-orphans`, then promote again',
    ],
  ];

  test.each(ERRORS)('%s', (_, error, mend) => {
    const { message } = failureOf(error);
    expect(message).toContain(mend);
    expect(message).not.toMatch(/\w+\(\{|\b\w+: (true|\{|')|\(unseenFor|`\w+: /);
  });

  test('and is told in the words of the command line only where it has others', () => {
    expect(forCommandLine('Version 2 is in use (unseenFor, --unseen-for; 24 hours), with force: true (--force).')).toBe(
      'Version 2 is in use (--unseen-for; 24 hours), with --force.',
    );
    expect(forCommandLine('The table is CREATING: wait.')).toBe('The table is CREATING: wait.');
  });
});

describe('what AWS denies', () => {
  const denied = (because: string) =>
    edgeError(
      Object.assign(
        new Error(
          'User: arn:aws:sts::123456789012:assumed-role/ops/alice is not authorized to perform: dynamodb:Query on resource: ' +
            `arn:aws:dynamodb:eu-central-1:123456789012:table/shop ${because}`,
        ),
        { name: 'AccessDeniedException' },
      ),
      { table: 'shop', keys: { pk: 'pk', sk: 'sk' }, operation: 'Query', endpoint: undefined },
    );

  test('keeps the principal, and why', () => {
    const why = 'because no identity-based policy allows the dynamodb:Query action';
    expect(denied(why)).toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(
        new RegExp(`may not do dynamodb:Query on table shop: User: .*alice .* ${why}\\. Allow it`),
      ),
      facts: {
        action: 'dynamodb:Query',
        principal: 'arn:aws:sts::123456789012:assumed-role/ops/alice',
        reason: expect.stringContaining(why),
      },
    });
  });

  test('by a policy that says so is not told to be allowed by another', () => {
    const { message } = denied('with an explicit deny in a service control policy') as Error;
    expect(message).toMatch(
      /with an explicit deny in a service control policy\. What denies it outweighs what allows it/,
    );
  });
});
