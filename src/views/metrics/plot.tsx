import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { exactTime, took } from '../../components/time';
import { ISmext } from '../../tokens';
import { decimated, ICurve, Places, sentence, short } from './curve';
import { MIME, plotSpec } from './vega';

import '../../../style/metrics.css';
import '../../../style/plot.css';

/** Pixels of a plot with its axis. */
const HEIGHT = 96;
/** Of an axis with its numbers: a narrower plot shows nothing. */
const NARROWEST = 120;

/** Plots are drawn one after another, so that the page can do something else between. */
let queue: Promise<void> = Promise.resolve();

/**
 * A curve, through JupyterLab's own Vega renderer, with its last value, a sentence as its name, and
 * a table of the same.
 */
function PlotFigure(props: {
  name: string;
  curve: ICurve;
  places: Places;
  unit?: string;
  /** The same of another resource, and its name. */
  other?: { readonly name: string; readonly curve: ICurve } | null;
  span?: readonly [number, number] | null;
  /** Where it ended badly, in the places of the curve. */
  end?: number | null;
  live?: boolean;
  /** Whether it may be seen: nothing is drawn while not. */
  visible?: boolean;
  smext: Pick<ISmext, 'rendermime' | 'trans'>;
  /** Beside its name, e.g. a choice of the statistic. */
  children?: React.ReactNode;
}): React.ReactElement {
  const { name, curve, places, children, smext } = props;
  const { trans } = smext;
  const { unit = '', other = null, span = null, end = null } = props;
  const { live = false, visible = true } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const theme = useTheme();
  const [failed, setFailed] = React.useState<string | null>(null);
  const shown = React.useRef<IRenderMime.IRenderer | null>(null);
  const told = (x: number) => placeOf(x, places, trans);

  React.useEffect(() => {
    if (!visible || width < NARROWEST || !curve.x.length) {
      return;
    }
    let wanted = true;
    const draw = async () => {
      if (!wanted) {
        return;
      }
      try {
        const spec = plotSpec({
          curve,
          other: other?.curve ?? null,
          places,
          unit,
          span,
          end,
          live,
          width,
          height: HEIGHT,
          told,
          words: [heads(trans)[places], trans.__('Value')]
        });
        const registry = await smext.rendermime();
        const drawn = registry && (await rendered(registry, spec));
        if (!wanted || !host.current?.isConnected) {
          drawn?.dispose();
        } else if (drawn) {
          shown.current?.dispose();
          shown.current = drawn;
          // The plot's name says what its marks are.
          drawn.node.setAttribute('aria-hidden', 'true');
          // Not attached as a widget: it is in a page of React, which takes it away first.
          host.current.replaceChildren(drawn.node);
          setFailed(null);
        } else {
          setFailed(
            trans.__(
              'JupyterLab draws no plots here: its Vega extension is off.'
            )
          );
        }
      } catch (error) {
        console.error('Vega', error);
        setFailed(trans.__('The plot could not be drawn.'));
      }
    };
    queue = queue.then(draw).then(nextFrame);
    return () => {
      wanted = false;
    };
  }, [
    curve,
    other?.curve,
    places,
    unit,
    span?.[0],
    span?.[1],
    end,
    live,
    visible,
    width,
    theme
  ]);
  React.useEffect(() => () => shown.current?.dispose(), []);

  const last = curve.y[curve.y.length - 1];
  const words = [
    sentence(name, curve, unit, trans),
    other && trans.__('Dashed: %1', other.name)
  ];
  return (
    <figure className="jp-smext-metric">
      <figcaption className="jp-smext-line">
        <span className="jp-smext-grow">{name}</span>
        {children}
        <b className="jp-smext-num" title={told(curve.x[curve.x.length - 1])}>
          {short(last, unit)}
        </b>
      </figcaption>
      <div
        ref={host}
        className="jp-smext-vega"
        data-failed={failed !== null || undefined}
        role={failed === null ? 'img' : undefined}
        aria-label={words.filter(Boolean).join('. ')}
      />
      {failed && (
        <p className="jp-smext-muted">
          {failed} {trans.__('The table has its values.')}
        </p>
      )}
      <Table
        name={name}
        lines={[{ name, curve }, ...(other ? [other] : [])]}
        unit={unit}
        places={places}
        trans={trans}
      />
    </figure>
  );
}

/**
 * {@link PlotFigure}, drawn anew when what it shows is another.
 */
export const Plot = React.memo(PlotFigure);

/** The values behind a plot. */
function Table(props: {
  name: string;
  lines: ReadonlyArray<{ name: string; curve: ICurve }>;
  unit: string;
  places: Places;
  trans: TranslationBundle;
}): React.ReactElement {
  const { name, lines, unit, places, trans } = props;
  const [open, setOpen] = React.useState(false);
  return (
    <details
      className="jp-smext-plot-table"
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{trans.__('Table')}</summary>
      {open &&
        lines.map((line, index) => {
          const { x, y } = decimated(line.curve);
          return (
            <table
              key={index}
              className="jp-smext-table"
              aria-label={line.name}
            >
              <thead>
                <tr>
                  <th scope="col">{heads(trans)[places]}</th>
                  <th scope="col" className="jp-smext-num">
                    {index ? line.name : name}
                  </th>
                </tr>
              </thead>
              <tbody>
                {y.map((value, at) => (
                  <tr key={at}>
                    <th scope="row">{placeOf(x[at], places, trans)}</th>
                    <td className="jp-smext-num">{short(value, unit)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          );
        })}
    </details>
  );
}

/** What places are called. */
function heads(trans: TranslationBundle): { [places in Places]: string } {
  return {
    time: trans.__('Time'),
    elapsed: trans.__('After'),
    count: trans.__('Number')
  };
}

function placeOf(x: number, places: Places, trans: TranslationBundle): string {
  return places === 'time'
    ? exactTime(x)
    : places === 'elapsed'
      ? took(x, trans)
      : String(x);
}

/** A drawn plot; null where JupyterLab has no renderer for it. */
async function rendered(
  registry: IRenderMimeRegistry,
  spec: ReturnType<typeof plotSpec>
): Promise<IRenderMime.IRenderer | null> {
  if (!registry.mimeTypes.includes(MIME)) {
    return null;
  }
  const renderer = registry.createRenderer(MIME);
  const model = registry.createModel({
    // With a picture of it in the model, the renderer makes none, which takes longer than the plot.
    data: { [MIME]: spec, 'image/png': ' ' },
    metadata: {
      [MIME]: {
        embed_options: {
          actions: false,
          renderer: 'svg',
          tooltip: {
            theme:
              document.body.dataset.jpThemeLight === 'false' ? 'dark' : 'light'
          }
        }
      }
    },
    trusted: true
  });
  await renderer.renderModel(model);
  return renderer;
}

function nextFrame(): Promise<void> {
  return new Promise(resolve => requestAnimationFrame(() => resolve()));
}

/** The width of an element, in steps that are worth drawing anew. */
function useWidth(host: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = React.useState(0);
  React.useLayoutEffect(() => {
    const measure = () =>
      setWidth(8 * Math.floor((host.current?.clientWidth ?? 0) / 8));
    measure();
    if (typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(measure);
    observer.observe(host.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** JupyterLab's theme: its colours are read when a plot is drawn. */
function useTheme(): string {
  return React.useSyncExternalStore(
    changed => {
      const observer = new MutationObserver(changed);
      observer.observe(document.body, {
        attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light']
      });
      return () => observer.disconnect();
    },
    () =>
      `${document.body.dataset.jpThemeName} ${document.body.dataset.jpThemeLight}`
  );
}
