import { URLExt } from '@jupyterlab/coreutils';

import { IPlace } from '../../tokens';

/** The part of an address that names a place in S3. */
export const S3_QUERY = 'smext-s3';

/** Above all buckets. */
export const BUCKETS = 's3://';

const URI =
  /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])(?:\/(.*))?$/s;

/**
 * Bucket and key of a URI, letter for letter; null for what is none of S3.
 */
export function splitUri(uri: string): { bucket: string; key: string } | null {
  const found = URI.exec(uri);
  return found && { bucket: found[1], key: found[2] ?? '' };
}

/**
 * The URI that a text is, also where it is written as JSON, as SageMaker's SDK does.
 */
export function s3UriIn(text: string): string | null {
  const uri = /^"s3:\/\/[^"\\]*"$/.test(text) ? text.slice(1, -1) : text;
  return splitUri(uri) && uri;
}

/**
 * Whether a URI can only be a bucket or a folder.
 */
export function isFolder(uri: string): boolean {
  return uri.endsWith('/') || splitUri(uri)?.key === '';
}

/**
 * The folder that something lies in; of a bucket, {@link BUCKETS}.
 */
export function parentOf(uri: string): string {
  const path = uri.slice(BUCKETS.length).replace(/\/$/, '');
  const end = path.lastIndexOf('/');
  return end < 0 ? BUCKETS : `${BUCKETS}${path.slice(0, end + 1)}`;
}

/**
 * The bucket and the folders on the way to a URI, each with its own, the last one included.
 */
export function stepsTo(uri: string): { name: string; uri: string }[] {
  const parts = uri.slice(BUCKETS.length).match(/[^/]*\/|[^/]+$/g) ?? [];
  let path = BUCKETS;
  return parts.map(part => {
    path += part;
    return { name: part.replace(/\/$/, ''), uri: path };
  });
}

/**
 * The page of a bucket, a folder or an object in the AWS console.
 */
export function s3ConsoleUrl(
  uri: string,
  region: string,
  domain: string
): string | null {
  const place = splitUri(uri);
  if (!place) {
    return null;
  }
  const { bucket, key } = place;
  const kind = isFolder(uri) ? 'buckets' : 'object';
  const query = new URLSearchParams({
    region,
    ...(key ? { prefix: key } : {})
  });
  return `https://${domain}/s3/${kind}/${bucket}?${query}`;
}

/**
 * An address of this JupyterLab that opens a place in S3: what the plugin of S3 reads.
 */
export function s3LinkOf(
  baseUrl: string,
  { connection, region }: IPlace,
  uri: string
): string {
  const query = new URLSearchParams({
    [S3_QUERY]: [connection, region, uri].map(encodeURIComponent).join('/')
  });
  return `${URLExt.join(baseUrl, 'lab')}?${query}`;
}
