/** What a message says to code, and what is left of it for who types commands: each says the same to the other. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // `ductile withdraw 2`, or withdraw({ …, version: 2 }).
  [/(`ductile [^`]+`),? or \w+\((?:\{[^}]*\})?\)(?: of ductile\/operator)?,?/g, '$1'],
  // (`ductile publish --create-table`, createTable({ … }), or openStore with createTable: true)
  [/\((`ductile [^`]+`), \w+\(\{[^}]*\}\), or openStore with \w+: true\)/g, '($1)'],
  // …; with a local engine, openStore({ …, publish: 'auto' }) does so.
  [/; with a local engine, openStore\(\{[^}]*\}\) does so/g, ''],
  // keys: { pk: '…', sk: '…' } (--keys PK,SK)
  [/\b\w+: (?:true|'[^']*'|\{[^}]*\}) \((--[^)]+)\)/g, '$1'],
  // verify with repair: true, orphans: 'delete' (`ductile verify --repair --delete-orphans`)
  [/\b\w+ with \w+: [^(`]*\((`ductile [^`]+`)\)/g, '$1'],
  // `--delete-orphans` (`orphans: 'delete'`)
  [/(`--[^`]+`) \(`[^`]+`\)/g, '$1'],
  // (unseenFor, --unseen-for; …)
  [/\b[a-z]+[A-Z]\w*, (--[a-z-]+)/g, '$1'],
  // the client's `region` (--region)
  [/the client's `\w+` \((--[a-z-]+)\)/g, '$1'],
  // Give the client credentials …: a profile (--profile), or its option `credentials`.
  [/, or its option `credentials`/g, ''],
  [/, or credentials: \{[^}]*\}/g, ''],
];

/** A message of the library as it is told on a command line: without what only code can write. Pure. */
export const forCommandLine = (message: string): string =>
  RULES.reduce((text, [said, left]) => text.replace(said, left), message);
