import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const begin = performance.now();

// Whoever reads only the first lines, as `| head` does, has seen enough: releases and engine end with this process.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

export function styled(style: Style, text: string): string {
  return colours ? styleText(style, text) : text;
}

export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A line of progress: when, who, what. */
export function tell(who: string, what: string): void {
  const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(5);
  say(`${styled('dim', `${seconds} s`)}  ${styled('cyan', who.padEnd(8))}  ${what}`);
}

export function complain(text: string): void {
  process.stderr.write(`${styled('red', text)}\n`);
}
