/**
 * A Python notebook as JSON; a cell of `parameters` has the tag of that name.
 */
export function notebook(
  ...cells: (string | { parameters: string })[]
): string {
  return JSON.stringify({
    cells: cells.map((cell, index) => ({
      cell_type: 'code',
      execution_count: null,
      id: `cell-${index}`,
      metadata: typeof cell === 'string' ? {} : { tags: ['parameters'] },
      outputs: [],
      source: typeof cell === 'string' ? cell : cell.parameters
    })),
    metadata: {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3 (ipykernel)',
        language: 'python'
      }
    },
    nbformat: 4,
    nbformat_minor: 5
  });
}
