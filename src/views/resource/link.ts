import { URLExt } from '@jupyterlab/coreutils';

import { IResourceId } from '../../tokens';

/**
 * An address of this JupyterLab that opens a resource at one of its views, and at a place in that:
 * what the plugin of resources reads.
 */
export function linkOf(
  baseUrl: string,
  { connection, region, kind, id }: IResourceId,
  view: string,
  place: string
): string {
  const query = new URLSearchParams({
    'smext-resource': [connection, region, kind, id]
      .map(encodeURIComponent)
      .join('/'),
    'smext-view': view,
    ...(place ? { 'smext-place': place } : {})
  });
  return `${URLExt.join(baseUrl, 'lab')}?${query}`;
}
