import { JupyterFrontEnd } from '@jupyterlab/application';
import { IRenderMimeRegistry, renderMarkdown } from '@jupyterlab/rendermime';
import * as React from 'react';

/**
 * Draws Markdown that others wrote.
 */
export type Markdown = (source: string) => React.ReactElement;

/** What Markdown itself makes; images are not among it, since they would call home. */
const TAGS = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li'],
  ...['a', 'b', 'strong', 'i', 'em', 'del', 'code', 'pre', 'blockquote'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td']
];

/** No description of AWS's is nearly as long as this. */
const LONGEST = 65_536;

/** With more in one block the parser takes seconds, in which the page stands still. */
const MOST_MARKS = 1000;
const MARKS = /[*_`~[\]<>!&\\]/g;

/** Quotes and lists in each other, on one line. */
const DEEP = /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){17}/m;

/**
 * Draws Markdown through JupyterLab's own renderer, with nothing of the HTML that may stand in it.
 */
export function createMarkdown(app: JupyterFrontEnd): Markdown {
  const registry = app.resolveOptionalService(IRenderMimeRegistry);
  return source => <Rendered source={source} registry={registry} />;
}

function Rendered(props: {
  source: string;
  registry: Promise<IRenderMimeRegistry | null>;
}): React.ReactElement {
  const { registry } = props;
  const source =
    props.source.length > LONGEST
      ? `${props.source.slice(0, LONGEST)}…`
      : props.source;
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    let wanted = true;
    void registry.then(async found => {
      const drawn = document.createElement('div');
      if (!found?.markdownParser || !isReadable(source)) {
        return;
      }
      await renderMarkdown({
        host: drawn,
        source,
        trusted: false,
        sanitizer: {
          sanitize: dirty =>
            found.sanitizer.sanitize(dirty, {
              allowedTags: TAGS,
              allowedAttributes: { a: ['href', 'title', 'rel'] },
              allowedStyles: {}
            })
        },
        resolver: null,
        linkHandler: null,
        shouldTypeset: false,
        latexTypesetter: null,
        markdownParser: found.markdownParser
      });
      // An unclosed comment hides all behind it: then its text says more.
      if (wanted && host.current && drawn.textContent?.trim()) {
        // JupyterLab's links to headings lead into a page that this is not.
        drawn
          .querySelectorAll('.jp-InternalAnchorLink')
          .forEach(anchor => anchor.remove());
        drawn.querySelectorAll('a').forEach(outwards);
        host.current.replaceChildren(...drawn.childNodes);
      }
    });
    return () => {
      wanted = false;
    };
  }, [registry, source]);
  // The text itself until it is drawn; a new one is a new element, which React has not seen drawn.
  return (
    <div key={source} ref={host} className="jp-smext-markdown">
      {source}
    </div>
  );
}

/** Whether the parser is done with it at once; what is not stays as it was written. */
function isReadable(source: string): boolean {
  return (
    !DEEP.test(source) &&
    source
      .split(/\n\s*\n/)
      .every(block => (block.match(MARKS)?.length ?? 0) <= MOST_MARKS)
  );
}

/** A link leads out of this page, or is none. */
function outwards(anchor: HTMLAnchorElement): void {
  if (isWebAddress(anchor.getAttribute('href'))) {
    anchor.target = '_blank';
    anchor.rel = 'noopener noreferrer';
  } else {
    anchor.replaceWith(...anchor.childNodes);
  }
}

/**
 * Whether a text of others is an address that a link may have.
 */
export function isWebAddress(text: string | null): text is string {
  return text !== null && /^https?:\/\/[^/]/i.test(text);
}
