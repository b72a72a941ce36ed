/** Does something for each element, a few at a time. Resolves to the results, in the order of the elements. */
export async function inLanes<T, R>(
  lanes: number,
  elements: readonly T[],
  work: (element: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = elements.entries();
  const lane = async (): Promise<void> => {
    for (const [index, element] of rest) results[index] = await work(element);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
