import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

/** More of the notebook than this is never covered. */
const SHARE = 0.6;

/**
 * What stands between a notebook's toolbar and its cells, as high as what it shows.
 *
 * #### Notes
 * Lumino's box layout gives a widget the height that its `min-height` asks for, so that follows what
 * React draws.
 */
export class UnderToolbar extends ReactWidget {
  constructor(private readonly _element: React.ReactElement) {
    super();
    this.addClass('jp-smext-under-toolbar');
  }

  override render(): React.ReactElement {
    return (
      <Measured onHeight={height => this._fit(height)}>
        {this._element}
      </Measured>
    );
  }

  private _fit(height: number): void {
    const room = this.parent?.parent?.node.clientHeight ?? 0;
    const most = room ? Math.floor(SHARE * room) : height;
    const wanted = `${Math.min(height, most)}px`;
    if (this.node.style.minHeight !== wanted) {
      this.node.style.minHeight = wanted;
      this.parent?.fit();
    }
  }
}

function Measured(props: {
  onHeight: (height: number) => void;
  children: React.ReactNode;
}): React.ReactElement {
  const node = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => {
    const { current } = node;
    if (!current) {
      return;
    }
    const observer = new ResizeObserver(() =>
      props.onHeight(current.offsetHeight)
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return <div ref={node}>{props.children}</div>;
}
