import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const pages = [
  join(root, 'README.md'),
  join(root, 'CHANGELOG.md'),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name)),
  ...readdirSync(join(root, 'samples')).map((name) => join(root, 'samples', name, 'README.md')),
];

test('links of README, docs, samples and the changelog lead somewhere', () => {
  expect(pages.flatMap(brokenLinksOf)).toEqual([]);
});

test('links of every page in the package lead somewhere in the package', () => {
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
  ) as readonly { readonly files: readonly { readonly path: string }[] }[];
  const files = packed.flatMap(({ files }) => files.map(({ path }) => path));
  const paths = pages
    .filter((page) => files.includes(relative(root, page)))
    .flatMap((page) =>
      linksOf(page).flatMap((link) => {
        const [path = ''] = link.split('#');
        return path === '' ? [] : [relative(root, resolve(dirname(page), path))];
      }),
    );
  expect(paths).toContain('docs/cli.md');
  expect(paths).toContain('samples/lambda-backfill/handler.ts');
  const isPacked = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`));
  expect(paths.filter((path) => !isPacked(path))).toEqual([]);
});

test('every page is in the list of docs/README.md', () => {
  const list = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const names = pages.map((page) => relative(join(root, 'docs'), page)).filter((page) => !page.startsWith('..'));
  expect(names.filter((page) => !list.includes(`(${page})`))).toEqual(['README.md']);
});

/** Those to other places of this project. */
const linksOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link as string)
    .filter((link) => !/^https?:/.test(link));

function brokenLinksOf(page: string): readonly string[] {
  return linksOf(page)
    .filter((link) => !leadsSomewhere(page, link))
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
