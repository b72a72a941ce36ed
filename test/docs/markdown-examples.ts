/*
 * The TypeScript examples of a page. All ```ts blocks of a page are one file from top to bottom, as a reader meets them,
 * but for these marks, which stand on the line before a block and which a rendered page does not show:
 *
 *   <!-- new file -->   the block begins another file
 *   <!-- aside -->      the block sees what came before it, and what comes after does not see the block
 *   <!-- ts … -->       lines that belong to the file without being shown; may begin with "new file" too: <!-- ts new file
 */

/** One file of examples, with the line of the page that each of its lines comes from. */
export interface ExampleFile {
  readonly page: string;
  readonly lines: readonly string[];
  /** Parallel to `lines`, counted from 1; undefined for lines that stand on no page. */
  readonly pageLines: readonly (number | undefined)[];
}

/** A block that is no code: what an example (```text) or commands (```console) are said to print. */
interface PrintedBlock {
  readonly line: number;
  readonly text: string;
}

export function exampleFiles(page: string, markdown: string): readonly ExampleFile[] {
  const files: Draft[] = [];
  for (const block of blocksOf(markdown)) {
    if (block.language !== 'ts') continue;
    if (block.mark === 'new file' || files.length === 0) files.push({ page, lines: [], pageLines: [] });
    add(files.at(-1) as Draft, block);
  }
  return files;
}

export function printedBlocks(markdown: string, language: 'text' | 'console'): readonly PrintedBlock[] {
  return blocksOf(markdown)
    .filter((block) => block.language === language)
    .map(({ line, lines }) => ({ line, text: lines.join('\n') }));
}

interface Draft extends ExampleFile {
  readonly lines: string[];
  readonly pageLines: (number | undefined)[];
}

interface Block {
  readonly language: string;
  readonly mark: string | undefined;
  /** Of the first line inside the block. */
  readonly line: number;
  readonly lines: readonly string[];
}

function add(file: Draft, { mark, line, lines }: Block): void {
  const put = (text: string, pageLine?: number): void => {
    file.lines.push(text);
    file.pageLines.push(pageLine);
  };
  if (mark === 'aside') put('{');
  lines.forEach((text, i) => put(text, line + i));
  if (mark === 'aside') put('}');
}

const FENCE = /^( *)```(\w*)\s*$/;
const MARK = /^ *<!-- (new file|aside) -->$/;
const HIDDEN = /^<!-- ts( new file)?$/;

function blocksOf(markdown: string): readonly Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  let mark: string | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const fence = FENCE.exec(line);
    const hidden = HIDDEN.exec(line);
    if (fence === null && hidden === null) {
      mark = MARK.exec(line)?.[1] ?? (line.trim() === '' ? mark : undefined);
      continue;
    }
    const end = fence === null ? /^-->$/ : new RegExp(`^${fence[1]}\`\`\`\\s*$`);
    const first = i + 1;
    while (++i < lines.length && !end.test(lines[i] as string));
    blocks.push({
      language: fence === null ? 'ts' : (fence[2] as string),
      mark: fence === null ? (hidden?.[1] === undefined ? undefined : 'new file') : mark,
      line: first + 1,
      lines: lines.slice(first, i).map((text) => text.slice(fence?.[1]?.length ?? 0)),
    });
    mark = undefined;
  }
  return blocks;
}
