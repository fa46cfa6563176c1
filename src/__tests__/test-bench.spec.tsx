import { ServiceManager } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import {
  IAsyncInvocation,
  IEndpointFormats,
  IEndpointLatency,
  IExampleBody,
  IInvocation,
  IInvocationPart,
  IInvocationRequest,
  IResource
} from '../protocol';
import { InventoryStore } from '../store';
import TestBench from '../views/test-bench';
import {
  apiOf,
  Bus,
  kind,
  problem,
  REGION,
  row,
  smextWith,
  World
} from './world';

configure({ asyncUtilTimeout: 8000 });

const FORMATS: IEndpointFormats = {
  content_types: ['text/csv', 'text/libsvm'],
  accept_types: [],
  source: 'the image sagemaker-xgboost',
  examples: [],
  model: null,
  variants: ['AllTraffic'],
  components: [],
  asynchronous: false,
  serverless: false,
  max_bytes: 1000,
  problems: []
};

function answer(body: unknown, more: Partial<IInvocation> = {}): IInvocation {
  return {
    status: 200,
    content_type: 'application/json',
    body: btoa(JSON.stringify(body)),
    at: 1000,
    seconds: 0.096,
    variant: 'AllTraffic',
    custom_attributes: null,
    request_id: 'r-1',
    problem: null,
    ...more
  };
}

const UNREAD = answer(null, {
  status: 415,
  body: '',
  problem: problem('invalid', {
    title: 'The model does not read application/json (415)',
    detail: 'Content type application/json is not supported.',
    next: 'Choose another.',
    code: 'ModelError'
  })
});

const QUEUED: IAsyncInvocation = {
  input: 's3://mine/in/1',
  output: 's3://answers/out/1',
  failure: null,
  at: 1000,
  request_id: 'r-2'
};

describe('a test bench', () => {
  let sent: IInvocationRequest[];
  let answers: (IInvocation | ApiError)[];
  let formats: IEndpointFormats;
  let status: string;
  let asked: string[];
  let example: IExampleBody;
  let later: (IInvocation | ApiError | null)[];
  let windows: unknown[];
  let shares: IEndpointLatency[];
  let tell: (onPart: (part: IInvocationPart) => void) => Promise<IInvocation>;

  beforeEach(() => {
    sent = [];
    answers = [];
    formats = FORMATS;
    status = 'InService';
    asked = [];
    later = [];
    windows = [];
    shares = [];
    Object.assign(URL, {
      createObjectURL: () => 'blob:shown',
      revokeObjectURL: () => undefined
    });
  });

  afterEach(cleanup);

  async function show(services: object = {}, commands: object = {}) {
    const api = apiOf({
      formats: async () => formats,
      invoke: async (
        connection: string,
        region: string,
        id: string,
        request: IInvocationRequest
      ) => {
        expect([connection, region, id]).toEqual(['local', REGION, 'churn']);
        sent.push(request);
        const next = answers.length > 1 ? answers.shift()! : answers[0];
        if (next instanceof ApiError) {
          throw next;
        }
        return next;
      },
      invokeStreaming: async (
        _connection: string,
        _region: string,
        _id: string,
        request: IInvocationRequest,
        onPart: (part: IInvocationPart) => void
      ) => {
        sent.push(request);
        return tell(onPart);
      },
      callLog: async () => ({ lines: ['it was torn'], whole: true }),
      example: async (...[, , , name]: string[]) => {
        asked.push(name);
        return example;
      },
      classNames: async () => {
        asked.push('names');
        return { names: ['daisy', 'rose'], source: 's3://tuned/model.tar.gz' };
      },
      invokeAsync: async (...[, , , request]: unknown[]) => {
        sent.push(request as IInvocationRequest);
        return QUEUED;
      },
      asyncAnswer: async () => {
        const next = later.shift() ?? null;
        if (next instanceof ApiError) {
          throw next;
        }
        return next;
      },
      latency: async (...[, , , of]: unknown[]) => {
        windows.push(of);
        return shares.shift() ?? { calls: null, model: null, overhead: null };
      }
    });
    const store = new InventoryStore({
      api: new World().api,
      events: new Bus(),
      standby: 'never'
    });
    const resource: IResource = {
      kind: 'endpoint',
      row: row('churn', { status }),
      facts: [],
      related: [],
      places: [],
      definition: {}
    };
    render(
      <TestBench
        connection="local"
        region={REGION}
        kind="endpoint"
        id="churn"
        resource={resource}
        spec={kind('endpoint')}
        timeline={null}
        visible
        place=""
        onPlace={jest.fn()}
        smext={smextWith(api, store)}
        services={services as unknown as ServiceManager.IManager}
        commands={commands as unknown as CommandRegistry}
      />
    );
    // The formats come after the first rendering.
    await act(async () => undefined);
  }

  const editor = () => screen.getByRole('textbox', { name: 'Input' });
  const type = (text: string) =>
    fireEvent.change(editor(), { target: { value: text } });
  const choose = (contentType: string) =>
    fireEvent.change(screen.getByRole('combobox', { name: 'Content type' }), {
      target: { value: contentType }
    });
  const send = async () => {
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: /^Send/ }));
    });
  };
  const drop = async (file: File) => {
    const onto = screen.getByRole('region', { name: 'Input' });
    // JupyterLab's mock of a drag event does not bubble, and that of its data has no files.
    const event = new Event('drop', { bubbles: true, cancelable: true });
    const dataTransfer = { files: [file], types: ['Files'] };
    Object.defineProperty(event, 'dataTransfer', { value: dataTransfer });
    await act(async () => {
      fireEvent(onto, event);
    });
  };
  // jsdom's files have no arrayBuffer.
  const fileOf = (name: string, type: string, text = 'xyz') =>
    Object.assign(new File([text], name, { type }), {
      arrayBuffer: async () => new TextEncoder().encode(text).buffer
    });

  it('offers what the model takes first, and sends with Ctrl Enter', async () => {
    answers = [answer({ predictions: [{ score: 0.25 }, { score: 0.75 }] })];
    await show();
    const select = screen.getByRole('combobox', { name: 'Content type' });
    expect(select).toHaveProperty('value', 'text/csv');
    expect(within(select).getAllByRole('option')[1]).toHaveProperty(
      'value',
      'text/libsvm'
    );
    type('1,2\n3,4');
    expect(screen.getByText('2 rows, 2 columns')).toBeDefined();
    await act(async () => {
      fireEvent.keyDown(editor(), { key: 'Enter', ctrlKey: true });
    });
    expect(sent).toEqual([
      {
        body: btoa('1,2\n3,4'),
        content_type: 'text/csv',
        accept: null,
        variant: null,
        component: null,
        custom_attributes: null
      }
    ]);
    const table = screen.getByRole('table', { name: 'Predictions' });
    expect(within(table).getAllByRole('row')[2].textContent).toBe('20.75');
    expect(
      screen
        .getAllByRole('status')
        .some(one => one.textContent === 'Answered in 96 ms: 2 rows')
    ).toBe(true);
    expect(screen.getByLabelText('Response').textContent).toContain(
      '200 OK · 96 ms'
    );
  });

  it('explains a type that is not read, and sends the rows as CSV', async () => {
    answers = [UNREAD, answer([1, 0])];
    await show();
    choose('application/json');
    type('[[1,2],[3,4]]');
    await send();
    expect(screen.getByRole('alert').textContent).toContain(
      'churn takes text/csv or text/libsvm. Your 2 rows can be sent as CSV'
    );
    expect(screen.getByText('What the model said')).toBeDefined();
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Send as CSV' }));
    });
    expect(atob(sent[1].body)).toBe('1,2\n3,4');
    expect(sent[1].content_type).toBe('text/csv');
    expect(editor()).toHaveProperty('value', '1,2\n3,4');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('does not offer CSV to a model that takes none, or for what has no rows', async () => {
    formats = { ...FORMATS, content_types: ['application/x-npy'] };
    answers = [UNREAD];
    await show();
    choose('application/json');
    type('[[1,2]]');
    await send();
    expect(screen.queryByRole('button', { name: 'Send as CSV' })).toBeNull();
  });

  it('shows the log of a call that failed', async () => {
    answers = [UNREAD];
    await show();
    type('1');
    await send();
    await act(async () => {
      fireEvent.click(screen.getByText('Show the log of this call'));
    });
    expect(screen.getByRole('log').textContent).toBe('it was torn');
  });

  it('tells what kept a request from the model', async () => {
    answers = [new ApiError(problem('denied', { title: 'Not allowed' }))];
    await show();
    type('1');
    await send();
    expect(screen.getByRole('alert').textContent).toContain('Not allowed');
    expect(screen.queryByText('Show the log of this call')).toBeNull();
    expect(screen.getByLabelText('Response').textContent).toBe(
      'It did not get to the model.'
    );
  });

  it('draws what was found over its image, and a row selects its box', async () => {
    formats = { ...FORMATS, content_types: ['application/x-image'] };
    answers = [
      answer({
        normalized_boxes: [
          [0.1, 0.2, 0.3, 0.4],
          [0.5, 0.5, 0.9, 0.9],
          [0, 0, 1, 1]
        ],
        classes: [0, 1, 1],
        scores: [0.9, 0.6, 0.1],
        labels: ['car', 'dog']
      })
    ];
    await show();
    await drop(fileOf('street.jpg', 'image/jpeg'));
    const image = screen.getByRole('img', { name: 'Input image street.jpg' });
    Object.defineProperties(image, {
      naturalWidth: { value: 1000 },
      naturalHeight: { value: 500 }
    });
    fireEvent.load(image);
    expect(screen.getByText(/street.jpg · 1,000 × 500 px/)).toBeDefined();
    await send();
    expect(sent[0].content_type).toBe('application/x-image');
    const rows = within(
      screen.getByRole('grid', { name: 'Objects' })
    ).getAllByRole('row');
    expect(rows.length).toBe(3);
    expect(rows[1].textContent).toBe('1car0.90100100200100');
    const boxes = document.querySelectorAll<HTMLElement>('.jp-smext-bench-box');
    expect(boxes.length).toBe(2);
    expect(boxes[0].style.left).toBe('10%');
    fireEvent.focus(rows[1]);
    fireEvent.keyDown(rows[1], { key: 'ArrowDown' });
    expect(document.activeElement).toBe(rows[2]);
    expect(rows[2].getAttribute('aria-selected')).toBe('true');
    expect(boxes[1].dataset.selected).toBe('true');
    fireEvent.mouseEnter(boxes[0]);
    expect(rows[1].getAttribute('aria-selected')).toBe('true');
    fireEvent.change(screen.getByRole('slider', { name: 'Least score' }), {
      target: { value: '0.05' }
    });
    expect(document.querySelectorAll('.jp-smext-bench-box').length).toBe(3);
  });

  it('takes a dropped file under the type that suits it', async () => {
    await show();
    await drop(fileOf('rows.json', 'application/json', '[1]'));
    expect(
      screen.getByRole('combobox', { name: 'Content type' })
    ).toHaveProperty('value', 'application/json');
    expect(editor()).toHaveProperty('value', '[1]');
    await drop(fileOf('dog.png', 'image/png'));
    expect(
      screen.getByRole('combobox', { name: 'Content type' })
    ).toHaveProperty('value', 'application/x-image');
  });

  it('takes a file out of JupyterLab’s file browser', async () => {
    const contents = {
      get: async (path: string) => ({
        name: path.slice(path.lastIndexOf('/') + 1),
        mimetype: 'text/csv',
        content: btoa('1,2')
      })
    };
    // jsdom's files have no arrayBuffer.
    const arrayBuffer = async () => new TextEncoder().encode('1,2').buffer;
    Object.assign(File.prototype, { arrayBuffer });
    await show({ contents });
    choose('application/json');
    const event = Object.assign(
      new Event('lm-drop', { bubbles: true, cancelable: true }),
      {
        mimeData: { hasData: () => true, getData: () => ['data/rows.csv'] },
        proposedAction: 'move',
        dropAction: 'none'
      }
    );
    await act(async () => {
      fireEvent(screen.getByRole('region', { name: 'Input' }), event);
    });
    expect(event.defaultPrevented).toBe(true);
    expect(event.dropAction).toBe('move');
    await waitFor(() => expect(editor()).toHaveProperty('value', '1,2'));
    expect(
      screen.getByRole('combobox', { name: 'Content type' })
    ).toHaveProperty('value', 'text/csv');
  });

  it('repeats a call one after another, counts failures, and forgets', async () => {
    answers = [
      answer([1], { seconds: 0.01 }),
      answer([1], { seconds: 0.03 }),
      UNREAD,
      answer([1], { seconds: 0.02 })
    ];
    await show();
    type('1');
    fireEvent.change(
      screen.getByRole('combobox', { name: 'Number of calls' }),
      { target: { value: '10' } }
    );
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Repeat' }));
    });
    await waitFor(() => expect(sent.length).toBe(10));
    await waitFor(() =>
      expect(screen.getByText('of 9 calls, one after another')).toBeDefined()
    );
    expect(screen.getByText('10 ms')).toBeDefined();
    expect(screen.getByText('Failed').parentElement?.textContent).toBe(
      'Failed1'
    );
    expect(
      screen.getByRole('img', { name: /Half of the calls took 20 ms or less/ })
    ).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Forget them' }));
    expect(screen.queryByText('Failed')).toBeNull();
  });

  it('ends a repetition at once where no request gets to the model', async () => {
    answers = [
      answer([1]),
      new ApiError(problem('signed_out', { title: 'Sign-in expired' }))
    ];
    await show();
    type('1');
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Repeat' }));
    });
    await waitFor(() =>
      expect(screen.getByRole('alert').textContent).toContain('Sign-in expired')
    );
    expect(sent.length).toBe(2);
  });

  it('compares an embedding with what was sent before', async () => {
    answers = [answer({ embedding: [1, 0] }), answer({ embedding: [1, 1] })];
    await show();
    choose('text/plain');
    type('a dog');
    await send();
    expect(screen.getByText(/A vector of 2 numbers/)).toBeDefined();
    type('a cat');
    await send();
    const table = screen.getByRole('table', {
      name: 'Cosine similarity to earlier inputs'
    });
    expect(within(table).getByRole('row').textContent).toBe('a dog0.707');
  });

  it('sends nothing to an endpoint that is not up, nor what is too long', async () => {
    status = 'Creating';
    await show();
    type('1');
    await send();
    expect(sent).toEqual([]);
    expect(
      screen.getByText(
        'The endpoint is Creating: it answers when it is in service.'
      )
    ).toBeDefined();
    cleanup();
    status = 'InService';
    await show();
    type('1'.repeat(1001));
    await send();
    expect(sent).toEqual([]);
    expect(screen.getByText(/the endpoint takes 1000 B at most/)).toBeDefined();
  });

  it('reads the picture of an example once it is chosen', async () => {
    formats = {
      ...FORMATS,
      model: { hub: 'SageMakerPublicHub', id: 'od', version: '1.0.0' },
      examples: [
        {
          name: 'Dog',
          content_type: 'application/x-image',
          accept: null,
          body: null
        }
      ]
    };
    example = { file: 'dog.jpg', body: btoa('xyz') };
    answers = [answer({})];
    const opened: unknown[] = [];
    await show({}, { execute: (...all: unknown[]) => opened.push(all) });
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Dog' }));
    });
    expect(asked).toEqual(['Dog']);
    expect(
      screen.getByRole('img', { name: 'Input image dog.jpg' })
    ).toBeDefined();
    await send();
    expect(atob(sent[0].body)).toBe('xyz');
    expect(sent[0].content_type).toBe('application/x-image');
    fireEvent.click(screen.getByRole('button', { name: 'od' }));
    expect(opened[0]).toEqual([
      'smext:open-jumpstart',
      { connection: 'local', region: REGION, ...formats.model }
    ]);
  });

  it('names the classes of a tuned model by its artifact', async () => {
    formats = {
      ...FORMATS,
      model: { hub: null, id: 'ic', version: '1.0.0' }
    };
    answers = [answer({ probabilities: [0.25, 0.75] })];
    await show();
    type('1');
    await send();
    const bars = screen.getByRole('table', { name: 'Class probabilities' });
    expect(within(bars).getAllByRole('row')[0].textContent).toBe('rose0.750');
    expect(
      screen.getByText(/own label file, in s3:\/\/tuned\/model.tar.gz/)
    ).toBeDefined();
    await send();
    expect(asked).toEqual(['names']);
    fireEvent.click(screen.getByRole('radio', { name: 'Table' }));
    const table = screen.getByRole('table', { name: 'Predictions' });
    expect(within(table).getAllByRole('row')[1].textContent).toBe('1rose0.75');
    fireEvent.click(screen.getByRole('radio', { name: 'Raw' }));
    expect(screen.getByText(/"probabilities": \[/)).toBeDefined();
  });

  it('asks nothing of an artifact where the answer has names', async () => {
    formats = {
      ...FORMATS,
      model: { hub: null, id: 'ic', version: '1.0.0' }
    };
    answers = [answer({ probabilities: [0.25, 0.75], labels: ['a', 'b'] })];
    await show();
    type('1');
    await send();
    expect(screen.getByRole('heading', { name: /^b 0.750/ })).toBeDefined();
    expect(asked).toEqual([]);
  });

  it('shows lines of a text with their places, and the text', async () => {
    formats = { ...FORMATS, content_types: ['application/x-image'] };
    answers = [
      answer({
        text: 'Stop\nHere',
        normalized_boxes: [
          [0, 0, 1, 0.5],
          [0, 0.5, 1, 1]
        ],
        classes: [0, 1],
        scores: [0.9, 0.8],
        labels: ['Stop', 'Here']
      })
    ];
    await show();
    await drop(fileOf('sign.jpg', 'image/jpeg'));
    await send();
    expect(
      screen.getByRole('heading', { name: /^2 lines of text/ })
    ).toBeDefined();
    const rows = within(
      screen.getByRole('grid', { name: 'Lines' })
    ).getAllByRole('row');
    expect(rows[1].textContent).toContain('1Stop0.90');
    expect(screen.getByText(/Stop\s+Here/).tagName).toBe('BLOCKQUOTE');
  });

  it('shows which part of a picture is of which class', async () => {
    formats = { ...FORMATS, content_types: ['application/x-image'] };
    answers = [
      answer({
        predictions: [
          [0, 0, 1],
          [0, -1, 1]
        ],
        labels: ['road', 'car'],
        image_labels: ['road', 'car']
      })
    ];
    await show();
    await drop(fileOf('street.jpg', 'image/jpeg'));
    const image = screen.getByRole('img', { name: 'Input image street.jpg' });
    fireEvent.load(image);
    await send();
    const table = screen.getByRole('table', { name: 'Classes' });
    expect(
      within(table)
        .getAllByRole('row')
        .map(one => one.textContent)
    ).toEqual(['road50.0 %', 'car33.3 %']);
    const canvas = document.querySelector('canvas')!;
    expect([canvas.width, canvas.height]).toEqual([3, 2]);
    const car = within(table).getByRole('button', { name: 'car' });
    fireEvent.click(car);
    expect(car.getAttribute('aria-pressed')).toBe('true');
  });

  it('waits for what an asynchronous endpoint leaves in S3', async () => {
    jest.useFakeTimers();
    try {
      formats = { ...FORMATS, asynchronous: true };
      // It is asked again where it could not be asked.
      const offline = new ApiError(problem('offline'));
      later = [null, offline, answer([1], { seconds: 70 })];
      await show();
      expect(screen.queryByRole('checkbox')).toBeNull();
      type('1,2');
      await send();
      expect(
        screen.getByText(/its answer will be at s3:\/\/answers\/out\/1/)
      ).toBeDefined();
      expect(screen.getByText(/only its log will say so/)).toBeDefined();
      await act(async () => {
        await jest.advanceTimersByTimeAsync(2000);
      });
      expect(screen.queryByText(/its answer will be at/)).toBeNull();
      expect(screen.getByText(/seen after 70,000 ms/)).toBeDefined();
      expect(screen.getByLabelText('Request').textContent).toContain(
        'POST …/endpoints/churn/async-invocations'
      );
      expect(screen.getByLabelText('Request').textContent).toContain(
        'X-Amzn-SageMaker-InputLocation: s3://mine/in/1'
      );
      expect(screen.getByLabelText('Response').textContent).toContain(
        's3://answers/out/1'
      );
      // The time in a queue is none of the model's.
      expect(screen.queryByText('p50')).toBeNull();
      expect(screen.getByText(/says nothing of the model/)).toBeDefined();
      expect(screen.queryByRole('button', { name: 'Repeat' })).toBeNull();
    } finally {
      jest.useRealTimers();
    }
  });

  it('waits no more where one does not want to', async () => {
    formats = { ...FORMATS, asynchronous: true };
    await show();
    type('1,2');
    await send();
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Wait no more' }));
    });
    expect(screen.getByRole('alert').textContent).toContain(
      'its answer will be at s3://answers/out/1'
    );
    expect(screen.getByLabelText('Response').textContent).toBe(
      'Its answer will be at s3://answers/out/1.'
    );
  });

  it('tells why it cannot be known what became of a request', async () => {
    formats = { ...FORMATS, asynchronous: true };
    later = [new ApiError(problem('denied', { title: 'Not allowed' }))];
    await show();
    type('1,2');
    await send();
    expect(screen.getByRole('alert').textContent).toContain('Not allowed');
  });

  it('asks CloudWatch how much of the time was the model', async () => {
    jest.useFakeTimers();
    try {
      answers = [answer([1], { at: 1000, seconds: 0.102 })];
      shares = [
        { calls: null, model: null, overhead: null },
        { calls: 3, model: 0.078, overhead: 0.004 }
      ];
      await show();
      type('1');
      await send();
      fireEvent.click(
        screen.getByRole('button', { name: 'How much is the model?' })
      );
      await act(async () => {
        await jest.advanceTimersByTimeAsync(3000);
      });
      expect(screen.getByText(/CloudWatch knows some minutes/)).toBeDefined();
      await act(async () => {
        await jest.advanceTimersByTimeAsync(10_000);
      });
      expect(
        screen.getByText(
          /78 ms is the model \(ModelLatency\) and 24 ms is the way there and back, 4.0 ms/
        )
      ).toBeDefined();
      expect(screen.getByText(/medians of 3 calls, others/)).toBeDefined();
      expect(windows[1]).toEqual({
        since: 1000,
        until: 1000.102,
        variant: 'AllTraffic',
        component: null
      });
    } finally {
      jest.useRealTimers();
    }
  });

  it('says what could not be read of what the model takes', async () => {
    formats = {
      ...FORMATS,
      problems: [problem('denied', { title: 'Not allowed: DescribeModel' })]
    };
    await show();
    expect(screen.getByText('Not allowed: DescribeModel')).toBeDefined();
    expect(editor()).toBeDefined();
  });

  it('says that a serverless endpoint starts with the first call', async () => {
    formats = { ...FORMATS, serverless: true };
    await show();
    expect(screen.getByText(/starts its container/)).toBeDefined();
  });

  it('has the examples and the usual answer of a JumpStart model', async () => {
    formats = {
      ...FORMATS,
      model: { hub: null, id: 'huggingface-llm', version: '1.0.0' },
      content_types: ['application/json'],
      accept_types: ['application/json;verbose'],
      examples: [
        {
          name: 'A question',
          content_type: 'application/json',
          accept: null,
          body: '{"inputs":"Why?"}'
        }
      ]
    };
    answers = [answer([{ generated_text: 'Because.' }])];
    await show();
    fireEvent.click(screen.getByRole('button', { name: 'A question' }));
    await send();
    expect(atob(sent[0].body)).toBe('{"inputs":"Why?"}');
    expect(sent[0].accept).toBe('application/json;verbose');
    expect(screen.getByText('Because.')).toBeDefined();
  });

  it('shows an answer as it is written, and what came before it broke off', async () => {
    const part = (text: string, seconds: number) => ({
      body: btoa(text),
      seconds,
      end: null
    });
    let goOn = () => undefined as void;
    tell = async onPart => {
      onPart(part('data:{"token":{"text":"Once"}}\n\nda', 0.012));
      await new Promise<void>(resolve => (goOn = resolve));
      onPart(part('ta:{"token":{"text":" upon"}}\n\n', 0.03));
      return answer(null, { body: '', content_type: 'text/event-stream' });
    };
    await show();
    type('1');
    fireEvent.click(screen.getByText('More of the request'));
    fireEvent.click(screen.getByRole('checkbox', { name: /Stream/ }));
    await send();
    expect(screen.getByText('Once')).toBeDefined();
    await act(async () => goOn());
    expect(screen.getByText('Once upon')).toBeDefined();
    expect(screen.getByText(/^96 ms, first part after 12 ms/)).toBeDefined();
    tell = async onPart => {
      onPart(part('Half a', 0.01));
      return { ...UNREAD, status: 200, problem: problem('broken') };
    };
    await send();
    expect(screen.getByRole('alert').textContent).toContain('It is broken');
    expect(screen.getByText('Half a')).toBeDefined();
  });

  it('opens the request as a notebook, its bytes in a file beside it', async () => {
    formats = { ...FORMATS, content_types: ['application/x-image'] };
    const saved: { [path: string]: { content: unknown } } = {};
    let made = 0;
    const contents = {
      newUntitled: async ({ type, ext }: { type: string; ext?: string }) => ({
        path: `untitled${made++}${type === 'notebook' ? '.ipynb' : ext}`
      }),
      rename: async (path: string, name: string) => {
        if (name === 'churn.ipynb') {
          throw new Error('409: it is there already');
        }
        return { path: name };
      },
      save: async (path: string, model: { content: unknown }) => {
        saved[path] = model;
      }
    };
    const execute = jest.fn(async () => undefined);
    const specs = {
      default: 'ir',
      kernelspecs: {
        ir: { name: 'ir', language: 'R', display_name: 'R' },
        py: { name: 'py', language: 'python', display_name: 'Python' }
      }
    };
    await show({ contents, kernelspecs: { specs } }, { execute });
    await drop(fileOf('a/dog.jpg', 'image/jpeg'));
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Open as notebook' }));
    });
    expect(Object.keys(saved)).toEqual(['a-dog.jpg', 'untitled1.ipynb']);
    expect(saved['a-dog.jpg'].content).toBe(btoa('xyz'));
    const text = JSON.stringify(saved['untitled1.ipynb'].content);
    expect(text).toContain('a-dog.jpg');
    expect(text).toContain('"name":"py"');
    expect(execute).toHaveBeenCalledWith('docmanager:open', {
      path: 'untitled1.ipynb',
      factory: 'Notebook'
    });
  });
});
