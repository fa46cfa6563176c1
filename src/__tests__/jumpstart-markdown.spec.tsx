import { JupyterFrontEnd } from '@jupyterlab/application';
import { EditorLanguageRegistry } from '@jupyterlab/codemirror';
import { createMarkdownParser } from '@jupyterlab/markedparser-extension';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { cleanup, render } from '@testing-library/react';

import { createMarkdown, Markdown } from '../views/jumpstart/model/markdown';

/** JupyterLab's own parser and sanitizer, as they are in a running one. */
function markdown(): Markdown {
  const registry = new RenderMimeRegistry({
    markdownParser: createMarkdownParser(new EditorLanguageRegistry())
  });
  return createMarkdown({
    resolveOptionalService: () => Promise.resolve(registry)
  } as unknown as JupyterFrontEnd);
}

/** What is drawn of a text; its last paragraph is put behind it to see that all was. */
async function drawn(source: string): Promise<HTMLElement> {
  const { container } = render(markdown()(`${source}\n\n~end~\n\n---\n`));
  const deadline = Date.now() + 10_000;
  while (!container.querySelector('hr')) {
    if (Date.now() > deadline) {
      throw new Error(`never drawn: ${container.innerHTML.slice(0, 500)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  return container;
}

const HOSTILE: { readonly [what: string]: string } = {
  script: '<script>window.harmed = 1</script>',
  'a script in capitals': '<ScRiPt>window.harmed = 1</sCrIpT>',
  'a script in a script': '<scr<script>ipt>window.harmed = 1</scr</script>ipt>',
  'an image that fails': '<img src=x onerror="window.harmed = 1">',
  'an image of Markdown': '![x](https://calls.home/pixel.png)',
  'an image of data': '![x](data:image/svg+xml;base64,PHN2Zy8+)',
  'a drawing': '<svg onload="window.harmed = 1"><script>1</script></svg>',
  'mathematics with a link':
    '<math><mtext><a href="javascript:window.harmed=1">x</a></mtext></math>',
  'a frame': '<iframe srcdoc="<script>parent.harmed = 1</script>"></iframe>',
  'an object': '<object data="javascript:window.harmed=1"></object>',
  'a form': '<form action="https://evil.example"><button>Go</button></form>',
  'a style': '<style>body { display: none }</style>',
  'a styled paragraph': '<p style="position: fixed; inset: 0">over all</p>',
  'a class of the page': '<p class="jp-Dialog" id="main">x</p>',
  'a base': '<base href="https://evil.example/">',
  'a refresh':
    '<meta http-equiv="refresh" content="0; url=https://evil.example">',
  'a handler':
    '<b onclick="window.harmed = 1" onmouseover="window.harmed = 1">x</b>',
  'a link to a script': '[x](javascript:window.harmed=1)',
  'a link to a script, spelled': '[x](JaVaScRiPt:window.harmed=1)',
  'a link to a script, encoded': '[x](&#106;avascript&colon;window.harmed=1)',
  'a link to a script, with a line break':
    '<a href="java\nscript:window.harmed=1">x</a>',
  'a link to data': '[x](data:text/html,<script>window.harmed=1</script>)',
  'a link to a file': '[x](file:///etc/passwd)',
  'a link into the page': '[x](../../api/shutdown)',
  'a link to the same host': '[x](/api/shutdown)',
  'a link of no scheme': '[x](//evil.example/)',
  'a reference to a script': '[x][1]\n\n[1]: javascript:window.harmed=1',
  'an automatic link': '<javascript:window.harmed=1>',
  'a command of JupyterLab':
    '<a data-commandlinker-command="filebrowser:delete" href="#">x</a>',
  'a name that hides the document': '<a name="querySelector" id="body">x</a>',
  'a fence of mermaid':
    '```mermaid\ngraph TD; A-->B; click A href "javascript:1"\n```',
  'a closing of what is around': '</div></div></body></html><p>x</p>',
  'a template': '<template><img src=x onerror="window.harmed=1"></template>',
  'a noscript':
    '<noscript><p title="</noscript><img src=x onerror=window.harmed=1>">'
};

const ALLOWED = new Set(
  `P BR HR H1 H2 H3 H4 H5 H6 UL OL LI A B STRONG I EM DEL CODE PRE BLOCKQUOTE
   TABLE THEAD TBODY TR TH TD`.split(/\s+/)
);

describe('Markdown that others wrote', () => {
  afterEach(() => {
    cleanup();
    expect('harmed' in window).toBe(false);
  });

  it.each(Object.entries(HOSTILE))(
    'is drawn without %s',
    async (_, source) => {
      const host = (await drawn(source)).querySelector('.jp-smext-markdown')!;
      for (const element of host.querySelectorAll('*')) {
        expect(ALLOWED).toContain(element.tagName);
        for (const { name, value } of element.attributes) {
          expect(['href', 'title', 'rel', 'target']).toContain(name);
          if (name === 'href') {
            expect(value).toMatch(/^https?:\/\/[^/]/i);
          }
        }
      }
      for (const link of host.querySelectorAll('a')) {
        expect(link.target).toBe('_blank');
        expect(link.rel).toBe('noopener noreferrer');
      }
    },
    30_000
  );

  it('keeps what Markdown makes, and links that lead out', async () => {
    const host = await drawn(
      '# Title\n\n*Some* **words**, [a link](https://huggingface.co/x "its title") and `code`.\n\n' +
        '| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two'
    );
    expect(host.querySelector('h1')?.textContent).toBe('Title');
    expect(host.querySelectorAll('em, strong, code, td, li')).toHaveLength(7);
    const link = host.querySelector('a')!;
    expect(link.href).toBe('https://huggingface.co/x');
    expect(link.rel).toBe('noopener noreferrer');
  });

  it('shows the text itself where nothing of it would be drawn', async () => {
    const { container } = render(markdown()('<!-- <p>x</p>'));
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(container.textContent).toBe('<!-- <p>x</p>');
  });

  it.each([
    ['quotes in quotes', '> '.repeat(2000)],
    ['fewer quotes in quotes, often', `${'> '.repeat(20)}x\n\n`.repeat(80)],
    ['lists in lists on a line', `${'- '.repeat(900)}x`],
    ['brackets', '['.repeat(50_000)],
    ['stars', '*a_ '.repeat(15_000)],
    ['stars on lines', '*a_\n'.repeat(15_000)]
  ])(
    'stays text where the page would stand still for it: %s',
    async (_, source) => {
      const { container } = render(markdown()(source));
      await new Promise(resolve => setTimeout(resolve, 300));
      const host = container.querySelector('.jp-smext-markdown')!;
      expect(host.childElementCount).toBe(0);
      expect(host.textContent!.slice(0, -1)).toBe(
        source.slice(0, host.textContent!.length - 1)
      );
    },
    30_000
  );

  it('is cut short where it is longer than any description', async () => {
    const { container } = render(markdown()('words '.repeat(200_000)));
    expect(container.textContent!.length).toBeLessThanOrEqual(65_537);
  });
});
