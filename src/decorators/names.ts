/** Why a type, enum or field cannot have a name, in words that follow it; undefined where it can. */
export function problemOfName(name: string): string | undefined {
  if (typeof name !== 'string') return 'is no text';
  if (name === '') return 'is empty';
  if (name.startsWith('$')) return "begins with '$', which is reserved for what Ductile itself stores";
  if (name.includes('#')) return "has a '#', which is reserved for storage names";
  if (name === '__proto__') return 'is reserved by JavaScript';
  if (/\p{Surrogate}/u.test(name)) return 'is not well-formed text';
  return undefined;
}
