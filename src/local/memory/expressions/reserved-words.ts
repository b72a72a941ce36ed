export const isReserved = (_word: string): boolean => false;
