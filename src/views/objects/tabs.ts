import { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { UUID } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import { IPlace, ISmext } from '../../tokens';
import { S3Model } from './s3-model';
import { createS3Tab } from './tab';
import { BUCKETS, S3_QUERY } from './uri';

/** What a tab shows. */
interface IS3Shown extends IPlace {
  readonly uri: string;
}

/** What a tab is to show: by default the buckets of the chosen connection. */
type IS3Address = Partial<IS3Shown>;

/**
 * The tabs of S3: one for each place that is looked at.
 */
export class S3Tabs {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _tracker: WidgetTracker<MainAreaWidget>,
    private readonly _smext: ISmext
  ) {}

  /**
   * Show a place, in the tab that shows it already where there is one; a `tab` is one to bring back.
   */
  async open(asked: IS3Address & { readonly tab?: string }): Promise<void> {
    const chosen = await this._smext.store.chosen();
    const shown = {
      connection: asked.connection ?? chosen.connection ?? 'local',
      region: asked.region ?? chosen.regions[0] ?? 'us-east-1',
      uri: asked.uri || BUCKETS
    };
    const wanted = nameOf(shown);
    const open = this._tracker.find(
      widget => nameOf(this.shownBy(widget)) === wanted
    );
    if (open) {
      this._shell.activateById(open.id);
      return;
    }
    const { connection, region, uri } = shown;
    const { main, model } = createS3Tab({ connection, region }, this._smext);
    // The layout knows it by its id, wherever it goes.
    main.id = asked.tab ?? `jupyter-smext-s3-${UUID.uuid4()}`;
    this._models.set(main, model);
    // It is there from here on, so that a double click finds it.
    const opened = model.open(uri);
    this._shell.add(main, 'main', { type: 'SageMaker S3' });
    await this._tracker.add(main);
    this._shell.activateById(main.id);
    await opened;
    let before = shown;
    const moved = () => {
      const now = this.shownBy(main);
      follow(before, now);
      before = now;
      return this._tracker.save(main);
    };
    model.changed.connect(() => void moved());
    await moved();
  }

  /**
   * Show what an address names.
   */
  openAddress(search: string): Promise<void> {
    return this.open(fromQuery(search));
  }

  /**
   * What a tab shows now.
   */
  shownBy(widget: Widget): IS3Shown {
    const { place, uri } = this._models.get(widget)!;
    return { connection: place.connection, region: place.region, uri };
  }

  private readonly _models = new WeakMap<Widget, S3Model>();
}

/** What the address names; the buckets where that is not whole. */
function fromQuery(search: string): IS3Address {
  const text = new URLSearchParams(search).get(S3_QUERY) ?? '';
  const found = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(text);
  return found
    ? {
        connection: decodeURIComponent(found[1]),
        region: decodeURIComponent(found[2]),
        // A URI has slashes and may have any sign; it is encoded or not.
        uri: found[3].startsWith('s3://')
          ? found[3]
          : decodeURIComponent(found[3])
      }
    : {};
}

/** Let an address that names where a tab was lead to where it is now. */
function follow(before: IS3Shown, now: IS3Shown): void {
  const address = new URL(window.location.href);
  const { connection, region, uri } = fromQuery(address.search);
  if (
    connection === before.connection &&
    region === before.region &&
    uri === before.uri &&
    uri !== now.uri
  ) {
    address.searchParams.set(S3_QUERY, nameOf(now));
    window.history.replaceState(window.history.state, '', address);
  }
}

function nameOf({ connection, region, uri }: IS3Shown): string {
  return [connection, region, uri].map(encodeURIComponent).join('/');
}
