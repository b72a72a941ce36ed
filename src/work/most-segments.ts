/** Into so many segments a pass is cut at most: its rows have four digits for a segment. */
export const MOST_SEGMENTS = 4_096;
