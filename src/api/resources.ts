import { IPage, IResource, IUsedBy } from '../protocol';
import { Api } from './transport';

/**
 * The resources of a kind, one of them, and what is done with it.
 */
export class ResourceRoutes {
  constructor(private readonly _api: Api) {}

  /** Rows of one kind, read now; `parent` for kinds that are listed under a parent. */
  page(
    connection: string,
    region: string,
    kind: string,
    parent?: string
  ): Promise<IPage> {
    return this._api.get(['resources', kind], {
      connection,
      region,
      ...(parent === undefined ? {} : { parent })
    });
  }

  resource(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<IResource> {
    return this._api.get(['resources', kind, id], { connection, region });
  }

  act(
    connection: string,
    region: string,
    kind: string,
    id: string,
    operation: string,
    parameters: object = {}
  ): Promise<void> {
    return this._api.post(
      ['resources', kind, id, operation],
      { connection, region },
      parameters
    );
  }

  /**
   * Open the resource's own page in a new tab. Call it from a click, or the browser blocks it.
   *
   * #### Notes
   * A form is posted, so that the tab lands on a presigned URL which no script ever sees.
   */
  openInNewTab(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): void {
    const path = ['resources', kind, id, 'open'];
    const xsrf = cookie('_xsrf');
    const form = document.createElement('form');
    form.method = 'post';
    form.action = this._api.url(path, { connection, region });
    form.target = '_blank';
    // With noreferrer the browser tells no origin, and the Jupyter server refuses the post.
    form.rel = 'noopener';
    if (xsrf !== null) {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = '_xsrf';
      field.value = xsrf;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
    form.remove();
  }

  /** What uses a resource, and what made what it uses. */
  usedBy(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<IUsedBy> {
    return this._api.get(['resources', kind, id, 'used-by'], {
      connection,
      region
    });
  }
}

/** The last of that name: it is the one that the server's own parser keeps. */
function cookie(name: string): string | null {
  const found = document.cookie
    .split('; ')
    .filter(part => part.startsWith(`${name}=`))
    .pop();
  return found === undefined ? null : found.slice(name.length + 1);
}
