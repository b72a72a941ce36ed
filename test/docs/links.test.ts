import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const pages = [
  join(root, 'README.md'),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name)),
];

test('links between README and docs lead somewhere', () => {
  expect(pages.flatMap(brokenLinksOf)).toEqual([]);
});

test('links of README lead somewhere in the package, too', () => {
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
  ) as readonly { readonly files: readonly { readonly path: string }[] }[];
  const files = packed.flatMap(({ files }) => files.map(({ path }) => path));
  const links = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/\]\(((?:docs\/|\w+\.md)[^)\s#]*)/g)];
  const paths = links.map(([, path = '']) => path);
  expect(paths).toContain('docs/cli.md');
  expect(paths.filter((path) => !files.includes(path))).toEqual([]);
});

test('every page is in the list of docs/README.md', () => {
  const list = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const missing = pages.map((page) => relative(join(root, 'docs'), page)).filter((page) => !list.includes(`(${page})`));
  expect(missing).toEqual(['../README.md', 'README.md']);
});

function brokenLinksOf(page: string): readonly string[] {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
  return links
    .filter((link) => !/^https?:/.test(link) && !leadsSomewhere(page, link))
    .map((link) => `${relative(root, page)}: ${link}`);
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );
}
