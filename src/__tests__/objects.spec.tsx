import { ServerConnection } from '@jupyterlab/services';
import {
  act,
  cleanup,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import * as React from 'react';

import { Api } from '../api';
import { IS3Entry, IS3Object, IS3Page, IS3Preview } from '../protocol';
import { InventoryStore } from '../store';
import { ISmext } from '../tokens';
import { browseS3 } from '../views/objects/browse';
import { S3Link } from '../views/objects/link';
import { S3Model } from '../views/objects/s3-model';
import { S3View } from '../views/objects/tab';
import {
  isFolder,
  parentOf,
  s3ConsoleUrl,
  s3UriIn,
  splitUri,
  stepsTo
} from '../views/objects/uri';
import { giveRoom } from './room';
import { Bus, problem, smextWith } from './world';

// jsdom knows the element, not what it does.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

const PLACE = { connection: 'local', region: 'us-east-1' };
const HOSTILE = '<img src=x onerror=alert(1)>';

function object(uri: string, more: Partial<IS3Entry> = {}): IS3Entry {
  return {
    name: uri.slice(uri.lastIndexOf('/') + 1),
    uri,
    folder: false,
    size: 1500,
    modified: 1_700_000_000,
    storage: 'STANDARD',
    ...more
  };
}

function folder(uri: string): IS3Entry {
  return {
    name: stepsTo(uri).pop()!.name,
    uri,
    folder: true,
    size: null,
    modified: null,
    storage: null
  };
}

/** S3 as our routes answer it. */
class S3 {
  pages = new Map<string, Partial<IS3Page>>();
  previews = new Map<string, Partial<IS3Preview>>();
  /** By path and URI: what is answered in place of an answer. */
  problems = new Map<string, ReturnType<typeof problem>>();
  asked: string[] = [];

  get api(): Api {
    return new Api(
      ServerConnection.makeSettings({
        baseUrl: 'http://localhost/base/',
        fetch: async (request: RequestInfo) => this._answer(request as Request)
      })
    );
  }

  private _answer(request: Request): Response {
    const url = new URL(request.url);
    const path = url.pathname.replace('/base/smext/api/', '');
    const uri = url.searchParams.get('uri') ?? '';
    const next = url.searchParams.get('next');
    this.asked.push([path, uri, next].filter(Boolean).join(' '));
    const wrong = this.problems.get(`${path} ${uri}`);
    if (wrong) {
      return answer(wrong, wrong.status);
    }
    switch (path) {
      case 'buckets':
        return answer({
          buckets: [
            { name: 'mine', region: 'eu-west-1', created: 1_600_000_000 },
            { name: 'other', region: null, created: null }
          ],
          default: 'sagemaker-us-east-1-0',
          problem: this.problems.get('some buckets') ?? null
        });
      case 'objects':
        return answer({
          uri,
          entries: [],
          next: null,
          ...this.pages.get(next === null ? uri : `${uri} ${next}`)
        });
      case 'object': {
        const preview = this.previews.get(uri);
        return preview
          ? answer(objectOf(uri, preview))
          : answer(problem('not_found', { status: 404, title: 'Gone' }), 404);
      }
      default:
        return new Response(new Uint8Array([1, 2, 3]));
    }
  }
}

function answer(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' }
  });
}

function objectOf(uri: string, preview: Partial<IS3Preview>): IS3Object {
  return {
    uri,
    size: 1500,
    modified: 1_700_000_000,
    content_type: 'text/plain',
    etag: 'abc',
    version: null,
    storage: 'STANDARD',
    encryption: null,
    kms_key: null,
    metadata: { note: HOSTILE },
    problem: null,
    preview: {
      form: 'none',
      whole: true,
      note: '',
      text: '',
      encoding: 'utf-8',
      media_type: '',
      columns: [],
      types: [],
      rows: [],
      rows_total: null,
      members: [],
      ...preview
    }
  };
}

describe('a URI of S3', () => {
  it('is taken apart letter for letter', () => {
    expect(splitUri('s3://b-1/a//b c\n/')).toEqual({
      bucket: 'b-1',
      key: 'a//b c\n/'
    });
    expect(splitUri('s3://bucket')).toEqual({ bucket: 'bucket', key: '' });
    for (const none of ['', 's3://', 's3:///x', 'http://a/b', 's3://<b>/x']) {
      expect(splitUri(none)).toBeNull();
    }
    expect(['s3://b-1', 's3://b-1/', 's3://b-1/x/'].every(isFolder)).toBe(true);
    expect(isFolder('s3://b-1/x')).toBe(false);
  });

  it('has a folder above it, up to the buckets', () => {
    const up: string[] = [];
    for (let at = 's3://b-1/a//c'; at !== 's3://'; at = parentOf(at)) {
      up.push(at);
    }
    expect(up).toEqual([
      's3://b-1/a//c',
      's3://b-1/a//',
      's3://b-1/a/',
      's3://b-1/'
    ]);
    expect(stepsTo('s3://b-1/a//c').map(({ name }) => name)).toEqual([
      'b-1',
      'a',
      '',
      'c'
    ]);
  });

  it('is read out of JSON as the SDK writes it, and has a page in the console', () => {
    expect(s3UriIn('"s3://b-1/x"')).toBe('s3://b-1/x');
    expect(s3UriIn('s3://b-1/x')).toBe('s3://b-1/x');
    expect(s3UriIn('see s3://b-1/x')).toBeNull();
    expect(
      s3ConsoleUrl('s3://b-1/a&b', 'eu-west-1', 'console.aws.amazon.com')
    ).toBe(
      'https://console.aws.amazon.com/s3/object/b-1?region=eu-west-1&prefix=a%26b'
    );
  });
});

describe('S3', () => {
  let s3: S3;
  let smext: ISmext;
  let store: InventoryStore;

  beforeAll(() => giveRoom(1200));

  beforeEach(() => {
    s3 = new S3();
    store = new InventoryStore({
      api: s3.api,
      events: { stream: new Bus().stream } as never
    });
    smext = smextWith(s3.api, store);
    s3.pages.set('s3://mine/', {
      entries: [
        folder('s3://mine/data/'),
        object('s3://mine/b.txt', { size: 10 }),
        object('s3://mine/a.txt', { size: 20 })
      ]
    });
    s3.pages.set('s3://mine/data/', {
      entries: [object(`s3://mine/data/${HOSTILE}`, { name: HOSTILE })]
    });
  });

  afterEach(async () => {
    await act(async () => {
      document
        .querySelectorAll('dialog')
        .forEach(one => one.dispatchEvent(new Event('cancel')));
    });
    cleanup();
    store.dispose();
  });

  const names = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map(row => within(row).getAllByRole('gridcell')[0].textContent);
  const rowOf = async (name: string) =>
    (await screen.findByText(name)).closest<HTMLElement>('[role=row]')!;
  const browse = async (
    what: 'object' | 'folder' | 'any',
    start?: string
  ): Promise<{ result: Promise<string | null> }> => {
    let result: Promise<string | null> = Promise.resolve(null);
    await act(async () => {
      result = browseS3(smext, { ...PLACE, what, start });
    });
    return { result };
  };
  const choose = () => fireEvent.click(screen.getByText('Choose'));

  describe('in the picker', () => {
    it('is gone into from the buckets, by keyboard, to an object', async () => {
      const { result } = await browse('object');
      const bucket = await rowOf('mine');
      await waitFor(() => expect(document.activeElement).toBe(bucket));
      await act(async () => void fireEvent.keyDown(bucket, { key: 'Enter' }));
      await screen.findByText('data/');
      expect(names()).toEqual(['data/', 'a.txt', 'b.txt']);
      fireEvent.click(await rowOf('b.txt'));
      choose();
      expect(await result).toBe('s3://mine/b.txt');
    });

    it('takes a folder where one is wanted, and no object', async () => {
      const { result } = await browse('folder', 's3://mine/');
      fireEvent.click(await rowOf('a.txt'));
      expect(screen.getByText('Choose').getAttribute('aria-disabled')).toBe(
        'true'
      );
      fireEvent.click(await rowOf('data/'));
      choose();
      expect(await result).toBe('s3://mine/data/');
    });

    it('begins where it is told, and takes what is typed', async () => {
      const { result } = await browse('any', 's3://mine/b.txt');
      expect((await rowOf('b.txt')).getAttribute('aria-selected')).toBe('true');
      const input = screen.getByLabelText('S3 URI');
      fireEvent.change(input, { target: { value: 's3://elsewhere/x' } });
      fireEvent.submit(input);
      expect(await result).toBe('s3://elsewhere/x');
    });

    it('shows the buckets where what it begins at is not there', async () => {
      s3.problems.set(
        'objects s3://gone/',
        problem('not_found', { status: 404 })
      );
      const { result } = await browse('folder', 's3://gone/');
      await rowOf('mine');
      expect(screen.queryByRole('alert')).toBeNull();
      choose();
      expect(await result).toBe('s3://gone/');
    });

    it('answers nothing when it is cancelled', async () => {
      const { result } = await browse('any');
      fireEvent.click(screen.getByText('Cancel'));
      expect(await result).toBeNull();
    });

    it('offers the default bucket where none may be listed, and says why', async () => {
      s3.problems.set(
        'buckets ',
        problem('denied', {
          status: 403,
          title: 'Not allowed: s3:ListAllMyBuckets'
        })
      );
      await browse('any');
      expect(await screen.findByRole('alert')).toBeTruthy();
      expect(screen.getByText('Not allowed: s3:ListAllMyBuckets')).toBeTruthy();
    });

    it('goes up by Backspace, filters by what is typed, sorts by its headers', async () => {
      await browse('any', 's3://mine/data/');
      await act(
        async () =>
          void fireEvent.keyDown(await rowOf(HOSTILE), { key: 'Backspace' })
      );
      await screen.findByText('data/');
      fireEvent.click(screen.getByText('Size'));
      expect(names()).toEqual(['data/', 'b.txt', 'a.txt']);
      fireEvent.keyDown(await rowOf('a.txt'), { key: 'b' });
      expect(screen.getByLabelText('Filter by name')).toHaveProperty(
        'value',
        'b'
      );
      expect(names()).toEqual(['b.txt']);
      fireEvent.change(screen.getByLabelText('Filter by name'), {
        target: { value: 'zzz' }
      });
      expect(screen.getByText('No name contains “zzz”.')).toBeTruthy();
    });
  });

  it('is read page by page, and what a page fails with is said beside what is there', async () => {
    s3.pages.set('s3://mine/', {
      entries: [object('s3://mine/1')],
      next: 'two'
    });
    s3.pages.set('s3://mine/ two', {
      entries: [object('s3://mine/2')],
      next: null
    });
    const model = new S3Model(s3.api, PLACE);
    await model.open('s3://mine');
    expect(model.folder.entries.map(({ name }) => name)).toEqual(['1', '2']);
    s3.problems.set(
      'objects s3://mine/',
      problem('throttled', { status: 429, title: 'Slow down' })
    );
    render(<S3View model={model} smext={smext} />);
    await act(() => model.open('s3://mine/'));
    expect(screen.getByText('Slow down')).toBeTruthy();
    s3.problems.clear();
    await act(async () => void fireEvent.click(screen.getByText('Try again')));
    expect(await screen.findByText('2')).toBeTruthy();
  });

  it('takes the focus along where a person goes, and not by itself', async () => {
    s3.pages.set('s3://mine/', { entries: [folder('s3://mine/empty/')] });
    const model = new S3Model(s3.api, PLACE);
    render(<S3View model={model} smext={smext} />);
    await act(() => model.open('s3://mine/'));
    expect(document.activeElement).toBe(document.body);
    await act(
      async () =>
        void fireEvent.keyDown(await rowOf('empty/'), { key: 'Enter' })
    );
    await screen.findByText('There is nothing here.');
    expect(model.uri).toBe('s3://mine/empty/');
    await act(
      async () =>
        void fireEvent.keyDown(document.activeElement!, { key: 'Backspace' })
    );
    const row = await rowOf('empty/');
    await waitFor(() => expect(document.activeElement).toBe(row));
  });

  it('takes a URI that is no object for what begins so', async () => {
    s3.pages.set('s3://mine/', { entries: [folder('s3://mine/train/')] });
    const model = new S3Model(s3.api, PLACE);
    await model.open('s3://mine/train');
    expect(model.uri).toBe('s3://mine/train/');
    s3.pages.set('s3://mine/', { entries: [object('s3://mine/part-1')] });
    await model.open('s3://mine/part');
    expect(model.uri).toBe('s3://mine/part');
    expect(model.chosen).toBeNull();
    await model.open('s3://mine/nothing');
    expect(model.problem?.title).toBe('Gone');
  });

  describe('shows of an object', () => {
    const URI = 's3://mine/b.txt';
    const show = async (preview: Partial<IS3Preview>) => {
      s3.previews.set(URI, preview);
      const model = new S3Model(s3.api, PLACE);
      render(<S3View model={model} smext={smext} />);
      await act(() => model.open(URI));
      expect(document.querySelector('img[src="x"]')).toBeNull();
      expect(document.querySelector('script')).toBeNull();
    };

    it('a text as text, with what is not shown of it', async () => {
      await show({ form: 'text', whole: false, text: `${HOSTILE}\u202e\0` });
      expect(screen.getByLabelText('Text').textContent).toContain(HOSTILE);
      expect(screen.getByText(/This is its beginning/)).toBeTruthy();
      expect(screen.getByText('Download').getAttribute('href')).toBe(
        `http://localhost/base/smext/api/object-content?connection=local&region=us-east-1&uri=${encodeURIComponent(URI)}`
      );
    });

    it('JSON as a tree, and what is none as text with the reason', async () => {
      await show({ form: 'json', text: JSON.stringify({ a: { b: HOSTILE } }) });
      expect(screen.getByText(JSON.stringify(HOSTILE))).toBeTruthy();
      cleanup();
      await show({ form: 'json', text: '{"a": NaN}' });
      expect(screen.getByText(/It is no JSON/)).toBeTruthy();
      cleanup();
      await show({ form: 'jsonl', text: '{"a": 1}\n\n{oops\n' });
      expect(screen.getByText(/Line 3 is no JSON/)).toBeTruthy();
    });

    it('JSON that is deep or wide without all of it in the page', async () => {
      const deep = '['.repeat(5000) + ']'.repeat(5000);
      await show({ form: 'json', text: deep });
      expect(document.querySelectorAll('details').length).toBeLessThan(20);
      cleanup();
      await show({
        form: 'json',
        text: JSON.stringify(Array.from({ length: 50_000 }, (_, at) => at))
      });
      expect(
        document.querySelectorAll('.jp-smext-json-leaf').length
      ).toBeLessThan(300);
      fireEvent.click(screen.getByText('49,800 more…'));
      expect(screen.getAllByText('1500')).toHaveLength(2);
    });

    it('a table that is sorted by its columns', async () => {
      await show({
        form: 'table',
        columns: ['name', HOSTILE],
        types: ['string', 'int64'],
        rows: [
          ['a', 10],
          [HOSTILE, 9],
          [null, true]
        ],
        rows_total: 1000
      });
      expect(screen.getByText(/The first 3 of 1,000 rows/)).toBeTruthy();
      const grid = screen.getByRole('grid', { name: 'Rows' });
      fireEvent.click(within(grid).getByText(`${HOSTILE} · int64`));
      expect(
        within(grid)
          .getAllByRole('row')
          .slice(1)
          .map(row => within(row).getAllByRole('gridcell')[1].textContent)
      ).toEqual(['9', '10', 'true']);
    });

    it('the files of an archive', async () => {
      await show({
        form: 'archive',
        members: [{ name: `../${HOSTILE}`, size: 5, folder: false }]
      });
      expect(screen.getByText(`../${HOSTILE}`)).toBeTruthy();
    });

    it('a picture by its bytes, and says when it is none', async () => {
      const create = jest.fn((_: Blob) => 'blob:it');
      const revoke = jest.fn();
      Object.assign(URL, { createObjectURL: create, revokeObjectURL: revoke });
      await show({ form: 'image', media_type: 'image/png' });
      const image = await screen.findByRole('img', { name: URI });
      expect(image.getAttribute('src')).toBe('blob:it');
      expect(create.mock.calls[0][0].type).toBe('image/png');
      fireEvent.error(image);
      expect(screen.getByText(/cannot draw this picture/)).toBeTruthy();
      cleanup();
      expect(revoke).toHaveBeenCalledWith('blob:it');
    });

    it('a sentence where there is no preview, and what S3 says', async () => {
      await show({ form: 'none', note: 'The object is empty.' });
      expect(screen.getByText('The object is empty.')).toBeTruthy();
      expect(screen.getByText('x-amz-meta-note').nextSibling?.textContent).toBe(
        HOSTILE
      );
    });
  });

  it('is led to by links, unless they are none', () => {
    render(
      <>
        <S3Link smext={smext} place={PLACE} uri="s3://mine/x" />
        <S3Link smext={smext} place={PLACE} uri="javascript:alert(1)" />
      </>
    );
    fireEvent.click(screen.getByText('s3://mine/x'));
    expect(smext.openS3).toHaveBeenCalledWith(PLACE, 's3://mine/x');
    expect(
      screen.getByText('javascript:alert(1)').closest('a, button')
    ).toBeNull();
  });
});
