import { TranslationBundle } from '@jupyterlab/translation';

import { dollars, hourly } from '../../components/amount';
import { burnOf, IBurn, IRunning, InventoryStore } from '../../store';
import { PlanSession } from './session';

interface INamed {
  readonly region: string;
  readonly kind: string;
  readonly id: string;
}

/**
 * What the resources of a plan cost by the hour, as far as the panel knows it.
 */
export class PlanCosts {
  constructor(
    private readonly _store: InventoryStore,
    session: PlanSession
  ) {
    const { view } = _store;
    const ours = session.plans.every(
      ({ connection }) => connection === view.connection
    );
    this.shown = ours && view.burn.known && view.burn.charged;
    for (const ref of this.shown ? view.running : []) {
      this._running.set(key(ref.region, ref.kind.id, ref.row.id), ref);
    }
  }

  /** Whether there are prices to show: none on the local engine, none before they are read. */
  readonly shown: boolean;

  /** Dollars an hour in a column; empty for what does not run. */
  price(one: INamed, trans: TranslationBundle): string {
    const ref = this._running.get(key(one.region, one.kind, one.id));
    if (!ref || ref.kind.paid_by !== null) {
      return '';
    }
    const price = ref.cost?.price ?? null;
    return price === null ? trans.__('no price') : dollars(price);
  }

  /** What some of it costs together; null when nothing of it runs, or nothing has a price. */
  sum(all: ReadonlyArray<INamed>): IBurn | null {
    const refs = new Set(
      all.flatMap(
        one => this._running.get(key(one.region, one.kind, one.id)) ?? []
      )
    );
    const burn = burnOf([...refs], []);
    return refs.size && burn.price !== null ? burn : null;
  }

  /** `Saves $9.35/h of at least $10.78/h.` */
  saves(
    all: ReadonlyArray<INamed>,
    trans: TranslationBundle
  ): { words: string; of: string } | null {
    const saved = this.sum(all);
    const { burn } = this._store.view;
    if (!saved?.price || burn.price === null) {
      return null;
    }
    const total = hourly(burn.price, trans);
    return {
      words: hourly(saved.price, trans),
      of: burn.complete ? total : trans.__('at least %1', total)
    };
  }

  private readonly _running = new Map<string, IRunning>();
}

function key(region: string, kind: string, id: string): string {
  return [region, kind, id].join('\n');
}
