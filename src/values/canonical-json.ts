/**
 * JSON with the keys of every object in code unit order and without white space: one text for one content, fit for
 * hashing. Takes what JSON can say; a property that is undefined is left out, as `JSON.stringify` does.
 *
 * @example canonicalJson({ b: 1, a: [true, null] }) // '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((element) => canonicalJson(element ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const content = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(content)
    .filter((name) => content[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(content[name])}`);
  return `{${members.join(',')}}`;
}
