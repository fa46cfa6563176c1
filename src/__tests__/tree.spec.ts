import { region, tree, words } from './forest';
import { page, problem, row, REGION } from './world';

describe('flatten', () => {
  const both = [
    page('notebook', [row('a', { running: true }), row('b')]),
    page('model', [row('m')])
  ];

  it('puts what runs first, then the sections', () => {
    expect(
      words(tree([region(both)], ['section:build', 'kind:notebook']))
    ).toEqual([
      '1 running 1',
      '2 run a',
      '1 prepare 0',
      '1 build 2',
      '2 notebook 2',
      '3 row a',
      '3 row b',
      '2 domain 0',
      '1 train 0',
      '1 deploy 1',
      '1 govern 0'
    ]);
  });

  it('numbers what stands together, and knows each parent', () => {
    const { nodes } = tree([region(both)], ['section:build', 'kind:notebook']);
    const at = nodes.findIndex(node => node.key.endsWith('notebook\nb'));
    expect(nodes[at]).toMatchObject({ setSize: 2, posInSet: 2, level: 3 });
    expect(nodes[nodes[at].parent]).toMatchObject({ type: 'kind' });
    const section = nodes.find(node => node.key === 'section:govern');
    expect(section).toMatchObject({ setSize: 6, posInSet: 6, parent: -1 });
  });

  it('says that nothing runs only when everything was read', () => {
    const quiet = page('notebook', [row('b')]);
    expect(words(tree([region([quiet])], []))[1]).toBe('2 note nothing-runs');
    expect(words(tree([region([quiet], { readAt: null })], []))[1]).toBe(
      '1 prepare 0'
    );
    const blocked = region([quiet], { problem: problem('offline') });
    expect(words(tree([blocked], []))[1]).toBe('1 prepare 0');
  });

  it('says with it how many kinds could not be read', () => {
    const denied = page('notebook', [], { problem: problem('denied') });
    const [, note] = tree([region([denied])], []).nodes;
    expect(note).toMatchObject({ note: { unreadable: 1 } });
  });

  it('says a problem in its place, and keeps the last good rows below it', () => {
    const pages = [
      page('notebook', [row('a')], {
        stale: true,
        problem: problem('throttled')
      }),
      page('domain', [], { read_at: null, problem: problem('denied') })
    ];
    const result = tree(
      [region(pages)],
      ['section:build', 'kind:notebook', 'kind:domain']
    );
    expect(words(result).slice(3, 9)).toEqual([
      '1 build 1',
      '2 notebook 1',
      '3 note problem',
      '3 row a',
      '2 domain 0',
      '3 note problem'
    ]);
    expect(result.nodes[6]).toMatchObject({ stale: true });
    expect(result.unreadable).toBe(2);
    const build = result.nodes[3];
    expect(build.type === 'section' && build.problems.length).toBe(2);
  });

  it('never calls empty what was not read yet', () => {
    const { nodes } = tree([region([])], ['section:build', 'kind:notebook']);
    expect(nodes.find(node => node.key === 'kind:notebook')).toMatchObject({
      reading: true
    });
    expect(
      nodes.find(node => node.type === 'note' && node.level === 3)
    ).toMatchObject({ note: { what: 'reading' } });
  });

  it('never calls empty what cannot be read any more', () => {
    const pages = [
      page('notebook', [], { read_at: null, problem: problem('denied') }),
      page('model', [])
    ];
    const { nodes } = tree(
      [region(pages, { problem: problem('offline') })],
      [
        'section:build',
        'section:deploy',
        'kind:notebook',
        'kind:domain',
        'kind:model'
      ]
    );
    const notes = nodes.flatMap(node =>
      node.type === 'note' ? [node.note] : []
    );
    expect(notes).toMatchObject([
      { what: 'problem', problem: { cause: 'denied' } },
      { what: 'problem', problem: { cause: 'offline' } },
      { what: 'none', asOf: 1000 }
    ]);
    expect(nodes.find(node => node.key === 'section:build')).toMatchObject({
      unread: true,
      problems: [{ cause: 'denied' }]
    });
  });

  it('marks all rows of a region that cannot be reached', () => {
    const { nodes } = tree(
      [region(both, { problem: problem('signed_out') })],
      []
    );
    expect(nodes[0]).toMatchObject({ asOf: 1000, count: 1 });
    expect(nodes[1]).toMatchObject({ type: 'run', stale: true });
  });

  it('shows children under their parent, by kind where there are several', () => {
    const pages = [
      page('domain', [row('d'), row('e')]),
      page('space', [row('s', { parent: 'd' }), row('lost', { parent: 'x' })]),
      page('profile', [row('p', { parent: 'd' })])
    ];
    const key = `row:${REGION}\ndomain\nd`;
    const result = tree([region(pages)], ['section:build', 'kind:domain', key]);
    expect(words(result).slice(3, 13)).toEqual([
      '1 build 5',
      '2 notebook 0',
      '2 domain 2',
      '3 row d',
      '4 space 1',
      '5 row s',
      '4 profile 1',
      '5 row p',
      '3 row e',
      // Its parent is not there, and it must not be lost for it.
      '2 space 1'
    ]);
    const rows = result.nodes.filter(node => node.type === 'row');
    expect(rows.map(node => node.expanded)).toEqual([true, null, null, null]);
  });

  it('lists children that are read with their parent', () => {
    const pages = [page('pipeline', [row('p')])];
    const open = [
      'section:deploy',
      'kind:pipeline',
      `row:${REGION}\npipeline\np`
    ];
    const reading = tree([region(pages)], open);
    expect(words(reading)).toContain('4 note reading');
    const children = new Map([
      [
        'execution\np',
        {
          kind: 'execution',
          parent: 'p',
          page: page('execution', [row('x')]),
          problem: null,
          reading: false
        }
      ]
    ]);
    expect(words(tree([region(pages, { children })], open))).toContain(
      '4 row x'
    );
  });

  it('merges regions, newest first, and keeps them apart by key', () => {
    const regions = [
      region([page('notebook', [row('a', { created: 1 })])]),
      region([page('notebook', [row('a', { created: 2 })])], {
        region: 'eu-west-1'
      })
    ];
    const { nodes } = tree(regions, ['section:build', 'kind:notebook']);
    const rows = nodes.filter(node => node.type === 'row');
    expect(rows.map(node => node.type === 'row' && node.ref.region)).toEqual([
      'eu-west-1',
      REGION
    ]);
    expect(new Set(rows.map(node => node.key)).size).toBe(2);
  });

  it('filters by all words, in name, status, kind or instance', () => {
    const pages = [
      page('notebook', [
        row('churn', { instance: 'ml.g4dn.xlarge', running: true }),
        row('other', { status: 'Failed' })
      ]),
      page('model', [row('churn-xgb')])
    ];
    const shown = (query: string) =>
      words(tree([region(pages)], [], { query })).filter(line =>
        /row|run /.test(line)
      );
    expect(shown('CHURN')).toEqual([
      '2 run churn',
      '3 row churn',
      '3 row churn-xgb'
    ]);
    expect(shown('g4dn notebook')).toEqual(['2 run churn', '3 row churn']);
    expect(shown('failed')).toEqual(['3 row other']);
    const none = tree([region(pages)], [], { query: 'nowhere' });
    expect(words(none).pop()).toBe('1 note nothing-matches');
    expect(none).toMatchObject({ shown: 0, total: 3 });
  });

  it('leaves hidden kinds out, but not what runs of them', () => {
    const result = tree([region(both)], ['section:build'], {
      hidden: ['notebook']
    });
    expect(words(result)).not.toContain('2 notebook 2');
    expect(words(result)).toContain('2 run a');
  });

  it('counts what failed since midnight', () => {
    const pages = [
      page('notebook', [
        row('new', { tone: 'bad', modified: 950 }),
        row('old', { tone: 'bad', modified: 800 })
      ])
    ];
    const { nodes } = tree([region(pages)], []);
    expect(nodes.find(node => node.key === 'section:build')).toMatchObject({
      failedToday: 1
    });
  });

  it('has a header where columns were chosen', () => {
    const result = tree([region(both)], ['section:build', 'kind:notebook'], {
      columns: { notebook: ['status', 'created'] }
    });
    expect(words(result)).toContain('3 header');
  });
});
