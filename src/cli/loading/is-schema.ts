import type { PublishableSchema } from '../../registry/past.js';

/** By what is used of it: the project's own copy of this package made it, which may be another one. */
export function isSchema(value: unknown): value is PublishableSchema {
  if (typeof value !== 'object' || value === null) return false;
  const { name, version, versions, migrations, hashes } = value as Partial<Record<keyof PublishableSchema, unknown>>;
  return (
    typeof name === 'string' &&
    typeof version === 'number' &&
    [versions, migrations, hashes].every((part) => Array.isArray(part))
  );
}
