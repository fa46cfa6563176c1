import { IS3Buckets, IS3Object, IS3Page, IS3Sum } from '../protocol';
import { Api } from './transport';

/**
 * Buckets and objects of S3.
 */
export class ObjectRoutes {
  constructor(private readonly _api: Api) {}

  /** The buckets of the account. */
  buckets(connection: string, region: string): Promise<IS3Buckets> {
    return this._api.get(['buckets'], { connection, region });
  }

  /** Folders and objects below a prefix of S3, the page that `next` of the one before asks for. */
  objects(
    connection: string,
    region: string,
    uri: string,
    next: string | null
  ): Promise<IS3Page> {
    return this._api.get(['objects'], {
      connection,
      region,
      uri,
      ...(next === null ? {} : { next })
    });
  }

  /** How much there is in S3 whose URI begins so. */
  sum(connection: string, region: string, uri: string): Promise<IS3Sum> {
    return this._api.get(['objects', 'sum'], { connection, region, uri });
  }

  /** An object of S3 with a preview. */
  object(connection: string, region: string, uri: string): Promise<IS3Object> {
    return this._api.get(['object'], { connection, region, uri });
  }

  /** Where an object of S3 is downloaded from. */
  url(connection: string, region: string, uri: string): string {
    return this._api.url(['object-content'], { connection, region, uri });
  }

  /** The bytes of an object of S3. */
  async content(
    connection: string,
    region: string,
    uri: string
  ): Promise<ArrayBuffer> {
    let content = new ArrayBuffer(0);
    await this._api.ask(
      this.url(connection, region, uri),
      { method: 'GET' },
      async response => {
        if (!response.ok) {
          return response.text();
        }
        content = await response.arrayBuffer();
        return '';
      }
    );
    return content;
  }
}
