/** Text of others, in one line. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
