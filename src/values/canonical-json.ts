/**
 * JSON with the keys of every object in code unit order and without white space: one text for one content, fit for
 * hashing. Takes what JSON can say; a property that is undefined is left out, as `JSON.stringify` does.
 *
 * @example canonicalJson({ b: 1, a: [true, null] }) // '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((element) => canonicalJson(element ?? null)).join(',')}]`;
  const content = value as Readonly<Record<string, unknown>>;
  let members = '';
  for (const name of Object.keys(content).sort()) {
    const member = content[name];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
